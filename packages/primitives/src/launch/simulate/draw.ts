/**
 * Moments of one experiment, look by look: means of every slot in every arm, and the counts of the arms. Nothing else of
 * the data enters the gate, so rows are never drawn.
 *
 * Method: sums of independent units are Brownian motions in the share t of the units that are there (independent
 * increments), so a mean is truth + s W(t) / (t sqrt n), n the units at the end. Counts are multinomial by the normal
 * approximation, rounded to whole units. Domain: at least some hundred units an arm at the first look, as for the tests
 * themselves; variances are the planned ones and known. Accuracy: exact joint moments of that model.
 */
import { type RandomSource, randomNormal } from "@plumbline/stats";
import type { SimulationModel } from "../../design/simulate/model.js";
import type { DrawnGroup, DrawShape } from "./shape.js";

/** Units of every arm, the control first, over everybody or in one declared level. */
export interface DrawnCounts {
  /** "locale=JP"; null: everybody. */
  readonly cohort: string | null;
  readonly counts: Float64Array;
}

export interface ExperimentDraw {
  /** Arm by arm (the control first), slot by slot. */
  readonly means: Float64Array;
  readonly counts: readonly DrawnCounts[];
  /** Begins a new experiment. */
  readonly restart: () => void;
  /** Moves on to reading `at` (from 0, in order) and fills `means` and `counts`. */
  readonly advance: (at: number, random: RandomSource) => void;
}

/** True effects by slot, of the first treatment arm. */
export type SlotEffects = readonly number[];

interface Walk {
  readonly state: Float64Array;
  readonly step: (size: number, random: RandomSource) => void;
}

/** `size` Brownian motions with the correlation whose factor is given. */
function walk(factor: readonly (readonly number[])[]): Walk {
  const size = factor.length;
  const rows = factor.map((row) => Float64Array.from(row));
  const state = new Float64Array(size);
  const normals = new Float64Array(size);
  const step = (length: number, random: RandomSource): void => {
    for (let i = 0; i < size; i++) {
      normals[i] = length * randomNormal(random);
      const row = rows[i] ?? normals;
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += (row[j] ?? 0) * (normals[j] ?? 0);
      state[i] = (state[i] ?? 0) + sum;
    }
  };
  return { state, step };
}

const independent = (size: number): number[][] =>
  Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (__, j) => (i === j ? 1 : 0)),
  );

interface ArmWalks {
  readonly everybody: Walk;
  /** By group, by cell. */
  readonly cells: readonly (readonly Walk[])[];
}

interface MeanFrame {
  readonly shape: DrawShape;
  readonly means: Float64Array;
  readonly arm: number;
  /** Truth by slot. */
  readonly truths: Float64Array;
  /** s / sqrt n by metric: noise of a mean of everybody at the end; and 1 / sqrt n. */
  readonly errors: Float64Array;
  readonly roots: Float64Array;
  /** Room for the noise of each cell of a group. */
  readonly noise: Float64Array;
}

/** Means of the levels of one group of dimensions. */
function levelMeans(
  { shape, means, arm, truths, roots, noise }: MeanFrame,
  { cells, levels }: DrawnGroup,
  walks: readonly Walk[],
  everybody: Float64Array,
  t: number,
): void {
  const offset = arm * shape.slots.length;
  for (let c = 0; c < shape.inLevels.length; c++) {
    const metric = shape.inLevels[c] ?? 0;
    let average = 0;
    for (let l = 0; l < cells.length; l++) {
      average += (cells[l]?.weight[c] ?? 0) * (walks[l]?.state[c] ?? 0);
    }
    const handed = (everybody[metric] ?? 0) - average;
    for (let l = 0; l < cells.length; l++) {
      const cell = cells[l];
      noise[l] = (cell?.own[c] ?? 0) * (walks[l]?.state[c] ?? 0) + (cell?.shared[c] ?? 0) * handed;
    }
    const root = (roots[metric] ?? 0) / t;
    for (const level of levels) {
      const slot = level.slots[c] ?? 0;
      let mixed = 0;
      for (let k = 0; k < level.cells.length; k++) {
        mixed += (level.weights[k] ?? 0) * (noise[level.cells[k] ?? 0] ?? 0);
      }
      means[offset + slot] = (truths[slot] ?? 0) + root * (level.scale[c] ?? 1) * mixed;
    }
  }
}

function armMeans(frame: MeanFrame, { everybody, cells }: ArmWalks, t: number): void {
  const { shape, means, arm, truths, errors } = frame;
  const offset = arm * shape.slots.length;
  for (let m = 0; m < shape.metrics; m++) {
    means[offset + m] = (truths[m] ?? 0) + ((errors[m] ?? 0) * (everybody.state[m] ?? 0)) / t;
  }
  for (let g = 0; g < shape.groups.length; g++) {
    const [group, walks] = [shape.groups[g], cells[g]];
    if (group && walks) levelMeans(frame, group, walks, everybody.state, t);
  }
}

