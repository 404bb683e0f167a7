import table from './transliteration.json' with { type: 'json' }

type Strings = Readonly<Record<string, string>>
/** The languages for which the tables have their own strings, and Russian, which has one by practice. */
export type CyrillicLanguage = 'be' | 'bg' | 'mk' | 'ru' | 'sr' | 'uk'

/** What a State prefers where the tables leave a choice: `{ 'Ü': 'UXX' }`. Strings of A to Z. */
export type Preference = Readonly<Record<string, string>>

export interface TransliterationChoice {
  /** The language of a Cyrillic name: its exceptions in table B count. */
  readonly language?: CyrillicLanguage
  readonly prefer?: Preference
  /** A letter with marks that no table has: `name` it (the default), or write it `bare`, without its marks. */
  readonly unlisted?: 'name' | 'bare'
}

export interface Transliteration {
  readonly text: string
  /** What no table has, as it was given. */
  readonly unknown: readonly string[]
  /** Where each of them begins in the name that was given, in UTF-16 units from 0. */
  readonly unknownAt: readonly number[]
}

/** One of the strings that the tables allow for a character, and when. */
export interface TransliterationOption {
  readonly text: string
  readonly language?: CyrillicLanguage
  readonly position?: 'initial' | 'final'
}

const { 'uk-initial': UK_INITIAL, ...LANGUAGES }: Readonly<Record<string, Strings>> & { readonly 'uk-initial': Strings } =
  table.languages
const LATIN: Readonly<Record<string, readonly string[]>> = table.latin
const own = (strings: Strings | undefined, c: string): string | undefined =>
  strings !== undefined && Object.hasOwn(strings, c) ? strings[c] : undefined

/**
 * What table B lacks and a language cannot do without. The soft sign is left out by the passport rules of Russia,
 * Ukraine and Belarus; Serbian Ћ is Ć in the State's own Latin alphabet, C in table A; GJ is printed for
 * Macedonian beside 0492, a letter that the language does not have, and meant for Ѓ.
 */
const PRACTICE: Readonly<Partial<Record<CyrillicLanguage, Strings>>> = {
  ru: { Ь: '' },
  uk: { Ь: '' },
  be: { Ь: '' },
  sr: { Ћ: 'C' },
  mk: { Ѓ: 'GJ' },
}

