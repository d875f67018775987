/** Pauses, human overrides and decisions after a cohort veto, in full, for a terminal. */
import {
  COHORT_CHOICE_WORDS,
  type CohortDecisionFact,
  type Standing,
  type StandingOverride,
  type StandingPause,
} from "@plumbline/primitives";
import { minute, plainText } from "./text.js";

const LIFTED = { override: "set aside by the override", amendment: "ended by the amendment" };

function pauseLines({ at, seq, sentences, lifted }: StandingPause): string[] {
  const end = lifted === null ? "" : `; ${LIFTED[lifted.by]} of entry ${lifted.seq}`;
  return [
    "",
    `Paused ${minute(at)} (entry ${seq})${end}`,
    ...sentences.map((sentence) => `  ${plainText(sentence)}`),
  ];
}

const FIELDS = [
  ["what_happened", "What happened"],
  ["who_is_affected", "Who is affected"],
  ["why_overridden", "Why overridden"],
] as const;

function overrideLines(override: StandingOverride): string[] {
  const { seq, signed, expires, checks, counted, missing, review } = override;
  const force =
    signed === null
      ? `not in force; missing: ${missing.join(", ")}`
      : `in force from ${minute(signed.at)} until ${minute(expires)}`;
  return [
    "",
    plainText(`Override of ${checks.join(", ")} (entry ${seq}): ${force}`),
    ...FIELDS.map(([key, title]) => `  ${title}: ${plainText(String(review[key] ?? ""))}`),
    ...counted.map(
      ({ role, person, at, seq: entry }) =>
        `  ${plainText(role)}  ${plainText(person)}, ${minute(at)} (entry ${entry})`,
    ),
  ];
}

function decisionLines(fact: CohortDecisionFact): string[] {
  const { choice, without, look, checks, reason, role, person, at, seq } = fact;
  const cohorts = without.length === 0 ? "" : `: ${without.join(", ")}`;
  return [
    "",
    plainText(`Decided after the look of entry ${look}: ${COHORT_CHOICE_WORDS[choice]}${cohorts}`),
    `  Stopped by: ${plainText(checks.join(", "))}`,
    `  Reason: ${plainText(reason)}`,
    `  ${plainText(role)}  ${plainText(person)}, ${minute(at)} (entry ${seq})`,
  ];
}

export function interventionLines({ pauses, overrides, decisions }: Standing): string[] {
  return [
    ...pauses.flatMap(pauseLines),
    ...overrides.flatMap(overrideLines),
    ...decisions.flatMap(decisionLines),
  ];
}
