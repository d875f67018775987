/** The effect by day since exposure: whether what was won is a novelty. */
import { useQuery } from "@tanstack/react-query";
import { type Ages, ageSection } from "plumbline/view";
import { useMemo } from "react";
import { ApiError } from "../api/client.js";
import { noveltyQuery } from "../api/queries.js";
import { ReportMarkup } from "../parts/report-markup.js";
import { Failure, Loading } from "../parts/states.js";

/** Refusals that are an answer: there is no such effect yet, or none of this metric. */
const STATES: Readonly<Record<string, string>> = {
  NOVELTY_TOO_EARLY: "◔ Not yet evaluable",
  NOVELTY_UNSUITED: "– Not for this metric",
};

interface EffectByDayProps {
  readonly path: string;
  readonly asOf: string | undefined;
}

export function EffectByDay({ path, asOf }: EffectByDayProps) {
  const days = useQuery(noveltyQuery(path, asOf));
  const found = days.data as unknown as Ages | undefined;
  const text = useMemo(
    () =>
      found === undefined ? "" : found.arms.map((arm, at) => ageSection(arm, at).text).join(""),
    [found],
  );
  const state = days.error instanceof ApiError ? STATES[days.error.code ?? ""] : undefined;
  return (
    <section aria-labelledby="by-day" data-effect-by-day={days.status}>
      <h2 id="by-day">Effect by day since exposure</h2>
      {days.isPending && <Loading what="the effect by day" />}
      {state !== undefined && (
        <p>
          <strong>{state}.</strong> {days.error?.message}
        </p>
      )}
      {days.isError && state === undefined && (
        <Failure error={days.error} again={() => void days.refetch()} />
      )}
      {found && (
        <>
          <p className="muted">
            {found.metric}, units exposed before{" "}
            {found.exposedBefore.slice(0, 16).replace("T", " ")} UTC, so that each has had every
            day; {Math.round(found.coverage * 100)} % intervals.
          </p>
          <ReportMarkup text={text} name={`${found.experiment}-by-day`} />
        </>
      )}
    </section>
  );
}
