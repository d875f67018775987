/** Who may do what. Nothing is allowed that is not granted here. */

export const SERVER_ROLES = ["viewer", "author", "signer", "operator", "admin"] as const;
export type ServerRole = (typeof SERVER_ROLES)[number];

/**
 * read: see documents, ledger and designs. look: read results of an experiment, which is recorded. write: register, amend. sign: hand in a
 * signature. operate: start experiments, anchor the ledger. administer: tokens.
 */
export type Permission = "read" | "look" | "write" | "sign" | "operate" | "administer";

/** `public`: without signing in. `self`: whoever is signed in, about themselves. */
export type RouteAccess = Permission | "public" | "self";

export const GRANTS: Readonly<Record<ServerRole, readonly Permission[]>> = {
  viewer: ["read"],
  author: ["read", "look", "write"],
  signer: ["read", "look", "sign"],
  operator: ["read", "look", "operate"],
  admin: ["read", "look", "write", "sign", "operate", "administer"],
};

export interface Principal {
  readonly kind: "token" | "session";
  /** Of the token or session; never the secret. */
  readonly id: string;
  readonly name: string;
  /** As in people.yaml; null: not tied to one person. */
  readonly person: string | null;
  readonly roles: readonly ServerRole[];
}

export const permissionsOf = ({ roles }: Pick<Principal, "roles">): readonly Permission[] => [
  ...new Set(roles.flatMap((role) => GRANTS[role])),
];

export function mayUse(access: RouteAccess, principal: Principal | null): boolean {
  if (access === "public") return true;
  if (principal === null) return false;
  return access === "self" || permissionsOf(principal).includes(access);
}

/** Roles that hold a permission, for the sentence that refuses. */
export const rolesWith = (permission: Permission): readonly ServerRole[] =>
  SERVER_ROLES.filter((role) => GRANTS[role].includes(permission));
