/** What to sign, and taking in what was signed. */
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { documentPath } from "../paths.js";
import { shapes, signedDocument } from "../responses/documents.js";
import { handInSignature, signaturePayload } from "../signing.js";
import { API, describeRoute, type ServerContext } from "./context.js";

const { text, digest, instant } = shapes;
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);

const payloadQuery = z.strictObject({
  registration: z.string().min(1),
  role: z.string().min(1).max(200),
  person: z.string().min(1).max(200).meta({ description: "As in people.yaml." }),
});

const payloadAnswer = z.strictObject({
  schema: z.literal("plumbline.to_sign/1"),
  experiment: text,
  document: digest,
  role: text,
  person: text,
  at: instant,
  keys: z.array(text).meta({ description: "Ids of the person's keys that count now." }),
  payloadType: text,
  payload: base64.meta({ description: "The statement, for the envelope." }),
  pae: base64.meta({ description: "The bytes to sign with ed25519 (DSSE)." }),
});

const signatureBody = z.strictObject({
  registration: z.string().min(1),
  envelope: z.strictObject({
    payload: base64,
    payloadType: z.string(),
    signatures: z
      .array(z.strictObject({ keyid: z.string().max(200), sig: base64 }))
      .min(1)
      .max(1),
  }),
});

export function signatureRoutes(app: FastifyInstance, { root, now }: ServerContext): void {
  app.get(
    `${API}/signature`,
    {
      config: { access: "sign" },
      schema: describeRoute(
        {
          id: "signaturePayload",
          tag: "signature",
          summary: "what a person signs to sign a registration for a role",
          access: "sign",
          parts: { querystring: payloadQuery },
        },
        payloadAnswer,
      ),
    },
    async (request) => {
      const { registration, role, person } = request.query as z.output<typeof payloadQuery>;
      const file = join(root, documentPath(root, registration));
      const payload = await signaturePayload({ file, role, person, now: now() });
      return { schema: "plumbline.to_sign/1", ...payload };
    },
  );
  app.post(
    `${API}/signature`,
    {
      config: { access: "sign", repeatable: true },
      schema: describeRoute(
        {
          id: "signature",
          tag: "signature",
          summary: "hand in a signature made with the person's own key",
          access: "sign",
          parts: { body: signatureBody },
        },
        signedDocument,
      ),
    },
    async (request) => {
      const { registration, envelope } = request.body as z.output<typeof signatureBody>;
      const file = join(root, documentPath(root, registration));
      const person = request.principal?.person ?? null;
      const output = await handInSignature({ file, envelope, person, now: now() });
      return { schema: "plumbline.signed/1", ...output };
    },
  );
}
