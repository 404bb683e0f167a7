import { type Block, type Content, type Place } from '@causeway/kernel'

import { type Spot } from './report.ts'

/** Where a finding stands in the blocks of a document: characters `from` to `to` of a paragraph, or of a cell's text. */
export interface Location { readonly block: number; readonly row?: number; readonly column?: number; readonly from: number; readonly to: number }

const KEYS = ['line', 'page', 'paragraph', 'cell'] as const
/** Whether a piece stands at a place: everything that the place says, and boxes that overlap. */
function standsAt(p: Place, s: Spot): boolean {
  if (KEYS.some((k) => s[k] !== null && p[k] !== undefined && p[k] !== s[k])) return false
  if (!KEYS.some((k) => s[k] !== null && p[k] === s[k])) return false
  const [a, b] = [p.box, s.box]
  return a === undefined || b === null || (a.x < b.x + b.width + 1 && b.x < a.x + a.width + 1 && a.y < b.y + b.height + 1 && b.y < a.y + a.height + 1)
}

/** Where words begin in a text, at or after a place if they can be found there; figures that are part of longer ones only where there are no others. */
function startOf(text: string, wanted: string, after: number): number {
  const starts: number[] = []
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) starts.push(at)
  const isWhole = (at: number): boolean => !(/^[\d.]/.test(wanted) && /[\d.,]/.test(text[at - 1] ?? '')) && !(/\d$/.test(wanted) && /\d/.test(text[at + wanted.length] ?? ''))
  return starts.find((s) => s >= after && isWhole(s)) ?? starts.find(isWhole) ?? starts.find((s) => s >= after) ?? starts[0] ?? -1
}

/** Finds a quote in a text, spaces and line ends left out of account. */
function find(text: string, quote: string, after: number): readonly [number, number] | undefined {
  const kept = [...text].flatMap((c, i) => (/\s/.test(c) ? [] : [i]))
  const wanted = quote.replace(/\s+/g, '')
  const plain = kept.map((i) => [...text][i]).join('')
  if (wanted === '') return undefined
  const start = startOf(plain, wanted, Math.max(0, kept.findIndex((i) => i >= after)))
  return start === -1 ? undefined : [kept[start]!, kept[start + wanted.length - 1]! + 1]
}

function inBlock(b: Block, block: number, s: Spot & { readonly quote: string }): readonly Location[] {
  if (b.kind === 'paragraph') {
    const at = b.spans.findIndex((x) => standsAt(x.place, s))
    if (at === -1) return []
    const [from, to] = find(b.text, s.quote, b.spans[at]!.start) ?? [b.spans[at]!.start, b.spans[at + 1]?.start ?? b.text.length]
    return [{ block, from, to }]
  }
  return b.rows.flatMap((cells, row) => cells.flatMap((c, column) => (standsAt(c.place, s) ? [{ block, row, column, ...range(c.text, s.quote) }] : [])))
}

function range(text: string, quote: string): { readonly from: number; readonly to: number } {
  const found = find(text, quote, 0)
  return found === undefined ? { from: 0, to: text.length } : { from: found[0], to: found[1] }
}

/** The place of a finding in the document, the one that holds its quote before others of the same line. Undefined where the place is not of this document. */
export function locate(content: Pick<Content, 'blocks'>, s: Spot & { readonly quote: string }): Location | undefined {
  const all = content.blocks.flatMap((b, i) => inBlock(b, i, s))
  const textOf = (l: Location): string => {
    const b = content.blocks[l.block]!
    return (b.kind === 'paragraph' ? b.text : b.rows[l.row!]![l.column!]!.text).slice(l.from, l.to).replace(/\s+/g, '')
  }
  const wanted = s.quote.replace(/\s+/g, '')
  return all.find((l) => textOf(l) === wanted) ?? all.find((l) => textOf(l) !== '' && wanted.includes(textOf(l))) ?? all[0]
}
