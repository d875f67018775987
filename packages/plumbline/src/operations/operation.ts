import type { z } from "zod";

/** What an operation may touch of the outside; passed in, so that every face calls the same function. */
export interface OperationContext {
  /** Directory that relative paths are resolved against. */
  readonly workingDirectory: string;
  readonly now: () => Date;
  readonly signal: AbortSignal;
  /** A line about work in progress; faces decide whether and where to show it. */
  readonly progress: (line: string) => void;
  /** Directory of the caller's private keys; default: PLUMB_KEYS, or the one in their home. */
  readonly keyDirectory?: string;
}

/** How a terminal shows the result. */
export interface Rendering {
  readonly color: boolean;
  /** Columns available; output never exceeds 100. */
  readonly width: number;
}

export interface Rendered {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** What an operation does; loaded only when it is called, since engines and schemas are slow to load. */
export interface OperationBody<Input, Output> {
  readonly input: z.ZodType<Input>;
  readonly run: (context: OperationContext, input: Input) => Promise<Output>;
  readonly render: (output: Output, input: Input, rendering: Rendering) => Rendered;
}

export interface ArgumentRow {
  /** Field of the input, and name in the usage line. */
  readonly field: string;
  readonly required: boolean;
  readonly description: string;
}

export interface OptionRow {
  readonly field: string;
  /** As commander writes them, e.g. "--html <file>". */
  readonly flags: string;
  readonly description: string;
}

/** One row of the table of operations: what is known without loading anything. */
export interface OperationRow {
  /** Stable id, e.g. "readout". */
  readonly id: string;
  readonly summary: string;
  /** Longer help, shown after the options. */
  readonly help: string;
  readonly arguments: readonly ArgumentRow[];
  readonly options: readonly OptionRow[];
  readonly load: () => Promise<AnyOperationBody>;
}

/** The body with its types erased: the table is heterogeneous, and input is parsed by the schema. */
export interface AnyOperationBody {
  readonly input: z.ZodType<unknown>;
  readonly run: (context: OperationContext, input: never) => Promise<unknown>;
  readonly render: (output: never, input: never, rendering: Rendering) => Rendered;
}
