import { expect, it } from "vitest";
import { keyStanding, peopleLines, signingOf } from "./key-standing.js";

const known = { fingerprint: "aa", from: null, until: null, current: true };
const people = {
  items: [
    { person: "Ada", roles: ["pm"], keys: [known] },
    {
      person: "Ben",
      roles: ["ds_partner"],
      keys: [{ ...known, fingerprint: "bb", until: "2026-01-01T00:00:00.000Z", current: false }],
    },
  ],
};
const ada = { fingerprint: "aa", person: "Ada" };
const ben = { fingerprint: "bb", person: "Ben" };
interface Session {
  readonly person: string | null;
  readonly permissions: readonly string[];
}

const all: Session = { person: null, permissions: ["sign"] };
const asAda: Session = { person: "Ada", permissions: ["sign"] };

it("says what people.yaml says of a key", () => {
  expect(keyStanding(ada, people).state).toBe("known");
  expect(keyStanding({ ...ada, person: "Cleo" }, people)).toEqual({
    state: "foreign",
    sentence: "people.yaml says that this key is Ada's.",
  });
  expect(keyStanding({ ...ada, fingerprint: "cc" }, people).state).toBe("unknown");
  expect(keyStanding(ben, people)).toEqual({
    state: "over",
    sentence: "people.yaml lets it count only until 2026-01-01.",
  });
});

it("writes a name so that YAML reads the same name", () => {
  expect(peopleLines({ person: 'Dan "D": x', line: "MCow=" })).toBe(
    'people:\n  "Dan \\"D\\": x":\n    keys:\n      - MCow=\n',
  );
});

const pm = { role: "pm", holders: ["Ada"] };
const counted: readonly string[] = [];
const asked = { missing: pm, counted, keys: [ada, ben], people, session: all };

it("offers a role to whose key is here, known and entitled", () => {
  expect(signingOf(asked)).toEqual({ keys: [ada], why: null, keyHelps: false });
  expect(signingOf({ ...asked, session: asAda }).keys).toEqual([ada]);
  expect(signingOf({ ...asked, missing: { role: "pm", holders: null } }).keys).toEqual([ada]);
});

it("says why nobody can sign here", () => {
  const why = (changed: Partial<typeof asked>) => signingOf({ ...asked, ...changed }).why;
  expect(why({ session: { person: "Ada", permissions: ["read"] } })).toMatch(
    /role signer or admin/,
  );
  expect(why({ session: { ...asAda, person: "Ben" } })).toMatch(/Ben, who does not hold this role/);
  expect(why({ session: asAda, counted: ["Ada"] })).toMatch(/signed for another role/);
  expect(why({ keys: [ben] })).toMatch(/holds no key of Ada/);
  const later = { missing: { role: "ds_partner", holders: ["Ben"] } };
  expect(why(later)).toMatch(/key of Ben is here, but: .* only until 2026-01-01/);
  expect(signingOf({ ...asked, keys: [] }).keyHelps).toBe(true);
});
