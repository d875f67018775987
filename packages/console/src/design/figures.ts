/** The figures of the designer in the address, so that a design can be shared. */
import { DESIGN_BOUNDARIES, type DesignCohort, type DesignFigures } from "plumbline/view";

export const BEGINNING: DesignFigures = {
  experiment: "name_of_the_experiment",
  metric: "name_of_a_metric",
  kind: "share",
  baseline: 0.183,
  sd: 0.142,
  mde: 0.03,
  alpha: 0.05,
  power: 0.8,
  weeklyUnits: 100_000,
  returningShare: 0.4,
  exposedShare: 1,
  days: 14,
  looks: 4,
  boundary: "obrien_fleming",
  cohorts: [
    { name: "EN", share: 0.6 },
    { name: "JP", share: 0.25 },
  ],
};

const COHORT = /^\s*([\w.-]+)\s+(\d*\.?\d+)\s*$/;

/** Parts that name no cohort with its share; the field tells of them. */
export const unreadCohorts = (text: string): string[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && !COHORT.test(part));

/** "EN 0.6, JP 0.25"; what cannot be read is left out, and told of by `unreadCohorts`. */
export function readCohorts(text: string): DesignCohort[] {
  return text.split(",").flatMap((part) => {
    const [, name = "", share = ""] = COHORT.exec(part) ?? [];
    return name === "" ? [] : [{ name, share: Number(share) }];
  });
}

export const writeCohorts = (cohorts: readonly DesignCohort[]): string =>
  cohorts.map(({ name, share }) => `${name} ${share}`).join(", ");

const NUMBERS = [
  "baseline",
  "sd",
  "mde",
  "alpha",
  "power",
  "weeklyUnits",
  "returningShare",
  "exposedShare",
  "days",
  "looks",
] as const;

export function writeFigures(figures: DesignFigures): string {
  const fields = new URLSearchParams({
    experiment: figures.experiment,
    metric: figures.metric,
    kind: figures.kind,
    boundary: figures.boundary,
    cohorts: writeCohorts(figures.cohorts),
  });
  for (const name of NUMBERS) fields.set(name, String(figures[name]));
  return fields.toString();
}

/** Whatever is missing or no number is as at the beginning. */
export function readFigures(text: string | undefined): DesignFigures {
  const fields = new URLSearchParams(text ?? "");
  const numbers = NUMBERS.map((name) => {
    const given = fields.get(name);
    const value = given === null || given === "" ? Number.NaN : Number(given);
    return [name, Number.isFinite(value) ? value : BEGINNING[name]] as const;
  });
  const cohorts = fields.get("cohorts");
  return {
    ...BEGINNING,
    ...Object.fromEntries(numbers),
    experiment: fields.get("experiment") ?? BEGINNING.experiment,
    metric: fields.get("metric") ?? BEGINNING.metric,
    kind: fields.get("kind") === "amount" ? "amount" : "share",
    boundary:
      DESIGN_BOUNDARIES.find((each) => each === fields.get("boundary")) ?? BEGINNING.boundary,
    cohorts: cohorts === null ? BEGINNING.cohorts : readCohorts(cohorts),
  };
}
