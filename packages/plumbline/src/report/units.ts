/** What the numbers of a readout are counted in. */
import type { StudyMetric } from "@plumbline/primitives";
import { SHARE_UNIT } from "./format.js";

/** Unit of every relative number: a share of the control arm's value, so 0.06 is +6 %. */
export const RELATIVE_UNIT = "fraction of control";

/** Of one arm's value. */
export function valueUnit(metric: StudyMetric): string | null {
  if (metric.kind === "rank") return "share of wins";
  if (metric.transform === "log") return `log of ${metric.unit ?? "the value"}`;
  return metric.unit ?? (metric.kind === "proportion" ? SHARE_UNIT : null);
}

/** Of a difference between arms. */
export function absoluteUnit(metric: StudyMetric): string | null {
  return metric.kind === "rank" ? "probability of superiority" : valueUnit(metric);
}
