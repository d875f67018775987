/** One file of a workspace: read, recognised by its shape, and held against its schema. */
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import {
  checkPortfolio,
  type DocumentKind,
  didYouMean,
  type EvidenceDocument,
  evidenceSchema,
  type MetricLibraryDocument,
  metricLibrarySchema,
  type OverrideReview,
  overrideReviewSchema,
  type PortfolioDocument,
  type Problem,
  parseDocument,
  portfolioSchema,
  type Registration,
  registrationSchema,
  type WorkspaceDocument,
  workspaceSchema,
} from "@plumbline/primitives";
import type { DocumentProblem, FileProblemCode } from "./problem.js";
import { MAX_DOCUMENT_BYTES, parseYaml, type YamlText } from "./yaml.js";

export const WORKSPACE_FILE = "plumbline.yaml";

interface Content {
  readonly registration: Registration;
  readonly library: MetricLibraryDocument;
  readonly evidence: EvidenceDocument;
  readonly workspace: WorkspaceDocument;
  readonly review: OverrideReview;
  readonly portfolio: PortfolioDocument;
}

/** A document whose fields its schema accepted. */
export type LoadedDocument = {
  [Kind in DocumentKind]: {
    readonly kind: Kind;
    readonly value: Content[Kind];
    readonly yaml: YamlText;
  };
}[DocumentKind];

export type Loaded<Kind extends DocumentKind> = Extract<LoadedDocument, { kind: Kind }>;

export interface ReadDocument {
  /** What it is by its shape; null when that cannot be told. */
  readonly kind: DocumentKind | null;
  /** Null when it has problems. */
  readonly document: LoadedDocument | null;
  readonly problems: readonly DocumentProblem[];
  readonly yaml: YamlText | null;
  /** It could not be read, and may have declared metrics or sources. */
  readonly lostLibrary: boolean;
}

const KIND_WORDS: Readonly<Record<string, DocumentKind>> = {
  registration: "registration",
  metrics: "library",
  evidence: "evidence",
  override_review: "review",
  portfolio: "portfolio",
};

/** Places a problem of a schema or a resolution in the text it is about. */
export function placed(problem: Problem, yaml: YamlText): DocumentProblem {
  const { code, severity, message, mend, path, offset } = problem;
  const key = code === "FIELD_UNKNOWN" || code === "DIMENSION_UNKNOWN";
  const location = yaml.locate(path, offset === undefined ? { key } : { key, offset });
  return { ...location, code, severity, message, mend };
}

function fileProblem(
  file: string,
  code: FileProblemCode,
  message: string,
  mend: string,
): DocumentProblem {
  return { file, line: 1, column: 1, code, severity: "error", message, mend };
}

/** The text of a file, or what is wrong with it. */
function readText(file: string): string | DocumentProblem {
  try {
    if (statSync(file).size > MAX_DOCUMENT_BYTES) {
      return fileProblem(
        file,
        "DOCUMENT_TOO_LARGE",
        `The document is larger than ${MAX_DOCUMENT_BYTES} bytes.`,
        "Data belong in a source, not in a document.",
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) {
      return fileProblem(
        file,
        "DOCUMENT_ENCODING",
        "The document is not UTF-8 text.",
        "Save it as UTF-8.",
      );
    }
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    const why = code === "ENOENT" ? "does not exist" : `cannot be read (${code})`;
    return fileProblem(
      file,
      "FILE_UNREADABLE",
      `The file ${why}.`,
      "Check the path and its permissions.",
    );
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a document is: by its `kind`, else by the keys only one kind has. */
export function recogniseDocument(value: unknown, file: string): DocumentKind | null {
  if (basename(file) === WORKSPACE_FILE) return "workspace";
  if (!isMap(value)) return null;
  if (typeof value.kind === "string" && Object.hasOwn(KIND_WORDS, value.kind)) {
    return KIND_WORDS[value.kind] ?? null;
  }
  if ("kind" in value) return null;
  if ("experiment_id" in value) return "results" in value ? "evidence" : "registration";
  return "metrics" in value || "sources" in value ? "library" : null;
}

function unknownKind(yaml: YamlText): DocumentProblem {
  const kind = isMap(yaml.value) ? yaml.value.kind : undefined;
  const words = Object.keys(KIND_WORDS);
  if (typeof kind === "string") {
    return {
      ...yaml.locate(["kind"]),
      code: "DOCUMENT_KIND_UNKNOWN",
      severity: "error",
      message: `There is no kind of document "${kind.slice(0, 60)}".`,
      mend: didYouMean(kind, words, "kind of document"),
    };
  }
  return {
    ...yaml.locate([]),
    code: "DOCUMENT_KIND_UNKNOWN",
    severity: "error",
    message: "It cannot be told what kind of document this is.",
    mend: `Add kind: ${words.join(", ").replace(/, ([^,]*)$/, " or $1")}.`,
  };
}

function against(
  kind: DocumentKind,
  yaml: YamlText,
): { document: LoadedDocument | null; problems: readonly Problem[] } {
  switch (kind) {
    case "registration": {
      const { value, problems } = parseDocument(registrationSchema, kind, yaml.value);
      return { document: value && { kind, value, yaml }, problems };
    }
    case "library": {
      const { value, problems } = parseDocument(metricLibrarySchema, kind, yaml.value);
      return { document: value && { kind, value, yaml }, problems };
    }
    case "evidence": {
      const { value, problems } = parseDocument(evidenceSchema, kind, yaml.value);
      return { document: value && { kind, value, yaml }, problems };
    }
    case "review": {
      const { value, problems } = parseDocument(overrideReviewSchema, kind, yaml.value);
      return { document: value && { kind, value, yaml }, problems };
    }
    case "portfolio": {
      const { value, problems } = parseDocument(portfolioSchema, kind, yaml.value);
      if (value === null) return { document: null, problems };
      const found = checkPortfolio(value);
      const sound = found.every(({ severity }) => severity !== "error");
      return { document: sound ? { kind, value, yaml } : null, problems: found };
    }
    case "workspace": {
      const { value, problems } = parseDocument(workspaceSchema, kind, yaml.value);
      return { document: value && { kind, value, yaml }, problems };
    }
  }
}

/** How a metric library begins, for files that are no YAML at the moment. */
const LIBRARY_KEY = /^(metrics|sources)\s*:/m;

/** Judges a text as the document it says it is. Never throws. */
export function readDocumentText(text: string, file: string): ReadDocument {
  const yaml = parseYaml(text, file);
  if (yaml.problems.length > 0) {
    const lostLibrary = LIBRARY_KEY.test(text);
    return { kind: null, document: null, problems: yaml.problems, yaml, lostLibrary };
  }
  const kind = recogniseDocument(yaml.value, file);
  if (kind === null) {
    const lostLibrary = LIBRARY_KEY.test(text);
    return { kind, document: null, problems: [unknownKind(yaml)], yaml, lostLibrary };
  }
  const { document, problems } = against(kind, yaml);
  const lostLibrary = kind === "library" && document === null;
  const found = problems.map((problem) => placed(problem, yaml));
  return { kind, document, problems: found, yaml, lostLibrary };
}

/** Reads a file. Never throws; a file that cannot be read is a problem. */
export function readDocument(file: string): ReadDocument {
  const text = readText(file);
  if (typeof text === "string") return readDocumentText(text, file);
  return { kind: null, document: null, problems: [text], yaml: null, lostLibrary: true };
}
