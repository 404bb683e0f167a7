import { Cursor, Malformed, valueOf, type Tlv } from '../asn1/tlv.ts'
import { hex, smallOf, TAG, unhex } from '../asn1/value.ts'
import { integer, tlv } from '../asn1/write.ts'
import { renderTag, type Reading } from './decoded.ts'

/** What the header of a biometric template says. Times are as written, without a zone. */
export interface BiometricHeader {
  /** The version of the header, 0x0101. */
  readonly version?: number
  /** 0x02 a face, 0x08 a fingerprint, 0x10 an iris. */
  readonly type?: number
  /** Which finger or eye: CBEFF bits. */
  readonly subtype?: number
  /** `CCYY-MM-DDThh:mm:ss` */
  readonly created?: string
  /** Two days, `CCYY-MM-DD`. */
  readonly validity?: { readonly from: string; readonly until: string }
  /** The product that made the data, as registered (PID). */
  readonly creator?: number
  /** 0x0101 is ISO/IEC JTC 1/SC 37. Required; absent only when a document lacks it. */
  readonly formatOwner?: number
  /** 0x0008 a face of ISO/IEC 19794-5, 0x002A one of ISO/IEC 39794-5, 0x0007 a finger of 19794-4. Required as well. */
  readonly formatType?: number
  /** Objects that are not known, or could not be read as what they should be. */
  readonly others?: readonly { readonly tag: number; readonly bytes: Uint8Array }[]
}

/** One biometric template: what it is, and the data block in 5F2E (ISO/IEC 19794) or 7F2E (ISO/IEC 39794). */
export interface BiometricTemplate {
  readonly header: BiometricHeader
  readonly block: { readonly tag: number; readonly bytes: Uint8Array }
}

export interface BiometricGroup {
  readonly templates: readonly BiometricTemplate[]
  /** What the issuer puts beside a group without templates, so that its hash tells nothing (tag 53). */
  readonly filler?: Uint8Array
}

/** The same, read from a file: the block is still a window on the file, so that places in it can be named. */
export interface ReadGroup {
  readonly templates: readonly { readonly header: BiometricHeader; readonly block: Tlv }[]
  readonly filler?: Uint8Array
}

/** The data blocks that there are. */
export const BLOCK = { plain: 0x5f2e, constructed: 0x7f2e } as const
const GROUP = 0x7f61
const TEMPLATE = 0x7f60
const HEADER = 0xa1
const FILLER = 0x53

function uint(n: number, length: number): Uint8Array {
  if (!Number.isInteger(n) || n < 0 || n >= 256 ** length) throw new RangeError(`not a number of ${length} bytes: ${n}`)
  return unhex(n.toString(16).padStart(2 * length, '0'))
}
const number = (b: Uint8Array): number => b.reduce((sum, x) => sum * 256 + x, 0)

function packed(text: string, pattern: RegExp): Uint8Array {
  if (!pattern.test(text)) throw new RangeError(`not a time of a biometric header: ${text}`)
  return unhex(text.replace(/\D/g, ''))
}

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/

function encodeHeader(h: BiometricHeader): Uint8Array {
  if (h.formatOwner === undefined || h.formatType === undefined) throw new RangeError('the format owner and the format type are required')
  const parts: { readonly tag: number; readonly bytes: Uint8Array }[] = [...(h.others ?? [])]
  const put = (tag: number, bytes: Uint8Array): void => {
    parts.push({ tag, bytes })
  }
  if (h.version !== undefined) put(0x80, uint(h.version, 2))
  if (h.type !== undefined) put(0x81, uint(h.type, h.type > 0xffff ? 3 : h.type > 0xff ? 2 : 1))
  if (h.subtype !== undefined) put(0x82, uint(h.subtype, 1))
  if (h.created !== undefined) put(0x83, packed(h.created, MOMENT))
  if (h.validity !== undefined) put(0x85, Uint8Array.of(...packed(h.validity.from, DAY), ...packed(h.validity.until, DAY)))
  if (h.creator !== undefined) put(0x86, uint(h.creator, 4))
  put(0x87, uint(h.formatOwner, 2))
  put(0x88, uint(h.formatType, 2))
  return tlv(HEADER, ...parts.toSorted((a, b) => a.tag - b.tag).map((p) => tlv(p.tag, p.bytes)))
}

/**
 * A data group of biometric templates.
 *
 * @param tag - of the data group: 0x75, 0x63 or 0x76
 * @throws RangeError when a header lacks what is required, or a number or time in it cannot be written
 * @source Doc 9303-10 §4.7.2.1, §4.7.3.1, §4.7.4.1
 */
export function encodeBiometricGroup(tag: number, group: BiometricGroup): Uint8Array {
  const templates = group.templates.map((t) => tlv(TEMPLATE, encodeHeader(t.header), tlv(t.block.tag, t.block.bytes)))
  const filler = group.filler === undefined ? [] : [tlv(FILLER, group.filler)]
  return tlv(tag, tlv(GROUP, integer(templates.length), ...templates), ...filler)
}

interface Place {
  readonly reading: Reading
  readonly clause: string
  readonly path: string
}

/** Digits in pairs: `CCYYMMDD` and, with seven bytes, `hhmmss`. */
function moment(b: Uint8Array): string | undefined {
  const m = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$/.exec(hex(b))
  if (m === null) return undefined
  return `${m[1]}-${m[2]}-${m[3]}${m[4] === undefined ? '' : `T${m[4]}:${m[5]}:${m[6]}`}`
}

type HeaderField = (b: Uint8Array) => Partial<BiometricHeader> | undefined

