import type { VerdictWord } from "@plumbline/primitives";

/** Exit code of `plumb readout` by verdict. 1 is kept for errors in documents or data. */
export const EXIT_CODES: Readonly<Record<VerdictWord, number>> = {
  ship: 0,
  veto: 2,
  no_ship: 3,
  invalid: 4,
  continue: 5,
};
