/** Shapes of what the portfolio operations answer. */
import { z } from "zod";

const text = z.string();
const number = z.number();
const count = z.int().min(0);
const figure = number.nullable();

const place = {
  file: text,
  line: z.int().min(1),
  column: z.int().min(1),
  code: text,
  severity: z.enum(["error", "warning"]),
  message: text,
  mend: text,
};

const candidateFields = {
  id: text,
  title: text,
  kind: z.enum(["win", "swing", "hygiene"]),
  surface: text,
  direction: text,
  metric: text,
  framing: text.nullable(),
  reach: number,
  impact: z.looseObject({ low: number, likely: number, high: number, mean: number }),
  evidence_quality: number,
  detectability: z.looseObject({
    probability: number.meta({ description: "Power to see the likely impact in the quarter." }),
    is_detectable: z.boolean(),
    cohort: text.nullable().meta({ description: "Where it is hardest to see; null: all units." }),
    units: number,
    weeks: number,
    mde: figure,
    weeks_needed: figure,
    standard_error: number,
  }),
  rice: number,
  rice_low: number.meta({ description: "Lower end of the 80 % range." }),
  rice_high: number,
  rice_rank: z.int().min(1),
  chance: z.looseObject({
    claim: number,
    record_from: z.enum(["direction", "next", "published"]),
    record: number,
    record_low: number,
    record_high: number,
    believed: number,
    believed_low: number,
    believed_high: number,
    is_bold: z.boolean(),
    is_defended: z.boolean(),
  }),
  planned_weeks: number,
  overrun: z.looseObject({
    factor: number,
    from: z.enum(["candidate", "direction", "team", "none"]),
  }),
  engineer_weeks: number.meta({ description: "With the usual overrun." }),
  hit: z.looseObject({ mean: number, sd: number, is_shrunk: z.boolean() }),
  calibrated_rice: number,
  calibrated_rank: z.int().min(1),
  ev: number,
  evoi: number,
  value: number,
  evsi: number,
  evpi: number,
  decision_now: z.enum(["launch", "hold"]),
  upside: number,
  high_upside: z.boolean(),
  high_risk: z.boolean(),
  quadrant: z.enum(["ship", "swing", "hygiene", "never"]),
};

const decision = z.enum(["ship", "ship_as_evoi", "defer", "maintenance", "reject"]);

const chosenCandidate = z.looseObject({
  ...candidateFields,
  chosen: z.boolean(),
  decision,
  formula: decision.meta({ description: "What the formula alone says." }),
  reason: text,
  override: z.looseObject({ candidate: text, decision, reason: text, by: text }).nullable(),
  barred: z
    .enum(["backlog", "upkeep", "blocked", "never", "after", "undetectable", "worthless"])
    .nullable(),
  break_even_known: z.boolean().meta({
    description: "Of more than 20 candidates, break-evens of those nearest to the choice only.",
  }),
  break_even_value: figure,
  break_even_impact: figure,
});

const head = {
  portfolio_id: text,
  title: text,
  quarter: z.looseObject({ name: text, weeks: number }),
  value_unit: text,
  upside_line: number,
  evidence_line: number,
  least_power: number,
  slots: count,
  record: z.looseObject({
    experiments: count,
    wins: count,
    rate: number,
    rate_low: number,
    rate_high: number,
    overrun: number,
    effects: count,
  }),
  findings: z.array(z.looseObject(place)),
};

const portfolio = z.looseObject({ chosen: z.array(text), value: number, effort: number });

export const rankingAnswer = z.looseObject({
  schema: z.literal("plumbline.portfolio_ranking/1"),
  ...head,
  candidates: z.array(z.looseObject(candidateFields)),
});

const shared = z.looseObject({
  pair: z.array(text).length(2),
  surface: text,
  value: number,
  halves: z.array(
    z.looseObject({
      id: text,
      power: number,
      weeks_needed: figure,
      is_detectable: z.boolean(),
      value: number,
    }),
  ),
});

export const choiceAnswer = z.looseObject({
  schema: z.literal("plumbline.portfolio_choice/1"),
  ...head,
  method: z.enum(["enumeration", "milp"]),
  capacity: z.looseObject({ engineer_weeks: number, upkeep: number, free: number }),
  best: portfolio,
  runners_up: z.array(portfolio),
  shadow: z.looseObject({ step: number, gain: number, best: portfolio }),
  formula_choice: portfolio,
  predicted_wins: z.looseObject({ mean: number, low: count, high: count }),
  shared_traffic: z.array(shared),
  candidates: z.array(chosenCandidate),
});

export const explanationAnswer = z.looseObject({
  schema: z.literal("plumbline.portfolio_explanation/1"),
  portfolio_id: text,
  candidate: chosenCandidate,
  steps: z.array(z.looseObject({ name: text, sentence: text })),
  shared_traffic: z.array(shared),
});
