/** `plumb check`: every document of a workspace, or one file, judged without touching any data. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { didYouMean, resolveStudy } from "@plumbline/primitives";
import { type Loaded, placed, readDocument, readDocumentText } from "./document.js";
import { type DocumentProblem, hasErrors, sortProblems } from "./problem.js";
import {
  type Draft,
  findWorkspaceRoot,
  libraryProblems,
  loadWorkspace,
  type ResolvedRegistration,
  resolveRegistration,
  type Workspace,
} from "./workspace.js";

export interface CheckResult {
  /** Absolute; null when no workspace was found. */
  readonly root: string | null;
  readonly problems: readonly DocumentProblem[];
  /** No problem of severity error. */
  readonly ok: boolean;
  readonly counts: {
    /** Files read. */
    readonly documents: number;
    readonly registrations: number;
    readonly metrics: number;
    readonly sources: number;
    readonly evidence: number;
  };
  /** What was not checked, in sentences. */
  readonly notes: readonly string[];
}

const NOTHING = { documents: 0, registrations: 0, metrics: 0, sources: 0, evidence: 0 };

function result(
  root: string | null,
  problems: readonly DocumentProblem[],
  counts: CheckResult["counts"],
  notes: readonly string[] = [],
): CheckResult {
  return { root, problems: sortProblems(problems), ok: !hasErrors(problems), counts, notes };
}

function countsOf(workspace: Workspace): CheckResult["counts"] {
  return {
    documents: workspace.files,
    registrations: workspace.registrations.length,
    metrics: Object.keys(workspace.library.metrics).length,
    sources: Object.keys(workspace.library.sources).length,
    evidence: workspace.evidence.length,
  };
}

/** Evidence for an experiment that nobody registered. */
function orphans(workspace: Workspace): DocumentProblem[] {
  const ids = workspace.registrations.map(({ value }) => value.experiment_id);
  return workspace.evidence
    .filter(({ value }) => !ids.includes(value.experiment_id))
    .map(({ value, yaml }) => ({
      ...yaml.locate(["experiment_id"]),
      code: "EXPERIMENT_UNKNOWN",
      severity: "error",
      message: `There is no registration of "${value.experiment_id}".`,
      mend: didYouMean(value.experiment_id, ids, "registration"),
    }));
}

function evidenceOf(
  workspace: Workspace,
  registration: Loaded<"registration">,
): (Loaded<"evidence"> | null)[] {
  const id = registration.value.experiment_id;
  const own = workspace.evidence.filter(({ value }) => value.experiment_id === id);
  return own.length === 0 ? [null] : own;
}

function registrationProblems(
  workspace: Workspace,
  registration: Loaded<"registration">,
): DocumentProblem[] {
  return evidenceOf(workspace, registration).flatMap(
    (evidence) => resolveRegistration(workspace, registration, evidence).problems,
  );
}

const INCOMPLETE =
  "A metric library has errors, so names of metrics and sources were not looked up; mend it first.";

function checkAll(root: string): CheckResult {
  const workspace = loadWorkspace(root);
  const problems = [
    ...workspace.problems,
    ...libraryProblems(workspace),
    ...workspace.registrations.flatMap((each) => registrationProblems(workspace, each)),
    ...orphans(workspace),
  ];
  return result(root, problems, countsOf(workspace), workspace.libraryComplete ? [] : [INCOMPLETE]);
}

/** A file by itself: its schema, and for a registration what it says about itself. */
function checkAlone(file: string): CheckResult {
  const { document, kind, problems } = readDocument(file);
  const counts = {
    ...NOTHING,
    documents: 1,
    registrations: kind === "registration" ? 1 : 0,
    evidence: kind === "evidence" ? 1 : 0,
    metrics: document?.kind === "library" ? Object.keys(document.value.metrics ?? {}).length : 0,
    sources: document?.kind === "library" ? Object.keys(document.value.sources ?? {}).length : 0,
  };
  const note =
    "There is no plumbline.yaml above this file, so references to metrics and sources were not checked.";
  if (document?.kind !== "registration") return result(null, problems, counts, [note]);
  const alone = resolveStudy({
    registration: document.value,
    library: null,
    resolveFiles: (files) => files,
  });
  const own = alone.problems.map((problem) => placed(problem, document.yaml));
  return result(null, [...problems, ...own], counts, [note]);
}

/** What `plumb check FILE` would say if the file of a workspace held this text. Reads the other documents; writes nothing. */
export function checkDraft(root: string, file: string, text: string): CheckResult {
  const read = readDocumentText(text, file);
  return checkOne(root, file, { file, read });
}

