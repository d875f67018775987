/** Is the registered size the one that its own figures ask for, as a whole and in each cohort? */
import { formatCount, formatLevel, formatList, formatPercent } from "../../shared/format.js";
import { cohortThreshold, requirementsOf } from "../sizing/requirements.js";
import {
  type PlannedSize,
  powerAtTotal,
  type SizedRequirement,
  sizeRequirement,
} from "../sizing/size.js";
import { type AuditContext, type Finding, times } from "./finding.js";
import { plannedReduction } from "./reduction.js";

/** Beyond half as much again, a size is no longer a margin of safety. */
const EXCESS = 1.5;
/** Sizes are planned with figures known to a few per cent. */
const SHORT = 0.95;
/** Shares to show when none is declared: a small market, a mixed one, a second and a main one. */
const EXAMPLE_FRACTIONS = [0.08, 0.15, 0.3, 0.55] as const;

interface Needed {
  readonly size: SizedRequirement;
  /** The variance reduction was assumed, not declared. */
  readonly assumed: boolean;
}

function neededFor(context: AuditContext): Needed | null {
  const { registration, study, library, sizing } = context;
  if (!study || !sizing) return null;
  const { share, assumed } = plannedReduction(context);
  const sized = sizing.requirements.find(({ role }) => role === "primary");
  if (sized?.varianceReduction === share) return { size: sized, assumed };
  const all = requirementsOf({ registration, study, library }, share, sizing.plan).sized;
  const primary = all.find(({ role }) => role === "primary");
  if (!primary) return null;
  return { size: sizeRequirement(primary, sizing.traffic, sizing.planned), assumed };
}

function reductionWords({ size, assumed }: Needed): string {
  if (size.varianceReduction === 0) return "";
  const share = formatLevel(Number(size.varianceReduction.toPrecision(3)));
  return assumed
    ? ` after ${share} variance reduction (assumed: none is declared)`
    : ` after ${share} variance reduction`;
}

/** A guardrail or cohort for which the size is not too large. */
function otherNeed(context: AuditContext, planned: PlannedSize): SizedRequirement | null {
  const others = (context.sizing?.requirements ?? []).filter(({ role }) => role !== "primary");
  const most = others.reduce<SizedRequirement | null>(
    (found, one) => (found === null || one.total > found.total ? one : found),
    null,
  );
  return most !== null && most.total * EXCESS > planned.total ? most : null;
}

function excessOrShort(context: AuditContext, needed: Needed, planned: PlannedSize): Finding[] {
  const { size } = needed;
  const ratio = planned.total / size.total;
  const path = planned.from === "traffic" ? ["runtime_days"] : [planned.from];
  const power = size.planned?.power ?? 0;
  const numbers = {
    planned_per_arm: planned.perArm,
    needed_per_arm: size.perArm,
    ratio,
    power_at_planned: power,
    variance_reduction: size.varianceReduction,
    inflation: size.inflation,
  };
  const own = `${formatCount(planned.perArm)} per arm is ${times(ratio)} times what its own figures need${reductionWords(needed)}: ${formatCount(size.perArm)}.`;
  if (ratio >= EXCESS) {
    const smallest = size.planned?.effect ?? null;
    const shows =
      smallest === null || size.baseline === null || size.baseline === 0
        ? ""
        : ` It shows ${formatPercent(smallest / Math.abs(size.baseline))} with the registered power.`;
    const other = otherNeed(context, planned);
    const finding: Finding = {
      code: "SIZE_EXCESS",
      severity: other === null ? "warning" : "note",
      path,
      sentence: `${own}${shows}`,
      mend:
        other === null
          ? "Register the size the figures give, or say which cohort or guardrail needs more."
          : `Nothing to do for the primary metric: ${other.id.replace(":", " ")} needs ${formatCount(other.total)} units.`,
      numbers,
    };
    return [finding];
  }
  if (ratio >= SHORT) return [];
  return [
    {
      code: "SIZE_SHORT",
      severity: "error",
      path,
      sentence: `${formatCount(planned.perArm)} per arm shows the registered effect with a power of ${formatPercent(power)}, not ${formatLevel(size.power)}; it takes ${formatCount(size.perArm)}${reductionWords(needed)}.`,
      mend: "Register a larger size or a larger MDE, or reduce the variance.",
      numbers,
    },
  ];
}

