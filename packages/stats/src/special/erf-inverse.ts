/**
 * Quantile of the standard normal distribution and the inverse error functions.
 *
 * Method: rational approximations of M. J. Wichura, "Algorithm AS 241", Applied Statistics 37 (1988), PPND16.
 * Domain: 0 <= p <= 1 (the ends give the infinities). Accuracy: largest relative error 4.5e-16
 * (validation/normal).
 */
import { requireDomain, requireProbability } from "../errors.js";

const CENTRE_TOP = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
  1971.5909503065513, 133.14166789178438, 3.3871328727963665,
];
const CENTRE_BOTTOM = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
  687.1870074920579, 42.31333070160091, 1,
];
const MIDDLE_TOP = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684,
  3.6478483247632045, 5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BOTTOM = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008,
  0.6897673349851, 1.6763848301838038, 2.053191626637759, 1,
];
const FAR_TOP = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124,
  0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const FAR_BOTTOM = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133,
  0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
];

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

/** z with Phi(z) = 1/2 + centred, for |centred| <= 0.425. */
function centralQuantile(centred: number): number {
  const r = 0.180625 - centred * centred;
  return (centred * polynomial(CENTRE_TOP, r)) / polynomial(CENTRE_BOTTOM, r);
}

/** -z with Phi(z) = p, for p below 0.075. */
function tailQuantile(p: number): number {
  const r = Math.sqrt(-Math.log(p));
  if (r <= 5) return polynomial(MIDDLE_TOP, r - 1.6) / polynomial(MIDDLE_BOTTOM, r - 1.6);
  return polynomial(FAR_TOP, r - 5) / polynomial(FAR_BOTTOM, r - 5);
}

/** z with Phi(z) = p. p = 0 and p = 1 give the infinities. */
export function standardNormalQuantile(p: number): number {
  requireProbability(p, "The probability of a quantile");
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  return innerNormalQuantile(p);
}

/** The same for p known to lie strictly inside (0, 1): not checked, since it is drawn millions of times. */
export function innerNormalQuantile(p: number): number {
  const centred = p - 0.5;
  if (Math.abs(centred) <= 0.425) return centralQuantile(centred);
  return centred < 0 ? -tailQuantile(p) : tailQuantile(1 - p);
}

/** x with erfc(x) = p, 0 <= p <= 2, to the smallest p that a double holds. */
export function erfcinv(p: number): number {
  requireDomain(p >= 0 && p <= 2, `The inverse of erfc needs a value from 0 to 2, not ${p}.`);
  return -standardNormalQuantile(p / 2) * Math.SQRT1_2;
}

/** x with erf(x) = p, -1 <= p <= 1. */
export function erfinv(p: number): number {
  requireDomain(p >= -1 && p <= 1, `The inverse of erf needs a value from -1 to 1, not ${p}.`);
  if (Math.abs(p) <= 0.85) return centralQuantile(p / 2) * Math.SQRT1_2;
  return Math.sign(p) * erfcinv(1 - Math.abs(p));
}
