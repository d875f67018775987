/**
 * Runs at different moments of a plan. The boundaries are those of `boundaryAtObservedInformation` for O'Brien-Fleming-type
 * spending of 0.05 two-sided (0.025 one-sided) at looks on days 4, 7, 11 and 14, and the estimates after a stop those of
 * `stageWiseInference`, with the information shares given beside them.
 */
import type {
  ArmLook,
  Check,
  Comparison,
  Evidence,
  PlanLook,
  PlanVerdict,
  Verdict,
} from "@plumbline/primitives";
import type { ReadoutInput } from "../readout.js";
import { checkOf, comparisonOf } from "./builders.js";
import { csatVeto, evidence, PRIMARY, study, verdict } from "./fixtures.js";

export const DAYS = [4, 7, 11, 14] as const;
const SHARES = [0.2712, 0.4876, 0.7804, 1] as const;
const CRITICAL = [4.147966530661867, 3.006373026294113, 2.299372388697505, 2.0219953830264754];
const LEVELS = [
  0.00003354414225083129, 0.0026438444469429126, 0.021483802454655584, 0.04317682883630279,
];

type State = PlanLook["state"];

function looksOf(z: readonly (number | null)[], states: readonly State[]): PlanLook[] {
  return states.map((state, at) => ({
    day: DAYS[at] ?? null,
    fraction: SHARES[at] ?? 1,
    criticalValue: CRITICAL[at] ?? 0,
    nominalLevel: LEVELS[at] ?? 0,
    z: z[at] ?? null,
    state,
  }));
}

export const arm: ArmLook = {
  treatment: "treatment",
  decision: "continue",
  z: 2.31,
  information: 15_210.4,
  fraction: 0.4876,
  informationBasis: "registered units and standard deviation",
  nominalLevel: 0.0026438444469429126,
  futilityBound: null,
  looks: looksOf([1.42, 2.31], ["taken", "now", "to_come", "to_come"]),
  stageWise: null,
  predictivePower: 0.9093195539418129,
  conditionalPowerAtMde: 0.9412849643316248,
};

export const plan: PlanVerdict = {
  kind: "group_sequential",
  label: "O'Brien-Fleming-type spending, looks on days 4, 7, 11 and 14",
  moment: "planned_look",
  day: 7,
  nextDay: 11,
  lastDay: 14,
  sentence: "Look 2 of 4, on day 7 of 14.",
  arms: [arm],
};

const LOCKED = {
  locked: true,
  sentence: "Locked on 2026-04-13: signed by all 4 roles. 1 look recorded.",
  failures: [],
};

const registrationCheck = (status: "clear" | "breach", sentence: string): Check =>
  checkOf("registration:lock", status, sentence, {
    metric: null,
    treatment: null,
    scale: null,
    alpha: null,
    code: status === "clear" ? "registration_locked" : "registration_not_locked",
  });

/** The primary effect with the multiple of its standard error that the interval of this moment takes. */
interface Effect {
  readonly estimate: number;
  readonly z: number;
  readonly multiplier: number;
  readonly p: number;
}

function primaryComparison({ estimate, z, multiplier, p }: Effect): Comparison {
  const plain = comparisonOf({
    metric: PRIMARY,
    control: 0.183,
    treatment: 0.183 * (1 + estimate),
    relative: estimate,
    z,
    p: { value: p, bound: false },
  });
  const half = (multiplier * Math.abs(estimate)) / z;
  const interval = { lower: estimate - half, upper: estimate + half, level: 0.95 };
  const { analysis } = plain;
  const relative = analysis?.relative ?? null;
  return {
    ...plain,
    analysis: analysis && { ...analysis, relative: relative && { ...relative, interval } },
  };
}

interface Moment {
  readonly plan: PlanVerdict;
  readonly primary: Check;
  readonly effect: Effect;
  readonly word: Verdict["verdict"];
  readonly reason: string;
  readonly next: string;
  readonly stoppedAt: string | null;
  readonly registration?: Evidence["registration"];
}

