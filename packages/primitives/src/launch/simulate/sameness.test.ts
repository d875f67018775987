/** The gate on numbers says what `decide` says of the same moments, check by check. */
import { seededRandom } from "@plumbline/stats";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckStatus, EarlierLook } from "../../shared/vocabulary.js";
import { worstLevel } from "../cohorts/worst-level.js";
import { decide } from "../decide.js";
import { compileRule, type NumericRule } from "./compile.js";
import { experimentDraw } from "./draw.js";
import { numericGate } from "./gate.js";
import { evidenceOf } from "./testing/evidence.js";
import { type Planned, plannedStudies } from "./testing/studies.js";

const STATUSES: readonly CheckStatus[] = [
  "clear",
  "near",
  "breach",
  "underpowered",
  "not_evaluable",
];

function compiled({ study, model }: Planned): NumericRule {
  const rule = compileRule(study, model);
  if (rule === null) throw new Error(`no numeric policy for ${study.policy.kind}`);
  return rule;
}

/** Every reading of one experiment, judged both ways; the words as they came. */
function judgedBothWays(planned: Planned): string[] {
  const { study, model, shifts, seed } = planned;
  const rule = compiled(planned);
  const effects = rule.shape.slots.map(({ metric }) => shifts[metric] ?? 0);
  const draw = experimentDraw(model, rule.shape, effects);
  const gate = numericGate(rule);
  const random = seededRandom(seed);
  const earlier: EarlierLook[] = [];
  const several = study.treatments.length > 1;
  const words: string[] = [];
  draw.restart();
  for (let at = 0; at < rule.readings.length; at++) {
    draw.advance(at, random);
    const word = gate.judge(at, draw);
    const verdict = decide(study, evidenceOf(rule, draw, at, earlier));
    expect({ at, word }).toEqual({ at, word: verdict.verdict });
    words.push(word);
    if (word !== "invalid") {
      study.treatments.forEach(({ name }, index) => {
        const suffix = several ? `@${name}` : "";
        const found = rule.limits.map((limit, i) => ({
          limit,
          status: STATUSES[gate.statuses[index]?.[i] as number] as CheckStatus,
          blocks: limit.blocking[gate.statuses[index]?.[i] as number] === true,
        }));
        const own = found.filter(({ limit }) => limit.family !== "fairness");
        // One check a rule speaks for its levels, with the worst of them.
        const rules = ["floor", "no_large_regression", "pareto"].flatMap((name) => {
          const levels = found.filter(({ limit }) => limit.id.startsWith(`fairness:${name}:`));
          const worst = worstLevel(levels.map((level) => ({ ...level, size: 0 })));
          return worst === null ? [] : [{ id: `fairness:${name}`, status: worst.status }];
        });
        const told = [...own.map(({ limit, status }) => ({ id: limit.id, status })), ...rules].map(
          ({ id, status }) => ({ id: `${id}${suffix}`, status }),
        );
        expect(verdict.checks.filter(({ id }) => id.startsWith("fairness:")).length).toBe(
          rules.length * study.treatments.length,
        );
        const said = told.map(({ id }) => {
          const check = verdict.checks.find((each) => each.id === id);
          return { id, status: check?.status };
        });
        expect(told).toEqual(said);
      });
    }
    // Nothing is judged after the plan is over; a run that is not over is judged on, whatever was said.
    if (rule.readings[at]?.over || word === "invalid") break;
    for (const { treatment, z, fraction } of verdict.plan?.arms ?? []) {
      const day = model.readings[at]?.day ?? null;
      if (day === null || z === null || fraction === null) continue;
      earlier.push({ day, treatment, z, fraction });
    }
  }
  return words;
}

describe("the numeric gate", () => {
  it("gives the verdict and the statuses of decide, whatever the study and the moments", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(plannedStudies, (planned) => {
        for (const word of judgedBothWays(planned)) {
          const key = `${planned.study.policy.kind} ${word}`;
          seen.set(key, (seen.get(key) ?? 0) + 1);
        }
      }),
      { seed: 20_260_401, numRuns: 300, endOnFailure: true },
    );
    // A property over studies that never reach some verdict would prove nothing about it.
    const policies = ["harm_test", "non_inferiority", "risk_aware", "posterior_breach"];
    const rare = policies.flatMap((policy) =>
      ["ship", "veto", "no_ship", "continue", "invalid"]
        .map((word) => `${policy} ${word}`)
        .filter((key) => (seen.get(key) ?? 0) < 4),
    );
    expect({ rare, seen: [...seen] }).toEqual({ rare: [], seen: [...seen] });
  });
});
