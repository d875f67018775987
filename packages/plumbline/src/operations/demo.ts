import { cp, mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { generateDemo } from "../demo/generate.js";
import { DEMO_REGISTERED, registerDemo } from "../demo/register.js";
import { PlumbError } from "../errors.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "./operation.js";
import { type ReadoutOutput, readoutOperation } from "./readout/operation.js";

const shipped = fileURLToPath(new URL("../../../../examples/mangaassist", import.meta.url));
/** A folder of its own beside the sources, so that the demo has a history, a ledger and keys of its own. */
const home = fileURLToPath(new URL("../../../../demo/mangaassist", import.meta.url));
const registration = join("experiments", "us_mle_02.yaml");
const report = join("reports", "us_mle_02.html");

const wholeNumber = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

const input = z.strictObject({
  users: wholeNumber(1000, 20_000_000).default(400_000),
  seed: wholeNumber(0, 2_147_483_647).default(2026),
  directory: z.string().min(1).optional(),
});

type DemoInput = z.output<typeof input>;

interface DemoOutput {
  readonly readout: ReadoutOutput;
  readonly workspace: string;
  readonly rows: number;
  readonly seconds: number;
  /** False: the workspace had a ledger already, which was kept. */
  readonly registered: boolean;
}

/** A copy of the shipped documents, in the folder asked for or in the demo's own. */
async function workspaceFor(context: OperationContext, directory: string | undefined) {
  const target = directory === undefined ? home : resolve(context.workingDirectory, directory);
  if (relative(shipped, target) === "") {
    throw new PlumbError(
      "DIRECTORY_NOT_EMPTY",
      `${target} holds the documents that the demo is copied from.`,
      "Name another folder with --directory, or leave it out.",
    );
  }
  try {
    await mkdir(target, { recursive: true });
    await cp(shipped, target, {
      recursive: true,
      filter: (path) => !/[\\/](data|reports)$/.test(path),
    });
  } catch (error) {
    throw PlumbError.unwritable(target, error);
  }
  return target;
}

async function run(context: OperationContext, { users, seed, directory }: DemoInput) {
  const workspace = await workspaceFor(context, directory);
  const start = context.now().getTime();
  const { rows } = await generateDemo({
    directory: join(workspace, "data"),
    users,
    seed,
    onProgress: (step) => context.progress(`demo data: ${step}`),
    signal: context.signal,
  });
  const seconds = (context.now().getTime() - start) / 1000;
  context.progress("demo: registering and signing the experiments");
  const registered = await registerDemo(context, workspace);
  const readout = await readoutOperation.run(
    { ...context, workingDirectory: workspace },
    { registration, html: report, json: false, explain: false, record: false },
  );
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return { readout, workspace, rows: total, seconds, registered };
}

function render(output: DemoOutput, _input: DemoInput, rendering: Rendering): Rendered {
  const verdict = readoutOperation.render(
    output.readout,
    { registration, json: false, explain: false, record: false },
    rendering,
  );
  const here = relative(process.cwd(), output.workspace) || ".";
  const lines = [
    `Demo data: ${output.rows.toLocaleString("en-US")} rows in ${output.seconds.toFixed(1)} s, workspace ${here}`,
    output.registered
      ? `Registered and signed with generated demo keys, on the demo's clock (${DEMO_REGISTERED.slice(0, 10)}, a week before its run)`
      : `The ledger of an earlier demo was kept; remove ${here} to start afresh`,
    "",
    verdict.stdout.trimEnd(),
    "",
    "Look further:",
    `  open ${join(here, report)}`,
    `  cd ${here}`,
    "  npx plumb readout experiments/us_mle_06.yaml     # an average that hides a harmed cohort",
    "  npx plumb readout experiments/us_mle_01.yaml     # a clean launch",
    "  npx plumb readout experiments/us_mle_02.yaml --as-of day_5   # between two planned looks",
    "  npx plumb design simulate experiments/us_mle_01.yaml   # how often this rule ships, vetoes, misses",
    "  npx plumb novelty experiments/us_mle_02.yaml     # the effect by day since first exposure",
    "  npx plumb portfolio choose portfolios/2026q3.yaml   # which three of twelve candidates, and why",
    "  npx plumb status experiments/us_mle_02.yaml      # who signed what, and when",
    "  npx plumb serve --open                           # the console, in a browser",
    "  npx plumb verify                                 # what the ledger proves, and what not",
    "  npx plumb check                                  # every document of the workspace",
    "",
  ];
  return { stdout: lines.join("\n"), stderr: verdict.stderr, exitCode: 0 };
}

export const demoOperation: OperationBody<DemoInput, DemoOutput> = { input, run, render };
