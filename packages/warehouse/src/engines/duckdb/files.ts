import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import type { SourceSpec } from "@plumbline/stats";
import { fail } from "../../errors.js";

/** Whether a path holds wildcards. */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** Refuses missing and empty files before the engine sees them. */
export async function checkFile(source: SourceSpec, file: string): Promise<void> {
  const subject = { source: source.id, file };
  const found = await stat(file).catch(() => null);
  if (found === null) {
    fail(
      "FILE_MISSING",
      `There is no file ${file}.`,
      "Correct the path, or put the file there.",
      subject,
    );
  }
  if (!found.isFile()) {
    fail(
      "FILE_UNREADABLE",
      `${file} is not a file.`,
      "Name a file, or a pattern such as folder/*.parquet.",
      subject,
    );
  }
  if (found.size === 0) {
    fail("FILE_EMPTY", `The file ${file} is empty.`, "Write the data again.", subject);
  }
}

/**
 * Reads a gzip file through to its checksum. The CSV reader takes a cut-off gzip file for a
 * shorter one when the cut falls between two lines, which would be a silent loss of units.
 */
export async function checkGzip(
  source: SourceSpec,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(
      createReadStream(file),
      createGunzip(),
      nowhere,
      signal === undefined ? {} : { signal },
    );
  } catch (cause) {
    if (signal?.aborted === true) {
      fail("INTERRUPTED", "The readout was interrupted.", "Run it again.", {});
    }
    fail(
      "FILE_UNREADABLE",
      `The file ${file} cannot be read: ${cause instanceof Error ? cause.message : "it is damaged"}.`,
      "Write or download the file again; it may have been cut off.",
      { source: source.id, file },
    );
  }
}
