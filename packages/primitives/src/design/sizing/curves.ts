/** Curves of a sized study: power against the size, and the smallest effect against the days of the run. */
import { type Traffic, uniqueUnits } from "@plumbline/stats";
import type { Requirement } from "./requirements.js";
import { effectAtTotal, powerAtTotal, type SizingReport } from "./size.js";

/** Relative error of a curve's effects: less than a hundredth of a pixel. The sizes themselves are exact. */
const PICTURE = 1e-6;

export interface CurvePoint {
  /** Units of the whole experiment, or days. */
  readonly x: number;
  readonly y: number;
}

export interface Curve {
  readonly id: string;
  readonly role: "primary" | "success" | "guardrail" | "cohort";
  readonly points: readonly CurvePoint[];
}

/** Drawn as a monotone cubic, in equal steps of the logarithm where the curve follows a power of it: the picture of 36 to a pixel. */
const POINTS = 18;
/** Curves end this much beyond the largest size of interest, and begin at a fifth of the smallest. */
const BEYOND = 1.25;
const BELOW = 0.2;

function grid(from: number, to: number, points: number): number[] {
  return Array.from({ length: points }, (_, k) => from + ((to - from) * k) / (points - 1));
}

/** Sizes of interest differ by orders of magnitude: equal steps of the logarithm. */
function logGrid(from: number, to: number, points: number): number[] {
  return grid(Math.log(from), Math.log(to), points).map(Math.exp);
}

/** Power of every requirement against the units of the whole experiment, in equal steps of its logarithm. */
export function powerCurves(report: SizingReport): Curve[] {
  const sizes = [...report.requirements, ...(report.planned ? [report.planned] : [])].map(
    ({ total }) => total,
  );
  if (report.requirements.length === 0) return [];
  const totals = logGrid(BELOW * Math.min(...sizes), BEYOND * Math.max(...sizes), POINTS);
  return report.requirements.map((requirement) => ({
    id: requirement.id,
    role: requirement.role,
    points: totals.flatMap((x) => {
      const y = powerAtTotal(requirement, x);
      return y === null ? [] : [{ x, y }];
    }),
  }));
}

/** Longest run drawn, days: that of the bottleneck and the planned one, between 4 and 13 weeks. */
export function daysShown(report: SizingReport): number {
  const wanted = Math.max(7 * (report.weeks ?? 0), report.runtimeDays ?? 0) * BEYOND;
  return Math.min(91, Math.max(28, Math.ceil(wanted / 7) * 7));
}

/** Effects are solved for at so few totals; between them, see `effectsAt`. */
const NODES = 6;

/**
 * Smallest effects at rising totals. Effect against total is close to a straight line on two logarithmic scales, so a polynomial through
 * the Chebyshev nodes of the range follows it to 1e-4 of itself (Trefethen 2013, Approximation Theory and Approximation Practice, ch. 5:
 * barycentric form). Where a node has no effect, each total is solved for itself.
 */
function effectsAt(requirement: Requirement, totals: readonly number[]): (number | null)[] {
  const [low, high] = [Math.log(totals[0] ?? 1), Math.log(totals.at(-1) ?? 1)];
  const nodes = Array.from({ length: NODES }, (_, k) => {
    const angle = ((2 * k + 1) * Math.PI) / (2 * NODES);
    const x = (low + high) / 2 + ((high - low) / 2) * Math.cos(angle);
    const effect = effectAtTotal(requirement, Math.exp(x), PICTURE);
    const logEffect = effect !== null && effect > 0 ? Math.log(effect) : null;
    return { x, logEffect, weight: (k % 2 === 0 ? 1 : -1) * Math.sin(angle) };
  });
  if (high === low || nodes.some(({ logEffect }) => logEffect === null)) {
    return totals.map((total) => effectAtTotal(requirement, total, PICTURE));
  }
  return totals.map((total) => {
    const x = Math.log(total);
    let above = 0;
    let below = 0;
    for (const node of nodes) {
      if (x === node.x) return Math.exp(node.logEffect ?? 0);
      const share = node.weight / (x - node.x);
      above += share * (node.logEffect ?? 0);
      below += share;
    }
    return Math.exp(above / below);
  });
}

/** Smallest relative effect that each requirement can show against the days of the run. */
export function effectCurves(report: SizingReport, traffic: Traffic): Curve[] {
  const days = logGrid(1, daysShown(report), POINTS);
  return report.requirements.flatMap((requirement) => {
    const { baseline } = requirement;
    if (baseline === null || baseline === 0) return [];
    const totals = days.map((x) => uniqueUnits(x / 7, traffic));
    const effects = effectsAt(requirement, totals);
    const points = days.flatMap((x, at) => {
      const effect = effects[at] ?? null;
      return effect === null ? [] : [{ x, y: effect / Math.abs(baseline) }];
    });
    return [{ id: requirement.id, role: requirement.role, points }];
  });
}
