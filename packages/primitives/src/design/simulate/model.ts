/** The experiment that a registration plans, as numbers from which its moments can be drawn. Plain data only. */

import type { MatureShare } from "../../shared/vocabulary.js";

export interface SimulatedMetric {
  readonly name: string;
  /** Of the control, in the metric's unit; 0 where the effect is one of logs or no value was declared or is needed. */
  readonly baseline: number;
  /** Standard deviation of one unit, after variance reduction and clustering. */
  readonly deviation: number;
  /** Share of the experiment's units that have the metric. */
  readonly fraction: number;
  /** log: effects are differences of logs. */
  readonly transform: "identity" | "log";
}

export interface SimulatedLevel {
  /** "locale=JP". */
  readonly name: string;
  readonly level: string;
  /** Its level in each dimension that it is made of: its own, or those of an intersection. */
  readonly parts: Readonly<Record<string, string>>;
  /** Share of the experiment's units. */
  readonly share: number;
  /** Of the primary metric in the level. */
  readonly baseline: number;
  readonly deviation: number;
}

/** Levels of different dimensions are independent attributes of a unit. */
export interface SimulatedDimension {
  readonly name: string;
  /** Dimensions that it combines; its own name alone where it is no intersection. */
  readonly of: readonly string[];
  readonly levels: readonly SimulatedLevel[];
}

/** A moment at which the data are read; units come in proportion to `share`. */
export interface SimulatedReading {
  /** Days of the run that have passed; null: the end of a run without a registered length. */
  readonly day: number | null;
  /** Share of the units of the end that are there, in (0, 1], growing. */
  readonly share: number;
  /** Of the units that are there, those that have been there for so many days. */
  readonly mature: readonly MatureShare[];
}

export interface SimulationModel {
  /** The primary metric first; each metric once. */
  readonly metrics: readonly SimulatedMetric[];
  readonly dimensions: readonly SimulatedDimension[];
  /** Of the estimates of one arm, in the order of `metrics`; positive definite. */
  readonly correlation: readonly (readonly number[])[];
  /** Units at the end of the run, by arm: the control first. */
  readonly units: readonly number[];
  readonly readings: readonly SimulatedReading[];
}
