/**
 * What is drawn in one experiment, and how it is laid out: a slot is one metric, over everybody or in one level of one
 * dimension. Everybody comes first, in the order of the metrics; then dimension by dimension, level by level.
 */
import { type Cell, cellsOf, cellsOfLevel, linkedDimensions } from "../../design/simulate/cells.js";
import { correlationFactor } from "../../design/simulate/correlation.js";
import type {
  SimulatedDimension,
  SimulatedLevel,
  SimulationModel,
} from "../../design/simulate/model.js";

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

/** The smallest group of units, by metric judged in levels: its weight in the average, own noise, and what is handed down. */
export interface DrawnCell {
  readonly share: number;
  readonly weight: readonly number[];
  readonly own: readonly number[];
  readonly shared: readonly number[];
}

/** A level as a mixture of cells. */
export interface DrawnLevel {
  readonly name: string;
  readonly share: number;
  /** Slots, in the order of the metrics judged in levels. */
  readonly slots: readonly number[];
  readonly cells: readonly number[];
  /** Of each cell in the level, by share of its units. */
  readonly weights: readonly number[];
  /** By metric: what brings the noise of the mixture to the level's declared deviation. */
  readonly scale: readonly number[];
}

/** Dimensions that are drawn together. */
export interface DrawnGroup {
  readonly cells: readonly DrawnCell[];
  readonly levels: readonly DrawnLevel[];
}

export interface DrawShape {
  readonly slots: readonly Slot[];
  readonly metrics: number;
  /** Metrics that are judged in levels, positions in the model's. */
  readonly inLevels: readonly number[];
  readonly groups: readonly DrawnGroup[];
  /** Cholesky factors of the correlations: of all metrics, and of those judged in levels. */
  readonly factor: readonly (readonly number[])[];
  readonly levelFactor: readonly (readonly number[])[];
  /** Intended share of each arm, the control first, and an orthonormal basis of what departs from them. */
  readonly arms: readonly number[];
  readonly contrasts: readonly (readonly number[])[];
}

/**
 * Cells whose average by share is the average of everybody. With independent cell noise V_l, A that of everybody and s
 * the average deviation: noise_l = (s_l / sqrt w_l) V_l + (s_l^2 / s) (A - sum sqrt(w_m) s_m V_m / s) has variance s_l^2 / w_l,
 * is independent over cells, and averages to s A. Two dimensions drawn apart are those of independent attributes.
 */
function drawnCells(
  cells: readonly Cell[],
  deviations: readonly (readonly number[])[],
): DrawnCell[] {
  const [first = []] = deviations;
  const averages = first.map((_, c) =>
    Math.sqrt(cells.reduce((sum, { share }, l) => sum + share * (deviations[l]?.[c] ?? 0) ** 2, 0)),
  );
  return cells.map(({ share }, l) => {
    const by = (make: (deviation: number, average: number) => number) =>
      (deviations[l] ?? []).map((deviation, c) => make(deviation, averages[c] ?? 1));
    return {
      share,
      weight: by((deviation, average) => (Math.sqrt(share) * deviation) / average),
      own: by((deviation) => deviation / Math.sqrt(share)),
      shared: by((deviation, average) => deviation ** 2 / average),
    };
  });
}

/** Orthonormal vectors orthogonal to the roots of the shares: departures of the counts that keep their total. */
export function shareContrasts(shares: readonly number[]): number[][] {
  const basis = [shares.map(Math.sqrt)];
  for (let arm = 0; arm < shares.length && basis.length < shares.length; arm++) {
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

type LevelSlots = ReadonlyMap<string, readonly number[]>;

function drawnGroup(
  model: SimulationModel,
  group: readonly SimulatedDimension[],
  inLevels: readonly number[],
  slots: LevelSlots,
): DrawnGroup {
  const whole = inLevels.map((metric) => model.metrics[metric]?.deviation ?? 1);
  const cells = cellsOf(group, model.metrics[0]?.deviation ?? 1);
  const deviations = cells.map(({ spread }) =>
    inLevels.map((metric, c) => (whole[c] ?? 1) * (metric === 0 ? spread : 1)),
  );
  const drawnLevel = (level: SimulatedLevel): DrawnLevel => {
    const held = cellsOfLevel(cells, level);
    const scale = inLevels.map((metric, c) => {
      const declared = metric === 0 ? level.deviation : (whole[c] ?? 1);
      const mixed = held.reduce(
        (sum, at) => sum + (cells[at]?.share ?? 0) * (deviations[at]?.[c] ?? 0) ** 2,
        0,
      );
      return (declared * Math.sqrt(level.share)) / Math.sqrt(mixed);
    });
    return {
      name: level.name,
      share: level.share,
      slots: slots.get(level.name) ?? [],
      cells: held,
      weights: held.map((at) => (cells[at]?.share ?? 0) / level.share),
      scale,
    };
  };
  return {
    cells: drawnCells(cells, deviations),
    levels: group.flatMap(({ levels }) => levels.map(drawnLevel)),
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
  const positions = new Map(
    model.dimensions.flatMap(({ levels }) =>
      levels.map((level) => {
        const own = inLevels.map((metric) => slots.push(levelSlot(model, level, metric)) - 1);
        return [level.name, own] as const;
      }),
    ),
  );
  const between = (rows: readonly number[]) =>
    rows.map((i) => rows.map((j) => model.correlation[i]?.[j] ?? (i === j ? 1 : 0)));
  const total = model.units.reduce((sum, units) => sum + units, 0);
  const arms = model.units.map((units) => units / total);
  return {
    slots,
    metrics: model.metrics.length,
    inLevels,
    groups: linkedDimensions(model).map((group) => drawnGroup(model, group, inLevels, positions)),
    factor: correlationFactor(model.correlation) ?? [],
    levelFactor: correlationFactor(between(inLevels)) ?? [],
    arms,
    contrasts: shareContrasts(arms),
  };
}
