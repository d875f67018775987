export type * from "./moments/plan.js";
