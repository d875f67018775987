/** The cohorts read together, as rows that the terminal and the page both draw. */
import { effectPhrase, formatAbsoluteEffect, formatRelativeEffect } from "./format.js";
import type { ReadoutMix, ReadoutPooling } from "./readout-cohorts-schema.js";
import type { Readout, ReadoutEffect } from "./readout-schema.js";

/** One dimension: what pooling says of each gated metric, and what makes up each aggregate effect. */
export interface CohortReading {
  readonly dimension: string;
  readonly pooling: readonly ReadoutPooling[];
  readonly mix: readonly ReadoutMix[];
}

/** None with invalid data: then no effect may be read. */
export function cohortReadings(readout: Readout): CohortReading[] {
  if (!readout.effects_evaluable) return [];
  const { cohort_pooling: pooling, cohort_mix: mix } = readout;
  const dimensions = [...new Set([...pooling, ...mix].map(({ dimension }) => dimension))];
  return dimensions.map((dimension) => ({
    dimension,
    pooling: pooling.filter((each) => each.dimension === dimension),
    mix: mix.filter((each) => each.dimension === dimension),
  }));
}

/** Said where intervals of the readout hold over several looks: these do not. */
export function poolingCaveat({ interval_kind: kind }: Readout): string {
  return kind === "fixed"
    ? ""
    : "These figures hold for one reading of the data: while the run goes on they describe, and test nothing.";
}

type Range =
  | ReadoutPooling["levels"][number]["raw"]
  | NonNullable<ReadoutPooling["levels"][number]["pooled"]>;

/** "−8.2 % [−10.6, −5.8]". */
export function rangeText(
  { scale, unit }: ReadoutPooling,
  { estimate, lower, upper }: Range,
  level: number,
): string {
  const effect: ReadoutEffect = {
    estimate,
    standard_error: null,
    interval: { lower, upper, level },
    unit,
  };
  return effectPhrase(
    scale === "relative" ? formatRelativeEffect(effect, null) : formatAbsoluteEffect(effect),
  );
}

export function keptText(kept: number | null): string {
  return kept === null ? "–" : `${Math.round(kept * 100)} %`;
}

/** What is said of the other gated metrics, without their tables. */
export function otherSentences({ pooling, mix }: CohortReading, primary: string): string[] {
  return [...pooling, ...mix]
    .filter(({ metric }) => metric !== primary)
    .map(({ sentence }) => sentence);
}
