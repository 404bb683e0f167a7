import { Malformed } from '../asn1/tlv.ts'
import { encodeC40, readC40 } from './c40.ts'
import type { Feature } from './feature.ts'
import { encodeZone, readZone } from './seal-zone.ts'
import type { VdsHeader } from './vds.ts'

const VISA = 'Doc 9303-7 §9.1.3'
const ETD = 'Doc 9303-8 §6.1.3'

/** Definition and category of a profile, for the header. @source Doc 9303-7 §9.1.1, Doc 9303-8 §6.1.1 */
export const VDS_PROFILES = {
  visa: { featureReference: 0x5d, category: 0x01 },
  'emergency-travel-document': { featureReference: 0x5e, category: 0x03 },
} as const

export type VdsProfile = keyof typeof VDS_PROFILES

/** Which profile of ICAO a seal follows; undefined for national ones. */
export function vdsProfile(h: Pick<VdsHeader, 'featureReference' | 'category'>): VdsProfile | undefined {
  for (const name of ['visa', 'emergency-travel-document'] as const) {
    if (VDS_PROFILES[name].featureReference === h.featureReference && VDS_PROFILES[name].category === h.category) return name
  }
  return undefined
}

/**
 * How long the holder of a visa may stay. `until-expiry`: to the last day of the visa; `at-entry`: as the border decides;
 * `transit`: without entering.
 */
export type Stay = 'until-expiry' | 'at-entry' | 'transit' | { readonly days: number; readonly months: number; readonly years: number }

/** What the seal of a visa says. */
export interface SealedVisa {
  readonly format: 'MRV-A' | 'MRV-B'
  /** Both lines of the zone; when read, the second is cut after 28 characters. */
  readonly zone: readonly string[]
  /** How often the holder may enter; 0 is without limit. */
  readonly entries?: number
  readonly stay: Stay
  readonly passportNumber: string
  readonly visaType?: Uint8Array
  /** Reserved for the future. */
  readonly additional?: Uint8Array
}

const STAYS: Readonly<Record<string, number>> = { 'until-expiry': 0, 'at-entry': 255, transit: 254 }

function encodeStay(stay: Stay): Uint8Array {
  if (typeof stay === 'string') return new Uint8Array(3).fill(STAYS[stay]!)
  const numbers = [stay.days, stay.months, stay.years]
  if (numbers.some((n) => !Number.isInteger(n) || n < 0 || n > 255)) throw new RangeError('days, months and years are numbers up to 255')
  if (numbers.every((n) => n === numbers[0]) && [0, 254, 255].includes(numbers[0]!))
    throw new RangeError('this stay is reserved for another meaning')
  return Uint8Array.from(numbers)
}

function readStay(b: Uint8Array): Stay {
  for (const [name, n] of Object.entries(STAYS)) if (b.every((x) => x === n)) return name as Exclude<Stay, object>
  return { days: b[0]!, months: b[1]!, years: b[2]! }
}

/**
 * The features of a visa's seal.
 *
 * @throws RangeError on a zone, number or stay that has no room
 * @source Doc 9303-7 §9.1.2, §9.1.3
 */
export function visaFeatures(v: SealedVisa): readonly Feature[] {
  if (!/^[A-Z0-9]{1,9}$/.test(v.passportNumber)) throw new RangeError('a passport number has one to nine letters and digits')
  if (v.entries !== undefined && (!Number.isInteger(v.entries) || v.entries < 0 || v.entries > 255))
    throw new RangeError('entries are a number up to 255')
  if (v.visaType !== undefined && (v.visaType.length < 1 || v.visaType.length > 4))
    throw new RangeError('a visa type has one to four bytes')
  if (v.additional !== undefined && v.additional.length > 254) throw new RangeError('the additional feature has at most 254 bytes')
  return [
    { tag: v.format === 'MRV-A' ? 0x01 : 0x02, bytes: encodeZone(v.format, v.zone) },
    ...(v.entries === undefined ? [] : [{ tag: 0x03, bytes: Uint8Array.of(v.entries) }]),
    { tag: 0x04, bytes: encodeStay(v.stay) },
    { tag: 0x05, bytes: encodeC40(v.passportNumber.padEnd(9, '<')) },
    ...(v.visaType === undefined ? [] : [{ tag: 0x06, bytes: v.visaType }]),
    ...(v.additional === undefined ? [] : [{ tag: 0x07, bytes: v.additional }]),
  ]
}

/** The features of an emergency travel document's seal: its zone of two lines of 36. @source Doc 9303-8 §6.1.3 */
export const etdFeatures = (zone: readonly string[]): readonly Feature[] => [{ tag: 0x02, bytes: encodeZone('TD2', zone) }]