function checkOne(root: string, file: string, draft: Draft | null = null): CheckResult {
  const workspace = loadWorkspace(root, draft);
  const own = draft?.read ?? readDocument(file);
  const registration =
    workspace.registrations.find(({ yaml }) => yaml.file === file) ??
    (own.document?.kind === "registration" ? own.document : undefined);
  const inside = (problem: DocumentProblem): boolean => problem.file === file;
  const problems = [
    ...own.problems,
    ...workspace.problems.filter(inside),
    ...orphans(workspace).filter(inside),
  ];
  if (registration) problems.push(...registrationProblems(workspace, registration));
  if (own.document?.kind === "library") problems.push(...libraryProblems(workspace).filter(inside));
  if (own.document?.kind === "evidence") {
    const id = own.document.value.experiment_id;
    const target = workspace.registrations.find(({ value }) => value.experiment_id === id);
    if (target)
      problems.push(
        ...resolveRegistration(workspace, target, own.document).problems.filter(inside),
      );
  }
  return result(root, problems, { ...countsOf(workspace), documents: 1 });
}

function missing(
  path: string,
  code: "FILE_UNREADABLE" | "WORKSPACE_MISSING",
  message: string,
  mend: string,
): CheckResult {
  const problem: DocumentProblem = {
    file: path,
    line: 1,
    column: 1,
    code,
    severity: "error",
    message,
    mend,
  };
  return result(null, [problem], NOTHING);
}

/** Checks the workspace at or above a folder, or one file. Never throws for the content of documents. */
export function checkWorkspace(path: string): CheckResult {
  const target = resolve(path);
  if (!existsSync(target)) {
    return missing(
      target,
      "FILE_UNREADABLE",
      "There is no such file or folder.",
      "Check the path.",
    );
  }
  const root = findWorkspaceRoot(target);
  if (!statSync(target).isDirectory())
    return root === null ? checkAlone(target) : checkOne(root, target);
  if (root !== null) return checkAll(root);
  return missing(
    target,
    "WORKSPACE_MISSING",
    "There is no plumbline.yaml here or above.",
    "Run plumb init, or write a plumbline.yaml with a name.",
  );
}

export interface LoadedExperiment {
  /** Null: the registration stands alone. */
  readonly workspace: Workspace | null;
  /** Null when the documents have errors. */
  readonly resolved: ResolvedRegistration | null;
  readonly problems: readonly DocumentProblem[];
}

const ALONE: Omit<Workspace, "root" | "config"> = {
  library: { metrics: {}, sources: {} },
  libraryFiles: { metrics: new Map(), sources: new Map() },
  libraryComplete: true,
  libraries: [],
  registrations: [],
  evidence: [],
  problems: [],
  shared: { workspace: [], library: [] },
  files: 0,
};

function wrongKind(file: string, wanted: string): DocumentProblem {
  return {
    file,
    line: 1,
    column: 1,
    code: "DOCUMENT_KIND_UNKNOWN",
    severity: "error",
    message: `This document is not ${wanted}.`,
    mend: `Give the path of ${wanted}.`,
  };
}

/**
 * What a readout needs of the documents: the registration in `file`, resolved in its workspace, with
 * the evidence file at `evidencePath` if one is given. `resolved` is null when an error stands in
 * the way; problems of other experiments' documents are left out.
 */
export function loadExperiment(file: string, evidencePath: string | null): LoadedExperiment {
  const path = resolve(file);
  const own = readDocument(path);
  const proof = evidencePath === null ? null : readDocument(resolve(evidencePath));
  const problems = [...own.problems, ...(proof?.problems ?? [])];
  if (own.document && own.document.kind !== "registration")
    problems.push(wrongKind(path, "a registration"));
  if (proof?.document && proof.document.kind !== "evidence") {
    problems.push(wrongKind(resolve(evidencePath ?? ""), "an evidence file"));
  }
  const root = findWorkspaceRoot(path);
  const workspace = root === null ? null : loadWorkspace(root);
  if (own.document?.kind !== "registration" || hasErrors(problems)) {
    return { workspace, resolved: null, problems: sortProblems(problems) };
  }
  const evidence = proof?.document?.kind === "evidence" ? proof.document : null;
  if (evidence && evidence.value.experiment_id !== own.document.value.experiment_id) {
    problems.push({
      ...evidence.yaml.locate(["experiment_id"]),
      code: "EXPERIMENT_UNKNOWN",
      severity: "error",
      message: `The evidence is for "${evidence.value.experiment_id}", the registration is "${own.document.value.experiment_id}".`,
      mend: "Give the evidence file of this experiment.",
    });
  }
  problems.push(...(workspace?.shared.workspace ?? []));
  if (own.document.value.exposure !== undefined)
    problems.push(...(workspace?.shared.library ?? []));
  const frame = workspace ?? { ...ALONE, root: resolve(path, ".."), config: { name: "alone" } };
  const resolved = resolveRegistration(frame, own.document, evidence);
  problems.push(...resolved.problems);
  const failed = hasErrors(problems) || resolved.study === null;
  return { workspace, resolved: failed ? null : resolved, problems: sortProblems(problems) };
}
