export type * from "./shared/vocabulary.js";
