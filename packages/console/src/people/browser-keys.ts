/**
 * Keys of people, made and kept by this browser: ed25519 by WebCrypto, not extractable, in IndexedDB. A page can sign with such a key
 * and never read it, so neither the server nor whoever gets at its pages can carry it away.
 */
import { base64Of, hexOf, sha256 } from "../parts/bytes.js";

export interface BrowserKey {
  /** SHA-256 of the public key (SubjectPublicKeyInfo), hex: as `plumb keys list` prints it. */
  readonly fingerprint: string;
  /** Name of the workspace it was made for: one address may serve another one tomorrow. */
  readonly workspace: string;
  readonly person: string;
  /** The public key as it stands in people.yaml: SubjectPublicKeyInfo in base64. */
  readonly line: string;
  /** ISO 8601. */
  readonly created: string;
  readonly privateKey: CryptoKey;
}

/** Why this browser cannot hold keys, and what to do about it. */
export class KeyError extends Error {
  readonly mend: string;

  constructor(message: string, mend: string) {
    super(message);
    this.mend = mend;
  }
}

const ALGORITHM = "Ed25519";
const DATABASE = "plumbline";
const STORE = "keys";

const answered = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

async function database(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore(STORE, { keyPath: "fingerprint" });
  };
  return answered(opening);
}

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const opened = await database();
  try {
    const transaction = opened.transaction(STORE, mode);
    const ended = new Promise<void>((done, failed) => {
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error);
    });
    const result = await answered(work(transaction.objectStore(STORE)));
    await ended;
    return result;
  } finally {
    opened.close();
  }
}

/** Those of a workspace, oldest first. */
export async function keysHere(workspace: string): Promise<readonly BrowserKey[]> {
  const all: readonly BrowserKey[] = await inStore("readonly", (store) => store.getAll());
  return all
    .filter((key) => key.workspace === workspace)
    .sort((a, b) => (a.created < b.created ? -1 : 1));
}

async function generated(): Promise<CryptoKeyPair> {
  // Plain http is no secure context, and browsers keep WebCrypto from it.
  if (!window.isSecureContext) {
    throw new KeyError(
      "A browser signs only on pages that came over https, or from this machine itself.",
      "Open the console at its https address; or sign with plumb sign.",
    );
  }
  try {
    return await crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotSupportedError") throw error;
    throw new KeyError(
      "This browser cannot make ed25519 keys.",
      "Take Chrome or Edge 137, Firefox 129, Safari 17, or a later one; or sign with plumb sign.",
    );
  }
}

/** Makes a key for a person and keeps it. Throws `KeyError`. */
export async function makeKey(workspace: string, person: string): Promise<BrowserKey> {
  const { privateKey, publicKey } = await generated();
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  const key: BrowserKey = {
    fingerprint: hexOf(await sha256(spki)),
    workspace,
    person,
    line: base64Of(spki),
    created: new Date().toISOString(),
    privateKey,
  };
  await inStore("readwrite", (store) => store.add(key));
  // A browser short of room clears what nobody asked it to keep; if it will not promise, the key is there all the same.
  await navigator.storage?.persist?.();
  return key;
}

export const forgetKey = (fingerprint: string): Promise<undefined> =>
  inStore("readwrite", (store) => store.delete(fingerprint));
