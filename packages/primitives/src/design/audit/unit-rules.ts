/** Is the unit that is assigned the unit that is counted, and does the test ask the question that was registered? */
import type { MetricKind } from "../../shared/vocabulary.js";
import { type AuditContext, type Finding, kindOf } from "./finding.js";

/** From coarse to fine. */
const UNITS = [
  { unit: "account", words: ["account", "household", "tenant", "customer"] },
  { unit: "user", words: ["user", "visitor", "member", "person", "device", "cookie"] },
  { unit: "session", words: ["session", "visit", "conversation", "thread"] },
  {
    unit: "request",
    words: ["request", "query", "turn", "message", "impression", "pageview", "call", "search"],
  },
] as const;
type Unit = (typeof UNITS)[number]["unit"];

const depth = (unit: Unit): number => UNITS.findIndex((entry) => entry.unit === unit);

function unitOf(text: string): Unit | null {
  const words = text.toLowerCase().split(/[^a-z]+/);
  const found = UNITS.find((entry) =>
    entry.words.some((word) => words.includes(word) || words.includes(`${word}s`)),
  );
  return found?.unit ?? null;
}

/** "clicks_per_session" -> session. */
function perUnit(metric: string): Unit | null {
  const named = /_per_([a-z]+)/.exec(metric.toLowerCase())?.[1];
  return named === undefined ? null : unitOf(named);
}

export function randomizationFindings(context: AuditContext): readonly Finding[] {
  const { registration } = context;
  const unit = unitOf(registration.randomization_unit);
  const path = ["randomization_unit"];
  if (unit === "request") {
    return [
      {
        code: "UNIT_REQUEST",
        severity: registration.stakes === "low" ? "warning" : "error",
        path,
        sentence: `Randomising by ${registration.randomization_unit} shows one person both arms within a session: each answer changes what follows, so units interfere (SUTVA).`,
        mend: "Randomise by user.",
        numbers: {},
      },
    ];
  }
  if (unit !== "session") return [];
  return [
    {
      code: "UNIT_SESSION",
      severity: "warning",
      path,
      sentence: `Randomising by ${registration.randomization_unit} shows one person both arms on different visits: carry-over biases the comparison, and nothing beyond a session can be measured.`,
      mend: "Randomise by user, unless the effect ends with the session.",
      numbers: {},
    },
  ];
}

interface Named {
  readonly name: string;
  readonly path: readonly (string | number)[];
}

function metricsOf({ registration }: AuditContext): Named[] {
  return [
    { name: registration.primary_metric.name, path: ["primary_metric", "name"] },
    ...(registration.guardrails ?? []).map(({ name }, at) => ({
      name,
      path: ["guardrails", at, "name"],
    })),
  ];
}

/** Unit of a metric's rows as analysed: the library's, else what its name says. */
function analysisUnit(context: AuditContext, name: string): Unit | null {
  const metric = context.library?.metrics[name];
  const declared = metric && context.library?.sources[metric.source]?.unit;
  const fromLibrary = declared ? unitOf(declared) : null;
  return fromLibrary ?? perUnit(name);
}

export function analysisUnitFindings(context: AuditContext): readonly Finding[] {
  const assigned = unitOf(context.registration.randomization_unit);
  if (assigned === null) return [];
  return metricsOf(context).flatMap(({ name, path }): Finding[] => {
    const kind: MetricKind | null = kindOf(context, name);
    // A ratio or a clustered quantile counts finer rows and keeps the assigned unit as the cluster.
    if (kind === "ratio" || kind === "quantile") return [];
    const analysed = analysisUnit(context, name);
    if (analysed === null || analysed === assigned) return [];
    const finer = depth(analysed) > depth(assigned);
    // A name alone may say "per turn" of what is a quantile or a ratio: without a library nobody knows.
    const known = kind !== null;
    if (!known && !finer) return [];
    return [
      {
        code: "UNIT_OF_ANALYSIS",
        severity: known ? "error" : "warning",
        path,
        sentence: finer
          ? `"${name}" is analysed by ${analysed} and assigned by ${assigned}: the ${analysed}s of one ${assigned} are not independent, so its variance is too small.`
          : `"${name}" is analysed by ${analysed} and assigned by ${assigned}: one ${analysed} may be in both arms.`,
        mend: finer
          ? `Make it one number a ${assigned}, or a ratio metric (delta method over ${assigned}s).`
          : `Randomise by ${analysed}, or measure by ${assigned}.`,
        numbers: {},
      },
    ];
  });
}

/** Names that are a total over a total, whatever a library says of them. */
const RATIO_NAME =
  /(^|_)(ctr|click_through_rate|conversion_per|cost_per|revenue_per_(session|click|order|visit))(_|$)/;

export function testFindings(context: AuditContext): readonly Finding[] {
  const { registration } = context;
  const { test, primary_metric: primary } = registration;
  const kind = kindOf(context, primary.name);
  const findings: Finding[] = [];
  const tTest = test === "welch_t_two_sided" || test === "welch_t_one_sided";
  const named = kind === null && RATIO_NAME.test(primary.name.toLowerCase());
  if (tTest && (kind === "ratio" || named)) {
    findings.push({
      code: "T_TEST_ON_RATIO",
      severity: kind === "ratio" ? "error" : "warning",
      path: ["test"],
      sentence: `"${primary.name}" is a ratio, and a t-test on it leaves out how the denominator varies.`,
      mend: "Write test: delta_method.",
      numbers: {},
    });
  }
  if (test === "mann_whitney") {
    const meant =
      kind !== null && kind !== "rank"
        ? "its metric is not one of ranks"
        : registration.mde_relative !== undefined || primary.baseline_std !== undefined
          ? "the MDE is one of means"
          : null;
    if (meant !== null) {
      findings.push({
        code: "RANK_TEST_OF_MEANS",
        severity: "error",
        path: ["test"],
        sentence: `Mann-Whitney tests whether treated units tend to be larger, not whether their mean is, and ${meant}; the two may differ in sign.`,
        mend: "Write test: welch_t_two_sided for a mean (cap heavy tails by a registered cap), or register the MDE as a probability with mde_absolute on a metric of kind rank.",
        numbers: {},
      });
    }
  }
  return findings;
}
