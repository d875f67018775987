/** Each launch with its step, its verdict, what blocks it and who must act. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Experiment, experimentsQuery } from "../api/queries.js";
import { NoRegistration } from "../parts/choice.js";
import { DataTable } from "../parts/data-table.js";
import { Failure, Loading } from "../parts/states.js";
import { Verdict } from "../parts/verdict.js";
import { lastLook, stepOf } from "./step.js";

export default function LaunchesPage() {
  const experiments = useQuery(experimentsQuery);
  return (
    <>
      <h1>Launches</h1>
      <p>
        <Link to="/registration/new">New registration</Link>
      </p>
      {experiments.isPending && <Loading what="the launches" />}
      {experiments.isError && (
        <Failure error={experiments.error} again={() => void experiments.refetch()} />
      )}
      {experiments.data && <Launches experiments={experiments.data} />}
    </>
  );
}

const COLUMNS = ["Launch", "Step", "Verdict", "What blocks it", "Who must act", "Pages"] as const;

function Launches({ experiments }: { readonly experiments: readonly Experiment[] }) {
  if (experiments.length === 0) return <NoRegistration />;
  const waiting = experiments.filter((each) => stepOf(each).acts !== null).length;
  const all = experiments.length === 1 ? "1 launch" : `${experiments.length} launches`;
  return (
    <>
      <p className="lead">
        {all}; {waiting === 0 ? "nobody has to act" : `${waiting} wait for somebody`}.
      </p>
      <DataTable name="Launches" columns={COLUMNS} cards>
        {experiments.map((experiment) => (
          <Row key={experiment.standing.experiment} experiment={experiment} />
        ))}
      </DataTable>
    </>
  );
}

function Row({ experiment }: { readonly experiment: Experiment }) {
  const { path, standing } = experiment;
  const step = stepOf(experiment);
  const look = lastLook(experiment);
  return (
    <tr>
      <th scope="row">
        {standing.experiment}
        <small>{path ?? "no file in the workspace"}</small>
      </th>
      <td data-label="Step">
        {step.name}
        <small>{step.primitive}</small>
      </td>
      <td data-label="Verdict">
        <Verdict word={look?.verdict ?? null} />
        {look && (
          <small>
            look {look.number}, {look.at.slice(0, 10)}
          </small>
        )}
      </td>
      <td data-label="What blocks it">{step.blocks ?? <span className="muted">– nothing</span>}</td>
      <td data-label="Who must act">{step.acts ?? <span className="muted">– nobody</span>}</td>
      <td className="nowrap">
        {path !== null && (
          <>
            <Link to="/registration" search={{ registration: path }}>
              Registration
            </Link>{" "}
            ·{" "}
            <Link to="/readout" search={{ registration: path }}>
              Readout
            </Link>
          </>
        )}
      </td>
    </tr>
  );
}
