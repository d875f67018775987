/** What the server does by itself: readings that are planned, messages that are delivered, and what was given up. */
import { Alert, Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { answerOf, client } from "../api/client.js";
import { sessionQuery, type Work, workQuery } from "../api/queries.js";
import { useAddress } from "../parts/address.js";
import { DataTable } from "../parts/data-table.js";
import { Empty, Failure, Loading } from "../parts/states.js";
import { WORK_WORDS } from "./words.js";

const SHOWN = [
  { value: "all", label: "Everything" },
  { value: "waiting", label: "Planned" },
  { value: "failed", label: "Given up" },
] as const;

type Shown = (typeof SHOWN)[number]["value"];

const shownOf = (value: string | undefined): Shown =>
  SHOWN.find((each) => each.value === value)?.value ?? "all";

export default function SchedulePage() {
  const [{ state }, go] = useAddress();
  const shown = shownOf(state);
  const work = useInfiniteQuery(workQuery(shown === "all" ? undefined : shown));
  const pages = work.data?.pages ?? [];
  return (
    <>
      <h1>Schedule</h1>
      <SegmentedControl
        aria-label="Which work is shown"
        data={SHOWN.map((each) => ({ ...each }))}
        value={shown}
        onChange={(value) => go(value === "all" ? {} : { state: value })}
      />
      {work.isPending && <Loading what="the schedule" />}
      {work.isError && <Failure error={work.error} again={() => void work.refetch()} />}
      {work.data && <WorkTable items={pages.flatMap(({ items }) => items)} shown={shown} />}
      {work.hasNextPage && (
        <p className="actions">
          <Button
            variant="default"
            size="xs"
            loading={work.isFetchingNextPage}
            onClick={() => void work.fetchNextPage()}
          >
            Show older work
          </Button>
        </p>
      )}
      <Unplanned items={pages[0]?.unplanned ?? []} />
    </>
  );
}

const COLUMNS = ["Due (UTC)", "Experiment", "What", "State", "What came of it"] as const;

function WorkTable({ items, shown }: { readonly items: readonly Work[]; readonly shown: Shown }) {
  if (items.length === 0) {
    return (
      <Empty title={shown === "failed" ? "Nothing was given up" : "Nothing is planned"}>
        <p>
          Planned looks, matured limits and holdbacks of registered experiments appear here, and
          messages to the targets that <code>plumbline.yaml</code> names under{" "}
          <code>notifications</code>.
        </p>
      </Empty>
    );
  }
  return (
    <DataTable name="Scheduled work" columns={COLUMNS} cards>
      {items.map((work) => (
        <Row key={work.id} work={work} />
      ))}
    </DataTable>
  );
}

const minute = (time: string) => time.slice(0, 16).replace("T", " ");

function Row({ work }: { readonly work: Work }) {
  const { due, subject, what, state, again, attempts, outcome } = work;
  const word = WORK_WORDS[state];
  return (
    <tr>
      <th scope="row" className="nowrap">
        {minute(due)}
      </th>
      <td data-label="Experiment">{subject}</td>
      <td data-label="What">{what}</td>
      <td data-label="State" className="nowrap">
        <span aria-hidden="true">{word.icon}</span> {word.text}
        {again !== null && <small>again from {minute(again)}</small>}
        {state === "failed" && <Retry id={work.id} />}
      </td>
      <td data-label="What came of it">
        {outcome === "" ? <span className="muted">– not yet</span> : outcome}
        {attempts > 1 && <small>{attempts} attempts</small>}
      </td>
    </tr>
  );
}

/** Only whoever operates may; to others it says so. */
function Retry({ id }: { readonly id: string }) {
  const queries = useQueryClient();
  const session = useQuery(sessionQuery);
  const retry = useMutation({
    mutationFn: () => answerOf(client.POST("/api/v1/work/retry", { body: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["work"] }),
  });
  const may = session.data?.permissions.includes("operate") ?? false;
  if (!may) return <small>An operator may try it again.</small>;
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        Try again
      </Button>
      {retry.isError && <Failure error={retry.error} />}
    </>
  );
}

interface UnplannedProps {
  readonly items: readonly { readonly experiment: string; readonly reason: string }[];
}

function Unplanned({ items }: UnplannedProps) {
  if (items.length === 0) return null;
  return (
    <Alert variant="default" mt="md" title="Registered, but nothing is planned">
      <ul>
        {items.map(({ experiment, reason }) => (
          <li key={experiment}>
            <strong>{experiment}</strong>: {reason}
          </li>
        ))}
      </ul>
    </Alert>
  );
}
