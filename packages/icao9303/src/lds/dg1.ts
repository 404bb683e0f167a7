import { Cursor, Malformed, valueOf, type Tlv } from '../asn1/tlv.ts'
import { tlv } from '../asn1/write.ts'
import { recogniseFormat } from '../mrz/format.ts'
import { decoding, openFile, renderTag, type Decoded, type Reading } from './decoded.ts'
import { latin1 } from './text.ts'

const CLAUSE = 'Doc 9303-10 §4.7.1'
const ZONE = 0x5f1f
/** Characters of a zone, and of one line of it. */
const WIDTHS: Readonly<Record<number, number>> = { 88: 44, 72: 36, 90: 30 }

/** DG1: the machine-readable zone, its lines run together: 88, 72 or 90 characters. @source Doc 9303-10 §4.7.1 */
export interface Dg1 { readonly mrz: string }

/** @throws RangeError when the lines are those of no format */
export function encodeDg1(lines: readonly string[]): Uint8Array {
  const mrz = lines.join('')
  if (WIDTHS[mrz.length] === undefined) throw new RangeError(`a zone has 88, 72 or 90 characters, not ${mrz.length}`)
  return tlv(0x61, tlv(ZONE, Uint8Array.from(mrz, (c) => c.charCodeAt(0))))
}

/** The fields of the zone and its check digits, each in the place where it stands. */
function layFields(zone: Tlv, mrz: string, reading: Reading): void {
  const width = WIDTHS[mrz.length]!
  const lines = Array.from({ length: mrz.length / width }, (_, i) => mrz.slice(i * width, (i + 1) * width))
  const format = recogniseFormat(lines)
  if (format === undefined) return
  const places = [
    ...Object.entries(format.fields).map(([name, p]) => ({ name, ...p })),
    ...format.checks.map((c) => ({ name: `${c.field}.checkDigit`, ...c.digit })),
  ].map((p) => ({ ...p, start: zone.body + p.line * width + p.at })).sort((a, b) => a.start - b.start)
  for (const p of places) reading.lay(`mrz.${p.name}`, { start: p.start, body: p.start, end: p.start + p.length }, mrz.slice(p.start - zone.body, p.start - zone.body + p.length))
}

/** Reads DG1; a zone of another length cannot be read. */
export function decodeDg1(bytes: Uint8Array): Decoded<Dg1> {
  return decoding((note, reading) => {
    const c = new Cursor(openFile(bytes, 0x61, { reading, clause: CLAUSE }), CLAUSE, reading.policy)
    const zone = c.take(ZONE, 'the machine-readable zone')
    const mrz = latin1(valueOf(zone))
    reading.lay('mrz', zone, mrz)
    if (WIDTHS[mrz.length] === undefined) throw new Malformed(CLAUSE, zone.body, '88, 72 or 90 characters')
    layFields(zone, mrz, reading)
    if (c.peek() !== undefined) {
      const more = c.takeAny('nothing more')
      note({ code: 'unknown-field', offset: more.start, says: `field ${renderTag(more.tag)} after the zone`, clause: CLAUSE })
    }
    return { mrz }
  })
}
