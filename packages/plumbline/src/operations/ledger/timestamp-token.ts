/**
 * Reads a time-stamp token and believes nothing of it (RFC 3161 with RFC 5816): one signer, the imprint of the bytes given, the signed
 * attributes and their signature, the certificate that they bind (ESSCertID or ESSCertIDv2), its purpose and its path. ASN.1 and the
 * signature are PKI.js over Node's WebCrypto. Reads no clock, file or network: a token holds or not, for good.
 */
import { createHash, webcrypto } from "node:crypto";
import { Constructed, fromBER, ObjectIdentifier, OctetString, Sequence } from "asn1js";
import {
  AltName,
  ContentInfo,
  CryptoEngine,
  GeneralName,
  id_ContentType_SignedData,
  id_eContentType_TSTInfo,
  id_SubjectAltName,
  RelativeDistinguishedNames,
  SignedData,
  TSTInfo,
} from "pkijs";
import {
  type CertificatePair,
  certificatePair,
  checkPath,
  checkPurpose,
  isSoundSignature,
  SOUND_DIGESTS,
  shortName,
} from "./timestamp-chain.js";
import { TimestampFault } from "./timestamp-fault.js";

/** What a sound token says. */
export interface Timestamp {
  /** When the authority says it saw the bytes, ISO 8601. */
  readonly at: string;
  /** Seconds by which that may be off; null when the token does not say. */
  readonly accuracy: number | null;
  /** The authority, by the name in its certificate. */
  readonly authority: string;
  /** Of the request, as the token repeats it. */
  readonly nonce: Buffer | null;
}

/** A token is a few kB, some 20 with a long chain. */
export const MAX_TOKEN_BYTES = 256 * 1024;
const MAX_CERTIFICATES = 32;

const SHA256 = "2.16.840.1.101.3.4.2.1";
const RSA = "1.2.840.113549.1.1.1";
const ATTRIBUTE = {
  contentType: "1.2.840.113549.1.9.3",
  messageDigest: "1.2.840.113549.1.9.4",
  signingCertificate: "1.2.840.113549.1.9.16.2.12",
  signingCertificateV2: "1.2.840.113549.1.9.16.2.47",
} as const;

const engine = new CryptoEngine({ name: "node", crypto: webcrypto });

/**
 * Checks a token over `bytes` against trusted certificates. Throws `TimestampFault`, whatever the token holds.
 */
export async function readToken(
  token: Uint8Array,
  bytes: Buffer,
  trusted: readonly CertificatePair[],
): Promise<Timestamp> {
  try {
    return await checkedToken(token, bytes, trusted);
  } catch (error) {
    if (error instanceof TimestampFault) throw error;
    // The parsers throw many kinds of error at bytes that are not what they should be.
    const why = error instanceof Error ? error.message : String(error);
    throw new TimestampFault(
      `cannot be read as an RFC 3161 token (${why.slice(0, 200).replace(/\.+$/, "")})`,
      { cause: error },
    );
  }
}

async function checkedToken(
  token: Uint8Array,
  bytes: Buffer,
  trusted: readonly CertificatePair[],
): Promise<Timestamp> {
  const signed = signedData(token);
  const { content, info } = tokenInfo(signed);
  checkImprint(info, bytes);
  checkAttributes(signed, content);
  const bundled = bundledCertificates(token);
  const signer = await verifiedSigner(signed, bytes, bundled);
  checkBoundCertificate(signed, signer);
  checkPurpose(signer);
  checkPath(signer, bundled, trusted, info.genTime);
  checkName(info, signer);
  const { accuracy, nonce } = info;
  return {
    at: info.genTime.toISOString(),
    accuracy:
      accuracy === undefined
        ? null
        : (accuracy.seconds ?? 0) + (accuracy.millis ?? 0) / 1e3 + (accuracy.micros ?? 0) / 1e6,
    authority: shortName(signer),
    nonce: nonce === undefined ? null : Buffer.from(nonce.valueBlock.valueHexView),
  };
}

