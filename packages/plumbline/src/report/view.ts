/** What the console shows a readout with: the words, the sections and the look of the report's page. */
export { DEFINITIONS, readoutBody } from "./html-body.js";
export { DARK, LIGHT, RULES } from "./html-style.js";
export type { Readout } from "./readout-schema.js";
export { VERDICT_ICONS, VERDICT_WORDS } from "./words.js";
