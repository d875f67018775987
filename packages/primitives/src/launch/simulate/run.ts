/**
 * Experiments under one truth, counted. Each is read at the moments of the plan until its verdict is another than
 * `continue`, or no reading follows: what the registered rule does, from the first look to the last.
 *
 * Accuracy: Monte Carlo. The standard error of a probability p from n experiments is sqrt(p (1 - p) / n); of an event never
 * seen, p is below 3 / n with 95 % confidence.
 */
import type { RandomSource } from "@plumbline/stats";
import type { Scenario } from "../../design/simulate/scenarios.js";
import type { VerdictWord } from "../../shared/vocabulary.js";
import type { NumericRule } from "./compile.js";
import { experimentDraw } from "./draw.js";
import { numericGate } from "./gate.js";
import { BREACH } from "./limit.js";

export interface Estimate {
  readonly value: number;
  readonly standardError: number;
}

export interface ScenarioResult {
  readonly id: string;
  readonly kind: Scenario["kind"];
  readonly experiments: number;
  readonly verdicts: Readonly<Record<VerdictWord, Estimate>>;
  /** At which reading experiments end, in order. */
  readonly stops: readonly { readonly day: number | null; readonly probability: Estimate }[];
  /** Expected length of the run; null where no day is registered. */
  readonly runtimeDays: Estimate | null;
  /** How often each limit was in breach when the experiment ended with readable data, in any arm. */
  readonly breaches: readonly { readonly id: string; readonly probability: Estimate }[];
}

export interface ScenarioRun {
  readonly scenario: Scenario;
  /** Runs so many more experiments. */
  readonly run: (experiments: number, random: RandomSource) => void;
  /** Of all experiments so far; at least one must have been run. */
  readonly result: () => ScenarioResult;
}

function share(hits: number, count: number): Estimate {
  const value = hits / count;
  return { value, standardError: Math.sqrt((value * (1 - value)) / count) };
}

interface Tally {
  experiments: number;
  readonly verdicts: Record<VerdictWord, number>;
  readonly stops: number[];
  readonly breaches: number[];
}

function runtimeOf({ readings }: NumericRule, { stops, experiments }: Tally): Estimate | null {
  const days = readings.map(({ day }) => day);
  if (!days.every((day) => day !== null)) return null;
  const value = stops.reduce((sum, count, at) => sum + count * (days[at] ?? 0), 0) / experiments;
  const squares = stops.reduce((sum, count, at) => sum + count * ((days[at] ?? 0) - value) ** 2, 0);
  return { value, standardError: Math.sqrt(squares) / experiments };
}

function resultOf(rule: NumericRule, { id, kind }: Scenario, tally: Tally): ScenarioResult {
  const { experiments, verdicts, stops, breaches } = tally;
  const of = (hits: number) => share(hits, experiments);
  return {
    id,
    kind,
    experiments,
    verdicts: {
      ship: of(verdicts.ship),
      veto: of(verdicts.veto),
      no_ship: of(verdicts.no_ship),
      continue: of(verdicts.continue),
      invalid: of(verdicts.invalid),
    },
    stops: rule.readings.map(({ day }, at) => ({ day, probability: of(stops[at] ?? 0) })),
    runtimeDays: runtimeOf(rule, tally),
    breaches: rule.limits.map((limit, at) => ({
      id: limit.id,
      probability: of(breaches[at] ?? 0),
    })),
  };
}

/** True effect of every slot, in the order of the shape. */
export function slotEffects({ shape, model }: NumericRule, scenario: Scenario): number[] {
  const places = new Map<string, readonly number[]>();
  model.dimensions.forEach(({ levels }, d) => {
    levels.forEach(({ name }, l) => {
      places.set(name, scenario.levels[d]?.[l] ?? scenario.effects);
    });
  });
  return shape.slots.map(({ metric, cohort }) => {
    const effects = cohort === null ? scenario.effects : places.get(cohort);
    return effects?.[metric] ?? 0;
  });
}

export function scenarioRun(rule: NumericRule, scenario: Scenario): ScenarioRun {
  const draw = experimentDraw(rule.model, rule.shape, slotEffects(rule, scenario));
  const gate = numericGate(rule);
  const tally: Tally = {
    experiments: 0,
    verdicts: { ship: 0, veto: 0, no_ship: 0, continue: 0, invalid: 0 },
    stops: rule.readings.map(() => 0),
    breaches: rule.limits.map(() => 0),
  };
  const countBreaches = (): void => {
    for (let i = 0; i < tally.breaches.length; i++) {
      const seen = gate.statuses.some((statuses) => statuses[i] === BREACH);
      if (seen) tally.breaches[i] = (tally.breaches[i] ?? 0) + 1;
    }
  };
  const one = (random: RandomSource): void => {
    draw.restart();
    for (let at = 0; at < rule.readings.length; at++) {
      draw.advance(at, random);
      const word = gate.judge(at, draw);
      if (word === "continue" && rule.readings[at]?.over === false) continue;
      tally.experiments += 1;
      tally.verdicts[word] += 1;
      tally.stops[at] = (tally.stops[at] ?? 0) + 1;
      if (word !== "invalid") countBreaches();
      return;
    }
  };
  return {
    scenario,
    run: (experiments, random) => {
      for (let k = 0; k < experiments; k++) one(random);
    },
    result: () => resultOf(rule, scenario, tally),
  };
}
