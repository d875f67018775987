// The baseline of http-load: Fastify with nothing but a route that answers JSON of so many bytes.
import Fastify from "fastify";

const app = Fastify();
const texts = new Map();

/** `{"text":"xxx"}` of the length asked for. */
function textOf(bytes) {
  const known = texts.get(bytes);
  if (known !== undefined) return known;
  const made = "x".repeat(Math.max(0, bytes - 11));
  texts.set(bytes, made);
  return made;
}

app.get("/:bytes", (request) => ({ text: textOf(Number(request.params.bytes)) }));
const url = await app.listen({ host: "127.0.0.1", port: 0 });
console.log(`bare Fastify at ${url}`);
