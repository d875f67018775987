import { cp, mkdir } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { generateDemo } from "../demo/generate.js";
import { PlumbError } from "../errors.js";
import type { OperationBody, OperationContext, Rendered, Rendering } from "./operation.js";
import { type ReadoutOutput, readoutOperation } from "./readout/operation.js";

const shipped = fileURLToPath(new URL("../../../../examples/mangaassist", import.meta.url));
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
}

/** The shipped workspace itself, or a copy of its documents in the folder asked for. */
async function workspaceFor(context: OperationContext, directory: string | undefined) {
  if (directory === undefined) return shipped;
  const target = isAbsolute(directory) ? directory : resolve(context.workingDirectory, directory);
  if (relative(shipped, target) === "") return shipped;
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
  const readout = await readoutOperation.run(
    { ...context, workingDirectory: workspace },
    { registration, html: report, json: false, explain: false, record: false },
  );
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  return { readout, workspace, rows: total, seconds };
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
    "",
    verdict.stdout.trimEnd(),
    "",
    "Look further:",
    `  open ${join(here, report)}`,
    `  cd ${here}`,
    "  npx plumb readout experiments/us_mle_06.yaml     # an average that hides a harmed cohort",
    "  npx plumb readout experiments/us_mle_01.yaml     # a clean launch",
    "  npx plumb check                                  # every document of the workspace",
    "",
  ];
  return { stdout: lines.join("\n"), stderr: verdict.stderr, exitCode: 0 };
}

export const demoOperation: OperationBody<DemoInput, DemoOutput> = { input, run, render };
