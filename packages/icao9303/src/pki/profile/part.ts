import { childrenOf, Cursor, readTlv, type Tlv } from '../../asn1/tlv.ts'
import { TAG } from '../../asn1/value.ts'
import { OID, type Certificate } from '../certificate.ts'
import { readName, type Name } from '../name.ts'

/** The parts of a certificate as they are coded, for rules that are about the coding. */
export interface CodedParts {
  readonly validity: readonly Tlv[]
  readonly spki: Tlv
  readonly uniqueIds: number
  /** Identifiers of extensions whose default for criticality is written out. */
  readonly extensions: readonly Tlv[]
}

const PARTS = new WeakMap<Certificate, CodedParts>()

export function partsOf(c: Certificate): CodedParts {
  const before = PARTS.get(c)
  if (before !== undefined) return before
  const b = new Cursor(readTlv(c.tbs, 0), 'RFC 5280 §4.1')
  b.maybe(0xa0)
  for (const what of ['serialNumber', 'signature', 'issuer']) b.takeAny(what)
  const validity = childrenOf(b.take(TAG.sequence, 'validity'))
  b.takeAny('subject')
  const spki = b.take(TAG.sequence, 'subjectPublicKeyInfo')
  const uniqueIds = [b.maybe(0x81), b.maybe(0x82)].filter((t) => t !== undefined).length
  const wrapper = b.maybe(0xa3)
  const list = wrapper === undefined ? undefined : readTlv(wrapper.bytes, wrapper.body, wrapper.end)
  const parts = { validity, spki, uniqueIds, extensions: list === undefined ? [] : childrenOf(list) }
  PARTS.set(c, parts)
  return parts
}

/** The value of an extension as a TLV. */
export function insideOf(c: Pick<Certificate, 'extensions'>, id: string): Tlv | undefined {
  const e = c.extensions.get(id)
  return e === undefined ? undefined : readTlv(e.value, 0)
}

/** The general names of an alternative name: directory names read, others by their tag. @source RFC 5280 §4.2.1.6 */
export function alternativesOf(c: Certificate, id: string): {
  readonly names: readonly Name[]
  readonly tags: readonly number[]
} | undefined {
  const t = insideOf(c, id)
  if (t === undefined) return undefined
  const all = childrenOf(t)
  return { names: all.filter((n) => n.tag === 0xa4).flatMap((n) => childrenOf(n).map(readName)), tags: all.map((n) => n.tag) }
}

/** The addresses at which revocation lists are found. @source RFC 5280 §4.2.1.13 */
export function crlUrlsOf(c: Certificate): readonly string[] {
  const points = insideOf(c, OID.crlPoints)
  if (points === undefined) return []
  const deep = (t: Tlv): readonly string[] => (
    t.tag === 0x86 ? [String.fromCharCode(...t.bytes.subarray(t.body, t.end))] : (t.tag & 0x20) !== 0 ? childrenOf(t).flatMap(deep) : []
  )
  return deep(points)
}

/**
 * True for a time as the profile wants it: UTCTime with seconds to 2049, GeneralizedTime without fractions from 2050.
 *
 * @source Doc 9303-12 Table 5
 */
export function isTimeForm(t: Tlv, at: Date): boolean {
  const length = t.end - t.body
  return at.getUTCFullYear() < 2050 ? t.tag === TAG.utcTime && length === 13 : t.tag === TAG.time && length === 15
}
