/** Past experiments from a CSV beside the portfolio, one a line, read by the embedded DuckDB. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import type { PastRecord } from "@plumbline/primitives";
import { openDuckDb } from "@plumbline/warehouse";
import type { DocumentProblem } from "../../documents/problem.js";
import { PlumbError } from "../../errors.js";
import { DocumentsError } from "../documents-error.js";

const NEEDED = ["direction", "won"] as const;
const NUMBERS = ["planned_weeks", "actual_weeks", "estimate", "se"] as const;

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;

type Row = Readonly<Record<string, unknown>>;

/**
 * Columns direction and won (1 or 0, true or false); planned_weeks, actual_weeks, estimate and se may be missing or empty.
 * @throws PlumbError FILE_NOT_FOUND or COLUMNS_UNUSABLE, DocumentsError HISTORY_INVALID with the line of each bad row.
 */
export async function readHistory(file: string, signal: AbortSignal): Promise<PastRecord[]> {
  if (!existsSync(file)) {
    throw new PlumbError(
      "FILE_NOT_FOUND",
      `There are no past experiments at ${file}.`,
      "Write past_file as a path below the portfolio's folder, or leave it out.",
    );
  }
  const engine = await openDuckDb({ allowedDirectories: [dirname(file)] });
  try {
    const source = `read_csv(${quote(file)}, header = true, all_varchar = true)`;
    const described = await engine.run(`DESCRIBE SELECT * FROM ${source}`, [], { signal });
    const names = described.map((row) => String(row.column_name));
    const missing = NEEDED.filter((name) => !names.includes(name));
    if (missing.length > 0) {
      throw new PlumbError(
        "COLUMNS_UNUSABLE",
        `${file} has no column ${missing.join(", ")}.`,
        `It needs direction and won, and may have ${NUMBERS.join(", ")}.`,
      );
    }
    const wanted = [...NEEDED, ...NUMBERS.filter((name) => names.includes(name))];
    const rows = await engine.run(`SELECT ${wanted.join(", ")} FROM ${source}`, [], { signal });
    return records(rows, file);
  } finally {
    engine.close();
  }
}

function records(rows: readonly Row[], file: string): PastRecord[] {
  const problems: DocumentProblem[] = [];
  const found = rows.map((row, at) => {
    const refuse = (message: string, mend: string) => {
      const place = { file, line: at + 2, column: 1 };
      problems.push({ ...place, code: "HISTORY_INVALID", severity: "error", message, mend });
    };
    return recordOf(row, refuse);
  });
  if (problems.length > 0) throw new DocumentsError(problems);
  return found;
}

const WON: Readonly<Record<string, number>> = { "1": 1, true: 1, "0": 0, false: 0 };

function recordOf(row: Row, refuse: (message: string, mend: string) => void): PastRecord {
  const direction = String(row.direction ?? "").trim();
  if (direction === "") refuse("The direction is empty.", "Write the line of research.");
  const wins = WON[String(row.won ?? "").toLowerCase()];
  if (wins === undefined) {
    refuse(`won cannot be ${JSON.stringify(row.won ?? "")}.`, "Write 1 or 0.");
  }
  const number = (name: (typeof NUMBERS)[number], isPositive: boolean): number | null => {
    const text = String(row[name] ?? "").trim();
    if (text === "") return null;
    const value = Number(text);
    if (Number.isFinite(value) && (!isPositive || value > 0)) return value;
    const wanted = isPositive ? "a number above 0" : "a number";
    refuse(`${name} cannot be ${JSON.stringify(text)}.`, `Write ${wanted}, or nothing.`);
    return null;
  };
  return {
    direction,
    wins: wins ?? 0,
    trials: 1,
    plannedWeeks: number("planned_weeks", true),
    actualWeeks: number("actual_weeks", true),
    estimate: number("estimate", false),
    se: number("se", true),
  };
}
