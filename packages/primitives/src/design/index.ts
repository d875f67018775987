export {
  ExpressionError,
  type ExpressionErrorCode,
  expressionColumns,
  identifierFault,
  parseExpression,
} from "../shared/expression.js";
export {
  type DocumentKind,
  didYouMean,
  nearest,
  PROBLEM_CODES,
  type Problem,
  type ProblemCode,
} from "../shared/problems.js";
export * from "./audit/index.js";
export * from "./defaults.js";
export * from "./evidence.js";
export { checkEvidence } from "./evidence-check.js";
export { instant } from "./fields.js";
export { HELD_BACK, holdbackRegistration, LAUNCHED } from "./holdback.js";
export { knownKeys, type Parsed, parseDocument, pathText } from "./issues.js";
export { checkMetricLibrary } from "./library-check.js";
export {
  formatOfFile,
  type LibraryCovariate,
  type LibraryDenominator,
  type LibraryMetric,
  type LibrarySource,
  type MetricLibrary,
  type MetricLibraryDocument,
  type MetricLibraryInput,
  metricLibrarySchema,
} from "./metrics.js";
export {
  type Registration,
  type RegistrationCohorts,
  type RegistrationDimension,
  type RegistrationGuardrail,
  type RegistrationInput,
  registrationSchema,
  TESTS,
  type TestName,
} from "./registration.js";
export { type ResolvedStudy, type ResolveInput, resolveStudy } from "./resolve.js";
export * from "./simulate/index.js";
export * from "./sizing/index.js";
export { BOUNDARY_NAMES, type BoundaryName, parameterFault } from "./stop-rule.js";
export { BOUNDARIES } from "./stopping.js";
export * from "./suggest/index.js";
export { type ClusterCount, type FinerUnits, finerUnits } from "./unit-of-analysis.js";
export {
  DEFAULT_DOCUMENTS,
  NOTIFICATION_EVENTS,
  type WorkspaceDefaults,
  type WorkspaceDocument,
  type WorkspaceInput,
  workspaceSchema,
} from "./workspace.js";
