/** The verdict with its reasons, down to the SQL. */
import { Button } from "@mantine/core";
import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { readoutQuery } from "../api/queries.js";
import { useAddress } from "../parts/address.js";
import { WithExperiment } from "../parts/choice.js";
import { Failure, Loading } from "../parts/states.js";
import { EffectByDay } from "./effect-by-day.js";
import { Report } from "./report.js";

export default function ReadoutPage() {
  const [{ registration, asOf }] = useAddress();
  return (
    <>
      {registration !== undefined && <Ahead registration={registration} asOf={asOf} />}
      {/* With a readout the verdict is the head of the page. */}
      {registration === undefined && <h1>Readout</h1>}
      <WithExperiment>{(_, path) => <Readout path={path} />}</WithExperiment>
    </>
  );
}

interface AheadProps {
  readonly registration: string;
  readonly asOf: string | undefined;
}

/** The readout is asked for while the list of experiments is still on its way: the address already says which. */
function Ahead({ registration, asOf }: AheadProps) {
  usePrefetchQuery(readoutQuery(registration, asOf));
  return null;
}

function Readout({ path }: { readonly path: string }) {
  const [{ asOf }] = useAddress();
  const readout = useQuery(readoutQuery(path, asOf));
  if (!readout.isSuccess) {
    return (
      <>
        <h1>Readout</h1>
        {readout.isPending ? (
          <Loading what="the readout" />
        ) : (
          <Failure error={readout.error} again={() => void readout.refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <p className="muted read-at">
        Read {readout.data.generated_at.slice(0, 16).replace("T", " ")} UTC. Reading results is a
        look, and the ledger keeps it.{" "}
        <Button
          size="compact-xs"
          variant="default"
          loading={readout.isFetching}
          onClick={() => void readout.refetch()}
        >
          Read again
        </Button>{" "}
        <a href="#by-day">Effect by day since exposure</a>
      </p>
      <Report readout={readout.data} />
      <EffectByDay path={path} asOf={asOf} />
    </>
  );
}
