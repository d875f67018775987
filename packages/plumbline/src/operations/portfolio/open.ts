/** A launch begins with a registration: a draft for each chosen candidate, with what the portfolio knows of it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Appraisal, Ranking, RegistrationInput } from "@plumbline/primitives";
import { stringify } from "yaml";
import type { ChoiceDocument } from "../../report/portfolio/document.js";
import { writeWhole } from "../write-whole.js";

export interface OpenedLaunches {
  /** Paths of the drafts that were written. */
  readonly written: readonly string[];
  /** Paths where something stood already, which was left as it is. */
  readonly kept: readonly string[];
}

const fileName = (id: string) =>
  `${id.replace(/[^A-Za-z0-9_.-]+/g, "_").replace(/^\.+/, "_")}.yaml`;

/** @throws PlumbError OUTPUT_UNWRITABLE. */
export async function openLaunches(
  folder: string,
  ranking: Ranking,
  { best, portfolio_id }: ChoiceDocument,
): Promise<OpenedLaunches> {
  const chosen = ranking.appraisals.filter(({ candidate }) => best.chosen.includes(candidate.id));
  const written: string[] = [];
  const kept: string[] = [];
  for (const appraisal of chosen) {
    const path = join(folder, fileName(appraisal.candidate.id));
    if (existsSync(path)) {
      kept.push(path);
      continue;
    }
    await writeWhole(path, draftText(appraisal, ranking, portfolio_id));
    written.push(path);
  }
  return { written, kept };
}

function draftText(appraisal: Appraisal, ranking: Ranking, portfolio: string): string {
  const yaml = stringify(draftOf(appraisal, ranking), { lineWidth: 0 });
  return `# Drafted from the portfolio ${portfolio.replace(/[^\x20-\x7e]/g, " ")}. What is missing, plumb check and plumb design audit say:
# exposure, guardrails, cohorts, looks; the metric must stand in a metric library.
${yaml}`;
}

function draftOf({ candidate, impact }: Appraisal, { settings }: Ranking): RegistrationInput {
  const { id, title, reach, experiment } = candidate;
  const { metric, sd, baseline, unit = "user_id" } = experiment;
  const spread = sd ?? Math.sqrt((baseline ?? 0.5) * (1 - (baseline ?? 0.5)));
  const { variance_reduction: reduction } = experiment;
  return {
    experiment_id: id.replace(/[^A-Za-z0-9_.-]+/g, "_"),
    ...(title === undefined ? {} : { title }),
    hypothesis: {
      h0: `The change does not move ${metric}.`,
      h1: `The change moves ${metric} by at least ${impact.likely}.`,
    },
    primary_metric: {
      name: metric,
      direction: "higher_is_better",
      ...(baseline === undefined ? {} : { baseline_estimate: baseline }),
      baseline_std: spread,
    },
    mde_absolute: impact.likely,
    alpha: settings.alpha,
    power: settings.power,
    randomization_unit: unit,
    runtime_days: Math.max(1, Math.floor((experiment.weeks ?? settings.weeks) * 7)),
    sizing: {
      traffic: {
        weekly_units: experiment.weekly_units ?? reach / settings.weeks,
        returning_share: experiment.returning_share ?? 0,
        exposed_share: experiment.exposed_share ?? 1,
      },
      ...(reduction === undefined ? {} : { variance_reduction: reduction }),
    },
  };
}
