import { createHash } from 'node:crypto'
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { dirname, join } from 'node:path'

import { type CredentialUse, type Output, type RequestedUse } from '@causeway/signing'

import { type CeremonyLine } from './ceremony/line.ts'

/** What the signer did, written down before anybody is told. `keyId` names the key that was used, where one was. */
export type RecordLine =
  | {
    readonly kind: 'sod'; readonly requestId: string; readonly contentHash: string; readonly documentNumber: string; readonly signer: string; readonly sod: string; readonly at: string
    readonly office: string; readonly authority: string; readonly keyId?: string
  }
  | { readonly kind: 'anchor'; readonly number: number; readonly anchor: string; readonly at: string; readonly keyId?: string; readonly authorised?: readonly Authorised[] }
  | { readonly kind: 'message'; readonly office: string; readonly number: number; readonly contentHash: string; readonly signature: string; readonly at: string; readonly keyId?: string }
  /** One use of a key for a request of a certificate: by the key `about` itself (`answer` is the request, base64), or by the office's key (its word, hex). */
  | { readonly kind: 'request'; readonly use: RequestedUse; readonly about: string; readonly contentHash: string; readonly answer: string; readonly at: string; readonly keyId: string }
  | { readonly kind: 'certificate'; readonly keyId: string; readonly certificate: string; readonly csca: string; readonly at: string }
  | CeremonyLine
  /** One use of a key for another output than an EF.SOD; a request may have several parts. `answer` is what was given, JSON. */
  | {
    readonly kind: 'output'; readonly output: Output; readonly requestId: string; readonly part: number; readonly contentHash: string; readonly about: string; readonly answer: string; readonly at: string
    readonly office: string; readonly authority: string; readonly keyId: string
  }
  /** A time stamp of another authority over the hash of an anchor. */
  | { readonly kind: 'stamp'; readonly number: number; readonly token: string; readonly stampedAt: string; readonly at: string }
  | { readonly kind: 'credential'; readonly use: CredentialUse; readonly keyId: string; readonly certificate: string; readonly authority: string; readonly at: string }

/** A use of a key that the office's journal asks for: which act, for what request, with what content. */
export interface Authorised { readonly act: string; readonly event: string; readonly request: string; readonly digest: string; readonly seq: number; readonly at: string }

export type RecordKind = RecordLine['kind']
export type LineOf<K extends RecordKind> = Extract<RecordLine, { readonly kind: K }>

/** What a line is found by again: its own name within its kind, and what it is about. */
function nameOf(l: RecordLine): { readonly name: string; readonly about: string } {
  switch (l.kind) {
    case 'sod': return { name: l.requestId, about: l.documentNumber }
    case 'anchor': return { name: String(l.number), about: String((JSON.parse(l.anchor) as { fromSeq: number }).fromSeq) }
    case 'message': return { name: `${l.office}/${l.number}`, about: l.office }
    case 'ceremony': return { name: `${l.id}/${l.phase}`, about: l.id }
    case 'request': return { name: `${l.about}/${l.keyId}`, about: l.about }
    case 'certificate': return { name: createHash('sha256').update(l.certificate).digest('hex'), about: l.keyId }
    case 'output': return { name: `${l.output}/${l.requestId}/${l.part}`, about: `${l.output}/${l.about}` }
    case 'stamp': return { name: String(l.number), about: l.stampedAt.slice(0, 10) }
    case 'credential': return { name: createHash('sha256').update(l.certificate).digest('hex'), about: l.use }
  }
}

/** The certificate of a line names its key, but does not use it. */
const useOf = (l: RecordLine): string | null => (l.kind === 'certificate' || l.kind === 'ceremony' || l.kind === 'credential' || l.kind === 'stamp' ? null : l.keyId ?? null)

/** A line with its place in the chain: `hash` is SHA-256, hex, over the hash before it, a line feed and `json`. */
export interface ChainedLine { readonly seq: number; readonly hash: string; readonly json: string }

