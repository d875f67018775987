/** Which registration a page is about: chosen from the workspace, and kept in the address. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Experiment, experimentsQuery } from "../api/queries.js";
import { useAddress } from "./address.js";
import { Empty, Failure, Loading } from "./states.js";

interface ChoiceProps {
  readonly children: (experiment: Experiment, path: string) => ReactNode;
}

export function WithExperiment({ children }: ChoiceProps) {
  const experiments = useQuery(experimentsQuery);
  const [search, go] = useAddress();
  if (experiments.isPending) return <Loading what="the registrations" />;
  if (experiments.isError) {
    return <Failure error={experiments.error} again={() => void experiments.refetch()} />;
  }
  const readable = experiments.data.flatMap((each) =>
    each.path === null ? [] : [{ path: each.path, experiment: each }],
  );
  if (readable.length === 0) return <NoRegistration />;
  const chosen = readable.find(({ path }) => path === search.registration);
  return (
    <>
      <Select
        className="choice"
        label="Experiment"
        placeholder="Choose an experiment"
        searchable
        comboboxProps={{ withinPortal: false }}
        data={readable.map(({ path, experiment }) => ({
          value: path,
          label: experiment.standing.experiment,
        }))}
        value={chosen?.path ?? null}
        onChange={(path) => path !== null && go({ registration: path })}
      />
      {chosen ? (
        children(chosen.experiment, chosen.path)
      ) : (
        <Empty
          title={
            search.registration === undefined
              ? "Choose an experiment"
              : `The workspace has no registration ${search.registration}`
          }
        >
          <p>The list above holds every registration of the workspace.</p>
        </Empty>
      )}
    </>
  );
}

export function NoRegistration() {
  return (
    <Empty title="The workspace has no registration">
      <p>
        <code>plumb init</code> makes an example in a folder of its own; <code>plumb demo</code>{" "}
        makes a workspace with data, signatures and a verdict. Or write one here:{" "}
        <Link to="/registration/new">new registration</Link>.
      </p>
    </Empty>
  );
}
