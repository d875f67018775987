/** Bytes as the texts they travel in. */

export type Bytes = Uint8Array<ArrayBuffer>;

export const hexBytes = (hex: string): Bytes =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const base64Bytes = (text: string): Bytes =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

export const base64Of = (bytes: Uint8Array): string =>
  btoa([...bytes].map((byte) => String.fromCharCode(byte)).join(""));

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export const joined = (...parts: readonly Uint8Array[]): Bytes =>
  new Uint8Array(parts.flatMap((part) => [...part]));

export const sha256 = async (...parts: readonly Uint8Array[]): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
