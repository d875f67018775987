/** Buttons that save what a page of the report shows: plots as SVG and PNG, tables as CSV. */
import { csv, save, savePng, svgFile, tableRows } from "./save.js";

function button(words: string, action: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "save";
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}

/** The plot that is shown: there is one for a wide page and one for a phone. */
function shownPlot(figure: Element): SVGSVGElement | null {
  const plots = [
    ...figure.querySelectorAll<SVGSVGElement>(
      "svg.forest, svg.sequential, svg.curves, svg.portfolio",
    ),
  ];
  return plots.find((svg) => svg.getBoundingClientRect().width > 0) ?? null;
}

/** Buttons under every figure and table; gone again when the readout changes. */
export function addExports(place: HTMLElement, experiment: string): () => void {
  const added: Element[] = [];
  for (const [index, figure] of [...place.querySelectorAll("figure")].entries()) {
    const name = `${experiment}-plot-${index + 1}`;
    const asSvg = button("Save plot as SVG", () => {
      const svg = shownPlot(figure);
      if (svg) save(`${name}.svg`, "image/svg+xml", svgFile(svg));
    });
    const asPng = button("Save plot as PNG", () => {
      const svg = shownPlot(figure);
      if (svg) void savePng(`${name}.png`, svg);
    });
    figure.append(asSvg, asPng);
    added.push(asSvg, asPng);
  }
  for (const [index, table] of [...place.querySelectorAll("table")].entries()) {
    const file = `${experiment}-table-${index + 1}.csv`;
    const saveTable = button("Save table as CSV", () =>
      save(file, "text/csv", csv(tableRows(table))),
    );
    (table.closest(".scroll") ?? table).after(saveTable);
    added.push(saveTable);
  }
  return () => {
    for (const each of added) each.remove();
  };
}
