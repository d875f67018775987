/** For the readout: record it as a look, and say how its registration stands. */
import type { LockCheck, Standing } from "@plumbline/primitives";
import { version } from "../version.js";
import { type LockState, lockState } from "./lock-state.js";
import { type Look, type RecordedLook, recordLook } from "./looks.js";
import { type CurrentRegistration, loadRegistration, standingOf } from "./registration.js";
import { openWorkspace, reading, type Session, writing } from "./session.js";

export interface ReadoutToRecord
  extends Pick<Look, "study" | "evidence" | "verdict" | "data" | "at"> {
  /** Absolute path of the registration, in a workspace. */
  readonly registration: string;
  /** The earliest exposure in the data, ISO 8601; null: not known. */
  readonly firstExposure: string | null;
}

export interface RecordedReadout {
  readonly look: RecordedLook;
  /** The newest look said the same, so nothing was appended. */
  readonly repeated: boolean;
  /** After this look. */
  readonly standing: Standing;
  readonly checks: readonly LockCheck[];
}

/**
 * Appends the look to the workspace's ledger (which is made when missing: a look at an unregistered experiment is a fact too),
 * unless the newest look there says the same, and derives the standing of the registration. Throws `NO_WORKSPACE`, `VERDICT_DIFFERS`, `LedgerError`; then nothing is written.
 */
export async function recordReadout(readout: ReadoutToRecord): Promise<RecordedReadout> {
  const { registration, firstExposure, ...look } = readout;
  const surroundings = openWorkspace(registration);
  const current = loadRegistration(surroundings.workspace, registration);
  const { experiment } = current;
  return writing(
    surroundings,
    async (session) => {
      const document = await documentRead(session, current);
      const recorded = await recordLook(session.store, { ...look, document, version });
      const state = await lockState(session, { experiment, current, firstExposure });
      return { look: recorded, repeated: recorded.repeated, ...state };
    },
    { create: true },
  );
}

/** Hash of what the files say. Roles are fixed at registration, so a workspace that asks for others now changes nothing. */
async function documentRead(session: Session, current: CurrentRegistration): Promise<string> {
  const { version, changed } = await standingOf(session, current.experiment, current.content);
  const same = version !== null && changed !== null && changed.length === 0;
  return same ? version.document : current.document;
}

/** The standing of a registration and its lock checks, without recording anything. */
export async function registrationState(
  registration: string,
  firstExposure: string | null,
): Promise<LockState> {
  return reading(registration, async (session) => {
    const current = loadRegistration(session.workspace, registration);
    return lockState(session, { experiment: current.experiment, current, firstExposure });
  });
}
