import type { LedgerEntry } from "@plumbline/ledger";
import { z } from "zod";
import type { OperationBody, OperationContext, Rendered } from "../operation.js";
import { version } from "../version.js";
import { RegistrationError } from "./errors.js";
import { type Replay, replayVerdict } from "./looks.js";
import { readable, reading, storedEntries } from "./session.js";
import { lines, minute, plainText } from "./text.js";

const input = z.strictObject({
  seq: z.coerce.number().int().min(1).optional(),
  json: z.boolean().default(false),
});

type ReplayInput = z.output<typeof input>;

async function run(context: OperationContext, { seq }: ReplayInput): Promise<Replay> {
  return reading(context.workingDirectory, async (session) => {
    const entries = readable(await storedEntries(session));
    return replayVerdict(chosen(entries, seq));
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

function render(output: Replay, { json }: ReplayInput): Rendered {
  const exitCode = output.identical ? 0 : 1;
  // The bytes themselves: what was decided then is what is printed now.
  if (json) return { stdout: `${output.replayed}\n`, stderr: differs(output), exitCode };
  const { data } = output;
  const stdout = lines(
    `${plainText(output.experiment)}: ${plainText(output.verdict)}, look of ${minute(output.at)} (entry ${output.seq})`,
    `data: ${plainText(data.description)}, ${plainText(data.kind)} sha256 ${plainText(data.sha256)}`,
    output.identical
      ? [
          `Decided again from the ledger alone: the same ${Buffer.byteLength(output.recorded)} bytes.`,
        ]
      : [],
  );
  return { stdout, stderr: differs(output), exitCode };
}

function differs({ identical, seq, version: then }: Replay): string {
  if (identical) return "";
  const why =
    then === version
      ? "the entry was altered, or Plumbline decides otherwise than it did; plumb verify tells which."
      : `it was decided by Plumbline ${plainText(then)}, this is ${version}; replay with that version.`;
  return `VERDICT_DIFFERS  Deciding again from entry ${seq} gives another verdict: ${why}\n`;
}

export const replayOperation: OperationBody<ReplayInput, Replay> = { input, run, render };
