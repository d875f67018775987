/**
 * Error-spending functions (Lan & DeMets 1983; Hwang, Shih & DeCani 1990; Kim & DeMets 1987).
 *
 * `level` is the error of ONE side (alpha / sided, or beta); the value is what that side may have spent when the
 * information fraction is t. Both "one-sided .025" and "two-sided .05" are called O'Brien-Fleming type .05 in the
 * literature and differ, so the formula and the side belong to the plan.
 * Domain: 0 < level < 1, t clipped to [0, 1]. Accuracy: that of the normal distribution functions, tails by complements.
 */
import { normalIsf, normalSf } from "../distributions/index.js";
import { requireOpenProbability, requirePositive } from "../errors.js";
import { requireFinite } from "./checks.js";

export type SpendingFunction =
  | {
      readonly family: "lan_demets_obrien_fleming";
      /**
       * Two-sided plans: "side" (default) applies the formula to the error of each side, a = alpha / 2 (five looks at .05:
       * first bound 4.8769); "total" applies it to both together and halves the result (4.3826). Same for one side.
       */
      readonly appliedTo?: "side" | "total";
    }
  | { readonly family: "lan_demets_pocock" }
  /** Negative gamma spends late (-4 is close to O'Brien-Fleming), positive early; 0 is linear. */
  | { readonly family: "hwang_shih_decani"; readonly gamma: number }
  /** The power family level * t^rho; rho = 1 spends linearly. */
  | { readonly family: "kim_demets"; readonly rho: number };

/** The formula as text, to be stored with a plan. */
export function spendingFormula(spending: SpendingFunction): string {
  switch (spending.family) {
    case "lan_demets_obrien_fleming":
      return spending.appliedTo === "total"
        ? "(2 - 2 Phi(z_{1-alpha/2} / sqrt(t))) / sided"
        : "2 - 2 Phi(z_{1-a/2} / sqrt(t))";
    case "lan_demets_pocock":
      return "a ln(1 + (e - 1) t)";
    case "hwang_shih_decani":
      return spending.gamma === 0
        ? "a t"
        : `a (1 - exp(-g t)) / (1 - exp(-g)), g = ${spending.gamma}`;
    case "kim_demets":
      return `a t^${spending.rho}`;
  }
}

export function requireSpending(spending: SpendingFunction): void {
  if (spending.family === "hwang_shih_decani") {
    requireFinite(spending.gamma, "gamma of the Hwang-Shih-DeCani function");
  }
  if (spending.family === "kim_demets") {
    requirePositive(spending.rho, "rho of the Kim-DeMets (power) function");
  }
}

/** Error of one side spent by information fraction t; `level` is the whole error of that side. */
export function spentError(
  spending: SpendingFunction,
  level: number,
  t: number,
  sided: 1 | 2 = 1,
): number {
  requireOpenProbability(level, "The error to spend");
  requireSpending(spending);
  if (t <= 0) return 0;
  if (t >= 1) return level;
  switch (spending.family) {
    case "lan_demets_obrien_fleming": {
      const parts = spending.appliedTo === "total" ? sided : 1;
      return (2 * normalSf(normalIsf((parts * level) / 2) / Math.sqrt(t))) / parts;
    }
    case "lan_demets_pocock":
      return level * Math.log1p((Math.E - 1) * t);
    case "hwang_shih_decani":
      return spending.gamma === 0
        ? level * t
        : (level * Math.expm1(-spending.gamma * t)) / Math.expm1(-spending.gamma);
    case "kim_demets":
      return level * t ** spending.rho;
  }
}

/** Error of one side to be spent at each look. */
export function spendingIncrements(
  spending: SpendingFunction,
  level: number,
  t: readonly number[],
  sided: 1 | 2 = 1,
): number[] {
  let before = 0;
  return t.map((value) => {
    const spent = spentError(spending, level, value, sided);
    const increment = spent - before;
    before = spent;
    return increment;
  });
}
