/** What the console shows: the words, the sections and the look of the report's pages. */
export { boundaryFigure } from "./design/boundary-svg.js";
export type { Form } from "./design/curve-svg.js";
export {
  DESIGN_BOUNDARIES,
  type Design,
  type DesignCohort,
  type DesignFigures,
  designOf,
} from "./design/designer.js";
export { SIZING_STYLE, sizingSections } from "./design/size-sections.js";
export { bottleneckSentence } from "./design/size-words.js";
export { DEFINITIONS, readoutBody } from "./html-body.js";
export { DARK, LIGHT, RULES } from "./html-style.js";
export type { ChoiceDocument } from "./portfolio/document.js";
export { PORTFOLIO_STYLE, portfolioSections } from "./portfolio/sections.js";
export { choiceSentence } from "./portfolio/words.js";
export type { Readout } from "./readout-schema.js";
export { ageSection } from "./time/ages-section.js";
export type { Ages } from "./time/ages-words.js";
export { VERDICT_ICONS, VERDICT_WORDS } from "./words.js";