/** What a profile asks of a feature. */
interface FeatureRule {
  readonly tag: number
  readonly name: string
  readonly least: number
  readonly most: number
  readonly need: 'required' | 'optional' | 'zone'
}

const RULES: Readonly<Record<VdsProfile, { readonly clause: string; readonly rules: readonly FeatureRule[] }>> = {
  visa: {
    clause: VISA,
    rules: [
      { tag: 1, name: 'MRZ of MRV-A', least: 48, most: 48, need: 'zone' },
      { tag: 2, name: 'MRZ of MRV-B', least: 44, most: 44, need: 'zone' },
      { tag: 3, name: 'number of entries', least: 1, most: 1, need: 'optional' },
      { tag: 4, name: 'duration of stay', least: 3, most: 3, need: 'required' },
      { tag: 5, name: 'passport number', least: 6, most: 6, need: 'required' },
      { tag: 6, name: 'visa type', least: 1, most: 4, need: 'optional' },
      { tag: 7, name: 'additional feature', least: 0, most: 254, need: 'optional' },
    ],
  },
  'emergency-travel-document': { clause: ETD, rules: [{ tag: 2, name: 'MRZ', least: 48, most: 48, need: 'required' }] },
}

export interface ProfileFinding {
  readonly code: 'feature-missing' | 'feature-length' | 'feature-unknown' | 'feature-content'
  readonly says: string
  readonly clause: string
}

/**
 * Where the features of a seal depart from its profile. Unknown ones are allowed and named.
 *
 * @source Doc 9303-7 §9.1.3, Doc 9303-8 §6.1.3, Doc 9303-13 §2.3.1
 */
export function profileFindings(profile: VdsProfile, features: readonly Feature[]): readonly ProfileFinding[] {
  const { clause, rules } = RULES[profile]
  const list: ProfileFinding[] = []
  const add = (code: ProfileFinding['code'], says: string): void => {
    list.push({ code, says, clause })
  }
  const has = (tag: number): boolean => features.some((f) => f.tag === tag)
  for (const r of rules) if (r.need === 'required' && !has(r.tag)) add('feature-missing', `the ${r.name} is missing`)
  if (rules.some((r) => r.need === 'zone') && rules.filter((r) => r.need === 'zone' && has(r.tag)).length !== 1)
    add('feature-missing', 'one zone of a visa must be there')
  for (const f of features) {
    const rule = rules.find((r) => r.tag === f.tag)
    if (rule === undefined) add('feature-unknown', `feature ${f.tag} is not of the profile`)
    else if (f.bytes.length < rule.least || f.bytes.length > rule.most)
      add('feature-length', `the ${rule.name} has ${f.bytes.length} bytes`)
  }
  return list
}

/** Runs a reader; what it cannot read is nothing. */
function reading<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/**
 * What the seal of a visa says; undefined when something that is required is missing or cannot be read.
 *
 * @source Doc 9303-7 §9.1.3
 */
export function visaOf(features: readonly Feature[]): SealedVisa | undefined {
  return reading(() => {
    const bytes = (tag: number): Uint8Array | undefined => features.find((f) => f.tag === tag)?.bytes
    const format = bytes(1) === undefined ? 'MRV-B' : 'MRV-A'
    const [mrz, entries, stay, passport, visaType, additional] = [
      bytes(format === 'MRV-A' ? 1 : 2),
      bytes(3),
      bytes(4),
      bytes(5),
      bytes(6),
      bytes(7),
    ]
    if (mrz === undefined || stay?.length !== 3 || passport === undefined) return undefined
    const zone = readZone(format, mrz)
    if (zone === undefined) return undefined
    return {
      format,
      zone,
      stay: readStay(stay),
      passportNumber: readC40(passport).trimEnd(),
      ...(entries?.length === 1 ? { entries: entries[0]! } : {}),
      ...(visaType === undefined ? {} : { visaType }),
      ...(additional === undefined ? {} : { additional }),
    }
  })
}

/** The zone of an emergency travel document; undefined when it is missing or cannot be read. @source Doc 9303-8 §6.1.3 */
export function etdZoneOf(features: readonly Feature[]): readonly string[] | undefined {
  const bytes = features.find((f) => f.tag === 2)?.bytes
  return bytes === undefined ? undefined : reading(() => readZone('TD2', bytes))
}

/** The text of a feature in C40, without the spaces at its end; undefined when it is none. */
export const featureText = (f: Feature): string | undefined => reading(() => readC40(f.bytes).trimEnd())
