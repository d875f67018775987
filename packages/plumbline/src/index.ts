export * from "./documents/index.js";
export * from "./report/index.js";
