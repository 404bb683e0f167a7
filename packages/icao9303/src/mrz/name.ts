/** A name field and whether something had to be left out of it. */
export interface NameField { readonly field: string; readonly truncated: boolean }

const join = (s: string): string => s.split(/[ <-]+/).filter((w) => w !== '').join('<')

/** Letters of the secondary identifier that show at least, however long the primary one is. */
const SHOWN = 2

/**
 * The first places of some names, ending in a letter: a filler in the last place would say that the name
 * is whole. Where the cut falls between two parts, the last letter of the first part gives way.
 */
function cutToLetter(names: string, width: number): string {
  const cut = names.slice(0, width)
  if (!cut.endsWith('<')) return cut
  const end = names.indexOf('<')
  return end > 1 ? (names.slice(0, end - 1) + names.slice(end)).slice(0, width) : cut
}

/**
 * The name field of a zone: primary identifier, two fillers, secondary identifier, filled up; cut where it
 * does not fit, so that both identifiers show and the last place is a letter.
 *
 * @param width - 39 for TD3, 31 for TD2, 30 for TD1
 * @throws RangeError on letters that the zone does not have: transliterate first
 * @source Doc 9303-4 §4.2.3
 */
export function composeName(primary: string, secondary: string, width: number): NameField {
  for (const c of primary + secondary) if (!/[A-Z <-]/.test(c)) throw new RangeError(`not a letter of the zone: ${c}`)
  const [p, s] = [join(primary), join(secondary)]
  const full = s === '' ? p : `${p}<<${s}`
  if (full.length <= width) return { field: full.padEnd(width, '<'), truncated: false }
  if (s === '') return { field: cutToLetter(p, width), truncated: true }
  const head = cutToLetter(p, Math.min(p.length, width - 2 - Math.min(SHOWN, s.length)))
  return { field: `${head}<<${cutToLetter(s, width - head.length - 2)}`.padEnd(width, '<'), truncated: true }
}
