/** How many units have had their whole time: asked of the exposures only where not all units have, and less than all must. */
import type { MatureShare, Study } from "@plumbline/primitives";
import { studyMetrics } from "@plumbline/primitives";
import type { MomentPlan, MomentResult } from "@plumbline/stats";

import { DocumentsError } from "../documents-error.js";

const DAY = 86_400_000;

/** Units assigned to any registered arm. */
const unitsIn = (result: MomentResult): number =>
  result.cells.reduce(
    (sum, { dimension, units }) => sum + (dimension === null ? Number(units) : 0),
    0,
  );

/** The same exposures up to an instant, and nothing measured on them. */
function exposedBefore(plan: MomentPlan, end: string): MomentPlan {
  const { exposure } = plan;
  const source = plan.sources.filter(({ id }) => id === exposure.source);
  const run = { ...exposure.run, end };
  return { ...plan, sources: source, exposure: { ...exposure, run }, dimensions: [], metrics: [] };
}

/** An arm into which nobody came so early leaves nothing to compare: then none counts. */
async function unitsBefore(
  plan: MomentPlan,
  end: string,
  read: (plan: MomentPlan) => Promise<MomentResult>,
): Promise<number> {
  try {
    return unitsIn(await read(exposedBefore(plan, end)));
  } catch (error) {
    if (error instanceof DocumentsError && error.has("ARM_EMPTY")) return 0;
    throw error;
  }
}

/** Shares by days of maturity, ascending; none where every unit is mature or every unit must be. */
export async function matureShares(
  study: Study,
  plan: MomentPlan,
  result: MomentResult,
  at: string,
  read: (plan: MomentPlan) => Promise<MomentResult>,
): Promise<MatureShare[]> {
  const { firstExposure, lastExposure } = result.quality;
  const all = unitsIn(result);
  if ((study.matureShare ?? 1) >= 1 || lastExposure === null || all === 0) return [];
  const waited = studyMetrics(study).flatMap(({ maturity }) => maturity?.days ?? []);
  const open = [...new Set(waited)]
    .filter((days) => Date.parse(at) < Date.parse(lastExposure) + days * DAY)
    .sort((a, b) => a - b);
  const shares: MatureShare[] = [];
  for (const days of open) {
    const end = new Date(Date.parse(at) - days * DAY).toISOString();
    const none = firstExposure === null || Date.parse(end) <= Date.parse(firstExposure);
    shares.push({ days, share: none ? 0 : (await unitsBefore(plan, end, read)) / all });
  }
  return shares;
}
