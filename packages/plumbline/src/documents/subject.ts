/** Where in the documents an error of the warehouse has its cause. */
import { expressionColumns } from "@plumbline/primitives";
import type { DocumentProblem, Location } from "./problem.js";
import type { ResolvedRegistration, Workspace } from "./workspace.js";

/** What an error of the warehouse says it is about. */
export interface Subject {
  readonly source?: string;
  readonly column?: string;
  readonly metric?: string;
  readonly arm?: string;
  readonly dimension?: string;
  readonly level?: string;
  readonly file?: string;
  readonly expression?: string;
}

type Path = (string | number)[];

interface Place {
  readonly in: "registration" | "library";
  readonly path: Path;
}

type Documents = Pick<ResolvedRegistration, "registration">;

/** The key of a metric that a part such as "denominator filter" is written under. */
function partPath(part: string | undefined): Path {
  const words = (part ?? "").split(" ");
  const below = words.find((word) => word === "denominator" || word === "covariate");
  const key = words.find((word) => word === "value" || word === "filter" || word === "cap");
  return [...(below ? [below] : []), ...(key ? [key] : [])];
}

function dimensionPlace(subject: Subject, { registration }: Documents): Place | null {
  if (subject.dimension === undefined) return null;
  const path: Path = ["cohorts", "dimensions", subject.dimension];
  const declared = registration.value.cohorts?.dimensions[subject.dimension];
  if (subject.level !== undefined) {
    const at = declared?.levels.indexOf(subject.level) ?? -1;
    return { in: "registration", path: [...path, "levels", ...(at < 0 ? [] : [at])] };
  }
  if (subject.column !== undefined && declared) {
    const key = (["measured_at", "column"] as const).find(
      (each) => declared[each] === subject.column,
    );
    if (key) return { in: "registration", path: [...path, key] };
    if (declared.value) return { in: "registration", path: [...path, "value"] };
  }
  return { in: "registration", path };
}

function armPlace(subject: Subject, { registration }: Documents): Place | null {
  if (subject.arm === undefined) return null;
  const { arms } = registration.value;
  const isIt = (arm: { name: string; value?: string | undefined }): boolean =>
    arm.name === subject.arm || arm.value === subject.arm;
  const treatment = arms?.treatments.findIndex(isIt) ?? -1;
  if (treatment >= 0) return { in: "registration", path: ["arms", "treatments", treatment] };
  if (arms && isIt(arms.control)) return { in: "registration", path: ["arms", "control"] };
  return { in: "registration", path: arms ? ["arms"] : ["exposure", "arm"] };
}

function exposurePlace(subject: Subject, { registration }: Documents): Place | null {
  const { exposure } = registration.value;
  const { column, expression } = subject;
  if (exposure === undefined || (subject.source ?? exposure.source) !== exposure.source)
    return null;
  if (column !== undefined && column === exposure.arm)
    return { in: "registration", path: ["exposure", "arm"] };
  if (column !== undefined && column === exposure.time)
    return { in: "registration", path: ["exposure", "time"] };
  const filtered = exposure.filter ? expressionColumns(exposure.filter) : [];
  const filter =
    expression?.includes("filter") || (column !== undefined && filtered.includes(column));
  return filter && exposure.filter ? { in: "registration", path: ["exposure", "filter"] } : null;
}

function sourcePlace(subject: Subject, workspace: Workspace): Place | null {
  const { source, column } = subject;
  if (source === undefined) return null;
  const declared = workspace.library.sources[source];
  const path: Path = ["sources", source];
  if (column === undefined) return { in: "library", path: [...path, "files"] };
  const key = (["unit", "time"] as const).find((each) => declared?.[each] === column);
  if (key) return { in: "library", path: [...path, key] };
  return { in: "library", path };
}

function place(subject: Subject, documents: Documents, workspace: Workspace): Place | null {
  if (subject.metric !== undefined) {
    return { in: "library", path: ["metrics", subject.metric, ...partPath(subject.expression)] };
  }
  const inStudy = dimensionPlace(subject, documents) ?? armPlace(subject, documents);
  return inStudy ?? exposurePlace(subject, documents) ?? sourcePlace(subject, workspace);
}

/** The place in the documents that an error of the warehouse is about; the registration itself if none is known. */
export function locateSubject(
  subject: Subject,
  documents: Documents,
  workspace: Workspace,
): Location {
  const { yaml } = documents.registration;
  const found = place(subject, documents, workspace);
  if (found === null) return yaml.locate([]);
  if (found.in === "registration") return yaml.locate(found.path);
  const [group, name] = found.path;
  const files =
    group === "sources" ? workspace.libraryFiles.sources : workspace.libraryFiles.metrics;
  return (files.get(String(name)) ?? yaml).locate(found.path);
}

/** An error of the warehouse as a problem of a document. Absent files say how they are had. */
export function problemOfWarehouse(
  error: {
    readonly code: string;
    readonly message: string;
    readonly mend: string;
    readonly subject: Subject;
  },
  documents: Documents,
  workspace: Workspace,
): DocumentProblem {
  const { code, message, subject } = error;
  const source =
    subject.source === undefined ? undefined : workspace.library.sources[subject.source];
  const absent = code === "FILE_MISSING" && source?.how_to_get !== undefined;
  const mend = absent ? (source.how_to_get ?? error.mend) : error.mend;
  return {
    ...locateSubject(subject, documents, workspace),
    code,
    severity: "error",
    message,
    mend,
  };
}
