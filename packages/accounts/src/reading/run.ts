import { type Piece } from '@causeway/kernel'

import { placeOf } from './aligned.ts'
import { isWide } from './paragraph.ts'

/** How far apart, in ems, two things are that belong to one piece of text; in a table a number stands closer to its neighbour. */
export type Apart = (left: string, right: string) => number

const inText: Apart = () => 0.95
export const inTable: Apart = (left, right) => NUMBER.test(right) || NUMBER.test(left) ? 0.3 : 0.95
const NUMBER = /^-?[\d,]+(\.\d+)?%?$/

/** Pieces of a line that touch are one; a wider gap sets them apart. */
export function runs(row: readonly Piece[], apart: Apart = inText): Piece[] {
  const out: Piece[] = []
  for (const p of [...row].sort((a, b) => a.x - b.x)) {
    const last = out.at(-1)
    const gap = last === undefined ? Infinity : p.x - last.x - last.width
    const text = p.text.trim()
    if (last === undefined || gap > apart(last.text, text) * p.height) {
      out.push({ ...p, text })
      continue
    }
    const wide = isWide(last.text.at(-1) ?? '') && isWide(text[0] ?? '')
    out[out.length - 1] = { ...last, text: last.text + (gap > (wide ? 0.6 : 0.18) * p.height || p.text.startsWith(' ') ? ' ' : '') + text, width: p.x + p.width - last.x, place: placeOf([last, p]) }
  }
  return out
}
