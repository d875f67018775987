/**
 * How often two numbers of a pair point the same way.
 *
 * Method: share with Wilson's interval (JASA 22 (1927) 209-212); p = exact binomial chance of at least so many
 * agreements if signs were coin flips. Pairs whose second value is not known to differ from 0 say nothing of its
 * sign: `leastZ` leaves them out by their own standard error alone, before the first value is looked at, so that
 * the choice cannot favour agreement. Domain: independent pairs; a value of exactly 0 has no sign.
 */
import { binomialSf, normalIsf } from "../distributions/index.js";
import { requireDomain, requireOpenProbability } from "../errors.js";

export interface SignAgreementInput {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly alpha: number;
  /** Standard errors of y, and the least |y|/se that counts as a known sign. */
  readonly known?: { readonly seY: ArrayLike<number>; readonly leastZ: number };
}

export interface SignAgreement {
  readonly agreements: number;
  /** Pairs that were counted. */
  readonly pairs: number;
  /** Pairs without a sign, or with one that is not known. */
  readonly leftOut: number;
  readonly share: number;
  readonly ciLower: number;
  readonly ciUpper: number;
  /** One-sided: agreement beyond chance. */
  readonly pValue: number;
}

/** @throws StatsError DOMAIN for unequal lengths, NaN, a standard error that is not above 0, or no pair left. */
export function signAgreement({ x, y, alpha, known }: SignAgreementInput): SignAgreement {
  requireOpenProbability(alpha, "alpha");
  requireDomain(
    x.length === y.length && (known === undefined || known.seY.length === y.length),
    "The columns of the pairs differ in length.",
  );
  let [agreements, pairs] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const [a, b] = [x[i] as number, y[i] as number];
    requireDomain(!Number.isNaN(a) && !Number.isNaN(b), `Pair ${i + 1} holds no number.`);
    if (!isKnown(b, i, known) || a === 0 || b === 0) continue;
    pairs += 1;
    if (a > 0 === b > 0) agreements += 1;
  }
  requireDomain(
    pairs > 0,
    "No pair has two signs that are known.",
    "Wait for launches whose effect can be told from 0.",
  );
  return {
    agreements,
    pairs,
    leftOut: x.length - pairs,
    share: agreements / pairs,
    ...wilsonInterval(agreements, pairs, alpha),
    pValue: agreements === 0 ? 1 : binomialSf(agreements - 1, pairs, 0.5),
  };
}

function isKnown(y: number, at: number, known: SignAgreementInput["known"]): boolean {
  if (known === undefined) return true;
  const se = known.seY[at] as number;
  requireDomain(se > 0, `The standard error of pair ${at + 1} is ${se}.`, "It lies above 0.");
  return Math.abs(y) >= known.leastZ * se;
}

/** Wilson's interval of a share. @throws StatsError DOMAIN for no trial, or successes outside 0 to n. */
export function wilsonInterval(
  successes: number,
  n: number,
  alpha: number,
): { readonly ciLower: number; readonly ciUpper: number } {
  requireOpenProbability(alpha, "alpha");
  requireDomain(
    n > 0 && successes >= 0 && successes <= n,
    `A share needs 0 to n successes in at least one trial, not ${successes} of ${n}.`,
  );
  const z = normalIsf(alpha / 2);
  const share = successes / n;
  const shrunk = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half =
    (z / (1 + (z * z) / n)) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  return {
    ciLower: successes === 0 ? 0 : Math.max(0, shrunk - half),
    ciUpper: successes === n ? 1 : Math.min(1, shrunk + half),
  };
}
