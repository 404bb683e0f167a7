import { examine, readText, type Examination, type Finding } from '@causeway/accounts'
import { type Content } from '@causeway/kernel'

import { seeded } from './books.ts'
import { plain, toText, unfolded, type Doc } from './document.ts'
import { benchOf, KINDS, type Planted } from './faults.ts'
import { documentOf, LAYOUTS } from './layouts.ts'

/** How a document comes to the reader. */
export type Road = (doc: Doc) => Content | Promise<Content>
export const asText: Road = (doc) => readText(new TextEncoder().encode(toText(doc)), `${doc.layout}.txt`)

export async function examineOn(road: Road, doc: Doc): Promise<Examination> {
  const result = examine(await road(doc))
  if (!result.ok) throw new Error(`${doc.layout}: ${result.error.code}`)
  return result.value
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
  const sound = new Map<string, { readonly doc: Doc; readonly books: ReturnType<typeof documentOf>['books']; readonly findings: readonly Finding[] }>()
  const wrong: Run['false'][number][] = []
  for (const l of LAYOUTS) for (let s = 0; s < (o.seeds ?? 3); s++) {
    const seed = o.seed + s
    const { doc, books } = documentOf(l, seed)
    const { findings } = await examineOn(o.road, doc)
    sound.set(`${l.id} ${s}`, { doc, books, findings })
    for (const f of findings) if (f.severity !== 'info') wrong.push({ layout: l.id, seed, finding: f })
  }
  const trials: Trial[] = []
  const stride = o.stride ?? 1
  for (let turn = 0, idle = 0; trials.length < o.faults && idle < KINDS.length * LAYOUTS.length * 4; turn += stride) {
    const kind = KINDS[turn % KINDS.length]!, round = Math.floor(turn / KINDS.length)
    const layout = LAYOUTS[(turn + round) % LAYOUTS.length]!, s = round % (o.seeds ?? 3)
    const { doc, books, findings } = sound.get(`${layout.id} ${s}`)!
    const planted = kind.plant(benchOf(doc, books, seeded(o.seed * 1009 + turn), layout.decimals))
    if (planted === undefined) { idle += 1; continue }
    idle = 0
    const before = new Set(findings.map(keyOf))
    const all = (await examineOn(o.road, planted.doc)).findings
    const told = all.filter((f) => !before.has(keyOf(f)))
    const changed = changedWords(doc, planted.doc)
    const here = (f: Finding): boolean => planted.elsewhere === true || [f.quote, ...(f.against ?? []).map((a) => a.quote)].some((q) => changed.some((w) => w.includes(squeezed(q).slice(0, 12))))
    const found = told.filter((f) => planted.relations.includes(f.relation) && here(f))
    trials.push({ kind: kind.name, row: kind.row, layout: layout.id, seed: o.seed + s, planted, found, told, rightCause: planted.causes === undefined ? undefined : found.some((f) => f.cause !== undefined && planted.causes!.includes(f.cause)) })
  }
  return { trials, false: wrong, documents: sound.size }
}

export interface Score { readonly faults: number; readonly kinds: number; readonly rows: number; readonly found: number; readonly withCause: number; readonly rightCause: number; readonly documents: number; readonly falseFindings: number }
export function scoreOf(r: Run): Score {
  const told = r.trials.filter((t) => t.rightCause !== undefined)
  return { faults: r.trials.length, kinds: new Set(r.trials.map((t) => t.kind)).size, rows: new Set(r.trials.map((t) => t.row)).size, found: r.trials.filter((t) => t.found.length > 0).length, withCause: told.length, rightCause: told.filter((t) => t.rightCause === true).length, documents: r.documents, falseFindings: r.false.length }
}
/** What was missed, a line each. */
export const missed = (r: Run): readonly string[] => r.trials.filter((t) => t.found.length === 0).map((t) => `${t.row} ${t.kind} · ${t.layout} ${t.seed} · ${t.planted.relations.join('/')} · told: ${t.told.filter((f) => f.severity !== 'info').map((f) => `${f.relation} “${f.quote.slice(0, 30)}” ${f.published ?? ''}→${f.expected ?? ''}`).join('; ') || 'nothing'}`)
export const wrongCause = (r: Run): readonly string[] => r.trials.filter((t) => t.found.length > 0 && t.rightCause === false).map((t) => `${t.row} ${t.kind} · ${t.layout} ${t.seed} · wanted ${t.planted.causes!.join('/')} · got ${t.found.map((f) => `${f.relation}:${f.cause ?? 'none'} ${f.published ?? ''}→${f.expected ?? ''}`).join(', ')}`)
