import { type Piece, type Place } from '@causeway/kernel'

import { isWide } from './paragraph.ts'

/** What a printed thing in a table can be: money or a number, a classification code or running number, words. */
export type Kind = 'amount' | 'code' | 'text'

/** A printed thing in a table. Measures are in half ems across and printed lines down, so that a text and a PDF are alike. */
export interface Item { readonly text: string; readonly from: number; readonly to: number; readonly y: number; readonly kind: Kind; readonly place: Place }

const AMOUNT = /^[-+－−]?(\d{1,3}([,，]\d{3})+|\d+)(\.\d+)?%?$|^[-—－]{1,2}$/
/** A functional (2xx) or economic (3xx, 5xx) class, with its two or four digits more. */
const CODE = /^[235]\d\d(\d\d){0,2}$/

/** Words of a row that adds up, or that carries over. */
export const TOTAL = /^(合\s*计|总\s*计|小\s*计|栏\s*次|(本年)?(收入|支出)(合\s*计|总\s*计)|本年.{0,4}合计|.*(结转和结余|结余分配|经费合计)|使用非财政拨款结余.*|收入总计|支出总计)$/

export const isCode = (text: string): boolean => CODE.test(text)

/** Items of the pieces of one printed line: numbers with one space between are several, a code glued to its name is two. */
export function itemsOf(pieces: readonly Piece[], unit: { readonly x: number; readonly y: number }): Item[] {
  const items = pieces.flatMap((p) => parts(p).map(({ text, start, end }) => {
    const scale = p.width / Math.max(1, measure(p.text))
    return { text, from: (p.x + scale * measure(p.text.slice(0, start))) / unit.x, to: (p.x + scale * measure(p.text.slice(0, end))) / unit.x, y: p.y / unit.y, kind: 'text' as Kind, place: p.place }
  }))
  return items.map((item, i) => ({ ...item, kind: kindOf(item.text, items[i + 1]?.text) }))
}

function kindOf(text: string, next: string | undefined): Kind {
  if (CODE.test(text) && (text.length > 3 || next === undefined || !AMOUNT.test(next) || /^\d\d$/.test(next))) return 'code'
  return AMOUNT.test(text) ? 'amount' : 'text'
}

interface Part { readonly text: string; readonly start: number; readonly end: number }

function parts({ text }: Pick<Piece, 'text'>): Part[] {
  const words = [...text.matchAll(/\S+/g)].map((m) => ({ text: m[0], start: m.index, end: m.index + m[0].length }))
  if (words.length > 1 && words.every((w) => AMOUNT.test(w.text))) return words
  // numbers with decimals at the end of words are cells of their own
  const last = words.findLastIndex((w) => !/^-?[\d,]*\d\.\d+%?$/.test(w.text))
  if (last >= 0 && last + 1 < words.length) return [...parts({ text: text.slice(0, words[last]!.end) }), ...words.slice(last + 1)]
  const glued = /^(\d{3}|\d{5}|\d{7})\s?(?=[一-鿿])/.exec(text)
  if (glued !== null && CODE.test(glued[1]!)) return [{ text: glued[1]!, start: 0, end: glued[1]!.length }, { text: text.slice(glued[0].length), start: glued[0].length, end: text.length }]
  return [{ text, start: 0, end: text.length }]
}

/** Words set apart by single spaces, each of two signs or more, are headings of several columns. */
export function headingsOf(item: Item): Item[] {
  const words = [...item.text.matchAll(/\S+/g)]
  if (words.length < 2 || words.some((w) => w[0].length < 2)) return [item]
  const scale = (item.to - item.from) / Math.max(1, measure(item.text))
  return words.map((w) => ({ ...item, text: w[0], from: item.from + scale * measure(item.text.slice(0, w.index)), to: item.from + scale * measure(item.text.slice(0, w.index + w[0].length)) }))
}

const measure = (text: string): number => text.length

export const middle = (i: { readonly from: number; readonly to: number }): number => (i.from + i.to) / 2

/** Letters spread over the width of a cell stand for one word. */
export function unspaced(text: string): string {
  return /^(?:\S\s)+\S$/.test(text) && isWide(text[0]!) ? text.replace(/\s/g, '') : text
}
