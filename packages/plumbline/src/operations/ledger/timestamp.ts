/** Timestamps of tree heads: the authority that plumbline.yaml names, and the files that hold head and token. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  canonicalJson,
  isJsonObject,
  LedgerError,
  parseJson,
  type TreeHead,
} from "@plumbline/ledger";
import { readDocument, WORKSPACE_FILE } from "../../documents/document.js";
import { RegistrationError } from "./errors.js";
import type { CertificatePair } from "./timestamp-chain.js";
import { TimestampFault } from "./timestamp-fault.js";
import type { Timestamp } from "./timestamp-token.js";

/** What plumbline.yaml says under `anchors: timestamp:`. */
export interface TimestampSetting {
  readonly url: string;
  /** PEM, relative to the workspace. */
  readonly certificate: string;
}

const SUFFIX = ".timestamp.json";

export const isTimestampFile = (name: string) => name.endsWith(SUFFIX);

/** Beside the head's own file. */
export const timestampFileName = (headFile: string) => headFile.replace(/\.json$/, SUFFIX);

export const timestampText = (head: TreeHead, token: Buffer) =>
  `${canonicalJson({ head: { ...head }, token: token.toString("base64") })}\n`;

/** The setting of a workspace; null when there is none, or when plumbline.yaml has errors. */
export function timestampSetting(root: string): TimestampSetting | null {
  const { document } = readDocument(join(root, WORKSPACE_FILE));
  return document?.kind === "workspace" ? (document.value.anchors?.timestamp ?? null) : null;
}

/** The certificates that tokens must lead to. Throws `TIMESTAMP_CERTIFICATE`. */
export async function trustedCertificates(
  root: string,
  { certificate }: TimestampSetting,
): Promise<readonly CertificatePair[]> {
  const { certificatePair } = await import("./timestamp-chain.js");
  try {
    const text = readFileSync(resolve(root, certificate), "utf8");
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
    if (blocks.length === 0) throw new Error("it holds no certificate");
    return blocks.map((block) => certificatePair(new X509Certificate(block).raw));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/\.+$/, "") : "";
    throw new RegistrationError(
      "TIMESTAMP_CERTIFICATE",
      `The certificate ${certificate} of the timestamp authority cannot be read (${why}).`,
      "Put the authority's root certificate there, in PEM, or mend anchors: timestamp: in plumbline.yaml.",
      cause,
    );
  }
}

/** Head and token as they stand in a file, neither of them believed; null when it holds something else. */
export function timestampParts(text: string): { head: string; token: Buffer } | null {
  try {
    const value = parseJson(text);
    if (!isJsonObject(value) || Object.keys(value).sort().join() !== "head,token") return null;
    const { head, token } = value;
    if (typeof token !== "string") return null;
    const bytes = Buffer.from(token, "base64");
    return bytes.toString("base64") === token ? { head: canonicalJson(head), token: bytes } : null;
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** Checks a token over a head's text. Throws `TimestampFault`. */
export async function checkTimestamp(
  headText: string,
  token: Buffer,
  trusted: readonly CertificatePair[],
): Promise<Timestamp> {
  const { readToken } = await import("./timestamp-token.js");
  return readToken(token, Buffer.from(headText, "utf8"), trusted);
}

export const notATimestamp = () => new TimestampFault("holds no tree head with a token");
