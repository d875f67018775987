export { generateKey, listKeys, loadPublicKey, loadSigner } from "./key-directory.js";
