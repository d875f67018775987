/** The timestamp of a tree head that `plumb anchor` takes: the one in the workspace, else a new one from the authority. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TreeHead } from "@plumbline/ledger";
import { RegistrationError } from "./errors.js";
import { HEADS_FOLDER, headFileName, headText, readHead } from "./heads.js";
import {
  checkTimestamp,
  notATimestamp,
  type TimestampSetting,
  timestampFileName,
  timestampParts,
  timestampText,
  trustedCertificates,
} from "./timestamp.js";
import type { CertificatePair } from "./timestamp-chain.js";
import { TimestampFault } from "./timestamp-fault.js";

export interface Stamped {
  /** Relative to the workspace. */
  readonly file: string;
  /** By the authority's clock. */
  readonly at: string;
  readonly authority: string;
}

export interface HeadStamp {
  readonly stamped: Stamped;
  /** To be written into its file; null: it stands there already. */
  readonly text: string | null;
}

/**
 * Writes nothing. Throws `TIMESTAMP_CERTIFICATE`, `TIMESTAMP_UNREACHABLE`, `TIMESTAMP_REFUSED` or `TIMESTAMP_INVALID`.
 */
export async function stampHead(
  root: string,
  head: TreeHead,
  setting: TimestampSetting,
  signal: AbortSignal,
): Promise<HeadStamp> {
  const file = join(HEADS_FOLDER, timestampFileName(headFileName(head)));
  const trusted = await trustedCertificates(root, setting);
  if (existsSync(join(root, file))) {
    return { stamped: await standingStamp(root, file, head, trusted), text: null };
  }
  const { requestToken } = await import("./timestamp-request.js");
  const bytes = Buffer.from(headText(head), "utf8");
  const { token, timestamp } = await requestToken({ url: setting.url, trusted, bytes, signal });
  const { at, authority } = timestamp;
  return { stamped: { file, at, authority }, text: timestampText(head, token) };
}

/** A token that does not hold is not replaced: it may be evidence, and only its certificate missing. */
async function standingStamp(
  root: string,
  file: string,
  wanted: TreeHead,
  trusted: readonly CertificatePair[],
): Promise<Stamped> {
  try {
    const parts = timestampParts(readFileSync(join(root, file), "utf8"));
    const head = parts && readHead(parts.head);
    if (parts === null || head?.root !== wanted.root || head.size !== wanted.size) {
      throw notATimestamp();
    }
    const { at, authority } = await checkTimestamp(headText(head), parts.token, trusted);
    return { file, at, authority };
  } catch (error) {
    if (!(error instanceof TimestampFault)) throw error;
    throw new RegistrationError(
      "TIMESTAMP_INVALID",
      `There is a timestamp of this head already, but ${file} ${error.message}.`,
      "Restore the file or its certificate; to have a new timestamp made, move the file away.",
      error,
    );
  }
}