export interface Book {
  /** The line of a name, if there is one. */
  readonly find: <K extends RecordKind>(kind: K, name: string) => LineOf<K> | undefined
  /** The newest line about something. */
  readonly lastAbout: <K extends RecordKind>(kind: K, about: string) => LineOf<K> | undefined
  readonly last: <K extends RecordKind>(kind: K) => LineOf<K> | undefined
  readonly all: <K extends RecordKind>(kind: K) => readonly LineOf<K>[]
  readonly count: (kind: RecordKind) => number
  /** How often a key was used, as the lines say. */
  readonly uses: (keyId: string) => number
  /** How many of them count against its quota: all but the request for its own certificate. */
  readonly documents: (keyId: string) => number
  /** What the journal of the office asks for by a request id. */
  readonly authorised: (request: string) => Authorised | undefined
  /** The moment of the newest line; undefined when there is none. */
  readonly newest: () => string | undefined
  /** Where a line stands in the chain. */
  readonly place: (kind: RecordKind, name: string) => { readonly seq: number; readonly hash: string } | undefined
  /** Lines as they are chained, from a number on. */
  readonly page: (fromSeq: number, limit: number) => readonly ChainedLine[]
  /** All of them or none, on the disk when it returns. @throws when they could not be written: nothing is signed until a restart */
  readonly write: (lines: readonly RecordLine[]) => void
  readonly close: () => void
}

const SCHEMA = `
  create table if not exists line (
    seq integer primary key, kind text not null, name text not null, about text not null, key text, hash text not null, json text not null
  ) strict;
  create unique index if not exists line_name on line (kind, name);
  create index if not exists line_about on line (kind, about, seq);
  create table if not exists authorised (request text primary key, act text not null, event text not null, digest text not null, seq integer not null, at text not null) strict;
  create trigger if not exists line_stays before update on line begin select raise(abort, 'a line is never changed'); end;
  create trigger if not exists line_remains before delete on line begin select raise(abort, 'a line is never removed'); end;
`

const chained = (prev: string, text: string): string => createHash('sha256').update(`${prev}\n${text}`).digest('hex')

interface Row { readonly seq: number; readonly kind: RecordKind; readonly name: string; readonly about: string; readonly key: string | null; readonly hash: string; readonly json: string }

/** What reading the whole book once tells. */
interface Known { head: string; seq: number; newest: string | undefined; readonly counts: Map<RecordKind, number>; readonly uses: Map<string, number>; readonly documents: Map<string, number> }

function take(known: Known, l: RecordLine): void {
  known.counts.set(l.kind, (known.counts.get(l.kind) ?? 0) + 1)
  if (known.newest === undefined || l.at > known.newest) known.newest = l.at
  const key = useOf(l)
  if (key === null) return
  known.uses.set(key, (known.uses.get(key) ?? 0) + 1)
  if (l.kind !== 'request') known.documents.set(key, (known.documents.get(key) ?? 0) + 1)
}

/** Every line held against the hash of all before it, and its columns against the line itself. */
function readAll(db: DatabaseSync, authorise: (l: LineOf<'anchor'>) => void): Known {
  const known: Known = { head: '', seq: 0, newest: undefined, counts: new Map(), uses: new Map(), documents: new Map() }
  for (const value of db.prepare('select * from line order by seq').iterate()) {
    const row = value as unknown as Row
    const fail = (): never => { throw new Error(`the signer's journal was changed at line ${row.seq}`) }
    if (row.seq !== known.seq + 1 || chained(known.head, row.json) !== row.hash) fail()
    const l = JSON.parse(row.json) as RecordLine
    const { name, about } = nameOf(l)
    if (row.kind !== l.kind || row.name !== name || row.about !== about || row.key !== useOf(l)) fail()
    known.head = row.hash
    known.seq = row.seq
    take(known, l)
    if (l.kind === 'anchor') authorise(l)
  }
  return known
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r')
  fsyncSync(fd)
  closeSync(fd)
}

/** The lines of a journal of version 0.1, one a row of text: taken over with their hashes, then put aside. */
function linesOfText(file: string): readonly RecordLine[] {
  const lines: RecordLine[] = []
  let head = ''
  const bytes = readFileSync(file)
  for (let at = 0, end = bytes.indexOf(10); end !== -1; at = end + 1, end = bytes.indexOf(10, at)) {
    const text = bytes.subarray(at, end).toString('utf8')
    const [hash, json] = [text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1)]
    if (chained(head, json) !== hash) throw new Error(`the signer's journal was changed at byte ${at}`)
    lines.push(JSON.parse(json) as RecordLine)
    head = hash
  }
  return lines
}

