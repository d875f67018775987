/** Guardrails against the known failures of a launch, each with a threshold and the arithmetic behind it. Pure. */
import { StatsError, unitVariance } from "@plumbline/stats";
import type { StudyMetric, Threshold } from "../../shared/vocabulary.js";
import { launchKindFromWords, type Pattern } from "../audit/patterns.js";
import { DEFAULTS } from "../defaults.js";
import { maturityOf } from "../maturity.js";
import type { LibraryMetric, MetricLibrary } from "../metrics.js";
import { lookup } from "../needs.js";
import type { Registration } from "../registration.js";
import { isGap, type KnownMetric, knownMetric, sizeOfLimit } from "../sizing/figures.js";
import type { LaunchKind } from "../sizing/schema.js";
import { costAt, type Economics, limitFromCost, type Seen, seenAt } from "./arithmetic.js";
import { COHORT_PATTERN, patternsOf, REMEDIES, type Remedy } from "./catalogue.js";

export interface SuggestInput {
  /** Null: by the registration's `launch_kind`, else by its words. */
  readonly kind: LaunchKind | null;
  readonly registration: Registration | null;
  readonly library: MetricLibrary | null;
  readonly economics: Economics;
}

export interface SuggestedGuardrail {
  readonly pattern: string;
  readonly failure: string;
  /** What is to be watched, in words. */
  readonly what: string;
  readonly metric: string;
  /** library: a metric that fits is declared. registered: it is a guardrail already. missing: the name is a proposal. */
  readonly state: "library" | "registered" | "missing";
  readonly direction: StudyMetric["direction"];
  readonly threshold: Threshold;
  /** cost: from the tolerated loss. catalogue: until that is known. registered: as it stands. */
  readonly basis: "cost" | "catalogue" | "registered";
  readonly arithmetic: readonly string[];
  /** Of the limit in the metric's unit, per year; null where a figure is missing. */
  readonly loss: number | null;
  readonly neededPerArm: number | null;
  readonly smallestSeen: number | null;
}

export interface Suggestions {
  readonly kind: LaunchKind;
  /** given, declared in the registration, or read from its words. */
  readonly kindFrom: "given" | "declared" | "words";
  readonly guardrails: readonly SuggestedGuardrail[];
  /** Cohorts are a known blind spot of this launch, and the registration declares none. */
  readonly cohorts: { readonly failure: string; readonly thresholdRelative: number } | null;
}

type NamedKind = Pick<Suggestions, "kind" | "kindFrom">;

function kindOf({ kind, registration }: SuggestInput): NamedKind | null {
  if (kind !== null) return { kind, kindFrom: "given" };
  const declared = registration?.launch_kind;
  if (declared !== undefined) return { kind: declared, kindFrom: "declared" };
  const words = registration === null ? null : launchKindFromWords(registration);
  return words === null ? null : { kind: words, kindFrom: "words" };
}

/** Null: nothing says what is launched. */
export function suggestGuardrails(input: SuggestInput): Suggestions | null {
  const named = kindOf(input);
  if (named === null) return null;
  const patterns = patternsOf(named.kind);
  const guardrails = patterns.flatMap((pattern) =>
    pattern.watched.flatMap(({ what, names }) => {
      const remedy = REMEDIES.find((each) => each.what === what);
      return remedy === undefined ? [] : [suggestion(input, pattern, remedy, names)];
    }),
  );
  const trade = patterns.find(({ name }) => name === COHORT_PATTERN);
  const declared = input.registration?.cohorts !== undefined;
  const cohorts =
    trade === undefined || declared
      ? null
      : { failure: trade.failure, thresholdRelative: DEFAULTS.cohortThresholdRelative.value };
  return { ...named, guardrails, cohorts };
}

interface Chosen {
  readonly name: string;
  readonly state: SuggestedGuardrail["state"];
  readonly library: LibraryMetric | null;
  readonly registered: NonNullable<Registration["guardrails"]>[number] | null;
}

/** A guardrail that watches for it already, else a metric after exposure whose name says so, else a name to declare. */
function choose({ registration, library }: SuggestInput, names: RegExp, remedy: Remedy): Chosen {
  const of = (name: string) => (library === null ? null : lookup(library.metrics, name));
  const registered = registration?.guardrails?.find(({ name }) => names.test(name.toLowerCase()));
  if (registered !== undefined) {
    const { name } = registered;
    return { name, state: "registered", library: of(name), registered };
  }
  const taken = registration?.primary_metric.name;
  const [found] = Object.entries(library?.metrics ?? {}).filter(
    ([name, metric]) =>
      names.test(name.toLowerCase()) && name !== taken && (metric.window?.toDays ?? 1) > 0,
  );
  return found === undefined
    ? { name: remedy.metric, state: "missing", library: null, registered: null }
    : { name: found[0], state: "library", library: found[1], registered: null };
}

