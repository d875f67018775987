import type { OperationRow, OptionRow } from "../operations/operation.js";

const workspace: OptionRow = {
  field: "workspace",
  flags: "--workspace <folder>",
  description: "the workspace (default: the one around here)",
};
const json: OptionRow = { field: "json", flags: "--json", description: "print the result as JSON" };

const tokenRows: readonly OperationRow[] = [
  {
    id: "tokens new",
    summary: "make an API token, and print it this once",
    help: `Roles: viewer, author, signer, operator, admin (docs/server.md says what each may do). Only a hash of the token is
kept, in .plumbline/server of the workspace.`,
    arguments: [],
    options: [
      { field: "name", flags: "--name <name>", description: "what it is for" },
      { field: "roles", flags: "--roles <list>", description: "e.g. viewer or author,operator" },
      {
        field: "person",
        flags: "--person <name>",
        description: "whose it is, as in people.yaml: it hands in no other person's signatures",
      },
      { field: "days", flags: "--days <n>", description: "days until it expires (default 90)" },
      workspace,
      json,
    ],
    load: async () => (await import("./token-commands.js")).newTokenOperation,
  },
  {
    id: "tokens list",
    summary: "list the API tokens: what each may do, and until when",
    help: "",
    arguments: [],
    options: [workspace, json],
    load: async () => (await import("./token-commands.js")).listTokensOperation,
  },
  {
    id: "tokens revoke",
    summary: "end an API token now",
    help: "A running server refuses it from the next request on.",
    arguments: [{ field: "id", required: true, description: "its id, as plumb tokens list shows" }],
    options: [workspace, json],
    load: async () => (await import("./token-commands.js")).revokeTokenOperation,
  },
];

/** `table`: the whole table of operations, which the server makes its routes of. */
export const serverOperations = (table: () => readonly OperationRow[]): readonly OperationRow[] => [
  {
    id: "serve",
    summary:
      "serve the workspace over HTTP: every operation as a route, and a page that lists them",
    help: `Prints a link to sign in with, which works once. Listens to this machine alone unless --host says otherwise; then
--public-url must name the https address of the proxy before it. PLUMB_OIDC_ISSUER and its like let people sign in with
OpenID Connect (docs/server.md). Ends at Ctrl-C or SIGTERM, when requests under way are answered.`,
    arguments: [],
    options: [
      { field: "host", flags: "--host <address>", description: "address (default 127.0.0.1)" },
      {
        field: "port",
        flags: "--port <n>",
        description: "port (default 4747, or a free one if that is taken; 0: any free one)",
      },
      {
        field: "publicUrl",
        flags: "--public-url <url>",
        description: "where people reach it, e.g. https://plumb.example.org",
      },
      {
        field: "logLevel",
        flags: "--log-level <level>",
        description: "debug, info (default), warn, error or silent; the log goes to stderr",
      },
      {
        field: "open",
        flags: "--open",
        description: "open the sign-in link in a browser, where there is a screen",
      },
      {
        field: "requestsPerMinute",
        flags: "--requests-per-minute <n>",
        description: "requests that one address may make in a minute (default 1200)",
      },
      {
        field: "work",
        flags: "--no-work",
        description: "leave planned readings and notifications to other servers",
      },
      workspace,
    ],
    load: async () => (await import("../operations/serve.js")).serveOperation(table),
  },
  ...tokenRows,
];
