/** Do the looks spend the error they claim, and is the run as long as it must be? */
import {
  type CustomPlan,
  calibrateLastLevel,
  customPlanError,
  StatsError,
  scaleLevels,
} from "@plumbline/stats";
import { formatCount, formatList } from "../../shared/format.js";
import { informationByDays, spendingPlan } from "../sizing/plan.js";
import type { AuditContext, Finding } from "./finding.js";

/** A tenth more than alpha is a rounding of levels; beyond it the plan is another one. */
const TOLERATED_EXCESS = 0.1;
/** Below nine tenths of alpha, power was given away. */
const WASTE = 0.9;
/** First days show curiosity; with two full weeks a fading effect can be told from a lasting one. */
const NOVELTY_DAYS = 14;

const LEVELS = ["stop_rule", "early_stop_alpha_at_look"];

/** Rounded down, to `digits` significant ones: rounding up would overspend again. */
function level(value: number, digits = 3): string {
  if (value <= 0) return "0";
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(value)));
  return (Math.floor(value * 10 ** decimals) / 10 ** decimals).toFixed(decimals);
}

const levels = (values: readonly number[]): string => formatList(values.map((each) => level(each)));

function validLevels(
  plan: CustomPlan,
  context: AuditContext,
  alpha: number,
  looks: readonly number[],
): { sentence: string; numbers: Record<string, number> } {
  const days = looks.join(", ");
  const type = context.registration.stop_rule?.type === "pocock" ? "pocock" : "obrien_fleming";
  const power = context.study?.power ?? 0.8;
  const spent = spendingPlan({ type }, { sided: plan.sided, alpha, power }, looks);
  const name = type === "pocock" ? "Pocock-type" : "O'Brien-Fleming-type";
  const boundary = `${name} levels of days ${days}: ${levels(spent.nominalLevels)}`;
  const numbers = Object.fromEntries(
    spent.nominalLevels.map((value, k) => [`valid_level_${k + 1}`, value]),
  );
  try {
    const last = calibrateLastLevel(plan, alpha).nominalLevels.at(-1) ?? 0;
    return {
      sentence: `Keep the earlier levels and let the last be at most ${level(last, 4)}; or use the ${boundary}.`,
      numbers: { ...numbers, valid_last_level: last },
    };
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    const scaled = scaleLevels(plan, alpha).nominalLevels;
    return {
      sentence: `Scale the levels to ${levels(scaled)}; or use the ${boundary}.`,
      numbers,
    };
  }
}

/** Equal levels alpha / K under the name of Pocock are Bonferroni's. */
function bonferroni(context: AuditContext, plan: CustomPlan, alpha: number): Finding[] {
  const { nominalLevels: given } = plan;
  const share = alpha / given.length;
  if (given.length < 2 || given.some((value) => Math.abs(value - share) > 0.01 * share)) return [];
  const looks = context.registration.stop_rule?.looks ?? [];
  const power = context.study?.power ?? 0.8;
  const pocock = spendingPlan({ type: "pocock" }, { sided: plan.sided, alpha, power }, looks);
  const called = context.registration.stop_rule?.type === "pocock" ? ", not Pocock's" : "";
  return [
    {
      code: "LEVELS_BONFERRONI",
      severity: "warning",
      path: LEVELS,
      sentence: `Levels of alpha/${given.length} at each look are Bonferroni's${called}: they spend ${customPlanError(plan).overallAlpha.toFixed(4)} of ${alpha}.`,
      mend: `Pocock-type levels at these days are ${levels(pocock.nominalLevels)}; leave early_stop_alpha_at_look out to use them.`,
      numbers: {
        overall_alpha: customPlanError(plan).overallAlpha,
        bonferroni_level: share,
        ...Object.fromEntries(pocock.nominalLevels.map((v, k) => [`valid_level_${k + 1}`, v])),
      },
    },
  ];
}

