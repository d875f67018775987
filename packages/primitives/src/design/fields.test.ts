import { describe, expect, it } from "vitest";
import { parseDocument } from "./issues.js";
import { metricLibrarySchema } from "./metrics.js";
import { registrationSchema } from "./registration.js";
import { changed, found, registration, withData } from "./testing/documents.js";
import { workspaceSchema } from "./workspace.js";

describe("fields", () => {
  const problems = (schema: Parameters<typeof parseDocument>[0], value: unknown) =>
    parseDocument(schema, "library", value).problems;

  it("names an unknown key at any depth and suggests the known one", () => {
    const given = changed({
      guardrails: [{ name: "a", threshhold: 1, direction: "lower_is_better" }],
    });
    expect(problems(registrationSchema, given)[0]).toMatchObject({
      code: "FIELD_UNKNOWN",
      path: ["guardrails", 0, "threshhold"],
      mend: 'Did you mean "threshold"?',
    });
    const policy = changed({ guardrail_policy: { rule: "harm_test", corection: "holm" } });
    expect(problems(registrationSchema, policy)[0]).toMatchObject({
      code: "FIELD_UNKNOWN",
      path: ["guardrail_policy", "corection"],
      mend: 'Did you mean "correction"?',
    });
  });

  it("reports all fields at once", () => {
    const given = changed({ alpha: 5, power: "high", hypothesis: { h0: "x" } });
    expect(found(problems(registrationSchema, given))).toEqual([
      "FIELD_MISSING hypothesis.h1",
      "FIELD_INVALID power",
      "FIELD_INVALID alpha",
    ]);
  });

  it("places an expression's fault inside its text", () => {
    const metric = (value: string) => ({ metrics: { m: { kind: "mean", source: "s", value } } });
    expect(problems(metricLibrarySchema, metric("a + coalesc(b, 0)"))[0]).toMatchObject({
      code: "EXPRESSION_FUNCTION_UNKNOWN",
      path: ["metrics", "m", "value"],
      offset: 4,
    });
    expect(problems(metricLibrarySchema, metric('`a"b`'))[0]?.code).toBe("IDENTIFIER_INVALID");
  });

  it("refuses a column with a quote, a source that is an address and a format nobody can tell", () => {
    const source = (fields: Record<string, unknown>) => ({
      sources: { s: { grain: "unit", ...fields } },
    });
    expect(found(problems(metricLibrarySchema, source({ files: "a.csv", unit: 'us"er' })))).toEqual(
      ["IDENTIFIER_INVALID sources.s.unit"],
    );
    expect(problems(metricLibrarySchema, source({ files: "https://x.test/a.csv" }))).toHaveLength(
      1,
    );
    expect(found(problems(metricLibrarySchema, source({ files: ["a.csv", "b.parquet"] })))).toEqual(
      ["SOURCE_FORMAT_UNKNOWN sources.s.files"],
    );
  });

  it.each(["2026-02-30", "yesterday", "2026-04-15T09:00:00", "2026-13-01", "2026-04-15T25:00:00Z"])(
    "refuses the time %s",
    (time) => {
      const exposure = { ...withData().exposure, start: time };
      expect(found(problems(registrationSchema, changed({ exposure })))).toEqual([
        "TIME_INVALID exposure.start",
      ]);
    },
  );

  it("brings times to UTC", () => {
    const exposure = {
      ...withData().exposure,
      start: "2026-04-15T09:00:00+09:00",
      end: "2026-05-01",
    };
    expect(registration(changed({ exposure })).exposure).toMatchObject({
      start: "2026-04-15T00:00:00.000Z",
      end: "2026-05-01T00:00:00.000Z",
    });
  });

  it("accepts a workspace file and refuses documents outside it", () => {
    expect(problems(workspaceSchema, { name: "team", engine: { memory_limit: "4GB" } })).toEqual(
      [],
    );
    expect(found(problems(workspaceSchema, { name: "team", documents: ["../*.yaml"] }))).toEqual([
      "FIELD_INVALID documents.0",
    ]);
  });

  it("takes a timestamp authority with its certificate, and no password in its address", () => {
    const authority = (url: string) => {
      const timestamp = { url, certificate: "trust/ca.pem" };
      return found(problems(workspaceSchema, { name: "team", anchors: { timestamp } }));
    };
    expect(authority("https://tsa.example.org/tsr")).toEqual([]);
    expect(authority("http://tsa.example.org:8080")).toEqual([]);
    for (const url of [
      "ftp://tsa.example.org",
      "tsa.example.org",
      "http://me:pw@tsa.org",
      "https://me@tsa.org",
    ]) {
      expect(authority(url)).toEqual(["FIELD_INVALID anchors.timestamp.url"]);
    }
    const bare = { anchors: { timestamp: { url: "https://tsa.example.org" } } };
    expect(found(problems(workspaceSchema, { name: "team", ...bare }))).toEqual([
      "FIELD_MISSING anchors.timestamp.certificate",
    ]);
  });
});
