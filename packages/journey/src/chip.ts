import { type Refusal, type Result, no, ok } from '@causeway/kernel'
import { composeMrz, encodeCom, encodeDg1, encodeDg11, encodeDg2, transliterate } from 'icao9303'

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

const yymmdd = (d: string): string => d.replaceAll('-', '').slice(2)

export interface ChipContent {
  readonly lines: readonly string[]
  readonly truncated: boolean
  /** The data groups by number, and EF.COM. */
  readonly groups: ReadonlyMap<number, Uint8Array>
  readonly com: Uint8Array
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

/** What the chip of a permit says: zone, face, and the name in its own script. */
export function chipContent(number: string, p: Permit, o: { readonly identity: Identity; readonly settings: DocumentSettings; readonly face: { readonly jpeg: Uint8Array; readonly width: number; readonly height: number } }): Result<ChipContent, Refusal> {
  const zone = permitZone(number, p, o)
  if (!zone.ok) return zone
  const groups = new Map([
    [1, encodeDg1(zone.value.lines)],
    [2, encodeDg2({ image: o.face.jpeg, mediaType: 'image/jpeg', width: o.face.width, height: o.face.height })],
    [11, encodeDg11({ fullName: o.identity.nameCn, fullBirthDate: o.identity.birthDate.replaceAll('-', ''), birthPlace: [o.identity.birthPlace] })],
  ])
  return ok({ ...zone.value, groups, com: encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...groups.keys()] }) })
}