function registeredThreshold(registered: NonNullable<Chosen["registered"]>): Threshold | null {
  const { threshold, threshold_relative: relative, threshold_absolute: absolute } = registered;
  if (threshold !== undefined) return { scale: "level", value: threshold };
  if (relative !== undefined) return { scale: "relative", value: relative };
  return absolute === undefined ? null : { scale: "absolute", value: absolute };
}

function known(input: SuggestInput, chosen: Chosen, direction: StudyMetric["direction"]) {
  const { library, name } = chosen;
  const metric: StudyMetric = {
    name,
    kind: library?.kind ?? "mean",
    direction,
    unit: library?.unit ?? null,
    alternative: "two_sided",
    cuped: false,
    transform: library?.transform ?? "identity",
    order: library?.order ?? null,
  };
  if (input.registration !== null) return knownMetric(input.registration, metric);
  return { metric, figures: {}, baseline: null, shape: null };
}

function suggestion(
  input: SuggestInput,
  pattern: Pattern,
  remedy: Remedy,
  names: RegExp,
): SuggestedGuardrail {
  const chosen = choose(input, names, remedy);
  const direction = chosen.registered?.direction ?? chosen.library?.direction ?? remedy.direction;
  const figures = known(input, chosen, direction);
  const { baseline } = figures;
  const { economics } = input;
  const whole = remedy.cost === null ? null : economics.valuePerCustomer;
  const cost = lookup(economics.costs, chosen.name) ?? whole;
  const own = chosen.registered && registeredThreshold(chosen.registered);
  const harm = direction === "lower_is_better" ? 1 : -1;
  const most = figures.metric.kind === "proportion" || remedy.cost !== null ? 1 : undefined;
  const costed = own === null ? limitFromCost(economics, cost, baseline, harm, most) : null;
  const standing = turnedTo(remedy.threshold(baseline), harm);
  const limit = costed?.threshold ?? null;
  const threshold = own ?? limit ?? standing;
  const size = sizeOfLimit(figures, threshold);
  const units = isGap(size) ? null : size;
  const loss = costAt(economics, cost, units);
  const seen = units === null ? null : seenOf(input, figures, units);
  const missing =
    isGap(size) && input.registration !== null ? `Not computed: ${size.reason}. ${size.mend}` : "";
  return {
    pattern: pattern.name,
    failure: pattern.failure,
    what: remedy.what,
    metric: chosen.name,
    state: chosen.state,
    direction,
    threshold,
    basis: own !== null ? "registered" : limit === null ? "catalogue" : "cost",
    arithmetic: [
      own !== null ? "As registered." : (costed?.sentence ?? remedy.why),
      own === null && costed !== null && limit === null ? remedy.why : "",
      loss?.sentence ?? "",
      seen?.sentence ?? "",
      missing,
      lateness(remedy, chosen),
    ].filter((sentence) => sentence !== ""),
    loss: loss?.loss ?? null,
    neededPerArm: seen?.needed ?? null,
    smallestSeen: seen?.smallest ?? null,
  };
}

/** A guardrail that shows late must say so, or it clears before it can show anything. */
function lateness({ late }: Remedy, { library }: Chosen): string {
  if (late === null || (library !== null && maturityOf(library) !== null)) return "";
  return `It shows late: declare it with matures_after_days: ${late}, or a window.`;
}

/** A library metric may count the other way round than the catalogue's (citation accuracy, not corrections). */
function turnedTo(threshold: Threshold, harm: 1 | -1): Threshold {
  return { ...threshold, value: harm * Math.abs(threshold.value) };
}

function seenOf({ registration }: SuggestInput, figures: KnownMetric, size: number): Seen | null {
  const { shape, baseline } = figures;
  if (shape === null || shape.kind === "rank" || registration === null || size <= 0) return null;
  const perArm =
    registration.sample_size_per_arm_post_cuped ?? registration.sample_size_per_arm ?? null;
  const fraction = figures.figures.fraction ?? 1;
  try {
    return seenAt(
      {
        variance: unitVariance(shape) * (1 - (figures.figures.variance_reduction ?? 0)),
        alpha: registration.alpha ?? DEFAULTS.alpha.value,
        power: registration.power ?? DEFAULTS.power.value,
        perArm: perArm === null ? null : Math.floor(perArm * fraction),
      },
      size,
      baseline,
    );
  } catch (error) {
    // Figures that make no variance say nothing of noise; the audit names them.
    if (error instanceof StatsError) return null;
    throw error;
  }
}
