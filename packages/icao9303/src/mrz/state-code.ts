import iso from './iso-3166.json' with { type: 'json' }

/** What kind of thing a code of the zone names; the Part of Doc 9303-3 §5 that lists it. */
export type StateKind =
  'state' | 'exception' | 'british' | 'union' | 'united-nations' | 'organization' | 'person' | 'deprecated' | 'specimen' | 'icao'

/** Who issues, or to whom a holder belongs. */
export interface StateCode {
  /** As it stands in the zone, without fillers. */
  readonly code: string
  /** Two letters, as certificates have them; absent where the Part gives none. */
  readonly alpha2?: string
  readonly name: string
  readonly kind: StateKind
  readonly clause: string
}

type Row = readonly [code: string, alpha2: string, name: string]
const clause = (part: string): string => `Doc 9303-3 §5 Part ${part}`

/** The codes of the Part beyond ISO 3166-1, by kind. @source Doc 9303-3 §5 */
const BEYOND: readonly (readonly [kind: StateKind, part: string, rows: readonly Row[]])[] = [
  [
    'exception',
    'A',
    [
      ['D', 'DE', 'Germany'],
      ['RKS', 'KS', 'Kosovo'],
    ],
  ],
  [
    'british',
    'A',
    [
      ['GBD', '', 'British Overseas Territories Citizen'],
      ['GBN', '', 'British National (Overseas)'],
      ['GBO', '', 'British Overseas Citizen'],
      ['GBP', '', 'British Protected Person'],
      ['GBS', '', 'British Subject'],
    ],
  ],
  ['union', 'B', [['EUE', 'EU', 'European Union']]],
  [
    'united-nations',
    'C',
    [
      ['UNO', 'UN', 'United Nations Organization or one of its officials'],
      ['UNA', 'UN', 'United Nations specialized agency or one of its officials'],
      ['UNK', '', 'Resident of Kosovo, document of the United Nations Interim Administration Mission'],
    ],
  ],
  [
    'organization',
    'D',
    [
      ['XBA', '', 'African Development Bank'],
      ['XIM', '', 'African Export-Import Bank'],
      ['XCC', '', 'Caribbean Community or one of its emissaries'],
      ['XCE', '', 'Council of Europe'],
      ['XCO', '', 'Common Market for Eastern and Southern Africa'],
      ['XEC', '', 'Economic Community of West African States'],
      ['XPO', '', 'International Criminal Police Organization'],
      ['XES', '', 'Organization of Eastern Caribbean States'],
      ['XMP', '', 'Parliamentary Assembly of the Mediterranean'],
      ['XOM', '', 'Sovereign Military Order of Malta or one of its emissaries'],
      ['XDC', '', 'Southern African Development Community'],
    ],
  ],
  [
    'person',
    'E',
    [
      ['XXA', '', 'Stateless person (1954 Convention)'],
      ['XXB', '', 'Refugee (1951 Convention, 1967 Protocol)'],
      ['XXC', '', 'Refugee other than under XXB'],
      ['XXX', '', 'Person of unspecified nationality'],
    ],
  ],
  [
    'deprecated',
    'F',
    [
      ['ANT', 'AN', 'Netherlands Antilles'],
      ['NTZ', 'NT', 'Neutral Zone'],
    ],
  ],
  ['specimen', 'G', [['UTO', 'UT', 'Utopia']]],
  ['icao', 'H', [['IAO', 'IA', 'International Civil Aviation Organization']]],
]

const rowsOf = (kind: StateKind, part: string, rows: readonly Row[]): readonly StateCode[] =>
  rows.map(([code, alpha2, name]) => ({ code, ...(alpha2 === '' ? {} : { alpha2 }), name, kind, clause: clause(part) }))

/** Every code that a zone may carry: ISO 3166-1 and what Doc 9303-3 §5 adds. */
export const STATE_CODES: readonly StateCode[] = [
  ...rowsOf('state', 'A', iso.codes as unknown as readonly Row[]),
  ...BEYOND.flatMap(([kind, part, rows]) => rowsOf(kind, part, rows)),
]

const byCode = new Map(STATE_CODES.map((s) => [s.code, s]))

/** What a code of issuing State or nationality names, with or without its fillers. Undefined: no such code. @source Doc 9303-3 §5 */
export const findState = (code: string): StateCode | undefined => byCode.get(code.replace(/<+$/, ''))

/** 26 letters and the filler, three times. */
const SIZE = 27
const slot = (code: number): number => (code === 60 ? 26 : code >= 65 && code <= 90 ? code - 65 : -(SIZE ** 3))
const slotAt = (line: string, at: number): number =>
  (slot(line.charCodeAt(at)) * SIZE + slot(line.charCodeAt(at + 1))) * SIZE + slot(line.charCodeAt(at + 2))

/** Germany is D in a zone. @source Doc 9303-3 §5 Part A */
const written = STATE_CODES.filter((s) => s.code !== 'DEU')
const tableOf = (codes: readonly StateCode[]): readonly string[] => {
  const table = Array.from({ length: SIZE ** 3 }, () => '')
  for (const s of codes) table[slotAt(s.code.padEnd(3, '<'), 0)] = s.code
  return table
}
const KNOWN = tableOf(written)
const ISSUERS = tableOf(written.filter((s) => s.kind !== 'person' && s.kind !== 'icao'))
const lookUp = (table: readonly string[], line: string, at: number): string => {
  const i = slotAt(line, at)
  return i >= 0 ? table[i]! : ''
}

/** The code that the three characters from `at` are, without fillers; empty when they are none. */
export const stateAt = (line: string, at: number): string => lookUp(KNOWN, line, at)

/** The same of somebody who issues documents: not the code of a person without nationality. */
export const issuerAt = (line: string, at: number): string => lookUp(ISSUERS, line, at)
