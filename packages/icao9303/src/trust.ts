import { hex } from './asn1/value.ts'
import { type Crypto } from './crypto.ts'
import { decodeBase64, encodeBase64 } from './pki/base64.ts'
import { isSignedBy, parseCertificate, type Certificate } from './pki/certificate.ts'
import { parseCrl, type Crl } from './pki/crl.ts'
import { parseDeviationList, type DeviationList } from './pki/deviation-list.ts'
import { itemsOf } from './pki/directory.ts'
import { isLdif, parseLdif } from './pki/ldif.ts'
import { parseMasterList, type MasterList } from './pki/master-list.ts'
import { isSameName } from './pki/name.ts'
import { type Trust } from './pki/path.ts'

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g
const NOTHING = new Uint8Array(0)

/** DER from PEM, or the bytes themselves when they are no PEM. */
export function unwrapPem(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] !== 0x2d && !String.fromCharCode(...bytes.subarray(0, 4_000)).includes('-----BEGIN ')) return [bytes]
  const text = new TextDecoder('latin1').decode(bytes)
  // a block that is no base64 is kept as an empty one, so that its file is named as unread
  return [...text.matchAll(PEM)].map((m) => decodeBase64(new TextEncoder().encode(m[2]!)) ?? NOTHING)
}

export function wrapPem(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${(encodeBase64(der).match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`
}

export interface TrustFile { readonly name: string; readonly bytes: Uint8Array }

export interface TrustReading {
  readonly trust: Trust
  /** What could not be used: names of files, with the place where only a part is meant. */
  readonly unread: readonly string[]
  readonly read: readonly string[]
  /** Lists that were opened, so that their signers can be looked at: `verifyList`. */
  readonly masterLists: readonly MasterList[]
}

/** What has been found so far. */
interface Found {
  readonly certificates: Map<string, Certificate>
  readonly crls: Crl[]
  readonly masterLists: MasterList[]
  readonly deviations: DeviationList[]
  readonly read: string[]
  readonly unread: string[]
}

async function sortIn(found: Found, file: TrustFile, crypto: Crypto): Promise<void> {
  const { name, bytes } = file
  const keep = (c: Certificate): void => { found.certificates.set(hex(c.der), c) }
  const certificate = parseCertificate(bytes)
  if (certificate !== undefined) { keep(certificate); found.read.push(`${name}: certificate`); return }
  const crl = parseCrl(bytes)
  if (crl !== undefined) { found.crls.push(crl); found.read.push(`${name}: revocation list`); return }
  const list = await parseMasterList(bytes, crypto) ?? await parseDeviationList(bytes, crypto)
  if (list?.signed !== true) { found.unread.push(name); return }
  for (const u of list.unread) found.unread.push(`${name}: entry ${u.index} at byte ${u.offset}: ${u.says}`)
  if (list.kind === 'master-list') {
    list.certificates.forEach(keep)
    found.masterLists.push(list)
    found.read.push(`${name}: master list of ${list.certificates.length}`)
  } else {
    found.deviations.push(list)
    found.read.push(`${name}: deviation list of ${list.entries.length}`)
  }
}

/** The parts of a file: the entries of a directory, the blocks of PEM, or the file itself. */
function partsOf(file: TrustFile, unread: string[]): readonly TrustFile[] {
  if (isLdif(file.bytes)) {
    const { entries, defects } = parseLdif(file.bytes)
    for (const d of defects) unread.push(`${file.name}: line ${d.line}: ${d.says}`)
    return entries.flatMap((e) => itemsOf(e).map((item) => ({ name: `${file.name}: line ${e.line}`, bytes: item.bytes })))
  }
  const blocks = unwrapPem(file.bytes)
  if (blocks.length === 0) unread.push(file.name)
  return blocks.map((bytes) => ({ name: file.name, bytes }))
}

/**
 * Sorts trust material by what it is, not by its name: certificates and revocation lists in DER or PEM, master and
 * deviation lists, LDIF of a directory with any of them. Self-signed CSCA certificates are anchors, other CSCA
 * certificates are links that must lead to one, the rest are signers; lists count under their own signers' signatures.
 */
export async function readTrust(files: readonly TrustFile[], crypto: Crypto): Promise<TrustReading> {
  const found: Found = { certificates: new Map(), crls: [], masterLists: [], deviations: [], read: [], unread: [] }
  for (const file of files) for (const part of partsOf(file, found.unread)) await sortIn(found, part, crypto)
  const all = [...found.certificates.values()]
  const anchors = new Set<Certificate>()
  for (const c of all) if (c.isCa && isSameName(c.subject, c.issuer) && await isSignedBy(c, c, crypto)) anchors.add(c)
  const { crls, deviations, read, unread, masterLists } = found
  return {
    trust: {
      anchors: [...anchors], links: all.filter((c) => c.isCa && !anchors.has(c)),
      signers: all.filter((c) => !c.isCa), crls, deviations,
    },
    unread, read, masterLists,
  }
}
