import { isRecord } from "./compare.js";

/** A case whose shape is not what its kind needs; the case fails with this sentence. */
export class ShapeError extends Error {
  override readonly name = "ShapeError";
}

/** Typed reading of the `input` of a case; every getter throws `ShapeError` on another shape. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #where: string;

  constructor(value: unknown, where = "input") {
    if (!isRecord(value)) throw new ShapeError(`${where} is not an object`);
    this.#values = value;
    this.#where = where;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  /** Present and null: "not given". */
  isNull(key: string): boolean {
    return this.has(key) && this.#values[key] === null;
  }

  number(key: string): number {
    return this.#read(key, "a number", isNumber);
  }

  numberOr(key: string, otherwise: number): number {
    return this.has(key) ? this.number(key) : otherwise;
  }

  boolean(key: string): boolean {
    return this.#read(key, "true or false", (value) => typeof value === "boolean");
  }

  numbers(key: string): readonly number[] {
    return this.#read(key, "a list of numbers", isNumbers);
  }

  nullableNumbers(key: string): readonly (number | null)[] {
    return this.#read(
      key,
      "a list of numbers and nulls",
      (value): value is (number | null)[] =>
        Array.isArray(value) && value.every((item) => item === null || isNumber(item)),
    );
  }

  columns(key: string): readonly (readonly number[])[] {
    return this.#read(
      key,
      "a list of lists of numbers",
      (value): value is number[][] => Array.isArray(value) && value.every(isNumbers),
    );
  }

  /** Cluster names: numbers or strings. */
  labels(key: string): readonly (number | string)[] {
    return this.#read(
      key,
      "a list of numbers or strings",
      (value): value is (number | string)[] =>
        Array.isArray(value) && value.every((item) => isNumber(item) || typeof item === "string"),
    );
  }

  text(key: string): string {
    return this.#read(key, "a text", (value) => typeof value === "string");
  }

  objects(key: string): readonly Fields[] {
    const list = this.#read(key, "a list", (value): value is unknown[] => Array.isArray(value));
    return list.map((item, i) => new Fields(item, `${this.#where}.${key}.${i}`));
  }

  object(key: string): Fields {
    if (!this.has(key)) throw new ShapeError(`${this.#where}.${key} is missing`);
    return new Fields(this.#values[key], `${this.#where}.${key}`);
  }

  /** One of the keys of `choices`, translated. */
  choice<T>(key: string, choices: Readonly<Record<string, T>>): T {
    const names = Object.keys(choices);
    const name = this.#read(
      key,
      `one of ${names.join(", ")}`,
      (value): value is string => typeof value === "string" && Object.hasOwn(choices, value),
    );
    const chosen = choices[name];
    if (chosen === undefined) throw new ShapeError(`${this.#where}.${key} is not known`);
    return chosen;
  }

  #read<T>(key: string, what: string, is: (value: unknown) => value is T): T {
    const value = this.#values[key];
    if (!this.has(key)) throw new ShapeError(`${this.#where}.${key} is missing`);
    if (!is(value)) throw new ShapeError(`${this.#where}.${key} is not ${what}`);
    return value;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isNumber);
}
