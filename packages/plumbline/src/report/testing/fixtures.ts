/**
 * Studies for the reports' tests. `csatVeto` holds the rows of the Primitive 5 table in the source
 * (../shared/seed/foundations.txt); the intervals are estimate -+ 1.959964 * estimate / z(p) with the p
 * printed there. `cohortVeto` holds the Primitive 6 case: +3 % overall, EN +4.1 %, mixed +2.5 %, JP -8.2 %.
 * Arm sizes are invented: the source gives none.
 */
import type { Evidence, QualityFinding, Study, Verdict } from "@plumbline/primitives";
import type { ReadoutInput } from "../readout.js";
import { analysisOf, checkOf, comparisonOf, metricOf, type Row } from "./builders.js";

export const quality: QualityFinding[] = [
  {
    code: "srm",
    status: "ok",
    sentence: "The arms hold 18,420 and 18,466 units; 50 % and 50 % were intended (p = 0.81).",
    numbers: { pValue: 0.8107, chiSquare: 0.0574 },
    subject: null,
  },
  {
    code: "multi_arm_units",
    status: "note",
    sentence: "12 units (0.03 %) were seen in more than one arm and are left out.",
    numbers: { units: 12, share: 0.000325 },
    subject: null,
  },
  {
    code: "nulls",
    status: "warning",
    sentence: "412 rows of chat_csat_proxy_per_user_14d have no value.",
    numbers: { rows: 412 },
    subject: "chat_csat_proxy_per_user_14d",
  },
];

export const PRIMARY = "useful_answer_rate_per_user_14d";
const CSAT = "chat_csat_proxy_per_user_14d";
const P95 = "p95_chatbot_turn_latency_ms";
const RETENTION = "retention_28d";

export const study: Study = {
  experimentId: "us_mle_02_cross_encoder_reranker",
  hypothesis: {
    h0: "The L12 reranker has the same or worse user-perceived ranking quality as the L6.",
    h1: "The L12 reranker lifts the useful-answer rate by at least 3 %.",
  },
  unit: "user_id",
  control: { name: "control", value: "L6", share: 0.5 },
  treatments: [{ name: "treatment", value: "L12", share: 0.5 }],
  power: 0.8,
  intervalAlpha: 0.05,
  primary: {
    metric: metricOf(PRIMARY, { unit: "share of turns", cuped: true }),
    mde: { relative: 0.03, absolute: 0.00549 },
    rule: "significant_and_mde",
    alpha: 0.05,
  },
  guardrails: [
    {
      metric: metricOf(CSAT, { unit: "points" }),
      threshold: { scale: "relative", value: -0.01 },
      alpha: 0.05,
    },
    {
      metric: metricOf(P95, {
        kind: "quantile",
        direction: "lower_is_better",
        unit: "ms",
        order: 0.95,
      }),
      threshold: { scale: "absolute", value: 50 },
      alpha: 0.05,
    },
    {
      metric: metricOf(RETENTION, { kind: "proportion" }),
      threshold: { scale: "relative", value: -0.005 },
      alpha: 0.05,
    },
  ],
  secondary: [metricOf("titles_opened_per_user", { unit: "titles" })],
  cohorts: {
    dimensions: [{ name: "locale", levels: ["JP"] }],
    threshold: { scale: "relative", value: -0.03 },
    alpha: 0.05,
    acceptBlindness: [],
  },
  policy: { kind: "harm_test", correction: "none" },
  stakes: "medium",
  stopping: null,
  quality: { srmAlpha: 0.001, multiArmLimit: 0.01, balanceAlpha: 0.001 },
  parameters: [
    { name: "alpha", value: 0.05, unit: null, origin: "default", note: "the field's usual level" },
    { name: "power", value: 0.8, unit: null, origin: "given", note: null },
    { name: "mde_relative", value: 0.03, unit: "fraction of control", origin: "given", note: null },
    {
      name: "mde_absolute",
      value: 0.00549,
      unit: "share of turns",
      origin: "derived",
      note: "baseline 0.183 × mde_relative 0.03",
    },
  ],
};

