/** Verify now: what the ledger proves, step by step, and what it cannot. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { verifyQuery } from "../api/queries.js";
import { Failure } from "../parts/states.js";

const ICONS = { passed: "✓", failed: "✕", not_checked: "–" } as const;
const TONES = { passed: "ok", failed: "fatal", not_checked: "not_evaluable" } as const;

export function Verification() {
  const verification = useQuery(verifyQuery);
  const { data } = verification;
  return (
    <section aria-label="Verification">
      <div className="actions">
        <Button
          size="xs"
          c="var(--page)"
          loading={verification.isFetching}
          onClick={() => void verification.refetch()}
        >
          Verify now
        </Button>
        <a href="/api/v1/ledger/export" download="plumbline-ledger.txt">
          Export the ledger
        </a>
      </div>
      <div aria-live="polite">
        {verification.isError && <Failure error={verification.error} />}
        {data && (
          <div className="panel">
            <h2 className={data.ok ? "clear" : "breach"}>
              {data.ok ? "✓ The ledger holds" : "✕ The ledger does not hold"}
            </h2>
            <p>
              {data.entries} entries, {data.anchored} of them anchored. Root{" "}
              <span className="hash">{data.root}</span>
            </p>
            <ul className="findings">
              {data.steps.map(({ name, title, status, findings }) => (
                <li key={name} className={TONES[status]}>
                  <span className="badge" aria-hidden="true">
                    {ICONS[status]}
                  </span>
                  <div>
                    <span className="word">{status.replace("_", " ")}</span>{" "}
                    <span className="text">{title}</span>
                    {findings.map((finding) => (
                      <span key={finding} className="figures">
                        {finding}
                      </span>
                    ))}
                  </div>
                </li>
              ))}
            </ul>
            {data.unproved.length > 0 && (
              <>
                <h3>Not proved</h3>
                <ul className="findings">
                  {data.unproved.map((sentence) => (
                    <li key={sentence}>
                      <span aria-hidden="true">–</span>
                      <span>{sentence}</span>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
