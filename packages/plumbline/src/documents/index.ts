export {
  type CheckResult,
  checkWorkspace,
  type LoadedExperiment,
  loadExperiment,
} from "./check.js";
export {
  type Loaded,
  type LoadedDocument,
  type ReadDocument,
  readDocument,
  readDocumentText,
  WORKSPACE_FILE,
} from "./document.js";
export { type InitOptions, type InitResult, initWorkspace } from "./init.js";
export type { ColumnProfile, DataProfile } from "./init-profile.js";
export { documentJsonSchemas, type JsonSchema } from "./json-schemas.js";
export {
  type DocumentProblem,
  type FileProblemCode,
  formatProblem,
  hasErrors,
  type Location,
  sortProblems,
} from "./problem.js";
export { locateSubject, problemOfWarehouse, type Subject } from "./subject.js";
export {
  fileResolver,
  findWorkspaceRoot,
  loadWorkspace,
  type ResolvedRegistration,
  resolveRegistration,
  type Workspace,
} from "./workspace.js";
