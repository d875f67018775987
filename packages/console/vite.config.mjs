import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { DARK, LIGHT, PORTFOLIO_STYLE, RULES, SIZING_STYLE } from "plumbline/view";
import { defineConfig } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The stylesheet of the report, with its dark theme where the reader chose it and not only where the system asks for it. */
const REPORT_STYLE = "virtual:report.css";
const reportStyle = {
  name: "report-style",
  resolveId: (id) => (id === REPORT_STYLE ? `\0${REPORT_STYLE}` : null),
  load: (id) =>
    id === `\0${REPORT_STYLE}`
      ? `:root { color-scheme: light; ${LIGHT} } :root[data-mantine-color-scheme="dark"] { color-scheme: dark; ${DARK} } ${RULES} ${SIZING_STYLE} ${PORTFOLIO_STYLE}`
      : null,
};

export default defineConfig({
  root: here("."),
  plugins: [react(), reportStyle],
  resolve: {
    // The report makes its plots in a document of its own; here the browser has one.
    alias: { linkedom: here("./src/readout/browser-document.ts") },
  },
  build: {
    // Beside the server that gives it out.
    outDir: here("../plumbline/dist/console"),
    emptyOutDir: true,
    // No script and no style may stand in the page itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      treeshake: {
        moduleSideEffects: [
          {
            test: /[\\/]packages[\\/](stats|ledger|primitives|plumbline)[\\/]dist/,
            sideEffects: false,
          },
        ],
      },
    },
  },
});
