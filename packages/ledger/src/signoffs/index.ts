export { assignRoles, type RoleAssignment, type RoleSignature } from "./required-roles.js";
export {
  openSignOff,
  type SignedBody,
  type SignOff,
  signOff,
  signOffPayloadType,
} from "./sign-off.js";