export function sizeFindings(context: AuditContext): readonly Finding[] {
  const { registration, sizing, study } = context;
  const findings: Finding[] = [];
  if (
    registration.sample_size_per_arm_post_cuped !== undefined &&
    registration.cuped?.enabled !== true
  ) {
    findings.push({
      code: "CUPED_SIZE_WITHOUT_CUPED",
      severity: "error",
      path: ["sample_size_per_arm_post_cuped"],
      sentence: "The size counts on variance reduction, and CUPED is not enabled.",
      mend: "Write cuped: {enabled: true, covariate: ...}, or register sample_size_per_arm without it.",
      numbers: {},
    });
  }
  if (study === null || sizing === null) return findings;
  const needed = neededFor(context);
  if (needed === null) {
    const why = sizing.unsized.find(({ id }) => id === "primary");
    findings.push({
      code: "SIZE_UNKNOWN",
      severity: "warning",
      path: ["primary_metric"],
      sentence: `No size can be computed: ${why?.reason ?? "figures are missing"}.`,
      mend: why?.mend ?? "Add baseline_estimate and baseline_std.",
      numbers: {},
    });
    return findings;
  }
  if (sizing.planned === null) {
    findings.push({
      code: "SIZE_MISSING",
      severity: "warning",
      path: [],
      sentence: `No size is registered; the figures ask for ${formatCount(needed.size.perArm)} per arm.`,
      mend: `Add sample_size_per_arm: ${needed.size.perArm}.`,
      numbers: { needed_per_arm: needed.size.perArm },
    });
    return findings;
  }
  return [...findings, ...excessOrShort(context, needed, sizing.planned)];
}

interface CohortView {
  readonly label: string;
  readonly fraction: number;
  readonly total: number;
  readonly power: number;
}

/** Examples are carried or not by the primary metric's own figures, at the cohort limit. */
function exampleCohorts(context: AuditContext): { views: CohortView[]; reduction: number } | null {
  const { registration, study, library, sizing } = context;
  const needed = neededFor(context);
  const planned = sizing?.planned;
  if (!needed || !study || !planned) return null;
  const example = { example: Object.fromEntries(EXAMPLE_FRACTIONS.map((f) => [String(f), f])) };
  const bare = {
    registration: { ...registration, sizing: { ...registration.sizing, cohorts: example } },
    study: { ...study, cohorts: null },
    library,
  };
  const reduction = needed.size.varianceReduction;
  const cohorts = requirementsOf(bare, reduction).sized.filter(({ role }) => role === "cohort");
  const views = cohorts.map((cohort) => {
    const { total } = sizeRequirement(cohort, null, null);
    const power = powerAtTotal(cohort, planned.total) ?? 0;
    return { label: formatLevel(cohort.fraction), fraction: cohort.fraction, total, power };
  });
  return { views, reduction };
}

function limitWords(context: AuditContext): string {
  if (context.study === null) return "the limit";
  const { scale, value } = cohortThreshold(context.study);
  return scale === "relative" ? formatPercent(value, { plus: true }) : String(value);
}

/** "36,840 units carry cohorts of 30 % and 55 %, and not those of 8 % (power 31.7 %; needs 131,300)". */
function carriedWords(views: readonly CohortView[], planned: PlannedSize, power: number): string {
  const able = views.filter((view) => view.power >= power).map(({ label }) => label);
  const unable = views
    .filter((view) => view.power < power)
    .map(
      (view) =>
        `${view.label} (power ${formatPercent(view.power)}; needs ${formatCount(view.total)})`,
    );
  const carries = able.length > 0 ? `carry cohorts of ${formatList(able)}` : "carry none";
  const rest = unable.length > 0 ? `, and not those of ${formatList(unable)}` : "";
  return `${formatCount(planned.total)} units ${carries}${rest}`;
}

