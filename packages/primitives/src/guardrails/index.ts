export { judgeGuardrails } from "./policies.js";
