/** `plumb tokens`: for whoever may read and write the workspace's folder, without a server. */
import { resolve } from "node:path";
import { z } from "zod";
import { openWorkspace } from "../operations/ledger/session.js";
import { lines, minute, plainText } from "../operations/ledger/text.js";
import type { OperationBody, OperationContext, Rendered } from "../operations/operation.js";
import { issue, listCredentials, revoke } from "../state/credentials.js";
import { ServerState } from "../state/server-state.js";
import { ServerError } from "./errors.js";
import { tokenClaims, tokenInput, tokenLifetime, tokenShown } from "./tokens.js";

const common = {
  workspace: z.string().min(1).default("."),
  json: z.boolean().default(false),
};

const newInput = z.strictObject({
  ...common,
  name: tokenInput.shape.name,
  roles: z
    .string({ error: "say what it may do, e.g. --roles viewer" })
    .transform((text) => text.split(",").map((role) => role.trim()))
    .pipe(tokenInput.shape.roles),
  person: tokenInput.shape.person,
  days: tokenInput.shape.days,
});

type NewInput = z.output<typeof newInput>;
type Shown = ReturnType<typeof tokenShown>;

interface NewOutput {
  readonly token: string;
  readonly record: Shown;
}

async function withState<T>(
  context: OperationContext,
  folder: string,
  work: (state: ServerState, root: string) => Promise<T>,
): Promise<T> {
  const { root } = openWorkspace(resolve(context.workingDirectory, folder)).workspace;
  const state = await ServerState.open(root);
  try {
    return await work(state, root);
  } finally {
    await state.close();
  }
}

const printed = (schema: string, output: object): Rendered => ({
  stdout: `${JSON.stringify({ schema, ...output }, null, 2)}\n`,
  stderr: "",
  exitCode: 0,
});

async function make(context: OperationContext, given: NewInput): Promise<NewOutput> {
  const { name, roles, person, days } = given;
  return withState(context, given.workspace, async (state, root) => {
    const claims = tokenClaims(root, { name, roles, ...(person === undefined ? {} : { person }) });
    const now = context.now();
    const lifetime = { now, milliseconds: tokenLifetime(days) };
    const { presented, record } = await issue(state, "tokens", claims, lifetime);
    return { token: presented, record: tokenShown(record, now) };
  });
}

function renderNew(output: NewOutput, { json }: NewInput): Rendered {
  if (json) return printed("plumbline.token/1", output);
  const { token, record } = output;
  const stdout = lines(
    token,
    "",
    `For ${plainText(record.name)}, as ${record.roles.join(", ")}, until ${minute(record.expires)}. It is not shown again.`,
    `Send it as "Authorization: Bearer TOKEN"; end it with plumb tokens revoke ${record.id}`,
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const newTokenOperation: OperationBody<NewInput, NewOutput> = {
  input: newInput,
  run: make,
  render: renderNew,
};

const listInput = z.strictObject(common);
type ListInput = z.output<typeof listInput>;

async function list(context: OperationContext, { workspace }: ListInput) {
  const records = await withState(context, workspace, (state) => listCredentials(state, "tokens"));
  return { tokens: records.map((record) => tokenShown(record, context.now())) };
}

const fate = ({ usable, revoked, expires }: Shown) =>
  revoked !== null
    ? `revoked ${minute(revoked)}`
    : `${usable ? "until" : "expired"} ${minute(expires)}`;

function renderList({ tokens }: { readonly tokens: readonly Shown[] }, { json }: ListInput) {
  if (json) return printed("plumbline.tokens/1", { tokens });
  const stdout = lines(
    tokens.length === 0
      ? "There is no token."
      : tokens.map((token) => {
          const person = token.person === null ? "" : `, ${plainText(token.person)}'s`;
          return `${token.id}  ${plainText(token.name)}${person}: ${token.roles.join(", ")}; ${fate(token)}`;
        }),
  );
  return { stdout, stderr: "", exitCode: 0 };
}

export const listTokensOperation: OperationBody<ListInput, { readonly tokens: readonly Shown[] }> =
  { input: listInput, run: list, render: renderList };

const revokeInput = z.strictObject({ ...common, id: z.string() });
type RevokeInput = z.output<typeof revokeInput>;

async function end(context: OperationContext, { workspace, id }: RevokeInput): Promise<Shown> {
  const record = await withState(context, workspace, (state) =>
    revoke(state, "tokens", id, context.now()),
  );
  if (record !== null) return tokenShown(record, context.now());
  throw new ServerError(
    "TOKEN_NOT_FOUND",
    `There is no token ${JSON.stringify(id)}.`,
    "plumb tokens list shows the id of each.",
  );
}

function renderRevoked(record: Shown, { json }: RevokeInput): Rendered {
  if (json) return printed("plumbline.token_revoked/1", record);
  return {
    stdout: lines(`${record.id}  ${plainText(record.name)}: ${fate(record)}`),
    stderr: "",
    exitCode: 0,
  };
}

export const revokeTokenOperation: OperationBody<RevokeInput, Shown> = {
  input: revokeInput,
  run: end,
  render: renderRevoked,
};
