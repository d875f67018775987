/** What is wrong with a text, line by line; each finding leads to its place. */
import type { PlacedProblem } from "../api/client.js";

interface FindingsProps {
  readonly path: string;
  readonly problems: readonly PlacedProblem[];
  readonly go: (line: number, column: number) => void;
}

export function countText(problems: readonly PlacedProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  const word = (count: number, noun: string) => `${count} ${count === 1 ? noun : `${noun}s`}`;
  if (problems.length === 0) return "✓ Nothing to find fault with.";
  const parts = [
    ...(errors > 0 ? [`✕ ${word(errors, "error")}`] : []),
    ...(warnings > 0 ? [`! ${word(warnings, "warning")}`] : []),
  ];
  return `${parts.join(", ")}.`;
}

export function Findings({ path, problems, go }: FindingsProps) {
  return (
    <ul className="findings" aria-label="Findings">
      {problems.map(({ file, line, column, code, severity, message, mend }) => (
        <li
          key={`${file}:${line}:${column}:${code}:${message}`}
          className={severity === "error" ? "fatal" : "warning"}
        >
          <span className="badge" aria-hidden="true">
            {severity === "error" ? "✕" : "!"}
          </span>
          <div>
            <span className="word">{severity}</span>{" "}
            {file === path ? (
              <button type="button" className="save" onClick={() => go(line, column)}>
                line {line}
              </button>
            ) : (
              <span>
                {file}, line {line}
              </span>
            )}{" "}
            <span className="text">{message}</span>
            <span className="figures">
              {mend} · {code}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}
