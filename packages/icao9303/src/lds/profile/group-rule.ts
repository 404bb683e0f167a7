import { parseMrz } from '../../mrz/parse.ts'
import { mediaTypeOf } from '../../face/image.ts'
import { type FileRule, type Finding, type Subject, when } from './subject.ts'

const utf8 = new TextEncoder()
const sizeOf = (text: string): number => utf8.encode(text).length
const groupsThere = (s: Subject): readonly number[] => [...s.names].filter((n) => /^DG\d+$/.test(n)).map((n) => Number(n.slice(2)))

/** Groups that a reader may be denied: their absence from what was read says nothing. */
const GUARDED: readonly number[] = [3, 4]

const COM: readonly FileRule[] = [
  {
    file: 'EF.COM', code: 'com-version', clause: 'Doc 9303-10 §4.6.1.1', severity: 'error', asks: 'the LDS version is 0107 or 0108 and the Unicode version 040000',
    find: ({ values: { 'EF.COM': com } }) => (com === undefined ? [] : [
      ...when(!['0107', '0108'].includes(com.ldsVersion), `LDS version ${com.ldsVersion}`, 'ldsVersion'), ...when(com.unicodeVersion !== '040000', `Unicode version ${com.unicodeVersion}`, 'unicodeVersion'),
    ]),
  },
  {
    file: 'EF.COM', code: 'com-mandatory', clause: 'Doc 9303-10 §4.7.1, §4.7.2', severity: 'error', asks: 'DG1 and DG2 are listed',
    find: ({ values: { 'EF.COM': com } }) => (com === undefined ? [] : [1, 2].flatMap((n) => when(!com.groups.includes(n), `DG${n} is mandatory and not listed`, 'groups'))),
  },
  {
    file: 'EF.COM', code: 'com-incomplete', clause: 'Doc 9303-10 §4.6.1', severity: 'error', asks: 'every data group that is there is listed',
    find: (s) => (s.values['EF.COM'] === undefined ? [] : groupsThere(s).flatMap((n) => when(!s.values['EF.COM']!.groups.includes(n), `DG${n} is there and not listed`, 'groups'))),
  },
  {
    file: 'EF.COM', code: 'com-lists-absent', clause: 'Doc 9303-10 §4.6.1', severity: 'warning', asks: 'every data group that is listed is there, but for those that a reader may be denied',
    find: (s) => (s.values['EF.COM']?.groups ?? []).filter((n) => !GUARDED.includes(n)).flatMap((n) => when(!groupsThere(s).includes(n), `DG${n} is listed and not there`, 'groups')),
  },
]

const ZONE: readonly FileRule[] = [
  {
    file: 'DG1', code: 'zone', clause: 'Doc 9303-10 §4.7.1', severity: 'error', asks: 'the zone has a format of Doc 9303 and right check digits',
    find: ({ values: { DG1: dg1 } }) => {
      if (dg1 === undefined) return []
      const mrz = parseMrz(dg1.mrz)
      const wrong = mrz.checks.filter((c) => c.outcome === 'failed')
      return [...when(mrz.format === undefined, 'a zone of no known format', 'mrz'), ...wrong.map((c): Finding => ({ path: `mrz.${c.field}.checkDigit`, says: `the check digit of ${c.field} is ${c.given}, ${c.computed} is right` }))]
    },
  },
]

type BiometricName = 'DG3' | 'DG4'
const biometric = (file: BiometricName, section: string): readonly FileRule[] => [
  {
    file, code: 'subtype-missing', clause: `Doc 9303-10 §${section}.1`, severity: 'error', asks: 'each template says which finger or eye it is of',
    find: ({ values: { [file]: group } }) => (group?.templates ?? []).flatMap((t, i) => when(t.header.subtype === undefined, 'a template without a subtype', `templates[${i}]`)),
  },
  {
    file, code: 'filler-missing', clause: `Doc 9303-10 §${section}.2.2`, severity: 'note', asks: 'a group without templates has content of the issuer’s beside it, so that its hash differs from others',
    find: ({ values: { [file]: group } }) => when(group !== undefined && group.templates.length === 0 && group.filler === undefined, 'no templates, and nothing beside them', 'count'),
  },
]

const countRule = (file: string, o: { readonly clause: string; readonly count: (s: Subject) => number | undefined }): FileRule => ({
  file, code: 'count-range', clause: o.clause, severity: 'error', asks: 'there are 1 to 9 of what the group is for',
  find: (s) => { const n = o.count(s); return when(n !== undefined && (n < 1 || n > 9), `${n} where 1 to 9 may be`, 'count') },
})
const COUNTS: readonly FileRule[] = [
  countRule('DG5', { clause: 'Doc 9303-10 Table 60', count: (s) => s.values.DG5?.images.length }), countRule('DG7', { clause: 'Doc 9303-10 Table 64', count: (s) => s.values.DG7?.images.length }),
  countRule('DG8', { clause: 'Doc 9303-10 Table 66', count: (s) => s.values.DG8?.count }), countRule('DG9', { clause: 'Doc 9303-10 Table 68', count: (s) => s.values.DG9?.count }),
  countRule('DG10', { clause: 'Doc 9303-10 Table 70', count: (s) => s.values.DG10?.count }),
]

