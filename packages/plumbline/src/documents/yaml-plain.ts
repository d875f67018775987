/**
 * The plain part of YAML, read fast. Most documents are lines of `key: value`, lists, and maps and lists
 * on one line; a general parser spends ten times longer on them. Whatever is not certainly plain
 * (anchors, tags, escapes, texts over several lines, tabs, a key twice, numbers that need thought) gives
 * null, and the general parser in yaml.ts judges it. So this never decides what is wrong, only what is
 * certainly right; a property test holds the two equal.
 */

/** Thrown and caught here: the text is not plain. */
class NotPlain extends Error {}

function notPlain(): never {
  throw new NotPlain();
}

interface Line {
  readonly indent: number;
  readonly text: string;
}

/** Deeper than documents of ours; the general parser has its own limit. */
const MAX_DEPTH = 32;

/** Tabs, other blanks, controls and marks of direction are left to the general parser. */
const UNUSUAL = /[^\x20-\x7e\n\p{L}\p{M}\p{N}\p{P}\p{S}]/u;
const KEY = /^([A-Za-z_][A-Za-z0-9_]*):(?: +(.*))?$/;
const FLOW_KEY = /^([A-Za-z_][A-Za-z0-9_]*): */;
/** Words that YAML may read as something else than text. */
const WORD = /^(?:null|true|false)$/i;
const NUMBER = /^-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?$/;
const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$/;
const DAYS = /^-?[0-9]{1,5}d$/;
const TEXT = /^[\p{L}_](?:[\p{L}\p{N}_ ./()=<>+*-]*[\p{L}\p{N}_./()=<>+*-])?$/u;
/** Outside brackets a text may hold more, but no colon that ends a key. */
const LINE_TEXT =
  /^(?:[\p{L}_]|[0-9]+\p{L}+ )(?:[\p{L}\p{N}_ ./()=<>+*,;'"!?&|%[\]{}-]|:(?=[^ ]))*$/u;
const QUOTED = /^(?:"([^"\\]*)"|'([^']*)')/;

function scalar(text: string): unknown {
  if (text === "true") return true;
  if (text === "false") return false;
  if (text === "null" || WORD.test(text)) return notPlain();
  if (NUMBER.test(text)) return Object.is(Number(text), -0) ? notPlain() : Number(text);
  if (DATE.test(text) || DAYS.test(text) || TEXT.test(text)) return text;
  return notPlain();
}

function put(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__" || WORD.test(key) || Object.hasOwn(map, key)) notPlain();
  map[key] = value;
}

/** A value on one line, in brackets or braces. */
class Flow {
  private at = 0;
  constructor(private readonly text: string) {}

  private blanks(): void {
    while (this.text[this.at] === " ") this.at += 1;
  }

  private entries(close: string, one: () => void): void {
    this.at += 1;
    for (let first = true; ; first = false) {
      this.blanks();
      if (first && this.text[this.at] === close) break;
      one();
      this.blanks();
      if (this.text[this.at] === close) break;
      if (this.text[this.at] !== ",") notPlain();
      this.at += 1;
    }
    this.at += 1;
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) notPlain();
    const opening = this.text[this.at];
    if (opening === "[") {
      const list: unknown[] = [];
      this.entries("]", () => list.push(this.value(depth + 1)));
      return list;
    }
    if (opening === "{") {
      const map: Record<string, unknown> = {};
      this.entries("}", () => {
        const [whole, key] = FLOW_KEY.exec(this.text.slice(this.at)) ?? notPlain();
        if (!whole.endsWith(" ") || key === undefined) return notPlain();
        this.at += whole.length;
        put(map, key, this.value(depth + 1));
      });
      return map;
    }
    return this.leaf();
  }

  private leaf(): unknown {
    const rest = this.text.slice(this.at);
    const quoted = QUOTED.exec(rest);
    if (quoted) {
      this.at += quoted[0].length;
      return quoted[1] ?? quoted[2] ?? notPlain();
    }
    const [plain] = /^[^,[\]{}:#"']+/.exec(rest) ?? notPlain();
    this.at += plain.length;
    return scalar(plain.replace(/ +$/, ""));
  }

  /** What stands after the value. */
  rest(): string {
    return this.text.slice(this.at);
  }
}

const COMMENT = /^(?: +(?:#.*)?)?$/;

/** A value that ends on its line. */
function inline(text: string): unknown {
  const first = text[0];
  if (first === "[" || first === "{") {
    const flow = new Flow(text);
    const value = flow.value(0);
    return COMMENT.test(flow.rest()) ? value : notPlain();
  }
  const quoted = QUOTED.exec(text);
  if (quoted) {
    if (!COMMENT.test(text.slice(quoted[0].length))) notPlain();
    return quoted[1] ?? quoted[2] ?? notPlain();
  }
  const plain = text.replace(/ #.*$/, "").replace(/ +$/, "");
  return LINE_TEXT.test(plain) && !WORD.test(plain) ? plain : scalar(plain);
}

class Block {
  private at = 0;
  constructor(private readonly lines: readonly Line[]) {}

  private get next(): Line | undefined {
    return this.lines[this.at];
  }

  document(): unknown {
    const value = this.node(0, 0);
    return this.next === undefined ? value : notPlain();
  }

  private node(indent: number, depth: number): unknown {
    const line = this.next;
    if (depth > MAX_DEPTH || line?.indent !== indent) return notPlain();
    if (line.text.startsWith("{") || line.text.startsWith("[")) {
      this.at += 1;
      const value = inline(line.text);
      return (this.next?.indent ?? -1) < indent ? value : notPlain();
    }
    return line.text.startsWith("- ") ? this.list(indent, depth) : this.map(indent, depth);
  }

  /** The value of a key with nothing after it: the lines below, or nothing. */
  private below(indent: number, depth: number): unknown {
    const { next } = this;
    if (next === undefined || next.indent < indent) return null;
    if (next.indent > indent) return this.node(next.indent, depth + 1);
    return next.text.startsWith("- ") ? this.list(indent, depth + 1) : null;
  }

  /** The value after a key or a dash; the next line must not go on with it. */
  private tail(text: string | undefined, indent: number, depth: number): unknown {
    if (text === undefined || text === "" || text.startsWith("#")) return this.below(indent, depth);
    const value = inline(text);
    return (this.next?.indent ?? 0) > indent ? notPlain() : value;
  }

  private map(indent: number, depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let line = this.next; line?.indent === indent; line = this.next) {
      if (line.text.startsWith("- ")) break;
      const [, key, rest] = KEY.exec(line.text) ?? notPlain();
      this.at += 1;
      put(map, key ?? notPlain(), this.tail(rest, indent, depth));
    }
    return (this.next?.indent ?? 0) > indent ? notPlain() : map;
  }

  private list(indent: number, depth: number): unknown[] {
    const list: unknown[] = [];
    for (let line = this.next; line?.indent === indent; line = this.next) {
      if (!line.text.startsWith("- ")) break;
      list.push(this.item(line, indent, depth));
    }
    return (this.next?.indent ?? 0) > indent ? notPlain() : list;
  }

  private item({ text }: Line, indent: number, depth: number): unknown {
    const content = text.slice(2).replace(/^ +/, "");
    if (content === "" || content.startsWith("#") || content.startsWith("- ")) notPlain();
    if (!KEY.test(content)) {
      this.at += 1;
      return this.tail(content, indent, depth);
    }
    // `- key: value`: the map begins where its first key stands.
    const inner = indent + text.length - content.length;
    const rest = new Block([{ indent: inner, text: content }, ...this.lines.slice(this.at + 1)]);
    const value = rest.map(inner, depth + 1);
    this.at += rest.at;
    return value;
  }
}

/** The value of a text that is certainly plain YAML; undefined when it is not, or may not be. */
export function parsePlainYaml(text: string): unknown {
  if (UNUSUAL.test(text)) return undefined;
  const lines: Line[] = [];
  for (const whole of text.split("\n")) {
    const line = whole.trimEnd();
    const content = line.trimStart();
    if (content === "" || content.startsWith("#")) continue;
    lines.push({ indent: line.length - content.length, text: content });
  }
  if (lines.length === 0) return undefined;
  try {
    return new Block(lines).document();
  } catch (error) {
    if (error instanceof NotPlain) return undefined;
    throw error;
  }
}
