/** From means to effects: difference, relative change and own value of every slot, with standard errors. */
import type { NumericRule } from "./compile.js";
import type { Effects } from "./limit.js";

const emptyEffects = (size: number): Effects => ({
  difference: new Float64Array(size),
  error: new Float64Array(size),
  relative: new Float64Array(size),
  relativeError: new Float64Array(size),
  value: new Float64Array(size),
  valueError: new Float64Array(size),
});

/** Variances of every mean at every reading: deviation^2 / units. */
function variancesOf({ shape, model }: NumericRule): readonly (readonly Float64Array[])[] {
  return model.readings.map(({ share }) =>
    model.units.map((units) =>
      Float64Array.from(shape.slots, (slot) => slot.deviation ** 2 / (units * slot.share * share)),
    ),
  );
}

interface Fill {
  readonly rule: NumericRule;
  readonly hasRelative: readonly boolean[];
  readonly means: Float64Array;
  readonly arm: number;
  readonly control: Float64Array;
  readonly treated: Float64Array;
}

/** Delta method over a control that is above zero and told from it, as `relativeLift`; exp(d) - 1 for logs. */
function fillEffects(effects: Effects, { rule, hasRelative, means, arm, control, treated }: Fill) {
  const { slots } = rule.shape;
  const offset = arm * slots.length;
  for (let s = 0; s < slots.length; s++) {
    const [m, c] = [means[offset + s] ?? 0, means[s] ?? 0];
    const [vt, vc] = [treated[s] ?? 0, control[s] ?? 0];
    const difference = m - c;
    const error = Math.sqrt(vt + vc);
    effects.difference[s] = difference;
    effects.error[s] = error;
    effects.value[s] = m;
    effects.valueError[s] = Math.sqrt(vt);
    let relative = Number.NaN;
    if (slots[s]?.transform === "log") {
      relative = Math.expm1(difference);
      effects.relativeError[s] = (1 + relative) * error;
    } else if (hasRelative[s] && c > 0 && rule.coverageZ ** 2 * vc < c * c) {
      relative = difference / c;
      const ratio = m / c;
      effects.relativeError[s] = Math.sqrt(vt + ratio * ratio * vc) / c;
    }
    effects.relative[s] = relative;
  }
}

/** Reads the means of one treatment (from 1) at a reading; what it returns is overwritten by the next call. */
export function effectReader(
  rule: NumericRule,
): (at: number, arm: number, means: Float64Array) => Effects {
  const variances = variancesOf(rule);
  const hasRelative = rule.shape.slots.map(({ metric }) => rule.ranks.includes(metric) === false);
  const effects = emptyEffects(rule.shape.slots.length);
  return (at, arm, means) => {
    const [control, treated] = [variances[at]?.[0], variances[at]?.[arm]];
    if (control && treated) {
      fillEffects(effects, { rule, hasRelative, means, arm, control, treated });
    }
    return effects;
  };
}
