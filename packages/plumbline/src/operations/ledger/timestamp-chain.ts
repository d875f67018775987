/**
 * Whether the certificate that signed a time-stamp token may do so: its purpose, and its path to a trusted certificate
 * (RFC 5280 section 6, the part that paths of timestamp authorities use; RFC 3161 section 2.3).
 *
 * The path is built over OpenSSL's own checks (names, key identifiers, key usage, signatures) by a breadth-first search that visits
 * each certificate once: a token may carry certificates that sign each other in a circle. Policies are not processed; a
 * critical extension outside the list below, or a name constraint, refuses the certificate. Revocation is not checked: it would need
 * the network.
 */
import { X509Certificate } from "node:crypto";
import { BasicConstraints, Certificate, ExtKeyUsage, RSASSAPSSParams } from "pkijs";
import { TimestampFault } from "./timestamp-fault.js";

/** One certificate, as OpenSSL reads it and as a tree of fields. */
export interface CertificatePair {
  readonly x509: X509Certificate;
  readonly fields: Certificate;
}

const OID = {
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  nameConstraints: "2.5.29.30",
  certificatePolicies: "2.5.29.32",
  extKeyUsage: "2.5.29.37",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  rsaPss: "1.2.840.113549.1.1.10",
} as const;

const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.keyUsage,
  OID.subjectAltName,
  OID.basicConstraints,
  OID.certificatePolicies,
  OID.extKeyUsage,
]);

/** SHA-256, SHA-384 and SHA-512, as digests. */
export const SOUND_DIGESTS: Readonly<Record<string, "sha256" | "sha384" | "sha512">> = {
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
};

/** RSA (PKCS #1) and ECDSA with those digests. Those with MD5 or SHA-1 can be forged, so they count for nothing. */
const SOUND_SIGNATURES: ReadonlySet<string> = new Set([
  "1.2.840.113549.1.1.11",
  "1.2.840.113549.1.1.12",
  "1.2.840.113549.1.1.13",
  "1.2.840.10045.4.3.2",
  "1.2.840.10045.4.3.3",
  "1.2.840.10045.4.3.4",
]);

const LEAST_RSA_BITS = 2048;

/** Throws when the bytes are no certificate. */
export function certificatePair(der: Uint8Array): CertificatePair {
  return { x509: new X509Certificate(der), fields: Certificate.fromBER(der) };
}

/** A signature algorithm, by what a certificate or a signer says of it. */
export function isSoundSignature(algorithm: {
  readonly algorithmId: string;
  readonly algorithmParams?: unknown;
}): boolean {
  if (SOUND_SIGNATURES.has(algorithm.algorithmId)) return true;
  if (algorithm.algorithmId !== OID.rsaPss) return false;
  const { hashAlgorithm } = new RSASSAPSSParams({ schema: algorithm.algorithmParams });
  return Object.hasOwn(SOUND_DIGESTS, hashAlgorithm.algorithmId);
}

/** The name in a certificate that people know it by: common name, else organisation, else all of it. */
export function shortName({ x509, fields }: CertificatePair): string {
  const part = (type: string): string | null => {
    const found = fields.subject.typesAndValues.find((each) => each.type === type);
    const text: unknown = found?.value.valueBlock.value;
    return typeof text === "string" && text.trim() !== "" ? text.trim() : null;
  };
  const name = part("2.5.4.3") ?? part("2.5.4.10") ?? x509.subject.split("\n").join(", ");
  return name.slice(0, 200);
}

const extensionOf = ({ fields }: CertificatePair, id: string) =>
  fields.extensions?.find(({ extnID }) => extnID === id);

/** RFC 3161, 2.3: the certificate is for time-stamping, only, and says so in a critical extension. Throws `TimestampFault`. */
export function checkPurpose(signer: CertificatePair): void {
  const found = extensionOf(signer, OID.extKeyUsage);
  const uses: unknown = found?.parsedValue;
  const purposes = uses instanceof ExtKeyUsage ? uses.keyPurposes : [];
  if (purposes.length !== 1 || purposes[0] !== OID.timeStamping || found?.critical !== true) {
    throw new TimestampFault(
      `was signed with a certificate that is not for time-stamping alone (${shortName(signer)})`,
    );
  }
}

