/** What a new registration begins with. Names of metrics must be those of a metric library of the workspace. */
export const TEMPLATE = `# What we promise before we look.
experiment_id: name_of_the_experiment
title: "What is launched"
hypothesis:
  h0: "What is true if the change does nothing"
  h1: "What we expect, and how much"

primary_metric:
  name: name_of_a_metric
  direction: higher_is_better
mde_relative: 0.03 # the smallest effect worth acting on
power: 0.80
alpha: 0.05
randomization_unit: user_id
runtime_days: 14

arms:
  control: { name: control, share: 0.5 }
  treatments:
    - { name: treatment, share: 0.5 }

# Where the data say who saw what: the source stands in a metric library.
# exposure: { source: exposures, arm: arm, time: exposed_at, start: 2026-01-31T00:00:00Z }

guardrails:
  - name: name_of_another_metric
    threshold_relative: -0.01 # may not fall by more than 1 %
    direction: higher_is_better
`;

const ID = /^experiment_id:[ \t]*["']?([A-Za-z0-9_][\w.-]*)["']?[ \t]*(?:#.*)?$/m;

/** Where a registration of this text would lie by its experiment's name. */
export function pathFor(text: string, folder: string): string {
  const id = ID.exec(text)?.[1];
  return id === undefined ? "" : `${folder}/${id}.yaml`;
}

/** Offset of a place in a text; line and column from 1. */
export function offsetOf(text: string, line: number, column: number): number {
  const before = text.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, each) => sum + each.length + 1, 0);
  return Math.min(text.length, start + column - 1);
}
