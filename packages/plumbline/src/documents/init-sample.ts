/** The example's data: 2,000 invented users of an invented chatbot, the same bytes every time. */

export const SAMPLE_USERS = 2000;
const SEED = 20260504;
const RUN_START = Date.UTC(2026, 4, 4);
const RUN_DAYS = 14;

export interface SampleUser {
  readonly userId: string;
  readonly arm: "control" | "treatment";
  readonly exposedAt: string;
  readonly locale: "EN" | "JP";
  readonly answersBefore: number;
  readonly usefulAnswers: number;
  readonly openedTicket: boolean;
  readonly minutes: number;
}

/** Uniform on [0, 1): a 32-bit integer hash of a counter, so that every platform draws the same. */
function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** Twelve uniforms: near enough to normal, and exact additions on every platform. */
function bell(uniform: () => number): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw += 1) sum += uniform();
  return sum;
}

/** Treatment: about 0.9 more useful answers, fewer tickets, minutes unchanged. */
export function sampleUsers(): SampleUser[] {
  const uniform = uniforms(SEED);
  return Array.from({ length: SAMPLE_USERS }, (_, at) => {
    const treated = at % 2 === 1;
    const answersBefore = Math.max(0, Math.round(10 + 3 * bell(uniform)));
    const lift = treated ? 0.9 : 0;
    return {
      userId: `u${String(at + 1).padStart(5, "0")}`,
      arm: treated ? "treatment" : "control",
      exposedAt: new Date(RUN_START + Math.floor(uniform() * RUN_DAYS * 86_400) * 1000)
        .toISOString()
        .replace(".000Z", "Z"),
      locale: uniform() < 0.4 ? "JP" : "EN",
      answersBefore,
      usefulAnswers: Math.max(0, Math.round(2 + 0.8 * answersBefore + lift + 1.5 * bell(uniform))),
      openedTicket: uniform() < (treated ? 0.18 : 0.26),
      minutes: Math.max(1, Math.round(10 * (30 + 5 * bell(uniform))) / 10),
    };
  });
}

export function sampleCsv(users: readonly SampleUser[]): string {
  const header =
    "user_id,arm,exposed_at,locale,answers_before,useful_answers,opened_ticket,minutes";
  const rows = users.map((user) =>
    [
      user.userId,
      user.arm,
      user.exposedAt,
      user.locale,
      user.answersBefore,
      user.usefulAnswers,
      user.openedTicket ? 1 : 0,
      user.minutes.toFixed(1),
    ].join(","),
  );
  return `${[header, ...rows].join("\n")}\n`;
}

/** n, mean and standard deviation (n - 1), as an evidence file writes them. */
export function figures(values: readonly number[]): string {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `{ n: ${n}, mean: ${mean.toFixed(6)}, sd: ${Math.sqrt(squares / (n - 1)).toFixed(6)} }`;
}
