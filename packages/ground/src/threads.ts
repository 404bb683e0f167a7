import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { parentPort, Worker } from 'node:worker_threads'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'

/** Threads that answer questions, each with its own memory. */
export interface Threads<Q, A> {
  /** Refused with `thread-fell` when the thread fell over it or took too long, and with `threads-busy` when too many wait. */
  readonly ask: (question: Q) => Promise<Result<A, Refusal>>
  readonly size: number
  /** Starts all threads and waits until they have read their code: for whoever cannot reach it later. */
  readonly ready: () => Promise<void>
  readonly end: () => Promise<void>
}

export interface ThreadLimits {
  readonly size?: number
  /** Milliseconds that one question may take. */
  readonly longest: number
  /** Megabytes that one thread may hold. */
  readonly heap: number
  /** How many may wait; without it all may. */
  readonly queue?: number
}

/** What a thread says when it has read its code. */
const READY = 'ready'

interface Waiting<Q> { readonly question: Q; readonly done: (r: Result<never, Refusal>) => void }

/** Opens threads over a file that calls `answerAsThread`. They start with the first question; one that falls is replaced with the next. */
export function openThreads<Q, A>(file: URL, limits: ThreadLimits): Threads<Q, A> {
  const size = limits.size ?? Math.max(1, Math.min(8, availableParallelism()))
  const queue: Waiting<Q>[] = []
  const idle: Worker[] = []
  const all = new Set<Worker>()
  let ending = false

  const give = (worker: Worker, w: Waiting<Q>): void => {
    const timer = setTimeout(() => { void worker.terminate() }, limits.longest)
    const settle = (r: Result<never, Refusal>): void => {
      clearTimeout(timer)
      worker.off('message', answered).off('exit', fell)
      w.done(r)
      next()
    }
    const answered = (message: unknown): void => {
      if (message === READY) return
      idle.push(worker)
      settle(ok((message as { readonly value: never }).value))
    }
    const fell = (): void => { settle(no({ code: 'thread-fell' })) }
    worker.on('message', answered).on('exit', fell)
    worker.postMessage(w.question)
  }
  const launch = (): Worker => {
    const worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: limits.heap }, execArgv: ['--disable-warning=ExperimentalWarning'] })
    all.add(worker)
    // why it fell is told to nobody: a document's words may stand in it
    worker.on('error', () => undefined).on('exit', () => {
      all.delete(worker)
      if (idle.includes(worker)) idle.splice(idle.indexOf(worker), 1)
    })
    return worker
  }
  const next = (): void => {
    if (ending) return
    while (queue.length > 0 && (idle.length > 0 || all.size < size)) {
      give(idle.pop() ?? launch(), queue.shift()!)
    }
  }
  return {
    size,
    ready: async () => {
      const started = Array.from({ length: size - all.size }, launch)
      await Promise.all(started.map(async (w) => once(w, 'message')))
      idle.push(...started)
    },
    ask: async (question) => {
      if (queue.length >= (limits.queue ?? Infinity)) return no({ code: 'threads-busy' })
      return new Promise((done) => { queue.push({ question, done }); next() })
    },
    end: async () => {
      ending = true
      await Promise.all([...all].map(async (w) => w.terminate()))
    },
  }
}

/** Makes this thread answer questions, one after the other. What `answer` throws is a bug and ends the thread; whoever asked is told so. */
export function answerAsThread<Q, A>(answer: (question: Q) => Promise<A>): void {
  parentPort!.on('message', (question: Q) => { void answer(question).then((value) => { parentPort!.postMessage({ value }) }) })
  parentPort!.postMessage(READY)
}
