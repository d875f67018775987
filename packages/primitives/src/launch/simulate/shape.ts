/**
 * What is drawn in one experiment, and how it is laid out: a slot is one metric, over everybody or in one level of one
 * dimension. Everybody comes first, in the order of the metrics; then dimension by dimension, level by level.
 */
import { correlationFactor } from "../../design/simulate/correlation.js";
import type { SimulatedLevel, SimulationModel } from "../../design/simulate/model.js";

export interface Slot {
  /** Position in the model's metrics. */
  readonly metric: number;
  /** "locale=JP"; null: everybody. */
  readonly cohort: string | null;
  readonly baseline: number;
  readonly deviation: number;
  /** Share of the experiment's units in which it is measured. */
  readonly share: number;
  readonly transform: "identity" | "log";
}

/** One level, or the units of no declared level. */
export interface DrawnLevel {
  readonly share: number;
  /** Slots of the level, in the order of the metrics judged in levels; -1: nobody judges them. */
  readonly slots: readonly number[];
  /** By metric: weight of the level's noise in the average, own noise, and what the average hands down. */
  readonly weight: readonly number[];
  readonly own: readonly number[];
  readonly shared: readonly number[];
}

export interface DrawnDimension {
  readonly name: string;
  readonly levels: readonly DrawnLevel[];
  /** Declared levels come first; those after are undeclared units. */
  readonly declared: number;
}

export interface DrawShape {
  readonly slots: readonly Slot[];
  readonly metrics: number;
  /** Metrics that are judged in levels, positions in the model's. */
  readonly inLevels: readonly number[];
  readonly dimensions: readonly DrawnDimension[];
  /** Cholesky factors of the correlations: of all metrics, and of those judged in levels. */
  readonly factor: readonly (readonly number[])[];
  readonly levelFactor: readonly (readonly number[])[];
  /** Intended share of each arm, the control first, and an orthonormal basis of what departs from them. */
  readonly arms: readonly number[];
  readonly contrasts: readonly (readonly number[])[];
}

/** Shares that rounding leaves over are no units. */
const NOBODY = 1e-9;

/**
 * Levels whose average by share is the average of everybody. With independent level noise V_l, A that of everybody and s
 * the average deviation: noise_l = (s_l / sqrt w_l) V_l + (s_l^2 / s) (A - sum sqrt(w_m) s_m V_m / s) has variance s_l^2 / w_l,
 * is independent over levels, and averages to s A. Two dimensions are those of independent attributes.
 */
function drawnLevels(
  shares: readonly number[],
  deviations: readonly (readonly number[])[],
  slots: readonly (readonly number[])[],
): DrawnLevel[] {
  const [first = []] = deviations;
  const averages = first.map((_, c) =>
    Math.sqrt(shares.reduce((sum, share, l) => sum + share * (deviations[l]?.[c] ?? 0) ** 2, 0)),
  );
  return shares.map((share, l) => {
    const own = deviations[l] ?? [];
    const by = (make: (deviation: number, average: number) => number) =>
      own.map((deviation, c) => make(deviation, averages[c] ?? 1));
    return {
      share,
      slots: slots[l] ?? own.map(() => -1),
      weight: by((deviation, average) => (Math.sqrt(share) * deviation) / average),
      own: by((deviation) => deviation / Math.sqrt(share)),
      shared: by((deviation, average) => deviation ** 2 / average),
    };
  });
}

/** Orthonormal vectors orthogonal to the roots of the shares: departures of the counts that keep their total. */
export function shareContrasts(shares: readonly number[]): number[][] {
  const basis = [shares.map(Math.sqrt)];
  for (let arm = 0; basis.length < shares.length; arm++) {
    let vector: number[] = shares.map((_, at) => (at === arm ? 1 : 0));
    for (const known of basis) {
      const along = vector.reduce((sum, value, at) => sum + value * (known[at] ?? 0), 0);
      vector = vector.map((value, at) => value - along * (known[at] ?? 0));
    }
    const length = Math.hypot(...vector);
    if (length > 1e-6) basis.push(vector.map((value) => value / length));
  }
  return basis.slice(1);
}

function levelSlot(model: SimulationModel, level: SimulatedLevel, metric: number): Slot {
  const known = model.metrics[metric];
  const primary = metric === 0;
  return {
    metric,
    cohort: level.name,
    baseline: primary ? level.baseline : (known?.baseline ?? 0),
    deviation: primary ? level.deviation : (known?.deviation ?? 1),
    share: (known?.fraction ?? 1) * level.share,
    transform: known?.transform ?? "identity",
  };
}

/** @param inLevels metrics judged in the levels, positions in the model's; the primary is 0. */
export function drawShape(model: SimulationModel, inLevels: readonly number[]): DrawShape {
  const slots: Slot[] = model.metrics.map((metric, at) => ({
    metric: at,
    cohort: null,
    baseline: metric.baseline,
    deviation: metric.deviation,
    share: metric.fraction,
    transform: metric.transform,
  }));
  const dimensions = model.dimensions.map(({ name, levels }): DrawnDimension => {
    const positions = levels.map((level) =>
      inLevels.map((metric) => slots.push(levelSlot(model, level, metric)) - 1),
    );
    const rest = 1 - levels.reduce((sum, { share }) => sum + share, 0);
    const undeclared = rest > NOBODY ? [rest] : [];
    const whole = inLevels.map((metric) => model.metrics[metric]?.deviation ?? 1);
    const own = levels.map((level) =>
      inLevels.map((metric, c) => (metric === 0 ? level.deviation : (whole[c] ?? 1))),
    );
    const shares = [...levels.map(({ share }) => share), ...undeclared];
    const deviations = [...own, ...undeclared.map(() => whole)];
    return { name, levels: drawnLevels(shares, deviations, positions), declared: levels.length };
  });
  const between = (rows: readonly number[]) =>
    rows.map((i) => rows.map((j) => model.correlation[i]?.[j] ?? (i === j ? 1 : 0)));
  const total = model.units.reduce((sum, units) => sum + units, 0);
  const arms = model.units.map((units) => units / total);
  return {
    slots,
    metrics: model.metrics.length,
    inLevels,
    dimensions,
    factor: correlationFactor(model.correlation) ?? [],
    levelFactor: correlationFactor(between(inLevels)) ?? [],
    arms,
    contrasts: shareContrasts(arms),
  };
}
