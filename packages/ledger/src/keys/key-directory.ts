/**
 * Ed25519 key pairs in one directory: `<name>.key.pem` (PKCS #8, mode 0600) and `<name>.pub.pem`
 * (SubjectPublicKeyInfo). A private key is written once, never exported, and read only into a signer.
 *
 * On Windows the mode bits say nothing about access, so they are not checked there.
 */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Signer } from "../dsse/envelope.js";
import { exportPem, fingerprint, type PublicKey, publicKey } from "../dsse/public-key.js";
import { LedgerError, type LedgerErrorCode } from "../errors.js";

const namePattern = /^[a-z0-9][a-z0-9._@-]{0,63}$/;
const privateSuffix = ".key.pem";
const publicSuffix = ".pub.pem";

/**
 * Makes a key pair under `name` and returns its public half. `holder` (the person) defaults to the name.
 * Throws `KEY_EXISTS` (a key is never replaced), `KEY_NAME`, `KEY_STORAGE`.
 */
export function generateKey(directory: string, name: string, holder: string = name): PublicKey {
  assertName(name);
  const pair = generateKeyPairSync("ed25519");
  const secret = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeNew(directory, name + privateSuffix, secret, 0o600);
    writePublic(directory, name, exportPem(pair.publicKey));
  } catch (cause) {
    throw storageError(cause, name);
  }
  return publicKey(exportPem(pair.publicKey), holder);
}

/** A signer for the key `name`. Throws `KEY_NOT_FOUND`, `KEY_PERMISSIONS` (readable by others), `KEY_INVALID`, `KEY_NAME`. */
export function loadSigner(directory: string, name: string): Signer {
  const secret = readPrivateKey(directory, name);
  const keyId = fingerprint(createPublicKey(secret));
  return { keyId, sign: (data) => sign(null, data, secret) };
}

/** The public half of the key `name`, derived from the private key, so that an altered .pub.pem cannot mislead. */
export function loadPublicKey(directory: string, name: string, holder: string = name): PublicKey {
  return publicKey(exportPem(createPublicKey(readPrivateKey(directory, name))), holder);
}

/** Names of the private keys in a directory, sorted; empty when there is no such directory. */
export function listKeys(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((file) => file.endsWith(privateSuffix))
      .map((file) => file.slice(0, -privateSuffix.length))
      .filter((name) => namePattern.test(name))
      .sort();
  } catch (cause) {
    if (errno(cause) === "ENOENT") return [];
    throw storageError(cause, "");
  }
}

function readPrivateKey(directory: string, name: string): KeyObject {
  assertName(name);
  const pem = readGuarded(join(directory, name + privateSuffix), name);
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause is dropped: OpenSSL's message may quote what it read.
    throw keyError(
      "KEY_INVALID",
      `The private key "${name}" cannot be read.`,
      "Make a new key and have it trusted.",
    );
  }
  if (key.asymmetricKeyType === "ed25519") return key;
  throw keyError(
    "KEY_INVALID",
    `The private key "${name}" is not an ed25519 key.`,
    "Make a new key with this program.",
  );
}

function readGuarded(path: string, name: string): string {
  let file: number;
  try {
    // One descriptor for check and read: the file cannot be exchanged in between. No link is followed.
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (cause) {
    throw storageError(cause, name);
  }
  try {
    assertPrivate(fstatSync(file), name);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function assertPrivate(stats: Stats, name: string): void {
  const mend = `Set its mode to 0600 and its owner to yourself; if others could have read it, make a new key.`;
  if (!stats.isFile())
    throw keyError("KEY_PERMISSIONS", `The private key "${name}" is not a plain file.`, mend);
  if (process.platform === "win32") return;
  if ((stats.mode & 0o077) !== 0) {
    throw keyError(
      "KEY_PERMISSIONS",
      `The private key "${name}" can be read by other users.`,
      mend,
    );
  }
  if (process.getuid !== undefined && stats.uid !== process.getuid()) {
    throw keyError("KEY_PERMISSIONS", `The private key "${name}" belongs to another user.`, mend);
  }
}

function writePublic(directory: string, name: string, pem: string): void {
  try {
    writeNew(directory, name + publicSuffix, pem, 0o644);
  } catch (cause) {
    rmSync(join(directory, name + privateSuffix), { force: true });
    throw cause;
  }
}

/** Whole or not at all, and never over an existing file: written aside, made durable, then linked to its name. */
function writeNew(directory: string, fileName: string, text: string, mode: number): void {
  const aside = join(directory, `.${fileName}.${randomBytes(6).toString("hex")}`);
  const file = openSync(aside, "wx", mode);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    // The umask can only take bits away; a stricter one must not leave the owner without access.
    chmodSync(aside, mode);
    linkSync(aside, join(directory, fileName));
  } finally {
    rmSync(aside, { force: true });
  }
}

function assertName(name: string): void {
  if (namePattern.test(name)) return;
  throw keyError(
    "KEY_NAME",
    "A key name has 1 to 64 of a-z, 0-9, dot, underscore, hyphen and @, and begins with a letter or digit.",
    "Choose such a name.",
  );
}

function storageError(cause: unknown, name: string): LedgerError {
  if (cause instanceof LedgerError) return cause;
  switch (errno(cause)) {
    case "EEXIST":
      return keyError(
        "KEY_EXISTS",
        `There is a key "${name}" already.`,
        "Choose another name; a key is never replaced.",
        cause,
      );
    case "ENOENT":
      return keyError(
        "KEY_NOT_FOUND",
        `There is no private key "${name}".`,
        "Make it first, or name another one.",
        cause,
      );
    case "ELOOP":
      return keyError(
        "KEY_PERMISSIONS",
        `The private key "${name}" is a link to another place.`,
        "Put the key file itself there.",
        cause,
      );
    default:
      return keyError(
        "KEY_STORAGE",
        "The key directory cannot be used.",
        "Check that it exists, is yours and has space.",
        cause,
      );
  }
}

function errno(cause: unknown): string {
  return (cause as NodeJS.ErrnoException | null)?.code ?? "";
}

function keyError(
  code: LedgerErrorCode,
  message: string,
  mend: string,
  cause?: unknown,
): LedgerError {
  return new LedgerError(code, message, { mend, cause });
}
