import { documentHash, type LedgerEntry } from "@plumbline/ledger";
import { type Check, type Standing, type Watched, watchLimits } from "@plumbline/primitives";
import { z } from "zod";
import { wrapSentence } from "../../report/design/table.js";
import { EXIT_CODES } from "../../report/exit-codes.js";
import { RegistrationError } from "../ledger/errors.js";
import { withoutUndefined } from "../ledger/looks.js";
import { loadRegistration, standingFrom, standingOf } from "../ledger/registration.js";
import { absolute, openWorkspace, type WritingSession, writing } from "../ledger/session.js";
import { lines, minute, plainText } from "../ledger/text.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "../operation.js";
import { type Decided, decideExperiment } from "../readout/flow.js";
import { dataOf } from "../readout/record.js";
import { asOfInput } from "../readout/when.js";
import { version } from "../version.js";

const input = z.strictObject({
  registration: z.string().min(1),
  evidence: z.string().min(1).optional(),
  asOf: asOfInput.optional(),
  json: z.boolean().default(false),
});

type WatchInput = z.output<typeof input>;

export interface WatchOutput {
  readonly experiment: string;
  /** Whole days of the run; null: not known. */
  readonly day: number | null;
  readonly invalid: readonly Check[];
  readonly checks: readonly Check[];
  /** Ids of the checks in breach. */
  readonly breaches: readonly string[];
  /** Those among them that a signed override in force covers; they write no pause. */
  readonly overridden: readonly string[];
  /** The entry that this call wrote; null: nothing new was to be written. */
  readonly paused: { readonly seq: number; readonly at: string } | null;
  /** Entries of pauses that stand. */
  readonly standing: readonly number[];
}

/** Somebody else wrote at this very moment; leaves the append without an entry. */
class Overtaken extends Error {}

async function run(context: OperationContext, given: WatchInput): Promise<WatchOutput> {
  const registration = absolute(context, given.registration);
  const surroundings = openWorkspace(registration);
  const current = loadRegistration(surroundings.workspace, registration);
  const { experiment } = current;
  const decided = await decideExperiment(context, {
    registration,
    evidence: given.evidence === undefined ? null : absolute(context, given.evidence),
    threads: null,
    memoryLimit: null,
    asOf: given.asOf ?? null,
    explore: [],
  });
  assertRegistered(decided, experiment);
  const watched = watchLimits(decided.study, decided.evidence);
  const at = context.now().toISOString();
  return writing(surroundings, async (session) => {
    const paused = await pause(session, decided, watched, at);
    return output(decided, watched, await standingOf(session, experiment, null), at, paused);
  });
}

