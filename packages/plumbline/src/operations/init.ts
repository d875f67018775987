import { isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import { type InitResult, initWorkspace } from "../documents/init.js";
import type { OperationBody, OperationContext, Rendered } from "./operation.js";

const input = z.strictObject({
  directory: z.string().min(1),
  from: z.string().min(1).optional(),
});

type InitInput = z.output<typeof input>;
type InitOutput = InitResult & { readonly base: string };

const at = (context: OperationContext, path: string) =>
  isAbsolute(path) ? path : resolve(context.workingDirectory, path);

async function run(context: OperationContext, given: InitInput): Promise<InitOutput> {
  const base = context.workingDirectory;
  const directory = at(context, given.directory);
  if (given.from === undefined) return { ...initWorkspace(directory), base };
  const { profileFile } = await import("./profile.js");
  const from = await profileFile(at(context, given.from));
  return { ...initWorkspace(directory, { from }), base };
}

function render({ root, files, base }: InitOutput): Rendered {
  const here = relative(base, root) || ".";
  const registration = files.find(
    (file) => file.startsWith("experiments/") && !file.endsWith(".evidence.yaml"),
  );
  const lines = [
    `A workspace in ${here}:`,
    ...files.map((file) => `  ${join(here, file)}`),
    "",
    "Next:",
    `  cd ${here}`,
    "  npx plumb check",
    ...(registration ? [`  npx plumb readout ${registration}`] : []),
    "",
  ];
  return { stdout: lines.join("\n"), stderr: "", exitCode: 0 };
}

export const initOperation: OperationBody<InitInput, InitOutput> = { input, run, render };
