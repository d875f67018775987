/** What people.yaml says of a key that this browser holds, and who can sign here. */
import type { Experiment, People } from "../api/queries.js";
import type { BrowserKey } from "./browser-keys.js";

type PublicPart = Pick<BrowserKey, "fingerprint" | "person">;

export interface KeyStanding {
  readonly state: "known" | "unknown" | "foreign" | "over";
  readonly sentence: string;
}

export function keyStanding(key: PublicPart, { items }: Pick<People, "items">): KeyStanding {
  for (const { person, keys } of items) {
    const found = keys.find(({ fingerprint }) => fingerprint === key.fingerprint);
    if (found === undefined) continue;
    if (person !== key.person) {
      return { state: "foreign", sentence: `people.yaml says that this key is ${person}'s.` };
    }
    if (found.current) {
      return { state: "known", sentence: `people.yaml knows it: what it signs is ${person}'s.` };
    }
    const from = found.from === null ? "" : ` from ${found.from.slice(0, 10)}`;
    const until = found.until === null ? "" : ` until ${found.until.slice(0, 10)}`;
    return { state: "over", sentence: `people.yaml lets it count only${from}${until}.` };
  }
  return { state: "unknown", sentence: "people.yaml does not know it yet." };
}

/** What to add to people.yaml, as `plumb keys new` prints it. */
export const peopleLines = ({ person, line }: Pick<BrowserKey, "person" | "line">): string =>
  `people:\n  ${JSON.stringify(person)}:\n    keys:\n      - ${line}\n`;

export interface Signing<Key extends PublicPart> {
  /** Keys here with which the role can be signed now. */
  readonly keys: readonly Key[];
  /** Why there is none; null: there is one. */
  readonly why: string | null;
  /** Whether the page of keys helps. */
  readonly keyHelps: boolean;
}

interface Asked<Key extends PublicPart> {
  readonly missing: Experiment["missing"][number];
  /** Persons who fill another role of this version. */
  readonly counted: readonly string[];
  readonly keys: readonly Key[];
  readonly people: Pick<People, "items">;
  readonly session: { readonly person: string | null; readonly permissions: readonly string[] };
}

const none = (why: string, keyHelps = false) => ({ keys: [], why, keyHelps });

/** Who of those whose keys are here may sign for a role; if nobody, why. */
export function signingOf<Key extends PublicPart>(asked: Asked<Key>): Signing<Key> {
  const { missing, counted, keys, people, session } = asked;
  const { holders } = missing;
  const { person, permissions } = session;
  if (!permissions.includes("sign")) {
    return none(
      "Signing takes the role signer or admin of this server, which this sign-in has not.",
    );
  }
  if (person !== null && holders !== null && !holders.includes(person)) {
    return none(`You are signed in as ${person}, who does not hold this role.`);
  }
  if (person !== null && counted.includes(person)) {
    return none(`${person} signed for another role already; each role takes another person.`);
  }
  const held = keys.filter((key) => person === null || key.person === person);
  const entitled = held.filter(
    (key) => (holders === null || holders.includes(key.person)) && !counted.includes(key.person),
  );
  if (entitled.length === 0) {
    const whose = person ?? (holders === null ? "anybody who may sign it" : holders.join(" or "));
    return none(`This browser holds no key of ${whose}.`, true);
  }
  const usable = entitled.filter((key) => keyStanding(key, people).state === "known");
  if (usable.length > 0) return { keys: usable, why: null, keyHelps: false };
  const [first] = entitled;
  const sentence = first === undefined ? "" : keyStanding(first, people).sentence;
  return none(`The key of ${first?.person ?? ""} is here, but: ${sentence}`, true);
}
