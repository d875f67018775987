import type { LedgerEntry } from "@plumbline/ledger";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { RegistrationError } from "./errors.js";
import { type Replay, replayVerdict } from "./looks.js";
import { readable, reading, storedEntries } from "./session.js";
import { type StudyOrigin, studyOrigin } from "./study-origin.js";
import { lines, minute, plainText } from "./text.js";

const input = z.strictObject({
  seq: z.coerce.number().int().min(1).optional(),
  json: z.boolean().default(false),
});

type ReplayInput = z.output<typeof input>;

export interface ReplayOutput extends Replay {
  readonly study: StudyOrigin;
}

async function run(context: OperationContext, { seq }: ReplayInput): Promise<ReplayOutput> {
  return reading(context.workingDirectory, async (session) => {
    const entries = readable(await storedEntries(session));
    const look = chosen(entries, seq);
    const replay = replayVerdict(look);
    const own = entries.filter(({ subject }) => subject === look.subject);
    return { ...replay, study: studyOrigin(look, own) };
  });
}

function chosen(entries: readonly LedgerEntry[], seq: number | undefined): LedgerEntry {
  const found =
    seq === undefined
      ? entries.findLast(({ type }) => type === "looked")
      : entries.find((entry) => entry.seq === seq);
  if (found !== undefined) return found;
  throw new RegistrationError(
    "LOOK_NOT_FOUND",
    seq === undefined ? "The ledger holds no look." : `The ledger has no entry ${seq}.`,
    "Record one with plumb readout FILE --record; plumb status FILE lists the looks.",
  );
}

function render(output: ReplayOutput, { json }: ReplayInput): Rendered {
  const { data, study } = output;
  const stderr = differs(output);
  const exitCode = stderr === "" ? 0 : 1;
  // The bytes themselves: what was decided then is what is printed now.
  if (json) return { stdout: `${output.replayed}\n`, stderr, exitCode };
  const stdout = lines(
    `${plainText(output.experiment)}: ${plainText(output.verdict)}, look of ${minute(output.at)} (entry ${output.seq})`,
    `data: ${plainText(data.description)}, ${plainText(data.kind)} sha256 ${plainText(data.sha256)}`,
    output.identical
      ? [
          `Decided again from the ledger alone: the same ${Buffer.byteLength(output.recorded)} bytes.`,
        ]
      : [],
    study.kind === "differs" ? [] : [plainText(study.sentence)],
  );
  return { stdout, stderr, exitCode };
}

function differs({ identical, seq, version: then, study }: ReplayOutput): string {
  const why = (otherwise: string) =>
    then === version
      ? `The entry was altered, or Plumbline ${otherwise} than it did; plumb verify tells which.`
      : `It was made by Plumbline ${plainText(then)}, this is ${version}; replay with that version.`;
  const verdict = identical
    ? ""
    : `VERDICT_DIFFERS  Deciding again from entry ${seq} gives another verdict.  ${why("decides otherwise")}\n`;
  const origin =
    study.kind === "differs"
      ? `STUDY_DIFFERS  ${plainText(study.sentence)}  ${why("resolves it otherwise")}\n`
      : "";
  return `${verdict}${origin}`;
}

export const replayOperation: OperationBody<ReplayInput, ReplayOutput> = { input, run, render };
