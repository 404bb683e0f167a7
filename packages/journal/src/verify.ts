import { anchorHash, isAnchorSigned, type Anchor, type AnchorKey } from './anchor.ts'
import { entryHash, GENESIS, type Entry } from './entry.ts'
import { parseExport, type Exported } from './export.ts'

export type FaultKind =
  | 'unread' | 'heading' | 'count' | 'edited' | 'missing' | 'repeated' | 'unlinked' | 'clock' | 'stream-gap' | 'other-office'
  | 'anchor-missing' | 'anchor-repeated' | 'anchor-unlinked' | 'anchor-range' | 'anchor-misplaced' | 'anchor-head' | 'anchor-key' | 'anchor-signature' | 'anchor-clock'
  | 'unclosed' | 'witness-missing' | 'witness-differs'

export interface Fault { readonly kind: FaultKind; readonly seq: number; readonly says: string }

/** What `causeway journal verify --json` prints. */
export interface JournalVerdict {
  readonly intact: boolean
  readonly events: number
  readonly anchors: number
  readonly faults: readonly Fault[]
  /** Losses that this evidence cannot rule out, in words. */
  readonly cannotExclude: readonly string[]
}

function headingFaults(x: Exported): Fault[] {
  const faults = x.unread.map((u): Fault => ({ kind: 'unread', seq: u.after, says: `line ${u.line} is ${u.says}` }))
  if (x.heading === undefined) return [...faults, { kind: 'heading', seq: 0, says: 'the export has no heading' }]
  const told = [x.heading.entries, x.heading.anchors]
  if (told[0] !== x.entries.length) faults.push({ kind: 'count', seq: x.entries.length, says: `the heading tells of ${told[0]} entries, there are ${x.entries.length}` })
  if (told[1] !== x.anchors.length) faults.push({ kind: 'count', seq: x.entries.length, says: `the heading tells of ${told[1]} anchors, there are ${x.anchors.length}` })
  const last = x.anchors.at(-1)
  if (last !== undefined && !(x.heading.exportedAt >= last.at)) faults.push({ kind: 'heading', seq: last.toSeq, says: `the export is dated ${x.heading.exportedAt}, before its last anchor` })
  return faults
}

/** The chain: every entry hashed again, hung on the one before it, none missing, no stream with a hole. */
export function chainFaults(office: string, entries: readonly Entry[], before: { readonly seq: number; readonly hash: string; readonly at: string } = { seq: 0, hash: GENESIS, at: '' }): Fault[] {
  const faults: Fault[] = []
  const versions = new Map<string, number>()
  let head = before
  for (const e of entries) {
    const add = (kind: FaultKind, says: string): void => { faults.push({ kind, seq: e.seq, says }) }
    if (e.office !== office) add('other-office', `entry ${e.seq} belongs to office ${e.office}`)
    if (e.seq <= head.seq) add('repeated', `entry ${e.seq} stands after entry ${head.seq}`)
    else if (e.seq > head.seq + 1) add('missing', `entries ${head.seq + 1} to ${e.seq - 1} are missing`)
    if (entryHash(e) !== e.hash) add('edited', `entry ${e.seq} is not what was hashed`)
    if (e.prev !== head.hash) add('unlinked', `entry ${e.seq} does not hang on the one before it`)
    if (e.at < head.at) add('clock', `entry ${e.seq} is dated ${e.at}, before the one it follows`)
    const stream = `${e.kind}/${e.stream}`
    const last = versions.get(stream) ?? (before.seq === 0 ? 0 : e.version - 1)
    if (e.version !== last + 1) add('stream-gap', `stream ${stream} goes from version ${last} to ${e.version}`)
    versions.set(stream, e.version)
    head = { seq: e.seq, hash: e.hash, at: e.at }
  }
  return faults
}

