import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./html.js";
import { buildReadout, type ReadoutInput } from "./readout.js";
import { crowded, JAPANESE_NAME, LONG_NAME } from "./testing/crowded.js";
import { cohortVeto, csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";

interface PageElement {
  readonly textContent: string;
  readonly innerHTML: string;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement> & { readonly length: number };
  readonly children: { readonly length: number };
}

function page(input: ReadoutInput) {
  const text = renderHtml(buildReadout(input));
  const { document } = parseHTML(text);
  const all = (selector: string, root = document): PageElement[] => [
    ...root.querySelectorAll(selector),
  ];
  return {
    text,
    document,
    all,
    texts: (selector: string) => all(selector).map((e) => e.textContent),
  };
}

/** Marks of one kind in the wide plots, by the plot they stand in. */
function marks(input: ReadoutInput, plot: number, label: string): number {
  const wide = page(input).all("svg.forest.wide")[plot];
  return wide?.querySelector(`[aria-description="${label}"]`)?.children.length ?? 0;
}

describe("renderHtml", () => {
  it("puts the verdict, its reason and the next step first", () => {
    const { document } = page(csatVeto);
    expect(document.querySelector("h1")?.textContent).toContain("Veto");
    expect(document.querySelector(".reason")?.textContent).toContain("fell 1.43\u00a0%");
    expect(document.querySelector(".next")?.textContent).toContain("Do not ship.");
    expect(document.querySelector("title")?.textContent).toBe(
      "Veto: us_mle_02_cross_encoder_reranker",
    );
  });

  it("draws one row a metric with its estimate, limit and smallest worthwhile effect", () => {
    expect(marks(csatVeto, 0, "row label")).toBe(5);
    expect(marks(csatVeto, 0, "estimate")).toBe(4);
    expect(marks(csatVeto, 0, "unadjusted")).toBe(1);
    expect(marks(csatVeto, 0, "limit")).toBe(3);
    expect(marks(csatVeto, 0, "smallest worthwhile effect")).toBe(1);
    // p95 has no interval in the source: a point without a line.
    expect(marks(csatVeto, 0, "estimate interval")).toBe(3);
  });

  it("draws one plot a cohort dimension, hatching what is underpowered", () => {
    expect(page(cohortVeto).all("svg.forest.wide")).toHaveLength(3);
    expect(marks(cohortVeto, 1, "row label")).toBe(3);
    expect(marks(cohortVeto, 2, "row label")).toBe(2);
    expect(marks(cohortVeto, 1, "underpowered")).toBe(1);
  });

  it("gives rows outside the axis an arrow", () => {
    expect(marks(crowded(), 0, "estimate beyond the axis")).toBeGreaterThan(0);
  });

  it("lists the gate in order and stops it at the check that blocks", () => {
    const { all } = page(csatVeto);
    const items = all(".gate > li:not(.kind)").map((li) => li.getAttribute("data-check") ?? "stop");
    expect(items).toEqual([
      "quality:srm",
      "primary:useful_answer_rate_per_user_14d",
      "guardrail:chat_csat_proxy_per_user_14d",
      "stop",
      "guardrail:p95_chatbot_turn_latency_ms",
      "guardrail:retention_28d",
      "cohort:locale=JP",
    ]);
    for (const li of all(".gate > li[data-check]")) {
      expect(li.querySelector(".badge")?.textContent).not.toBe("");
      expect(li.querySelector(".word")?.textContent).not.toBe("");
    }
  });

  it("puts every plotted number into a table, in full precision on hover", () => {
    const { all } = page(csatVeto);
    const table = all("table.effects")[0];
    expect(table?.querySelectorAll("tbody tr")).toHaveLength(6);
    expect(table?.innerHTML).toContain('title="-0.0143 [');
    expect(table?.textContent).toContain("without CUPED");
    expect(table?.textContent).toContain("No unit has a value for titles_opened_per_user.");
  });

  it("writes captions from the numbers", () => {
    const [metrics, locale] = page(cohortVeto).texts("figcaption");
    expect(metrics).toContain("95\u00a0% interval, 1 row.");
    expect(locale).toContain("Beyond the registered limit and significant: JP.");
    expect(locale).toContain("too little data to have seen harm of that size: mixed.");
  });

  it("says who chose each parameter", () => {
    const rows = page(csatVeto).texts("table.parameters tbody tr");
    expect(rows[0]).toContain("default, not chosen");
    expect(rows[3]).toContain("derived");
  });

  it("shows no win when the data are invalid", () => {
    const { all, document } = page(invalidData);
    expect(all("td.clear, td.breach, td.near")).toEqual([]);
    expect(all('li[data-check]:not([data-check^="quality"]).clear')).toEqual([]);
    expect(document.querySelector(".invalid-note")?.textContent).toContain(
      "not evaluable: data invalid",
    );
    const colours = all("svg.forest [stroke], svg.forest [fill]").flatMap((e) => [
      e.getAttribute("stroke"),
      e.getAttribute("fill"),
    ]);
    expect(
      colours.filter((c) => c === "var(--ship)" || c === "var(--near)" || c === "var(--veto)"),
    ).toEqual([]);
  });

  it("takes no name, limit or registration for markup", () => {
    const { text, all, texts } = page(crowded());
    expect(text).not.toContain("<script");
    expect(text).not.toContain("<img");
    expect(all("script, img, iframe, object, link")).toEqual([]);
    expect(texts("section[aria-labelledby=registration] pre").join("")).toContain("</pre><script>");
    expect(all("[style], [onerror], [onload], [onclick]")).toEqual([]);
  });

  it("allows itself nothing but its own stylesheet", () => {
    const policy = page(csatVeto)
      .document.querySelector("meta[http-equiv]")
      ?.getAttribute("content");
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; base-uri 'none'; form-action 'none'$/,
    );
  });

  it("has room for 200 metrics of three arms, long and Japanese names", () => {
    const { all, texts } = page(crowded());
    expect(all("table.effects")[0]?.querySelectorAll("tbody tr")).toHaveLength(600);
    expect(texts("th[scope=row]").filter((name) => name?.startsWith(LONG_NAME))).toHaveLength(3);
    expect(texts("th[scope=row]").filter((name) => name?.startsWith(JAPANESE_NAME))).toHaveLength(
      3,
    );
    expect(all(".gate")).toHaveLength(3);
  });

  it("is the same text for the same readout", () => {
    expect(renderHtml(buildReadout(csatVeto))).toBe(renderHtml(buildReadout(csatVeto)));
  });

  it("names the primary metric's figure by what it is, not as a limit of harm", () => {
    const checks = csatVeto.verdict.checks.map((check) =>
      check.kind === "primary"
        ? { ...check, threshold: 0.03, scale: "relative" as const, powerAtThreshold: 0.9 }
        : check,
    );
    const { document } = page({ ...csatVeto, verdict: { ...csatVeto.verdict, checks } });
    const check = document.querySelector('[data-check^="primary:"] .figures');
    expect(check?.textContent).toMatch(/^smallest worthwhile \+3\.0\s%/);
    expect(check?.textContent).not.toMatch(/limit|harm/);
  });
});
