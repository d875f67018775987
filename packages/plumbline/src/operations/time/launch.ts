/** The launch of an experiment, by its ledger: the newest recorded look that ships, and the lifts that it booked. */
import type { LedgerEntry } from "@plumbline/ledger";
import {
  type Evidence,
  type Lift,
  liftOf,
  type Standing,
  type Study,
  type Verdict,
} from "@plumbline/primitives";
import { PlumbError } from "../../errors.js";
import { RegistrationError } from "../ledger/errors.js";
import { loadRegistration, standingFrom } from "../ledger/registration.js";
import { readable, reading, storedEntries } from "../ledger/session.js";

export interface Launch {
  /** The entry of the look. */
  readonly seq: number;
  readonly at: string;
  readonly treatment: string;
  /** Null: the look says no relative lift of the metric with its error. */
  readonly liftOf: (metric: string) => BookedLift | null;
}

export interface BookedLift extends Lift {
  /** median_unbiased: after an early stop, where the plain estimate is too large. */
  readonly basis: "as_recorded" | "median_unbiased";
}

interface LookBody {
  readonly study: Study;
  readonly evidence: Evidence;
  readonly verdict: Verdict;
}

/** Throws HOLDBACK_NOT_LAUNCHED, NOT_REGISTERED, and HOLDBACK_NOT_REGISTERED where the files hold another holdback. */
export async function launchOf(registration: string): Promise<Launch> {
  return reading(registration, async (session) => {
    const { experiment, content } = loadRegistration(session.workspace, registration);
    const entries = readable(await storedEntries(session, experiment));
    assertSame(standingFrom(experiment, entries, session.people.keys, content));
    const shipped = entries.findLast((entry) => entry.type === "looked" && ships(entry));
    if (shipped !== undefined) return read(shipped);
    throw new PlumbError(
      "HOLDBACK_NOT_LAUNCHED",
      `No recorded look of ${experiment} ships, so there is no lift to compare with.`,
      "Read the experiment with plumb readout when it is due; a look that ships is the launch.",
    );
  });
}

function ships({ body }: LedgerEntry): boolean {
  const { verdict } = body as unknown as Partial<LookBody>;
  return verdict?.verdict === "ship" && typeof verdict.shippable === "string";
}

function assertSame({ version, changed, experiment }: Standing): void {
  if (version === null) {
    throw new RegistrationError(
      "NOT_REGISTERED",
      `${experiment} is not registered, so neither is its holdback.`,
      "Register it with plumb register, before its first exposure.",
    );
  }
  const moved = (changed ?? []).filter(({ path }) => path.startsWith("registration.holdback"));
  if (moved.length === 0) return;
  throw new PlumbError(
    "HOLDBACK_NOT_REGISTERED",
    `The holdback in the file is not the one that was registered: ${moved.map(({ path }) => path).join(", ")}.`,
    'Undo the change, or make it one that everybody sees with plumb amend --reason "...".',
  );
}

function read({ seq, at, body }: LedgerEntry): Launch {
  const { study, evidence, verdict } = body as unknown as LookBody;
  const treatment = verdict.shippable ?? "";
  return { seq, at, treatment, liftOf: (metric) => booked({ study, evidence, verdict }, metric) };
}

function booked({ study, evidence, verdict }: LookBody, metric: string): BookedLift | null {
  const treatment = verdict.shippable;
  const stage = verdict.plan?.arms.find((arm) => arm.treatment === treatment)?.stageWise;
  if (stage?.scale === "relative" && metric === study.primary.metric.name) {
    const { estimate, interval } = stage;
    const lift = liftOf({ estimate, standardError: null, interval });
    if (lift !== null) return { ...lift, basis: "median_unbiased" };
  }
  const found = evidence.comparisons.find(
    (each) => each.metric === metric && each.treatment === treatment && each.cohort === null,
  );
  const lift = liftOf(found?.analysis?.relative ?? null);
  return lift === null ? null : { ...lift, basis: "as_recorded" };
}
