/**
 * How often guardrails turn down a launch that changes nothing. Each test of the declared policy rejects such a launch with
 * at most its level; over independent tests 1 - prod(1 - level), as the foundations count it (five at 0.05: 0.226). That is an
 * upper bound: a two-sided test counts harm on one side only, and a veto needs the estimate beyond its limit as well,
 * P = Phi(-max(|limit| / se, z of the level)). Under Holm the first rejection decides, at the largest level over m.
 * Normal distribution; one reading of the data; tests of one metric in several cohorts are taken as independent, which for
 * positively correlated tests bounds the chance from above (Slepian 1962).
 */
import { normalCdf, normalIsf } from "@plumbline/stats";
import { effectOnScale, findResult, improvementSign } from "../../shared/effects.js";
import { formatAlpha, formatNumberOf, formatPercent } from "../../shared/format.js";
import {
  deteriorationAlpha,
  deteriorationMetrics,
  type GuardrailTest,
  guardrailTests,
} from "../../shared/policy-levels.js";
import type { Evidence, FalseVeto, Study } from "../../shared/vocabulary.js";

const anyOf = (chances: readonly number[]): number =>
  -Math.expm1(chances.reduce((sum, chance) => sum + Math.log1p(-Math.min(chance, 1)), 0));

/** Beyond double precision a chance counts as not known. */
function anyKnown(chances: readonly (number | null)[]): number | null {
  const known = chances.filter((chance) => chance !== null && Number.isFinite(chance));
  return known.length === chances.length ? anyOf(known.map(Number)) : null;
}

/** A veto test at no effect: its level, and the part of it on the harmful side. */
interface Level {
  readonly full: number;
  readonly harmful: number;
}

function levelOf(test: GuardrailTest, alpha: number): Level {
  return { full: alpha, harmful: test.metric.alternative === "two_sided" ? alpha / 2 : alpha };
}

/** Levels at which a first veto can come; null where a belief stands in for a level. */
function vetoLevels(study: Study, tests: readonly GuardrailTest[]): Level[] | null {
  const { policy } = study;
  const count = tests.length;
  if (policy.kind === "risk_aware") {
    const level = deteriorationAlpha(study) ?? 0;
    return deteriorationMetrics(study).map(() => ({ full: level, harmful: level }));
  }
  if (policy.kind === "posterior_breach") {
    if (tests.some(({ prior }) => prior !== null)) return null;
    return tests.map(() => ({ full: policy.limit, harmful: policy.limit }));
  }
  if (policy.kind === "non_inferiority" || policy.correction === "none") {
    return tests.map((test) => levelOf(test, test.alpha));
  }
  const largest = Math.max(...tests.map(({ alpha }) => alpha));
  const base = (test: GuardrailTest) => (policy.correction === "holm" ? largest : test.alpha);
  return tests.map((test) => levelOf(test, base(test) / count));
}

/** The limit in standard errors, above 0; null for a level limit or an unknown error. */
function distanceOf(
  study: Study,
  evidence: Evidence,
  treatment: string,
  test: GuardrailTest,
): { readonly distance: number; readonly standardError: number } | null {
  const { metric, threshold, cohort } = test;
  if (threshold.scale === "level") return null;
  const lookup = findResult(evidence, metric.name, treatment, cohort);
  if (lookup.kind === "absent") return null;
  const effect = effectOnScale(lookup.analysis, threshold.scale, 1 - study.intervalAlpha);
  const standardError = effect?.standardError ?? null;
  if (standardError === null) return null;
  return { distance: Math.abs(threshold.value) / standardError, standardError };
}

/** The harm in standard errors from which the posterior probability of a breach is `chance` or more. */
function posteriorCritical(
  { metric, prior }: GuardrailTest,
  { distance, standardError }: { readonly distance: number; readonly standardError: number },
  chance: number,
): number {
  const z = normalIsf(chance);
  if (prior === null) return distance - z;
  const kept = 1 / (1 + (standardError / prior.sd) ** 2);
  const mean = (-improvementSign(metric.direction) * prior.mean) / standardError;
  return (distance - (1 - kept) * mean - z * Math.sqrt(kept)) / kept;
}

interface Chances {
  readonly veto: number | null;
  readonly notPassed: number | null;
}

