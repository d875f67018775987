/** A sizing as a document, `plumbline.design_size/1`: numbers in full, snake_case, nothing left out. */
import type { Curve, SizedRequirement, SizingReport } from "@plumbline/primitives";

function requirementDocument(size: SizedRequirement) {
  return {
    id: size.id,
    role: size.role,
    metric: size.metric,
    question: size.question,
    alpha: size.alpha,
    sided: size.sided,
    power: size.power,
    effect: size.effect,
    relative_effect:
      size.baseline === null || size.baseline === 0 ? null : size.effect / Math.abs(size.baseline),
    unit_sd: size.unitSd,
    variance_reduction: size.varianceReduction,
    fraction: size.fraction,
    inflation: size.inflation,
    n_control: size.sizes.control,
    n_treatments: size.sizes.treatments,
    n_per_arm: size.perArm,
    total: size.total,
    weeks: size.weeks,
    planned: size.planned,
  };
}

export function sizingDocument(
  report: SizingReport,
  curves: { readonly power: readonly Curve[]; readonly effects: readonly Curve[] },
) {
  const { plan, traffic, planned } = report;
  return {
    schema: "plumbline.design_size/1",
    experiment_id: report.experimentId,
    randomization_unit: report.randomizationUnit,
    alpha: report.alpha,
    power: report.power,
    policy: report.policy,
    beta_per_test: report.betaPerTest,
    plan: {
      kind: plan.kind,
      label: plan.label,
      looks: plan.looks,
      information_rates: plan.informationRates,
      critical_values: plan.criticalValues,
      nominal_levels: plan.nominalLevels,
      overall_alpha: plan.overallAlpha,
      inflation: plan.inflation,
    },
    traffic: traffic && {
      weekly_units: traffic.weeklyUnits,
      returning_share: traffic.returningShare,
      new_units_per_week: traffic.newUnitsPerWeek ?? 0,
      exposed_share: traffic.exposedShare ?? 1,
    },
    planned: planned && { per_arm: planned.perArm, total: planned.total, from: planned.from },
    requirements: report.requirements.map(requirementDocument),
    alternatives: report.alternatives.map(({ label, size }) => ({
      label,
      ...requirementDocument(size),
    })),
    unsized: report.unsized,
    bottleneck: report.bottleneck,
    total: report.total,
    weeks: report.weeks,
    notes: report.notes,
    curves: { power_against_total: curves.power, relative_effect_against_days: curves.effects },
  };
}
