import { examine, readText, type Finding } from '@causeway/accounts'
import { type Content } from '@causeway/kernel'

import { seeded } from './books.ts'
import { plain, toText, unfolded, type Doc } from './document.ts'
import { benchOf, KINDS, type Planted } from './faults.ts'
import { documentOf, LAYOUTS } from './layouts.ts'

/** How documents come to the reader: as what files, read by which reader. */
export type Road = (docs: readonly Doc[]) => Promise<readonly Content[]>
export const asText: Road = (docs) => Promise.resolve(docs.map((doc) => readText(new TextEncoder().encode(toText(doc)), `${doc.layout}.txt`)))

function examined(content: Content): readonly Finding[] {
  const result = examine(content)
  if (!result.ok) throw new Error(`${content.name}: ${result.error.code}`)
  return result.value.findings
}

const squeezed = (t: string): string => t.replace(/\s/g, '')
const wordsOf = (doc: Doc): readonly string[] => doc.parts.map((p) => squeezed(p.kind === 'line' ? plain(p.text) : unfolded(p).flatMap((r) => r.map((c) => plain(c.text))).join('')))
/** Words of the parts that a fault changed. */
function changedWords(before: Doc, after: Doc): readonly string[] {
  const old = new Set(wordsOf(before))
  return wordsOf(after).filter((w) => !old.has(w))
}

export interface Trial { readonly kind: string; readonly row: number; readonly layout: string; readonly seed: number; readonly planted: Planted; readonly found: readonly Finding[]; readonly told: readonly Finding[]; readonly rightCause: boolean | undefined }
export interface Run { readonly trials: readonly Trial[]; /** Errors and warnings on documents without a fault. */ readonly false: readonly { readonly layout: string; readonly seed: number; readonly finding: Finding }[]; readonly documents: number }

const keyOf = (f: Finding): string => `${f.relation}|${f.severity}|${f.published ?? ''}|${f.expected ?? ''}|${f.quote}`

/**
 * Plants faults, as many as wanted, spread over kinds and layouts, and examines each document with its one fault.
 * A fault is found when a finding that the sound document does not have names one of its relations at the changed words.
 */
export async function run(o: { readonly faults: number; readonly seed: number; readonly road: Road; readonly seeds?: number; readonly stride?: number }): Promise<Run> {
  const seeds = o.seeds ?? 3
  const sound = LAYOUTS.flatMap((l) => Array.from({ length: seeds }, (_, s) => ({ layout: l, seed: o.seed + s, ...documentOf(l, o.seed + s) })))
  const plan: { readonly kind: (typeof KINDS)[number]; readonly from: (typeof sound)[number]; readonly planted: Planted }[] = []
  for (let turn = 0, idle = 0; plan.length < o.faults && idle < KINDS.length * LAYOUTS.length * 4; turn += o.stride ?? 1) {
    const kind = KINDS[turn % KINDS.length]!, round = Math.floor(turn / KINDS.length)
    const from = sound[((turn + round) % LAYOUTS.length) * seeds + (round % seeds)]!
    const planted = kind.plant(benchOf(from.doc, from.books, seeded(o.seed * 1009 + turn), from.layout.decimals))
    idle = planted === undefined ? idle + 1 : 0
    if (planted !== undefined) plan.push({ kind, from, planted })
  }
  const contents = await o.road([...sound.map((d) => d.doc), ...plan.map((p) => p.planted.doc)])
  const findings = contents.map(examined)
  const wrong = sound.flatMap((d, i) => findings[i]!.filter((f) => f.severity !== 'info').map((finding) => ({ layout: d.layout.id, seed: d.seed, finding })))
  const trials = plan.map(({ kind, from, planted }, i): Trial => {
    const before = new Set(findings[sound.indexOf(from)]!.map(keyOf))
    const told = findings[sound.length + i]!.filter((f) => !before.has(keyOf(f)))
    const changed = changedWords(from.doc, planted.doc)
    const here = (f: Finding): boolean => planted.elsewhere === true || [f.quote, ...(f.against ?? []).map((a) => a.quote)].some((q) => changed.some((w) => w.includes(squeezed(q).slice(0, 12))))
    const found = told.filter((f) => planted.relations.includes(f.relation) && here(f))
    return { kind: kind.name, row: kind.row, layout: from.layout.id, seed: from.seed, planted, found, told, rightCause: planted.causes === undefined ? undefined : found.some((f) => f.cause !== undefined && planted.causes!.includes(f.cause)) }
  })
  return { trials, false: wrong, documents: sound.length }
}

export interface Score { readonly faults: number; readonly kinds: number; readonly rows: number; readonly found: number; readonly withCause: number; readonly rightCause: number; readonly documents: number; readonly falseFindings: number }
export function scoreOf(r: Run): Score {
  const told = r.trials.filter((t) => t.rightCause !== undefined)
  return { faults: r.trials.length, kinds: new Set(r.trials.map((t) => t.kind)).size, rows: new Set(r.trials.map((t) => t.row)).size, found: r.trials.filter((t) => t.found.length > 0).length, withCause: told.length, rightCause: told.filter((t) => t.rightCause === true).length, documents: r.documents, falseFindings: r.false.length }
}
/** What was missed, a line each. */
export const missed = (r: Run): readonly string[] => r.trials.filter((t) => t.found.length === 0).map((t) => `${t.row} ${t.kind} · ${t.layout} ${t.seed} · ${t.planted.relations.join('/')} · told: ${t.told.filter((f) => f.severity !== 'info').map((f) => `${f.relation} “${f.quote.slice(0, 30)}” ${f.published ?? ''}→${f.expected ?? ''}`).join('; ') || 'nothing'}`)
export const wrongCause = (r: Run): readonly string[] => r.trials.filter((t) => t.found.length > 0 && t.rightCause === false).map((t) => `${t.row} ${t.kind} · ${t.layout} ${t.seed} · wanted ${t.planted.causes!.join('/')} · got ${t.found.map((f) => `${f.relation}:${f.cause ?? 'none'} ${f.published ?? ''}→${f.expected ?? ''}`).join(', ')}`)
