/** The registration of a design command, with its library and, where its documents allow one, its study. */
import { isAbsolute, resolve } from "node:path";
import type { MetricLibrary, Registration, Study } from "@plumbline/primitives";
import { loadExperiment } from "../../documents/check.js";
import { readDocument } from "../../documents/document.js";
import { type DocumentProblem, hasErrors } from "../../documents/problem.js";
import type { YamlText } from "../../documents/yaml.js";
import { PlumbError } from "../../errors.js";
import { DocumentsError } from "../documents-error.js";
import type { OperationContext } from "../operation.js";

export interface LoadedDesign {
  readonly registration: Registration;
  /** Null when the documents have errors; they are in `problems`. */
  readonly study: Study | null;
  readonly library: MetricLibrary | null;
  readonly yaml: YamlText;
  readonly problems: readonly DocumentProblem[];
}

export const pathIn = (context: OperationContext, path: string): string =>
  isAbsolute(path) ? path : resolve(context.workingDirectory, path);

/** @throws DocumentsError when the file cannot be read as a registration. */
export function loadDesign(context: OperationContext, given: string): LoadedDesign {
  const path = pathIn(context, given);
  const own = readDocument(path);
  if (own.document !== null && own.document.kind !== "registration") {
    throw new PlumbError(
      "NOT_A_REGISTRATION",
      `${given} is not a registration.`,
      "Give the path of a registration, a YAML file with an experiment_id and a hypothesis.",
    );
  }
  if (own.document === null) throw new DocumentsError(own.problems);
  const { workspace, resolved, problems } = loadExperiment(path, null);
  const used = workspace !== null && own.document.value.exposure !== undefined;
  return {
    registration: own.document.value,
    study: resolved?.study ?? null,
    library: used || hasEntries(workspace?.library) ? (workspace?.library ?? null) : null,
    yaml: own.document.yaml,
    problems,
  };
}

const hasEntries = (library: MetricLibrary | undefined): boolean =>
  library !== undefined && Object.keys(library.metrics).length > 0;

/** The study, or the problems that keep it from being one. */
export function requireStudy(loaded: LoadedDesign): Study {
  if (loaded.study === null || hasErrors(loaded.problems)) {
    throw new DocumentsError(loaded.problems.filter(({ severity }) => severity === "error"));
  }
  return loaded.study;
}
