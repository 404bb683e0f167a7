import { attribute, child, elements, value, type XmlElement } from './xml.ts'

/** What a style says of the paragraphs in it: their level as headings, their list. */
export interface Style { readonly name?: string; readonly level?: number; readonly list?: string; readonly depth?: number }

interface Level { readonly format: string; readonly text: string; readonly start: number }
interface List { readonly levels: ReadonlyMap<number, Level>; readonly counters: Map<number, number>; readonly starts: ReadonlyMap<number, number>; readonly own: boolean }

/** Styles by id, with what they take over from the style they are based on. */
export function stylesOf(root: XmlElement | undefined): ReadonlyMap<string, Style> {
  const raw = new Map(elements(root, 'style').map((s) => [attribute(s, 'styleId') ?? '', s]))
  const done = new Map<string, Style>()
  const read = (id: string, depth: number): Style => {
    const known = done.get(id)
    const style = raw.get(id)
    if (known !== undefined || style === undefined || depth > 20) return known ?? {}
    const base = read(value(style, 'basedOn') ?? '', depth + 1)
    const name = value(style, 'name')
    const made = { ...base, ...name === undefined ? {} : { name }, ...ownOf(child(style, 'pPr')), ...headingOf(name) }
    done.set(id, made)
    return made
  }
  for (const id of raw.keys()) read(id, 0)
  return done
}

function headingOf(name: string | undefined): Pick<Style, 'level'> {
  const m = /^heading (\d)$/i.exec(name ?? '')
  return m === null ? {} : { level: Number(m[1]) }
}

/** What a paragraph or style says itself of its level and list. */
export function ownOf(properties: XmlElement | undefined): Style {
  const outline = value(properties, 'outlineLvl')
  const numbers = child(properties, 'numPr')
  const list = value(numbers, 'numId')
  const depth = value(numbers, 'ilvl')
  return { ...outline === undefined || Number(outline) > 8 ? {} : { level: Number(outline) + 1 }, ...list === undefined ? {} : { list }, ...depth === undefined ? {} : { depth: Number(depth) } }
}

/** The number that Word would print before the next paragraph of a list, as `一、` or `(2)`; empty where it prints none or a mere mark. */
export function numberer(root: XmlElement | undefined): (list: string, depth: number) => string {
  const abstract = new Map(elements(root, 'abstractNum').map((a) => [attribute(a, 'abstractNumId') ?? '', levelsOf(a)]))
  const counters = new Map<string, Map<number, number>>()
  const lists = new Map<string, List>()
  for (const num of elements(root, 'num')) {
    const kind = value(num, 'abstractNumId') ?? ''
    const overrides = elements(num, 'lvlOverride')
    const starts = new Map(overrides.flatMap((o) => value(o, 'startOverride') === undefined ? [] : [[Number(attribute(o, 'ilvl')), Number(value(o, 'startOverride'))] as const]))
    const levels = new Map([...abstract.get(kind) ?? [], ...overrides.flatMap((o) => [...levelsOf(o)])])
    // lists of one kind count on from each other, unless one starts anew
    if (!counters.has(kind)) counters.set(kind, new Map())
    lists.set(attribute(num, 'numId') ?? '', { levels, counters: starts.size > 0 ? new Map() : counters.get(kind)!, starts, own: starts.size > 0 })
  }
  return (id, depth) => {
    const list = lists.get(id)
    const level = list?.levels.get(depth)
    if (list === undefined || level === undefined) return ''
    const first = list.starts.get(depth) ?? level.start
    list.counters.set(depth, (list.counters.get(depth) ?? first - 1) + 1)
    for (const d of [...list.counters.keys()]) if (d > depth) list.counters.delete(d)
    if (level.format === 'bullet' || level.format === 'none') return ''
    return level.text.replace(/%(\d)/g, (_, d: string) => {
      const at = Number(d) - 1
      const of = list.levels.get(at)
      return written(list.counters.get(at) ?? of?.start ?? 1, of?.format ?? 'decimal')
    })
  }
}

function levelsOf(e: XmlElement): Map<number, Level> {
  return new Map(elements(e, 'lvl').map((l) => [Number(attribute(l, 'ilvl')), { format: value(l, 'numFmt') ?? 'decimal', text: value(l, 'lvlText') ?? '', start: Number(value(l, 'start') ?? 1) }]))
}

const DIGITS = '〇一二三四五六七八九'

/** A number in the way a list says: `三`, `③`, `iii`. Source: ECMA-376 part 1, 17.18.59. */
export function written(n: number, format: string): string {
  if (/^(chineseCounting|chineseCountingThousand|japaneseCounting|taiwaneseCounting\w*|ideographTraditional)$/.test(format)) return counted(n)
  if (format === 'ideographDigital' || format === 'japaneseDigitalTenThousand') return [...String(n)].map((d) => DIGITS[Number(d)]!).join('')
  if (format === 'upperLetter' || format === 'lowerLetter') return String.fromCharCode((format === 'upperLetter' ? 64 : 96) + ((n - 1) % 26) + 1).repeat(Math.floor((n - 1) / 26) + 1)
  if (format === 'upperRoman' || format === 'lowerRoman') return format === 'upperRoman' ? roman(n) : roman(n).toLowerCase()
  if (format.startsWith('decimalEnclosedCircle') && n >= 1 && n <= 20) return String.fromCharCode(0x2460 + n - 1)
  if (format === 'decimalFullWidth') return [...String(n)].map((d) => String.fromCharCode(0xff10 + Number(d))).join('')
  if (format === 'decimalZero') return String(n).padStart(2, '0')
  return String(n)
}

/** 1 to 999 as counted in Chinese: 十, 十一, 二十, 一百零三. */
function counted(n: number): string {
  if (n < 1 || n > 999) return String(n)
  const [hundreds, tens, ones] = [Math.floor(n / 100), Math.floor((n % 100) / 10), n % 10]
  const high = hundreds > 0 ? `${DIGITS[hundreds]}百${tens === 0 && ones > 0 ? '零' : ''}` : ''
  const middle = tens === 0 ? '' : tens === 1 && hundreds === 0 ? '十' : `${DIGITS[tens]}十`
  return high + middle + (ones === 0 ? '' : DIGITS[ones]!)
}

function roman(n: number): string {
  let rest = n
  let out = ''
  for (const [v, s] of [[1000, 'M'], [900, 'CM'], [500, 'D'], [400, 'CD'], [100, 'C'], [90, 'XC'], [50, 'L'], [40, 'XL'], [10, 'X'], [9, 'IX'], [5, 'V'], [4, 'IV'], [1, 'I']] as const) {
    while (rest >= v) {
      out += s
      rest -= v
    }
  }
  return out
}
