import { documentHash } from "@plumbline/ledger";
import { type Look, momentsHash } from "../ledger/looks.js";
import { recordReadout } from "../ledger/record.js";
import type { Decided } from "./flow.js";

/** What the evidence was computed from, by its hash. */
export function dataOf({ seen, dataDescription }: Decided): Look["data"] {
  const sha256 =
    seen.kind === "moments"
      ? momentsHash(seen.moments)
      : documentHash(JSON.parse(JSON.stringify(seen.document)));
  return { kind: seen.kind, sha256, description: dataDescription };
}

/** Appends the decided readout to the workspace's ledger as a look; the sentence says where it stands. */
export async function recordDecided(
  registration: string,
  decided: Decided,
  at: string,
): Promise<string> {
  const { study, evidence, verdict } = decided;
  const { look, standing, repeated } = await recordReadout({
    registration,
    firstExposure: evidence.timing?.firstExposure ?? null,
    study,
    evidence,
    verdict,
    data: dataOf(decided),
    at,
  });
  const done = repeated ? "is on record already" : "recorded in the ledger";
  return `Look ${look.number} ${done} as entry ${look.entry.seq}. ${standing.sentence}`;
}
