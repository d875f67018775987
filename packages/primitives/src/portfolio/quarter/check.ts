/** What a portfolio says against itself: names, circles, ranges, claims. */
import { didYouMean, type Problem } from "../../shared/problems.js";
import { LARGEST_PORTFOLIO } from "../problem.js";
import { impactOf } from "./rice.js";
import type { Candidate, PortfolioDocument } from "./schema.js";

type Path = readonly (string | number)[];

function problem(
  code: Problem["code"],
  path: Path,
  message: string,
  mend: string,
  severity: Problem["severity"] = "error",
): Problem {
  return { code, severity, document: "portfolio", path, message, mend };
}

/** Everything that its schema cannot see, each at its place. */
export function checkPortfolio(document: PortfolioDocument): Problem[] {
  const { candidates } = document;
  if (candidates.length > LARGEST_PORTFOLIO) {
    const message = `${candidates.length} candidates are more than the ${LARGEST_PORTFOLIO} that can be chosen among with proof.`;
    const mend = "Leave out what nobody would choose, or split the portfolio by team.";
    return [problem("TOO_MANY_CANDIDATES", ["candidates"], message, mend)];
  }
  return [
    ...twins(candidates),
    ...candidates.flatMap((each, at) => [
      ...fieldProblems(each, ["candidates", at], document.quarter.weeks),
      ...nameProblems(each, ["candidates", at], candidates),
    ]),
    ...circle(candidates),
    ...overrideProblems(document),
    ...upkeepProblems(document),
  ];
}

function twins(candidates: readonly Candidate[]): Problem[] {
  const seen = new Set<string>();
  return candidates.flatMap(({ id }, at) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    const message = `The candidate "${id}" stands in the list twice.`;
    return [
      problem("NAME_DUPLICATE", ["candidates", at, "id"], message, "Rename or drop one of them."),
    ];
  });
}

function fieldProblems(candidate: Candidate, path: Path, weeks: number): Problem[] {
  const { impact, effort, experiment, id } = candidate;
  const found: Problem[] = [];
  const reversed = (key: string) => {
    const message = `The ${key} of "${id}" does not go up from low over likely to high.`;
    found.push(problem("RANGE_REVERSED", [...path, key], message, "Write low <= likely <= high."));
  };
  const { low, likely, high } = impactOf(candidate);
  if (!(low <= likely && likely <= high)) reversed("impact");
  if (
    typeof effort !== "number" &&
    !(effort.low <= effort.likely && effort.likely <= effort.high)
  ) {
    reversed("effort");
  }
  if (!(likely > 0)) {
    const message = `The likely impact of "${id}" is no gain (${likely}).`;
    const mend = "Count improvements upwards, and leave out what is not expected to improve.";
    found.push(problem("IMPACT_INVALID", [...path, "impact"], message, mend));
  }
  if (typeof impact === "number" && impact > 0) {
    const message = `The impact of "${id}" is a single number, so half of it is taken for its standard deviation.`;
    const mend = "Write low, likely and high.";
    found.push(problem("IMPACT_UNRANGED", [...path, "impact"], message, mend, "warning"));
  }
  const { baseline, sd, weeks: left } = experiment;
  if (sd === undefined && baseline !== undefined && !(baseline + likely < 1)) {
    const message = `A share of ${baseline} cannot rise by ${likely}.`;
    found.push(
      problem(
        "IMPACT_INVALID",
        [...path, "impact"],
        message,
        "Write the impact as 0.01 for a point, or give sd for a mean.",
      ),
    );
  }
  if (left !== undefined && left > weeks) {
    const message = `"${id}" is to run ${left} weeks in a quarter of ${weeks}.`;
    const mend = `Write at most ${weeks}.`;
    found.push(problem("FIELD_INVALID", [...path, "experiment", "weeks"], message, mend));
  }
  return found;
}

const LISTS = ["needs", "after", "excludes"] as const;

function nameProblems(
  candidate: Candidate,
  path: Path,
  candidates: readonly Candidate[],
): Problem[] {
  const ids = candidates.map(({ id }) => id);
  return LISTS.flatMap((key) =>
    (candidate[key] ?? []).flatMap((other, at) => {
      const here = [...path, key, at];
      if (other === candidate.id) {
        const message = `"${other}" names itself in ${key}.`;
        return [problem("PAIR_INVALID", here, message, "Name another candidate.")];
      }
      if (ids.includes(other)) return [];
      const message = `There is no candidate "${other}".`;
      return [problem("CANDIDATE_UNKNOWN", here, message, didYouMean(other, ids, "candidate"))];
    }),
  );
}

/** `needs` and `after` together may not lead back to where they began. */
function circle(candidates: readonly Candidate[]): Problem[] {
  const index = new Map(candidates.map((each, at) => [each.id, at]));
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): readonly string[] | null => {
    const start = trail.indexOf(id);
    if (start >= 0) return [...trail.slice(start), id];
    if (done.has(id)) return null;
    done.add(id);
    const { needs = [], after = [] } = candidates[index.get(id) ?? -1] ?? {};
    for (const next of [...needs, ...after]) {
      const found = next === id ? null : visit(next, [...trail, id]);
      if (found !== null) return found;
    }
    return null;
  };
  for (const { id } of candidates) {
    const found = visit(id, []);
    if (found === null) continue;
    const at = index.get(found[0] ?? "") ?? 0;
    const key = (candidates[at]?.needs ?? []).includes(found[1] ?? "") ? "needs" : "after";
    const message = `Candidates wait for each other in a circle: ${found.join(" -> ")}.`;
    const mend = "Drop the dependency that is not one, or join these candidates into one.";
    return [problem("DEPENDENCY_CYCLE", ["candidates", at, key], message, mend)];
  }
  return [];
}

function overrideProblems({ overrides = [], candidates }: PortfolioDocument): Problem[] {
  const ids = candidates.map(({ id }) => id);
  const seen = new Set<string>();
  return overrides.flatMap(({ candidate }, at) => {
    const path = ["overrides", at, "candidate"];
    if (!ids.includes(candidate)) {
      const message = `There is no candidate "${candidate}".`;
      return [problem("CANDIDATE_UNKNOWN", path, message, didYouMean(candidate, ids, "candidate"))];
    }
    if (seen.has(candidate)) {
      const message = `"${candidate}" is decided by hand twice.`;
      return [problem("CHOICE_CONTRADICTION", path, message, "Keep one of the two.")];
    }
    seen.add(candidate);
    return [];
  });
}

function upkeepProblems({ candidates, capacity, quarter }: PortfolioDocument): Problem[] {
  const weeks = upkeepWeeks(candidates, quarter.weeks);
  if (weeks <= capacity.engineer_weeks) return [];
  const message = `Upkeep takes ${weeks} engineer-weeks, and there are ${capacity.engineer_weeks}.`;
  const mend = "Raise the capacity, or keep less going.";
  return [problem("PORTFOLIO_INFEASIBLE", ["capacity", "engineer_weeks"], message, mend)];
}

/** Engineer-weeks that go into keeping things going. */
export function upkeepWeeks(candidates: readonly Candidate[], weeks: number): number {
  return candidates.reduce((sum, { upkeep }) => sum + (upkeep?.engineers ?? 0) * weeks, 0);
}
