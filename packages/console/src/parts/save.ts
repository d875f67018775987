/** Files made in the browser and saved by whoever reads the page. */

export const save = (name: string, type: string, text: string): void =>
  saveBlob(name, new Blob([text], { type }));

function saveBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** A cell that a spreadsheet would run as a formula is marked as text; numbers stay numbers. */
function cell(text: string): string {
  const formula = /^[=+\-@\t\r]/.test(text) && !/^[+-]?[\d.]+(e[+-]?\d+)?$/i.test(text);
  const plain = formula ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** RFC 4180. */
export const csv = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");

/** The cells of a table as they are read; a small line under a cell follows after a blank. */
export function tableRows(table: HTMLTableElement): string[][] {
  const words = (node: Node): string =>
    [...node.childNodes]
      .map((child) => child.textContent?.trim() ?? "")
      .join(" ")
      .trim();
  return [...table.rows].map((row) => [...row.cells].map((each) => words(each)));
}

/** The plot with the colours it has on the screen, as a file of its own. */
export function svgFile(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const style = getComputedStyle(svg);
  const resolved = (text: string) =>
    text.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim());
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes("var(")) element.setAttribute(name, resolved(value));
    }
  }
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("font-family", "system-ui, sans-serif");
  const hatch = document.getElementById("hatch")?.cloneNode(true);
  if (hatch instanceof Element) {
    const defs = document.createElementNS("http://www.w3.org/2000/svg", "defs");
    for (const mark of hatch.querySelectorAll("[fill]")) {
      mark.setAttribute("fill", resolved(mark.getAttribute("fill") ?? ""));
    }
    defs.append(hatch);
    copy.prepend(defs);
  }
  const page = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const side of ["width", "height"]) page.setAttribute(side, "100%");
  page.setAttribute("fill", style.getPropertyValue("--page").trim());
  copy.prepend(page);
  return new XMLSerializer().serializeToString(copy);
}

/** Pixels of a picture for each of the page, so that it is sharp on paper and on fine screens. */
const SCALE = 2;

/** The plot as pixels, with the background it has on the screen. The policy of the page allows pictures of its own data. */
export async function savePng(name: string, svg: SVGSVGElement): Promise<void> {
  const { width, height } = svg.viewBox.baseVal;
  const picture = new Image(width * SCALE, height * SCALE);
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgFile(svg))}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, picture.width, picture.height);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (blob !== null) saveBlob(name, blob);
}
