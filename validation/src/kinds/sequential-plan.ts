import type { BoundaryFamily, FutilityRule, SpendingFunction } from "@plumbline/stats";
import type { Fields } from "../fields.js";

type FamilyReader = (input: Fields) => BoundaryFamily;

/** The reference's names of boundary families. */
const FAMILIES: Readonly<Record<string, FamilyReader>> = {
  OF: () => ({ family: "obrien_fleming" }),
  P: () => ({ family: "pocock" }),
  WT: (input) => ({ family: "wang_tsiatis", delta: input.number("delta_wt") }),
  asOF: () => ({ family: "lan_demets_obrien_fleming" }),
  asP: () => ({ family: "lan_demets_pocock" }),
  asHSD: (input) => ({ family: "hwang_shih_decani", gamma: input.number("gamma") }),
  asKD: (input) => ({ family: "kim_demets", rho: input.number("gamma") }),
};

const BETA_SPENDING: Readonly<Record<string, (futility: Fields) => SpendingFunction>> = {
  bsOF: () => ({ family: "lan_demets_obrien_fleming" }),
  bsP: () => ({ family: "lan_demets_pocock" }),
  bsHSD: (futility) => ({ family: "hwang_shih_decani", gamma: futility.number("gamma_b") }),
  bsKD: (futility) => ({ family: "kim_demets", rho: futility.number("gamma_b") }),
};

const FUTILITY: Readonly<Record<string, (futility: Fields, binding: boolean) => FutilityRule>> = {
  fixed: (futility, binding) => ({
    rule: "fixed",
    bounds: futility.nullableNumbers("fixed_bounds_z"),
    binding,
  }),
  ...Object.fromEntries(
    Object.entries(BETA_SPENDING).map(([kind, spending]) => [
      kind,
      (futility: Fields, binding: boolean): FutilityRule => ({
        rule: "beta_spending",
        spending: spending(futility),
        binding,
      }),
    ]),
  ),
};

export function readFamily(input: Fields): BoundaryFamily {
  return input.choice("type", FAMILIES)(input);
}

export function readFutility(input: Fields): FutilityRule | null {
  if (input.isNull("futility")) return null;
  const futility = input.object("futility");
  return futility.choice("kind", FUTILITY)(futility, futility.boolean("binding"));
}

export function readSided(input: Fields): 1 | 2 {
  return input.number("sided") === 2 ? 2 : 1;
}
