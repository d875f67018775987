/** Tokens that no honest authority makes, so that each check can be seen to refuse. */
import { createHash, createPrivateKey, webcrypto, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import * as asn1 from "asn1js";
import {
  AlgorithmIdentifier,
  Attribute,
  Certificate,
  ContentInfo,
  EncapsulatedContentInfo,
  Extension,
  GeneralName,
  IssuerAndSerialNumber,
  id_ContentType_SignedData,
  id_eContentType_TSTInfo,
  MessageImprint,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
  TSTInfo,
} from "pkijs";
import type { Certified } from "./timestamp-authority.js";

export interface Forgery {
  readonly signer: Certified;
  /** What is stamped. */
  readonly bytes: Buffer;
  readonly genTime?: Date;
  /** Further certificates in the token. */
  readonly bundled?: readonly Certified[];
  /** Signs instead of the signer's own. */
  readonly keyFile?: string;
  /** The signed attribute of the content's digest. */
  readonly messageDigest?: Buffer;
  readonly contentType?: string;
  /** The certificate named by ESSCertIDv2; null: none. */
  readonly named?: Certified | null;
  readonly tsa?: Certified;
  readonly digest?: "SHA-1" | "SHA-256";
  /** For an RSA key: by RSASSA-PSS. */
  readonly pss?: boolean;
  readonly imprint?: { readonly algorithm: string; readonly digest: string };
  readonly nonce?: Buffer;
  readonly signers?: number;
  /** With an extension that is critical. */
  readonly extended?: boolean;
  /** Changes the TSTInfo before it is signed. */
  readonly edit?: (content: Buffer) => Buffer;
}

const raw = ({ certificate }: Certified) => new X509Certificate(certificate).raw;
const fields = (certified: Certified) => Certificate.fromBER(raw(certified));
const octets = (valueHex: Buffer) => new asn1.OctetString({ valueHex: new Uint8Array(valueHex) });
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();

const NULL = new Uint8Array([5, 0]).buffer;

async function privateKey(file: string, hash: string, pss: boolean): Promise<webcrypto.CryptoKey> {
  const pem = createPrivateKey(readFileSync(file));
  const der = pem.export({ type: "pkcs8", format: "der" });
  const algorithm =
    pem.asymmetricKeyType === "rsa"
      ? { name: pss ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash }
      : { name: "ECDSA", namedCurve: "P-256" };
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
}

function tstInfo(wish: Forgery): Buffer {
  const imprint = wish.imprint ?? { algorithm: "2.16.840.1.101.3.4.2.1", digest: "sha256" };
  const info = new TSTInfo({
    version: 1,
    policy: "1.2.3.4.1",
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: imprint.algorithm }),
      hashedMessage: octets(createHash(imprint.digest).update(wish.bytes).digest()),
    }),
    serialNumber: new asn1.Integer({ value: 7 }),
    genTime: wish.genTime ?? new Date("2026-06-20T10:00:10Z"),
    ...(wish.nonce ? { nonce: new asn1.Integer({ valueHex: new Uint8Array(wish.nonce) }) } : {}),
    ...(wish.extended
      ? { extensions: [new Extension({ extnID: "1.2.3.4", critical: true, extnValue: NULL })] }
      : {}),
    ...(wish.tsa ? { tsa: new GeneralName({ type: 4, value: fields(wish.tsa).subject }) } : {}),
  });
  const content = Buffer.from(info.toSchema().toBER());
  return wish.edit ? wish.edit(content) : content;
}

function attributes(wish: Forgery, content: Buffer): Attribute[] {
  const named = wish.named === undefined ? wish.signer : wish.named;
  const hash = wish.digest === "SHA-1" ? "sha1" : "sha256";
  const attribute = (type: string, value: asn1.AsnType) => new Attribute({ type, values: [value] });
  const type = new asn1.ObjectIdentifier({ value: wish.contentType ?? id_eContentType_TSTInfo });
  const digest = wish.messageDigest ?? createHash(hash).update(content).digest();
  const sequence = (value: asn1.AsnType[]) => new asn1.Sequence({ value });
  return [
    attribute("1.2.840.113549.1.9.3", type),
    attribute("1.2.840.113549.1.9.4", octets(digest)),
    ...(named === null
      ? []
      : [
          attribute(
            "1.2.840.113549.1.9.16.2.47",
            sequence([sequence([sequence([octets(sha256(raw(named)))])])]),
          ),
        ]),
  ];
}

/** DER of the token. */
export async function forgedToken(wish: Forgery): Promise<Buffer> {
  const digest = wish.digest ?? "SHA-256";
  const content = tstInfo(wish);
  const signer = fields(wish.signer);
  const signed = new SignedData({
    version: 3,
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: id_eContentType_TSTInfo,
      eContent: octets(content),
    }),
    certificates: [signer, ...(wish.bundled ?? []).map(fields)],
    signerInfos: Array.from(
      { length: wish.signers ?? 1 },
      () =>
        new SignerInfo({
          version: 1,
          sid: new IssuerAndSerialNumber({
            issuer: signer.issuer,
            serialNumber: signer.serialNumber,
          }),
          signedAttrs: new SignedAndUnsignedAttributes({
            type: 0,
            attributes: attributes(wish, content),
          }),
        }),
    ),
  });
  const key = await privateKey(wish.keyFile ?? wish.signer.keyFile, digest, wish.pss ?? false);
  for (let index = 0; index < (wish.signers ?? 1); index += 1) {
    await signed.sign(key, index, digest, new Uint8Array(content));
  }
  const outer = new ContentInfo({
    contentType: id_ContentType_SignedData,
    content: signed.toSchema(true),
  });
  return Buffer.from(outer.toSchema().toBER());
}
