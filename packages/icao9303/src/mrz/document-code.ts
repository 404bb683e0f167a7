import { type MrzFormat } from './format.ts'

/**
 * What the Parts say of a document code on a day.
 *
 * - `allowed`: may be issued.
 * - `expiring`: may still be issued, but the document must expire before a day ({@link DocumentCodeStanding.expiresBefore}).
 * - `required`: codes of this list must be used.
 * - `forbidden`: may no longer be issued, or never might.
 * - `unknown`: no rule of this format knows it.
 */
export type CodeStanding = 'allowed' | 'expiring' | 'required' | 'forbidden' | 'unknown'

/** One rule: which codes of which formats, from when, until when (that day excluded). `*`: any letter. */
export interface DocumentCodeRule {
  readonly code: string
  readonly formats: readonly MrzFormat[]
  readonly from?: string
  readonly until?: string
  readonly standing: Exclude<CodeStanding, 'unknown'>
  readonly means: string
  readonly expiresBefore?: string
  readonly clause: string
}

const P4 = 'Doc 9303-4 §4.4'
const P8 = 'Doc 9303-8 §4.1.5'
const SECOND_LETTER = '2026-01-01'
const ALWAYS_SECOND_LETTER = '2028-01-01'
const LAST_OTHERS = '2038-01-01'

/** A harmonised code: may be used before 2028, must be from then on. */
function harmonised(
  code: string,
  means: string,
  o: { readonly formats?: readonly MrzFormat[]; readonly clause?: string } = {},
): readonly DocumentCodeRule[] {
  const rule = { code, means, formats: o.formats ?? ['TD3' as const], clause: o.clause ?? P4 }
  return [
    { ...rule, until: ALWAYS_SECOND_LETTER, standing: 'allowed' },
    { ...rule, from: ALWAYS_SECOND_LETTER, standing: 'required' },
  ]
}

/** What was used before the harmonised codes: P alone until 2028, P and another letter until 2026. */
const others = (format: MrzFormat, what: string, clause: string): readonly DocumentCodeRule[] =>
  (
    [
      ['P<', `${what} without a second letter`, ALWAYS_SECOND_LETTER],
      ['P*', `${what} with a second letter of the issuer’s`, SECOND_LETTER],
    ] as const
  ).flatMap(([code, means, day]): readonly DocumentCodeRule[] => [
    { code, formats: [format], until: day, standing: 'expiring', expiresBefore: LAST_OTHERS, means, clause },
    { code, formats: [format], from: day, standing: 'forbidden', expiresBefore: LAST_OTHERS, means, clause },
  ])

const CARDS: readonly MrzFormat[] = ['TD1', 'TD2']
const VISAS: readonly MrzFormat[] = ['MRV-A', 'MRV-B']
const CARD_CLAUSE = 'Doc 9303-5 §4.2.2.3 note k, Doc 9303-6 §4.2.2.2 note k'
const EEP = 'exit-entry permit card of 2014; not a format of Doc 9303'

/**
 * The policy, the first rule that fits counts. @source Doc 9303-4 §4.4 (amendment 2 of 2026-02-20), Doc 9303-5, -6, -7, Doc 9303-8 §4.1.5
 */
export const DOCUMENT_CODE_RULES: readonly DocumentCodeRule[] = [
  ...harmonised('PP', 'national or ordinary passport'),
  ...harmonised('PE', 'emergency passport', { clause: `${P4}, ${P8}` }),
  ...harmonised('PD', 'diplomatic passport'),
  ...harmonised('PO', 'official or service passport'),
  ...harmonised('PR', 'refugee passport'),
  ...harmonised('PT', 'alien or non-citizen passport'),
  ...harmonised('PS', 'stateless passport'),
  ...harmonised('PL', 'laissez-passer passport'),
  ...harmonised('PM', 'military passport'),
  ...harmonised('PU', 'emergency travel document of a single sheet', { formats: ['TD3', 'TD2'], clause: P8 }),
  ...others('TD3', 'passport', P4),
  ...others('TD2', 'emergency travel document of a single sheet', P8),
  {
    code: 'AC',
    formats: ['TD1'],
    standing: 'allowed',
    means: 'crew member certificate',
    clause: 'Doc 9303-5 §4.2.2.3 note k, Appendix C',
  },
  {
    code: 'AC',
    formats: ['TD2'],
    standing: 'forbidden',
    means: 'crew member certificate, which is a TD1',
    clause: 'Doc 9303-6 §4.2.2.2 note k',
  },
  { code: 'AI', formats: ['TD1'], standing: 'forbidden', means: 'I after A', clause: 'Doc 9303-5 §4.2.2.3 note k' },
  ...['AV', 'CV', 'IV'].map((code): DocumentCodeRule => ({
    code,
    formats: CARDS,
    standing: 'forbidden',
    means: 'V as second character',
    clause: CARD_CLAUSE,
  })),
  ...['A*', 'C*', 'I*', 'A<', 'C<', 'I<'].map((code): DocumentCodeRule => ({
    code,
    formats: CARDS,
    standing: 'allowed',
    means: 'official travel document',
    clause: CARD_CLAUSE,
  })),
  ...['V*', 'V<'].map((code): DocumentCodeRule => ({
    code,
    formats: VISAS,
    standing: 'allowed',
    means: 'visa',
    clause: 'Doc 9303-7 §4.2.2.1, §7.2.2.1',
  })),
  { code: 'CS', formats: ['EEP-CARD'], standing: 'allowed', means: 'exit-entry permit for Hong Kong and Macao', clause: EEP },
  { code: 'CD', formats: ['EEP-CARD'], standing: 'allowed', means: 'permit for Taiwan', clause: EEP },
]