function signedData(token: Uint8Array): SignedData {
  if (token.length > MAX_TOKEN_BYTES) {
    throw new TimestampFault(`has ${token.length} bytes, more than any time-stamp token`);
  }
  const { offset, result } = fromBER(token);
  if (offset === -1) throw new TimestampFault("is not DER, or cut short");
  if (offset !== token.length) throw new TimestampFault("has bytes behind its end");
  const outer = new ContentInfo({ schema: result });
  if (outer.contentType !== id_ContentType_SignedData) {
    throw new TimestampFault("is not signed data");
  }
  const signed = new SignedData({ schema: outer.content });
  if (signed.signerInfos.length !== 1) {
    throw new TimestampFault(`has ${signed.signerInfos.length} signers instead of one`);
  }
  return signed;
}

function tokenInfo({ encapContentInfo }: SignedData): { content: Buffer; info: TSTInfo } {
  const { eContentType, eContent } = encapContentInfo;
  if (eContentType !== id_eContentType_TSTInfo || eContent === undefined) {
    throw new TimestampFault("holds something else than a time stamp");
  }
  const content = Buffer.from(eContent.getValue());
  const { offset, result } = fromBER(content);
  if (offset !== content.length) throw new TimestampFault("holds a time stamp that is cut short");
  // Without the Z it would be the time of whatever zone this machine is in.
  const isUtc = children(result)[4]?.valueBeforeDecodeView.at(-1) === "Z".charCodeAt(0);
  const info = new TSTInfo({ schema: result });
  if (info.version !== 1 || !isUtc || !Number.isFinite(info.genTime.getTime())) {
    throw new TimestampFault("holds a time stamp of an unknown version or without a time in UTC");
  }
  if (info.extensions?.some(({ critical }) => critical)) {
    throw new TimestampFault("has an extension that is critical and not understood");
  }
  return { content, info };
}

function checkImprint({ messageImprint }: TSTInfo, bytes: Buffer): void {
  if (messageImprint.hashAlgorithm.algorithmId !== SHA256) {
    throw new TimestampFault("stamps a hash that is not SHA-256");
  }
  const stamped = Buffer.from(messageImprint.hashedMessage.valueBlock.valueHexView);
  if (!stamped.equals(createHash("sha256").update(bytes).digest())) {
    throw new TimestampFault("stamps another tree head (its imprint differs)");
  }
}

/** The only value of a signed attribute; null when there is none. Twice is neither. */
function attributeValue({ signerInfos }: SignedData, type: string): unknown {
  const [found, twice] = (signerInfos[0]?.signedAttrs?.attributes ?? []).filter(
    (each) => each.type === type,
  );
  if (found === undefined) return null;
  if (twice !== undefined || found.values.length !== 1) {
    throw new TimestampFault("has a signed attribute twice");
  }
  return found.values[0];
}

/** The signature covers the attributes only; these say which content was signed. */
function checkAttributes(signed: SignedData, content: Buffer): void {
  const type = attributeValue(signed, ATTRIBUTE.contentType);
  if (!(type instanceof ObjectIdentifier) || type.getValue() !== id_eContentType_TSTInfo) {
    throw new TimestampFault("does not sign that its content is a time stamp");
  }
  const digest = SOUND_DIGESTS[signed.signerInfos[0]?.digestAlgorithm.algorithmId ?? ""];
  if (digest === undefined) {
    throw new TimestampFault("is hashed by an algorithm that is not known to be safe");
  }
  const given = attributeValue(signed, ATTRIBUTE.messageDigest);
  const actual = createHash(digest).update(content).digest();
  if (!(given instanceof OctetString) || !actual.equals(Buffer.from(given.getValue()))) {
    throw new TimestampFault("was altered (the signed digest is that of another content)");
  }
}

/** As they stand in the token: a certificate is hashed by its own bytes, not by how another program would write it. */
function bundledCertificates(token: Uint8Array): CertificatePair[] {
  const outer = children(fromBER(token).result)[1];
  const signed = children(outer)[0];
  const set = children(signed).find(
    (each) => each.idBlock.tagClass === 3 && each.idBlock.tagNumber === 0,
  );
  const found = children(set);
  if (found.length > MAX_CERTIFICATES) {
    throw new TimestampFault(`brings ${found.length} certificates, more than any path needs`);
  }
  return found
    .filter((each) => each instanceof Sequence)
    .map(({ valueBeforeDecodeView }) => certificatePair(valueBeforeDecodeView));
}

