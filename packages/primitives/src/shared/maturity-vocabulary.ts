/** The words of maturity: how long after its exposure a unit's value is complete. Plain data only. */

export interface StudyMaturity {
  /** Whole or part days from a unit's exposure until its value is complete. */
  readonly days: number;
  /**
   * late: before that the value says nothing (a window that begins after exposure, or declared so).
   * open: the value grows from the moment of exposure, and is complete when its window closes.
   */
  readonly kind: "late" | "open";
}

/** How many of the exposed units were exposed at least `days` days before the moment read. */
export interface MatureShare {
  readonly days: number;
  /** Of all exposed units of registered arms, in [0, 1]. */
  readonly share: number;
}
