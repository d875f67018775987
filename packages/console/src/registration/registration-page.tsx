/** What was promised: the document, its hash, who signed, what was amended since, and what the audit finds. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { auditQuery, documentQuery, type Experiment } from "../api/queries.js";
import { WithExperiment } from "../parts/choice.js";
import { openDraft } from "../parts/draft.js";
import { Failure, Loading } from "../parts/states.js";
import { Actions } from "./actions.js";
import { type Change, Diff } from "./diff.js";
import { Signatures } from "./signatures.js";

export default function RegistrationPage() {
  return (
    <>
      <h1>Registration</h1>
      <p>
        <Link to="/registration/new">New registration</Link>
      </p>
      <WithExperiment>
        {(experiment, path) => (
          <>
            <Standing experiment={experiment} />
            <Actions key={path} experiment={experiment} path={path} />
            <Signatures key={`${path} signatures`} experiment={experiment} path={path} />
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
      {document.data !== undefined && (
        <button type="button" className="save" onClick={() => openDraft(document.data)}>
          Begin a new registration with this text
        </button>
      )}
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
