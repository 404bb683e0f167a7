import { type Anchor } from './anchor.ts'
import { type Entry } from './entry.ts'

/** A journal as a file: one JSON value a line. The heading says what must follow; a closing anchor ends it. */
export interface Heading { readonly type: 'journal'; readonly form: 1; readonly office: string; readonly entries: number; readonly anchors: number; readonly exportedAt: string }
export type Line = Heading | ({ readonly type: 'entry' } & Entry) | ({ readonly type: 'anchor' } & Anchor)

/** Entries in order, each anchor after the last entry that it covers. */
export function* exportLines(office: string, entries: readonly Entry[], anchors: readonly Anchor[], exportedAt: string): Generator<string> {
  const heading: Heading = { type: 'journal', form: 1, office, entries: entries.length, anchors: anchors.length, exportedAt }
  yield JSON.stringify(heading)
  let next = 0
  for (const entry of entries) {
    while (next < anchors.length && anchors[next]!.toSeq < entry.seq) yield JSON.stringify({ type: 'anchor', ...anchors[next++]! })
    yield JSON.stringify({ type: 'entry', ...entry })
  }
  while (next < anchors.length) yield JSON.stringify({ type: 'anchor', ...anchors[next++]! })
}

export interface Exported { readonly heading: Heading | undefined; readonly entries: readonly Entry[]; readonly anchors: readonly Anchor[]; readonly unread: readonly { readonly line: number; readonly says: string }[] }

const ENTRY_TEXTS = ['office', 'at', 'actor', 'role', 'act', 'request', 'kind', 'stream', 'event', 'body', 'prev', 'hash'] as const
const ANCHOR_TEXTS = ['office', 'head', 'previous', 'at', 'keyId', 'signature'] as const
const texts = (o: Record<string, unknown>, names: readonly string[]): boolean => names.every((n) => typeof o[n] === 'string')
const counts = (o: Record<string, unknown>, names: readonly string[]): boolean => names.every((n) => Number.isSafeInteger(o[n]))

/** Reads an export. A line that is not of the form is named, never passed over. */
export function parseExport(text: string): Exported {
  let heading: Heading | undefined
  const entries: Entry[] = []
  const anchors: Anchor[] = []
  const unread: { line: number; says: string }[] = []
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return
    let o: Record<string, unknown>
    try {
      o = JSON.parse(line) as Record<string, unknown>
    } catch {
      unread.push({ line: i + 1, says: 'not JSON' })
      return
    }
    if (o['type'] === 'journal' && o['form'] === 1 && heading === undefined) heading = o as unknown as Heading
    else if (o['type'] === 'entry' && texts(o, ENTRY_TEXTS) && counts(o, ['seq', 'version'])) entries.push(o as unknown as Entry)
    else if (o['type'] === 'anchor' && texts(o, ANCHOR_TEXTS) && counts(o, ['number', 'fromSeq', 'toSeq'])) anchors.push(o as unknown as Anchor)
    else unread.push({ line: i + 1, says: 'neither heading, entry nor anchor' })
  })
  return { heading, entries, anchors, unread }
}