/**
 * The signer's certificate must lead to one of the trusted ones, every certificate on the way being valid at `at`.
 * Throws `TimestampFault`.
 */
export function checkPath(
  signer: CertificatePair,
  bundled: readonly CertificatePair[],
  trusted: readonly CertificatePair[],
  at: Date,
): void {
  const anchors = new Set(trusted.map(({ x509 }) => x509.fingerprint256));
  const visited = new Set([signer.x509.fingerprint256]);
  const isTrusted = ({ x509 }: CertificatePair) => anchors.has(x509.fingerprint256);
  const flaws = [ownFlaw(signer, at, isTrusted(signer))].filter((each) => each !== null);
  const queue = flaws.length === 0 ? [{ pair: signer, below: 0 }] : [];
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const { pair, below } = step;
    if (isTrusted(pair)) return;
    for (const issuer of [...trusted, ...bundled]) {
      const { fingerprint256 } = issuer.x509;
      if (visited.has(fingerprint256) || !isIssuedBy(pair, issuer)) continue;
      const flaw = ownFlaw(issuer, at, isTrusted(issuer)) ?? issuerFlaw(issuer, below);
      visited.add(fingerprint256);
      if (flaw !== null) flaws.push(flaw);
      else queue.push({ pair: issuer, below: isSelfIssued(issuer) ? below : below + 1 });
    }
  }
  throw new TimestampFault(
    flaws[0] ??
      `was signed with the certificate ${shortName(signer)}, which does not lead to a certificate that plumbline.yaml names`,
  );
}

const isSelfIssued = ({ x509 }: CertificatePair) => x509.subject === x509.issuer;

function isIssuedBy({ x509 }: CertificatePair, issuer: CertificatePair): boolean {
  try {
    return x509.checkIssued(issuer.x509) && x509.verify(issuer.x509.publicKey);
  } catch {
    // A key of a kind that this signature cannot be by.
    return false;
  }
}

/** What holds of every certificate in a path; who signed a trusted one does not matter. */
function ownFlaw(pair: CertificatePair, at: Date, isTrusted: boolean): string | null {
  const name = `the certificate ${shortName(pair)}`;
  const { x509, fields } = pair;
  const [from, to] = [fields.notBefore.value, fields.notAfter.value];
  if (!(from <= at && at <= to)) {
    return `is dated ${at.toISOString()}, when ${name} was not valid (${from.toISOString()} to ${to.toISOString()})`;
  }
  const odd = fields.extensions?.find(
    ({ extnID, critical }) =>
      extnID === OID.nameConstraints || (critical && !UNDERSTOOD.has(extnID)),
  );
  if (odd !== undefined) {
    return `rests on ${name}, whose extension ${odd.extnID} is not understood`;
  }
  const { asymmetricKeyType: kind, asymmetricKeyDetails: key } = x509.publicKey;
  if (kind?.startsWith("rsa") && (key?.modulusLength ?? 0) < LEAST_RSA_BITS) {
    return `rests on ${name}, whose RSA key has fewer than ${LEAST_RSA_BITS} bits`;
  }
  return isTrusted || isSoundSignature(fields.signatureAlgorithm)
    ? null
    : `rests on ${name}, which is signed by an algorithm that is not known to be safe`;
}

/** `below`: certificates of authorities under this one in the path, self-issued ones not counted. */
function issuerFlaw(issuer: CertificatePair, below: number): string | null {
  const name = `the certificate ${shortName(issuer)}`;
  if (!issuer.x509.ca) return `rests on ${name}, which is not an authority's`;
  const constraints: unknown = extensionOf(issuer, OID.basicConstraints)?.parsedValue;
  const most = constraints instanceof BasicConstraints ? constraints.pathLenConstraint : undefined;
  if (typeof most === "number" && below > most) {
    return `rests on ${name}, which may not stand above ${below} further ${below === 1 ? "authority" : "authorities"}`;
  }
  const uses = extensionOf(issuer, OID.extKeyUsage);
  const purposes: unknown = uses?.parsedValue;
  const isLimited = uses !== undefined;
  const may = purposes instanceof ExtKeyUsage && purposes.keyPurposes.includes(OID.timeStamping);
  return isLimited && !may ? `rests on ${name}, which may not be used for time-stamping` : null;
}