const SHADDA = '\u0651'
const TEH_MARBUTA = '\u0629'
const TATWEEL = '\u0640'
const APOSTROPHE = /^['’‘ʼʹʻʾʿ`´＇׳]$/u
/** A letter and its marks, or marks alone, or any other character; no more marks than any letter bears, so that ordering them stays cheap. */
const CLUSTER = /\p{L}\p{M}{0,8}|\p{M}{1,8}|[^]/gu

interface Cluster {
  readonly given: string
  readonly at: number
}
/** What is written, the letter that a shadda would double, and whether a component begins here. */
interface Written {
  text: string
  letter: string
  isInitial: boolean
}

const upper = (s: string): string => s.normalize('NFC').replaceAll('ß', 'ẞ').toUpperCase().normalize('NFC')
/** Arabic letters in the shape that they take in a word stand for the letter. */
const unshaped = (c: string): string => (/[\uFB50-\uFDFF\uFE70-\uFEFC]/.test(c) ? c.normalize('NFKC') : c)

/** A letter by the tables: what the State prefers, what the language has for it, what all have. */
function letterOf(c: string, o: TransliterationChoice, isInitial: boolean): string | undefined {
  const preferred = own(o.prefer, c)
  if (preferred !== undefined) {
    if (!/^[A-Z]*$/.test(preferred)) throw new RangeError(`not letters of the zone: ${preferred}`)
    return preferred
  }
  if (o.language === 'uk' && isInitial) {
    const first = own(UK_INITIAL, c)
    if (first !== undefined) return first
  }
  const ofLanguage = o.language === undefined ? undefined : (own(LANGUAGES[o.language], c) ?? own(PRACTICE[o.language], c))
  return ofLanguage ?? LATIN[c]?.[0] ?? own(table.cyrillic, c) ?? own(table.arabic, c)
}

/** Marks of punctuation: apostrophes and whatever else is left out, hyphens and commas part components. @source Doc 9303-3 §4.6 */
function punctuationOf(c: string): string | undefined {
  if (APOSTROPHE.test(c)) return ''
  if (/^[\s\p{Pd},،，、]$/u.test(c)) return ' '
  return /^\p{P}$/u.test(c) ? '' : undefined
}

/** Whether a name component ends before this cluster. */
function isEndAt(clusters: readonly Cluster[], at: number): boolean {
  let i = at
  while (i < clusters.length && (clusters[i]!.given.startsWith(TATWEEL) || APOSTROPHE.test(clusters[i]!.given[0]!))) i++
  return i === clusters.length || !/^\p{L}/u.test(clusters[i]!.given)
}

/** Adds one character to what is written; false when no table has it. */
function write(w: Written, c: string, o: { readonly choice: TransliterationChoice; readonly isEnd: () => boolean }): boolean {
  if (c === SHADDA) {
    w.text += w.letter.replace(/^X+(?=.)/, '')
    return w.letter !== ''
  }
  const letter =
    c >= 'A' && c <= 'Z' && c.length === 1 && own(o.choice.prefer, c) === undefined
      ? c
      : c === TEH_MARBUTA && own(o.choice.prefer, c) === undefined
        ? o.isEnd()
          ? 'XAH'
          : 'XTA'
        : letterOf(c, o.choice, w.isInitial)
  const out = letter ?? punctuationOf(c)
  if (out === undefined) return false
  if (out === '') return true
  w.text += out
  w.letter = letter ?? ''
  w.isInitial = out === ' '
  return true
}

function writeCluster(
  w: Written,
  characters: string,
  o: { readonly choice: TransliterationChoice; readonly isEnd: () => boolean },
): boolean {
  const trial: Written = { ...w }
  for (const c of characters) if (!write(trial, c, o)) return false
  Object.assign(w, trial)
  return true
}

/**
 * A name in letters of the zone: capitals, accents and scripts by the tables, composed or decomposed; apostrophes
 * and other punctuation left out, hyphens and commas as spaces; a shadda doubles the letter that bears it, a teh
 * marbuta is XAH at the end of a component. What no table has is named with its place, never guessed.
 *
 * @throws RangeError when a preferred string is not of A to Z
 * @source Doc 9303-3 §6, §4.6
 */
export function transliterate(name: string, choice: TransliterationChoice = {}): Transliteration {
  const clusters: readonly Cluster[] = Array.from(name.matchAll(CLUSTER), (m) => ({ given: m[0], at: m.index }))
  const written: Written = { text: '', letter: '', isInitial: true }
  const [unknown, unknownAt]: [string[], number[]] = [[], []]
  clusters.forEach(({ given, at }, i) => {
    const o = { choice, isEnd: () => isEndAt(clusters, i + 1) }
    const characters = unshaped(upper(given))
    if (writeCluster(written, characters, o)) return
    if (choice.unlisted === 'bare' && writeCluster(written, characters.normalize('NFD').replace(/(?<=.)\p{M}/gu, ''), o)) return
    unknown.push(given.normalize('NFC'))
    unknownAt.push(at)
  })
  return { text: written.text.replace(/ +/g, ' ').trim(), unknown, unknownAt }
}

/**
 * Every string that the tables allow for a character, the recommended one first. Empty: no table has it; one
 * empty string: the tables leave it out.
 *
 * @source Doc 9303-3 §6
 */
export function listTransliterations(character: string): readonly TransliterationOption[] {
  const c = upper(character)
  if (/^[A-Z]$/.test(c)) return [{ text: c }]
  if (c === TEH_MARBUTA) return [{ text: 'XTA' }, { text: 'XAH', position: 'final' }]
  const latin = LATIN[c] ?? []
  const general = own(table.cyrillic, c) ?? own(table.arabic, c)
  return [
    ...latin.map((text) => ({ text })),
    ...(general === undefined ? [] : [{ text: general }]),
    ...Object.entries(LANGUAGES).flatMap(([language, strings]) =>
      own(strings, c) === undefined ? [] : [{ text: strings[c]!, language: language as CyrillicLanguage }],
    ),
    ...(own(UK_INITIAL, c) === undefined
      ? []
      : [{ text: UK_INITIAL[c]!, language: 'uk' as const, position: 'initial' as const }]),
  ]
}
