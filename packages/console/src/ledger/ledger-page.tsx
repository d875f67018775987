/** What is on record, page by page; whether it holds; and the proof of each entry. */
import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { entriesQuery } from "../api/queries.js";
import { useAddress } from "../parts/address.js";
import { DataTable } from "../parts/data-table.js";
import { Empty, Failure, Loading } from "../parts/states.js";
import { EntryPanel } from "./entry-panel.js";
import { Verification } from "./verification.js";

const COLUMNS = ["Entry", "Recorded (UTC)", "What", "Subject", "Hash"] as const;

export default function LedgerPage() {
  const [{ entry }] = useAddress();
  const entries = useInfiniteQuery(entriesQuery(undefined));
  return (
    <>
      <h1>Ledger</h1>
      <Verification />
      {entry !== undefined && <EntryPanel seq={entry} />}
      {entries.isPending && <Loading what="the ledger" />}
      {entries.isError && <Failure error={entries.error} again={() => void entries.refetch()} />}
      {entries.data && <Entries items={entries.data.pages.flatMap(({ items }) => items)} />}
      {entries.hasNextPage && (
        <p className="actions">
          <Button
            variant="default"
            size="xs"
            loading={entries.isFetchingNextPage}
            onClick={() => void entries.fetchNextPage()}
          >
            Show older entries
          </Button>
        </p>
      )}
    </>
  );
}

interface EntriesProps {
  readonly items: readonly {
    readonly seq: number;
    readonly hash: string;
    readonly at: string | null;
    readonly type: string | null;
    readonly subject: string | null;
  }[];
}

function Entries({ items }: EntriesProps) {
  const [{ entry }, go] = useAddress();
  if (items.length === 0) {
    return (
      <Empty title="Nothing is on record">
        <p>
          The first entry comes with <code>plumb register</code>.
        </p>
      </Empty>
    );
  }
  return (
    <DataTable name="Entries" columns={COLUMNS}>
      {items.map(({ seq, at, type, subject, hash }) => (
        <tr key={seq} className={seq === entry ? "now" : undefined}>
          <th scope="row">
            <button type="button" className="save" onClick={() => go({ entry: seq })}>
              {seq}
            </button>
          </th>
          <td className="nowrap">{at === null ? "–" : at.slice(0, 19).replace("T", " ")}</td>
          <td className="nowrap">{type ?? "cannot be read"}</td>
          <td className="nowrap">{subject ?? "–"}</td>
          <td className="hash nowrap" title={hash}>
            {hash.slice(0, 12)}…
          </td>
        </tr>
      ))}
    </DataTable>
  );
}
