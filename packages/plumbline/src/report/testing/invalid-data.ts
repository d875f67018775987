import type { ReadoutInput } from "../readout.js";
import { checkOf } from "./builders.js";
import { csatVeto, evidence, quality, verdict } from "./fixtures.js";

/** The same numbers with a sample-ratio mismatch: nothing in them may look like a result. */
export const invalidData: ReadoutInput = {
  ...csatVeto,
  evidence: {
    ...evidence,
    quality: [
      {
        code: "srm",
        status: "fatal",
        sentence:
          "The arms hold 18,420 and 20,010 units; 50 % and 50 % were intended (p < 0.0001).",
        numbers: { pValue: 5.2e-16 },
        subject: null,
      },
      ...quality.slice(1),
    ],
  },
  verdict: {
    ...verdict,
    verdict: "invalid",
    reason: "The arms do not have the intended sizes, so no effect can be read from these data.",
    next: "Find out where units are lost or gained, mend it, and run again.",
    arms: [
      {
        treatment: "treatment",
        verdict: "invalid",
        reason: "Sample-ratio mismatch.",
        stoppedAt: "quality:srm",
      },
    ],
    checks: [
      checkOf("quality:srm", "breach", "The arms do not have the intended sizes (p < 0.0001).", {
        scale: null,
        treatment: null,
      }),
      ...verdict.checks.slice(1),
    ],
  },
};
