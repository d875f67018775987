/**
 * The holdback: a share of the units that goes on without a shipped change for a while, to see whether the lift that was
 * booked is realised. Registered with the experiment; read as an experiment of its own, on the exposures after the launch.
 */
import { didYouMean } from "../shared/problems.js";
import type { Collector } from "./collector.js";
import type { MetricLibrary } from "./metrics.js";
import type { Registration } from "./registration.js";

const DAY = 86_400_000;
export const HELD_BACK = "held_back";
export const LAUNCHED = "launched";

/** Its metrics must exist where data are to be read. */
export function checkHoldback(
  { holdback }: Registration,
  library: MetricLibrary | null,
  collector: Collector,
): void {
  const known = Object.keys(library?.metrics ?? {});
  if (library === null || known.length === 0) return;
  (holdback?.metrics ?? []).forEach(({ name: metric }, at) => {
    if (known.includes(metric)) return;
    const path = ["holdback", "metrics", at, "name"];
    const message = `There is no metric "${metric}".`;
    const mend = didYouMean(metric, known, "metric");
    collector.error("registration", "METRIC_UNKNOWN", path, message, mend);
  });
}

/**
 * The holdback as an experiment: those held back are the control, those launched the treatment, from the launch on. No
 * guardrails, cohorts or looks: it decides nothing. Null where the registration has no holdback, or no exposures.
 */
export function holdbackRegistration(
  registration: Registration,
  launch: { readonly at: string; readonly treatment: string },
): Registration | null {
  const { holdback, exposure, arms, primary_metric: primary, cuped } = registration;
  if (holdback === undefined || exposure === undefined) return null;
  const names = holdback.metrics?.map(({ name: each }) => each) ?? [primary.name];
  const [first = primary.name, ...others] = names;
  const shipped = arms?.treatments.find(({ name: each }) => each === launch.treatment);
  const own = holdback.source !== undefined && holdback.source !== exposure.source;
  const filter = holdback.filter ?? (own ? undefined : exposure.filter);
  const time = holdback.time ?? (own ? undefined : exposure.time);
  return {
    experiment_id: registration.experiment_id,
    hypothesis: registration.hypothesis,
    primary_metric: first === primary.name ? primary : { name: first },
    primary_rule: "significant",
    randomization_unit: registration.randomization_unit,
    alpha: registration.alpha,
    interval_level: registration.interval_level,
    ...(first === primary.name && cuped !== undefined ? { cuped } : { cuped: { enabled: false } }),
    arms: {
      control: {
        name: HELD_BACK,
        value: holdback.held_back ?? arms?.control.value ?? arms?.control.name ?? "control",
        share: holdback.share,
      },
      treatments: [
        {
          name: LAUNCHED,
          value: holdback.launched ?? shipped?.value ?? launch.treatment,
          share: 1 - holdback.share,
        },
      ],
    },
    exposure: {
      source: holdback.source ?? exposure.source,
      arm: holdback.arm ?? exposure.arm,
      ...(time === undefined ? {} : { time }),
      ...(filter === undefined ? {} : { filter }),
      start: launch.at,
      end: new Date(Date.parse(launch.at) + holdback.days * DAY).toISOString(),
    },
    secondary_metrics: others.map((each) => ({ name: each })),
  };
}