/** What holds of a code on a day, and the rule that says so. */
export interface DocumentCodeStanding {
  readonly standing: CodeStanding
  readonly means?: string
  /** From when, and until when (that day excluded), this standing holds. */
  readonly from?: string
  readonly until?: string
  /** The document must expire before this day. */
  readonly expiresBefore?: string
  readonly clause: string
  readonly says: string
}

const fits = (rule: DocumentCodeRule, code: string): boolean =>
  rule.code === code || (rule.code[1] === '*' && rule.code[0] === code[0] && code[1] !== '<')

const SAYS: Readonly<Record<Exclude<CodeStanding, 'unknown'>, (code: string, r: DocumentCodeRule) => string>> = {
  allowed: (code, r) => `${code}: ${r.means}`,
  required: (code, r) => `${code}: ${r.means}; one of the harmonised codes must be used since ${r.from}`,
  expiring: (code, r) =>
    `${code}: ${r.means}; may be issued until ${r.until}, and the document must expire before ${r.expiresBefore}`,
  forbidden: (code, r) => `${code}: ${r.means}; ${r.from === undefined ? 'may not be used' : `not issued since ${r.from}`}`,
}

/** The first rule that knows the code in the format, on a day or ever. */
function ruleOf(code: string, format: MrzFormat, day?: string): DocumentCodeRule | undefined {
  const full = code.padEnd(2, '<')
  if (!/^[A-Z][A-Z0-9<]$/.test(full)) return undefined
  return DOCUMENT_CODE_RULES.find(
    (r) =>
      r.formats.includes(format) &&
      fits(r, full) &&
      (day === undefined || ((r.from ?? '') <= day && (r.until === undefined || day < r.until))),
  )
}

/**
 * Whether a document of this code and format may be issued on a day.
 *
 * @param code - two characters; a missing second one is the filler
 * @param format - the format of its zone
 * @param issued - the day of issue
 * @source Doc 9303-4 §4.4, Doc 9303-5 §4.2.2.3, Doc 9303-6 §4.2.2.2, Doc 9303-7 §4.2.2.1, Doc 9303-8 §4.1.5
 */
export function judgeDocumentCode(code: string, format: MrzFormat, issued: Date): DocumentCodeStanding {
  const rule = ruleOf(code, format, issued.toISOString().slice(0, 10))
  if (rule === undefined)
    return {
      standing: 'unknown',
      clause: format === 'EEP-CARD' ? EEP : 'Doc 9303-3 §4',
      says: `${code} is no document code of ${format}`,
    }
  const { standing, means, from, until, expiresBefore, clause } = rule
  return {
    standing,
    means,
    clause,
    says: SAYS[standing](code.padEnd(2, '<'), rule),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(expiresBefore === undefined ? {} : { expiresBefore }),
  }
}

/** Whether the code may have stood on a document of this format at any time. */
export const isDocumentCode = (code: string, format: MrzFormat): boolean => {
  const rule = ruleOf(code, format)
  return rule !== undefined && (rule.standing !== 'forbidden' || rule.from !== undefined)
}

/** The day before which every document of this code must expire; undefined: no such day. @source Doc 9303-4 §4.4 */
export const lastExpiryOf = (code: string, format: MrzFormat): string | undefined => ruleOf(code, format)?.expiresBefore
