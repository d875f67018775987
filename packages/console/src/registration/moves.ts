/** What can be done with a registration as it stands, and by this sign-in; where it cannot, why. */
import type { Experiment } from "../api/queries.js";
import { missingText } from "../launches/step.js";

export interface Move {
  /** Null: it can be done. */
  readonly why: string | null;
}

export interface Moves {
  readonly edit: Move;
  readonly register: Move;
  readonly amend: Move;
  readonly start: Move;
}

type Checks = Experiment["checks"];

const CAN: Move = { why: null };
const not = (why: string): Move => ({ why });

const WRITE = not("It takes the role author or admin of this server.");
const OPERATE = not("It takes the role operator or admin of this server.");
const UNREADABLE = not("The document has errors; mend them first.");

function registerMove({ standing, unreadable }: Experiment): Move {
  if (standing.version !== null) {
    const [first] = standing.versions;
    return not(`It is registered, as entry ${first?.seq ?? standing.version.seq}.`);
  }
  return unreadable ? UNREADABLE : CAN;
}

function amendMove({ standing, unreadable }: Experiment): Move {
  if (standing.version === null) return not("It is not registered: change the document freely.");
  if (unreadable) return UNREADABLE;
  const changes = standing.changed ?? [];
  return changes.length === 0 ? not("The document says what was registered.") : CAN;
}

function startMove(experiment: Experiment, checks: Checks): Move {
  const { standing, missing } = experiment;
  if (standing.started !== null) {
    return not(
      `It started on ${standing.started.at.slice(0, 10)}, as entry ${standing.started.seq}.`,
    );
  }
  if (standing.version === null) return not("It is not registered.");
  if ((standing.changed ?? []).length > 0) {
    return not("The document is not what was registered; amend it, or undo the change.");
  }
  if (standing.state !== "locked") return not(`Not signed by: ${missingText({ missing })}.`);
  const failed = (checks ?? []).filter(({ status }) => status === "failed");
  return failed.length === 0 ? CAN : not(failed.map(({ sentence }) => sentence).join(" "));
}

/** `checks`: those on the lock; null: not known yet. */
export function movesOf(
  experiment: Experiment,
  checks: Checks,
  permissions: readonly string[],
): Moves {
  const writes = permissions.includes("write");
  return {
    edit: writes ? CAN : WRITE,
    register: writes ? registerMove(experiment) : WRITE,
    amend: writes ? amendMove(experiment) : WRITE,
    start: permissions.includes("operate") ? startMove(experiment, checks) : OPERATE,
  };
}
