import { type Refusal, type Result, no, ok } from '@causeway/kernel'
import {
  chipAuthenticationInfo, chipAuthenticationKey, composeMrz, encodeCom, encodeDg1, encodeDg11, encodeDg14, encodeDg2, encodeSecurityInfos, paceInfo, readMrzInformation, transliterate,
} from 'icao9303'

import { type Endorsement } from './endorsement.ts'
import { type Permit } from './permit.ts'
import { type Identity } from './person.ts'

/** What an office prints on its documents. SPECIMEN documents carry UTO and PO; the real values are the office's. */
export interface DocumentSettings {
  readonly issuingState: string
  readonly documentCode: string
  readonly nationality: string
  readonly numberPrefix: string
}

export const SPECIMEN: DocumentSettings = { issuingState: 'UTO', documentCode: 'PO', nationality: 'UTO', numberPrefix: 'SP' }

/**
 * How a chip is opened and how it proves itself: PACE with Generic Mapping, then Chip Authentication, both on P-256
 * with AES-128. @source Doc 9303-11 §4.1 (chips of 2027 have PACE, of 2028 nothing else), §6.2
 */
export const CHIP_PROTOCOL = { agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 12 } as const

const yymmdd = (d: string): string => d.replaceAll('-', '').slice(2)

export interface ChipContent {
  readonly lines: readonly string[]
  readonly truncated: boolean
  /** The data groups by number, and EF.COM. */
  readonly groups: ReadonlyMap<number, Uint8Array>
  readonly com: Uint8Array
  /** What anybody may read, before access: how the chip is opened. */
  readonly cardAccess: Uint8Array
  /** What opens the chip: number, birth and expiry of the zone with their check digits. */
  readonly password: string
}

/** The zone of a permit, alone: it is on the page too. */
export function permitZone(number: string, p: Pick<Permit, 'expiry'>, o: { readonly identity: Identity; readonly settings: DocumentSettings }): Result<{ lines: readonly string[]; truncated: boolean }, Refusal> {
  const [surname, given] = [transliterate(o.identity.surname), transliterate(o.identity.given)]
  if (surname.unknown.length + given.unknown.length > 0) return no({ code: 'name-not-latin', at: 'surname', rule: 'Doc 9303-3 §6', details: { characters: [...surname.unknown, ...given.unknown] } })
  return ok(composeMrz('TD3', {
    documentCode: o.settings.documentCode, issuingState: o.settings.issuingState, documentNumber: number, nationality: o.settings.nationality,
    primaryIdentifier: surname.text, secondaryIdentifier: given.text, birthDate: yymmdd(o.identity.birthDate), sex: o.identity.sex, expiryDate: yymmdd(p.expiry),
  }))
}

/** The zone of an endorsement, in the form of a visa: number, holder, last day, and the place among the optional data. @source Doc 9303-7 §4.2.2 */
export function endorsementZone(number: string, e: Pick<Endorsement, 'to' | 'place'>, o: { readonly identity: Identity; readonly settings: DocumentSettings }): Result<readonly string[], Refusal> {
  const [surname, given] = [transliterate(o.identity.surname), transliterate(o.identity.given)]
  if (surname.unknown.length + given.unknown.length > 0) return no({ code: 'name-not-latin', at: 'surname', rule: 'Doc 9303-3 §6', details: { characters: [...surname.unknown, ...given.unknown] } })
  return ok(composeMrz('MRV-B', {
    documentCode: 'VC', issuingState: o.settings.issuingState, documentNumber: number, nationality: o.settings.nationality, primaryIdentifier: surname.text, secondaryIdentifier: given.text,
    birthDate: yymmdd(o.identity.birthDate), sex: o.identity.sex, expiryDate: yymmdd(e.to), optionalData: e.place,
  }).lines)
}

/** What opens the chip of a zone. */
export const chipPassword = (lines: readonly string[]): string => readMrzInformation(lines) ?? ''

/** What the chip of a permit says: zone, face, the name in its own script, and the key by which this very chip proves itself. */
export function chipContent(number: string, p: Permit, o: { readonly identity: Identity; readonly settings: DocumentSettings; readonly face: { readonly jpeg: Uint8Array; readonly width: number; readonly height: number }; readonly chipKey: Uint8Array }): Result<ChipContent, Refusal> {
  const zone = permitZone(number, p, o)
  if (!zone.ok) return zone
  const { agreement, cipher } = CHIP_PROTOCOL
  const pace = paceInfo(CHIP_PROTOCOL)
  const groups = new Map([
    [1, encodeDg1(zone.value.lines)],
    [2, encodeDg2({ image: o.face.jpeg, mediaType: 'image/jpeg', width: o.face.width, height: o.face.height })],
    [11, encodeDg11({ fullName: o.identity.nameCn, fullBirthDate: o.identity.birthDate.replaceAll('-', ''), birthPlace: [o.identity.birthPlace] })],
    [14, encodeDg14({ infos: [pace, chipAuthenticationInfo({ agreement, cipher }), chipAuthenticationKey(o.chipKey)] })],
  ])
  return ok({
    ...zone.value, groups, com: encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...groups.keys()] }),
    cardAccess: encodeSecurityInfos({ infos: [pace] }), password: chipPassword(zone.value.lines),
  })
}
