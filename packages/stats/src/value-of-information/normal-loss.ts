/**
 * Unit normal loss L(u) = E[max(Z - u, 0)] = phi(u) - u P(Z > u).
 *
 * Method: phi(u) (1 - u R(u)) with Mills' ratio R; from u = 1.5 on, where that difference cancels, the continued
 * fraction of L / P(Z > u) = 1/(u + 2/(u + 3/(u + ...))) (DLMF 7.18.13 for the repeated integrals of erfc).
 * Domain: u >= 0. Accuracy: relative error below 2e-14.
 */
import { normalPdf, normalSf } from "../distributions/index.js";
import { requireDomain } from "../errors.js";

export function unitNormalLoss(u: number): number {
  requireDomain(u >= 0, `The unit normal loss needs a value at or above 0, not ${u}.`);
  if (u < 1.5) return normalPdf(u) - u * normalSf(u);
  // The number of terms that leaves an error below 1e-16 falls with u; 200 are enough at 1.5.
  const terms = u > 8 ? 40 : 200;
  let tail = u;
  for (let k = terms; k >= 2; k--) tail = u + k / tail;
  return normalSf(u) / tail;
}
