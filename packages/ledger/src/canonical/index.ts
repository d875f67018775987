export { assertJson, canonicalBytes, canonicalJson } from "./canonical-json.js";
export { digestBytes, documentHash, isDigest, sha256, sha256Hex } from "./hash.js";
export { isJsonObject, type JsonObject, type JsonValue } from "./json-value.js";
export { decodeUtf8, parseJson } from "./parse-json.js";
