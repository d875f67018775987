/**
 * The gate: a study and its evidence in, a verdict out. Pure and total: the same two values give the
 * same bytes, whatever the order of the comparisons, and nothing in the evidence makes it throw.
 *
 * Within an arm the first of these that applies: fatal quality -> invalid; harm shown while the run goes
 * on -> veto; primary without a result or not yet decided -> continue; primary failed -> no_ship; a breach
 * -> veto; anything else that blocks -> continue; a registration that is not locked -> continue; else ship.
 * Over the arms: invalid, ship, veto, continue, no_ship, in that order.
 */
import { cohortName } from "../cohorts/index.js";
import { improvementSign } from "../shared/effects.js";
import { formatList, formatNumberOf } from "../shared/format.js";
import type {
  ArmVerdict,
  Check,
  Evidence,
  PlanVerdict,
  Study,
  Verdict,
  VerdictWord,
} from "../shared/vocabulary.js";
import { judgeArm, qualityChecks, registrationChecks, withheld } from "./checks.js";
import { waitingText } from "./maturity.js";
import { armLook, hasEnded, planState, planVerdict } from "./plan/index.js";
import { comparePolicies, qualityClause } from "./policies/index.js";
import { isUndecidedYet } from "./primary.js";

/** Holds the evidence against what was registered. Never throws on evidence; see docs/gate.md. */
export function decide(study: Study, evidence: Evidence): Verdict {
  const verdict = decideUnderPolicy(study, evidence);
  const policies = comparePolicies(study, evidence, verdict, decideUnderPolicy);
  return policies === null ? verdict : { ...verdict, policies };
}

/** By the study's own policy alone. */
function decideUnderPolicy(study: Study, evidence: Evidence): Verdict {
  const state = planState(study, evidence);
  const shown = state?.evidence ?? evidence;
  const ended = state === null || hasEnded(state.moment);
  const quality = qualityClause(study, shown, qualityChecks(shown), ended);
  const registration = registrationChecks(shown);
  const invalid = quality.some((check) => check.status === "breach");
  const judged = study.treatments.map(({ name }) => {
    const moment = state?.arms.find((arm) => arm.treatment === name) ?? null;
    const arm = judgeArm(study, shown, name, moment, ended);
    const checks = invalid ? arm.checks.map(withheld) : arm.checks;
    const gate = {
      quality,
      own: checks,
      registration,
      abort: state?.stopping.abortOnBreach ?? true,
    };
    const look = moment && !invalid ? armLook(study, moment, arm.primary) : null;
    return { checks, look, verdict: armVerdict(name, gate) };
  });
  const arms = judged.map((arm) => arm.verdict);
  const checks = [...quality, ...judged.flatMap((arm) => arm.checks), ...registration];
  const leading = leadingArm(study, arms, checks);
  if (leading === null) return noArms(checks);
  const looks = judged.flatMap(({ look }) => (look === null ? [] : [look]));
  const plan = state === null ? null : planVerdict(state, looks);
  const own = checks.filter(concerns(leading.treatment));
  const next = NEXT[leading.verdict](leading, own);
  const stop = own.find(({ id }) => id === leading.stoppedAt);
  const waiting = stop?.code === "not_mature" ? waitingText(study, shown.timing, own) : null;
  return {
    verdict: leading.verdict,
    reason: overallReason(leading, arms),
    next:
      leading.verdict === "continue"
        ? (waiting ?? whileRunning(plan, next, leading, checks))
        : next,
    shippable: leading.verdict === "ship" ? leading.treatment : null,
    arms,
    checks,
    ...(plan === null ? {} : { plan }),
  };
}

function whileRunning(
  plan: PlanVerdict | null,
  next: string,
  { stoppedAt }: ArmVerdict,
  checks: readonly Check[],
): string {
  const stop = checks.find(({ id }) => id === stoppedAt);
  if (plan === null || stop?.kind !== "primary" || !isUndecidedYet(stop.code)) return next;
  // Between looks there is a next one, unless the plan has ended.
  if (plan.moment === "not_a_look" && plan.nextDay === null)
    return "Do not ship: the plan has ended, and the verdict of its last look stands.";
  return plan.nextDay === null
    ? "Keep the experiment running, and read it again."
    : `Keep the experiment running; the next planned look is on day ${plan.nextDay}.`;
}

