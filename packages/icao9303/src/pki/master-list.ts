import { Cursor, Malformed, readWhole } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { integer, sequence, setOf } from '../asn1/write.ts'
import { buildSignedData } from '../cms/build.ts'
import { type Crypto } from '../crypto.ts'
import { decodeCertificate, type Certificate } from './certificate.ts'
import { openList, readEntries, takeVersion, type ListSignature, type UnreadEntry } from './signed-list.ts'
import { type Signer } from './signer.ts'

const OID_MASTER_LIST = '2.23.136.1.1.2'
const CLAUSE = 'Doc 9303-12 §9.2'

/** The CSCA certificates that a State trusts, as it published them. */
export interface MasterList extends ListSignature {
  readonly kind: 'master-list'
  readonly certificates: readonly Certificate[]
  /** Entries that could not be read, each with its place and the reason. */
  readonly unread: readonly UnreadEntry[]
}

/** A CSCA master list, or undefined when the bytes are none. @source Doc 9303-12 §9 */
export async function parseMasterList(bytes: Uint8Array, crypto: Crypto): Promise<MasterList | undefined> {
  try {
    const open = await openList(bytes, OID_MASTER_LIST, crypto)
    if (open === undefined) return undefined
    const c = new Cursor(readWhole(open.data.content, TAG.sequence, CLAUSE), CLAUSE)
    takeVersion(c, CLAUSE)
    const set = c.take(TAG.set, 'certificates')
    c.done()
    const { data: _, contentAt, ...signature } = open
    const { entries, unread } = readEntries(set, { contentAt, read: decodeCertificate })
    return { kind: 'master-list', certificates: entries, unread, ...signature }
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

export interface MasterListOrder {
  readonly entries: readonly Certificate[]
  readonly signer: Certificate
  /** Certificates above the signer's, sent along. */
  readonly chain: readonly Certificate[]
  readonly at: Date
}

/** A master list, with its signer's certificate and the CSCA above it, and the time of signing. @source Doc 9303-12 §9 */
export async function buildMasterList(o: MasterListOrder, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  const content = sequence(integer(0), setOf(...new Set(o.entries.map((e) => e.der))))
  return buildSignedData({ contentType: OID_MASTER_LIST, content, signer: o.signer, chain: o.chain, at: o.at }, signer, crypto)
}
