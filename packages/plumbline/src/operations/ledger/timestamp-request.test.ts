// What plumb anchor refuses of an authority's answer: `openssl ts` and worse behind a real HTTP server.
import type { ServerResponse } from "node:http";
import { fromBER } from "asn1js";
import { TimeStampReq } from "pkijs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forgedToken } from "./testing/forged-token.js";
import {
  answer,
  type ClockAuthorities,
  clockAuthorities,
  HAS_OPENSSL,
  STAMPING,
  served,
} from "./testing/timestamp-authority.js";
import { entriesOf, headFiles, stampedWorkspace } from "./testing/timestamp-workspace.js";
import { requestToken } from "./timestamp-request.js";

describe.skipIf(!HAS_OPENSSL)(
  "a timestamp is refused, and nothing written, when the authority (needs the openssl program)",
  () => {
    let { pki, root, other, signer } = {} as ClockAuthorities;

    beforeAll(() => {
      ({ pki, root, other, signer } = clockAuthorities());
    });
    afterAll(() => pki?.remove());

    const token = async (query: Buffer) => {
      const request = new TimeStampReq({ schema: fromBER(query).result });
      const nonce = Buffer.from(request.nonce?.valueBlock.valueHexView ?? []);
      return forgedToken({ signer, bytes: Buffer.from("other"), nonce });
    };
    /** TimeStampResp { status { granted }, token }. */
    const granted = (body: Buffer) => {
      const inner = Buffer.concat([Buffer.from([0x30, 3, 2, 1, 0]), body]);
      return Buffer.concat([
        Buffer.from([0x30, 0x82, inner.length >> 8, inner.length & 255]),
        inner,
      ]);
    };

    it.each<[string, (query: Buffer, response: ServerResponse) => unknown, RegExp]>([
      [
        "does not take SHA-256",
        (query, response) => answer(response, pki.reply(signer, query, ["digests = sha512"])),
        /^TIMESTAMP_REFUSED .*refused with status 2 \(.+\)\./,
      ],
      [
        "grants without a token",
        (_query, response) => answer(response, Buffer.from("30053003020100", "hex")),
        /^TIMESTAMP_REFUSED .*granted the request without a token/,
      ],
      [
        "answers with an error of HTTP",
        (_query, response) => response.writeHead(503).end("busy"),
        /^TIMESTAMP_REFUSED .*HTTP status 503/,
      ],
      [
        "sends elsewhere",
        (_query, response) => response.writeHead(302, { location: "http://127.0.0.1:9/" }).end(),
        /^TIMESTAMP_REFUSED .*HTTP status 302/,
      ],
      [
        "answers with a page",
        (_query, response) => response.end("<html>not here</html>"),
        /^TIMESTAMP_REFUSED .*not DER/,
      ],
      [
        "answers with other DER",
        (_query, response) => answer(response, Buffer.from("3003020105", "hex")),
        /^TIMESTAMP_REFUSED .*no time-stamp response/,
      ],
      [
        "answers with nothing",
        (_query, response) => response.end(),
        /^TIMESTAMP_REFUSED .*not DER/,
      ],
      [
        "answers without end",
        (_query, response) => {
          const more = () => response.write(Buffer.alloc(65_536, 0x30), () => setImmediate(more));
          response.on("error", () => {});
          more();
        },
        /^TIMESTAMP_REFUSED .*more than 262144 bytes/,
      ],
      [
        "hangs up",
        (_query, response) => response.destroy(),
        /^TIMESTAMP_UNREACHABLE .*cannot be reached/,
      ],
      [
        "hangs up within its answer",
        (_query, response) => {
          response.writeHead(200, { "content-length": "2000" });
          response.write(Buffer.alloc(500, 0x30), () => response.destroy());
        },
        /^TIMESTAMP_UNREACHABLE .*cannot be reached/,
      ],
      [
        "answers an older request",
        (query, response) => {
          const older = Buffer.from(query);
          // The nonce stands before certReq, the last 3 bytes.
          older.writeUInt8(older.readUInt8(older.length - 4) ^ 1, older.length - 4);
          answer(response, pki.reply(signer, older));
        },
        /^TIMESTAMP_INVALID .*its nonce differs/,
      ],
      [
        "stamps something else",
        async (query, response) => answer(response, granted(await token(query))),
        /^TIMESTAMP_INVALID .*stamps another tree head/,
      ],
      [
        "is another than the one trusted",
        (query, response) => {
          const by = { name: "Far", issuer: other, extensions: STAMPING };
          answer(response, pki.reply(pki.certificate(by), query));
        },
        /^TIMESTAMP_INVALID .*does not lead to a certificate/,
      ],
    ])("%s", async (_what, reply, error) => {
      const { ws } = await stampedWorkspace(root, reply);
      const before = (await entriesOf(ws)).length;
      const { stderr, exitCode } = await ws.run("anchor");
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(error);
      expect(stderr).toContain("Nothing was anchored");
      expect(headFiles(ws)).toEqual([]);
      expect(await entriesOf(ws)).toHaveLength(before);
    });

    it("is not there at all", async () => {
      const { ws, server } = await stampedWorkspace(root, () => {});
      server.close();
      expect((await ws.run("anchor")).stderr).toMatch(/^TIMESTAMP_UNREACHABLE .*ECONNREFUSED/);
      expect(headFiles(ws)).toEqual([]);
    });

    it.each([
      ["does not answer", () => {}],
      [
        "begins to answer and stops",
        (_query: Buffer, response: ServerResponse) => response.write(Buffer.alloc(9)),
      ],
    ])("%s in time", async (_what, reply) => {
      const { url } = await served(reply);
      const request = { url, trusted: [], bytes: Buffer.from("x") };
      const { signal } = new AbortController();
      await expect(requestToken({ ...request, signal, timeout: 100 })).rejects.toMatchObject({
        code: "TIMESTAMP_UNREACHABLE",
        message: expect.stringContaining("did not answer within 0.1 s"),
      });
    });

    it("is waited for no longer once the operation is broken off", async () => {
      const controller = new AbortController();
      const { url } = await served(() => controller.abort(new Error("broken off")));
      const request = { url, trusted: [], bytes: Buffer.from("x"), signal: controller.signal };
      await expect(requestToken(request)).rejects.toThrow("broken off");
    });
  },
);