interface Gate {
  readonly quality: readonly Check[];
  readonly own: readonly Check[];
  readonly registration: readonly Check[];
  /** Whether harm that is shown ends a run that is still going on. */
  readonly abort: boolean;
}

/** Verdicts over several arms: the first word that any arm has speaks for the launch. */
const PRECEDENCE: readonly VerdictWord[] = ["invalid", "ship", "veto", "continue", "no_ship"];

function armVerdict(treatment: string, { quality, own, registration, abort }: Gate): ArmVerdict {
  const stop = (verdict: VerdictWord, checks: readonly Check[]): ArmVerdict | null => {
    const [first] = checks;
    if (first === undefined) return null;
    return { treatment, verdict, reason: stopReason(verdict, checks), stoppedAt: first.id };
  };
  const primary = own.filter((check) => check.kind === "primary");
  const limits = own.filter((check) => check.kind !== "primary");
  const is = (status: Check["status"]) => (check: Check) => check.status === status;
  const running = abort && primary.some(({ code }) => isUndecidedYet(code));
  return (
    stop("invalid", quality.filter(is("breach"))) ??
    (running ? stop("veto", limits.filter(is("breach"))) : null) ??
    stop("continue", primary.filter(is("not_evaluable"))) ??
    stop(
      "no_ship",
      primary.filter((check) => check.blocks),
    ) ??
    stop("veto", limits.filter(is("breach"))) ??
    stop(
      "continue",
      [...quality, ...limits].filter((check) => check.blocks),
    ) ??
    stop(
      "continue",
      registration.filter((check) => check.blocks),
    ) ?? {
      treatment,
      verdict: "ship",
      reason: shipReason(primary, limits),
      stoppedAt: null,
    }
  );
}

function stopReason(verdict: VerdictWord, checks: readonly Check[]): string {
  const [first, ...others] = checks;
  const sentence = first?.sentence ?? "";
  const ending =
    verdict === "invalid" ? `${sentence} No effect is read from these data.` : sentence;
  if (others.length === 0) return ending;
  return `${ending} Also: ${formatList(others.map(named))}.`;
}

function shipReason(primary: readonly Check[], limits: readonly Check[]): string {
  const limited = limits.filter(({ id }) => !/^(deterioration|fairness):/.test(id));
  const held = (kind: Check["kind"]) => limited.filter((check) => check.kind === kind).length;
  const guardrails = formatNumberOf(held("guardrail"), "guardrail");
  const cohorts = formatNumberOf(held("cohort"), "declared cohort");
  const won = primary.map((check) => check.sentence).join(" ");
  return `${won} No breach in ${guardrails} and ${cohorts}.${reservations(limits)}`;
}

/** What a shipped launch has not shown; said in the reason, so that nobody reads silence as safety. */
function reservations(limits: readonly Check[]): string {
  const named = (status: Check["status"]) =>
    formatList(limits.filter((check) => check.status === status).map((check) => check.id));
  const near = named("near");
  const blind = named("underpowered");
  const nearText = near === "" ? "" : ` Past its limit without being significant: ${near}.`;
  const blindText = blind === "" ? "" : ` Not shown to be safe, for too little data: ${blind}.`;
  return nearText + blindText + acceptedText(limits);
}

/** Blindness that the signatories accepted is no safety: who ships over it reads which cohorts it is. */
function acceptedText(limits: readonly Check[]): string {
  const blind = limits.flatMap(({ kind, status, blocks, cohort }) =>
    kind === "cohort" && !blocks && (status === "underpowered" || status === "near") && cohort
      ? [cohortName(cohort)]
      : [],
  );
  return blind.length === 0
    ? ""
    : ` The registration accepted this blindness beforehand, for ${formatList(blind)}.`;
}

function primaryGain(study: Study, checks: readonly Check[], treatment: string): number {
  const check = checks.find((entry) => entry.kind === "primary" && entry.treatment === treatment);
  return (
    (check?.estimate ?? Number.NEGATIVE_INFINITY) * improvementSign(study.primary.metric.direction)
  );
}

