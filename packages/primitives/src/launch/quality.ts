/**
 * What the data say about themselves, before any result: one finding a question, in a fixed order.
 * fatal: no effect can be read. warning: read with care. note: counted, and harmless in itself.
 */
import type { DimensionQuality, MomentPlan, MomentResult } from "@plumbline/stats";
import { cohortName, declaredLevels } from "../cohorts/index.js";
import { formatCount, formatList, formatNumberOf, formatPercent } from "../shared/format.js";
import type { ArmCount, QualityFinding, QualityStatus, Study } from "../shared/vocabulary.js";
import { balanceFindings, zeroVariance } from "./quality-metrics.js";
import { sampleRatioFinding } from "./srm.js";

/** Share of units above which repeated unit rows are fatal, and of rows outside the run a warning. */
const REPEATED_LIMIT = 0.01;
const OUTSIDE_LIMIT = 0.01;

/** Units by arm, over everybody or in one level; an arm without a cell counts 0. */
export function armCounts(
  study: Study,
  result: MomentResult,
  dimension: string | null,
  level: string | null,
): ArmCount[] {
  return [study.control, ...study.treatments].map((arm) => {
    const cell = result.cells.find(
      (entry) => entry.arm === arm.name && entry.dimension === dimension && entry.level === level,
    );
    return { arm: arm.name, units: Number(cell?.units ?? 0n) };
  });
}

/** Every data-quality finding of a readout. */
export function qualityFindings(
  study: Study,
  plan: MomentPlan,
  result: MomentResult,
): QualityFinding[] {
  return [
    sampleRatioFinding(study, armCounts(study, result, null, null), null),
    ...cohortRatios(study, result),
    ...emptyArms(study, result),
    multiArmUnits(study, result),
    unknownArms(result),
    ...measuredAfterExposure(result),
    ...balanceFindings(study, plan, result),
    duplicateUnits(result),
    ...exposureRows(result),
    ...eventsBeforeExposure(result),
    ...undeclaredLevels(plan, result),
    ...metricCounts(result),
    ...zeroVariance(study, plan, result),
  ];
}

export function qualityFinding(
  code: string,
  status: QualityStatus,
  subject: string | null,
  sentence: string,
  numbers: Readonly<Record<string, number>> = {},
): QualityFinding {
  return { code, status, sentence, numbers, subject };
}

function cohortRatios(study: Study, result: MomentResult): QualityFinding[] {
  if (study.cohorts === null) return [];
  return declaredLevels(study.cohorts).map((cohort) =>
    sampleRatioFinding(
      study,
      armCounts(study, result, cohort.dimension, cohort.level),
      cohortName(cohort),
    ),
  );
}

function emptyArms(study: Study, result: MomentResult): QualityFinding[] {
  return armCounts(study, result, null, null)
    .filter(({ units }) => units === 0)
    .map(({ arm }) =>
      qualityFinding("empty_arm", "fatal", arm, `No unit was exposed to ${arm}.`, { units: 0 }),
    );
}

function multiArmUnits(study: Study, { quality }: MomentResult): QualityFinding {
  const count = Number(quality.multiArmUnits);
  const units = Number(quality.units);
  const share = units === 0 ? 0 : count / units;
  const limit = study.quality.multiArmLimit;
  const numbers = { count, units, share, limit };
  if (count === 0) {
    const sentence = "No unit was seen in more than one arm.";
    return qualityFinding("multi_arm_units", "ok", null, sentence, numbers);
  }
  const fatal = share > limit;
  const sentence =
    `${formatNumberOf(count, "unit was", "units were")} seen in more than one arm ` +
    `(${formatPercent(share)} of ${formatCount(units)}; the limit is ${formatPercent(limit)}) and ` +
    `${count === 1 ? "is" : "are"} left out of every result.` +
    `${fatal ? " That is too many to trust the assignment." : ""}`;
  return qualityFinding("multi_arm_units", fatal ? "fatal" : "warning", null, sentence, numbers);
}

function unknownArms({ quality }: MomentResult): QualityFinding {
  const { unknownArms: unknown } = quality;
  if (unknown.length === 0) {
    const sentence = "Every arm in the data is registered.";
    return qualityFinding("unknown_arm", "ok", null, sentence);
  }
  const named = unknown.map(
    ({ value, units }) => `"${value}" (${formatNumberOf(Number(units), "unit")})`,
  );
  const sentence = `The data hold ${unknown.length === 1 ? "an arm" : "arms"} that the registration does not name: ${formatList(named)}.`;
  const units = unknown.reduce((sum, arm) => sum + Number(arm.units), 0);
  return qualityFinding("unknown_arm", "fatal", null, sentence, { arms: unknown.length, units });
}

function measuredAfterExposure({ quality }: MomentResult): QualityFinding[] {
  return quality.dimensions
    .filter((dimension) => dimension.measuredAfterExposure > 0n)
    .map(({ dimension, measuredAfterExposure: after }) =>
      qualityFinding(
        "measured_after_exposure",
        "fatal",
        dimension,
        `${dimension} was measured after exposure for ${formatNumberOf(Number(after), "unit")}: the treatment may have moved units between its levels.`,
        { units: Number(after) },
      ),
    );
}

