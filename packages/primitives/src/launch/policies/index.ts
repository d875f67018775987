export { comparePolicies } from "./compare.js";
export { qualityClause } from "./quality-clause.js";
