/** Asks an RFC 3161 authority for a token over HTTP (RFC 3161, 3.4). Nothing it answers is believed before `readToken` has checked it. */
import { createHash, randomBytes } from "node:crypto";
import { fromBER, Integer, Null, OctetString, Sequence } from "asn1js";
import { AlgorithmIdentifier, id_sha256, MessageImprint, TimeStampReq, TimeStampResp } from "pkijs";
import { RegistrationError } from "./errors.js";
import type { CertificatePair } from "./timestamp-chain.js";
import { TimestampFault } from "./timestamp-fault.js";
import { MAX_TOKEN_BYTES, readToken, type Timestamp } from "./timestamp-token.js";

export interface TimestampRequest {
  /** http or https; RFC 3161 needs no secrecy, since the answer is signed. */
  readonly url: string;
  /** Certificates that the token must lead to. */
  readonly trusted: readonly CertificatePair[];
  /** What is stamped; only its SHA-256 is sent. */
  readonly bytes: Buffer;
  readonly signal: AbortSignal;
  /** Milliseconds for the whole exchange. */
  readonly timeout?: number;
}

export interface ObtainedToken {
  readonly token: Buffer;
  readonly timestamp: Timestamp;
}

const DEFAULT_TIMEOUT = 30_000;
const NOTHING_WRITTEN = "Nothing was anchored;";

/** Throws `TIMESTAMP_UNREACHABLE`, `TIMESTAMP_REFUSED` or `TIMESTAMP_INVALID`. */
export async function requestToken(request: TimestampRequest): Promise<ObtainedToken> {
  const nonce = freshNonce();
  const answer = await exchange(request, queryFor(request.bytes, nonce));
  try {
    const token = tokenOf(answer, request.url);
    const timestamp = await readToken(token, request.bytes, request.trusted);
    if (timestamp.nonce === null || !timestamp.nonce.equals(nonce)) {
      throw new TimestampFault("answers another request (its nonce differs)");
    }
    return { token, timestamp };
  } catch (error) {
    if (!(error instanceof TimestampFault)) throw error;
    throw new RegistrationError(
      "TIMESTAMP_INVALID",
      `The token from ${request.url} does not count: it ${error.message}.`,
      `${NOTHING_WRITTEN} check url and certificate under anchors: timestamp: in plumbline.yaml.`,
      error,
    );
  }
}

/** 8 bytes, as many as every authority takes; positive and without a leading zero byte, so that DER keeps them as they are. */
function freshNonce(): Buffer {
  const nonce = randomBytes(8);
  nonce.writeUInt8((nonce.readUInt8(0) & 0x3f) | 0x40, 0);
  return nonce;
}

function queryFor(bytes: Buffer, nonce: Buffer): Buffer {
  const query = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({
        algorithmId: id_sha256,
        algorithmParams: new Null(),
      }),
      hashedMessage: new OctetString({ valueHex: createHash("sha256").update(bytes).digest() }),
    }),
    nonce: new Integer({ valueHex: nonce }),
    certReq: true,
  });
  return Buffer.from(query.toSchema().toBER());
}

async function exchange(request: TimestampRequest, query: Buffer): Promise<Buffer> {
  const { url, signal, timeout = DEFAULT_TIMEOUT } = request;
  const controller = new AbortController();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    controller.abort();
  }, timeout);
  const stop = () => controller.abort();
  signal.addEventListener("abort", stop, { once: true });
  try {
    signal.throwIfAborted();
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/timestamp-query",
        accept: "application/timestamp-reply",
      },
      body: new Uint8Array(query),
      redirect: "manual",
      signal: controller.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw refused(url, `answered with HTTP status ${response.status}`);
    }
    return await limited(response, url);
  } catch (error) {
    if (error instanceof RegistrationError) throw error;
    signal.throwIfAborted();
    throw unreachable(
      url,
      late ? `did not answer within ${timeout / 1000} s` : reason(error),
      error,
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

async function limited(response: Response, url: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > MAX_TOKEN_BYTES) {
      throw refused(url, `answered with more than ${MAX_TOKEN_BYTES} bytes`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The bytes of the token as the authority sent them. Throws `TIMESTAMP_REFUSED` when there is none. */
function tokenOf(answer: Buffer, url: string): Buffer {
  const { offset, result } = fromBER(answer);
  if (offset === -1 || offset !== answer.length) {
    throw refused(url, "answered with something that is not DER, or is cut short");
  }
  let response: TimeStampResp;
  try {
    response = new TimeStampResp({ schema: result });
  } catch (cause) {
    throw refused(url, "answered with something that is no time-stamp response", cause);
  }
  const { status, statusStrings } = response.status;
  // 0 granted, 1 granted with modifications; what was modified shows when the token is checked.
  if (status !== 0 && status !== 1) {
    const words = (statusStrings ?? []).map(({ valueBlock }) => valueBlock.value).join(" ");
    throw refused(
      url,
      `refused with status ${status}${words === "" ? "" : ` (${words.slice(0, 200)})`}`,
    );
  }
  // As it was sent: written again by this program it might have other bytes than those that were signed.
  const [, token] = result instanceof Sequence ? result.valueBlock.value : [];
  if (token === undefined) throw refused(url, "granted the request without a token");
  return Buffer.from(token.valueBeforeDecodeView);
}

/** The system's own word for a lost connection, e.g. ECONNREFUSED; fetch hides it one level down. */
function reason(error: unknown): string {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const words = cause instanceof Error ? cause.message : String(cause);
  return `cannot be reached (${typeof code === "string" ? code : words.replace(/\.+$/, "")})`;
}

const unreachable = (url: string, what: string, cause: unknown) =>
  new RegistrationError(
    "TIMESTAMP_UNREACHABLE",
    `The timestamp authority ${url} ${what}.`,
    `${NOTHING_WRITTEN} run the command again when it answers.`,
    cause,
  );

const refused = (url: string, what: string, cause?: unknown) =>
  new RegistrationError(
    "TIMESTAMP_REFUSED",
    `The timestamp authority ${url} ${what}.`,
    `${NOTHING_WRITTEN} check url under anchors: timestamp: in plumbline.yaml.`,
    cause,
  );
