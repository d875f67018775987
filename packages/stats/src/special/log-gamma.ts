/**
 * Logarithm of the gamma function and the remainder of Stirling's formula.
 *
 * Method: around 1 and 2 the series in (zeta(k) - 1) (DLMF 5.7.3), which keeps the relative accuracy at the
 * two zeros; from 2.5 to 10 a product down to it; above, Stirling's series (DLMF 5.11.1).
 * Domain: x > 0. Accuracy: largest relative error 4.5e-16 (validation/special).
 */
import { requireDomain } from "../errors.js";
import { LN_2PI } from "./elementary.js";

/** (-1)^k (zeta(k) - 1) / k for k = 2, 3, ... */
const ZETA_SERIES: readonly number[] = [
  0.3224670334241132, -0.06735230105319809, 0.020580808427784546, -0.007385551028673986,
  0.0028905103307415234, -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939,
  9.945751278180853e-5, -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6,
  4.374866789907488e-6, -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7,
  2.1207184805554667e-7, -1.00432248239681e-7, 4.7698101693639804e-8, -2.2711094608943164e-8,
  1.0838659214896955e-8, -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9,
  5.731367241678862e-10, -2.7595228851242334e-10, 1.330476437424449e-10, -6.4229645638381e-11,
  3.1044247747322276e-11, -1.5021384080754142e-11,
];
const ONE_MINUS_EULER = 0.42278433509846713;
/** B_2k / (2k (2k-1)). */
const STIRLING: readonly number[] = [
  1 / 12,
  -1 / 360,
  1 / 1260,
  -1 / 1680,
  1 / 1188,
  -691 / 360360,
  1 / 156,
  -3617 / 122400,
];

/** log Gamma(2 + e) for |e| <= 0.5. */
function aroundTwo(e: number): number {
  let sum = 0;
  for (let i = ZETA_SERIES.length - 1; i >= 0; i--) sum = sum * e + (ZETA_SERIES[i] as number);
  return e * (ONE_MINUS_EULER + e * sum);
}

/** delta(x) - delta(x + 1) = (x + 1/2) log(1 + 1/x) - 1 = atanh(r)/r - 1 with r = 1/(2x + 1). */
function stirlingStep(x: number): number {
  if (x < 0.4) return (x + 0.5) * (Math.log1p(x) - Math.log(x)) - 1;
  const r = 1 / (2 * x + 1);
  const r2 = r * r;
  let power = 1;
  let sum = 0;
  for (let k = 3; k < 200; k += 2) {
    power *= r2;
    const term = power / k;
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/**
 * delta(x) = log Gamma(x) - [(x - 1/2) log x - x + log(2 pi)/2], x > 0: about 1/(12 x).
 * Powers and densities with large shape are written with it, so that nothing large is ever subtracted.
 */
export function stirlingRemainder(x: number): number {
  requireDomain(x > 0, `The gamma function needs an argument above 0, not ${x}.`);
  if (x < 10) return stirlingStep(x) + stirlingRemainder(x + 1);
  const z = 1 / (x * x);
  let sum = 0;
  for (let i = STIRLING.length - 1; i >= 0; i--) sum = sum * z + (STIRLING[i] as number);
  return sum / x;
}

function logGammaSmall(x: number): number {
  if (x < 0.5) return logGammaSmall(x + 1) - Math.log(x);
  if (x < 1.5) return aroundTwo(x - 1) - Math.log1p(x - 1);
  let product = 1;
  let argument = x;
  while (argument > 2.5) {
    argument -= 1;
    product *= argument;
  }
  return Math.log(product) + aroundTwo(argument - 2);
}

/** log Gamma(x) for x > 0. */
export function logGamma(x: number): number {
  requireDomain(x > 0, `The gamma function needs an argument above 0, not ${x}.`);
  if (x === Number.POSITIVE_INFINITY) return x;
  if (x < 10) return logGammaSmall(x);
  return (x - 0.5) * (Math.log(x) - 1) - 0.5 + LN_2PI / 2 + stirlingRemainder(x);
}

/** log B(a, b) = log Gamma(a) + log Gamma(b) - log Gamma(a + b), without cancellation for large arguments. */
export function logBeta(a: number, b: number): number {
  const small = Math.min(a, b);
  const large = Math.max(a, b);
  if (large < 10) return logGamma(small) + logGamma(large) - logGamma(a + b);
  const correction = stirlingRemainder(large) - stirlingRemainder(a + b);
  // log Gamma(large) - log Gamma(small + large) by Stirling, its large terms cancelled by hand.
  const difference =
    -(large - 0.5) * Math.log1p(small / large) - small * Math.log(a + b) + small + correction;
  return logGamma(small) + difference;
}
