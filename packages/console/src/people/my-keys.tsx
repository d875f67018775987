/** The keys of this browser: what people.yaml says of each, the lines to add to it, a new one, and forgetting one. */
import { Autocomplete, Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type People, peopleQuery } from "../api/queries.js";
import { Copied } from "../parts/copied.js";
import { type BrowserKey, forgetKey, KeyError, makeKey } from "./browser-keys.js";
import { type KeyStanding, keyStanding, peopleLines } from "./key-standing.js";

interface MyKeysProps {
  /** Whose sign-in it is; null: tied to nobody. */
  readonly person: string | null;
  readonly people: People;
  readonly keys: readonly BrowserKey[];
}

const ASK_AGAIN = 4000;

export function MyKeys({ person, people, keys }: MyKeysProps) {
  const own = keys.filter((key) => person === null || key.person === person);
  const waits = own.some((key) => keyStanding(key, people).state !== "known");
  const queries = useQueryClient();
  useEffect(() => {
    if (!waits) return;
    // people.yaml is changed outside, and nobody tells.
    const timer = setInterval(() => void queries.invalidateQueries(peopleQuery), ASK_AGAIN);
    return () => clearInterval(timer);
  }, [waits, queries]);
  return (
    <section>
      <h2>Keys in this browser</h2>
      <p className="lead">
        {person === null
          ? "This sign-in is tied to nobody: it signs as whoever's key is here, for the key proves who signs."
          : `You sign as ${person}.`}
      </p>
      {own.map((key) => (
        <KeyPanel key={key.fingerprint} held={key} standing={keyStanding(key, people)} />
      ))}
      <NewKey person={person} people={people} first={own.length === 0} />
    </section>
  );
}

const MARKS = {
  known: "✓ known",
  unknown: "! waits",
  foreign: "✕ somebody else's",
  over: "! does not count now",
} as const;
const TONES = { known: "clear", unknown: "near", foreign: "breach", over: "near" } as const;

interface KeyPanelProps {
  readonly held: BrowserKey;
  readonly standing: KeyStanding;
}

function KeyPanel({ held, standing: { state, sentence } }: KeyPanelProps) {
  const { person, fingerprint, created } = held;
  const lines = peopleLines(held);
  return (
    <article className="panel" aria-label={`Key of ${person}`} data-key={state}>
      <h3>{person}</h3>
      <p>
        <strong className={TONES[state]}>{MARKS[state]}</strong> {sentence}
      </p>
      <dl className="facts">
        <dt>Fingerprint</dt>
        <dd className="hash">sha256:{fingerprint}</dd>
        <dt>Made</dt>
        <dd>{created.slice(0, 10)}, in this browser, which does not give it out</dd>
      </dl>
      {state === "unknown" && (
        <p>
          Have these lines added to <code>people.yaml</code> at the root of the workspace and
          committed. If {person} stands there already, add the last line below <code>keys:</code>.
        </p>
      )}
      <details open={state === "unknown"}>
        <summary>Lines for people.yaml</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard. */}
        <pre tabIndex={0}>
          <code>{lines}</code>
        </pre>
        <Copied text={lines} what="the lines" />
      </details>
      <Forget held={held} />
    </article>
  );
}

function Forget({ held: { fingerprint, person } }: { readonly held: BrowserKey }) {
  const [asked, setAsked] = useState(false);
  const queries = useQueryClient();
  const forget = useMutation({
    mutationFn: () => forgetKey(fingerprint),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["keys"] }),
  });
  if (!asked) {
    return (
      <div className="actions">
        <Button size="xs" variant="default" onClick={() => setAsked(true)}>
          Forget this key…
        </Button>
      </div>
    );
  }
  return (
    <div role="alert">
      <p>
        <strong className="near">! Nobody can bring it back.</strong> There is no copy of the
        private half. What {person} signed with it stays valid; to sign again takes a new key in
        people.yaml. Leave the old one there: signatures are verified with it.
      </p>
      <div className="actions">
        <Button
          size="xs"
          variant="default"
          onClick={() => forget.mutate()}
          loading={forget.isPending}
        >
          Forget it for good
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsked(false)}>
          Keep it
        </Button>
      </div>
    </div>
  );
}

interface NewKeyProps {
  readonly person: string | null;
  readonly people: People;
  readonly first: boolean;
}

const mendOf = (error: Error) =>
  error instanceof KeyError ? error.mend : "Private windows may keep nothing; take another one.";

function NewKey({ person, people, first }: NewKeyProps) {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: (whose: string) => makeKey(people.workspace, whose),
    onSuccess: async () => {
      setName("");
      await queries.invalidateQueries({ queryKey: ["keys"] });
    },
  });
  const whose = person ?? name.trim();
  return (
    <form
      className="panel"
      aria-label="New key"
      onSubmit={(event) => {
        event.preventDefault();
        if (whose !== "") make.mutate(whose);
      }}
    >
      <h3>{first ? "Make a key to sign with" : "Another key"}</h3>
      <p>
        It signs, and cannot be read: not by this page, not by the server. It is gone when this
        browser's data are cleared.
      </p>
      {person === null && (
        <Autocomplete
          className="choice"
          label="Whose key"
          description="The name as people.yaml has it, or shall have it."
          comboboxProps={{ withinPortal: false }}
          data={people.items.map((each) => each.person)}
          value={name}
          onChange={setName}
          maxLength={200}
        />
      )}
      <div className="actions">
        <Button
          type="submit"
          size="sm"
          variant="default"
          className={first ? "primary" : undefined}
          disabled={whose === ""}
          loading={make.isPending}
        >
          {person === null ? "Make a key" : `Make a key for ${person}`}
        </Button>
      </div>
      {make.isError && (
        <p role="alert">
          <strong className="breach">✕ {make.error.message}</strong> {mendOf(make.error)}
        </p>
      )}
    </form>
  );
}
