/** A name field and whether something had to be left out of it. */
export interface NameField {
  readonly field: string
  readonly truncated: boolean
}

/**
 * How a name that does not fit is cut; the Parts leave the choice to the issuer.
 *
 * - `end`: as much as fits from the front; of the secondary identifier at least two letters show.
 * - `initials`: components become initials, the last one first.
 * - `even`: every component keeps the same number of letters.
 *
 * `keep` is the issuer's own choice: how many letters of each component stand, primary ones first; 0 leaves one out.
 */
export interface NameCut {
  readonly width: number
  readonly cut?: 'end' | 'initials' | 'even'
  readonly keep?: readonly number[]
}

/** The two identifiers that a name field has. */
export interface NameParts {
  readonly primaryIdentifier: string
  readonly secondaryIdentifier: string
  /** The last place is a letter: the name must be taken for a truncated one. */
  readonly truncated: boolean
}

type Names = readonly [primary: readonly string[], secondary: readonly string[]]

const componentsOf = (s: string): readonly string[] => s.split(/[ <-]+/).filter((w) => w !== '')
const lay = ([p, s]: Names): string => (s.length === 0 ? p.join('<') : `${p.join('<')}<<${s.join('<')}`)

/** Letters of the secondary identifier that show at least, however long the primary one is. */
const SHOWN = 2

/**
 * The first places of some names, ending in a letter: a filler in the last place would say that the name
 * is whole. Where the cut falls between two parts, the last part before it that can do so gives a letter.
 */
function cutToLetter(names: string, width: number): string {
  const cut = names.slice(0, width)
  if (!cut.endsWith('<')) return cut
  const giver = /[A-Z]{2}(?=<(?:[A-Z]<)*$)/.exec(cut)
  return giver === null ? cut : (names.slice(0, giver.index + 1) + names.slice(giver.index + 2)).slice(0, width)
}

function cutAtEnd([primary, secondary]: Names, width: number): string {
  const [p, s] = [primary.join('<'), secondary.join('<')]
  if (s === '') return cutToLetter(p, width)
  let field = ''
  for (let most = Math.min(p.length, width - 2 - Math.min(SHOWN, s.length)); most >= 0 && !/[A-Z]$/.test(field); most--) {
    const head = cutToLetter(p, most)
    field = `${head}<<${cutToLetter(s, width - head.length - 2)}`
  }
  return field
}

/** Takes letters from the last component of each identifier, then from the one before it, as many as are too many. */
function cutToInitials(names: Names, width: number): string {
  const [primary, secondary] = names.map((n) => [...n]) as [string[], string[]]
  for (const list of [secondary, primary]) {
    for (let i = list.length - 1; i >= (list === primary ? 0 : 1); i--) {
      const over = lay([primary, secondary]).length - width
      if (over > 0) list[i] = list[i]!.slice(0, Math.max(1, list[i]!.length - over))
    }
  }
  return cutAtEnd([primary, secondary], width)
}

function cutEvenly([primary, secondary]: Names, width: number): string {
  const keepOf = (n: number): string => lay([primary.map((w) => w.slice(0, n)), secondary.map((w) => w.slice(0, n))])
  let keep = 1
  while (keepOf(keep + 1).length <= width) keep++
  let left = width - keepOf(keep).length
  if (left < 0) return cutAtEnd([primary.map((w) => w[0]!), secondary.map((w) => w[0]!)], width)
  return keepLetters(
    [primary, secondary],
    [...primary, ...secondary].map((w) => {
      const more = Math.min(left, 1, Math.max(0, w.length - keep))
      left -= more
      return Math.min(w.length, keep) + more
    }),
  )
}

function keepLetters([primary, secondary]: Names, keep: readonly number[]): string {
  const kept = [...primary, ...secondary].map((w, i) => w.slice(0, keep[i] ?? 0))
  return lay([kept.slice(0, primary.length).filter((w) => w !== ''), kept.slice(primary.length).filter((w) => w !== '')])
}

function cut(names: Names, o: NameCut): string {
  if (o.keep === undefined)
    return (o.cut === 'initials' ? cutToInitials : o.cut === 'even' ? cutEvenly : cutAtEnd)(names, o.width)
  const field = keepLetters(names, o.keep)
  if (!isNameFieldOf(field, { primary: names[0].join(' '), secondary: names[1].join(' '), width: o.width }))
    throw new RangeError(`${field} is no truncation of ${o.width} places`)
  return field
}

