/** A timestamp authority for tests: keys and certificates by the openssl program, answers by `openssl ts` over real HTTP. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

export const HAS_OPENSSL = spawnSync("openssl", ["version"]).status === 0;

export interface Certified {
  /** PEM. */
  readonly certificate: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

interface CertificateWish {
  readonly name: string;
  /** Null: signs itself. */
  readonly issuer: Certified | null;
  /** Lines of an openssl extension section. */
  readonly extensions: readonly string[];
  readonly key?: readonly string[];
  /** The key and the serial number of that one. */
  readonly sameAs?: Certified;
  readonly digest?: string;
  /** YYYYMMDDHHMMSSZ. */
  readonly from?: string;
  readonly until?: string;
}

const ELLIPTIC = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

export const AUTHORITY = ["basicConstraints=critical,CA:true", "keyUsage=critical,keyCertSign"];
export const STAMPING = [
  "basicConstraints=critical,CA:false",
  "keyUsage=critical,digitalSignature",
  "extendedKeyUsage=critical,timeStamping",
];

/** A folder of certificates, their keys and the state of the authority. */
export class Authorities {
  readonly folder = mkdtempSync(join(tmpdir(), "plumbline-tsa-"));
  #count = 0;

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  file(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  certificate(wish: CertificateWish): Certified {
    this.#count += 1;
    const path = (suffix: string) => join(this.folder, `${this.#count}.${suffix}`);
    const [request, certificateFile] = [path("csr"), path("pem")];
    const keyFile = wish.sameAs?.keyFile ?? path("key");
    const key = wish.sameAs
      ? ["-key", keyFile]
      : ["-nodes", ...(wish.key ?? ELLIPTIC), "-keyout", keyFile];
    const subject = ["-utf8", "-subj", `/O=Test/CN=${wish.name}`];
    this.openssl(["req", "-new", ...key, ...subject, "-out", request]);
    this.file("index.txt", "");
    this.file(
      "number",
      `${wish.sameAs ? numberOf(wish.sameAs) : randomBytes(8).toString("hex")}\n`,
    );
    const config = this.file(`${this.#count}.cnf`, caConfig(wish.extensions));
    const { from = "20200101000000Z", until = "20991231235959Z", issuer } = wish;
    this.openssl([
      ...["ca", "-batch", "-notext", "-config", config, "-extensions", "wish"],
      ...["-md", wish.digest ?? "sha256", "-startdate", from, "-enddate", until],
      ...["-in", request, "-out", certificateFile],
      ...(issuer === null
        ? ["-selfsign", "-keyfile", keyFile]
        : ["-cert", issuer.certificateFile, "-keyfile", issuer.keyFile]),
    ]);
    return { certificate: readFileSync(certificateFile, "utf8"), certificateFile, keyFile };
  }

  private openssl(args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: "pipe" });
  }

  /** The reply of `openssl ts` to a query. `settings` are lines of its configuration. */
  reply(signer: Certified, query: Buffer, settings: readonly string[] = []): Buffer {
    const config = this.file("tsa.cnf", tsaConfig(this.folder, signer, settings));
    const asked = this.file("query.tsq", query);
    this.file("serial", "01\n");
    const out = join(this.folder, "reply.tsr");
    const args = ["ts", "-reply", "-config", config, "-section", "tsa", "-queryfile", asked];
    // Exits with an error for some refusals, the reply with its status being written all the same.
    spawnSync("openssl", [...args, "-out", out], { cwd: this.folder, stdio: "pipe" });
    return readFileSync(out);
  }
}

const numberOf = ({ certificate }: Certified) => new X509Certificate(certificate).serialNumber;

const caConfig = (extensions: readonly string[]) => `[ca]
default_ca = here
[here]
new_certs_dir = .
database = index.txt
serial = number
unique_subject = no
policy = any
[any]
organizationName = optional
commonName = optional
[wish]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
${extensions.join("\n")}
`;

const tsaConfig = (folder: string, signer: Certified, settings: readonly string[]) => `[tsa]
serial = ${join(folder, "serial")}
signer_cert = ${signer.certificateFile}
signer_key = ${signer.keyFile}
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
clock_precision_digits = 3
tsa_name = yes
ess_cert_id_alg = sha256
${settings.join("\n")}
`;

type Handler = (query: Buffer, response: ServerResponse, request: IncomingMessage) => void;

/** An HTTP server for one test; its address. `close` ends it earlier. */
export async function served(handler: Handler): Promise<{ url: string; close: () => void }> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => handler(Buffer.concat(parts), response, request));
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  onTestFinished(close);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/tsr`, close };
}

export function answer(response: ServerResponse, body: Buffer): void {
  response.setHeader("content-type", "application/timestamp-reply");
  response.end(body);
}

export interface ClockAuthorities {
  readonly pki: Authorities;
  readonly root: Certified;
  readonly other: Certified;
  readonly signer: Certified;
}

/** An authority whose root is trusted, its clock, and a root that nobody named. */
export function clockAuthorities(): ClockAuthorities {
  const pki = new Authorities();
  const root = pki.certificate({ name: "Root", issuer: null, extensions: AUTHORITY });
  const other = pki.certificate({ name: "Other root", issuer: null, extensions: AUTHORITY });
  const signer = pki.certificate({ name: "Clock", issuer: root, extensions: STAMPING });
  return { pki, root, other, signer };
}
