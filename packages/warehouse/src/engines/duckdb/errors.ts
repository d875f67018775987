import { failedCheck } from "../../compile/scaled.js";
import { type Failure, WarehouseError, type WarehouseErrorSubject } from "../../errors.js";

interface Rule {
  readonly pattern: RegExp;
  readonly failure: (match: RegExpExecArray) => Failure;
}

function unreadable(file: string | undefined, why: string): Failure {
  const subject: WarehouseErrorSubject = file === undefined ? {} : { file };
  return {
    code: "FILE_UNREADABLE",
    message: `${file === undefined ? "A file" : `The file ${file}`} cannot be read: ${why}.`,
    mend: "Write or download the file again; it may have been cut off.",
    subject,
  };
}

/** DuckDB's messages in the order in which they are tried; the first that fits names the error. */
const RULES: readonly Rule[] = [
  {
    pattern: /INTERRUPT/,
    failure: () => ({
      code: "INTERRUPTED",
      message: "The readout was interrupted.",
      mend: "Run it again.",
      subject: {},
    }),
  },
  {
    pattern:
      /Error when converting column "((?:[^"]|"")+)"\. Could not convert string "(.*?)" to '([A-Z0-9() ,]+)'/s,
    failure: ([, column = "", value = "", type = ""]) => ({
      code: "COLUMN_TYPE",
      message: `Column ${JSON.stringify(column)} holds ${JSON.stringify(value)}, which is not ${type}.`,
      mend: "Correct the cell, or leave it empty if the value is unknown.",
      subject: { column },
    }),
  },
  {
    pattern: /CSV Error on Line: (\d+)/,
    failure: ([, line]) => unreadable(undefined, `line ${line} does not fit the other lines`),
  },
  {
    pattern:
      /(?:No magic bytes found at end of file|too small to be a Parquet file|metadata).*?'([^']+)'/s,
    failure: ([, file]) => unreadable(file, "it is no complete Parquet file"),
  },
  {
    pattern: /File '([^']+)' too small to be a Parquet file/,
    failure: ([, file]) => unreadable(file, "it is no complete Parquet file"),
  },
  {
    pattern: /No files found that match the pattern "([^"]+)"/,
    failure: ([, file = ""]) => ({
      code: "FILE_MISSING",
      message: `There is no file ${file}.`,
      mend: "Correct the path, or put the file there.",
      subject: { file },
    }),
  },
  {
    pattern: /Permission Error: Cannot access (?:file|directory) "([^"]+)"/,
    failure: ([, file = ""]) => ({
      code: "FILE_FORBIDDEN",
      message: `The file ${file} lies outside the directories that may be read.`,
      mend: "Move the data into the workspace, or allow its directory in the workspace file.",
      subject: { file },
    }),
  },
  {
    // A double that does not fit the integer: infinite, not a number, or huge.
    pattern: /Type (?:DOUBLE|FLOAT) with value \S+ can't be cast/,
    failure: () => ({
      code: "VALUE_OUT_OF_SCALE",
      message: "A value is not finite, or too large to keep its decimal digits exactly.",
      mend: "Filter or correct such values, or declare fewer decimal digits (scale).",
      subject: {},
    }),
  },
  {
    pattern: /Overflow|out of range for|out of range/i,
    failure: () => ({
      code: "MOMENT_OVERFLOW",
      message: "A value, a product or a sum does not fit in the integers it is kept in.",
      mend: "Declare fewer decimal digits (scale) for the metrics with the largest values.",
      subject: {},
    }),
  },
  {
    pattern: /Out of Memory|failed to (?:allocate|offload|pin)/i,
    failure: () => ({
      code: "OUT_OF_MEMORY",
      message: "The readout does not fit in the memory limit and its temporary directory.",
      mend: "Raise the memory limit, or give the temporary directory more room.",
      subject: {},
    }),
  },
  {
    pattern:
      /(?:Snappy|snappy|zstd|ZSTD|gzip|GZIP|miniz|decompress|Corrupt|corrupt|Parquet|TProtocol|thrift)/,
    failure: () => unreadable(undefined, "its contents are damaged"),
  },
];

/** A message of the engine as a coded error. `checks` are the run-time checks of the statement. */
export function engineError(error: unknown, checks: readonly Failure[]): WarehouseError {
  if (error instanceof WarehouseError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const check = failedCheck(message);
  const failed = check === null ? undefined : checks[check];
  if (failed !== undefined) return new WarehouseError(failed, { cause: error });
  for (const rule of RULES) {
    const match = rule.pattern.exec(message);
    if (match !== null) return new WarehouseError(rule.failure(match), { cause: error });
  }
  const [first = message] = message.split("\n");
  return new WarehouseError(
    {
      code: "ENGINE_FAILED",
      message: `The engine refused the statement: ${first}`,
      mend: "Report this with the statement that --explain shows.",
      subject: {},
    },
    { cause: error },
  );
}
