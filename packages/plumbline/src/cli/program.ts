import { Command, CommanderError } from "commander";
import type {
  AnyOperationBody,
  OperationContext,
  OperationRow,
  Rendered,
  Rendering,
} from "../operations/operation.js";
import { operations } from "../operations/table.js";

export interface Terminal {
  readonly context: OperationContext;
  readonly rendering: Rendering;
  readonly write: (rendered: Rendered) => void;
  /** Whether a fault of the product shows its trace. */
  readonly debug: boolean;
}

async function call(
  row: OperationRow,
  raw: Readonly<Record<string, unknown>>,
  terminal: Terminal,
): Promise<number> {
  try {
    const body: AnyOperationBody = await row.load();
    const input = body.input.parse(raw) as never;
    const output = (await body.run(terminal.context, input)) as never;
    const rendered = body.render(output, input, terminal.rendering);
    terminal.write(rendered);
    return rendered.exitCode;
  } catch (error) {
    const { describeFailure } = await import("./failure.js");
    terminal.write(describeFailure(error, terminal.context.workingDirectory, terminal.debug));
    return 1;
  }
}

/** What a group of commands is for; `plumb help <group>` shows it above its commands. */
const GROUP_SUMMARIES: Readonly<Record<string, string>> = {
  guardrails: "choose what may veto a launch",
  design: "size a study, judge its registration, choose a sequential plan",
};

/** "design size" is the command `size` of the group `design`, which is made when it is first met. */
function parentOf(program: Command, words: readonly string[]): Command {
  return words.reduce((parent, word) => {
    const found = parent.commands.find((command) => command.name() === word);
    if (found !== undefined) return found;
    const summary = GROUP_SUMMARIES[word] ?? `commands of ${word}`;
    return parent
      .command(word)
      .summary(summary)
      .description(summary)
      .showHelpAfterError(`(plumb ${word} --help shows its commands)`);
  }, program);
}

function addOperation(
  program: Command,
  row: OperationRow,
  terminal: Terminal,
  done: (code: number) => void,
): void {
  const words = row.id.split(" ");
  const command = parentOf(program, words.slice(0, -1))
    .command(words.at(-1) ?? row.id)
    .summary(row.summary)
    .description(row.summary);
  for (const argument of row.arguments) {
    const name = argument.required ? `<${argument.field}>` : `[${argument.field}]`;
    command.argument(name, argument.description);
  }
  for (const option of row.options) command.option(option.flags, option.description);
  if (row.help) command.addHelpText("after", `\n${row.help}`);
  command.action(async (...received: unknown[]) => {
    const positional = Object.fromEntries(
      row.arguments.map((argument, index) => [argument.field, received[index]]),
    );
    done(await call(row, { ...positional, ...command.opts() }, terminal));
  });
}

/** Runs one command line over a table of operations; the result is the exit code. Writes only through `terminal`. */
export async function runProgram(
  args: readonly string[],
  version: string,
  terminal: Terminal,
  rows: readonly OperationRow[] = operations,
): Promise<number> {
  let exitCode = 0;
  const program = new Command("plumb")
    .description("Registered experiments in, mechanical verdicts out.")
    .version(version, "-v, --version", "print the version")
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError("(plumb help <command> shows how it is called)")
    .configureOutput({
      writeOut: (text) => terminal.write({ stdout: text, stderr: "", exitCode: 0 }),
      writeErr: (text) => terminal.write({ stdout: "", stderr: text, exitCode: 1 }),
    });
  for (const row of rows) {
    addOperation(program, row, terminal, (code) => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    throw error;
  }
  return exitCode;
}
