/** Gathers problems and parameters while a study is resolved. */
import {
  type DocumentKind,
  didYouMean,
  type Problem,
  type ProblemCode,
} from "../shared/problems.js";
import type { Origin, Parameter } from "../shared/vocabulary.js";
import type { StatisticalDefault } from "./defaults.js";

type Path = readonly (string | number)[];

export class Collector {
  readonly problems: Problem[] = [];
  readonly parameters: Parameter[] = [];

  error(
    document: DocumentKind,
    code: ProblemCode,
    path: Path,
    message: string,
    mend: string,
  ): void {
    this.problems.push({ code, severity: "error", document, path, message, mend });
  }

  warning(
    document: DocumentKind,
    code: ProblemCode,
    path: Path,
    message: string,
    mend: string,
  ): void {
    this.problems.push({ code, severity: "warning", document, path, message, mend });
  }

  /** A name that nothing answers to. */
  unknown(
    document: DocumentKind,
    code: ProblemCode,
    path: Path,
    noun: string,
    given: string,
    candidates: readonly string[],
  ): void {
    const mend = didYouMean(given, candidates, noun);
    this.error(document, code, path, `There is no ${noun} "${given}".`, mend);
  }

  get failed(): boolean {
    return this.problems.some((problem) => problem.severity === "error");
  }

  record(
    name: string,
    value: Parameter["value"],
    origin: Origin,
    unit: string | null = null,
    note: string | null = null,
  ): void {
    this.parameters.push({ name, value, unit, origin, note });
  }

  /**
   * The registration's value, else the workspace's, else ours; recorded with where it came from. A
   * workspace's own default is written in a document, and is still a default for this study.
   */
  choose<Value extends number | string | boolean>(
    name: string,
    given: Value | undefined,
    workspace: Value | undefined,
    fallback: StatisticalDefault<Value>,
  ): Value {
    if (given !== undefined) {
      this.record(name, given, "given", fallback.unit);
      return given;
    }
    const note = workspace === undefined ? fallback.why : "the workspace's default";
    const value = workspace ?? fallback.value;
    this.record(name, value, "default", fallback.unit, note);
    return value;
  }
}