const primaryRow: Row = {
  metric: PRIMARY,
  control: 0.183,
  treatment: 0.194,
  relative: 0.06,
  z: 6.4,
  p: { value: 0.001, bound: true },
};

export const evidence: Evidence = {
  origin: "warehouse",
  counts: [
    { arm: "control", units: 18_420 },
    { arm: "treatment", units: 18_466 },
  ],
  quality,
  comparisons: [
    {
      ...comparisonOf(primaryRow),
      unadjusted: analysisOf({ ...primaryRow, relative: 0.0571, z: 4.3 }),
      cuped: { theta: 0.71, varianceRatio: 0.497, coverage: { control: 0.93, treatment: 0.94 } },
    },
    comparisonOf({
      metric: CSAT,
      control: 4.21,
      treatment: 4.15,
      relative: -0.0143,
      z: 2.3263478740408408,
      p: { value: 0.02, bound: false },
    }),
    comparisonOf({
      metric: P95,
      control: 720,
      treatment: 740,
      relative: 20 / 720,
      z: null,
      p: null,
      n: null,
    }),
    comparisonOf({
      metric: RETENTION,
      control: 0.512,
      treatment: 0.509,
      relative: -0.006,
      z: 1.3407550336902165,
      p: { value: 0.18, bound: false },
    }),
    {
      ...comparisonOf(primaryRow),
      metric: "titles_opened_per_user",
      analysis: null,
      missing: "No unit has a value for titles_opened_per_user.",
    },
    comparisonOf(
      {
        metric: PRIMARY,
        control: 0.171,
        treatment: 0.174,
        relative: 0.018,
        z: 2.0537489106318225,
        p: { value: 0.04, bound: false },
        n: 5_510,
      },
      { dimension: "locale", level: "JP" },
    ),
  ],
};

export const verdict: Verdict = {
  verdict: "veto",
  reason: `${CSAT} fell 1.43 % [−2.6, −0.2]; the registered limit is −1.0 %. The launch is vetoed.`,
  next: "Do not ship. Find out why the stated satisfaction fell while the behavioural metric rose.",
  shippable: null,
  arms: [
    {
      treatment: "treatment",
      verdict: "veto",
      reason: `${CSAT} is beyond its limit.`,
      stoppedAt: `guardrail:${CSAT}`,
    },
  ],
  checks: [
    checkOf("quality:srm", "clear", "The arms have the intended sizes (p = 0.81).", {
      scale: null,
      treatment: null,
    }),
    checkOf(
      `primary:${PRIMARY}`,
      "clear",
      `${PRIMARY} rose 6.0 % [+4.2, +7.8], significant at 0.05 and at or above the 3 % worth shipping.`,
      { estimate: 0.06, pValue: 0.001, pValueIsBound: true },
    ),
    checkOf(
      `guardrail:${CSAT}`,
      "breach",
      `${CSAT} fell 1.43 % [−2.6, −0.2] (p = 0.02); the registered limit is −1.0 %.`,
      { estimate: -0.0143, pValue: 0.02, threshold: -0.01, powerAtThreshold: 0.37 },
    ),
    checkOf(
      `guardrail:${P95}`,
      "clear",
      `${P95} rose by 20 ms; the registered limit is +50 ms. No interval was given.`,
      { estimate: 20, scale: "absolute", threshold: 50 },
    ),
    checkOf(
      `guardrail:${RETENTION}`,
      "near",
      `${RETENTION} fell 0.6 % [−1.5, +0.3] (p = 0.18), beyond the limit of −0.5 % without being significant.`,
      { estimate: -0.006, pValue: 0.18, threshold: -0.005, powerAtThreshold: 0.2 },
    ),
    checkOf(
      "cohort:locale=JP",
      "clear",
      "In locale JP it rose 1.8 % [+0.1, +3.5]; the limit is −3.0 %.",
      {
        metric: PRIMARY,
        estimate: 0.018,
        threshold: -0.03,
        powerAtThreshold: 0.93,
      },
    ),
  ],
};

