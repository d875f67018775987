/** The documents of a new workspace: one commented example of each kind. */
import { figures, type SampleUser, sampleCsv, sampleUsers } from "./init-sample.js";

/** Relative path -> content. */
export type Files = ReadonlyMap<string, string>;

export function workspaceYaml(name: string): string {
  return `# This file makes the folder a workspace. Everything but the name may be left out.
name: ${JSON.stringify(name)}

# Where the documents lie (these are the defaults).
documents:
  - metrics/*.yaml
  - experiments/*.yaml

# Roles that sign registrations, and who holds them.
roles:
  pm: []
  applied_ml_eng: []
  ds_partner: []
  eng_manager: []

# Defaults of this workspace, where they differ from the product's. For example:
# defaults:
#   alpha: 0.05                        # level of the primary test and of harm
#   power: 0.8
#   srm_alpha: 0.001                   # below it, the sample ratio makes the readout invalid
#   multi_arm_limit: 0.01              # share of units seen in several arms
#   cohort_threshold_relative: -0.03   # no declared cohort may lose more than 3 %

# The embedded engine; default: all cores, most of the memory.
# engine:
#   threads: 4
#   memory_limit: 4GB
`;
}

const LIBRARY = `# The metric library: where data lie, and what is measured on them.
kind: metrics

sources:
  users:
    files: data/users.csv      # a path, a glob or a list; CSV, CSV.gz or Parquet
    grain: unit                # one row a user; \`event\` means many rows a user
    unit: user_id
    time: exposed_at
    how_to_get: "Made by plumb init; run it again in an empty folder to have the file back."

metrics:
  useful_answers:
    kind: mean                 # mean, proportion, ratio, quantile or rank
    description: Answers a user marked as useful, in the 14 days from exposure.
    source: users
    value: useful_answers      # a column or an expression: if(x > 0, x, 0), a / b, ...
    direction: higher_is_better
    unit: answers
    plausible_range: [0, 100]  # rows outside are counted and reported, not dropped
    covariate: answers_before  # CUPED: the same user before exposure

  answers_before:
    kind: mean
    description: The same in the 14 days before exposure.
    source: users
    value: answers_before
    measured: before_exposure

  ticket_rate:
    kind: proportion
    description: Users who opened a support ticket.
    source: users
    value: opened_ticket       # 0/1, true/false, or a condition
    direction: lower_is_better

  minutes:
    kind: mean
    description: Minutes of use a user.
    source: users
    value: minutes
    unit: min
    direction: higher_is_better
    cap: 240                   # fixed before looking; users moved by it are counted

# From a source of events (grain: event) the same would be, for example:
#   useful_answers:
#     kind: mean
#     source: turns
#     value: useful
#     aggregate: sum           # how a user's rows become one number
#     window: 14d              # the 14 days from exposure; -14d: the 14 days before it
`;

const REGISTRATION = `# The registration: what would convince us, declared before anybody looks.
experiment_id: example_answer_style
title: Shorter answers with a follow-up question
hypothesis:
  h0: "Users find as many useful answers as before, or fewer"
  h1: "Users find at least 3 % more useful answers"

primary_metric:
  name: useful_answers
mde_relative: 0.03             # smallest effect worth shipping, 3 % of the control's value
power: 0.8
alpha: 0.05
test: welch_t_two_sided
cuped:
  enabled: true
  covariate: answers_before

sample_size_per_arm: 1000
runtime_days: 14
randomization_unit: user_id

arms:
  control: { name: control, share: 0.5 }
  treatments:
    - { name: treatment, share: 0.5 }   # value: what stands in the data, if not the name

exposure:
  source: users
  arm: arm                     # column that holds the arm
  time: exposed_at
  start: 2026-05-04T00:00:00Z
  end: 2026-05-18T00:00:00Z

# What must not get worse. threshold_relative and threshold_absolute limit the change,
# threshold limits the value of the treatment arm itself.
guardrails:
  - name: ticket_rate
    threshold_relative: 0.05   # at most 5 % more tickets
    direction: lower_is_better
  - name: minutes
    threshold_absolute: -1     # at most one minute less
    direction: higher_is_better

# Who must not be harmed behind the average.
cohorts:
  dimensions:
    locale:
      levels: [EN, JP]
      measured: before_exposure
  threshold_relative: -0.03

stop_rule:
  type: fixed_horizon
  looks: [day_14]
`;

function evidenceYaml(users: readonly SampleUser[]): string {
  const arms = ["control", "treatment"] as const;
  const inArm = (arm: string, locale?: string): SampleUser[] =>
    users.filter((user) => user.arm === arm && (locale === undefined || user.locale === locale));
  const block = (of: (user: SampleUser) => number, locale?: string): string =>
    arms.map((arm) => `      ${arm}: ${figures(inArm(arm, locale).map(of))}`).join("\n");
  const tickets = (arm: string): string => {
    const successes = inArm(arm).filter(({ openedTicket }) => openedTicket).length;
    return `      ${arm}: { n: ${inArm(arm).length}, successes: ${successes} }`;
  };
  return `# Evidence: what another platform found, when its data cannot be read here.
# plumb readout experiments/example.yaml --evidence experiments/example.evidence.yaml
kind: evidence
experiment_id: example_answer_style
platform: example dashboard
arms:                          # users assigned to each arm; the sample ratio is tested on them
  control: { n: ${inArm("control").length} }
  treatment: { n: ${inArm("treatment").length} }

results:
  - metric: useful_answers
    by_arm:
${block(({ usefulAnswers }) => usefulAnswers)}

  - metric: ticket_rate        # a proportion: successes of n
    by_arm:
${arms.map(tickets).join("\n")}

  - metric: minutes
    by_arm:
${block(({ minutes }) => minutes)}

  - metric: useful_answers
    cohort: { locale: EN }
    by_arm:
${block(({ usefulAnswers }) => usefulAnswers, "EN")}

  - metric: useful_answers
    cohort: { locale: JP }
    by_arm:
${block(({ usefulAnswers }) => usefulAnswers, "JP")}

# Where only the effect is known, write instead of by_arm:
#   estimate_relative: -0.0143           # or estimate_absolute, in the metric's unit
#   interval_relative: [-0.026, -0.002]
#   p_value: 0.02                        # or "<0.001"
`;
}

export function readmeText(name: string, experiment: string): string {
  return `# ${name}

A Plumbline workspace.

- \`plumbline.yaml\`: the workspace.
- \`metrics/\`: sources and metrics.
- \`experiments/\`: registrations, and evidence files of other platforms.

\`\`\`
npx plumb check                       # every document: schema, references, lint
npx plumb readout ${experiment}
\`\`\`
`;
}

/** A workspace with an example that reads out at once. */
export function exampleFiles(name: string): Files {
  const users = sampleUsers();
  return new Map([
    ["plumbline.yaml", workspaceYaml(name)],
    ["metrics/users.yaml", LIBRARY],
    ["experiments/example.yaml", REGISTRATION],
    ["experiments/example.evidence.yaml", evidenceYaml(users)],
    ["data/users.csv", sampleCsv(users)],
    ["README.md", readmeText(name, "experiments/example.yaml")],
  ]);
}
