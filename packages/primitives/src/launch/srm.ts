/**
 * Sample-ratio mismatch: does each arm hold its intended share of the units, over everybody and in each
 * declared level? Pearson chi-square against the registered shares decides at the end of the run; while it goes on, the
 * sequential test does (Dirichlet-multinomial mixture, Lindon & Malek 2022), which is valid at every moment. A mismatch means
 * that assignment or logging treats the arms differently, and no effect can be read from such data.
 */
import { StatsError, sampleRatioChiSquare, sequentialSampleRatio } from "@plumbline/stats";
import {
  formatAlpha,
  formatCount,
  formatLevel,
  formatList,
  formatPValue,
} from "../shared/format.js";
import { SRM_CONCENTRATION } from "../shared/srm-concentration.js";
import type { ArmCount, QualityFinding, Study } from "../shared/vocabulary.js";

/** A p-value above the fatal level but within this multiple of it is worth a look. */
const WATCH = 10;

/**
 * @param counts units by arm; an arm that is absent counts 0.
 * @param subject "locale=JP", or null for everybody.
 */
export function sampleRatioFinding(
  study: Study,
  counts: readonly ArmCount[],
  subject: string | null,
): QualityFinding {
  const code = subject === null ? "srm" : "srm_cohort";
  const arms = [study.control, ...study.treatments];
  const units = arms.map((arm) => counts.find((count) => count.arm === arm.name)?.units ?? 0);
  const where = subject === null ? "" : `In ${subject}: `;
  try {
    const { chiSquare, df, pValue } = sampleRatioChiSquare(
      units,
      arms.map((arm) => arm.share),
    );
    const alpha = study.quality.srmAlpha;
    const status = pValue < alpha ? "fatal" : pValue < WATCH * alpha ? "warning" : "ok";
    const found = formatList(arms.map((arm, i) => `${formatCount(units[i] ?? 0)} ${arm.name}`));
    const meant = formatList(arms.map((arm) => formatLevel(arm.share)));
    const sentence = `${where}${found} units against intended shares of ${meant} (${formatPValue(pValue)}). `;
    const total = units.reduce((sum, count) => sum + count, 0);
    const sequential = sequentialSampleRatio([units], {
      expectedRatio: arms.map((arm) => arm.share),
      concentration: SRM_CONCENTRATION,
      alpha,
    });
    return {
      code,
      status,
      sentence: sentence + conclusion(status, alpha),
      numbers: {
        pValue,
        alpha,
        chiSquare,
        df,
        units: total,
        sequentialPValue: sequential.pValue,
        concentration: SRM_CONCENTRATION,
      },
      subject,
    };
  } catch (error) {
    if (!(error instanceof StatsError)) throw error;
    const sentence = `${where}the sample ratio cannot be tested. ${error.message}`;
    return { code, status: "not_evaluable", sentence, numbers: {}, subject };
  }
}

/** The finding while the run goes on: fatal only by the sequential test, since the chi-square is not made for many looks. */
export function whileRunning(finding: QualityFinding): QualityFinding {
  const { sequentialPValue, alpha, concentration } = finding.numbers;
  if (finding.status !== "fatal" || sequentialPValue === undefined || alpha === undefined) {
    return finding;
  }
  const test = `sequential test, concentration ${formatCount(concentration ?? 0)}: ${formatPValue(sequentialPValue)}`;
  return sequentialPValue < alpha
    ? { ...finding, sentence: `${finding.sentence} The ${test}.` }
    : {
        ...finding,
        status: "warning",
        sentence: `${finding.sentence} While the run goes on the sequential test decides, and it is not yet below ${formatAlpha(alpha)} (${test}).`,
      };
}

function conclusion(status: "fatal" | "warning" | "ok", alpha: number): string {
  const level = formatAlpha(alpha);
  if (status === "fatal") {
    return `A fair split would do this with a probability below ${level}: the arms are not comparable.`;
  }
  return status === "warning"
    ? `Unusual, but not below the fatal level of ${level}: worth a look at the assignment.`
    : "As a fair split would.";
}