export const csatVeto: ReadoutInput = {
  study,
  evidence,
  verdict,
  statements: [
    { purpose: "moments", sql: 'SELECT "arm", count(*) AS n\nFROM exposures\nGROUP BY 1' },
  ],
  registrationText: "experiment_id: us_mle_02_cross_encoder_reranker\nalpha: 0.05 # <b>\n",
  registrationPath: "experiments/us_mle_02.yaml",
  dataDescription:
    "36,886 users exposed from 2026-04-15 to 2026-04-29; events to 14 days after exposure.",
  version: "0.1.0",
  generatedAt: "2026-05-13T09:00:00.000Z",
};

const levels = [
  {
    dimension: "locale",
    level: "EN",
    relative: 0.041,
    z: 4.2,
    p: 0.00003,
    n: 110_000,
    limit: "clear",
  },
  {
    dimension: "locale",
    level: "JP",
    relative: -0.082,
    z: 5.1,
    p: 0.0000003,
    n: 60_000,
    limit: "breach",
  },
  {
    dimension: "locale",
    level: "mixed",
    relative: 0.025,
    z: 1.3,
    p: 0.19,
    n: 30_000,
    limit: "underpowered",
  },
  {
    dimension: "tenure",
    level: "new",
    relative: -0.031,
    z: 1.5,
    p: 0.13,
    n: 44_000,
    limit: "near",
  },
  {
    dimension: "tenure",
    level: "returning",
    relative: 0.058,
    z: 6.3,
    p: 3e-10,
    n: 156_000,
    limit: "clear",
  },
] as const;

/** The Primitive 6 case: the aggregate is significant and JP is beyond its limit. */
export const cohortVeto: ReadoutInput = {
  ...csatVeto,
  study: {
    ...study,
    experimentId: "recsys_two_tower",
    primary: {
      ...study.primary,
      metric: metricOf("ctr", { kind: "ratio", unit: "clicks per view" }),
    },
    guardrails: [],
    secondary: [],
    cohorts: {
      dimensions: [
        { name: "locale", levels: ["EN", "JP", "mixed"] },
        { name: "tenure", levels: ["new", "returning"] },
      ],
      threshold: { scale: "relative", value: -0.03 },
      alpha: 0.05,
      acceptBlindness: [],
    },
  },
  evidence: {
    ...evidence,
    comparisons: [
      comparisonOf({
        metric: "ctr",
        control: 0.108,
        treatment: 0.11124,
        relative: 0.03,
        z: 5,
        p: { value: 0.0000006, bound: false },
        n: 100_000,
      }),
      ...levels.map(({ dimension, level, relative, z, p, n }) =>
        comparisonOf(
          {
            metric: "ctr",
            control: 0.1,
            treatment: 0.1 * (1 + relative),
            relative,
            z,
            p: { value: p, bound: false },
            n,
          },
          { dimension, level },
        ),
      ),
    ],
  },
  verdict: {
    verdict: "veto",
    reason:
      "ctr rose 3.0 % overall and fell 8.2 % in locale JP; no cohort may lose more than 3.0 %.",
    next: "Do not ship. Retrain with the loss weighted towards JP, then run again.",
    shippable: null,
    arms: [
      {
        treatment: "treatment",
        verdict: "veto",
        reason: "Locale JP is beyond its limit.",
        stoppedAt: "cohort:locale=JP",
      },
    ],
    checks: [
      checkOf("primary:ctr", "clear", "ctr rose 3.0 % [+1.8, +4.2]."),
      ...levels.map(({ dimension, level, relative, limit }) =>
        checkOf(
          `cohort:${dimension}=${level}`,
          limit,
          `In ${dimension} ${level} ctr changed by ${(relative * 100).toFixed(1)} %; the limit is −3.0 %.`,
          { metric: "ctr", estimate: relative, threshold: -0.03 },
        ),
      ),
    ],
  },
};
