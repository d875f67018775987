/** Who signed, who is missing, and signing here. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { type Experiment, sessionQuery } from "../api/queries.js";
import { DataTable } from "../parts/data-table.js";
import type { BrowserKey } from "../people/browser-keys.js";
import { type Signing, signingOf } from "../people/key-standing.js";
import { useKeys } from "../people/use-keys.js";
import { SignPanel } from "./sign-panel.js";

const COLUMNS = ["Role", "Person", "Signed", "Entry"] as const;

interface SignaturesProps {
  readonly experiment: Experiment;
  readonly path: string;
}

interface Chosen {
  readonly role: string;
  readonly held: BrowserKey;
}

export function Signatures({ experiment, path }: SignaturesProps) {
  const { standing, missing } = experiment;
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [said, setSaid] = useState("");
  const { version } = standing;
  if (version === null) {
    return (
      <section>
        <h2>Signatures</h2>
        <p>Nobody can sign before it is registered.</p>
      </section>
    );
  }
  const signed = version.counted;
  const isOpen = chosen !== null && missing.some(({ role }) => role === chosen.role);
  return (
    <section>
      <h2>Signatures</h2>
      <p className="lead">
        {missing.length === 0
          ? `All ${signed.length} are there.`
          : `${signed.length} are there, ${missing.length} missing.`}
      </p>
      <DataTable name="Signatures" columns={COLUMNS}>
        {signed.map(({ role, person, at, seq }) => (
          <tr key={seq}>
            <th scope="row">{role}</th>
            <td>{person}</td>
            <td>
              <span className="clear">✓</span> {at.slice(0, 16).replace("T", " ")} UTC
            </td>
            <td>
              <Link to="/ledger" search={{ entry: seq }}>
                {seq}
              </Link>
            </td>
          </tr>
        ))}
        {missing.map((each) => (
          <MissingRow
            key={each.role}
            missing={each}
            experiment={experiment}
            choose={(held) => {
              setSaid("");
              setChosen({ role: each.role, held });
            }}
          />
        ))}
      </DataTable>
      <p role="status" className="clear">
        {said}
      </p>
      {isOpen && (
        <SignPanel
          key={`${chosen.role} ${chosen.held.fingerprint} ${version.document}`}
          experiment={standing.experiment}
          version={version}
          path={path}
          role={chosen.role}
          held={chosen.held}
          done={(sentence) => {
            setChosen(null);
            setSaid(sentence ?? "");
          }}
        />
      )}
    </section>
  );
}

interface MissingRowProps {
  readonly missing: Experiment["missing"][number];
  readonly experiment: Experiment;
  readonly choose: (held: BrowserKey) => void;
}

function useSigning({ missing, experiment }: MissingRowProps): Signing<BrowserKey> | null {
  const session = useQuery(sessionQuery);
  const { people, keys } = useKeys();
  if (!session.data || !people.data || !keys.data) return null;
  const counted = (experiment.standing.version?.counted ?? []).map(({ person }) => person);
  return signingOf({
    missing,
    counted,
    keys: keys.data,
    people: people.data,
    session: session.data,
  });
}

function MissingRow(props: MissingRowProps) {
  const { missing, experiment, choose } = props;
  const { role, holders } = missing;
  const signing = useSigning(props);
  const changed = (experiment.standing.changed ?? []).length > 0;
  return (
    <tr>
      <th scope="row">{role}</th>
      <td>{holders === null ? "anybody in people.yaml" : holders.join(" or ") || "nobody"}</td>
      <td>
        <span className="near">! missing</span>
        {changed ? (
          <small>Amend it first, or undo the change: what changed cannot be signed.</small>
        ) : (
          signing && <SignHere role={role} signing={signing} choose={choose} />
        )}
      </td>
      <td>–</td>
    </tr>
  );
}

interface SignHereProps {
  readonly role: string;
  readonly signing: Signing<BrowserKey>;
  readonly choose: (held: BrowserKey) => void;
}

function SignHere({ role, signing: { keys, why, keyHelps }, choose }: SignHereProps) {
  if (why !== null) {
    return (
      <small>
        {why} {keyHelps && <Link to="/people">Keys of this browser</Link>}
      </small>
    );
  }
  return (
    <div className="actions tight">
      {keys.map((held) => (
        <Button
          key={held.fingerprint}
          size="compact-xs"
          variant="default"
          className="primary"
          onClick={() => choose(held)}
        >
          Sign here as {held.person}, {role}…
        </Button>
      ))}
    </div>
  );
}
