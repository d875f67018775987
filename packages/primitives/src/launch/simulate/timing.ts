/** When a reading of the planned run takes place, as the evidence says it. */
import type { SimulatedReading } from "../../design/simulate/model.js";
import type { EarlierLook, EvidenceTiming, Study } from "../../shared/vocabulary.js";
import { lookDays } from "../plan/moment.js";

const DAY = 86_400_000;
/** Where no start is registered: only differences count. */
const SOME_START = "2000-01-01T00:00:00Z";

/** Units are exposed until the last day of the plan. */
export function plannedTiming(
  study: Study,
  { day, mature }: SimulatedReading,
  earlier: readonly EarlierLook[],
): EvidenceTiming {
  const start = study.stopping?.start ?? SOME_START;
  const last = study.stopping === null ? null : (lookDays(study.stopping.plan).at(-1) ?? null);
  if (day === null || last === null) {
    return { day, firstExposure: null, lastExposure: null, earlier };
  }
  const after = (days: number) => new Date(Date.parse(start) + days * DAY).toISOString();
  return {
    day,
    firstExposure: after(0),
    lastExposure: after(Math.min(day, last)),
    at: after(day),
    mature,
    earlier,
  };
}
