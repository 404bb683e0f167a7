import { hex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { type Certificate } from './certificate.ts'
import { type Crl } from './crl.ts'
import { type LdifEntry, type LdifOrder } from './ldif.ts'
import { countryOf, renderName } from './name.ts'

/** What the public key directory keeps in an entry: the bytes, and what the directory says of them. */
export interface DirectoryItem {
  readonly dn: string
  /** The attribute that they were in, in lower case. */
  readonly attribute: string
  readonly bytes: Uint8Array
  /** Two letters, from the name of the entry. */
  readonly country: string | undefined
  readonly pkdVersion: number | undefined
}

const asText = new TextDecoder()

/**
 * The DER values of an entry: `userCertificate;binary`, `cACertificate;binary`, `certificateRevocationList;binary`,
 * `pkdMasterListContent`, `CscaMasterListData`, and any other that holds DER. What they are is told by their content.
 */
export function itemsOf(entry: LdifEntry): readonly DirectoryItem[] {
  const version = entry.attributes.get('pkdversion')?.[0]
  const number = version && Number(asText.decode(version.bytes))
  const country = /(?:^|,)\s*c=([A-Za-z]{2,3})(?:,|$)/i.exec(entry.dn)?.[1]?.toUpperCase()
  return [...entry.attributes].flatMap(([attribute, values]) => values.filter((v) => v.binary === 'base64' && v.bytes[0] === 0x30)
    .map(
      (v) => ({
        dn: entry.dn, attribute, bytes: v.bytes, country,
        pkdVersion: number === undefined || Number.isNaN(number) ? undefined : number,
      })
    ))
}

/** What is to be put into a directory. */
export type DirectoryOrder =
  | { readonly kind: 'certificate'; readonly certificate: Certificate }
  | { readonly kind: 'crl'; readonly crl: Crl }
  | { readonly kind: 'master-list' | 'deviation-list'; readonly bytes: Uint8Array; readonly signer: Certificate }

const ROOT = 'dc=data,dc=download,dc=pkd,dc=icao,dc=int'
const PLACES = { certificate: 'dsc', crl: 'crl', 'master-list': 'ml', 'deviation-list': 'dl' } as const
const ATTRIBUTES = {
  certificate: 'userCertificate;binary', crl: 'certificateRevocationList;binary',
  'master-list': 'pkdMasterListContent', 'deviation-list': 'pkdDeviationListContent',
} as const
const CLASSES = {
  certificate: 'inetOrgPerson', crl: 'cRLDistributionPoint', 'master-list': 'pkdMasterList',
  'deviation-list': 'pkdDeviationList',
} as const

/**
 * An entry laid out as the directory lays its own out, named by the hash of its content. Names for deviation lists
 * are ours: no published file of the directory has one.
 */
export function directoryEntry(o: DirectoryOrder, pkdVersion: number, crypto: Crypto): LdifOrder {
  const bytes = o.kind === 'certificate' ? o.certificate.der : o.kind === 'crl' ? o.crl.der : o.bytes
  const name = o.kind === 'certificate' ? o.certificate.subject : o.kind === 'crl' ? o.crl.issuer : o.signer.subject
  const cn = hex(crypto.hash('SHA-256', bytes))
  return {
    dn: `cn=${cn},o=${PLACES[o.kind]},c=${(countryOf(name) ?? 'XX').toUpperCase()},${ROOT}`,
    attributes: [
      ['objectClass', CLASSES[o.kind]], ['objectClass', 'pkdDownload'], ['cn', cn],
      ['description', renderName(name)], ['pkdVersion', String(pkdVersion)], [ATTRIBUTES[o.kind], bytes],
    ],
  }
}