function anchorFaults(x: Exported, office: string, keys: readonly AnchorKey[]): Fault[] {
  const faults: Fault[] = []
  const bySeq = new Map(x.entries.map((e) => [e.seq, e]))
  for (const m of x.misplaced) faults.push({ kind: 'anchor-misplaced', seq: m.toSeq, says: `anchor ${m.number} covers up to ${m.toSeq} but stands after entry ${m.after}` })
  let previous: Anchor | undefined
  for (const a of x.anchors) {
    const add = (kind: FaultKind, says: string): void => { faults.push({ kind, seq: a.toSeq, says: `anchor ${a.number}: ${says}` }) }
    const number = (previous?.number ?? 0) + 1
    if (a.office !== office) add('other-office', `belongs to office ${a.office}`)
    if (a.number < number) add('anchor-repeated', `stands where anchor ${number} belongs`)
    else if (a.number > number) add('anchor-missing', `anchors ${number} to ${a.number - 1} are missing`)
    if (a.previous !== (previous === undefined ? GENESIS : anchorHash(previous))) add('anchor-unlinked', 'does not hang on the anchor before it')
    if (a.fromSeq !== (previous?.toSeq ?? 0) + 1 || a.toSeq < a.fromSeq) add('anchor-range', `covers ${a.fromSeq} to ${a.toSeq}, after ${previous?.toSeq ?? 0}`)
    const key = keys.find((k) => k.keyId === a.keyId)
    if (key === undefined) add('anchor-key', `is signed with a key that is not trusted (${a.keyId})`)
    else if (!isAnchorSigned(a, key)) add('anchor-signature', 'its signature is not good')
    const entry = bySeq.get(a.toSeq)
    if (entry === undefined) add('missing', `covers entry ${a.toSeq}, which is not there`)
    else if (entry.hash !== a.head) add('anchor-head', `entry ${a.toSeq} is not the one that was anchored`)
    if (entry !== undefined && a.at < entry.at) add('anchor-clock', `is dated ${a.at}, before the entry that it covers`)
    if (previous !== undefined && a.at < previous.at) add('anchor-clock', 'is dated before the anchor it follows')
    previous = a
  }
  return faults
}

function witnessFaults(x: Exported, witness: readonly Anchor[]): Fault[] {
  const here = new Map(x.anchors.map((a) => [a.number, a]))
  return witness.flatMap((w): Fault[] => {
    const a = here.get(w.number)
    if (a === undefined) return [{ kind: 'witness-missing', seq: w.fromSeq, says: `the witness holds anchor ${w.number} up to entry ${w.toSeq}; the export has none of that number` }]
    if (anchorHash(a) !== anchorHash(w)) return [{ kind: 'witness-differs', seq: w.fromSeq, says: `anchor ${w.number} is not the one that the witness holds` }]
    return []
  })
}

function remains(x: Exported, witness: readonly Anchor[] | undefined): string[] {
  const last = x.anchors.at(-1)
  if (witness === undefined) {
    return [
      `that entries and anchors after entry ${last?.toSeq ?? 0} were cut off: an export alone does not show its own end`,
      `that the tail since an earlier anchor was rewritten and anchored anew by someone who holds the key`,
    ]
  }
  const seen = witness.reduce((n, w) => Math.max(n, w.toSeq), 0)
  return last !== undefined && last.toSeq > seen ? [`that entries after ${seen} were rewritten: the witness holds no anchor of them yet`] : []
}

/**
 * Examines an exported journal with public keys alone. Intact only when nothing is wrong with any line.
 *
 * @param witness - the anchors as somebody else keeps them; without it the verdict names what it cannot exclude
 */
export function verifyJournal(text: string, keys: readonly AnchorKey[], witness?: readonly Anchor[]): JournalVerdict {
  const x = parseExport(text)
  const office = x.heading?.office ?? x.entries[0]?.office ?? ''
  const faults = [...headingFaults(x), ...chainFaults(office, x.entries), ...anchorFaults(x, office, keys)]
  const [end, covered] = [x.entries.at(-1)?.seq ?? 0, x.anchors.at(-1)?.toSeq ?? 0]
  if (end > covered) faults.push({ kind: 'unclosed', seq: covered + 1, says: `no anchor covers entries ${covered + 1} to ${end}` })
  if (witness !== undefined) faults.push(...witnessFaults(x, witness))
  faults.sort((a, b) => a.seq - b.seq)
  return { intact: faults.length === 0, events: x.entries.length, anchors: x.anchors.length, faults, cannotExclude: remains(x, witness) }
}
