/** Somebody else changed the document meanwhile: which version stands is for a person to say. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { versionQuery } from "../api/queries.js";
import { Failure, Loading } from "../parts/states.js";
import type { Changed, Draft } from "./draft.js";

interface ConflictProps {
  readonly draft: Draft;
  readonly change: (changed: Changed) => void;
  readonly settled: () => void;
}

export function Conflict({ draft, change, settled }: ConflictProps) {
  const theirs = useQuery({
    ...versionQuery(draft.path),
    queryKey: ["version", draft.path, "theirs"],
    staleTime: 0,
  });
  const choose = (changed: Changed) => {
    change(changed);
    settled();
  };
  return (
    <section className="panel" role="alert" aria-label="Changed meanwhile">
      <h2>! Somebody else changed it meanwhile</h2>
      <p>Nothing was written. This is what the file says now:</p>
      {theirs.isPending && <Loading what="the other version" />}
      {theirs.isError && <Failure error={theirs.error} again={() => void theirs.refetch()} />}
      {theirs.data && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard. */}
          <pre tabIndex={0}>
            <code>{theirs.data.text}</code>
          </pre>
          <div className="actions">
            <Button
              size="sm"
              variant="default"
              onClick={() => choose({ ...theirs.data, onFile: theirs.data.text })}
            >
              Take theirs, and lose mine
            </Button>
            <Button
              size="sm"
              variant="default"
              onClick={() => choose({ etag: theirs.data.etag, onFile: theirs.data.text })}
            >
              Keep mine, to write it over theirs
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
