/** How the experiment is registered, for the last step of the gate. Reads the ledger; without one, nothing is registered. */
import { type EvidenceRegistration, isLocked } from "@plumbline/primitives";
import type { Workspace } from "../../documents/workspace.js";
import type { LockState } from "../ledger/lock-state.js";
import { registrationState } from "../ledger/record.js";

export async function lockOf(
  registration: string,
  workspace: Workspace | null,
  firstExposure: string | null,
): Promise<LockState | null> {
  return workspace === null ? null : registrationState(registration, firstExposure);
}

export function evidenceRegistration(state: LockState | null): EvidenceRegistration {
  if (state === null) {
    return {
      locked: false,
      sentence: "Not registered: the experiment belongs to no workspace.",
      failures: [],
    };
  }
  const { standing, checks } = state;
  const failed = checks.filter(({ id, status }) => status === "failed" && id !== "registered");
  return {
    locked: isLocked(checks),
    // Without the count of looks: reading the same data twice is the same look.
    sentence: standing.registrationSentence,
    failures: failed.map(({ sentence }) => sentence),
  };
}
