export type { Economics } from "./arithmetic.js";
export { type SuggestedGuardrail, type Suggestions, suggestGuardrails } from "./suggest.js";
