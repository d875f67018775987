import { mdeT, powerT, type Sides, sampleSizeT } from "@plumbline/stats";
import type { KindTable } from "./table.js";

/** `smaller` is `larger` with the arms exchanged. */
const ALTERNATIVES: Readonly<Record<string, { sided: Sides; sign: 1 | -1 }>> = {
  "two-sided": { sided: 2, sign: 1 },
  larger: { sided: 1, sign: 1 },
  smaller: { sided: 1, sign: -1 },
};

export const POWER_T_KINDS: KindTable = {
  power: (input) => {
    const { sided, sign } = input.choice("alternative", ALTERNATIVES);
    const n1 = input.number("n1");
    const n2 = input.number("ratio") * n1;
    const alpha = input.number("alpha");
    return { power: powerT({ effectSize: sign * input.number("d"), n1, n2, alpha, sided }), n2 };
  },

  n: (input) => {
    const { sided, sign } = input.choice("alternative", ALTERNATIVES);
    const size = sampleSizeT({
      effectSize: sign * input.number("d"),
      power: input.number("power"),
      alpha: input.number("alpha"),
      ratio: input.number("ratio"),
      sided,
    });
    return {
      n1_fractional: size.exact,
      n1: size.n1,
      n2: size.n2,
      achieved_power: size.achievedPower,
    };
  },

  mde: (input) => {
    const { sided, sign } = input.choice("alternative", ALTERNATIVES);
    const n1 = input.number("n1");
    const d = mdeT({
      n1,
      n2: input.number("ratio") * n1,
      alpha: input.number("alpha"),
      power: input.number("power"),
      sided,
    });
    return { d: sign * d };
  },
};
