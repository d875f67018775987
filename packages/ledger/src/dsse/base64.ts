/** Base64 (RFC 4648) in either alphabet, with or without padding; `null` for anything else, also for stray bits at the end. */
export function decodeBase64(text: string): Buffer | null {
  const bare = text.replace(/={1,2}$/, "");
  if (text.length !== bare.length && text.length % 4 !== 0) return null;
  const urlSafe = /^[A-Za-z0-9_-]*$/.test(bare);
  if (!urlSafe && !/^[A-Za-z0-9+/]*$/.test(bare)) return null;
  const encoding = urlSafe ? "base64url" : "base64";
  const bytes = Buffer.from(bare, encoding);
  const again = bytes.toString(encoding).replace(/=+$/, "");
  return again === bare ? bytes : null;
}
