import { describe, expect, it } from "vitest";
import { checkMetricLibrary } from "./library-check.js";
import { found, library, libraryDocument } from "./testing/documents.js";

describe("the library by itself", () => {
  const judged = (metric: Record<string, unknown>, sources: Record<string, unknown> = {}) => {
    const document = libraryDocument();
    Object.assign(document.sources, sources);
    return found(checkMetricLibrary(library({ ...document, metrics: { m: metric } })));
  };
  it.each<[Record<string, unknown>, string[]]>([
    [{ kind: "mean", source: "turn", value: "x" }, ["SOURCE_UNKNOWN metrics.m.source"]],
    [{ kind: "mean", source: "turns", value: "x", window: "1d" }, ["AGGREGATE_MISSING metrics.m"]],
    [
      { kind: "proportion", source: "turns", value: "x", aggregate: "avg", window: "1d" },
      ["AGGREGATE_UNSUITED metrics.m.aggregate"],
    ],
    [
      { kind: "mean", source: "exposures", value: "x", aggregate: "sum" },
      ["AGGREGATE_UNSUITED metrics.m.aggregate"],
    ],
    [{ kind: "mean", source: "exposures" }, ["FIELD_MISSING metrics.m.value"]],
    [{ kind: "mean", source: "turns", aggregate: "count" }, ["WINDOW_MISSING metrics.m"]],
    [
      { kind: "mean", source: "exposures", value: "spend", covariate: { value: "spend / 2" } },
      ["COVARIATE_AFTER_EXPOSURE metrics.m.covariate.value"],
    ],
    [{ kind: "mean", source: "exposures", value: "spend", covariate: { value: "history" } }, []],
    [
      {
        kind: "mean",
        source: "exposures",
        value: "spend",
        covariate: { value: "x", source: "turns", aggregate: "sum" },
      },
      ["COVARIATE_AFTER_EXPOSURE metrics.m.covariate"],
    ],
    [
      {
        kind: "mean",
        source: "exposures",
        value: "spend",
        covariate: { value: "x", source: "turns", aggregate: "sum", window: "7d" },
      },
      ["COVARIATE_AFTER_EXPOSURE metrics.m.covariate.window"],
    ],
    [
      { kind: "mean", source: "exposures", value: "spend", covariate: "spent" },
      ["METRIC_UNKNOWN metrics.m.covariate"],
    ],
  ])("judges %j", (metric, expected) => {
    expect(judged(metric)).toEqual(expected);
  });

  it("needs a time column for a window", () => {
    const sources = { flat: { files: "a.csv", grain: "unit" } };
    expect(judged({ kind: "mean", source: "flat", value: "x", window: "7d" }, sources)).toEqual([
      "WINDOW_NEEDS_TIME metrics.m.window",
    ]);
  });
});
