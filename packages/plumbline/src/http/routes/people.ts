/** The people of the workspace by their public keys, and links with which they sign in. */
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { openWorkspace } from "../../operations/ledger/session.js";
import { issue } from "../../state/credentials.js";
import { SERVER_ROLES } from "../access.js";
import { shapes } from "../responses/documents.js";
import { tokenClaims } from "../tokens.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const { text, instant } = shapes;

const keyShown = z.strictObject({
  fingerprint: shapes.digest.meta({ description: "SHA-256 of the public key, hex." }),
  from: instant.nullable().meta({ description: "Signatures before this do not count." }),
  until: instant.nullable().meta({ description: "Signatures after this do not count." }),
  current: z.boolean().meta({ description: "Signatures made now count." }),
});

const peopleAnswer = z.strictObject({
  workspace: text.meta({ description: "Its name." }),
  items: z.array(
    z.strictObject({
      person: text,
      roles: z
        .array(text)
        .nullable()
        .meta({ description: "Held by plumbline.yaml; null: it names nobody for any role." }),
      keys: z.array(keyShown),
    }),
  ),
});

function peopleOf({ root, now }: ServerContext): z.output<typeof peopleAnswer> {
  const { workspace, people } = openWorkspace(root);
  const { name, roles = {} } = workspace.config;
  const isNamed = Object.keys(roles).length > 0;
  const held = (person: string) =>
    Object.entries(roles).flatMap(([role, holders]) => (holders.includes(person) ? [role] : []));
  const time = now().getTime();
  const keysOf = (person: string) =>
    people.keys
      .filter(({ holder }) => holder === person)
      .map(({ keyId, validFrom = null, validUntil = null }) => ({
        fingerprint: keyId,
        from: validFrom,
        until: validUntil,
        current:
          (validFrom === null || time >= Date.parse(validFrom)) &&
          (validUntil === null || time <= Date.parse(validUntil)),
      }));
  const items = people.names.map((person) => ({
    person,
    roles: isNamed ? held(person) : null,
    keys: keysOf(person),
  }));
  return { workspace: name, items };
}

function peopleList(app: FastifyInstance, context: ServerContext): void {
  app.get(
    `${API}/people`,
    {
      config: { access: "read" },
      schema: describeRoute(
        {
          id: "people",
          tag: "people",
          summary: "who may sign, by their public keys",
          access: "read",
        },
        peopleAnswer,
      ),
    },
    async () => peopleOf(context),
  );
}

const LINK_HOURS = 24;

const linkBody = z.strictObject({
  roles: z.array(z.enum(SERVER_ROLES)).min(1),
  person: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: "As in people.yaml; then it hands in no other person's signatures." }),
});

const linkAnswer = z.strictObject({
  url: text.meta({ description: "Shown this once; it works once." }),
  expires: instant,
});

/** For people whom no provider knows: an admin sends them a link, and what they may do goes with it. */
function signInLinks(app: FastifyInstance, context: ServerContext): void {
  const { root, state, now, publicUrl } = context;
  app.post(
    `${API}/links`,
    {
      // Not repeatable: the answer holds a secret, which is kept nowhere.
      config: { access: "administer" },
      schema: describeRoute(
        {
          id: "newLink",
          tag: "people",
          summary: "make a link with which somebody signs in, once",
          access: "administer",
          parts: { body: linkBody },
        },
        linkAnswer,
      ),
    },
    async (request) => {
      const { person, roles } = request.body as z.output<typeof linkBody>;
      const claims = tokenClaims(root, {
        name: "sign-in link",
        roles,
        ...(person === undefined ? {} : { person }),
      });
      const lifetime = { now: now(), milliseconds: LINK_HOURS * 3_600_000 };
      const { presented, record } = await issue(state, "links", claims, lifetime);
      // The name asked for was held against the server's own before this route.
      const address = publicUrl?.origin ?? `http://${request.headers.host ?? ""}`;
      return { url: `${address}/sign-in?token=${presented}`, expires: record.expires };
    },
  );
}

export function peopleRoutes(app: FastifyInstance, context: ServerContext): void {
  peopleList(app, context);
  signInLinks(app, context);
}
