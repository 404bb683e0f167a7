import { Cursor, Malformed, wholeOf, readTlv } from '../asn1/tlv.ts'
import { TAG } from '../asn1/value.ts'
import { readContentInfo, signerCertificate, verifySignedData, type SignedData } from '../cms/signed-data.ts'
import { type Crypto } from '../crypto.ts'
import { type Certificate } from './certificate.ts'

/** Part of a list that could not be read; the rest was. `offset` counts from the beginning of the file. */
export interface UnreadEntry { readonly index: number; readonly offset: number; readonly says: string; readonly clause: string }

/** Who signed a list, and whether. That the signer may be trusted is another question: `verifyList`. */
export interface ListSignature {
  /** True when the list's own signer made the signature. */
  readonly signed: boolean
  /** Why it is not signed, where it is not. */
  readonly signatureSays: string
  readonly signer: Certificate | undefined
  readonly signedAt: Date | undefined
  /** Certificates that came along with the list: the signer's, and the CSCA above it. */
  readonly carried: readonly Certificate[]
  /** How the signer is named: by key identifier, as is recommended, or by issuer and serial number. */
  readonly namedBy: 'key' | 'issuer'
  /** Departures of the envelope from CMS in DER. */
  readonly deviations: readonly {
    readonly code: string
    readonly offset: number
    readonly says: string
    readonly clause: string
    readonly grave: boolean
  }[]
}

export interface OpenList extends ListSignature {
  readonly data: SignedData
  /** Where the content begins in the file, so that places in it can be named. */
  readonly contentAt: number
}

/** Opens the CMS around a list. @returns undefined for a content of another type @throws Malformed */
export async function openList(bytes: Uint8Array, contentType: string, crypto: Crypto): Promise<OpenList | undefined> {
  const data = readContentInfo(bytes, () => undefined)
  if (data.contentType !== contentType) return undefined
  const signer = signerCertificate(data.signer.id, data.certificates)
  const verdict = signer === undefined
    ? { ok: false, says: 'the certificate of the signer is not in the list' }
    : await verifySignedData(data, signer, crypto)
  return {
    data, contentAt: data.content.buffer === bytes.buffer ? data.content.byteOffset - bytes.byteOffset : 0,
    signed: verdict.ok, signatureSays: verdict.says, signer, signedAt: data.signer.attributes?.signingTime,
    carried: data.certificates, namedBy: data.signer.id.kind, deviations: data.deviations,
  }
}

/**
 * Reads the members of a SET one by one; a broken one is named, the rest is read. Where the frame itself breaks,
 * reading ends there.
 */
export function readEntries<T>(
  set: { readonly bytes: Uint8Array; readonly body: number; readonly end: number },
  o: { readonly contentAt: number; readonly read: (der: Uint8Array) => T },
): { readonly entries: readonly T[]; readonly unread: readonly UnreadEntry[] } {
  const entries: T[] = []
  const unread: UnreadEntry[] = []
  let at = set.body
  for (let index = 0; at < set.end; index++) {
    let base = 0
    let next = set.end
    try {
      const t = readTlv(set.bytes, at, set.end)
      base = t.start
      next = t.next
      entries.push(o.read(wholeOf(t)))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      unread.push({ index, offset: o.contentAt + base + error.offset, says: `expected ${error.expected}`, clause: error.clause })
    }
    at = next
  }
  return { entries, unread }
}

/** Version 0 at the head of a list. @throws Malformed */
export function takeVersion(c: Cursor, clause: string): void {
  const t = c.take(TAG.integer, 'a version')
  if (t.end !== t.body + 1 || t.bytes[t.body] !== 0) throw new Malformed(clause, t.start, 'version 0')
}