/** The arm that speaks for the launch; among shipping arms the one with the largest primary effect. */
function leadingArm(
  study: Study,
  arms: readonly ArmVerdict[],
  checks: readonly Check[],
): ArmVerdict | null {
  const word = PRECEDENCE.find((verdict) => arms.some((arm) => arm.verdict === verdict));
  const candidates = arms.filter((arm) => arm.verdict === word);
  const gain = (arm: ArmVerdict): number => primaryGain(study, checks, arm.treatment);
  return candidates.reduce<ArmVerdict | null>(
    (best, arm) => (best === null || (word === "ship" && gain(arm) > gain(best)) ? arm : best),
    null,
  );
}

function overallReason(leading: ArmVerdict, arms: readonly ArmVerdict[]): string {
  const others = arms.filter((arm) => arm.treatment !== leading.treatment);
  if (others.length === 0 || leading.verdict === "invalid") return leading.reason;
  const words = others.map((arm) => `${arm.treatment}: ${WORDS[arm.verdict]}`);
  return `${leading.reason} Other arms: ${formatList(words)}.`;
}

const WORDS: Readonly<Record<VerdictWord, string>> = {
  ship: "may ship",
  veto: "vetoed",
  no_ship: "does not ship",
  invalid: "invalid",
  continue: "undecided",
};

/** A check as a reader names it: its metric, its cohort, or what was counted. */
function named(check: Check): string {
  if (check.kind === "registration") return "the registration";
  if (check.kind === "quality") return check.id.replace(/^quality:/, "").replaceAll("_", " ");
  const rule = /^fairness:(\w+)/.exec(check.id)?.[1];
  if (rule !== undefined) return `the fairness rule ${rule.replaceAll("_", " ")}`;
  const metric = check.metric ?? check.id;
  return check.cohort === null ? metric : `${metric} in ${cohortName(check.cohort)}`;
}

function stopOf(arm: ArmVerdict, checks: readonly Check[]): string {
  const check = checks.find(({ id }) => id === arm.stoppedAt);
  return check === undefined ? "the gate" : named(check);
}

const concerns = (treatment: string) => (check: Check) =>
  check.treatment === null || check.treatment === treatment;

const NEXT: Readonly<Record<VerdictWord, (arm: ArmVerdict, checks: readonly Check[]) => string>> = {
  ship: (arm, checks) => {
    const limits = checks.filter((check) => check.kind !== "quality");
    const open = limits.filter((c) => c.status === "near" || c.status === "underpowered");
    const watch = open.length === 0 ? "" : ` and watch ${formatList(open.map(named))}`;
    return `Roll out ${arm.treatment} in stages${watch}.`;
  },
  veto: (arm, checks) =>
    checks.find(({ id }) => id === arm.stoppedAt)?.kind === "cohort"
      ? `Do not ship. Find out why ${stopOf(arm, checks)} breached, then choose: mend it and run a new registered test, ` +
        "launch without the cohort, or redesign; plumb cohorts decide keeps the choice and its reason."
      : `Do not ship. Find out why ${stopOf(arm, checks)} breached, mend it and run a new registered test; ` +
        "overriding a veto takes an incident-style review.",
  no_ship: () => "Do not ship. Document the negative result and feed it into the next framing.",
  invalid: (arm, checks) =>
    `Do not read the effects. Find the cause of ${stopOf(arm, checks)}, mend the assignment or the logging, ` +
    "and run the test again.",
  continue: (arm, checks) =>
    arm.stoppedAt === "registration:lock"
      ? "Do not ship. Everything else passed, but only a launch whose registration was locked before the first exposure may ship: register and sign it first, then run it."
      : checks.some(({ id, code }) => id === arm.stoppedAt && code.endsWith("_below_policy_level"))
        ? `Do not ship. Find out why ${stopOf(arm, checks)} is out of balance before the effects are believed.`
        : `Do not ship yet. Supply what ${stopOf(arm, checks)} lacks (a result, or more data) and decide again.`,
};

function noArms(checks: readonly Check[]): Verdict {
  return {
    verdict: "continue",
    reason: "The registration names no treatment arm, so there is nothing to decide.",
    next: "Register at least one treatment arm.",
    shippable: null,
    arms: [],
    checks,
  };
}
