/** Can the guardrails do what they are for: see harm, let a good launch through, watch what is known to go wrong? */

import { betaPerTest, jointPower, sizeMultiplier } from "@plumbline/stats";
import { formatCount, formatLevel, formatList, formatPercent } from "../../shared/format.js";
import { requirementsOf } from "../sizing/requirements.js";
import { powerAtTotal, type SizedRequirement, sizeRequirement } from "../sizing/size.js";
import type { AuditContext, Finding } from "./finding.js";
import { launchKindFromWords, PATTERNS } from "./patterns.js";
import { plannedReduction } from "./reduction.js";

/** A veto that would miss nine harms in ten is a decoration. */
const CANNOT_FIRE = 0.1;
const WEAK = 0.5;
/** From this many on, an uncorrected union of vetoes or a shared beta is felt. */
const MANY = 3;

const guardrailPath = (context: AuditContext, name: string): (string | number)[] => [
  "guardrails",
  Math.max(
    0,
    (context.registration.guardrails ?? []).findIndex((each) => each.name === name),
  ),
];

function provable(context: AuditContext, size: SizedRequirement): Finding[] {
  const { planned } = size;
  if (planned === null || planned.power >= WEAK) return [];
  return [
    {
      code: "GUARDRAIL_CANNOT_PASS",
      severity: planned.power < CANNOT_FIRE ? "error" : "warning",
      path: guardrailPath(context, size.metric),
      sentence: `"${size.metric}" must be shown to hold, and with ${formatCount(planned.total)} units a harmless launch would show it with a probability of ${formatPercent(planned.power)} only.`,
      mend: `Plan ${formatCount(size.total)} units, widen the limit, or reduce its variance.`,
      numbers: { power: planned.power, needed_total: size.total },
    },
  ];
}

function vetoes(context: AuditContext, size: SizedRequirement): Finding[] {
  const { planned } = size;
  if (planned === null || planned.power >= WEAK) return [];
  const never = planned.power < CANNOT_FIRE;
  return [
    {
      code: never ? "GUARDRAIL_CANNOT_FIRE" : "GUARDRAIL_WEAK",
      severity: never ? "error" : "warning",
      path: guardrailPath(context, size.metric),
      sentence: `The veto of "${size.metric}" ${never ? "cannot fire" : "misses most harm"}: with ${formatCount(planned.total)} units, harm of exactly its limit is seen with a probability of ${formatPercent(planned.power)}.`,
      mend: `Plan ${formatCount(size.total)} units, widen the limit to what can be seen, or reduce its variance.`,
      numbers: { power: planned.power, needed_total: size.total },
    },
  ];
}

export function guardrailPowerFindings(context: AuditContext): readonly Finding[] {
  const { sizing } = context;
  if (sizing === null) return [];
  const judged = sizing.requirements
    .filter(({ role }) => role === "guardrail")
    .flatMap((size) =>
      size.question === "non_inferiority" ? provable(context, size) : vetoes(context, size),
    );
  const unsized = sizing.unsized
    .filter(({ id }) => id.startsWith("guardrail:"))
    .map(
      ({ metric, reason, mend }): Finding => ({
        code: "GUARDRAIL_UNSIZED",
        severity: "note",
        path: guardrailPath(context, metric),
        sentence: `Whether the veto of "${metric}" can fire is not known: ${reason}.`,
        mend,
        numbers: {},
      }),
    );
  return [...judged, ...unsized];
}

