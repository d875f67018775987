/** A metric library by itself, without any registration. */
import type { Problem } from "../shared/problems.js";
import { Collector } from "./collector.js";
import type { MetricLibrary } from "./metrics.js";
import { lookup, metricNeeds } from "./needs.js";

/** Everything that can be wrong with a library by itself. */
export function checkMetricLibrary(library: MetricLibrary): readonly Problem[] {
  const collector = new Collector();
  for (const [id, metric] of Object.entries(library.metrics)) {
    metricNeeds(library, metric, { id, covariate: null, cuped: true }, collector);
    const source = lookup(library.sources, metric.source);
    if (source?.grain === "event" && metric.window === undefined && source.time !== undefined) {
      collector.warning(
        "library",
        "WINDOW_MISSING",
        ["metrics", id],
        `"${id}" counts events from any time, also from before exposure.`,
        'Add window: "14d" for the 14 days from exposure.',
      );
    }
  }
  return collector.problems;
}
