/**
 * May the experiment start, and may its readout ship? A list of named checks over the standing and what is known from
 * outside the ledger. A check that had nothing to be held against says so; it does not pass.
 */
import { formatList, formatNumberOf } from "../../shared/format.js";
import type { DocumentChange } from "./changes.js";
import { documentChanges } from "./changes.js";
import type { RegisteredDocument } from "./document.js";
import type { SignedVersion, Standing } from "./standing.js";

export type LockCheckId =
  | "registered"
  | "signatures"
  | "unchanged"
  | "before_start"
  | "limits_kept"
  | "guardrails_committed"
  | "anchored";

export interface LockCheck {
  readonly id: LockCheckId;
  readonly status: "passed" | "failed" | "not_checked";
  readonly sentence: string;
}

/** When the first unit was exposed, and who says so. */
export interface ExperimentStart {
  /** ISO 8601. */
  readonly at: string;
  /**
   * data: the earliest exposure in the data. declared: `exposure.start` of the registration. ledger: the entry `started`.
   * asked: the start that is asked for now.
   */
  readonly source: "data" | "declared" | "ledger" | "asked";
}

/** A tree head known outside the ledger. */
export interface OutsideAnchor {
  /** Entries it covers, from the first. */
  readonly size: number;
  /** When the outside place had it, by that place's or its signer's word; null: not known. */
  readonly at: string | null;
  readonly source: string;
}

export interface LockInput {
  readonly standing: Standing;
  readonly start: ExperimentStart | null;
  /** The first commit that held the guardrails as they are in the file now. */
  readonly guardrailsCommit:
    | { readonly kind: "no_git" }
    | { readonly kind: "uncommitted" }
    | { readonly kind: "commit"; readonly commit: string; readonly at: string };
  readonly anchors: readonly OutsideAnchor[];
}

/** No check failed. */
export const isLocked = (checks: readonly LockCheck[]): boolean =>
  checks.every(({ status }) => status !== "failed");

export function lockChecks(input: LockInput): readonly LockCheck[] {
  const { version } = input.standing;
  if (version === null) return [check("registered", "failed", "The experiment is not registered.")];
  const day = version.at.slice(0, 10);
  const lockedBefore = lockedBeforeStart(input);
  return [
    check(
      "registered",
      "passed",
      `Registered; the version in force is entry ${version.seq}, of ${day}.`,
    ),
    signatures(version),
    unchanged(input.standing.changed),
    beforeStart(input, lockedBefore),
    limitsKept(version, lockedBefore, input),
    guardrailsCommitted(input),
    anchored(input, lockedBefore ?? version),
  ];
}

function check(id: LockCheckId, status: LockCheck["status"], sentence: string): LockCheck {
  return { id, status, sentence };
}

function signatures(version: SignedVersion): LockCheck {
  const who = version.counted.map(({ role, person }) => `${role} ${person}`);
  if (version.locked !== null) {
    return check("signatures", "passed", `All signatures are there: ${formatList(who)}.`);
  }
  return check("signatures", "failed", `Signatures are missing: ${formatList(version.missing)}.`);
}

function unchanged(changed: readonly DocumentChange[] | null): LockCheck {
  if (changed === null) {
    return check("unchanged", "not_checked", "The file was not held against the registration.");
  }
  if (changed.length === 0) {
    return check("unchanged", "passed", "The file says what was registered.");
  }
  const paths = formatList(changed.map(({ path }) => path));
  return check("unchanged", "failed", `The file is not what was registered: ${paths}.`);
}

const instant = (text: string): number => Date.parse(text);

/** The last version that was locked before the start; without a known start, before the first look. */
function lockedBeforeStart({ standing, start }: LockInput): SignedVersion | null {
  const firstLook = standing.looks[0]?.seq ?? Number.POSITIVE_INFINITY;
  const inTime = standing.versions.filter(({ locked }) => {
    if (locked === null) return false;
    return start === null ? locked.seq < firstLook : instant(locked.at) < instant(start.at);
  });
  return inTime.at(-1) ?? null;
}

const SAID_BY: Readonly<Record<ExperimentStart["source"], string>> = {
  data: "the first exposure in the data",
  declared: "the start that the registration declares",
  ledger: "the start recorded in the ledger",
  asked: "the start asked for",
};

