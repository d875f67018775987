import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { renderHtml } from "./html.js";
import { buildReadout, type ReadoutInput } from "./readout.js";
import { csatVeto } from "./testing/fixtures.js";
import { invalidData } from "./testing/invalid-data.js";
import { anyTime, betweenLooks, finalLook, interimLook, stoppedEarly } from "./testing/plans.js";
import { dailyLooks, twoArms } from "./testing/plans-crowded.js";

function page(input: ReadoutInput) {
  const text = renderHtml(buildReadout(input));
  const { document } = parseHTML(text);
  const all = (selector: string) => [...document.querySelectorAll(selector)];
  return {
    text,
    all,
    one: (selector: string) => document.querySelector(selector),
    texts: (selector: string) => all(selector).map((element) => element.textContent ?? ""),
    /** Marks of one kind in the first wide plot. */
    marks: (label: string) =>
      document.querySelector(`svg.sequential.wide [aria-description="${label}"]`)?.children
        .length ?? 0,
  };
}

const words = (text: string | null | undefined) => (text ?? "").replace(/\s+/g, " ");

describe("the plan on the page", () => {
  it("stands between the metrics and the gate, its moment in the head", () => {
    const { texts, one } = page(interimLook);
    expect(texts("h2").slice(0, 3)).toEqual(["Metrics", "Plan", "Gate"]);
    expect(one(".verdict .moment")?.textContent).toBe("Look 2 of 4, on day 7 of 14.");
    const section = words(one("section[aria-labelledby=plan]")?.textContent);
    expect(section).toContain("looks on days 4, 7, 11 and 14.");
    expect(section).toContain("Next planned look: day 11.");
    expect(words(one(".decision")?.textContent)).toContain(
      "continue z +2.31, boundary ±3.01, p held against 0.002644",
    );
    expect(one(".decision .badge")?.textContent).toBe("→");
  });

  it("draws both boundaries, the looks by what is known of them, and the present one with its value", () => {
    const { marks, all } = page(stoppedEarly);
    expect(all("svg.sequential")).toHaveLength(2);
    expect(all("svg.sequential.wide [aria-description=boundary]")).toHaveLength(2);
    expect(all('svg.sequential.wide [aria-description="boundary to come"]')).toHaveLength(2);
    expect(marks("look")).toBe(4);
    expect(marks("look assumed")).toBe(1);
    expect(marks("this look's z")).toBe(1);
    const labels = all('svg.sequential.wide [aria-description="label"]');
    expect(labels.map((label) => label.textContent)).toEqual(["z +3.42", "boundary ±3.01"]);
    expect(page(interimLook).marks("look taken")).toBe(1);
    expect(page(interimLook).marks("look assumed")).toBe(0);
    expect(page(finalLook).all('[aria-description="boundary to come"]')).toEqual([]);
  });

  it("draws one side and the futility bound for a one-sided plan, one plot an arm", () => {
    const { all } = page(twoArms);
    expect(all("svg.sequential.wide")).toHaveLength(2);
    expect(all("svg.sequential.wide [aria-description=boundary]")).toHaveLength(2);
    expect(all('svg.sequential.wide [aria-description="futility bound"]')).toHaveLength(2);
    expect(all(".decision").map((item) => item.getAttribute("data-decision"))).toEqual([
      "continue",
      "stop_for_futility",
    ]);
  });

  it("marks a boundary beyond the axis with an arrow and says so", () => {
    const { marks, texts } = page(dailyLooks);
    expect(marks("boundary beyond the axis")).toBe(2);
    expect(texts("figcaption").join(" ")).toContain(
      "An arrow marks a boundary beyond the axis (2 of 14).",
    );
  });

  it("tells the plot in sentences made from its numbers", () => {
    const caption = (input: ReadoutInput) =>
      words(page(input).one("section[aria-labelledby=plan] figcaption")?.textContent);
    expect(caption(interimLook)).toContain(
      "On day 7 z is +2.31 and the boundary ±3.01: continue. To come: days 11 and 14",
    );
    expect(caption(stoppedEarly)).toContain("Not on record: the look of day 4;");
    expect(caption(twoArms)).toContain("futility is advised below +0.60");
  });

  it("has the same numbers in a table, in full precision on hover", () => {
    const { all, one } = page(stoppedEarly);
    const rows = all("table.looks tbody tr").map((row) =>
      [...row.children].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ["4", "27.1 %", "±4.15", "3.35e-5", "–", "assumed, not recorded"],
      ["7", "48.8 %", "±3.01", "0.002644", "+3.42", "now"],
      ["11", "78.0 %", "±2.30", "0.02148", "–", "to come"],
      ["14", "100.0 %", "±2.02", "0.04318", "–", "to come"],
    ]);
    expect(one("table.looks")?.innerHTML).toContain('title="3.006373026294113"');
    for (const svg of all("svg.sequential")) {
      expect(svg.getAttribute("role")).toBe("img");
      expect(svg.getAttribute("aria-label")).toContain("On day 7 z is +3.42");
    }
  });

  it("between looks draws no plot, labels every interval, and calls nothing significant", () => {
    const { all, one, texts, text } = page(betweenLooks);
    expect(all("svg.sequential")).toEqual([]);
    expect(one(".verdict .moment")?.textContent).toBe(
      "Not a planned look: always-valid intervals only.",
    );
    expect(one(".stamp")?.textContent).toContain("always-valid intervals only");
    for (const caption of texts("figcaption")) {
      expect(words(caption)).toContain("with its always-valid 95 % interval");
    }
    for (const table of texts("table.effects thead")) {
      expect(table).toContain("[always-valid 95 %]");
      expect(table).toContain("palways-valid");
    }
    expect(text).not.toMatch(/significant/i);
    expect(one('[data-check^="primary:"] .figures')?.textContent).not.toContain("held against");
  });

  it("labels repeated intervals, and leaves those of a readout without a plan alone", () => {
    expect(words(page(interimLook).one("figcaption")?.textContent)).toContain(
      "with its repeated 95 % interval, 2 rows. Such an interval holds over all looks.",
    );
    expect(page(interimLook).one(".legend")?.textContent).toContain(
      "estimate and repeated interval",
    );
    expect(page(anyTime).one("table.effects thead")?.textContent).toContain("[always-valid 95 %]");
    const plain = page(csatVeto);
    expect(plain.one("#plan")).toBeNull();
    expect(plain.one("table.effects thead")?.textContent).toContain("relative effect [95 %]");
    expect(plain.text).not.toMatch(/always-valid|repeated/);
  });

  it("shows the registration in the head, as the gate's last step, and with what failed", () => {
    const { all, one, texts } = page(stoppedEarly);
    expect(one(".facts")?.textContent).toContain("✕ not locked");
    const steps = all(".gate > li[data-check]");
    const last = steps.at(-1);
    expect(last?.getAttribute("data-check")).toBe("registration:lock");
    expect(last?.querySelector(".badge")?.textContent).toBe("✕");
    expect(last?.querySelector(".word")?.textContent).toBe("not locked");
    expect(texts(".gate .kind").at(-1)).toBe("Registration");
    expect(all("section[aria-labelledby=registration] .findings li")).toHaveLength(2);
    expect(page(interimLook).one('[data-check="registration:lock"] .word')?.textContent).toBe(
      "locked",
    );
  });

  it("shows no z when the data are invalid", () => {
    const verdict = { ...invalidData.verdict, plan: interimLook.verdict.plan! };
    const { all, one } = page({ ...invalidData, verdict });
    expect(all("svg.sequential, table.looks")).toEqual([]);
    expect(one("section[aria-labelledby=plan]")?.textContent).not.toContain("2.31");
  });

  it("is the same text for the same readout, and has no style of its own", () => {
    expect(page(dailyLooks).text).toBe(page(dailyLooks).text);
    expect(page(dailyLooks).all("[style], svg style")).toEqual([]);
  });
});