/** The first metric and its guardrails, none beyond its limit, at one moment of the plan. */
function at(moment: Moment): ReadoutInput {
  const registration = moment.registration ?? LOCKED;
  const quality = verdict.checks.filter(({ kind }) => kind === "quality");
  const limits = verdict.checks
    .filter(({ kind, status }) => status === "clear" && kind !== "primary" && kind !== "quality")
    .map((check) => ({ ...check, blocks: false }));
  const names = new Set([PRIMARY, ...limits.map(({ metric }) => metric)]);
  const guardrails = study.guardrails.filter(({ metric }) => names.has(metric.name));
  const lock = registrationCheck(
    registration.locked ? "clear" : "breach",
    [registration.sentence, ...registration.failures].join(" "),
  );
  return {
    ...csatVeto,
    study: {
      ...study,
      guardrails,
      secondary: [],
      parameters: [
        ...study.parameters,
        {
          name: "primary_rule",
          value: "significant_and_mde",
          unit: null,
          origin: "default",
          note: null,
        },
      ],
    },
    evidence: {
      ...evidence,
      comparisons: [
        primaryComparison(moment.effect),
        ...evidence.comparisons.filter(
          ({ metric, cohort }) => names.has(metric) && (metric !== PRIMARY || cohort !== null),
        ),
      ],
      timing: {
        day: moment.plan.day,
        firstExposure: "2026-04-15T00:03:11.000Z",
        lastExposure: "2026-04-22T00:02:58.000Z",
        earlier: [],
      },
      registration,
    },
    verdict: {
      verdict: moment.word,
      reason: moment.reason,
      next: moment.next,
      shippable: moment.word === "ship" ? "treatment" : null,
      arms: [
        {
          treatment: "treatment",
          verdict: moment.word,
          reason: moment.reason,
          stoppedAt: moment.stoppedAt,
        },
      ],
      checks: [
        ...quality,
        { ...moment.primary, estimate: moment.effect.estimate, pValue: moment.effect.p },
        ...limits,
        lock,
      ],
      plan: moment.plan,
    },
  };
}

const primary = (status: Check["status"], code: string, sentence: string, alpha: number) =>
  checkOf(`primary:${PRIMARY}`, status, sentence, {
    code,
    alpha,
    threshold: 0.03,
  });

/** Day 7: between the boundaries, so the run goes on. */
export const interimLook: ReadoutInput = at({
  plan,
  primary: primary(
    "not_evaluable",
    "primary_not_yet",
    `${PRIMARY} rose 2.1 % (repeated 95 % interval −0.63 % to +4.83 %, p = 0.0209): the boundary is not crossed at the 0.002644 level of this look (0.05 over all looks).`,
    0.0026438444469429126,
  ),
  effect: { estimate: 0.021, z: 2.31, multiplier: CRITICAL[1] ?? 0, p: 0.0209 },
  word: "continue",
  reason: `${PRIMARY} has not crossed the boundary of this look.`,
  next: "Keep the experiment running; the next planned look is on day 11.",
  stoppedAt: `primary:${PRIMARY}`,
});

/** Day 7: crossed. The first look was never recorded. The registration is not locked. */
export const stoppedEarly: ReadoutInput = at({
  plan: {
    ...plan,
    arms: [
      {
        ...arm,
        decision: "stop_for_benefit",
        z: 3.42,
        looks: looksOf([null, 3.42], ["assumed", "now", "to_come", "to_come"]),
        stageWise: {
          pValue: 0.0006461916434653827,
          estimate: 0.06115885794661672,
          interval: { lower: 0.026051314864402, upper: 0.09624561448908261, level: 0.95 },
          scale: "relative",
        },
        predictivePower: null,
        conditionalPowerAtMde: null,
      },
    ],
  },
  primary: primary(
    "clear",
    "primary_passed",
    `${PRIMARY} rose 6.12 % (repeated 95 % interval +0.74 % to +11.5 %, p < 0.001): significant at the 0.002644 level of this look (0.05 over all looks).`,
    0.0026438444469429126,
  ),
  effect: { estimate: 0.0612, z: 3.42, multiplier: CRITICAL[1] ?? 0, p: 0.00063 },
  word: "continue",
  reason: "Every other check passed, and the registration is not locked.",
  next: "Do not ship. Register and sign it first, then run it.",
  stoppedAt: "registration:lock",
  registration: {
    locked: false,
    sentence: "Half signed: the engineering manager is missing. Registered on 2026-04-13.",
    failures: [
      "The signature of the engineering manager is missing.",
      "The first exposure of 2026-04-15 came before the last signature.",
    ],
  },
});