/** The texts of a group that are longer than they may be. */
function tooLong(value: object | undefined, limits: Readonly<Record<string, number>>): readonly Finding[] {
  return Object.entries(value ?? {}).flatMap(([name, v]) => {
    const limit = limits[name] ?? 99
    if (typeof v === 'string') return when(sizeOf(v) > limit, `${sizeOf(v)} bytes where ${limit} may be`, name)
    if (!Array.isArray(v)) return []
    const list = v as readonly string[]
    const isNames = ['otherNames', 'otherPersons'].includes(name)
    return isNames ? list.flatMap((n, i) => when(sizeOf(n) > limit, `${sizeOf(n)} bytes where ${limit} may be`, `${name}[${i}]`)) : when(sizeOf(list.join('<')) > limit, `${sizeOf(list.join('<'))} bytes where ${limit} may be`, name)
  })
}

/** Two dates of birth disagree where both know a part: CCYYMMDD with zeros, YYMMDD with fillers. */
function differs(full: string, short: string): boolean {
  const pairs = [[full.slice(2, 4), short.slice(0, 2), full.slice(0, 4) === '0000'], [full.slice(4, 6), short.slice(2, 4), full.slice(4, 6) === '00'], [full.slice(6, 8), short.slice(4, 6), full.slice(6, 8) === '00']] as const
  return pairs.some(([a, b, isUnknown]) => !isUnknown && b !== '<<' && a !== b)
}

const CHAIN = [['profession', 'title'], ['title', 'summary'], ['summary', 'citizenship']] as const
const PICTURES = ['citizenship'] as const

const DG11: readonly FileRule[] = [
  { file: 'DG11', code: 'too-long', clause: 'Doc 9303-10 Table 72', severity: 'error', asks: 'texts have at most 99 bytes, custody information 999', find: ({ values: { DG11: d } }) => tooLong(d, { custody: 999 }) },
  {
    file: 'DG11', code: 'trailing-filler', clause: 'Doc 9303-10 Table 72', severity: 'warning', asks: 'names have no fillers at their end',
    find: ({ values: { DG11: d } }) => [
      ...when(/[^<]<+$/.test(d?.fullName ?? ''), 'fillers at the end of the name', 'fullName'),
      ...(d?.otherNames ?? []).flatMap((n, i) => when(/[^<]<+$/.test(n), 'fillers at the end of the name', `otherNames[${i}]`)),
    ],
  },
  {
    file: 'DG11', code: 'element-missing', clause: 'Doc 9303-10 Table 72', severity: 'warning', asks: 'a profession goes with a title, a title with a summary, a summary with proof of citizenship',
    find: ({ values: { DG11: d } }) => CHAIN.flatMap(([has, needs]) => when(d?.[has] !== undefined && d[needs] === undefined, `${has} without ${needs}`, has)),
  },
  {
    file: 'DG11', code: 'telephone-form', clause: 'Doc 9303-10 Table 72', severity: 'note', asks: 'a telephone number is digits in international form',
    find: ({ values: { DG11: d } }) => when(d?.telephone !== undefined && !/^\+?[\d<]+$/.test(d.telephone), 'a telephone number with other characters than digits', 'telephone'),
  },
  {
    file: 'DG11', code: 'birth-date-differs', clause: 'Doc 9303-10 §4.7.11.1', severity: 'error', asks: 'the date of birth is that of the zone',
    find: ({ values: { DG11: d, DG1: dg1 } }) => {
      const short = dg1 && parseMrz(dg1.mrz).fields['birthDate']
      if (d?.fullBirthDate === undefined || short === undefined || !/^\d{8}$/.test(d.fullBirthDate)) return []
      return when(differs(d.fullBirthDate, short), `born ${d.fullBirthDate}, in the zone ${short}`, 'fullBirthDate')
    },
  },
  {
    file: 'DG11', code: 'picture-form', clause: 'Doc 9303-10 §4.7.11.1', severity: 'error', asks: 'the picture is JPEG or JPEG 2000',
    find: ({ values: { DG11: d } }) => PICTURES.flatMap((p) => when(d?.[p] !== undefined && mediaTypeOf(d[p]) === 'unknown', 'neither JPEG nor JPEG 2000', p)),
  },
]

const DG12: readonly FileRule[] = [
  { file: 'DG12', code: 'too-long', clause: 'Doc 9303-10 Table 74', severity: 'error', asks: 'texts have at most 99 bytes', find: ({ values: { DG12: d } }) => tooLong(d, {}) },
  {
    file: 'DG12', code: 'picture-form', clause: 'Doc 9303-10 §4.7.12.1', severity: 'error', asks: 'the pictures are JPEG or JPEG 2000',
    find: ({ values: { DG12: d } }) => (['frontImage', 'rearImage'] as const).flatMap((p) => when(d?.[p] !== undefined && mediaTypeOf(d[p]) === 'unknown', 'neither JPEG nor JPEG 2000', p)),
  },
]

const DG16: readonly FileRule[] = [
  {
    file: 'DG16', code: 'element-missing', clause: 'Doc 9303-10 Table 81', severity: 'error', asks: 'each person has a date, a name, a telephone number and an address',
    find: ({ values: { DG16: d } }) => (d?.contacts ?? []).flatMap((c, i) => (['recorded', 'name', 'telephone', 'address'] as const).flatMap((k) => when(c[k] === undefined, `a person without ${k}`, `contacts[${i}]`))),
  },
]

/** What the standard asks of EF.COM and of the data groups that hold no keys. */
export const GROUP_RULES: readonly FileRule[] = [...COM, ...ZONE, ...biometric('DG3', '4.7.3'), ...biometric('DG4', '4.7.4'), ...COUNTS, ...DG11, ...DG12, ...DG16]