export function levelFindings(context: AuditContext): readonly Finding[] {
  const { registration, study } = context;
  const given = registration.stop_rule?.early_stop_alpha_at_look;
  const looks = registration.stop_rule?.looks ?? [];
  if (given === undefined || given.length === 0 || given.length !== looks.length) return [];
  const sided = study === null || study.primary.metric.alternative === "two_sided" ? 2 : 1;
  const alpha =
    (study?.primary.alpha ?? registration.alpha ?? 0.05) / (study?.treatments.length ?? 1);
  const plan: CustomPlan = {
    sided,
    informationRates: informationByDays(looks),
    nominalLevels: given,
  };
  const named = bonferroni(context, plan, alpha);
  if (named.length > 0) return named;
  const spent = customPlanError(plan).overallAlpha;
  const even = looks.map((_, k) => (k + 1) / looks.length);
  const evenly = customPlanError({ ...plan, informationRates: even }).overallAlpha;
  const numbers = { overall_alpha: spent, overall_alpha_even_looks: evenly, alpha };
  const words =
    given.length === 1
      ? "The one nominal level spends"
      : `The ${given.length} nominal levels spend`;
  if (spent > alpha * (1 + 1e-6)) {
    const valid = validLevels(plan, context, alpha, looks);
    return [
      {
        code: "LEVELS_OVERSPEND",
        severity: spent > alpha * (1 + TOLERATED_EXCESS) ? "error" : "warning",
        path: LEVELS,
        sentence: `${words} ${spent.toFixed(4)} instead of ${alpha}, with days as information (${evenly.toFixed(4)} were the looks evenly spaced).`,
        mend: valid.sentence,
        numbers: { ...numbers, ...valid.numbers },
      },
    ];
  }
  if (spent >= alpha * WASTE) return [];
  const valid = validLevels(plan, context, alpha, looks);
  return [
    {
      code: "LEVELS_UNDERSPEND",
      severity: "note",
      path: LEVELS,
      sentence: `${words} only ${spent.toFixed(4)} of ${alpha}: power is given away.`,
      mend: valid.sentence,
      numbers: { ...numbers, ...valid.numbers },
    },
  ];
}

export function runtimeFindings(context: AuditContext): readonly Finding[] {
  const { registration, sizing } = context;
  const days = registration.runtime_days;
  if (days === undefined) {
    return [
      {
        code: "RUNTIME_MISSING",
        severity: "warning",
        path: [],
        sentence: "The length of the run is not registered.",
        mend: "Add runtime_days, in whole weeks.",
        numbers: sizing?.weeks ? { weeks: sizing.weeks } : {},
      },
    ];
  }
  const findings: Finding[] = [];
  if (days % 7 !== 0) {
    findings.push({
      code: "RUNTIME_NOT_WEEKS",
      severity: "warning",
      path: ["runtime_days"],
      sentence: `A run of ${days} days is not whole weeks: some weekdays count more than others.`,
      mend: `Run ${Math.ceil(days / 7) * 7} days.`,
      numbers: { days },
    });
  }
  if (days < NOVELTY_DAYS) {
    findings.push({
      code: "RUNTIME_NOVELTY",
      severity: "warning",
      path: ["runtime_days"],
      sentence: `In ${days} days the effect of novelty has not faded: what wins may be curiosity.`,
      mend: `Run at least ${NOVELTY_DAYS} days, and keep a holdback after launch.`,
      numbers: { days },
    });
  }
  const weeks = sizing?.requirements.find(({ role }) => role === "primary")?.weeks ?? null;
  if (sizing?.traffic && (weeks === null || weeks * 7 > days)) {
    const needed = sizing.requirements.find(({ role }) => role === "primary");
    if (needed) {
      findings.push({
        code: "RUNTIME_TRAFFIC",
        severity: "error",
        path: ["runtime_days"],
        sentence:
          weeks === null
            ? `The declared traffic never brings the ${formatCount(needed.total)} different units that the primary metric needs.`
            : `The primary metric needs ${formatCount(needed.total)} units, which the declared traffic brings in ${weeks} weeks, not ${days} days.`,
        mend:
          weeks === null
            ? "Expose more of the traffic, or register a larger MDE."
            : `Run ${weeks * 7} days.`,
        numbers: { needed_total: needed.total, days, ...(weeks === null ? {} : { weeks }) },
      });
    }
  }
  return findings;
}
