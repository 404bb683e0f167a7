import table from './transliteration.json' with { type: 'json' }

const CHARACTERS: Readonly<Record<string, readonly string[]>> = table.characters
const SHADDA = '\u0651'

/** What a State prefers where the tables leave a choice: `{ 'Ü': 'UXX' }`. */
export type Preference = Readonly<Record<string, string>>

export interface Transliteration { readonly text: string; readonly unknown: readonly string[] }

/**
 * A name in letters of the zone: capitals, accents and scripts by the tables, apostrophes left out, hyphens
 * and commas as spaces. Characters that no table has are named, not guessed.
 *
 * @source Doc 9303-3 §6, §4.6
 */
export function transliterate(name: string, preference: Preference = {}): Transliteration {
  const unknown: string[] = []
  let text = ''
  let last = ''
  for (const c of name.normalize('NFC').replace(/ß/g, 'ẞ').toUpperCase()) {
    let out: string | undefined
    if (/[A-Z ]/.test(c)) out = c
    else if (/['’ʼ`.]/.test(c)) out = ''
    else if (/[-,–]/.test(c)) out = ' '
    else if (c === SHADDA) out = last
    else out = preference[c] ?? CHARACTERS[c]?.[0] ?? CHARACTERS[c.toLowerCase()]?.[0]
    if (out === undefined) unknown.push(c)
    else { text += out; last = out }
  }
  return { text: text.replace(/ +/g, ' ').trim(), unknown }
}