/** Objects of the header: what they say, or nothing if their length or content is not what it should be. */
const HEADER_FIELDS: Readonly<Record<number, { readonly name: string; readonly read: HeaderField }>> = {
  0x80: { name: 'version', read: (b) => (b.length === 2 ? { version: number(b) } : undefined) },
  0x81: { name: 'type', read: (b) => (b.length >= 1 && b.length <= 3 ? { type: number(b) } : undefined) },
  0x82: { name: 'subtype', read: (b) => (b.length === 1 ? { subtype: number(b) } : undefined) },
  0x83: {
    name: 'created',
    read: (b) => {
      const created = b.length === 7 ? moment(b) : undefined
      return created === undefined ? undefined : { created }
    },
  },
  0x85: {
    name: 'validity',
    read: (b) => {
      const [from, until] = b.length === 8 ? [moment(b.subarray(0, 4)), moment(b.subarray(4))] : []
      return from === undefined || until === undefined ? undefined : { validity: { from, until } }
    },
  },
  0x86: { name: 'creator', read: (b) => (b.length === 4 ? { creator: number(b) } : undefined) },
  0x87: { name: 'formatOwner', read: (b) => (b.length === 2 ? { formatOwner: number(b) } : undefined) },
  0x88: { name: 'formatType', read: (b) => (b.length === 2 ? { formatType: number(b) } : undefined) },
}

const rendered = (v: unknown): string => (typeof v === 'number' ? `0x${v.toString(16).padStart(4, '0')}` : typeof v === 'string' ? v : '')

function readHeader(t: Tlv, { reading, clause, path }: Place): BiometricHeader {
  const others: { readonly tag: number; readonly bytes: Uint8Array }[] = []
  let header: BiometricHeader = {}
  const c = new Cursor(t, clause, reading.policy)
  while (c.peek() !== undefined) {
    const o = c.takeAny('an object of the header')
    const known = HEADER_FIELDS[o.tag]
    const value = known?.read(valueOf(o))
    if (known !== undefined) reading.lay(`${path}.${known.name}`, o, rendered(Object.values(value ?? {})[0]))
    if (value !== undefined) header = { ...header, ...value }
    else {
      others.push({ tag: o.tag, bytes: valueOf(o).slice() })
      reading.note({
        code: 'header-field',
        offset: o.start,
        says: `object ${renderTag(o.tag)} of the header is not what it should be`,
        clause,
      })
    }
  }
  if (header.formatOwner === undefined || header.formatType === undefined)
    reading.note({ code: 'header-format', offset: t.start, says: 'the header does not name the format', clause })
  return others.length > 0 ? { ...header, others } : header
}

function readTemplate(t: Tlv, p: Place): { readonly header: BiometricHeader; readonly block: Tlv } {
  const c = new Cursor(t, p.clause, p.reading.policy)
  const head = c.maybe(HEADER)
  if (head === undefined) p.reading.note({ code: 'header-missing', offset: t.body, says: 'the template has no header', clause: p.clause })
  else p.reading.lay(`${p.path}.header`, head)
  const header = head === undefined ? {} : readHeader(head, { ...p, path: `${p.path}.header` })
  while (c.peek() !== undefined) {
    const o = c.takeAny('the biometric data block')
    if (o.tag === BLOCK.plain || o.tag === BLOCK.constructed) {
      p.reading.lay(`${p.path}.block`, o, `${o.end - o.body} bytes`)
      if (o.next < t.end)
        p.reading.note({
          code: 'object-unknown',
          offset: o.next,
          says: 'something stands after the biometric data block',
          clause: p.clause,
        })
      return { header, block: o }
    }
    p.reading.note({
      code: 'object-unknown',
      offset: o.start,
      says: `object ${renderTag(o.tag)} has no place in a template`,
      clause: p.clause,
    })
  }
  throw new Malformed(p.clause, t.end, 'the biometric data block')
}

/** The templates inside a data group; a wrong count and foreign objects are noted. @throws Malformed: for the package only */
export function readBiometricGroup(file: Tlv, o: { readonly reading: Reading; readonly clause: string }): ReadGroup {
  const { reading, clause } = o
  const c = new Cursor(file, clause, reading.policy)
  const group = c.take(GROUP, 'the biometric information group template')
  const inner = new Cursor(group, clause, reading.policy)
  const told = inner.take(TAG.integer, 'the number of templates')
  reading.lay('count', told, String(smallOf(told)))
  const templates: ReadGroup['templates'][number][] = []
  while (inner.peek() !== undefined) {
    const t = inner.takeAny('a biometric information template')
    if (t.tag === TEMPLATE) {
      const path = `templates[${templates.length}]`
      reading.lay(path, t)
      templates.push(readTemplate(t, { reading, clause, path }))
    } else reading.note({ code: 'object-unknown', offset: t.start, says: `object ${renderTag(t.tag)} has no place in a group`, clause })
  }
  if (smallOf(told) !== templates.length)
    reading.note({
      code: 'instance-count',
      offset: told.start,
      says: `${smallOf(told)} templates are told, ${templates.length} are there`,
      clause,
    })
  let filler: Uint8Array | undefined
  while (c.peek() !== undefined) {
    const t = c.takeAny('nothing more')
    if (t.tag === FILLER && filler === undefined) {
      reading.lay('filler', t)
      filler = valueOf(t).slice()
    } else
      reading.note({ code: 'object-unknown', offset: t.start, says: `object ${renderTag(t.tag)} has no place in the data group`, clause })
  }
  return filler === undefined ? { templates } : { templates, filler }
}
