/** Pauses and human overrides, in full, for a terminal. */
import type { Standing, StandingOverride, StandingPause } from "@plumbline/primitives";
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

export function interventionLines({ pauses, overrides }: Standing): string[] {
  return [...pauses.flatMap(pauseLines), ...overrides.flatMap(overrideLines)];
}
