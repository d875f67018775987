/** The text of src/api/schema.generated.ts for an OpenAPI document. */
export function clientText(document: object): Promise<string>;
