export { emptyRoot, leafHash, nodeHash } from "./hashes.js";
export { consistencyProof, inclusionProof, MerkleFrontier, merkleRoot } from "./tree.js";
export {
  type ConsistencyClaim,
  type InclusionClaim,
  verifyConsistency,
  verifyInclusion,
} from "./verify.js";