/**
 * The name field of a zone: primary identifier, two fillers, secondary identifier, filled up; cut where it
 * does not fit, so that both identifiers show and the last place is a letter.
 *
 * @param to - the width (39 for TD3 and MRV-A, 31 for TD2 and MRV-B, 30 for TD1), and how to cut
 * @throws RangeError on letters that the zone does not have (transliterate first), or a `keep` that the Parts do not allow
 * @source Doc 9303-4, -5, -6 §4.2.3, Doc 9303-7 §4.2.2.1, §7.2.2.1
 */
export function composeName(primary: string, secondary: string, to: number | NameCut): NameField {
  for (const c of primary + secondary) if (!/[A-Z <-]/.test(c)) throw new RangeError(`not a letter of the zone: ${c}`)
  const o = typeof to === 'number' ? { width: to } : to
  const names = [componentsOf(primary), componentsOf(secondary)] as const
  const full = lay(names)
  return full.length <= o.width
    ? { field: full.padEnd(o.width, '<'), truncated: false }
    : { field: cut(names, o), truncated: true }
}

/** Each shown component must begin one of the person's, in their order; components may be left out. */
function isCutOf(shown: string, whole: readonly string[]): boolean {
  if (shown === '' || whole.length === 0) return shown === '' && whole.length === 0
  let next = 0
  for (const w of shown.split('<')) {
    const found = w === '' ? -1 : whole.findIndex((c, i) => i >= next && c.startsWith(w))
    if (found === -1) return false
    next = found + 1
  }
  return true
}

/**
 * Whether a name field is what the Parts make of a name: the whole name where it fits, and otherwise any of the
 * permitted truncations: letters taken from the ends of components, components left out, both identifiers
 * shown, a letter in the last place.
 *
 * @source Doc 9303-4, -5, -6 §4.2.3, Doc 9303-7 §4.2.2.1, §7.2.2.1
 */
export function isNameFieldOf(
  field: string,
  name: { readonly primary: string; readonly secondary: string; readonly width: number },
): boolean {
  const names = [componentsOf(name.primary), componentsOf(name.secondary)] as const
  const full = lay(names)
  if (full.length <= name.width) return field === full.padEnd(name.width, '<')
  if (field.length !== name.width || !/[A-Z]$/.test(field)) return false
  const [p, s, ...more] = field.split('<<')
  if (more.length > 0 || (s === undefined) !== (names[1].length === 0)) return false
  return isCutOf(p!, names[0]) && isCutOf(s ?? '', names[1])
}

const words = (s: string): string =>
  s.includes('<')
    ? s
        .split('<')
        .filter((w) => w !== '')
        .join(' ')
    : s

/** Where the identifiers of a name field stand: the primary one to before `end`, the secondary one from `start` to before `last`. */
export interface NameSplit {
  readonly primaryIdentifier: string
  readonly secondaryIdentifier: string
  readonly end: number
  readonly start: number
  readonly last: number
}

/** Takes the name field from `from` to the end of a line apart. */
export function splitName(line: string, from: number): NameSplit {
  let last = line.length
  while (last > from && line.charCodeAt(last - 1) === 60) last--
  const gap = line.indexOf('<<', from)
  if (gap === -1 || gap >= last)
    return { primaryIdentifier: words(line.slice(from, last)), secondaryIdentifier: '', end: last, start: last, last }
  return {
    primaryIdentifier: words(line.slice(from, gap)),
    secondaryIdentifier: words(line.slice(gap + 2, last)),
    end: gap,
    start: gap + 2,
    last,
  }
}

/** Primary and secondary identifier of a name field, given with its fillers. @source Doc 9303-3 §4.6 */
export function parseName(field: string): NameParts {
  const { primaryIdentifier, secondaryIdentifier } = splitName(field, 0)
  const last = field.charCodeAt(field.length - 1)
  return { primaryIdentifier, secondaryIdentifier, truncated: last >= 65 && last <= 90 }
}

/** Words that the Part names as titles and suffixes. Some of them are also names: the issuer decides. */
const TITLES: ReadonlySet<string> = new Set(['DR', 'SIR', 'JR', 'SR', 'II', 'III'])

/**
 * The titles and suffixes in a name, which do not go into the zone unless the issuing State holds them for part
 * of the name; then they are components of the secondary identifier.
 *
 * @source Doc 9303-3 §4.6
 */
export const findTitles = (name: string): readonly string[] =>
  name
    .toUpperCase()
    .split(/[^\p{L}]+/u)
    .filter((w) => TITLES.has(w))
