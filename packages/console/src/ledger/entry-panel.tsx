/** One entry as it stands in the ledger, with the proof that it is there. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { proofQuery } from "../api/queries.js";
import { useAddress } from "../parts/address.js";
import { save } from "../parts/save.js";
import { Failure, Loading } from "../parts/states.js";
import { type InclusionProof, isIncluded } from "./inclusion.js";

function legible(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function EntryPanel({ seq }: { readonly seq: number }) {
  const proof = useQuery(proofQuery(seq));
  const [, go] = useAddress();
  return (
    <section className="panel" aria-label={`Entry ${seq}`}>
      <h2>Entry {seq}</h2>
      {proof.isPending && <Loading what="the proof" />}
      {proof.isError && <Failure error={proof.error} again={() => void proof.refetch()} />}
      {proof.data && <Proof proof={proof.data} />}
      <div className="actions">
        <Button size="xs" variant="default" onClick={() => go({})}>
          Close
        </Button>
      </div>
    </section>
  );
}

function Proof({ proof }: { readonly proof: InclusionProof }) {
  const { seq, hash, size, root, path, text } = proof;
  const included = useQuery({
    queryKey: ["included", seq, root],
    queryFn: () => isIncluded(proof),
  });
  const download = () =>
    save(`entry-${seq}-proof.json`, "application/json", JSON.stringify(proof, null, 2));
  return (
    <>
      {included.data !== undefined && (
        <p className={included.data ? "clear" : "breach"} data-included={included.data}>
          {included.data
            ? `✓ This browser computed the proof: the entry is number ${seq} of ${size} under this root.`
            : "✕ The proof does not lead from this entry to the root."}
        </p>
      )}
      <dl className="facts">
        <dt>Hash</dt>
        <dd className="hash">{hash}</dd>
        <dt>Root</dt>
        <dd className="hash">{root}</dd>
        <dt>Proof</dt>
        <dd>
          {path.length} hashes{" "}
          <button type="button" className="save" onClick={download}>
            Save the proof
          </button>
        </dd>
      </dl>
      <details>
        <summary>Content</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard. */}
        <pre tabIndex={0}>
          <code>{legible(text)}</code>
        </pre>
      </details>
    </>
  );
}
