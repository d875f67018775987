/** Reports on a decided study. The page (`renderHtml`) is in html.js: it loads a plotting library, so callers import it when they need it. */
export { EXIT_CODES } from "./exit-codes.js";
export { buildReadout, type ReadoutInput } from "./readout.js";
export { READOUT_SCHEMA, type Readout, readoutSchema } from "./readout-schema.js";
export { renderTerminal, type TerminalOptions } from "./terminal.js";
export { RELATIVE_UNIT } from "./units.js";
