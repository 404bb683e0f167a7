import { randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { open, statfs, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable } from 'node:stream'

import { type VerificationBatch, type VerificationPolicy } from '@causeway/contract'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { openBatch, type Batch, type Bundle } from './archive.ts'
import { type Pool } from './pool.ts'
import { type BareLine, type Stretch } from './task.ts'

/** What may lie here: bytes of an upload, batches of one owner and of all that wait, bytes that must stay free, hours that results are kept. */
export const BATCH_LIMIT = { upload: 4 * 1024 ** 3, own: 2, all: 8, spare: 512 * 1024 ** 2, keepHours: 24 } as const
const BLOCK = 1024 * 1024
/** Bytes after a fall in which one document at a time is tried. */
const CAREFUL = 4 * BLOCK
const BUNDLES = 24
const SAVE_MS = 250

/** A batch as it lies on the disk: whoever takes it up again needs nothing else. */
interface Saved extends Omit<VerificationBatch, 'share' | 'trust'> {
  readonly size: number
  /** Bytes of the upload, or documents of an archive, that are done and written. */
  readonly offset: number
  /** Lines before the offset. */
  readonly line: number
  readonly resultBytes: number
  /** Where work began the last time, and how often in a row it ended there. */
  readonly began?: number
  readonly falls: number
  readonly carefulUntil: number
}

export interface BatchOrder { readonly owner: string; readonly name: string; readonly format: 'ndjson' | 'zip'; readonly policy: VerificationPolicy }
export interface BatchDesk {
  readonly take: (order: BatchOrder, bytes: Readable) => Promise<Result<VerificationBatch, Refusal>>
  readonly list: () => readonly VerificationBatch[]
  readonly show: (id: string) => VerificationBatch | undefined
  /** Lines of results so far: whole lines only. */
  readonly results: (id: string) => Result<Readable, Refusal>
  readonly cancel: (id: string) => Result<VerificationBatch, Refusal>
  readonly end: () => Promise<void>
}
interface Options { readonly folder: string; readonly pool: Pool; readonly now: () => Date; readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void }

const isOpen = (b: Saved): boolean => b.state === 'waiting' || b.state === 'running'
const shown = ({ size, offset, line: _line, resultBytes: _bytes, began: _began, falls: _falls, carefulUntil: _until, ...rest }: Saved): VerificationBatch => ({ ...rest, share: size === 0 ? 1 : offset / size })

/** What one stretch of work adds; its lines come with their numbers. */
function plus(b: Saved, s: Stretch, offset: number): { readonly batch: Saved; readonly lines: Buffer } {
  const reasons: Record<string, number> = { ...b.reasons }
  for (const [name, n] of Object.entries(s.reasons)) reasons[name] = (reasons[name] ?? 0) + n
  const counts = { ...b.counts }
  for (const k of Object.keys(counts) as (keyof typeof counts)[]) counts[k] += s.counts[k]
  const lines = Buffer.from(s.lines.map(([place, json]) => `{"n":${b.line + place},${json.slice(1)}\n`).join(''))
  return { lines, batch: { ...b, offset, line: b.line + s.length, done: b.done + s.lines.length, resultBytes: b.resultBytes + lines.length, counts, reasons } }
}

/** A document that cannot be judged, because the threads fell over it. */
function fallen(): Stretch {
  const line: BareLine = { name: '', verdict: 'unreadable', code: 'verification-fell' }
  return { lines: [[0, JSON.stringify(line)]], length: 1, counts: { genuine: 0, faulty: 0, undetermined: 0, unreadable: 1 }, reasons: { [line.code!]: 1 } }
}

/** The next piece of work: where it ends, and the verdicts that are on their way. */
interface Piece { readonly offset: number; readonly work: Promise<Result<Stretch, Refusal>> }
/** Gives the piece that begins at a place; `one`: a single document; `skip`: it is passed over. */
type Source = (from: number, how: 'many' | 'one' | 'skip') => Promise<Piece>

/** The place after the next line end. */
async function lineEnd(file: FileHandle, from: number, size: number): Promise<number> {
  const block = Buffer.allocUnsafe(BLOCK)
  for (let at = from; at < size;) {
    const { bytesRead } = await file.read(block, 0, BLOCK, at)
    const found = block.subarray(0, bytesRead).indexOf(0x0a)
    if (found !== -1) return at + found + 1
    at += Math.max(bytesRead, 1)
  }
  return size
}

/** Stretches of a file of lines: the threads read them, wherever they are cut. */
function lineSource(file: FileHandle, size: number, ask: (from: number, to: number) => Promise<Result<Stretch, Refusal>>): Source {
  return async (from, how) => {
    const to = how === 'many' ? Math.min(from + BLOCK, size) : await lineEnd(file, from, size)
    return { offset: to, work: how === 'skip' ? Promise.resolve(ok(fallen())) : ask(from, to) }
  }
}

/** Documents of an archive, some at a time, no more than some megabytes. */
function bundleSource(batch: Batch, ask: (bundles: readonly Bundle[]) => Promise<Result<Stretch, Refusal>>): Source {
  return async (offset, how) => {
    if (how === 'skip') return { offset: offset + 1, work: Promise.resolve(ok(fallen())) }
    const bundles: Bundle[] = []
    let bytes = 0
    const most = how === 'one' ? 1 : BUNDLES
    while (bundles.length < most && offset + bundles.length < batch.total && bytes < 2 * BLOCK) {
      const b = await batch.read(offset + bundles.length)
      bytes += b.files.ok ? b.files.value.reduce((n, f) => n + f.bytes.length, 0) : 0
      bundles.push(b)
    }
    return { offset: offset + bundles.length, work: ask(bundles) }
  }
}

/** Opens the desk of batches in a folder, and takes up what was not finished. One batch is worked on at a time, on all threads. */
export function openBatchDesk(o: Options): BatchDesk {
  mkdirSync(o.folder, { recursive: true, mode: 0o700 })
  const fileOf = (id: string, name: 'input' | 'results' | 'state.json'): string => join(o.folder, id, name)
  const batches = new Map<string, Saved>()
  const cancelled = new Set<string>()
  let ending = false

  const keep = (b: Saved): Saved => {
    const fresh = `${fileOf(b.id, 'state.json')}.new`
    writeFileSync(fresh, JSON.stringify(b), { mode: 0o600 })
    renameSync(fresh, fileOf(b.id, 'state.json'))
    batches.set(b.id, b)
    return b
  }
  for (const id of readdirSync(o.folder)) {
    // an upload that was cut short has no state: nobody was told that it was taken
    if (existsSync(fileOf(id, 'state.json'))) batches.set(id, JSON.parse(readFileSync(fileOf(id, 'state.json'), 'utf8')) as Saved)
    else rmSync(join(o.folder, id), { recursive: true, force: true })
  }

  const close = (b: Saved, state: 'done' | 'cancelled' | 'failed', more: Partial<Saved> = {}): void => {
    rmSync(fileOf(b.id, 'input'), { force: true }) // faces and fingerprints do not stay
    const { began: _, ...rest } = b
    keep({ ...rest, ...more, state, endedAt: o.now().toISOString(), ...(state === 'done' ? { offset: b.size, total: b.done } : {}) })
    cancelled.delete(b.id)
    o.log(`batch-${state}`, { batch: b.id, done: b.done })
  }

  /** Where work begins: after a fall with care, and past a document that the threads fell over twice. */
  function begin(b: Saved): Saved {
    const size = statSync(fileOf(b.id, 'results'), { throwIfNoEntry: false })?.size ?? 0
    // results that a power cut took away are made again
    const whole: Saved = size < b.resultBytes ? { ...b, offset: 0, line: 0, done: 0, resultBytes: 0, counts: { genuine: 0, faulty: 0, undetermined: 0, unreadable: 0 }, reasons: {} } : b
    if (size > whole.resultBytes) truncateSync(fileOf(b.id, 'results'), whole.resultBytes)
    if (b.began === undefined) return keep({ ...whole, state: 'running', began: whole.offset })
    const step = b.format === 'ndjson' ? CAREFUL : BUNDLES * 4
    return keep({ ...whole, state: 'running', resumed: b.resumed + 1, falls: b.began === whole.offset ? b.falls + 1 : 1, began: whole.offset, carefulUntil: Math.max(b.carefulUntil, whole.offset + step) })
  }

  const howAt = (b: Saved, offset: number): 'many' | 'one' | 'skip' => {
    if (offset >= b.carefulUntil) return 'many'
    return b.falls >= 2 && offset === b.began ? 'skip' : 'one'
  }

  /** Works until the end, a fall or a cancellation; several pieces are under way, and written in order. */
  async function pass(start: Saved, source: Source, end: number): Promise<{ readonly batch: Saved; readonly ended: 'end' | 'fell' | 'stopped' }> {
    const results = await open(fileOf(start.id, 'results'), 'a', 0o600)
    let b = start
    let next = b.offset
    let savedAt = Date.now()
    const under: Piece[] = []
    try {
      for (;;) {
        if (ending || cancelled.has(b.id)) {
          await Promise.all(under.map((p) => p.work)) // threads still read the upload
          return { batch: keep(b), ended: 'stopped' }
        }
        const how = howAt(b, next)
        while (next < end && under.length < (how === 'many' ? 2 * o.pool.size : 1)) {
          const piece = await source(next, how)
          next = piece.offset
          under.push(piece)
          if (how !== 'many') break
        }
        const first = under.shift()
        if (first === undefined) return { batch: keep(b), ended: 'end' }
        const stretch = await first.work
        if (!stretch.ok) { await Promise.all(under.map((p) => p.work)); return { batch: keep(b), ended: 'fell' } }
        const { batch, lines } = plus(b, stretch.value, first.offset)
        if (lines.length > 0) await results.write(lines)
        b = batch
        batches.set(b.id, b)
        if (how !== 'many' || Date.now() - savedAt > SAVE_MS) { keep(b); savedAt = Date.now() }
      }
    } finally {
      await results.close()
    }
  }

  async function run(waiting: Saved): Promise<void> {
    const at = o.now().toISOString()
    const archive = waiting.format === 'zip' ? await openBatch(fileOf(waiting.id, 'input')) : undefined
    if (archive?.ok === false) { close(waiting, 'failed', { fault: archive.error.code }); return }
    const file = archive === undefined ? await open(fileOf(waiting.id, 'input'), 'r') : undefined
    try {
      const end = archive?.value.total ?? waiting.size
      const source = archive === undefined
        ? lineSource(file!, end, async (from, to) => o.pool.ask({ kind: 'lines', at, policy: waiting.policy, file: fileOf(waiting.id, 'input'), from, to }, 'batch'))
        : bundleSource(archive.value, async (bundles) => o.pool.ask({ kind: 'bundles', at, policy: waiting.policy, bundles }, 'batch'))
      let b = begin({ ...waiting, size: end, ...(archive === undefined ? {} : { total: end }) })
      for (;;) {
        const { batch, ended } = await pass(b, source, end)
        if (ended === 'end') { close(batch, 'done'); return }
        if (ended === 'stopped') { if (cancelled.has(b.id)) close(batch, 'cancelled'); return }
        b = begin(batch)
      }
    } finally {
      await file?.close()
      if (archive?.ok === true) archive.value.close()
    }
  }

  let working: Promise<void> | undefined
  /** Takes the oldest that waits; results that are too old go. */
  const tend = (): void => {
    for (const b of batches.values()) {
      if (b.endedAt === undefined || o.now().getTime() - new Date(b.endedAt).getTime() < BATCH_LIMIT.keepHours * 3_600_000) continue
      batches.delete(b.id)
      rmSync(join(o.folder, b.id), { recursive: true, force: true })
    }
    if (working !== undefined || ending) return
    const next = [...batches.values()].filter(isOpen).sort((x, y) => (x.at < y.at ? -1 : 1))[0]
    if (next === undefined) return
    working = run(next)
      .catch((error: unknown) => { o.log('batch-broke', { batch: next.id, error }); close(batches.get(next.id) ?? next, 'failed', { fault: 'bug' }) })
      .finally(() => { working = undefined; if (!ending) setImmediate(tend) })
  }
  const clock = setInterval(tend, 2_000)
  clock.unref()
  tend()

  const room = async (owner: string): Promise<Refusal | undefined> => {
    const open = [...batches.values()].filter(isOpen)
    if (open.length >= BATCH_LIMIT.all || open.filter((b) => b.owner === owner).length >= BATCH_LIMIT.own) return { code: 'verification-busy' }
    const { bavail, bsize } = await statfs(o.folder)
    return bavail * bsize < BATCH_LIMIT.spare ? { code: 'storage-full' } : undefined
  }

  return {
    take: async (order, bytes) => {
      const full = await room(order.owner)
      if (full !== undefined) return no(full)
      const id = randomUUID()
      mkdirSync(join(o.folder, id), { mode: 0o700 })
      let size = 0
      const file = await open(fileOf(id, 'input'), 'wx', 0o600)
      let fault: Refusal | undefined
      try {
        // a sender whose file is too large is let finish, so that he hears why
        for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
          size += chunk.length
          if (size > BATCH_LIMIT.upload) { fault = { code: 'too-large', details: { limitMB: BATCH_LIMIT.upload / 1_048_576 } }; break }
          await file.writeFile(chunk)
        }
      } catch (error) {
        fault = { code: (error as { readonly code?: string }).code === 'ENOSPC' ? 'storage-full' : 'upload-cut-short' }
      } finally {
        await file.close()
      }
      if (fault !== undefined) { rmSync(join(o.folder, id), { recursive: true, force: true }); return no(fault) }
      if (size === 0) { rmSync(join(o.folder, id), { recursive: true, force: true }); return no({ code: 'no-document' }) }
      const b = keep({
        id, ...order, state: 'waiting', at: o.now().toISOString(), done: 0, counts: { genuine: 0, faulty: 0, undetermined: 0, unreadable: 0 }, reasons: {}, resumed: 0,
        size, offset: 0, line: 0, resultBytes: 0, falls: 0, carefulUntil: 0,
      })
      tend()
      return ok(shown(b))
    },
    list: () => [...batches.values()].sort((x, y) => (x.at > y.at ? -1 : 1)).map(shown),
    show: (id) => { const b = batches.get(id); return b && shown(b) },
    results: (id) => {
      const b = batches.get(id)
      if (b === undefined) return no({ code: 'not-found' })
      return ok(b.resultBytes === 0 ? createReadStream('/dev/null') : createReadStream(fileOf(id, 'results'), { end: b.resultBytes - 1 }))
    },
    cancel: (id) => {
      const b = batches.get(id)
      if (b === undefined) return no({ code: 'not-found' })
      if (!isOpen(b)) return no({ code: 'batch-ended', details: { state: b.state } })
      cancelled.add(id)
      if (b.state === 'waiting') close(b, 'cancelled')
      return ok(shown(batches.get(id)!))
    },
    end: async () => {
      ending = true
      clearInterval(clock)
      await working
    },
  }
}
