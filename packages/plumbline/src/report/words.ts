/** Verdicts and findings as words and icons; a colour is never the only sign. */
import type { Readout, ReadoutParameter, ReadoutQuality } from "./readout-schema.js";

export const VERDICT_WORDS: Readonly<Record<Readout["verdict"], string>> = {
  ship: "Ship",
  veto: "Veto",
  no_ship: "No ship",
  invalid: "Invalid",
  continue: "Continue",
};

export const VERDICT_ICONS: Readonly<Record<Readout["verdict"], string>> = {
  ship: "✓",
  veto: "✕",
  no_ship: "–",
  invalid: "!",
  continue: "→",
};

export const QUALITY_ICONS: Readonly<Record<ReadoutQuality["status"], string>> = {
  ok: "✓",
  note: "i",
  warning: "!",
  fatal: "✕",
  not_evaluable: "–",
};

export const QUALITY_WORDS: Readonly<Record<ReadoutQuality["status"], string>> = {
  ok: "ok",
  note: "note",
  warning: "warning",
  fatal: "fatal",
  not_evaluable: "not evaluable",
};

/** Said over every undeclared cut. */
export const EXPLORATORY_WORDS =
  "Nobody registered these cuts, and nothing corrects for how many were tried: take them for questions to the next experiment. No check and no verdict rests on them.";

export const ORIGIN_WORDS: Readonly<Record<ReadoutParameter["origin"], string>> = {
  given: "given",
  default: "default, not chosen",
  derived: "derived",
};
