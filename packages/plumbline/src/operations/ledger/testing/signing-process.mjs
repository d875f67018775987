// One process of the test with several: runs a row of the built table as the command line would, when its parent says so.
import { ledgerOperations } from "../../../../dist/operations/ledger/rows.js";

const { id, input, workingDirectory } = JSON.parse(process.argv[2]);
const body = await ledgerOperations.find((row) => row.id === id).load();
const context = {
  workingDirectory,
  now: () => new Date("2026-06-20T10:00:00.000Z"),
  signal: new AbortController().signal,
  progress: () => {},
};
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
try {
  const output = await body.run(context, body.input.parse(input));
  process.stdout.write(`${JSON.stringify({ seq: output.seq, state: output.state })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ code: error.code })}\n`);
}
process.exit(0);