/**
 * The signer's own journal: a line an act, each with the hash of all before it, on the disk before the answer goes
 * out. Kept in SQLite, because what was signed must be found by its request, its number and its key without holding
 * all of it in memory. Anything that does not fit the chain stops the signer.
 */
export function openBook(folder: string): Book {
  const file = join(folder, 'journal.db')
  const db = new DatabaseSync(file)
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma locking_mode = exclusive; pragma trusted_schema = off;')
  db.exec(SCHEMA)
  syncFolder(dirname(file))
  const authorising = db.prepare('insert into authorised (request, act, event, digest, seq, at) values (?, ?, ?, ?, ?, ?) on conflict (request) do nothing')
  const authorise = (l: LineOf<'anchor'>): void => { for (const a of l.authorised ?? []) authorising.run(a.request, a.act, a.event, a.digest, a.seq, a.at) }
  db.exec('begin immediate; delete from authorised') // an index of the lines, made from them at every start
  const known = readAll(db, authorise)
  db.exec('commit')
  const insert = db.prepare('insert into line (seq, kind, name, about, key, hash, json) values (?, ?, ?, ?, ?, ?, ?)')
  const byName = db.prepare('select json from line where kind = ? and name = ?')
  const byAbout = db.prepare('select json from line where kind = ? and about = ? order by seq desc limit 1')
  const newestOf = db.prepare('select json from line where kind = ? order by seq desc limit 1')
  const allOf = db.prepare('select json from line where kind = ? order by seq')
  const placeOf = db.prepare('select seq, hash from line where kind = ? and name = ?')
  const pageFrom = db.prepare('select seq, hash, json from line where seq >= ? order by seq limit ?')
  const asked = db.prepare('select request, act, event, digest, seq, at from authorised where request = ?')
  const lineIn = <K extends RecordKind>(row: unknown): LineOf<K> | undefined => (row === undefined ? undefined : JSON.parse((row as { json: string }).json) as LineOf<K>)
  let broken = false
  const write = (lines: readonly RecordLine[]): void => {
    if (broken) throw new Error('the signer\'s journal could not be written before: nothing is signed until a restart')
    broken = true // whatever throws below leaves a disk of which nothing is known
    let [head, seq] = [known.head, known.seq]
    db.exec('begin immediate')
    for (const l of lines) {
      const json = JSON.stringify(l)
      head = chained(head, json)
      seq += 1
      const { name, about } = nameOf(l)
      insert.run(seq, l.kind, name, about, useOf(l), head, json)
      if (l.kind === 'anchor') authorise(l)
    }
    db.exec('commit')
    broken = false
    known.head = head
    known.seq = seq
    for (const l of lines) take(known, l)
  }
  const old = join(folder, 'signer.journal')
  if (existsSync(old)) {
    if (known.seq === 0) write(linesOfText(old))
    renameSync(old, `${old}.taken-over`)
    syncFolder(folder)
  }
  return {
    find: (kind, name) => lineIn(byName.get(kind, name)),
    lastAbout: (kind, about) => lineIn(byAbout.get(kind, about)),
    last: (kind) => lineIn(newestOf.get(kind)),
    all: <K extends RecordKind>(kind: K) => allOf.all(kind).map((r) => lineIn<K>(r)!),
    count: (kind) => known.counts.get(kind) ?? 0,
    uses: (keyId) => known.uses.get(keyId) ?? 0,
    documents: (keyId) => known.documents.get(keyId) ?? 0,
    authorised: (request) => asked.get(request) as unknown as Authorised | undefined,
    newest: () => known.newest,
    place: (kind, name) => placeOf.get(kind, name) as { seq: number; hash: string } | undefined,
    page: (fromSeq, limit) => pageFrom.all(fromSeq, limit) as unknown as readonly ChainedLine[],
    write,
    close: () => { db.close() },
  }
}
