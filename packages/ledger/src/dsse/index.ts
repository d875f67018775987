export {
  type Envelope,
  type EnvelopePolicy,
  preAuthenticationEncoding,
  type Signer,
  signEnvelope,
  type VerifiedEnvelope,
  verifyEnvelope,
} from "./envelope.js";
export { type PublicKey, publicKey, verifySignature } from "./public-key.js";
