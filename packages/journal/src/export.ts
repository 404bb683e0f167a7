import { type Anchor } from './anchor.ts'
import { type Entry } from './entry.ts'

/** A journal as a file: one JSON value a line. The heading says what must follow; a closing anchor ends it. */
export interface Heading { readonly type: 'journal'; readonly form: 1; readonly office: string; readonly entries: number; readonly anchors: number; readonly exportedAt: string }
export type Line = Heading | ({ readonly type: 'entry' } & Entry) | ({ readonly type: 'anchor' } & Anchor)

const ENTRY_FIELDS = ['office', 'seq', 'at', 'actor', 'role', 'act', 'request', 'kind', 'stream', 'version', 'event', 'body', 'prev', 'hash'] as const
const ANCHOR_FIELDS = ['office', 'number', 'fromSeq', 'toSeq', 'head', 'previous', 'at', 'keyId', 'signature'] as const
const HEADING_FIELDS = ['form', 'office', 'entries', 'anchors', 'exportedAt'] as const
const COUNTS: ReadonlySet<string> = new Set(['seq', 'version', 'number', 'fromSeq', 'toSeq', 'form', 'entries', 'anchors'])

/** The one way to write a line: its fields in their order, nothing else. */
function writeLine(type: string, fields: readonly string[], value: object): string {
  const of = value as Readonly<Record<string, unknown>>
  return JSON.stringify({ type, ...Object.fromEntries(fields.map((f) => [f, of[f]])) })
}

/** Entries in order, each anchor after the last entry that it covers. */
export function* exportLines(office: string, entries: readonly Entry[], anchors: readonly Anchor[], exportedAt: string): Generator<string> {
  yield writeLine('journal', HEADING_FIELDS, { form: 1, office, entries: entries.length, anchors: anchors.length, exportedAt })
  let next = 0
  for (const entry of entries) {
    while (next < anchors.length && anchors[next]!.toSeq < entry.seq) yield writeLine('anchor', ANCHOR_FIELDS, anchors[next++]!)
    yield writeLine('entry', ENTRY_FIELDS, entry)
  }
  while (next < anchors.length) yield writeLine('anchor', ANCHOR_FIELDS, anchors[next++]!)
}

/** An anchor that does not stand right after the last entry that it covers. */
export interface Misplaced { readonly number: number; readonly toSeq: number; readonly after: number }

export interface Exported {
  readonly heading: Heading | undefined
  readonly entries: readonly Entry[]
  readonly anchors: readonly Anchor[]
  readonly misplaced: readonly Misplaced[]
  readonly unread: readonly { readonly line: number; readonly after: number; readonly says: string }[]
}

/** A line as it was written, or why it is none: other fields, another order or blanks are not passed over. */
function parseLine(line: string): Line | string {
  let o: Record<string, unknown>
  try {
    o = JSON.parse(line) as Record<string, unknown>
  } catch {
    return 'not JSON'
  }
  const fields = { journal: HEADING_FIELDS, entry: ENTRY_FIELDS, anchor: ANCHOR_FIELDS }[String(o?.['type'])] as readonly string[] | undefined
  if (fields === undefined || !fields.every((f) => (COUNTS.has(f) ? Number.isSafeInteger(o[f]) : typeof o[f] === 'string'))) return 'neither heading, entry nor anchor'
  return writeLine(o['type'] as string, fields, o) === line ? (o as unknown as Line) : 'not in the form in which an export is written'
}

/** Reads an export. A line that is not of the form is named, never passed over. */
export function parseExport(text: string): Exported {
  let heading: Heading | undefined
  const entries: Entry[] = []
  const anchors: Anchor[] = []
  const misplaced: Misplaced[] = []
  const unread: { line: number; after: number; says: string }[] = []
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  lines.forEach((line, i) => {
    const after = entries.at(-1)?.seq ?? 0
    const read = parseLine(line)
    if (typeof read === 'string') unread.push({ line: i + 1, after, says: read })
    else if (read.type === 'entry') entries.push(read)
    else if (read.type === 'anchor') {
      anchors.push(read)
      if (read.toSeq !== after) misplaced.push({ number: read.number, toSeq: read.toSeq, after })
    } else if (i === 0 && read.form === 1) heading = read
    else unread.push({ line: i + 1, after, says: 'a heading where none belongs' })
  })
  return { heading, entries, anchors, misplaced, unread }
}
