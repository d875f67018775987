export { type DeteriorationFinding, judgeDeterioration } from "./deterioration.js";
export { type GuardrailCase, judgeGuardrails } from "./policies.js";
export { probabilityBeyond } from "./posterior.js";
