import { childrenOf, Malformed, valueOf } from '../asn1/tlv.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { decoding, readSeries, renderBytes, renderTag, type Decoded } from './decoded.ts'
import { type DataObject } from './feature.ts'
import { latin1 } from './text.ts'

const CLAUSE = 'Doc 9303-10 §3.11.2'
const TEMPLATE = 0x61
const IDENTIFIER = 0x4f
const LABEL = 0x50

/** An application of the chip. */
export interface Application {
  /** Its identifier in hexadecimal: `a0000002471001`. */
  readonly aid: string
  readonly label?: string
  /** What else its template holds. */
  readonly others?: readonly DataObject[]
}

/** EF.DIR: the applications of the chip. @source Doc 9303-10 §3.11.2 */
export interface Directory { readonly applications: readonly Application[] }

/** @throws RangeError when an identifier is not hexadecimal */
export function encodeDirectory(d: Directory): Uint8Array {
  return concat(...d.applications.map((a) => tlv(TEMPLATE,
    tlv(IDENTIFIER, unhex(a.aid)),
    ...(a.label === undefined ? [] : [tlv(LABEL, Uint8Array.from(a.label, (c) => c.charCodeAt(0)))]),
    ...(a.others ?? []).map((o) => tlv(o.tag, o.bytes)),
  )))
}

/** Reads EF.DIR; objects that are no application are named. */
export function decodeDirectory(bytes: Uint8Array): Decoded<Directory> {
  return decoding((note, reading) => {
    const applications: Application[] = []
    for (const t of readSeries(bytes, { reading, clause: CLAUSE })) {
      const path = `applications[${applications.length}]`
      const parts = t.tag === TEMPLATE ? childrenOf(t, reading.policy) : []
      const aid = parts.find((p) => p.tag === IDENTIFIER)
      if (aid === undefined) {
        note({ code: 'unknown-field', offset: t.start, says: `object ${renderTag(t.tag)} is no application`, clause: CLAUSE })
        reading.lay(renderTag(t.tag), t, renderBytes(valueOf(t)))
        continue
      }
      const label = parts.find((p) => p.tag === LABEL)
      const others = parts.filter((p) => p !== aid && p !== label)
      reading.lay(path, t)
      reading.lay(`${path}.aid`, aid, renderBytes(valueOf(aid)))
      if (label !== undefined) reading.lay(`${path}.label`, label, latin1(valueOf(label)))
      others.forEach((o, i) => { reading.lay(`${path}.others[${i}]`, o, renderBytes(valueOf(o))) })
      applications.push({
        aid: hex(valueOf(aid)), ...(label === undefined ? {} : { label: latin1(valueOf(label)) }),
        ...(others.length === 0 ? {} : { others: others.map((o) => ({ tag: o.tag, bytes: valueOf(o) })) }),
      })
    }
    if (applications.length === 0) throw new Malformed(CLAUSE, 0, 'an application')
    return { applications }
  })
}
