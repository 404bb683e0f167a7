import { dayInChina, type Day } from '@causeway/kernel'

/** A figure of the national side as it was set: dated, with what it rests on. */
export interface Setting { readonly key: SettingKey; readonly value: number; readonly from: Day; readonly basis: string }

interface Rule { readonly number: string; readonly value: number; readonly least: number; readonly most: number; readonly unit: string; readonly basis: string }

const rule = (number: string, [value, least, most]: readonly [number, number, number], rest: Pick<Rule, 'unit' | 'basis'>): Rule => ({ number, value, least, most, ...rest })

/** What can be set, between which bounds, and what holds while nothing is. */
export const RULES = {
  'csca.use.days': rule('H-01', [1825, 1095, 1827], { unit: 'days', basis: 'Doc 9303-12 Table 1: a CSCA key signs for three to five years' }),
  'csca.rest.days': rule('H-02', [2, 2, 90], { unit: 'days', basis: 'Doc 9303-12 §4.1.4.3: a new CSCA key rests for two days, so that others learn of it first' }),
  'csca.announce.days': rule('H-03', [90, 90, 365], { unit: 'days', basis: 'Doc 9303-12 §4.1.4.3: a roll-over is announced ninety days ahead' }),
  'ds.use.days': rule('H-04', [92, 1, 92], { unit: 'days', basis: 'Doc 9303-12 Table 1: a document signer key signs for up to three months' }),
  'ds.documents': rule('H-05', [100_000, 1, 1_000_000], { unit: 'documents', basis: 'Doc 9303-12 §4.1.4.2: the fewer documents a key signs, the fewer fall with it; the figure is this authority’s own' }),
  'document.valid.days': rule('H-06', [1830, 365, 3660], { unit: 'days', basis: 'Doc 9303-12 Table 1: a certificate is valid as long as the last document signed under it; permits are valid for five years' }),
  'crl.every.hours': rule('H-07', [48, 1, 2160], { unit: 'hours', basis: 'Doc 9303-12 §4.1.5: a list at least every ninety days, and within 48 hours of a revocation' }),
  'crl.next.days': rule('H-08', [90, 2, 90], { unit: 'days', basis: 'Doc 9303-12 §4.1.5: the next list is due within ninety days' }),
  'seal.use.days': rule('H-09', [730, 30, 1095], { unit: 'days', basis: 'this authority’s own: a seal certificate for two years' }),
  'bar-code.use.days': rule('H-10', [365, 30, 366], { unit: 'days', basis: 'Doc 9303-12 §4.1.3: at most five keys of bar code signers a year' }),
  'office-code.days': rule('H-11', [7, 1, 30], { unit: 'days', basis: 'this authority’s own: a code by which an office is registered is used within a week' }),
} as const satisfies Readonly<Record<string, Rule>>
export type SettingKey = keyof typeof RULES

/** The figures of a day. */
export type Settings = (key: SettingKey) => number

/** What holds at a moment: the newest version that has begun, else the rule's own figure. */
export function settingsAt(set: readonly Setting[], at: Date): Settings {
  const today = dayInChina(at)
  return (key) => set.filter((s) => s.key === key && s.from <= today).sort((a, b) => (a.from < b.from ? -1 : 1)).at(-1)?.value ?? RULES[key].value
}