function exampleFinding(context: AuditContext): Finding[] {
  const { study, sizing, registration } = context;
  const found = exampleCohorts(context);
  const needed = neededFor(context);
  const planned = sizing?.planned;
  if (!found || !needed || !study || !planned) return [];
  const declared = registration.cohorts !== undefined;
  const said = declared
    ? "the shares of the declared cohorts are not known"
    : "no cohort is declared";
  const [first] = found.views;
  const share = first === undefined ? 1 : (first.fraction * first.total) / planned.total;
  return [
    {
      code: declared ? "COHORT_SIZES" : "COHORTS_UNDECLARED",
      severity: declared ? "note" : "warning",
      path: declared ? ["cohorts"] : [],
      sentence: `At ${limitWords(context)} in a cohort${reductionWords(needed)}, ${carriedWords(found.views, planned, study.power)}.${share <= 1 ? ` The smallest they carry holds ${formatPercent(share)}.` : ""} The shares are examples: ${said}.`,
      mend: declared
        ? "Add sizing.cohorts with the share of each level."
        : "Declare cohorts before the data: an average can hide a harmed one.",
      numbers: {
        ...Object.fromEntries(
          found.views.map(({ fraction, total }) => [`total_for_${fraction}`, total]),
        ),
        ...Object.fromEntries(
          found.views.map(({ fraction, power }) => [`power_for_${fraction}`, power]),
        ),
        smallest_fraction: share,
        variance_reduction: found.reduction,
      },
    },
  ];
}

/** Cohorts are judged with the reduction that the planned size stands on. */
function declaredCohorts(context: AuditContext): (CohortView & { id: string })[] {
  const { registration, study, library, sizing } = context;
  const planned = sizing?.planned;
  const needed = neededFor(context);
  if (!study || !planned || !needed) return [];
  const input = { registration, study, library };
  return requirementsOf(input, needed.size.varianceReduction)
    .sized.filter(({ role }) => role === "cohort")
    .map((cohort) => ({
      id: cohort.id.slice("cohort:".length),
      label: `${cohort.id.slice("cohort:".length)} (${formatPercent(cohort.fraction)} of the units)`,
      fraction: cohort.fraction,
      total: sizeRequirement(cohort, null, null).total,
      power: powerAtTotal(cohort, planned.total) ?? 0,
    }));
}

export function cohortFindings(context: AuditContext): readonly Finding[] {
  const { study, sizing, registration } = context;
  const planned = sizing?.planned;
  if (!study || !planned) return [];
  const views = declaredCohorts(context);
  if (views.length === 0) return exampleFinding(context);
  const findings: Finding[] = views.map((view) => {
    const carried = view.power >= study.power;
    const accepted = study.cohorts?.acceptBlindness.includes(view.id) ?? false;
    const [dimension = ""] = view.id.split("=");
    const declared = registration.cohorts?.dimensions[dimension] !== undefined;
    const can = carried ? "can" : "cannot";
    return {
      code: carried ? "COHORT_SIZES" : "COHORT_TOO_SMALL",
      severity: carried || accepted ? "note" : "warning",
      path: declared
        ? ["cohorts", "dimensions", dimension]
        : ["sizing", "cohorts", dimension, view.id.slice(dimension.length + 1)],
      sentence: `${formatCount(planned.total)} units ${can} carry ${view.label} at ${limitWords(context)}: the power is ${formatPercent(view.power)}, and ${formatCount(view.total)} units are needed${accepted && !carried ? "; the signatories accept it" : ""}.`,
      mend: carried
        ? "Nothing to do."
        : "Size for this cohort, merge it with another, or name it in cohorts.accept_blindness.",
      numbers: { power: view.power, total: view.total, fraction: view.fraction },
    };
  });
  return findings;
}
