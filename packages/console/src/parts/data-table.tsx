/** A table that scrolls by itself on a phone and saves what it shows as CSV. */
import { Button } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { csv, save, tableRows } from "./save.js";

interface DataTableProps {
  readonly name: string;
  readonly columns: readonly string[];
  /** On a phone each row stands as a card; its cells say their column in `data-label`. */
  readonly cards?: boolean;
  readonly children: ReactNode;
}

export function DataTable({ name, columns, cards = false, children }: DataTableProps) {
  const table = useRef<HTMLTableElement>(null);
  const download = () => {
    if (table.current === null) return;
    const file = `${name.toLowerCase().replaceAll(" ", "-")}.csv`;
    save(file, "text/csv", csv(tableRows(table.current)));
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by keyboard. */}
      <section className="scroll" aria-label={name} tabIndex={0}>
        <table ref={table} className={cards ? "cards" : undefined}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </section>
      <Button className="export" size="compact-xs" variant="default" onClick={download}>
        Save table as CSV
      </Button>
    </>
  );
}