function beforeStart({ standing, start }: LockInput, inTime: SignedVersion | null): LockCheck {
  const id = "before_start";
  if (start === null) {
    return check(id, "not_checked", "When the first unit was exposed is not known here.");
  }
  const said = `${SAID_BY[start.source]} (${start.at})`;
  if (inTime?.locked) {
    return check(id, "passed", `Locked on ${inTime.locked.at}, before ${said}.`);
  }
  const first = standing.versions.find(({ locked }) => locked !== null)?.locked;
  return check(
    id,
    "failed",
    first ? `Locked only on ${first.at}, after ${said}.` : `Not locked before ${said}.`,
  );
}

/** What decides about harm: guardrails, their metrics, cohorts, and the defaults and stakes that stand behind them. */
function isLimit(path: string, document: RegisteredDocument): boolean {
  const keys = ["guardrails", "guardrail_policy", "cohorts", "stakes"];
  if (keys.some((key) => new RegExp(`^registration\\.${key}\\b`).test(path))) return true;
  if (path.startsWith("defaults.cohort_threshold_relative")) return true;
  return guardrailNames(document).some(
    (name) => path === `metrics.${name}` || path.startsWith(`metrics.${name}.`),
  );
}

function guardrailNames({ registration }: RegisteredDocument): string[] {
  const { guardrails } = registration;
  if (!Array.isArray(guardrails)) return [];
  return guardrails.flatMap((each: unknown) => {
    const name = typeof each === "object" && each !== null && "name" in each ? each.name : null;
    return typeof name === "string" ? [name] : [];
  });
}

function limitsKept(
  version: SignedVersion,
  inTime: SignedVersion | null,
  { standing, start }: LockInput,
): LockCheck {
  const id = "limits_kept";
  if (inTime === null) {
    return start === null && standing.looks.length === 0
      ? check(
          id,
          "not_checked",
          "Nothing was locked yet that guardrails and cohorts could be held against.",
        )
      : check(id, "failed", "No guardrails and cohorts were locked before the start.");
  }
  const changed = documentChanges(inTime.content, version.content).filter(
    ({ path }) => isLimit(path, inTime.content) || isLimit(path, version.content),
  );
  if (changed.length === 0) {
    return check(id, "passed", "Guardrails and cohorts are those locked before the start.");
  }
  const paths = formatList(changed.map(({ path }) => path));
  return check(
    id,
    "failed",
    `Guardrails or cohorts are not those locked before the start: ${paths}.`,
  );
}

function guardrailsCommitted({ start, guardrailsCommit: found }: LockInput): LockCheck {
  const id = "guardrails_committed";
  if (found.kind === "no_git") {
    return check(id, "not_checked", "The workspace is not in a git repository.");
  }
  if (found.kind === "uncommitted") {
    const sentence = "The guardrails as they are in the file are in no commit.";
    return check(id, start === null ? "not_checked" : "failed", sentence);
  }
  const commit = `commit ${found.commit.slice(0, 10)} of ${found.at}`;
  if (start === null) return check(id, "not_checked", `The guardrails stand since ${commit}.`);
  return instant(found.at) < instant(start.at)
    ? check(id, "passed", `The guardrails stand since ${commit}, before the start.`)
    : check(id, "failed", `The guardrails stand only since ${commit}, after the start.`);
}

/** Never fails: without an anchor the times rest on the word of whoever keeps the ledger, which is for people to judge. */
function anchored({ anchors, start }: LockInput, version: SignedVersion): LockCheck {
  const id = "anchored";
  const seq = version.locked?.seq;
  const covering = anchors.filter(({ size }) => seq !== undefined && size >= seq);
  const dated = covering.filter(
    ({ at }) => at !== null && start !== null && instant(at) < instant(start.at),
  );
  const [best] = dated.length > 0 ? dated : covering;
  if (best === undefined) {
    const sentence = `No tree head outside covers the lock, so its time rests on the word of whoever keeps the ledger.`;
    return check(id, "not_checked", sentence);
  }
  const more = covering.length > 1 ? ` (and ${formatNumberOf(covering.length - 1, "other")})` : "";
  if (dated.length > 0) {
    return check(
      id,
      "passed",
      `The lock is covered by ${best.source}${more}, dated before the start.`,
    );
  }
  const sentence =
    start === null
      ? `The lock is covered by ${best.source}${more}; the start is not known.`
      : `The lock is covered by ${best.source}${more}, but by no head dated before the start.`;
  return check(id, "not_checked", sentence);
}
