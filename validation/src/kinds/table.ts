import type { Fields } from "../fields.js";

/** Runs one case through the public API and answers in the names of the reference files. */
export type Runner = (input: Fields) => Readonly<Record<string, unknown>>;

/** By `input.kind`. A new kind is a new row. */
export type KindTable = Readonly<Record<string, Runner>>;

/** A file whose cases carry no `kind` is known by the fields of its input. */
export interface ShapeRow {
  readonly name: string;
  /** Dotted paths that must be present. */
  readonly fields: readonly string[];
  readonly run: Runner;
}
