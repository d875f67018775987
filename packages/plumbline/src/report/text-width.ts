/**
 * Columns that text takes in a terminal: East Asian wide and fullwidth characters (UAX #11) and emoji
 * count two, combining marks none. Ambiguous characters count one, as terminals outside CJK locales draw them.
 */

const WIDE_RANGES: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1faff],
  [0x20000, 0x3fffd],
];

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const COMBINING = /^\p{M}+$/u;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;
const PLAIN = /^[\x20-\x7e]*$/;
// Controls, and the invisible characters that reorder or hide text; joiners belong to real words.
const UNSAFE = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

function graphemeWidth(grapheme: string): number {
  const point = grapheme.codePointAt(0) ?? 0;
  if (COMBINING.test(grapheme)) return 0;
  if (EMOJI.test(grapheme)) return 2;
  return WIDE_RANGES.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Names come from other people's files: nothing in them may move the cursor or reorder the line. */
export function printable(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/\t/g, "  ").replace(UNSAFE, "\ufffd");
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - textWidth(text))) + text;
}

/**
 * Lines of at most `width` columns. Breaks at spaces, after `_`, `-`, `/`, `.` and between wide
 * characters; a longer run is cut.
 */
export function wrapText(text: string, width: number): string[] {
  return text.split("\n").flatMap((paragraph) => wrapParagraph(paragraph, Math.max(2, width)));
}

/** Lines of at most `width` columns: the first after `indent`, further ones after `hang`. */
export function indentText(text: string, width: number, indent: string, hang = indent): string[] {
  const room = width - Math.max(indent.length, hang.length);
  return wrapText(text, room).map((line, at) => (at === 0 ? indent : hang) + line);
}

function wrapParagraph(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const piece of pieces(text, width)) {
    const size = textWidth(piece);
    if (used > 0 && used + textWidth(piece.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
      used = 0;
    }
    if (used === 0 && piece.trim() === "" && lines.length > 0) continue;
    line += piece;
    used += size;
  }
  lines.push(line.trimEnd());
  return lines;
}

/** Unbreakable pieces, each no wider than `width`. */
function pieces(text: string, width: number): string[] {
  const list: string[] = [];
  let piece = "";
  let used = 0;
  const close = () => {
    if (piece !== "") list.push(piece);
    piece = "";
    used = 0;
  };
  for (const { segment } of segmenter.segment(text)) {
    const size = graphemeWidth(segment);
    const wide = size === 2;
    if (used + size > width || (wide && used > 0)) close();
    piece += segment;
    used += size;
    if (wide || segment === " " || isBreak(segment, used)) close();
  }
  close();
  return list;
}

/** After a separator inside a name, but not after a leading sign such as "-1.0". */
function isBreak(segment: string, used: number): boolean {
  return segment === "_" || segment === "/" ? used > 1 : segment === "-" && used > 3;
}
