import { expect, it } from "vitest";
import { offsetOf, pathFor, TEMPLATE } from "./template.js";

it("names the file after the experiment", () => {
  expect(pathFor(TEMPLATE, "experiments")).toBe("experiments/name_of_the_experiment.yaml");
  expect(pathFor('a: 1\nexperiment_id:   "x-1.2" # y\n', "a/b")).toBe("a/b/x-1.2.yaml");
  expect(pathFor("experiment_id: ../../etc", "experiments")).toBe("");
  expect(pathFor("  experiment_id: inner\n", "experiments")).toBe("");
});

it("finds a place by line and column", () => {
  const text = "ab\nÅ🚀c\n\nd";
  expect(text[offsetOf(text, 2, 4)]).toBe("c");
  expect(offsetOf(text, 4, 1)).toBe(text.length - 1);
  expect(offsetOf(text, 9, 9)).toBe(text.length);
});
