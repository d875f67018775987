/**
 * Error function, its complement and the scaled complement.
 *
 * Method: rational Chebyshev approximations of W. J. Cody, "Rational Chebyshev approximations for the error
 * function", Math. Comp. 23 (1969), on |x| <= 0.46875, 0.46875..4 and above 4.
 * Domain: all real x. Accuracy: largest relative error 3.4e-16 (validation/normal).
 */
import { requireDomain } from "../errors.js";
import { expMinusSquare } from "./elementary.js";

const SMALL = 0.46875;
const INVERSE_SQRT_PI = 0.5641895835477563;

const A = [3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
const A_LEAD = 0.18577770618460315;
const B = [23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
const C = [
  0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001, 881.952221241769,
  1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
];
const C_LEAD = 2.1531153547440383e-8;
const D = [
  15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
  4362.619090143247, 3439.3676741437216, 1230.3393548037495,
];
const P = [
  0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
  0.0006587491615298378,
];
const P_LEAD = 0.016315387137302097;
const Q = [
  2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132,
  0.0023352049762686918,
];

/** (lead z^n + top[0] z^(n-1) + ...) / (z^n + bottom[0] z^(n-1) + ...), both of the same degree. */
function rational(z: number, lead: number, top: readonly number[], bottom: readonly number[]) {
  let numerator = lead * z;
  let denominator = z;
  const last = top.length - 1;
  for (let i = 0; i < last; i++) {
    numerator = (numerator + (top[i] as number)) * z;
    denominator = (denominator + (bottom[i] as number)) * z;
  }
  return (numerator + (top[last] as number)) / (denominator + (bottom[last] as number));
}

/** erfcx for x > 0.46875. */
function scaledTail(x: number): number {
  if (x <= 4) return rational(x, C_LEAD, C, D);
  if (x > 6.7e7) return INVERSE_SQRT_PI / x;
  const z = 1 / (x * x);
  return (INVERSE_SQRT_PI - z * rational(z, P_LEAD, P, Q)) / x;
}

function erfSmall(x: number): number {
  return x * rational(x * x, A_LEAD, A, B);
}

/** Error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x. */
export function erf(x: number): number {
  requireDomain(!Number.isNaN(x), "erf needs a number.");
  const magnitude = Math.abs(x);
  if (magnitude <= SMALL) return erfSmall(x);
  if (magnitude > 6) return Math.sign(x);
  return Math.sign(x) * (1 - expMinusSquare(magnitude, 1) * scaledTail(magnitude));
}

/** Complementary error function 1 - erf(x), with full relative accuracy in the upper tail; 0 beyond about 26.5. */
export function erfc(x: number): number {
  requireDomain(!Number.isNaN(x), "erfc needs a number.");
  const magnitude = Math.abs(x);
  if (magnitude <= SMALL) return 1 - erfSmall(x);
  if (magnitude > 28) return x > 0 ? 0 : 2;
  const tail = expMinusSquare(magnitude, 1) * scaledTail(magnitude);
  return x > 0 ? tail : 2 - tail;
}

/** Scaled complement exp(x^2) erfc(x), which neither under- nor overflows for x > -26. */
export function erfcx(x: number): number {
  requireDomain(x > -26, `erfcx overflows at ${x}.`, "Use erfc there.");
  if (x > SMALL) return scaledTail(x);
  if (x >= -SMALL) return Math.exp(x * x) * (1 - erfSmall(x));
  return 2 / expMinusSquare(x, 1) - scaledTail(-x);
}
