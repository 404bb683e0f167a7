import { hex } from './asn1/value.ts'
import { type Crypto } from './crypto.ts'
import { isSignedBy, parseCertificate, type Certificate } from './pki/certificate.ts'
import { parseCrl, type Crl } from './pki/crl.ts'
import { parseMasterList } from './pki/master-list.ts'
import { isSameName } from './pki/name.ts'
import { type Trust } from './pki/path.ts'

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g

/** DER from PEM, or the bytes themselves when they are no PEM. */
export function unwrapPem(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] !== 0x2d && !String.fromCharCode(...bytes.subarray(0, 4_000)).includes('-----BEGIN ')) return [bytes]
  const text = new TextDecoder('latin1').decode(bytes)
  return [...text.matchAll(PEM)].map((m) => {
    const base64 = m[2]!.replace(/\s+/g, '')
    // a block that is no base64 is kept as an empty one, so that its file is named as unread
    return /^[A-Za-z0-9+/]+={0,2}$/.test(base64) && base64.length % 4 === 0 ? Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)) : new Uint8Array(0)
  })
}

export function wrapPem(label: string, der: Uint8Array): string {
  let binary = ''
  for (const b of der) binary += String.fromCharCode(b)
  return `-----BEGIN ${label}-----\n${(btoa(binary).match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`
}

export interface TrustReading { readonly trust: Trust; readonly unread: readonly string[]; readonly read: readonly string[] }

/**
 * Sorts trust material by what it is, not by its name: self-signed CSCA certificates are anchors, other CSCA
 * certificates are links that must lead to one, the rest are document signers; lists are opened.
 */
export async function readTrust(files: readonly { readonly name: string; readonly bytes: Uint8Array }[], crypto: Crypto): Promise<TrustReading> {
  const certificates = new Map<string, Certificate>()
  const crls: Crl[] = []
  const [unread, read]: [string[], string[]] = [[], []]
  const keep = (c: Certificate): void => { certificates.set(hex(c.der), c) }
  for (const file of files) {
    const blocks = unwrapPem(file.bytes)
    if (blocks.length === 0) unread.push(file.name)
    for (const der of blocks) {
      const certificate = parseCertificate(der)
      const crl = certificate === undefined ? parseCrl(der) : undefined
      const list = certificate === undefined && crl === undefined ? await parseMasterList(der, crypto) : undefined
      if (certificate !== undefined) { keep(certificate); read.push(`${file.name}: certificate`) }
      else if (crl !== undefined) { crls.push(crl); read.push(`${file.name}: revocation list`) }
      else if (list?.signed === true) { list.certificates.forEach(keep); read.push(`${file.name}: master list of ${list.certificates.length}`) }
      else unread.push(file.name)
    }
  }
  const all = [...certificates.values()]
  const anchors: Certificate[] = []
  for (const c of all) if (c.isCa && isSameName(c.subject, c.issuer) && await isSignedBy(c, c, crypto)) anchors.push(c)
  return {
    trust: { anchors, links: all.filter((c) => c.isCa && !anchors.includes(c)), signers: all.filter((c) => !c.isCa), crls },
    unread, read,
  }
}
