import {
  type ProportionMethod,
  powerProportions,
  type SampleSize,
  type Sides,
  sampleSizeNonInferiorityMeans,
  sampleSizeNonInferiorityProportions,
  sampleSizeProportions,
} from "@plumbline/stats";
import { type Fields, ShapeError } from "../fields.js";
import type { KindTable } from "./table.js";

type PowerMethod = Exclude<ProportionMethod, "pooled_cc">;

const POWER_METHODS: Readonly<Record<PowerMethod, PowerMethod>> = {
  unpooled: "unpooled",
  pooled: "pooled",
  arcsine: "arcsine",
};
const METHODS: Readonly<Record<ProportionMethod, ProportionMethod>> = {
  ...POWER_METHODS,
  pooled_cc: "pooled_cc",
};

export const POWER_PROPORTION_KINDS: KindTable = {
  n_superiority: (input) =>
    sizes(
      sampleSizeProportions({
        ...rates(input),
        power: input.number("power"),
        ratio: input.number("ratio"),
        method: input.choice("method", METHODS),
        sided: sides(input),
      }),
    ),

  power_superiority: (input) => {
    const n1 = input.number("n1");
    return {
      power: powerProportions({
        ...rates(input),
        n1,
        n2: input.number("ratio") * n1,
        method: input.choice("method", POWER_METHODS),
        sided: sides(input),
      }),
    };
  },

  n_noninferiority_proportion: (input) =>
    sizes(
      sampleSizeNonInferiorityProportions({
        ...rates(input),
        margin: input.number("margin"),
        power: input.number("power"),
        ratio: input.number("ratio"),
      }),
    ),

  n_noninferiority_mean: (input) => {
    const design = {
      difference: input.number("delta"),
      sd: input.number("sd"),
      margin: input.number("margin"),
      alpha: input.number("alpha"),
      power: input.number("power"),
      ratio: input.number("ratio"),
    };
    return {
      ...sizes(sampleSizeNonInferiorityMeans({ ...design, method: "normal" }), "normal_"),
      ...sizes(sampleSizeNonInferiorityMeans({ ...design, method: "t" }), "t_"),
    };
  },
};

function rates(input: Fields) {
  return { p1: input.number("p1"), p2: input.number("p2"), alpha: input.number("alpha") };
}

function sides(input: Fields): Sides {
  const sided = input.number("sided");
  if (sided !== 1 && sided !== 2) throw new ShapeError("input.sided is not 1 or 2");
  return sided;
}

function sizes({ exact, n1, n2 }: SampleSize, prefix = "") {
  return { [`${prefix}n1_fractional`]: exact, [`${prefix}n1`]: n1, [`${prefix}n2`]: n2 };
}
