/**
 * The same evidence under every policy: each is decided by the whole gate, with its own checks, so that the words can be
 * compared. Policies of studies that ask for none are not told, and such verdicts stay as they were.
 */
import { formatList } from "../../shared/format.js";
import type {
  Evidence,
  GuardrailPolicy,
  PoliciesVerdict,
  PolicyVerdict,
  Study,
  Verdict,
} from "../../shared/vocabulary.js";
import { falseVeto } from "./false-veto.js";
import { everyPolicy, policyLabel } from "./labels.js";

type Decide = (study: Study, evidence: Evidence) => Verdict;

/** @param shown the evidence as it may be read now. @param verdict that of the declared policy. */
export function comparePolicies(
  study: Study,
  evidence: Evidence,
  verdict: Verdict,
  decide: Decide,
): PoliciesVerdict | null {
  const { otherPolicies, policy: declared } = study;
  if (otherPolicies === undefined || study.treatments.length === 0) return null;
  const entries = everyPolicy(declared, otherPolicies).map((policy) =>
    policy === declared
      ? entry(policy, true, verdict)
      : entry(policy, false, decide({ ...study, policy }, evidence)),
  );
  const leading = leadingArm(verdict);
  return {
    entries,
    falseVeto:
      leading === null || verdict.verdict === "invalid"
        ? null
        : falseVeto(study, evidence, leading.treatment),
    sentence: sentence(entries),
  };
}

/** The arm whose verdict is that of the launch; the shippable one where there is one. */
function leadingArm({ arms, verdict, shippable }: Verdict) {
  return (
    arms.find((arm) => arm.verdict === verdict && (shippable ?? arm.treatment) === arm.treatment) ??
    null
  );
}

function entry(policy: GuardrailPolicy, declared: boolean, verdict: Verdict): PolicyVerdict {
  const arm = leadingArm(verdict);
  const stoppedAt = arm?.stoppedAt ?? null;
  return {
    policy,
    label: policyLabel(policy),
    declared,
    verdict: verdict.verdict,
    treatment: arm?.treatment ?? null,
    stoppedAt,
    code: verdict.checks.find(({ id }) => id === stoppedAt)?.code ?? null,
    reason: verdict.reason,
  };
}

const LOCK = "registration:lock";

const WORDS: Readonly<Record<Verdict["verdict"] | typeof LOCK, string>> = {
  ship: "ships",
  veto: "is vetoed",
  no_ship: "does not ship",
  invalid: "is invalid",
  continue: "waits",
  [LOCK]: "lacks only a locked registration",
};

/** The lock is the same under every policy; that nothing else is lacking tells them apart. */
const outcome = ({ verdict, stoppedAt }: PolicyVerdict): keyof typeof WORDS =>
  stoppedAt === LOCK ? LOCK : verdict;

function sentence(entries: readonly PolicyVerdict[]): string {
  const own = entries.find(({ declared }) => declared);
  const others = entries.filter(({ declared }) => !declared);
  if (own === undefined || others.length === 0) return "No other policy is compared.";
  if (others.every((other) => outcome(other) === outcome(own))) {
    return `Under every other policy the launch ${WORDS[outcome(own)]} as well.`;
  }
  const words = [...new Set(others.map(outcome))];
  const told = words.map((word) => {
    const under = others.filter((other) => outcome(other) === word).map(({ label }) => label);
    return `${WORDS[word]} under ${formatList(under)}`;
  });
  return `Under the declared policy (${own.label}) the launch ${WORDS[outcome(own)]}; on the same evidence it ${told.join("; it ")}.`;
}
