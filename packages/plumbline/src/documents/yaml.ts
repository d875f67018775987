/**
 * YAML text to a plain value with positions. Stricter than YAML: one document, no tags, no number
 * that a double would change, no key twice. Never throws; everything wrong comes back as a problem.
 */
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
} from "yaml";
import type { DocumentProblem, FileProblemCode, Location } from "./problem.js";
import { parsePlainYaml } from "./yaml-plain.js";

/** Documents are written by people; a megabyte is a mistake (data in a document). */
export const MAX_DOCUMENT_BYTES = 1_000_000;

type Path = readonly (string | number)[];

export interface YamlText {
  readonly file: string;
  /** Undefined when the text could not be read as one value. */
  readonly value: unknown;
  readonly problems: readonly DocumentProblem[];
  /** Place of the value at a path, or of the nearest thing that exists above it. */
  readonly locate: (
    path: Path,
    options?: { readonly key?: boolean; readonly offset?: number },
  ) => Location;
}

const MENDS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "Keep one of the two.",
  TAB_AS_INDENT: "Indent with spaces.",
  BAD_INDENT: "Align it with the lines it belongs to.",
  MISSING_CHAR: "Close what was opened.",
  MULTILINE_IMPLICIT_KEY: "Put the key on one line.",
};

const CODES: Readonly<Record<string, FileProblemCode>> = {
  DUPLICATE_KEY: "YAML_DUPLICATE_KEY",
  TAG_RESOLVE_FAILED: "YAML_TAG",
  BAD_ALIAS: "YAML_ALIAS",
};

class Reader {
  readonly counter = new LineCounter();
  readonly problems: DocumentProblem[] = [];
  constructor(private readonly file: string) {}

  at(offset: number): Location {
    const { line, col } = this.counter.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }

  refuse(offset: number, code: FileProblemCode, message: string, mend: string): void {
    this.problems.push({ ...this.at(offset), code, severity: "error", message, mend });
  }
}

const startOf = (node: Node | null | undefined): number | null => node?.range?.[0] ?? null;

function numberFault(value: number, source: string): string | null {
  if (!Number.isFinite(value)) return `${source} is not a finite number.`;
  if (/^[-+]?0\d/.test(source)) return `${source} would lose its leading zero.`;
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    return `${source} has more digits than a number keeps.`;
  }
  return null;
}

function checkNodes(document: Document.Parsed, reader: Reader): void {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== "number" && typeof node.value !== "bigint") return;
      const fault = numberFault(Number(node.value), node.source ?? String(node.value));
      if (fault === null) return;
      reader.refuse(startOf(node) ?? 0, "YAML_NUMBER", fault, "Put it in quotes if it is a name.");
    },
    Alias(_, node) {
      if (node.resolve(document) !== undefined) return;
      const message = `The alias *${node.source} refers to nothing above it.`;
      reader.refuse(
        startOf(node) ?? 0,
        "YAML_ALIAS",
        message,
        `Add the anchor &${node.source}, or write the value.`,
      );
    },
  });
}

/** The first line of the parser's message says what; the rest repeats the text. */
function firstSentence(message: string): string {
  const line = (message.split("\n")[0] ?? message)
    .replace(/ at line \d+, column \d+:?$/, "")
    .trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

function checkParse(document: Document.Parsed, reader: Reader): void {
  for (const fault of [...document.errors, ...document.warnings]) {
    const code = CODES[fault.code] ?? "YAML_SYNTAX";
    const mend =
      code === "YAML_TAG" ? "Remove the tag." : (MENDS[fault.code] ?? "Correct the YAML here.");
    reader.refuse(fault.pos[0], code, firstSentence(fault.message), mend);
  }
}

interface Found {
  readonly key: Node | null;
  readonly value: Node | null;
}

function resolved(node: Node | null, document: Document.Parsed): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function child(node: Node | null, part: string | number): Found | null {
  if (isMap(node)) {
    const pair = node.items.find(
      (item): item is Pair<Node, Node | null> =>
        isPair(item) && isScalar(item.key) && String(item.key.value) === String(part),
    );
    return pair ? { key: pair.key, value: isNode(pair.value) ? pair.value : null } : null;
  }
  if (isSeq(node) && typeof part === "number") {
    const item = node.items[part];
    return isNode(item) ? { key: null, value: item } : null;
  }
  return null;
}

function locator(document: Document.Parsed, reader: Reader): YamlText["locate"] {
  return (path, options = {}) => {
    let here: Found = { key: null, value: document.contents };
    for (const part of path) {
      const next = child(resolved(here.value, document), part);
      if (next === null) return reader.at(startOf(here.key) ?? startOf(here.value) ?? 0);
      here = next;
    }
    const value = here.value;
    const inside = isScalar(value) && options.key !== true;
    const key = startOf(here.key);
    if (!inside) return reader.at(key ?? startOf(value) ?? 0);
    const quoted = value.type === "QUOTE_SINGLE" || value.type === "QUOTE_DOUBLE";
    const block = value.type === "BLOCK_FOLDED" || value.type === "BLOCK_LITERAL";
    const offset = block
      ? 0
      : (options.offset ?? 0) + (quoted && options.offset !== undefined ? 1 : 0);
    return reader.at((startOf(value) ?? key ?? 0) + offset);
  };
}

/** Deeper than any document of ours; far from what the recursive composer can bear. */
const MAX_NESTING = 64;

/** Offset of the first token nested too deeply, or null. Walks without recursion, as nesting is the point. */
function tooDeep(tokens: readonly CST.Token[]): number | null {
  const open: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_NESTING) return token.offset;
    if (token.type === "document" && token.value) open.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 });
      if (item.value) open.push({ token: item.value, depth: depth + 1 });
    }
  }
  return null;
}

