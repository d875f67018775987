/** Where the run stands in its plan, as text: the plan, this moment, each arm, the next look, the registration. */
import type pc from "picocolors";
import {
  DECISION_ICONS,
  DECISION_WORDS,
  informationText,
  NOT_A_LOOK,
  nextLookText,
  powerText,
  stageWiseText,
  standingText,
} from "./plan-words.js";
import type { ReadoutArmLook, ReadoutPlan } from "./readout-plan-schema.js";
import type { Readout } from "./readout-schema.js";
import { INVALID_WORDS, severalTreatments } from "./rows.js";
import { indentText } from "./text-width.js";

type Paint = ReturnType<typeof pc.createColors>;

/** Lines of at most `width` columns; none without a plan and without a ledger. */
export function planLines(readout: Readout, width: number, paint: Paint): string[] {
  const { plan } = readout;
  return [
    ...(plan === null ? [] : ownLines(readout, plan, width, paint)),
    ...registrationLines(readout, width, paint),
  ];
}

function ownLines(readout: Readout, plan: ReadoutPlan, width: number, paint: Paint): string[] {
  const [first = "", ...more] = indentText(`Plan: ${plan.label}`, width, "", "  ");
  const lines = [first.replace(/^Plan:/, paint.bold("Plan:")), ...more];
  if (plan.moment === "not_a_look") lines.push(paint.bold(`  ${NOT_A_LOOK}`));
  lines.push(...indentText(plan.sentence, width, "  "));
  for (const arm of plan.arms) lines.push(...armLines(readout, arm, width, paint));
  const next = nextLookText(plan);
  if (next !== "") lines.push(`  ${next}`);
  return lines;
}

function armLines(readout: Readout, arm: ReadoutArmLook, width: number, paint: Paint): string[] {
  const several = severalTreatments(readout);
  if (!readout.effects_evaluable) {
    return indentText(several ? `${arm.treatment}: ${INVALID_WORDS}` : INVALID_WORDS, width, "  ");
  }
  const { decision, stage_wise: stageWise } = arm;
  const word = `${DECISION_ICONS[decision]} ${DECISION_WORDS[decision]}`;
  const standing = standingText(readout, arm);
  const told = [several ? `${word} (${arm.treatment})` : word, standing]
    .filter((text) => text !== "")
    .join(": ");
  const [first = "", ...more] = indentText(told, width, "  ", "    ");
  const details = [
    informationText(arm),
    stageWise === null ? "" : stageWiseText(stageWise),
    powerText(arm),
  ].filter((text) => text !== "");
  return [
    first.replace(word, paintDecision(decision, word, paint)),
    ...more,
    ...details.flatMap((text) => indentText(text, width, "    ", "      ")),
  ];
}

function paintDecision(decision: ReadoutArmLook["decision"], word: string, paint: Paint): string {
  if (decision === "stop_for_benefit") return paint.green(word);
  if (decision === "stop_for_harm") return paint.red(word);
  return decision === "continue" ? paint.cyan(word) : paint.bold(word);
}

/** What keeps it from being locked stands with the gate's last step. */
function registrationLines({ registration_state: state }: Readout, width: number, paint: Paint) {
  if (state === null) return [];
  const mark = state.locked ? "✓ locked" : "✕ not locked";
  const tone = state.locked ? paint.green : paint.red;
  const [first = "", ...more] = indentText(
    `Registration: ${mark}. ${state.sentence}`,
    width,
    "",
    "  ",
  );
  return [
    first.replace(/^Registration:/, paint.bold("Registration:")).replace(mark, tone(mark)),
    ...more,
  ];
}
