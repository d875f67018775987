/** An evidence file against the study it is for. */

import { cohortNamed } from "../shared/intersections.js";
import { didYouMean, type Problem } from "../shared/problems.js";
import type { Study } from "../shared/vocabulary.js";
import { checkFigures } from "./cohort-partition.js";
import { Collector } from "./collector.js";
import type { EvidenceDocument, EvidenceResult } from "./evidence.js";

type Path = readonly (string | number)[];

function checkArms(result: EvidenceResult, study: Study, path: Path, collector: Collector): void {
  const treatments = study.treatments.map(({ name }) => name);
  const arms = [study.control.name, ...treatments];
  for (const arm of Object.keys(result.by_arm ?? {})) {
    if (!arms.includes(arm)) {
      collector.unknown("evidence", "ARM_UNKNOWN", [...path, "by_arm", arm], "arm", arm, arms);
    }
  }
  if (result.by_arm && !Object.hasOwn(result.by_arm, study.control.name)) {
    const mend = `Add the figures of "${study.control.name}".`;
    collector.error(
      "evidence",
      "FIELD_MISSING",
      [...path, "by_arm"],
      "The control arm has no figures.",
      mend,
    );
  }
  const named = result.treatment_arm;
  if (named !== undefined && !treatments.includes(named)) {
    const at = [...path, "treatment_arm"];
    collector.unknown("evidence", "ARM_UNKNOWN", at, "treatment arm", named, treatments);
  }
  const estimated =
    result.estimate_relative !== undefined || result.estimate_absolute !== undefined;
  if (estimated && named === undefined && treatments.length > 1) {
    collector.error(
      "evidence",
      "FIELD_MISSING",
      path,
      "The estimate does not say which treatment arm it is about.",
      `Add treatment_arm: ${treatments.join(" or ")}.`,
    );
  }
}

function checkCohort(result: EvidenceResult, study: Study, path: Path, collector: Collector): void {
  const dimensions = study.cohorts?.dimensions ?? [];
  const named = cohortNamed(result.cohort ?? {}, dimensions);
  if (named === null) return;
  const names = Object.keys(result.cohort ?? {});
  const at = [...path, "cohort", ...(names.length === 1 ? names : [])];
  const found = dimensions.find(({ name }) => name === named.dimension);
  if (!found) {
    const known = dimensions.map(({ name }) => name);
    const noun = names.length === 1 ? "cohort dimension" : "intersection";
    collector.unknown("evidence", "DIMENSION_UNKNOWN", at, noun, named.dimension, known);
  } else if (!found.levels.includes(named.level)) {
    const noun = `level of "${named.dimension}"`;
    collector.unknown("evidence", "LEVEL_UNKNOWN", at, noun, named.level, found.levels);
  }
}

/** One figure for one comparison: two results about the same thing would leave it to chance. */
function checkTwins(evidence: EvidenceDocument, study: Study, collector: Collector): void {
  const seen = new Set<string>();
  const only = study.treatments.length === 1 ? study.treatments[0]?.name : undefined;
  evidence.results.forEach((result, at) => {
    const named = result.treatment_arm ?? (result.by_arm ? undefined : only);
    const arms = named
      ? [named]
      : Object.keys(result.by_arm ?? {}).filter((arm) => arm !== study.control.name);
    for (const arm of arms) {
      const key = JSON.stringify([result.metric, arm, result.cohort ?? {}]);
      if (seen.has(key)) {
        collector.error(
          "evidence",
          "NAME_DUPLICATE",
          ["results", at],
          `There are two results for "${result.metric}" in the same arm and cohort.`,
          "Keep one of them.",
        );
        return;
      }
      seen.add(key);
    }
  });
}

/** Every name in the evidence that the study does not know. Metrics it does not use are warned of. */
export function checkEvidence(evidence: EvidenceDocument, study: Study): Problem[] {
  const collector = new Collector();
  const arms = [study.control, ...study.treatments].map(({ name }) => name);
  for (const arm of Object.keys(evidence.arms)) {
    if (!arms.includes(arm))
      collector.unknown("evidence", "ARM_UNKNOWN", ["arms", arm], "arm", arm, arms);
  }
  for (const arm of arms) {
    if (Object.hasOwn(evidence.arms, arm)) continue;
    collector.error(
      "evidence",
      "FIELD_MISSING",
      ["arms"],
      `The number of units in the arm "${arm}" is missing.`,
      `Add ${arm}: {n: ...}; the sample ratio is tested on it.`,
    );
  }
  const gated = [study.primary, ...(study.success ?? []), ...study.guardrails];
  const known = [
    ...gated.map(({ metric }) => metric),
    ...(study.deterioration ?? []),
    ...study.secondary,
  ];
  const metrics = known.map(({ name }) => name);
  evidence.results.forEach((result, at) => {
    const path = ["results", at];
    if (!metrics.includes(result.metric)) {
      const mend = didYouMean(result.metric, metrics, "metric");
      const message = `The registration does not use the metric "${result.metric}".`;
      collector.warning("evidence", "METRIC_UNKNOWN", [...path, "metric"], message, mend);
    }
    checkArms(result, study, path, collector);
    checkCohort(result, study, path, collector);
  });
  checkTwins(evidence, study, collector);
  const kinds = new Map(known.map(({ name, kind }) => [name, kind]));
  const countsUnits = (metric: string) => ["mean", "proportion"].includes(kinds.get(metric) ?? "");
  checkFigures(evidence, countsUnits, collector);
  return collector.problems;
}
