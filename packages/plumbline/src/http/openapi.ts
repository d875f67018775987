/** The OpenAPI 3.1 document, made from the routes, and a page to browse it. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  validatorCompiler,
} from "fastify-type-provider-zod";
import { version } from "../operations/version.js";
import type { ServerContext } from "./routes/context.js";
import { sessionCookie } from "./security.js";

const PAGE = "/docs";

/** Before the routes: it collects them as they are added. */
export async function addDescription(app: FastifyInstance, context: ServerContext): Promise<void> {
  app.setValidatorCompiler(validatorCompiler);
  // Answers are the documents that the operations make; that they are as described is proved by tests, not paid for at every request.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Plumbline",
        description:
          "Registered experiments in, mechanical verdicts out. Every route is an operation of the plumb command, or reads the ledger behind it.",
        version,
      },
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "A token of plumb tokens new." },
          session: { type: "apiKey", in: "cookie", name: sessionCookie(context) },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
}

/** After everything that stands before routes, so that it stands before these as well. */
export async function addDescriptionPage(app: FastifyInstance): Promise<void> {
  // The description of the interface holds nothing of the workspace.
  app.addHook("onRoute", (route) => {
    if (route.url.startsWith(PAGE)) route.config = { ...route.config, access: "public" };
  });
  await app.register(swaggerUi, {
    routePrefix: PAGE,
    staticCSP: [
      "default-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "img-src 'self' data:",
      "object-src 'none'",
      "script-src 'self'",
      // The page's own components set styles on their elements.
      "style-src 'self' 'unsafe-inline'",
    ].join("; "),
    uiConfig: { url: "/openapi.json", docExpansion: "list", persistAuthorization: false },
  });
  app.get(
    "/openapi.json",
    { config: { access: "public" }, schema: { hide: true } },
    async (_request, reply) => reply.type("application/json; charset=utf-8").send(app.swagger()),
  );
}