function duplicateUnits({ quality }: MomentResult): QualityFinding {
  const units = Number(quality.units);
  const found = Object.entries(quality.duplicateUnits)
    .map(([source, count]) => ({ source, count: Number(count) }))
    .filter(({ count }) => count > 0);
  if (found.length === 0) {
    const sentence = "No source of one row a unit holds a unit twice.";
    return qualityFinding("duplicate_units", "ok", null, sentence);
  }
  const worst = Math.max(...found.map(({ count }) => count));
  const share = units === 0 ? 1 : worst / units;
  const status = share > REPEATED_LIMIT ? "fatal" : "warning";
  const named = found.map(({ source, count }) => `${formatNumberOf(count, "unit")} in ${source}`);
  const sentence = `Units with more than one row where one is meant: ${formatList(named)} (at most ${formatPercent(share)} of all units; the limit is ${formatPercent(REPEATED_LIMIT)}).`;
  return qualityFinding("duplicate_units", status, null, sentence, {
    count: worst,
    share,
    limit: REPEATED_LIMIT,
  });
}

function exposureRows({ quality }: MomentResult): QualityFinding[] {
  const rows = Number(quality.exposureRows);
  const counted = (
    code: string,
    count: number,
    statusOf: (share: number) => QualityStatus,
    what: string,
  ): QualityFinding[] => {
    if (count === 0) return [];
    const share = rows === 0 ? 1 : count / rows;
    const sentence = `${formatNumberOf(count, "exposure row")} (${formatPercent(share)}) ${what} and ${count === 1 ? "is" : "are"} left out.`;
    return [qualityFinding(code, statusOf(share), null, sentence, { count, rows, share })];
  };
  const warning = (): QualityStatus => "warning";
  return [
    ...counted("null_units", Number(quality.nullUnits), warning, "without a unit id"),
    ...counted("null_arms", Number(quality.nullArms), warning, "without an arm"),
    ...counted(
      "outside_run",
      Number(quality.outsideRun),
      (share) => (share > OUTSIDE_LIMIT ? "warning" : "note"),
      "outside the registered run",
    ),
  ];
}

function eventsBeforeExposure({ quality }: MomentResult): QualityFinding[] {
  return Object.entries(quality.eventsBeforeExposure)
    .filter(([, rows]) => rows > 0n)
    .map(([source, rows]) =>
      qualityFinding(
        "events_before_exposure",
        "note",
        source,
        `${source} holds ${formatNumberOf(Number(rows), "event")} from before the unit's first exposure; only a pre-period window counts them.`,
        { rows: Number(rows) },
      ),
    );
}

function undeclaredLevels(plan: MomentPlan, { quality }: MomentResult): QualityFinding[] {
  return quality.dimensions.flatMap((found) => {
    const spec = plan.dimensions.find((dimension) => dimension.id === found.dimension);
    return spec === undefined ? [] : undeclaredIn(found, spec.levels);
  });
}

function undeclaredIn(found: DimensionQuality, declared: readonly string[]): QualityFinding[] {
  const others = found.levels.filter(
    ({ level, units }) => units > 0n && (level === null || !declared.includes(level)),
  );
  if (others.length === 0) return [];
  const units = others.reduce((sum, entry) => sum + Number(entry.units), 0);
  const shown = others
    .slice(0, 5)
    .map(
      (entry) =>
        `${entry.level === null ? "no value" : `"${entry.level}"`} (${formatCount(Number(entry.units))})`,
    );
  const rest = others.length > shown.length ? [`${others.length - shown.length} more`] : [];
  const sentence = `${found.dimension} has ${formatNumberOf(units, "unit")} at levels that are not declared, which no cohort covers: ${formatList([...shown, ...rest])}.`;
  return [
    qualityFinding("undeclared_levels", "note", found.dimension, sentence, {
      levels: others.length,
      units,
    }),
  ];
}

function metricCounts({ quality }: MomentResult): QualityFinding[] {
  return quality.metrics.flatMap(({ metric, nulls, outOfRange, capped }) => {
    const counted = (code: string, count: bigint, status: QualityStatus, text: string) =>
      count === 0n
        ? []
        : [qualityFinding(code, status, metric, `${metric}: ${text}`, { count: Number(count) })];
    const of = (count: bigint, one: string, many?: string) =>
      formatNumberOf(Number(count), one, many);
    return [
      ...counted("nulls", nulls, "warning", `${of(nulls, "row has", "rows have")} no value.`),
      ...counted(
        "out_of_range",
        outOfRange,
        "warning",
        `${of(outOfRange, "row lies", "rows lie")} outside the plausible range; they are kept.`,
      ),
      ...counted(
        "capped",
        capped,
        "note",
        `${of(capped, "unit was", "units were")} moved to the registered cap.`,
      ),
    ];
  });
}
