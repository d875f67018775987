/** Where a launch stands, in words made from its standing in the ledger. */
import type { Experiment } from "../api/queries.js";

export interface Step {
  readonly name: string;
  /** The one of the seven primitives that it is waiting in. */
  readonly primitive: string;
  /** What keeps it from the next step; null: nothing. */
  readonly blocks: string | null;
  /** Who must act, and how; null: nobody. */
  readonly acts: string | null;
}

export function missingText({ missing }: Pick<Experiment, "missing">): string {
  return missing
    .map(({ role, holders }) => {
      if (holders === null) return `${role} (anybody in people.yaml)`;
      return holders.length === 0 ? `${role} (nobody holds it)` : `${role} (${holders.join(", ")})`;
    })
    .join("; ");
}

export function stepOf(experiment: Experiment): Step {
  const { standing, checks, unreadable } = experiment;
  if (unreadable) {
    return {
      name: "Registration",
      primitive: "Study design",
      blocks: "The registration cannot be read.",
      acts: "Author: mend what plumb check shows",
    };
  }
  if (standing.changed !== null && standing.changed.length > 0) {
    return {
      name: "Amendment",
      primitive: "Study design",
      blocks: `The file differs from what was registered in ${standing.changed.length} ${standing.changed.length === 1 ? "place" : "places"}.`,
      acts: "Author: plumb amend, or undo the change",
    };
  }
  if (standing.state === "unregistered") {
    return {
      name: "Registration",
      primitive: "Study design",
      blocks: "Not registered.",
      acts: "Author: plumb register",
    };
  }
  if (standing.state !== "locked") {
    const missing = missingText(experiment);
    return {
      name: "Signatures",
      primitive: "Study design",
      blocks: `Not signed by: ${missing}.`,
      acts: missing,
    };
  }
  if (standing.looks.length > 0)
    return { name: "Readout", primitive: "Guardrails and cohorts", blocks: null, acts: null };
  const failed = (checks ?? []).find(({ status }) => status === "failed");
  if (failed !== undefined) {
    return {
      name: "Start",
      primitive: "Study design",
      blocks: failed.sentence,
      acts: "Author: mend it, then amend",
    };
  }
  if (standing.started === null) {
    return {
      name: "Start",
      primitive: "Study design",
      blocks: null,
      acts: "Operator: plumb start",
    };
  }
  return { name: "Running", primitive: "Guardrails and cohorts", blocks: null, acts: null };
}

export const lastLook = ({ standing }: Experiment) => standing.looks.at(-1) ?? null;