/** Writes the breaches that are not on record; null: there are none. */
async function pause(
  session: WritingSession,
  decided: Decided,
  watched: Watched,
  at: string,
): Promise<WatchOutput["paused"]> {
  const subject = decided.study.experimentId;
  const { keys } = session.people;
  for (;;) {
    const standing = await standingOf(session, subject, null);
    const fresh = newBreaches(watched.breaches, standing, at);
    if (fresh.length === 0) return null;
    const body = pauseBody(decided, watched, standing, fresh);
    const guard = (history: readonly LedgerEntry[]) => {
      const now = newBreaches(watched.breaches, standingFrom(subject, history, keys, null), at);
      if (now.length !== fresh.length) throw new Overtaken();
    };
    try {
      const { seq } = await session.store.append({ type: "paused", at, subject, body }, { guard });
      return { seq, at };
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
  }
}

function assertRegistered({ registered }: Decided, experiment: string): void {
  if (registered) return;
  throw new RegistrationError(
    "NOT_REGISTERED",
    `${experiment} is not registered, so its limits bind nobody and cannot pause it.`,
    "Register it with plumb register, before its first exposure.",
  );
}

const inForce = ({ overrides }: Standing, at: string) =>
  overrides.filter(({ signed, expires }) => signed !== null && expires > at);

const coveredBy = (standing: Standing, at: string, id: string): boolean =>
  inForce(standing, at).some(({ checks }) => checks.includes(id));

/** Pauses of the version in force that no override ended, or whose override has run out since: the latter count no longer. */
function standingPauses(standing: Standing, at: string) {
  const since = standing.version?.seq ?? 0;
  return standing.pauses.filter(
    ({ seq, checks, lifted }) =>
      seq > since && (lifted === null || checks.some((id) => coveredBy(standing, at, id))),
  );
}

/** Breaches that no standing pause names and no override in force covers. */
function newBreaches(breaches: readonly Check[], standing: Standing, at: string): Check[] {
  const known = standingPauses(standing, at).flatMap(({ checks }) => checks);
  return breaches.filter(({ id }) => !known.includes(id) && !coveredBy(standing, at, id));
}

function pauseBody(
  decided: Decided,
  { evidence }: Watched,
  standing: Standing,
  breaches: readonly Check[],
) {
  return {
    checks: breaches.map((check) => withoutUndefined(check)),
    day: decided.evidence.timing?.day ?? null,
    // Of what the tests were made from, always-valid intervals and all.
    evidence_sha256: documentHash(withoutUndefined(evidence)),
    data: { ...dataOf(decided) },
    document: standing.version?.document ?? null,
    version,
  };
}

function output(
  { study, evidence }: Decided,
  watched: Watched,
  standing: Standing,
  at: string,
  paused: WatchOutput["paused"],
): WatchOutput {
  const breaches = watched.breaches.map(({ id }) => id);
  return {
    experiment: study.experimentId,
    day: evidence.timing?.day ?? null,
    invalid: watched.invalid,
    checks: watched.checks,
    breaches,
    overridden: breaches.filter((id) => coveredBy(standing, at, id)),
    paused,
    standing: standing.pauses.filter(({ lifted }) => lifted === null).map(({ seq }) => seq),
  };
}

const WORDS: Readonly<Record<Check["status"], string>> = {
  clear: "clear",
  near: "near",
  breach: "BREACH",
  underpowered: "underpowered",
  not_evaluable: "not evaluable",
};

const exitCode = ({ invalid, breaches }: WatchOutput): number => {
  if (invalid.length > 0) return EXIT_CODES.invalid;
  return breaches.length > 0 ? EXIT_CODES.veto : 0;
};

function verdictLine(output: WatchOutput): string {
  const { invalid, checks, breaches, overridden, paused } = output;
  if (invalid.length > 0) return "The data are invalid: no limit is judged.";
  if (breaches.length === 0) {
    const open = checks.filter(({ status }) => status === "not_evaluable").length;
    const unseen = open === 0 ? "" : ` ${open} of ${checks.length} cannot be tested yet.`;
    return `No limit is breached by an always-valid test.${unseen}`;
  }
  if (paused !== null) {
    return `Paused: entry ${paused.seq} of ${minute(paused.at)}. Take the treatment out of service.`;
  }
  return overridden.length === breaches.length
    ? "Every breach is covered by a signed override in force; it stands beside it."
    : `The breach is on record already (entry ${output.standing.join(", ")}).`;
}

function render(output: WatchOutput, { json }: WatchInput, { width }: Rendering): Rendered {
  const code = exitCode(output);
  if (json) {
    const document = { schema: "plumbline.watch/1", ...output };
    return { stdout: `${JSON.stringify(document, null, 2)}\n`, stderr: "", exitCode: code };
  }
  const columns = Math.min(100, Math.max(80, width));
  const shown = output.invalid.length > 0 ? output.invalid : output.checks;
  const indent = " ".repeat(15);
  const body = shown.flatMap(({ status, sentence }) =>
    wrapSentence(plainText(sentence), columns - indent.length).map((line, at) =>
      at === 0 ? `${WORDS[status].padEnd(indent.length)}${line}` : `${indent}${line}`,
    ),
  );
  const day = output.day === null ? "" : `, day ${output.day}`;
  const stdout = lines(
    `${plainText(output.experiment)}${day}: ${output.breaches.length === 0 ? "watched" : "in breach"}`,
    body,
    "",
    wrapSentence(verdictLine(output), columns),
  );
  return { stdout, stderr: "", exitCode: code };
}

export const watchOperation: OperationBody<WatchInput, WatchOutput> = { input, run, render };
