/**
 * Concentration of the Dirichlet mixture of the sequential sample-ratio test, in units: how near to the intended shares a
 * mismatch is expected to be. 10,000 looks for shifts of about one percentage point; the p-value depends on it, so it is stated.
 */
export const SRM_CONCENTRATION = 10_000;
