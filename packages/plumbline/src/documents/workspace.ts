/** A workspace: the folder with `plumbline.yaml`, and every document in it. */
import { existsSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import {
  checkEvidence,
  checkMetricLibrary,
  DEFAULT_DOCUMENTS,
  type LibraryMetric,
  type LibrarySource,
  type MetricLibrary,
  type Problem,
  type ResolvedStudy,
  resolveStudy,
  type WorkspaceDocument,
} from "@plumbline/primitives";
import {
  type Loaded,
  placed,
  type ReadDocument,
  readDocument,
  WORKSPACE_FILE,
} from "./document.js";
import { matchFiles } from "./glob.js";
import type { DocumentProblem } from "./problem.js";
import type { YamlText } from "./yaml.js";

export interface Workspace {
  /** Absolute. */
  readonly root: string;
  readonly config: WorkspaceDocument;
  readonly library: MetricLibrary;
  /** Which file a metric or source stands in. */
  readonly libraryFiles: {
    readonly metrics: ReadonlyMap<string, YamlText>;
    readonly sources: ReadonlyMap<string, YamlText>;
  };
  /** False when a library file has problems, so that a missing name may only be unreadable. */
  readonly libraryComplete: boolean;
  readonly libraries: readonly Loaded<"library">[];
  readonly registrations: readonly Loaded<"registration">[];
  readonly evidence: readonly Loaded<"evidence">[];
  /** Problems of single files: YAML, shape, schema; and names that two files share. */
  readonly problems: readonly DocumentProblem[];
  /** Those of them that touch every experiment: of `plumbline.yaml`, and of metric libraries. */
  readonly shared: {
    readonly workspace: readonly DocumentProblem[];
    readonly library: readonly DocumentProblem[];
  };
  /** Files that were read, `plumbline.yaml` included. */
  readonly files: number;
}

/** The nearest folder, from `start` upwards, that holds a workspace file; null: none. */
export function findWorkspaceRoot(start: string): string | null {
  let here = resolve(start);
  if (existsSync(here) && !statSync(here).isDirectory()) here = dirname(here);
  for (;;) {
    if (existsSync(join(here, WORKSPACE_FILE))) return here;
    const above = dirname(here);
    if (above === here) return null;
    here = above;
  }
}

/** Paths of a source: relative ones stand in the workspace's data folder. Globs stay globs. */
export function fileResolver(
  workspace: Pick<Workspace, "root" | "config">,
): (files: readonly string[]) => string[] {
  const base = resolve(workspace.root, workspace.config.data ?? ".");
  return (files) => files.map((file) => (isAbsolute(file) ? file : resolve(base, file)));
}

class Merge {
  readonly metrics = new Map<string, LibraryMetric>();
  readonly sources = new Map<string, LibrarySource>();
  readonly files = { metrics: new Map<string, YamlText>(), sources: new Map<string, YamlText>() };
  readonly problems: DocumentProblem[] = [];

  twin(
    noun: string,
    name: string,
    path: (string | number)[],
    yaml: YamlText,
    other: YamlText,
  ): void {
    const { file, line } = other.locate(path, { key: true });
    this.problems.push({
      ...yaml.locate(path, { key: true }),
      code: "NAME_DUPLICATE",
      severity: "error",
      message: `The ${noun} "${name}" is also declared in ${file}, line ${line}.`,
      mend: "Keep one of them, or rename one.",
    });
  }

  private take<T>(
    group: "metrics" | "sources",
    into: Map<string, T>,
    entries: Record<string, T>,
    yaml: YamlText,
  ): void {
    for (const [name, entry] of Object.entries(entries)) {
      const other = this.files[group].get(name);
      if (other) {
        this.twin(group === "metrics" ? "metric" : "source", name, [group, name], yaml, other);
        continue;
      }
      into.set(name, entry);
      this.files[group].set(name, yaml);
    }
  }

  add({ value, yaml }: Loaded<"library">): void {
    this.take("sources", this.sources, value.sources ?? {}, yaml);
    this.take("metrics", this.metrics, value.metrics ?? {}, yaml);
  }
}

function twinExperiments(registrations: readonly Loaded<"registration">[]): DocumentProblem[] {
  const merge = new Merge();
  const seen = new Map<string, YamlText>();
  for (const { value, yaml } of registrations) {
    const other = seen.get(value.experiment_id);
    if (other) merge.twin("experiment", value.experiment_id, ["experiment_id"], yaml, other);
    else seen.set(value.experiment_id, yaml);
  }
  return merge.problems;
}

function noDocuments(root: string, globs: readonly string[]): DocumentProblem {
  return {
    file: join(root, WORKSPACE_FILE),
    line: 1,
    column: 1,
    code: "DOCUMENTS_NONE",
    severity: "warning",
    message: `No file matches ${globs.join(", ")}.`,
    mend: "Write a registration in experiments/, or set documents: to where yours lie.",
  };
}

function unreadableFolder(file: string): DocumentProblem {
  return {
    file,
    line: 1,
    column: 1,
    code: "FILE_UNREADABLE",
    severity: "error",
    message: "The folder cannot be read, so its documents were not checked.",
    mend: "Check its permissions.",
  };
}

/** A text that stands in the place of a file, which may not exist yet. */
export interface Draft {
  /** Absolute. */
  readonly file: string;
  readonly read: ReadDocument;
}

/**
 * Loads every document under a root that `findWorkspaceRoot` found; with a draft, as if its file said that. Never throws for their
 * content.
 */
export function loadWorkspace(root: string, draft: Draft | null = null): Workspace {
  const own = readDocument(join(root, WORKSPACE_FILE));
  const config: WorkspaceDocument =
    own.document?.kind === "workspace" ? own.document.value : { name: "workspace" };
  const globs = config.documents ?? DEFAULT_DOCUMENTS;
  const { matches, unreadable } = matchFiles(root, globs);
  const others = matches.filter(
    (file) => file !== join(root, WORKSPACE_FILE) && file !== draft?.file,
  );
  // A draft comes last: of two that declare the same name, it is the one at fault.
  const files = draft === null ? others : [...others, draft.file];
  const read = files.map((file) => (file === draft?.file ? draft.read : readDocument(file)));
  const merge = new Merge();
  const libraries: Loaded<"library">[] = [];
  const registrations: Loaded<"registration">[] = [];
  const evidence: Loaded<"evidence">[] = [];
  for (const { document } of read) {
    if (document?.kind === "library") libraries.push(document);
    if (document?.kind === "registration") registrations.push(document);
    if (document?.kind === "evidence") evidence.push(document);
  }
  for (const library of libraries) merge.add(library);
  const lost = read.filter(({ lostLibrary }) => lostLibrary);
  const shared = {
    workspace: own.problems,
    library: [...lost.flatMap(({ problems }) => problems), ...merge.problems],
  };
  return {
    root,
    config,
    library: {
      metrics: Object.fromEntries(merge.metrics),
      sources: Object.fromEntries(merge.sources),
    },
    libraryFiles: merge.files,
    libraryComplete: lost.length === 0,
    libraries,
    registrations,
    evidence,
    problems: [
      ...own.problems,
      ...read.flatMap(({ problems }) => problems),
      ...merge.problems,
      ...twinExperiments(registrations),
      ...unreadable.map(unreadableFolder),
      ...(files.length === 0 ? [noDocuments(root, globs)] : []),
    ],
    shared,
    files: files.length + 1,
  };
}

/** The text a problem stands in: its registration, its evidence file, or the file of its metric. */
function textOf(
  problem: Problem,
  workspace: Workspace,
  registration: YamlText,
  evidence: YamlText | null,
): YamlText {
  if (problem.document === "evidence" && evidence) return evidence;
  const [group, name] = problem.path;
  if (problem.document !== "library" || typeof name !== "string") return registration;
  const files =
    group === "sources" ? workspace.libraryFiles.sources : workspace.libraryFiles.metrics;
  return files.get(name) ?? registration;
}

/** What only looks wrong while a library file cannot be read. */
const NAME_CODES = new Set([
  "METRIC_UNKNOWN",
  "SOURCE_UNKNOWN",
  "DIRECTION_MISSING",
  "COVARIATE_MISSING",
]);

function placeAll(
  problems: readonly Problem[],
  workspace: Workspace,
  registration: YamlText,
  evidence: YamlText | null,
): DocumentProblem[] {
  return problems
    .filter((problem) => workspace.libraryComplete || !NAME_CODES.has(problem.code))
    .map((problem) => placed(problem, textOf(problem, workspace, registration, evidence)));
}

export interface ResolvedRegistration extends Omit<ResolvedStudy, "problems"> {
  readonly registration: Loaded<"registration">;
  readonly evidence: Loaded<"evidence"> | null;
  /** Of the registration against the library, and of the evidence against the registration. */
  readonly problems: readonly DocumentProblem[];
}

/**
 * Resolves one registration of a workspace. With `evidence`, the study is read from that file and
 * not from data; without, an evidence file of the workspace only quiets the missing exposure.
 */
export function resolveRegistration(
  workspace: Workspace,
  registration: Loaded<"registration">,
  evidence: Loaded<"evidence"> | null,
): ResolvedRegistration {
  const id = registration.value.experiment_id;
  const own =
    evidence ?? workspace.evidence.find(({ value }) => value.experiment_id === id) ?? null;
  const { study, plan, problems } = resolveStudy({
    registration: registration.value,
    library: workspace.library,
    evidence: own?.value ?? null,
    defaults: workspace.config.defaults ?? null,
    roles: workspace.config.roles ? Object.keys(workspace.config.roles) : null,
    resolveFiles: fileResolver(workspace),
  });
  const against = study && own ? checkEvidence(own.value, study) : [];
  const text = own?.yaml ?? null;
  return {
    registration,
    evidence: own,
    study,
    plan,
    problems: placeAll([...problems, ...against], workspace, registration.yaml, text),
  };
}

/** Problems of the metric library by itself. */
export function libraryProblems(workspace: Workspace): DocumentProblem[] {
  const problems = checkMetricLibrary(workspace.library);
  const fallback = workspace.libraries[0]?.yaml;
  return fallback ? placeAll(problems, workspace, fallback, null) : [];
}
