/** Zod's issues as problems: coded, one sentence each, with a mend. */
import { z } from "zod";
import { type DocumentKind, didYouMean, type Problem } from "../shared/problems.js";
import type { IssueParameters } from "./fields.js";

type Path = (string | number)[];

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
}

const schemas = new WeakMap<z.ZodType, JsonSchema>();

function jsonSchema(schema: z.ZodType): JsonSchema {
  const known = schemas.get(schema);
  if (known) return known;
  const made = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  schemas.set(schema, made);
  return made;
}

function step(schema: JsonSchema, part: string | number): JsonSchema[] {
  const next: JsonSchema[] = (schema.anyOf ?? []).flatMap((branch) => step(branch, part));
  const property = schema.properties?.[part];
  if (property) next.push(property);
  else if (typeof schema.additionalProperties === "object") next.push(schema.additionalProperties);
  if (typeof schema.items === "object") next.push(schema.items);
  return next;
}

const ownKeys = (schema: JsonSchema): string[] => [
  ...Object.keys(schema.properties ?? {}),
  ...(schema.anyOf ?? []).flatMap(ownKeys),
];

/** The keys that may stand at a path of the document. */
export function knownKeys(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  let here = [jsonSchema(schema)];
  for (const part of path) here = here.flatMap((each) => step(each, part));
  return [...new Set(here.flatMap(ownKeys))];
}

function described(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a map";
  const shown = JSON.stringify(value) ?? String(value);
  return shown.length > 50 ? `${shown.slice(0, 50)}...` : shown;
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "a map of keys and values",
  record: "a map of names and values",
};

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

function toPath(path: readonly PropertyKey[]): Path {
  return path.map((part) => (typeof part === "symbol" ? String(part) : part));
}

/** `guardrails[1].name`, or "the document". */
export function pathText(path: readonly (string | number)[]): string {
  if (path.length === 0) return "The document";
  return path
    .map((part, at) => (typeof part === "number" ? `[${part}]` : at === 0 ? part : `.${part}`))
    .join("");
}

/** A union says what its likeliest branch says: the one that got past the type of the value. */
function flatten(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inside = issue.errors.find(
    (branch) =>
      branch.length > 0 &&
      branch.every((each) => each.path.length > 0 || each.code !== "invalid_type"),
  );
  const specific = inside?.filter((each) => each.code !== "invalid_value") ?? [];
  if (specific.length === 0) return [issue];
  return specific.flatMap((each) =>
    flatten({ ...each, path: [...issue.path, ...each.path] } as z.core.$ZodIssue),
  );
}

type Draft = Pick<Problem, "code" | "message" | "mend"> & { path: Path; offset?: number };

function custom(issue: z.core.$ZodIssueCustom, path: Path): Draft {
  const params = issue.params as Partial<IssueParameters> | undefined;
  if (params?.code !== undefined && params.mend !== undefined) {
    const draft = { code: params.code, path, message: issue.message, mend: params.mend };
    return params.offset === undefined ? draft : { ...draft, offset: params.offset };
  }
  return {
    code: "FIELD_INVALID",
    path,
    message: sentence(`${pathText(path)}: ${issue.message}`),
    mend: "Change the value.",
  };
}

function oneOf(values: readonly unknown[], input: unknown, path: Path): Draft {
  const options = values.map(String);
  const message = `${pathText(path)} cannot be ${described(input)}.`;
  const near = typeof input === "string" ? didYouMean(input, options, "value") : "";
  const mend = near.startsWith("Did")
    ? near
    : `Write ${options.join(", ")}.`.replace(/, ([^,]*)$/, " or $1");
  return { code: "FIELD_INVALID", path, message, mend };
}

function draft(issue: z.core.$ZodIssue, schema: z.ZodType): Draft[] {
  const path = toPath(issue.path);
  const where = pathText(path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        code: "FIELD_UNKNOWN" as const,
        path: [...path, key],
        message: `${pathText([...path, key])} is not a known key.`,
        mend: didYouMean(key, knownKeys(schema, path), "key"),
      }));
    case "custom":
      return [custom(issue, path)];
    case "invalid_value":
      if (issue.input === undefined) return [missing(path)];
      return [oneOf(issue.values, issue.input, path)];
    case "invalid_type": {
      if (issue.input === undefined) return [missing(path)];
      const wanted = EXPECTED[issue.expected] ?? issue.expected;
      const message = `${where} must be ${wanted}, found ${described(issue.input)}.`;
      return [{ code: "FIELD_INVALID", path, message, mend: `Write ${wanted}.` }];
    }
    case "invalid_union":
      if (issue.input === undefined) return [missing(path)];
      return [
        {
          code: "FIELD_INVALID",
          path,
          message: `${where} cannot be ${described(issue.input)}.`,
          mend: sentence(issue.message.replace(/^expected /, "Write ")),
        },
      ];
    case "invalid_key":
      return [
        {
          code: "FIELD_INVALID",
          path,
          message: sentence(`${where}: ${issue.issues[0]?.message ?? issue.message}`),
          mend: "Choose another name.",
        },
      ];
    default:
      return [
        {
          code: "FIELD_INVALID",
          path,
          message: sentence(`${where}: ${issue.message}`),
          mend: "Change the value.",
        },
      ];
  }
}

function missing(path: Path): Draft {
  return {
    code: "FIELD_MISSING",
    path,
    message: `${pathText(path)} is missing.`,
    mend: `Add ${String(path.at(-1) ?? "it")}.`,
  };
}

/**
 * Maps whose own key is `__proto__`: the schemas drop such an entry without a word, and what a document
 * declares must never vanish (a cohort that is not read is a cohort that is not judged).
 */
function reservedKeys(value: unknown, path: Path): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]) => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    return [...(key === "__proto__" ? [here] : []), ...reservedKeys(inside, here)];
  });
}

export type Parsed<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value: null; readonly problems: readonly Problem[] };

/** Parses a document; every problem its schema finds is returned, none is thrown. */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  document: DocumentKind,
  value: unknown,
): Parsed<z.output<Schema>> {
  const reserved = reservedKeys(value, []);
  if (reserved.length > 0) {
    const problems = reserved.map((path): Problem => {
      const message = `${pathText(path)} cannot be used: __proto__ is a reserved word.`;
      return {
        code: "FIELD_INVALID",
        severity: "error",
        document,
        path,
        message,
        mend: "Choose another name.",
      };
    });
    return { value: null, problems };
  }
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { value: result.data, problems: [] };
  const problems = result.error.issues
    .flatMap(flatten)
    .flatMap((issue) => draft(issue, schema))
    .map((each): Problem => ({ severity: "error", document, ...each }));
  return { value: null, problems };
}
