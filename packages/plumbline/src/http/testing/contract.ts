/** Holds real responses against the OpenAPI document that the server gives of itself. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

interface Described {
  readonly content?: Readonly<Record<string, unknown>>;
}

interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Record<string, { readonly responses: Readonly<Record<string, Described>> }>>
  >;
}

const escaped = (step: string) => step.replaceAll("~", "~0").replaceAll("/", "~1");

export class Contract {
  readonly document: OpenApi;
  /** "GET /path 200" of every response that was checked. */
  readonly seen = new Set<string>();
  private readonly ajv: Ajv2020;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: OpenApi) {
    this.document = document;
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema({ $id: "api", ...document });
  }

  /** "GET /path" of every operation in the document. */
  operations(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  private template(path: string): string | null {
    const templates = Object.keys(this.document.paths);
    if (templates.includes(path)) return path;
    const found = templates.find((each) =>
      new RegExp(`^${each.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path),
    );
    return found ?? null;
  }

  /** Throws when the response is not as described; a path the document does not know must be a 404. */
  check(method: string, path: string, status: number, type: string, body: string): void {
    const template = this.template(path);
    const described =
      template === null ? null : this.document.paths[template]?.[method.toLowerCase()];
    if (template === null || !described) {
      if (status === 404 || template === "/openapi.json") return;
      throw new Error(`${method} ${path} (${status}) is not described`);
    }
    const key = `${status}` in described.responses ? `${status}` : "default";
    this.seen.add(`${method} ${template} ${key}`);
    if (status === 304) return;
    const plain = type.split(";", 1)[0] ?? "";
    const content = described.responses[key]?.content ?? {};
    if (!(plain in content))
      throw new Error(`${method} ${path} ${status}: ${type} is not described`);
    if (!plain.endsWith("json")) return;
    const pointer = ["paths", template, method.toLowerCase(), "responses", key, "content", plain];
    this.validate(
      `api#/${pointer.map(escaped).map(encodeURIComponent).join("/")}/schema`,
      body,
      path,
    );
  }

  private validate(reference: string, body: string, path: string): void {
    const known = this.compiled.get(reference) ?? this.ajv.compile({ $ref: reference });
    this.compiled.set(reference, known);
    if (known(JSON.parse(body))) return;
    const faults = (known.errors ?? []).slice(0, 5).map((e) => `${e.instancePath} ${e.message}`);
    throw new Error(`${path}: ${faults.join("; ")} in ${body.slice(0, 400)}`);
  }
}
