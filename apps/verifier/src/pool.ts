import { Worker } from 'node:worker_threads'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { type HeldTrust } from './standing.ts'
import { type Answers, type Task } from './task.ts'

/** Threads that judge. Whoever waits is few: beyond that a question is refused, not kept. */
export interface Pool {
  /** `at once` goes before a batch. Refused when too many wait, or when the thread fell over it. */
  readonly ask: <K extends keyof Answers>(task: Extract<Task, { kind: K }>, rank: 'at-once' | 'batch') => Promise<Result<Answers[K], Refusal>>
  /** From the next question on every thread judges by these lists. */
  readonly setTrust: (held: HeldTrust | undefined) => void
  readonly size: number
  readonly waiting: () => number
  readonly end: () => Promise<void>
}

/** Questions that may wait; and how long one may take, beyond which the thread is taken for hung. */
const QUEUE = 32
const LONGEST_MS = 20_000
/** What one thread may hold: a document has 32 MB at most, and is read once. */
const HEAP_MB = 512

interface Waiting { readonly task: Task; readonly done: (r: Result<never, Refusal>) => void }
interface Thread { readonly worker: Worker; busy: { readonly id: number; readonly done: (r: Result<never, Refusal>) => void; readonly timer: NodeJS.Timeout } | undefined; version: number; readonly ready: Promise<void> }

/**
 * Opens threads, each with its own memory. One that falls or hangs is replaced; where that cannot be, because the
 * code is closed to this process by now, `lost` is told, and the supervisor starts the part anew.
 */
export async function openPool(size: number, lost: (error: unknown) => void): Promise<Pool> {
  const queues: Record<'at-once' | 'batch', Waiting[]> = { 'at-once': [], batch: [] }
  let held: HeldTrust | undefined
  let version = 0
  let count = 0
  let ending = false
  const threads = new Set<Thread>()

  const next = (t: Thread): void => {
    if (t.busy !== undefined || ending) return
    if (t.version !== version) {
      t.version = version
      give(t, { task: { kind: 'trust', held }, done: () => undefined })
      return
    }
    const waiting = queues['at-once'].shift() ?? queues.batch.shift()
    if (waiting !== undefined) give(t, waiting)
  }
  const give = (t: Thread, w: Waiting): void => {
    count += 1
    t.busy = { id: count, done: w.done, timer: setTimeout(() => { void t.worker.terminate() }, LONGEST_MS) }
    t.worker.postMessage({ id: count, task: w.task })
  }
  const launch = (): Thread => {
    const ready = Promise.withResolvers<void>()
    ready.promise.catch(() => undefined)
    let isReady = false
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits: { maxOldGenerationSizeMb: HEAP_MB }, execArgv: ['--disable-warning=ExperimentalWarning'] })
    const t: Thread = { worker, busy: undefined, version: 0, ready: ready.promise }
    threads.add(t)
    worker.on('message', (m: { readonly ready?: true; readonly id?: number; readonly value?: unknown }) => {
      if (m.ready === true) { isReady = true; ready.resolve(); next(t); return }
      const { busy } = t
      if (busy === undefined || busy.id !== m.id) return
      clearTimeout(busy.timer)
      t.busy = undefined
      busy.done(ok(m.value as never))
      next(t)
    })
    let why: unknown = new Error('a thread ended')
    worker.on('error', (error) => { why = error })
    worker.on('exit', () => {
      threads.delete(t)
      if (t.busy !== undefined) {
        clearTimeout(t.busy.timer)
        t.busy.done(no({ code: 'verification-fell' }))
      }
      if (ending) return
      if (!isReady) { ready.reject(why as Error); lost(why); return }
      launch()
    })
    return t
  }
  await Promise.all(Array.from({ length: size }, async () => launch().ready))
  return {
    size,
    waiting: () => queues['at-once'].length,
    ask: async (task, rank) => {
      if (rank === 'at-once' && queues['at-once'].length >= QUEUE) return no({ code: 'verification-busy' })
      return new Promise((done) => {
        queues[rank].push({ task, done })
        for (const t of threads) next(t)
      })
    },
    setTrust: (lists) => {
      held = lists
      version += 1
      for (const t of threads) next(t)
    },
    end: async () => {
      ending = true
      await Promise.all([...threads].map(async (t) => t.worker.terminate()))
    },
  }
}