const OPTIONS = {
  prettyErrors: false,
  version: "1.2",
  schema: "core",
  strict: true,
  uniqueKeys: true,
  stringKeys: true,
} as const;

function compose(text: string, reader: Reader): Pick<YamlText, "value" | "locate"> {
  const tokens = [...new Parser(reader.counter.addNewLine).parse(text)];
  const deep = tooDeep(tokens);
  if (deep !== null) {
    reader.refuse(deep, "YAML_TOO_DEEP", "The document is nested too deeply.", "Flatten it.");
    return { value: undefined, locate: () => reader.at(0) };
  }
  const [document, second] = [...new Composer(OPTIONS).compose(tokens, true, text.length)];
  if (document === undefined) return { value: undefined, locate: () => reader.at(0) };
  if (second !== undefined) {
    const message = "The file holds more than one document.";
    reader.refuse(
      second.range[0],
      "YAML_MULTIPLE_DOCUMENTS",
      message,
      "Put each in a file of its own.",
    );
  }
  const locate = locator(document, reader);
  checkParse(document, reader);
  if (reader.problems.length > 0) return { value: undefined, locate };
  checkNodes(document, reader);
  if (document.contents === null) {
    const mend = "Write a document, or remove the file.";
    reader.refuse(0, "DOCUMENT_EMPTY", "The document is empty.", mend);
  }
  if (reader.problems.length > 0) return { value: undefined, locate };
  return { value: document.toJS({ maxAliasCount: 100 }) as unknown, locate };
}

/** Reads one document. `file` is only used to say where a problem is. */
export function parseYaml(text: string, file: string): YamlText {
  const reader = new Reader(file);
  const nowhere = (): Location => ({ file, line: 1, column: 1 });
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES) {
    reader.refuse(
      0,
      "DOCUMENT_TOO_LARGE",
      `The document is larger than ${MAX_DOCUMENT_BYTES} bytes.`,
      "Data belong in a source, not in a document.",
    );
    return { file, value: undefined, problems: reader.problems, locate: nowhere };
  }
  const plain = parsePlainYaml(text);
  if (plain !== undefined) {
    // Places are asked for only when something is wrong; the general parser then finds them.
    let locate: YamlText["locate"] | null = null;
    const located: YamlText["locate"] = (path, options) => {
      locate ??= compose(text, new Reader(file)).locate;
      return locate(path, options);
    };
    return { file, value: plain, problems: [], locate: located };
  }
  return parseGeneralYaml(text, file);
}

/** The general parser, for every text. */
export function parseGeneralYaml(text: string, file: string): YamlText {
  const reader = new Reader(file);
  const nowhere = (): Location => ({ file, line: 1, column: 1 });
  try {
    const { value, locate } = compose(text, reader);
    return { file, value, problems: reader.problems, locate };
  } catch (error) {
    if (error instanceof RangeError) {
      reader.refuse(0, "YAML_TOO_DEEP", "The document is nested too deeply.", "Flatten it.");
    } else if (error instanceof ReferenceError) {
      // toJS throws these for aliases that multiply, or that contain themselves.
      reader.refuse(
        0,
        "YAML_ALIAS",
        "The document's aliases cannot be expanded.",
        "Write the values out.",
      );
    } else {
      throw error;
    }
    return { file, value: undefined, problems: reader.problems, locate: nowhere };
  }
}
