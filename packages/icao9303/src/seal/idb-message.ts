import { Malformed } from '../asn1/tlv.ts'
import { encodeC40, readC40 } from './c40.ts'
import { encodeFeature, readFeatures, type Feature } from './feature.ts'
import { concat } from '../asn1/value.ts'
import { readMaskedDate } from './seal-date.ts'
import { encodeZone, readZone, type ZoneName } from './seal-zone.ts'

/** What a message of a bar code is: those of the report, and those above 7F as bar codes of the field have them. */
const KINDS = {
  visa: 0x01,
  'emergency-travel-document': 0x02,
  'zone-td1': 0x07,
  'zone-td3': 0x08,
  can: 0x09,
  'card-access': 0x0a,
  'face-image': 0x80,
  'zone-td2': 0x81,
  'document-reference': 0x82,
  'foreigners-number': 0x83,
  expiry: 0x84,
  'document-number': 0x85,
  'national-document': 0x86,
} as const

export type IdbKind = keyof typeof KINDS

/** A message with what it means; `bytes` where it is bytes, or could not be read as what it should be. */
export type IdbContent =
  | { readonly kind: 'visa' | 'emergency-travel-document'; readonly features: readonly Feature[] }
  | { readonly kind: 'zone-td1' | 'zone-td2' | 'zone-td3'; readonly lines: readonly string[] }
  | { readonly kind: 'can' | 'document-reference' | 'foreigners-number' | 'document-number' | 'expiry'; readonly text: string }
  | { readonly kind: 'card-access' | 'face-image' | 'national-document' | 'unknown'; readonly tag: number; readonly bytes: Uint8Array }

const ZONES: Readonly<Partial<Record<IdbKind, ZoneName>>> = { 'zone-td1': 'TD1', 'zone-td2': 'TD2', 'zone-td3': 'TD3' }

function contentOf(kind: IdbKind, { tag, bytes }: Feature): IdbContent | undefined {
  const zone = ZONES[kind]
  if (zone !== undefined) {
    const lines = readZone(zone, bytes)
    return lines === undefined ? undefined : { kind: kind as 'zone-td1', lines }
  }
  switch (kind) {
    case 'visa':
    case 'emergency-travel-document': {
      return { kind, features: readFeatures(bytes, 0, { form: 'der', end: bytes.length, note: () => undefined }).map((r) => r.feature) }
    }
    case 'can':
    case 'document-reference':
    case 'foreigners-number':
    case 'document-number':
      return { kind, text: readC40(bytes).trimEnd() }
    case 'expiry':
      return { kind, text: readMaskedDate(bytes) }
    default:
      return { kind: kind as 'card-access', tag, bytes }
  }
}

/** What a message of a bar code means. @source ICAO TR Datastructure for Barcode §3.3 */
export function readIdbMessage(f: Feature): IdbContent {
  const unknown = { kind: 'unknown', tag: f.tag, bytes: f.bytes } as const
  for (const [kind, tag] of Object.entries(KINDS) as [IdbKind, number][]) {
    if (tag !== f.tag) continue
    try {
      return contentOf(kind, f) ?? unknown
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
    }
  }
  return unknown
}

/** A machine-readable zone as a message. @throws RangeError when the lines are not those of the zone */
export function zoneMessage(name: 'TD1' | 'TD2' | 'TD3', lines: readonly string[]): Feature {
  return { tag: KINDS[name === 'TD1' ? 'zone-td1' : name === 'TD2' ? 'zone-td2' : 'zone-td3'], bytes: encodeZone(name, lines) }
}

/** The card access number as a message. @throws RangeError on what is not six digits */
export function canMessage(can: string): Feature {
  if (!/^\d{6}$/.test(can)) throw new RangeError('a card access number has six digits')
  return { tag: KINDS.can, bytes: encodeC40(can) }
}

/** The features of a seal of Doc 9303-7 or -8 as one message. */
export const sealMessage = (kind: 'visa' | 'emergency-travel-document', features: readonly Feature[]): Feature => ({
  tag: KINDS[kind],
  bytes: concat(...features.map((f) => encodeFeature(f))),
})
