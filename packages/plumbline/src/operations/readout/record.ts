import { documentHash } from "@plumbline/ledger";
import { momentsHash } from "../ledger/looks.js";
import { recordReadout } from "../ledger/record.js";
import type { Decided } from "./flow.js";

/** Appends the decided readout to the workspace's ledger as a look; the sentence says where it stands. */
export async function recordDecided(
  registration: string,
  decided: Decided,
  at: string,
): Promise<string> {
  const { study, evidence, verdict, seen } = decided;
  const { look, standing, repeated } = await recordReadout({
    registration,
    firstExposure: evidence.timing?.firstExposure ?? null,
    study,
    evidence,
    verdict,
    data: {
      kind: seen.kind,
      sha256:
        seen.kind === "moments"
          ? momentsHash(seen.moments)
          : documentHash(JSON.parse(JSON.stringify(seen.document))),
      description: decided.dataDescription,
    },
    at,
  });
  const done = repeated ? "is on record already" : "recorded in the ledger";
  return `Look ${look.number} ${done} as entry ${look.entry.seq}. ${standing.sentence}`;
}