type Block = ReturnType<typeof fromBER>["result"];

function children(block: Block | undefined): Block[] {
  return block instanceof Constructed ? block.valueBlock.value : [];
}

/** The certificate whose key made the signature. */
async function verifiedSigner(
  signed: SignedData,
  bytes: Buffer,
  bundled: readonly CertificatePair[],
): Promise<CertificatePair> {
  const [info] = signed.signerInfos;
  const algorithm = info?.signatureAlgorithm;
  if (algorithm === undefined || (algorithm.algorithmId !== RSA && !isSoundSignature(algorithm))) {
    throw new TimestampFault("is signed by an algorithm that is not known to be safe");
  }
  const data = new Uint8Array(bytes).buffer;
  const result = await signed
    .verify({ signer: 0, data, extendedMode: true }, engine)
    .catch((error: Error) => {
      throw new TimestampFault(`has a signature that does not hold (${error.message})`, {
        cause: error,
      });
    });
  const { signatureVerified, signerCertificate } = result;
  const signer = bundled.find(
    ({ fields }) =>
      signerCertificate &&
      Buffer.from(fields.tbsView).equals(Buffer.from(signerCertificate.tbsView)),
  );
  if (signatureVerified !== true || signer === undefined) {
    throw new TimestampFault("has a signature that does not hold");
  }
  return signer;
}

/**
 * ESSCertID (RFC 2634) and ESSCertIDv2 (RFC 5035): the signer names its certificate, so that no other one with the same key can take its
 * place. The hash covers the certificate whole, issuer and serial number included.
 */
function checkBoundCertificate(signed: SignedData, signer: CertificatePair): void {
  const bound = [
    boundHash(attributeValue(signed, ATTRIBUTE.signingCertificate), "sha1"),
    boundHash(attributeValue(signed, ATTRIBUTE.signingCertificateV2), "sha256"),
  ].filter((each) => each !== null);
  if (bound.length === 0) throw new TimestampFault("does not name the certificate it is signed by");
  for (const { algorithm, hash } of bound) {
    if (!createHash(algorithm).update(signer.x509.raw).digest().equals(hash)) {
      throw new TimestampFault("names another certificate than the one it brings");
    }
  }
}

/** The first certificate named is the signer's. */
function boundHash(value: unknown, fallback: string): { algorithm: string; hash: Buffer } | null {
  if (value === null) return null;
  const [certificates] = value instanceof Sequence ? value.valueBlock.value : [];
  const [first] = children(certificates);
  const [head, next] = children(first);
  const algorithm = head instanceof Sequence ? digestNamed(children(head)[0]) : fallback;
  const hash = head instanceof Sequence ? next : head;
  if (algorithm === undefined || !(hash instanceof OctetString)) {
    throw new TimestampFault("names its certificate in a way that cannot be read");
  }
  return { algorithm, hash: Buffer.from(hash.getValue()) };
}

const digestNamed = (block: Block | undefined): string | undefined =>
  block instanceof ObjectIdentifier ? SOUND_DIGESTS[block.getValue()] : undefined;

/** RFC 3161, 2.4.2: a name in the token is one of the certificate's. */
function checkName({ tsa }: TSTInfo, signer: CertificatePair): void {
  if (tsa === undefined) return;
  const { subject, extensions } = signer.fields;
  const others = extensions?.find(({ extnID }) => extnID === id_SubjectAltName)?.parsedValue;
  const names = [
    new GeneralName({ type: 4, value: subject }),
    ...(others instanceof AltName ? others.altNames : []),
  ];
  if (!names.some((name) => isSameName(name, tsa))) {
    throw new TimestampFault("names another authority than its certificate does");
  }
}

function isSameName(one: GeneralName, other: GeneralName): boolean {
  if (one.type !== other.type) return false;
  const value: unknown = one.value;
  return value instanceof RelativeDistinguishedNames
    ? value.isEqual(other.value)
    : one.toString() === other.toString();
}
