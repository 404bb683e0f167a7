import { createHash } from 'node:crypto'

import { ok, type Refusal, type Result } from '@causeway/kernel'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier, AttributeTypeAndValue, AttributeValue, AuthorityKeyIdentifier, BasicConstraints, Certificate as X509, CertificateList, CRLDistributionPoints, CRLNumber,
  DistributionPoint, DistributionPointName, ExtendedKeyUsage, Extension, Extensions, GeneralName, id_ce_authorityKeyIdentifier, id_ce_basicConstraints, id_ce_cRLDistributionPoints,
  id_ce_cRLNumber, id_ce_extKeyUsage, id_ce_keyUsage, id_ce_subjectKeyIdentifier, KeyIdentifier, KeyUsage, KeyUsageFlags, Name, RelativeDistinguishedName, RevokedCertificate,
  SubjectKeyIdentifier, SubjectPublicKeyInfo, TBSCertificate, TBSCertList, Time, Validity, Version,
} from '@peculiar/asn1-x509'
import { parseCertificate, type Certificate } from 'icao9303'

import { dayOf, examineRequest, newSerial, plusDays, UTOPIA } from './authority.ts'
import { type Generation, type Lineage } from './lineage.ts'
import { type Settings } from './setting.ts'
import { type HubKey, type Vault } from './vault.ts'

/** Years for which the authority's own certificate is valid. */
const OWN_YEARS = 10
const CRL_URL = 'http://pki.specimen.example/UTO-seal.crl'
/** Document signing, and protection of mail, for which programs look that do not know the first. @source RFC 9336 §3.1, RFC 5280 §4.2.1.12 */
const PURPOSES = ['1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.4']
/** ecdsa-with-SHA256 @source RFC 5758 §3.2 */
const ALGORITHM = new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' })

/** The authority for seals on PDF documents: another key than the CSCA's, and ordinary certificates that public tools know. @source RFC 5280 */
export interface SealAuthority {
  readonly certificate: () => Certificate
  readonly certify: (request: Uint8Array, now: Date) => Promise<Result<Certificate, Refusal>>
  readonly revocationList: (o: { readonly number: number; readonly now: Date; readonly revoked: readonly { readonly serial: string; readonly at: Date }[] }) => Promise<Uint8Array>
}

const buffer = (b: Uint8Array): ArrayBuffer => new Uint8Array(b).buffer
const extension = (extnID: string, value: unknown, critical = false): Extension => new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) })

function nameOf(o: { readonly organisation: string; readonly commonName: string }): Name {
  const part = (type: string, value: AttributeValue): RelativeDistinguishedName => new RelativeDistinguishedName([new AttributeTypeAndValue({ type, value })])
  return new Name([
    part('2.5.4.6', new AttributeValue({ printableString: UTOPIA.country })), part('2.5.4.10', new AttributeValue({ utf8String: o.organisation })),
    part('2.5.4.3', new AttributeValue({ utf8String: o.commonName })),
  ])
}

/** A positive serial number from random bytes. */
function serialNumber(): ArrayBuffer {
  const serial = newSerial()
  serial[0] = (serial[0]! & 0x7f) | 0x40
  return buffer(serial)
}

interface Order {
  readonly issuer: { readonly name: Name; readonly key: HubKey; readonly keyId: Uint8Array }
  readonly subject: Name
  readonly spki: Uint8Array
  readonly from: Date
  readonly to: Date
  readonly extensions: readonly Extension[]
}

/** SHA-1 of the bits of the key. @source RFC 5280 §4.2.1.2 (1) */
const keyIdOf = (spki: Uint8Array): Uint8Array => new Uint8Array(createHash('sha1').update(Buffer.from(AsnConvert.parse(spki, SubjectPublicKeyInfo).subjectPublicKey)).digest())

async function certify(o: Order): Promise<Certificate> {
  const tbs = new TBSCertificate({
    version: Version.v3, serialNumber: serialNumber(), signature: ALGORITHM, issuer: o.issuer.name, subject: o.subject, validity: new Validity({ notBefore: o.from, notAfter: o.to }),
    subjectPublicKeyInfo: AsnConvert.parse(o.spki, SubjectPublicKeyInfo),
    extensions: new Extensions([
      extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(buffer(keyIdOf(o.spki)))),
      extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(buffer(o.issuer.keyId)) })),
      ...o.extensions,
    ]),
  })
  const signature = await o.issuer.key.signer.sign(new Uint8Array(AsnConvert.serialize(tbs)))
  return parseCertificate(new Uint8Array(AsnConvert.serialize(new X509({ tbsCertificate: tbs, signatureAlgorithm: ALGORITHM, signatureValue: buffer(signature) }))))!
}

const places = (): Extension => extension(id_ce_cRLDistributionPoints, new CRLDistributionPoints([
  new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName: [new GeneralName({ uniformResourceIdentifier: CRL_URL })] }) }),
]))

/** Opens the seal authority; at first use makes its key and certificate. */
export async function openSealAuthority(o: { readonly vault: Vault; readonly lineage: Lineage; readonly settings: (at: Date) => Settings; readonly now: Date }): Promise<SealAuthority> {
  const name = nameOf({ organisation: UTOPIA.organisation, commonName: 'Seal CA SPECIMEN' })
  const issuer = (key: HubKey): Order['issuer'] => ({ name, key, keyId: keyIdOf(key.spki) })
  const found = async (): Promise<Generation> => {
    const [key, from] = [await o.vault.make('seal', 'P-256'), dayOf(o.now)]
    const certificate = await certify({
      issuer: issuer(key), subject: name, spki: key.spki, from, to: plusDays(from, OWN_YEARS * 365),
      extensions: [
        extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
        extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
      ],
    })
    return o.lineage.add('seal', { key, certificate, link: undefined, usableFrom: from })
  }
  const own = o.lineage.of('seal')[0] ?? await found()
  return {
    certificate: () => own.certificate,
    certify: async (der, now) => {
      const request = await examineRequest(der)
      if (!request.ok) return request
      const [{ commonName, organisation, spki }, from] = [request.value, dayOf(now)]
      return ok(await certify({
        issuer: issuer(own.key), subject: nameOf({ organisation: organisation ?? UTOPIA.organisation, commonName }), spki, from, to: plusDays(from, o.settings(now)('seal.use.days')),
        extensions: [
          extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation), true),
          extension(id_ce_extKeyUsage, new ExtendedKeyUsage(PURPOSES)), places(),
        ],
      }))
    },
    revocationList: async ({ number, now, revoked }) => {
      const tbs = new TBSCertList({
        version: Version.v2, signature: ALGORITHM, issuer: name, thisUpdate: new Time(now), nextUpdate: new Time(plusDays(now, o.settings(now)('crl.next.days'))),
        ...(revoked.length === 0 ? {} : {
          revokedCertificates: revoked.map((r) => new RevokedCertificate({ userCertificate: buffer(Buffer.from(r.serial.padStart(r.serial.length + (r.serial.length % 2), '0'), 'hex')), revocationDate: new Time(r.at) })),
        }),
        crlExtensions: [
          extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(buffer(keyIdOf(own.key.spki))) })),
          extension(id_ce_cRLNumber, new CRLNumber(number)),
        ],
      })
      const signature = await own.key.signer.sign(new Uint8Array(AsnConvert.serialize(tbs)))
      return new Uint8Array(AsnConvert.serialize(new CertificateList({ tbsCertList: tbs, signatureAlgorithm: ALGORITHM, signature: buffer(signature) })))
    },
  }
}
