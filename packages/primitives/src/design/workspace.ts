/** `plumbline.yaml`: makes a folder a workspace. Secrets never stand in it. */
import { z } from "zod";
import { hasControlCharacter, key, name, openUnit } from "./fields.js";

const relativePath = z
  .string()
  .min(1, "a path cannot be empty")
  .max(1000, "a path has at most 1000 characters")
  .refine((path) => !hasControlCharacter(path), "a path cannot hold control characters");

const documentGlob = relativePath.refine(
  (glob) => !glob.startsWith("/") && !glob.split("/").includes(".."),
  "documents lie inside the workspace: a relative path without ..",
);

/** Where a timestamp authority answers; a password in it would be a secret in a file. */
const authorityUrl = z
  .string()
  .max(2000, "an address has at most 2000 characters")
  .refine((text) => !hasControlCharacter(text), "an address cannot hold control characters")
  .refine(isWebAddress, "expected an address such as https://freetsa.org/tsr, without a password");

function isWebAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "";
}

/** Only variables made for it: a document must not be able to send another secret of the environment away. */
const variable = z
  .string()
  .regex(
    /^PLUMB_[A-Z0-9_]{1,60}$/,
    "name a variable that begins with PLUMB_, e.g. PLUMB_SLACK_URL",
  );

/** What a target may be told of: entries of the ledger by their type, and scheduled work that failed. */
export const NOTIFICATION_EVENTS = [
  "registered",
  "signed",
  "amended",
  "started",
  "looked",
  "decided",
  "paused",
  "overridden",
  "learned",
  "chosen",
  "work_failed",
] as const;

const notification = z.strictObject({
  name: key.meta({ description: "Short name, shown in the list of deliveries." }),
  format: z.enum(["standard", "slack"]).meta({
    description:
      "standard: JSON signed by the Standard Webhooks specification. slack: a text that Slack and its like accept.",
  }),
  url_env: variable.meta({ description: "Environment variable that holds the address." }),
  secret_env: variable.optional().meta({
    description: "Environment variable that holds the signing secret (whsec_...); for standard.",
  }),
  events: z
    .array(z.enum(NOTIFICATION_EVENTS))
    .min(1, "name at least one event")
    .optional()
    .meta({ description: "What it is told of; default: everything but registered and signed." }),
});

export const DEFAULT_DOCUMENTS: readonly string[] = [
  "metrics/*.yaml",
  "experiments/*.yaml",
  "portfolios/*.yaml",
];

export const workspaceSchema = z
  .strictObject({
    name: name.meta({ description: "Name of the team or product." }),
    documents: z.array(documentGlob).min(1, "name at least one pattern").optional().meta({
      description:
        "Where the documents lie; default metrics/*.yaml, experiments/*.yaml and portfolios/*.yaml.",
    }),
    data: relativePath.optional().meta({
      description:
        "Folder that the files of sources are relative to; default: the workspace's own.",
    }),
    roles: z
      .record(key, z.array(name))
      .optional()
      .meta({ description: "Roles that sign registrations, and who holds them." }),
    defaults: z
      .strictObject({
        alpha: openUnit.optional(),
        power: openUnit.optional(),
        interval_level: openUnit.optional(),
        srm_alpha: openUnit.optional().meta({
          description: "A sample ratio less likely than this makes the readout invalid.",
        }),
        multi_arm_limit: openUnit.optional().meta({
          description: "Share of units seen in several arms above which the readout is invalid.",
        }),
        balance_alpha: openUnit.optional().meta({
          description: "A covariate imbalance less likely than this is reported.",
        }),
        cohort_threshold_relative: z.number().negative("must be negative, e.g. -0.03").optional(),
        primary_rule: z.enum(["significant_and_mde", "significant"]).optional(),
      })
      .optional()
      .meta({ description: "Defaults of this workspace where they differ from the product's." }),
    anchors: z
      .strictObject({
        timestamp: z
          .strictObject({
            url: authorityUrl.meta({
              description:
                "Where the RFC 3161 authority answers. http will do: the answer is signed, and only a hash is sent.",
            }),
            certificate: relativePath.meta({
              description:
                "Certificates (PEM) that its tokens must lead to, relative to the workspace; without them a token proves nothing.",
            }),
          })
          .optional()
          .meta({ description: "A timestamp authority (RFC 3161) that plumb anchor asks." }),
      })
      .optional()
      .meta({ description: "Places outside that hold the ledger's tree head, beside git." }),
    notifications: z
      .array(notification)
      .max(20, "at most 20 targets")
      .refine(
        (targets) => new Set(targets.map(({ name }) => name)).size === targets.length,
        "two targets have the same name",
      )
      .refine(
        (targets) =>
          targets.every(
            ({ format, secret_env }) => (format === "standard") === Boolean(secret_env),
          ),
        "format: standard needs secret_env, and slack takes none",
      )
      .optional()
      .meta({
        description:
          "Who is told by the server of what happens. Addresses and secrets stay in the environment.",
      }),
    schedule: z
      .strictObject({
        delay_hours: z.number().min(0, "at least 0").max(720, "at most 720").optional().meta({
          description:
            "Hours between the moment a planned reading is about and the reading, so that late data are in; default 6.",
        }),
      })
      .optional()
      .meta({ description: "Readings that the server takes by itself." }),
    engine: z
      .strictObject({
        threads: z.int("must be a whole number").min(1, "at least 1").max(1024).optional(),
        memory_limit: z
          .string()
          .regex(/^\d+(\.\d+)? ?([KMGT]i?B)$/, "write a size such as 4GB or 512MB")
          .optional(),
      })
      .optional()
      .meta({ description: "The embedded engine; default: all cores, most of the memory." }),
  })
  .meta({ title: "Plumbline workspace" });

export type WorkspaceInput = z.input<typeof workspaceSchema>;
export type WorkspaceDocument = z.output<typeof workspaceSchema>;
export type WorkspaceDefaults = NonNullable<WorkspaceDocument["defaults"]>;
