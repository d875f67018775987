/** What is told to others of an entry of the ledger: which event, in which words. Never more than the ledger's sentence of it. */
import { isJsonObject, type LedgerEntry } from "@plumbline/ledger";

export interface Message {
  readonly type: string;
  /** ISO 8601, UTC: when it happened. */
  readonly timestamp: string;
  readonly data: {
    /** Number of the entry; null: not of the ledger. */
    readonly seq: number | null;
    readonly subject: string;
    readonly sentence: string;
    /** Of a look; null otherwise. */
    readonly verdict: string | null;
    /** Where people read on; null: the server knows no address of its own. */
    readonly url: string | null;
  };
}

/** Unless a target says which events it wants. */
const QUIET: readonly string[] = ["registered", "signed"];

export const wants = (events: readonly string[] | undefined, event: string): boolean =>
  events === undefined ? !QUIET.includes(event) : events.includes(event);

const quoted = (value: unknown, otherwise: string) =>
  typeof value === "string" && value !== "" ? value : otherwise;

function verdictOf({ body }: LedgerEntry): { verdict: string; reason: string } | null {
  if (!isJsonObject(body.verdict)) return null;
  const { verdict, reason } = body.verdict;
  return { verdict: quoted(verdict, "unknown"), reason: quoted(reason, "") };
}

function checksOf({ body }: LedgerEntry): string {
  const checks = Array.isArray(body.checks) ? body.checks : [];
  return checks
    .flatMap((check) => (isJsonObject(check) ? [quoted(check.sentence, "")] : []))
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function chosenOf({ body: { chosen } }: LedgerEntry): string {
  const ids = Array.isArray(chosen) ? chosen.filter((id) => typeof id === "string") : [];
  return ids.length === 0 ? "nothing" : ids.join(", ");
}

function sentenceOf(entry: LedgerEntry): string {
  const { type, subject, body } = entry;
  const who = typeof body.person === "string" ? ` by ${body.person}` : "";
  switch (type) {
    case "registered":
      return `${subject} was registered.`;
    case "signed":
      return `${subject} was signed${who}${typeof body.role === "string" ? ` as ${body.role}` : ""}.`;
    case "amended":
      return `${subject} was amended: ${quoted(body.reason, "no reason given")}.`;
    case "started":
      return `${subject} was started.`;
    case "looked": {
      const found = verdictOf(entry);
      return found === null
        ? `${subject} was read.`
        : `${subject}: ${found.verdict.replaceAll("_", " ")}. ${found.reason}`.trim();
    }
    case "decided":
      return `A decision on ${subject} was signed${who}.`;
    case "paused":
      return `${subject} is paused: take the treatment out of service. ${checksOf(entry)}`.trim();
    case "overridden":
      return `A guardrail of ${subject} was set aside, with a signed review${who}.`;
    case "learned":
      return body.kind === "holdback"
        ? `The holdback of ${subject} was read.`
        : `Something was learned about ${subject}.`;
    case "chosen":
      return `The portfolio ${subject} was chosen: ${chosenOf(entry)}.`;
    default:
      return `${subject}: ${type.replaceAll("_", " ")}.`;
  }
}

export function messageOf(entry: LedgerEntry, publicUrl: URL | null): Message {
  const { type, at, seq, subject } = entry;
  return {
    type: `plumbline.${type}`,
    timestamp: at,
    data: {
      seq,
      subject,
      sentence: sentenceOf(entry),
      verdict: verdictOf(entry)?.verdict ?? null,
      url: publicUrl === null ? null : new URL(`/ledger?entry=${seq}`, publicUrl).href,
    },
  };
}

export function failureMessage(
  job: { readonly id: string; readonly subject: string },
  why: string,
  at: Date,
  publicUrl: URL | null,
): Message {
  return {
    type: "plumbline.work_failed",
    timestamp: at.toISOString(),
    data: {
      seq: null,
      subject: job.subject,
      sentence: `Scheduled work failed for good (${job.id}): ${why}`,
      verdict: null,
      url: publicUrl === null ? null : new URL("/schedule", publicUrl).href,
    },
  };
}

/** Slack gives &, < and > a meaning of their own. */
const slackText = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function slackBody({ data }: Message): string {
  const link = data.url === null ? "" : ` <${data.url}|Open>`;
  return JSON.stringify({ text: `${slackText(data.sentence)}${link}` });
}
