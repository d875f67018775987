import type { OperationRow, OptionRow } from "../operation.js";

const json: OptionRow = { field: "json", flags: "--json", description: "print the result as JSON" };
const registration = {
  field: "registration",
  required: true,
  description: "the registration, a YAML file",
};
const as: OptionRow = {
  field: "as",
  flags: "--as <name>",
  description: "who signs, as in people.yaml (default: the only person whose key is here)",
};

const keyRows: readonly OperationRow[] = [
  {
    id: "keys new",
    summary: "make a key to sign with, and print its public half for people.yaml",
    help: `The private key stays in $PLUMB_KEYS or ~/.config/plumbline/keys, readable by you alone (mode 0600); a
key is never replaced. Exit codes: 0 made, 1 error.`,
    arguments: [],
    options: [
      { field: "name", flags: "--name <name>", description: "whose key it is" },
      {
        field: "file",
        flags: "--file <name>",
        description: "name of the key's file (default: made from the person's name)",
      },
      json,
    ],
    load: async () => (await import("./keys.js")).newKeyOperation,
  },
  {
    id: "keys list",
    summary: "list your keys, and whose they are by people.yaml",
    help: "",
    arguments: [],
    options: [json],
    load: async () => (await import("./keys.js")).listKeysOperation,
  },
];

const registrationRows: readonly OperationRow[] = [
  {
    id: "register",
    summary: "register an experiment: its hash goes into the ledger, to be signed",
    help: `Registered is the registration with the metric and source definitions it leads to, the workspace's defaults
and the roles that must sign. Refused while plumb check finds errors in it, or plumb design audit does; the warnings of
both are recorded with it. The ledger is .plumbline/ledger.db in the workspace, or the PostgreSQL database that
PLUMB_LEDGER_URL names.`,
    arguments: [registration],
    options: [json],
    load: async () => (await import("./register.js")).registerOperation,
  },
  {
    id: "sign",
    summary: "sign a registration for one role",
    help: `Signs the hash of what was registered, with your private key (ed25519). Refused when the files no longer say
what was registered. One person counts once, whatever roles they sign for.`,
    arguments: [registration],
    options: [
      { field: "role", flags: "--role <role>", description: "the role signed for, e.g. pm" },
      as,
      json,
    ],
    load: async () => (await import("./sign.js")).signOperation,
  },
  {
    id: "amend",
    summary: "make a change of a registration a dated, reasoned amendment",
    help: `All signatures start again, and every later status shows the amendment and how many looks came before it. The
design is audited again, as at registration.`,
    arguments: [registration],
    options: [
      { field: "reason", flags: "--reason <text>", description: "why; it stays visible for good" },
      json,
    ],
    load: async () => (await import("./amend.js")).amendOperation,
  },
  {
    id: "start",
    summary: "say that a locked experiment starts now: the time goes into the ledger",
    help: `Run it before the first unit is assigned. Refused, with what to do about each, while a lock check fails:
registered, signed by all, the file unchanged, the guardrails committed. An experiment starts once. Exit codes: 0 started,
1 refused.`,
    arguments: [registration],
    options: [json],
    load: async () => (await import("./start.js")).startOperation,
  },
  {
    id: "status",
    summary: "say what is registered, who is missing, what changed, and how often was looked",
    help: `With a registration: also the checks on which its start and its readout depend. Exit codes: 0; with
--require-locked 1 when a check fails or an experiment is not locked.`,
    arguments: [
      { ...registration, required: false, description: "one registration (default: all)" },
    ],
    options: [
      {
        field: "requireLocked",
        flags: "--require-locked",
        description: "exit with 1 unless everything shown is locked",
      },
      json,
    ],
    load: async () => (await import("./status.js")).statusOperation,
  },
];

const ledgerRows: readonly OperationRow[] = [
  {
    id: "anchor",
    summary: "put the ledger's tree head outside: into git, and to a timestamp authority",
    help: `A tree head in a place that whoever keeps the ledger does not rule proves that the entries it covers existed
then. In git it is a file to commit and an annotated tag; push it: a tag in your own clone proves nothing against you.
Where plumbline.yaml names a timestamp authority (anchors: timestamp:), that is asked for an RFC 3161 token as well.`,
    arguments: [],
    options: [
      {
        field: "push",
        flags: "--push <remote>",
        description: "also push the tag to this git remote",
      },
      json,
    ],
    load: async () => (await import("./anchor.js")).anchorOperation,
  },
  {
    id: "witness",
    summary: "sign the ledger's tree head as a witness",
    help: "The witness should be somebody who neither keeps the ledger nor signs its registrations, and keep the file.",
    arguments: [],
    options: [as, json],
    load: async () => (await import("./anchor.js")).witnessOperation,
  },
  {
    id: "verify",
    summary: "verify the ledger: what is proved, by which anchor, and what is not",
    help: "Exit codes: 0 every step passed, 1 a step failed.",
    arguments: [],
    options: [
      {
        field: "remote",
        flags: "--remote <name>",
        description: "ask this git remote which tags it has (over the network)",
      },
      {
        field: "head",
        flags: "--head <file>",
        description: "a tree head from outside to hold the ledger against, e.g. a witness's copy",
      },
      json,
    ],
    load: async () => (await import("./verify.js")).verifyOperation,
  },
  {
    id: "replay",
    summary: "decide a recorded look again, from the ledger alone",
    help: `Decides again from the study and the evidence in the entry, and derives that study again from the registered
document in force at the look. With --json: the verdict itself, byte for byte. Exit codes: 0 both are the same (or the
look read no registered document, which is said), 1 one differs.`,
    arguments: [
      {
        field: "seq",
        required: false,
        description: "number of the look's entry (default: the newest look)",
      },
    ],
    options: [json],
    load: async () => (await import("./replay.js")).replayOperation,
  },
];

/** Registration, signatures and the ledger, for the table of operations. */
export const ledgerOperations: readonly OperationRow[] = [
  ...keyRows,
  ...registrationRows,
  ...ledgerRows,
];
