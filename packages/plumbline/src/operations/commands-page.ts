import type { OperationRow } from "./operation.js";

const usage = (row: OperationRow) =>
  [
    "plumb",
    row.id,
    ...row.arguments.map((a) => (a.required ? `<${a.field}>` : `[${a.field}]`)),
    ...(row.options.length > 0 ? ["[options]"] : []),
  ].join(" ");

const list = (title: string, rows: readonly (readonly [string, string])[]) =>
  rows.length === 0
    ? []
    : [
        "",
        `| ${title} | |`,
        "|---|---|",
        ...rows.map(([name, text]) => `| \`${name.replaceAll("|", "\\|")}\` | ${text} |`),
      ];

/** docs/commands.md, from the table of operations; a test holds the two equal. */
export function commandsPage(rows: readonly OperationRow[]): string {
  const sections = rows.map((row) =>
    [
      `## plumb ${row.id}`,
      "",
      `${row.summary[0]?.toUpperCase()}${row.summary.slice(1)}.`,
      "",
      "```",
      usage(row),
      "```",
      ...list(
        "argument",
        row.arguments.map((a) => [a.field, a.description] as const),
      ),
      ...list(
        "option",
        row.options.map((o) => [o.flags, o.description] as const),
      ),
      ...(row.help ? ["", row.help] : []),
    ].join("\n"),
  );
  return [
    "# Commands",
    "",
    "Made from the table of operations by `npm run docs`; do not edit by hand.",
    "",
    sections.join("\n\n"),
    "",
  ].join("\n");
}
