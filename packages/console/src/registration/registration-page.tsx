/** What was promised: the document, its hash, who signed, what was amended since, and what the audit finds. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { auditQuery, documentQuery, type Experiment } from "../api/queries.js";
import { WithExperiment } from "../parts/choice.js";
import { DataTable } from "../parts/data-table.js";
import { Failure, Loading } from "../parts/states.js";
import { type Change, Diff } from "./diff.js";

export default function RegistrationPage() {
  return (
    <>
      <h1>Registration</h1>
      <WithExperiment>
        {(experiment, path) => (
          <>
            <Standing experiment={experiment} />
            <Signatures experiment={experiment} path={path} />
            <Amendments experiment={experiment} />
            <Audit path={path} />
            <Text path={path} />
          </>
        )}
      </WithExperiment>
    </>
  );
}

interface OfExperiment {
  readonly experiment: Experiment;
}

function Standing({ experiment: { standing } }: OfExperiment) {
  const { version, state } = standing;
  const locked = state === "locked";
  return (
    <section aria-label="Standing">
      <p>
        <strong className={locked ? "clear" : "near"}>
          {locked ? "✓ locked" : "! not locked"}
        </strong>{" "}
        {standing.sentence}
      </p>
      {version && (
        <dl className="facts">
          <dt>Hash</dt>
          <dd className="hash">{version.document}</dd>
          <dt>Recorded</dt>
          <dd>
            {version.at.slice(0, 10)}, {version.kind}, as{" "}
            <Link to="/ledger" search={{ entry: version.seq }}>
              entry {version.seq}
            </Link>
          </dd>
        </dl>
      )}
    </section>
  );
}

const SIGNATURES = ["Role", "Person", "Signed", "Entry"] as const;

function Signatures({ experiment, path }: OfExperiment & { readonly path: string }) {
  const { standing, missing } = experiment;
  const signed = standing.version?.counted ?? [];
  if (standing.version === null) {
    return (
      <section>
        <h2>Signatures</h2>
        <p>
          Nobody can sign before it is registered: <code>plumb register {path}</code>
        </p>
      </section>
    );
  }
  return (
    <section>
      <h2>Signatures</h2>
      <p className="lead">
        {missing.length === 0
          ? `All ${signed.length} are there.`
          : `${signed.length} are there, ${missing.length} missing.`}
      </p>
      <DataTable name="Signatures" columns={SIGNATURES}>
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
        {missing.map(({ role, holders }) => (
          <tr key={role}>
            <th scope="row">{role}</th>
            <td>
              {holders === null ? "anybody in people.yaml" : holders.join(" or ") || "nobody"}
            </td>
            <td>
              <span className="near">! missing</span>
              <small>
                plumb sign {path} --role {role}
              </small>
            </td>
            <td>–</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

function Amendments({ experiment: { standing } }: OfExperiment) {
  const { amendments, changed } = standing;
  const open: readonly Change[] = changed ?? [];
  return (
    <section>
      <h2>Amendments</h2>
      {open.length > 0 && (
        <>
          <p>
            <strong className="near">! Changed since it was registered</strong>, and not yet an
            amendment:
          </p>
          <Diff changes={open} />
        </>
      )}
      {amendments.length === 0 && <p className="muted">None.</p>}
      {amendments.map(({ seq, at, reason, changes, looksBefore }) => (
        <article key={seq}>
          <h3>
            {at.slice(0, 10)}: {reason}
          </h3>
          <p className={looksBefore > 0 ? "near" : "muted"}>
            {looksBefore === 0
              ? "Before any look at results."
              : `! After ${looksBefore === 1 ? "1 look" : `${looksBefore} looks`} at results.`}
          </p>
          <Diff changes={changes} />
        </article>
      ))}
    </section>
  );
}

const ICONS = { error: "✕", warning: "!", note: "i" } as const;
const TONES = { error: "fatal", warning: "warning", note: "note" } as const;

function Audit({ path }: { readonly path: string }) {
  const audit = useQuery(auditQuery(path));
  return (
    <section>
      <h2>Audit</h2>
      {audit.isPending && <Loading what="the audit" />}
      {audit.isError && <Failure error={audit.error} again={() => void audit.refetch()} />}
      {audit.data?.findings.length === 0 && <p>✓ The audit finds nothing.</p>}
      <ul className="findings">
        {audit.data?.findings.map(({ code, severity, sentence, mend, file, line, column }) => (
          <li key={`${code}:${line}:${column}:${sentence}`} className={TONES[severity]}>
            <span className="badge" aria-hidden="true">
              {ICONS[severity]}
            </span>
            <div>
              <span className="word">{severity}</span> <span className="text">{sentence}</span>
              <span className="figures">
                {mend} · {code} · {file}:{line}:{column}
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Text({ path }: { readonly path: string }) {
  const document = useQuery(documentQuery(path));
  return (
    <section>
      <h2>Document</h2>
      <p className="lead">{path}</p>
      {document.isPending && <Loading what="the document" />}
      {document.isError && <Failure error={document.error} again={() => void document.refetch()} />}
      {document.data !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard.
        <pre tabIndex={0}>
          <code>{document.data}</code>
        </pre>
      )}
    </section>
  );
}