/** Chances of one test at no effect, from the standard error seen; `level`: that of its veto. */
function chancesOf(
  study: Study,
  evidence: Evidence,
  treatment: string,
  test: GuardrailTest,
  level: Level | null,
): Chances {
  const { policy } = study;
  const seen = distanceOf(study, evidence, treatment, test);
  if (seen === null) return { veto: null, notPassed: null };
  if (policy.kind === "posterior_breach") {
    const beyond = (chance: number) => {
      const critical = posteriorCritical(test, seen, chance);
      return Number.isNaN(critical) ? null : normalCdf(-critical);
    };
    return { veto: beyond(1 - policy.limit), notPassed: beyond(policy.limit) };
  }
  const unproven = normalCdf(normalIsf(test.alpha) - seen.distance);
  if (policy.kind === "risk_aware") {
    const harmed = level?.harmful ?? 0;
    return { veto: harmed, notPassed: Math.max(unproven, harmed) };
  }
  const z = normalIsf(Math.min(0.5, level?.harmful ?? 0.5));
  const veto = normalCdf(-Math.max(seen.distance, z));
  return { veto, notPassed: policy.kind === "non_inferiority" ? unproven : veto };
}

/** Null without guardrails and without tests of deterioration. */
export function falseVeto(study: Study, evidence: Evidence, treatment: string): FalseVeto | null {
  const tests = guardrailTests(study);
  if (tests.length === 0) return null;
  const levels = vetoLevels(study, tests);
  const riskAware = study.policy.kind === "risk_aware";
  const seen = tests.map((test, at) =>
    chancesOf(study, evidence, treatment, test, levels?.[at] ?? levels?.[0] ?? null),
  );
  const upperBound = levels && anyOf(levels.map(({ full }) => full));
  const guarded = new Set(tests.map(({ metric }) => metric.name));
  const elsewhere = deteriorationMetrics(study)
    .filter(({ name }) => !guarded.has(name))
    .map(() => levels?.[0]?.harmful ?? 0);
  const cohorts = (study.cohorts?.dimensions ?? []).flatMap(({ levels: own }) =>
    own.map(() => study.cohorts?.alpha ?? 0),
  );
  const found = {
    tests: levels?.length ?? tests.length,
    upperBound,
    harmfulSide: levels && anyOf(levels.map(({ harmful }) => harmful)),
    // A test of deterioration has no limit, so its level is its chance.
    atTheseErrors: riskAware ? upperBound : anyKnown(seen.map(({ veto }) => veto)),
    notPassed: anyKnown([...seen.map(({ notPassed }) => notPassed), ...elsewhere]),
    withCohorts: upperBound === null ? null : anyOf([upperBound, ...cohorts]),
  };
  return { ...found, sentence: sentence(study, found, levels, cohorts.length) };
}

const percent = (chance: number): string =>
  chance < 0.0005 ? "below 0.1 %" : formatPercent(Number(chance.toPrecision(3)));

const HOW: Readonly<Record<Study["policy"]["kind"], string>> = {
  harm_test: "A veto needs the estimate past its limit as well",
  non_inferiority: "A veto needs the estimate past its limit as well",
  risk_aware: "Their total level is what is registered for deterioration and quality",
  posterior_breach: "Each reaches its probability at the limit itself, and less without an effect",
};

function sentence(
  study: Study,
  found: Omit<FalseVeto, "sentence">,
  levels: readonly Level[] | null,
  cohorts: number,
): string {
  const { upperBound, harmfulSide, atTheseErrors, notPassed, withCohorts, tests } = found;
  const { kind } = study.policy;
  const parts: string[] = [];
  if (upperBound === null) {
    parts.push("No level bounds a false veto under the registered prior.");
  } else {
    const each = [...new Set(levels?.map(({ full }) => Number(full.toPrecision(3))))].join(", ");
    const what = kind === "risk_aware" ? "deterioration test" : "guardrail test";
    const side =
      harmfulSide !== null && harmfulSide < upperBound
        ? ` (on the harmful side alone: ${percent(harmfulSide)})`
        : "";
    parts.push(
      `A launch that changes nothing meets a false veto in one of ${formatNumberOf(tests, `independent ${what}`)} at ${each} with a probability of up to ${percent(upperBound)}${side}.`,
      `${HOW[kind]}, so this is an upper bound.`,
    );
  }
  if (atTheseErrors !== null && kind !== "risk_aware") {
    parts.push(`With the limits and standard errors seen it is ${percent(atTheseErrors)}.`);
  }
  if (notPassed !== null && kind !== "harm_test") {
    parts.push(
      `It fails to pass every guardrail, by veto or for want of proof, with a probability of ${percent(notPassed)}.`,
    );
  }
  if (withCohorts !== null && cohorts > 0) {
    const alpha = formatAlpha(study.cohorts?.alpha ?? 0);
    parts.push(
      `With the tests of ${formatNumberOf(cohorts, "declared cohort")} at ${alpha} as well: up to ${percent(withCohorts)}.`,
    );
  }
  return parts.join(" ");
}
