import { childrenOf, Malformed, valueOf, type Tlv } from '../asn1/tlv.ts'
import { concat, TAG } from '../asn1/value.ts'
import { integer, tlv } from '../asn1/write.ts'
import { decoding, readSeries, renderBytes, type Decoded, type Reading } from './decoded.ts'
import { type DataObject } from './feature.ts'
import { countOf } from './tag-list.ts'

const CLAUSE = 'Doc 9303-10 §3.11.1'
const CAPABILITIES = 0x47
const LENGTHS = 0x7f66

/** EF.ATR/INFO: what the chip's operating system can do. @source Doc 9303-10 §3.11.1 */
export interface AtrInfo {
  /** The three bytes of the card capabilities, and what Doc 9303 reads in them. */
  readonly capabilities?: {
    readonly bytes: Uint8Array
    readonly selectsByName: boolean
    readonly shortFileIds: boolean
    readonly recordNumbers: boolean
    readonly chaining: boolean
    readonly extendedLength: boolean
    /** True when `lengths` is to be expected. */
    readonly tellsLengths: boolean
  }
  /** How many bytes a command and its answer may have. */
  readonly lengths?: { readonly command: number; readonly response: number }
  readonly others?: readonly DataObject[]
}

/** What the bits of the three bytes of card capabilities mean. */
function capabilitiesOf(bytes: Uint8Array): NonNullable<AtrInfo['capabilities']> {
  const [selection, , chaining] = bytes
  return {
    bytes, selectsByName: (selection! & 0x80) !== 0, shortFileIds: (selection! & 0x04) !== 0, recordNumbers: (selection! & 0x02) !== 0,
    chaining: (chaining! & 0x80) !== 0, extendedLength: (chaining! & 0x40) !== 0, tellsLengths: (chaining! & 0x20) !== 0,
  }
}

/** @param a - of the capabilities only `bytes` is written @throws RangeError when these are not three */
export function encodeAtrInfo(a: { readonly capabilities?: { readonly bytes: Uint8Array }; readonly lengths?: NonNullable<AtrInfo['lengths']>; readonly others?: readonly DataObject[] }): Uint8Array {
  if (a.capabilities !== undefined && a.capabilities.bytes.length !== 3) throw new RangeError('card capabilities have three bytes')
  return concat(
    ...(a.capabilities === undefined ? [] : [tlv(CAPABILITIES, a.capabilities.bytes)]),
    ...(a.lengths === undefined ? [] : [tlv(LENGTHS, integer(a.lengths.command), integer(a.lengths.response))]),
    ...(a.others ?? []).map((o) => tlv(o.tag, o.bytes)),
  )
}

function readCapabilities(t: Tlv, reading: Reading): AtrInfo['capabilities'] {
  reading.lay('capabilities', t, renderBytes(valueOf(t)))
  if (t.end - t.body === 3) return capabilitiesOf(valueOf(t))
  reading.note({ code: 'capabilities', offset: t.body, says: `card capabilities have three bytes, not ${t.end - t.body}`, clause: CLAUSE })
  return undefined
}

function readLengths(t: Tlv, reading: Reading): AtrInfo['lengths'] {
  reading.lay('lengths', t)
  const parts = childrenOf(t, reading.policy)
  // some write the numbers without the zero byte that keeps them from being negative: lengths never are
  const numbers = parts.filter((p) => p.tag === TAG.integer).map(countOf)
  const [command, response] = numbers
  if (command === undefined || response === undefined || parts.length !== 2 || numbers.includes(-1)) {
    reading.note({ code: 'lengths', offset: t.start, says: 'extended length information is two numbers', clause: CLAUSE })
    return undefined
  }
  reading.lay('lengths.command', parts[0]!, String(command))
  reading.lay('lengths.response', parts[1]!, String(response))
  return { command, response }
}

/** Reads EF.ATR/INFO; objects outside Doc 9303 are kept in their bytes. */
export function decodeAtrInfo(bytes: Uint8Array): Decoded<AtrInfo> {
  return decoding((_, reading) => {
    const series = readSeries(bytes, { reading, clause: CLAUSE })
    if (series.length === 0) throw new Malformed(CLAUSE, 0, 'a data object')
    let [capabilities, lengths]: [AtrInfo['capabilities'], AtrInfo['lengths']] = [undefined, undefined]
    const others: DataObject[] = []
    for (const t of series) {
      if (t.tag === CAPABILITIES && capabilities === undefined) capabilities = readCapabilities(t, reading)
      else if (t.tag === LENGTHS && lengths === undefined) lengths = readLengths(t, reading)
      else {
        reading.lay(`others[${others.length}]`, t, renderBytes(valueOf(t)))
        others.push({ tag: t.tag, bytes: valueOf(t) })
      }
    }
    return { ...(capabilities === undefined ? {} : { capabilities }), ...(lengths === undefined ? {} : { lengths }), ...(others.length === 0 ? {} : { others }) }
  })
}
