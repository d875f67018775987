export { judgeDeterioration } from "./deterioration.js";
export { judgeGuardrails } from "./policies.js";
export { probabilityBeyond } from "./posterior.js";
