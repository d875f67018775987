/** Arms and exposure of a study. */
import type { ExposureSpec } from "@plumbline/stats";
import type { StudyArm } from "../shared/vocabulary.js";
import type { Collector } from "./collector.js";
import type { MetricLibrary } from "./metrics.js";
import { lookup } from "./needs.js";
import type { Registration } from "./registration.js";
import { checkUnitOfAnalysis } from "./unit-of-analysis.js";

/** Shares are written by hand: thirds to six digits are thirds. */
const SHARE_TOLERANCE = 1e-5;

const DEFAULT_ARMS: NonNullable<Registration["arms"]> = {
  control: { name: "control" },
  treatments: [{ name: "treatment" }],
};

type Path = (string | number)[];

function checkTwins(arms: readonly StudyArm[], paths: readonly Path[], collector: Collector): void {
  for (const field of ["name", "value"] as const) {
    const seen = new Set<string>();
    arms.forEach((arm, at) => {
      if (seen.has(arm[field])) {
        collector.error(
          "registration",
          field === "name" ? "NAME_DUPLICATE" : "ARM_VALUE_DUPLICATE",
          [...(paths[at] ?? []), field],
          field === "name"
            ? `Two arms are named "${arm.name}".`
            : `Two arms stand for the value "${arm.value}" in the data.`,
          `Give each arm its own ${field}.`,
        );
      }
      seen.add(arm[field]);
    });
  }
}

/** Control first. Shares are equal when none is given, and sum to 1 exactly afterwards. */
export function resolveArms(registration: Registration, collector: Collector): StudyArm[] {
  const given = registration.arms ?? DEFAULT_ARMS;
  const all = [given.control, ...given.treatments];
  const paths: Path[] = all.map((_, at) =>
    at === 0 ? ["arms", "control"] : ["arms", "treatments", at - 1],
  );
  const shares = all.flatMap((arm) => (arm.share === undefined ? [] : [arm.share]));
  const total = shares.reduce((sum, share) => sum + share, 0);
  if (shares.length > 0 && shares.length < all.length) {
    collector.error(
      "registration",
      "ARM_SHARES_SUM",
      ["arms"],
      "Some arms have a share and others have none.",
      "Give every arm its share, or none for an equal split.",
    );
  } else if (shares.length > 0 && Math.abs(total - 1) > SHARE_TOLERANCE) {
    collector.error(
      "registration",
      "ARM_SHARES_SUM",
      ["arms"],
      `The shares of the arms sum to ${Number(total.toPrecision(6))} instead of 1.`,
      "Write each arm's share of exposed units as a fraction: 0.5 and 0.5.",
    );
  }
  const whole = total > 0 ? total : 1;
  const arms = all.map((arm) => ({
    name: arm.name,
    value: arm.value ?? arm.name,
    share: arm.share === undefined ? 1 / all.length : arm.share / whole,
  }));
  checkTwins(arms, paths, collector);
  const origin = registration.arms === undefined ? "default" : "given";
  arms.forEach((arm, at) => {
    const share = all[at]?.share;
    const equal = share === undefined;
    collector.record(
      `arms.${arm.name}.share`,
      share ?? arm.share,
      equal ? "default" : "given",
      "share of units",
      equal ? "equal shares" : null,
    );
    collector.record(
      `arms.${arm.name}.value`,
      arm.value,
      all[at]?.value === undefined ? (origin === "default" ? "default" : "derived") : "given",
      null,
      all[at]?.value === undefined ? "the arm's name" : null,
    );
  });
  return arms;
}

function checkRun(registration: Registration, collector: Collector): void {
  const { start, end } = registration.exposure ?? {};
  if (start === undefined || end === undefined) return;
  const days = (Date.parse(end) - Date.parse(start)) / 86_400_000;
  if (days <= 0) {
    collector.error(
      "registration",
      "RUN_INVALID",
      ["exposure", "end"],
      "The run ends before it begins.",
      "Give an end after the start.",
    );
  } else if (
    registration.runtime_days !== undefined &&
    Math.abs(days - registration.runtime_days) >= 1
  ) {
    collector.warning(
      "registration",
      "RUNTIME_UNLIKE_RUN",
      ["runtime_days"],
      `runtime_days is ${registration.runtime_days}, but the run lasts ${Number(days.toFixed(2))} days.`,
      "Make runtime_days and exposure.start and end agree.",
    );
  }
}

/** Null: no exposure block, or no such source. */
export function resolveExposure(
  registration: Registration,
  library: MetricLibrary | null,
  collector: Collector,
): ExposureSpec | null {
  const { exposure } = registration;
  if (exposure === undefined || library === null) return null;
  checkRun(registration, collector);
  const source = lookup(library.sources, exposure.source);
  if (source === null) {
    const names = Object.keys(library.sources);
    collector.unknown(
      "registration",
      "SOURCE_UNKNOWN",
      ["exposure", "source"],
      "source",
      exposure.source,
      names,
    );
    return null;
  }
  checkUnitOfAnalysis(registration, source, collector);
  const time = exposure.time ?? source.time ?? null;
  if (time === null && (exposure.start !== undefined || exposure.end !== undefined)) {
    collector.error(
      "registration",
      "RUN_INVALID",
      ["exposure", exposure.start === undefined ? "end" : "start"],
      "The run has a start or an end, but the time of exposure is not known.",
      "Add exposure.time with the column that holds it, or remove start and end.",
    );
    return null;
  }
  return {
    source: exposure.source,
    arm: exposure.arm,
    time,
    run: { start: exposure.start ?? null, end: exposure.end ?? null },
    filter: exposure.filter ?? null,
  };
}