/** The last day: no crossing. */
export const finalLook: ReadoutInput = at({
  plan: {
    ...plan,
    moment: "final_look",
    day: 14,
    nextDay: null,
    sentence: "The final look, 4 of 4, on day 14.",
    arms: [
      {
        ...arm,
        decision: "not_shown",
        z: 1.84,
        fraction: 1,
        nominalLevel: 0.04317682883630279,
        looks: looksOf([1.42, 2.31, -0.4, 1.84], ["taken", "taken", "taken", "now"]),
        stageWise: {
          pValue: 0.07018297174870138,
          estimate: 0.021080071643987473,
          interval: { lower: -0.0017424554582679713, upper: 0.04383242455353423, level: 0.95 },
          scale: "relative",
        },
        predictivePower: null,
        conditionalPowerAtMde: null,
      },
    ],
  },
  primary: primary(
    "breach",
    "primary_not_significant",
    `${PRIMARY} rose 2.13 % (repeated 95 % interval −0.21 % to +4.47 %, p = 0.066): not significant at the 0.04318 level of this look (0.05 over all looks).`,
    0.04317682883630279,
  ),
  effect: { estimate: 0.0213, z: 1.84, multiplier: CRITICAL[3] ?? 0, p: 0.0658 },
  word: "no_ship",
  reason: `${PRIMARY} did not show what was registered.`,
  next: "Do not ship. Document the negative result.",
  stoppedAt: `primary:${PRIMARY}`,
});

/** Day 9, between two looks. */
export const betweenLooks: ReadoutInput = at({
  plan: {
    ...plan,
    moment: "not_a_look",
    day: 9,
    sentence:
      "Day 9 of 14 is not a planned look: always-valid intervals only, and nothing is decided on the primary metric. The next planned look is on day 11.",
    arms: [
      {
        ...arm,
        decision: "not_judged",
        z: 2.2,
        fraction: 0.6411,
        nominalLevel: null,
        looks: [],
        predictivePower: null,
        conditionalPowerAtMde: null,
      },
    ],
  },
  primary: primary(
    "not_evaluable",
    "primary_not_a_look",
    `${PRIMARY} rose 2.1 % (always-valid 95 % interval −0.86 % to +5.06 %, p = 0.35). This is not a planned look, so the primary metric is not judged.`,
    0.05,
  ),
  effect: { estimate: 0.021, z: 2.2, multiplier: 3.1, p: 0.35 },
  word: "continue",
  reason: "This is not a planned look.",
  next: "Keep the experiment running; the next planned look is on day 11.",
  stoppedAt: `primary:${PRIMARY}`,
});

/** An always-valid plan: judged whenever it is read. */
export const anyTime: ReadoutInput = at({
  plan: {
    ...plan,
    kind: "always_valid",
    label: "Always-valid intervals, on day 14",
    moment: "any_time",
    sentence: "Day 7 of 14: the plan is valid at any time.",
    nextDay: 14,
    arms: [
      {
        ...arm,
        looks: [],
        nominalLevel: 0.05,
        predictivePower: null,
        conditionalPowerAtMde: null,
      },
    ],
  },
  primary: primary("not_evaluable", "primary_not_yet", `${PRIMARY} rose 2.1 %.`, 0.05),
  effect: { estimate: 0.021, z: 2.31, multiplier: 3.1, p: 0.28 },
  word: "continue",
  reason: "Not decided yet.",
  next: "Keep the experiment running, and read it again.",
  stoppedAt: `primary:${PRIMARY}`,
});
