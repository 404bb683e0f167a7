/** A printed document before it is a file. A figure or word that a fault may touch is tagged `⟦slot=words⟧`; printing takes the tags away. */
export interface Line { readonly kind: 'line'; readonly id: string; readonly text: string; readonly level?: number }
export interface Cell { readonly text: string; readonly colSpan?: number; readonly rowSpan?: number }
/** `head`: how many rows are the head. `widths` are shares of the page. */
export interface Sheet { readonly kind: 'sheet'; readonly id: string; readonly rows: readonly (readonly Cell[])[]; readonly head: number; readonly wide: boolean }
export type Part = Line | Sheet
export interface Doc { readonly layout: string; readonly parts: readonly Part[] }

export const tag = (slot: string, words: string): string => `⟦${slot}=${words}⟧`
const TAG = /⟦([^=⟧]+)=([^⟧]*)⟧/g
export const plain = (text: string): string => text.replaceAll(TAG, '$2')

/** A row as text: a cell that spans columns is followed by empty ones. */
const rowText = (row: readonly Cell[]): string => row.flatMap((c) => [plain(c.text), ...Array.from({ length: (c.colSpan ?? 1) - 1 }, () => '')]).join('\t')

/** Fills in, for text, the places under cells that span rows. */
export function unfolded(sheet: Sheet): readonly (readonly Cell[])[] {
  const waiting = new Map<number, number>()
  return sheet.rows.map((row) => {
    const out: Cell[] = []
    let x = 0
    const skip = (): void => { while ((waiting.get(x) ?? 0) > 0) { waiting.set(x, waiting.get(x)! - 1); out.push({ text: '' }); x += 1 } }
    for (const c of row) {
      skip()
      const span = c.colSpan ?? 1
      for (let i = 0; i < span; i++) if ((c.rowSpan ?? 1) > 1) waiting.set(x + i, c.rowSpan! - 1)
      out.push(c)
      x += span
    }
    skip()
    return out
  })
}

/** The document as the text file that a copy from a word processor gives: cells by tabs, a blank line between paragraphs. */
export function toText(doc: Doc): string {
  return doc.parts.map((p) => (p.kind === 'line' ? plain(p.text) : unfolded(p).map(rowText).join('\n'))).join('\n\n')
}

const textsOf = (p: Part): readonly string[] => (p.kind === 'line' ? [p.text] : p.rows.flatMap((r) => r.map((c) => c.text)))
/** All tagged words of a document, by slot. */
export function slotsOf(doc: Doc): ReadonlyMap<string, string> {
  return new Map(doc.parts.flatMap((p) => textsOf(p).flatMap((t) => [...t.matchAll(TAG)].map((m): [string, string] => [m[1]!, m[2]!]))))
}
const over = (p: Part, f: (text: string) => string): Part => (p.kind === 'line' ? { ...p, text: f(p.text) } : { ...p, rows: p.rows.map((r) => r.map((c) => ({ ...c, text: f(c.text) }))) })

/** Puts other words into a slot. */
export function put(doc: Doc, slot: string, words: string): Doc {
  const from = `⟦${slot}=`
  return { ...doc, parts: doc.parts.map((p) => (textsOf(p).some((t) => t.includes(from)) ? over(p, (t) => t.replaceAll(TAG, (all, s: string) => (s === slot ? tag(s, words) : all))) : p)) }
}
export const putAll = (doc: Doc, changes: Readonly<Record<string, string>>): Doc => Object.entries(changes).reduce((d, [slot, words]) => put(d, slot, words), doc)
/** Changes the lines and sheets of an id; nothing when none changed. */
export function change(doc: Doc, id: string, f: (p: Part) => readonly Part[]): Doc | undefined {
  const parts = doc.parts.flatMap((p) => (p.id === id ? f(p) : [p]))
  return doc.parts.some((p) => p.id === id) ? { ...doc, parts } : undefined
}
export const changeText = (doc: Doc, id: string, from: string | RegExp, to: string): Doc | undefined => {
  const line = doc.parts.find((p) => p.id === id && p.kind === 'line')
  if (line?.kind !== 'line' || line.text.replace(from, to) === line.text) return undefined
  return change(doc, id, (p) => (p === line ? [{ ...line, text: line.text.replace(from, to) }] : [p]))
}