/** The launch ships only if primary AND guardrails pass: each has to have more power than the launch. */
export function guardrailCountFindings(context: AuditContext): readonly Finding[] {
  const { sizing, study, registration, library } = context;
  const guardrails = study?.guardrails.length ?? 0;
  if (sizing === null || study === null || guardrails === 0) return [];
  const power = study.power;
  const proves = study.policy.kind !== "harm_test";
  const beta = proves ? sizing.betaPerTest : betaPerTest(1 - power, guardrails);
  const joint = jointPower(power, guardrails);
  const { alpha } = study.primary;
  const test = { alpha, sided: 2 as const };
  const multiplier = sizeMultiplier({ ...test, beta: 1 - power }, { ...test, beta });
  const numbers = { guardrails, beta_per_test: beta, joint_power: joint, multiplier };
  const strict = proves ? study : { ...study, policy: { kind: "non_inferiority" } as const };
  const { share } = plannedReduction(context);
  const shared = requirementsOf({ registration, study: strict, library }, share).sized.filter(
    ({ role }) => role !== "cohort",
  );
  const { planned } = sizing;
  if (planned !== null && proves) {
    const short = shared.filter((each) => (powerAtTotal(each, planned.total) ?? 0) < each.power);
    if (short.length === 0) return [];
    const total = Math.max(...short.map((each) => sizeRequirement(each, null, null).total));
    return [
      {
        code: "GUARDRAILS_EXCEED_POWER",
        severity: "warning",
        path: ["guardrails"],
        sentence: `${guardrails} guardrails and the primary metric share beta, ${Number(beta.toPrecision(3))} each, and ${formatCount(planned.total)} units do not give that to ${formatList(short.map(({ metric }) => `"${metric}"`))}.`,
        mend: `Plan ${formatCount(total)} units, or keep fewer guardrails.`,
        numbers: { ...numbers, needed_total: total },
      },
    ];
  }
  const falseVeto = 1 - (1 - alpha / 2) ** guardrails;
  if (guardrails < MANY) return [];
  const primary = shared.find(({ role }) => role === "primary");
  const enough =
    planned !== null && primary !== undefined
      ? (powerAtTotal(primary, planned.total) ?? 0) >= primary.power
      : false;
  return [
    {
      code: "GUARDRAILS_EXCEED_POWER",
      severity: enough || planned === null ? "note" : "warning",
      path: ["guardrails"],
      sentence: `${guardrails} guardrails each seen at ${formatLevel(power)} would all work together with a probability of ${formatPercent(joint)}; to keep ${formatLevel(power)} for the launch as a whole takes ${multiplier.toFixed(2)} times the sample${enough ? ", which is planned" : ""}. A harmless launch meets a significant harm in one of them with a probability of up to ${formatPercent(falseVeto)}.`,
      mend: enough
        ? "Nothing to do; keep every guardrail you would stop a launch for."
        : `Plan for beta/(G+1) = ${Number(beta.toPrecision(3))} each, or keep only guardrails you would stop a launch for.`,
      numbers: { ...numbers, false_veto: falseVeto },
    },
  ];
}

/** Correcting a veto for the number of guardrails makes it easier to ship harm. */
export function correctionFindings({ study }: AuditContext): readonly Finding[] {
  if (study?.policy.kind !== "harm_test" || study.policy.correction === "none") return [];
  const count = study.guardrails.length;
  if (count < 2) return [];
  const level = study.primary.alpha / count;
  return [
    {
      code: "VETO_CORRECTED",
      severity: "warning",
      path: ["guardrail_policy"],
      sentence: `A ${study.policy.correction} correction over ${count} guardrails needs p below ${Number(level.toPrecision(3))} before harm counts: harm at p = 0.02 ${level < 0.02 ? "ships" : "is still seen"}.`,
      mend: "Write correction: none; for many guardrails use guardrail_policy: non_inferiority.",
      numbers: { guardrails: count, level },
    },
  ];
}

export function patternFindings(context: AuditContext): readonly Finding[] {
  const { registration } = context;
  const inferred = launchKindFromWords(registration);
  const kind = registration.launch_kind ?? inferred;
  if (kind === null) {
    return [
      {
        code: "LAUNCH_KIND_ASSUMED",
        severity: "note",
        path: [],
        sentence:
          "What is launched is not said, so guardrails were not held against its known failures.",
        mend: "Add launch_kind: reranker, recommender, language_model, ...",
        numbers: {},
      },
    ];
  }
  const names = [...(registration.guardrails ?? []), registration.primary_metric].map(({ name }) =>
    name.toLowerCase(),
  );
  const cohorts = registration.cohorts !== undefined;
  const missing = PATTERNS.filter(({ launches }) => launches.includes(kind)).flatMap((pattern) => {
    const unwatched = pattern.watched.filter(
      ({ names: words }) => !names.some((name) => words.test(name)),
    );
    const byCohorts = pattern.name === "cohort trade" && cohorts;
    return unwatched.length === 0 || byCohorts ? [] : [{ pattern, unwatched }];
  });
  const findings: Finding[] = missing.map(({ pattern, unwatched }) => ({
    code: "GUARDRAIL_MISSING",
    severity: "warning",
    path: registration.guardrails === undefined ? [] : ["guardrails"],
    sentence: `No guardrail watches for ${pattern.name}, a known failure of a ${kind.replaceAll("_", " ")} launch: ${pattern.failure}.`,
    mend: `Add a guardrail on ${formatList(unwatched.map(({ what }) => what))}.`,
    numbers: {},
  }));
  if (registration.launch_kind !== undefined || findings.length === 0) return findings;
  return [
    ...findings,
    {
      code: "LAUNCH_KIND_ASSUMED",
      severity: "note",
      path: ["experiment_id"],
      sentence: `The launch is taken for a ${kind.replaceAll("_", " ")} by its words.`,
      mend: `Add launch_kind: ${kind}, or the right one.`,
      numbers: {},
    },
  ];
}