/** Whole units by arm from standardised departures; the control takes what is left. */
function fillCounts(
  counts: Float64Array,
  { arms, contrasts }: DrawShape,
  units: number,
  departures: Float64Array,
): void {
  const total = Math.round(units);
  let left = total;
  for (let arm = 1; arm < arms.length; arm++) {
    const share = arms[arm] ?? 0;
    let departure = 0;
    for (let j = 0; j < contrasts.length; j++) {
      departure += (contrasts[j]?.[arm] ?? 0) * (departures[j] ?? 0);
    }
    const count = Math.round(total * share + Math.sqrt(total * share) * departure);
    counts[arm] = Math.min(left, Math.max(0, count));
    left -= counts[arm] ?? 0;
  }
  counts[0] = left;
}

interface CountWalks {
  readonly restart: () => void;
  readonly step: (size: number, random: RandomSource) => void;
  readonly fill: (t: number) => void;
  readonly counts: readonly DrawnCounts[];
}

function countWalks(model: SimulationModel, shape: DrawShape): CountWalks {
  const size = shape.contrasts.length;
  const total = model.units.reduce((sum, units) => sum + units, 0);
  const everybody = walk(independent(size));
  const cells = shape.groups.map((group) => group.cells.map(() => walk(independent(size))));
  const walks = [everybody, ...cells.flat()];
  const fresh = (cohort: string | null): DrawnCounts => ({
    cohort,
    counts: new Float64Array(shape.arms.length),
  });
  const named = shape.groups.map((group) => group.levels.map(({ name }) => fresh(name)));
  const whole = fresh(null);
  const departures = new Float64Array(size);
  const handed = new Float64Array(size);
  // A level's departure is that of its cells together: sum sqrt(w_cell) v_cell / sqrt(w_level).
  const fillLevels = ({ cells: drawn, levels }: DrawnGroup, g: number, t: number): void => {
    const own = cells[g] ?? [];
    for (let j = 0; j < size; j++) {
      let average = 0;
      for (let k = 0; k < drawn.length; k++) {
        average += Math.sqrt(drawn[k]?.share ?? 0) * (own[k]?.state[j] ?? 0);
      }
      handed[j] = (everybody.state[j] ?? 0) - average;
    }
    levels.forEach((level, l) => {
      const counts = named[g]?.[l]?.counts;
      if (counts === undefined) return;
      for (let j = 0; j < size; j++) {
        let sum = Math.sqrt(level.share) * (handed[j] ?? 0);
        for (let k = 0; k < level.cells.length; k++) {
          const cell = own[level.cells[k] ?? 0];
          sum += Math.sqrt(level.weights[k] ?? 0) * (cell?.state[j] ?? 0);
        }
        departures[j] = sum / Math.sqrt(t);
      }
      fillCounts(counts, shape, total * t * level.share, departures);
    });
  };
  return {
    counts: [whole, ...named.flat()],
    restart: () => {
      for (const { state } of walks) state.fill(0);
    },
    step: (length, random) => {
      for (const each of walks) each.step(length, random);
    },
    fill: (t) => {
      for (let j = 0; j < size; j++) departures[j] = (everybody.state[j] ?? 0) / Math.sqrt(t);
      fillCounts(whole.counts, shape, total * t, departures);
      shape.groups.forEach((group, g) => {
        fillLevels(group, g, t);
      });
    },
  };
}

/** A drawing of experiments in which the first treatment arm has the given true effects, and other arms none. */
export function experimentDraw(
  model: SimulationModel,
  shape: DrawShape,
  effects: SlotEffects,
): ExperimentDraw {
  const { slots } = shape;
  const means = new Float64Array(model.units.length * slots.length);
  const arms = model.units.map((units, arm) => {
    const metrics = slots.slice(0, shape.metrics);
    const roots = Float64Array.from(metrics, ({ share }) => 1 / Math.sqrt(units * share));
    const frame: MeanFrame = {
      shape,
      means,
      arm,
      truths: Float64Array.from(slots, ({ baseline }, at) =>
        arm === 1 ? baseline + (effects[at] ?? 0) : baseline,
      ),
      errors: Float64Array.from(metrics, ({ deviation }, at) => deviation * (roots[at] ?? 0)),
      roots,
      noise: new Float64Array(Math.max(0, ...shape.groups.map(({ cells }) => cells.length))),
    };
    const walks: ArmWalks = {
      everybody: walk(shape.factor),
      cells: shape.groups.map(({ cells }) => cells.map(() => walk(shape.levelFactor))),
    };
    return { frame, walks, all: [walks.everybody, ...walks.cells.flat()] };
  });
  const counted = countWalks(model, shape);
  return {
    means,
    counts: counted.counts,
    restart: () => {
      for (const { all } of arms) for (const { state } of all) state.fill(0);
      counted.restart();
    },
    advance: (at, random) => {
      const t = model.readings[at]?.share ?? 1;
      const size = Math.sqrt(t - (at === 0 ? 0 : (model.readings[at - 1]?.share ?? 0)));
      // After the last exposure nobody is added: the same moments are read again.
      if (size === 0) return;
      for (const { frame, walks, all } of arms) {
        for (const each of all) each.step(size, random);
        armMeans(frame, walks, t);
      }
      counted.step(size, random);
      counted.fill(t);
    },
  };
}
