export * from "./design/index.js";
export * from "./launch/index.js";
export * from "./portfolio/index.js";
export type * from "./shared/vocabulary.js";
