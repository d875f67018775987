/** Lists in pages: a cursor names the last item seen, so a page stays right while entries are appended. */
import { z } from "zod";
import { ServerError } from "./errors.js";

export const MOST_ITEMS = 200;

export const pageQuery = {
  cursor: z
    .string()
    .max(500)
    .optional()
    .meta({ description: "`next` of the page before; without, the first page." }),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(MOST_ITEMS)
    .default(50)
    .meta({ description: `Items of a page, at most ${MOST_ITEMS}.` }),
};

export const pageOf = (item: z.ZodType) =>
  z.strictObject({
    items: z.array(item),
    next: z.string().nullable().meta({ description: "Cursor of the next page; null: the end." }),
  });

export const cursorOf = (position: string | number): string =>
  Buffer.from(JSON.stringify([1, position])).toString("base64url");

/** The position in a cursor; null: from the start. Throws `CURSOR_INVALID`. */
export function positionOf<Kind extends "string" | "number">(
  cursor: string | undefined,
  kind: Kind,
): (Kind extends "string" ? string : number) | null {
  if (cursor === undefined) return null;
  try {
    const [version, position]: unknown[] = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (version === 1 && typeof position === kind) return position as never;
  } catch {
    // Falls through: not one of ours.
  }
  throw new ServerError(
    "CURSOR_INVALID",
    "The cursor is none of this list.",
    "Begin without a cursor, and go on with `next` of each page.",
  );
}
