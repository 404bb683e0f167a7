import { type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

import { type Scheme } from 'icao9303'

import { CustodyFault, type KeyType } from './port.ts'

/** One message to sign, or to make a MAC of. */
export interface Order { readonly n: number; readonly id: string; readonly as: Scheme | 'mac'; readonly message: Uint8Array }
export type Answer = { readonly n: number; readonly made: Uint8Array } | { readonly n: number; readonly fault: string }
interface HeldKey { readonly id: string; readonly type: KeyType; readonly key: KeyObject }
export type ToWorker = { readonly hold: readonly HeldKey[] } | { readonly drop: readonly string[] } | { readonly orders: readonly Order[] }

/** Threads that hold keys and sign. Between two turns of the main thread's loop orders are gathered, and posted in one go. */
export interface Pool {
  readonly hold: (keys: readonly HeldKey[]) => void
  readonly drop: (ids: readonly string[]) => void
  /** @throws CustodyFault `busy` when as many wait as may, `token-fault` when it cannot be made */
  readonly run: (order: Omit<Order, 'n'>) => Promise<Uint8Array>
  readonly close: () => Promise<void>
}

/** Orders that may be under way: what waits in memory is bounded. */
const ROOM = 4_096

interface Hand { readonly worker: Worker; readonly under: Set<number>; next: Order[] }

/** Starts the threads. A process that lays its rights down does so after: the code of the threads is read here. */
export async function startPool(threads = Math.min(4, availableParallelism()), room = ROOM): Promise<Pool> {
  const hands: Hand[] = Array.from({ length: Math.max(1, threads) }, () => ({ worker: new Worker(new URL('./worker.ts', import.meta.url), { name: 'keys' }), under: new Set(), next: [] }))
  await Promise.all(hands.map(async (h) => once(h.worker, 'message')))
  const waiting = new Map<number, { readonly done: (made: Uint8Array) => void; readonly failed: (error: CustodyFault) => void }>()
  let [count, isGathering, isClosed] = [0, false, false]
  const settle = (h: Hand, a: Answer): void => {
    const w = waiting.get(a.n)
    waiting.delete(a.n)
    h.under.delete(a.n)
    if ('made' in a) w?.done(a.made)
    else w?.failed(new CustodyFault('token-fault', a.fault))
  }
  for (const h of hands) {
    h.worker.unref()
    h.worker.on('message', (answers: readonly Answer[]) => { for (const a of answers) settle(h, a) })
    const fell = (why: string): void => {
      if (hands.includes(h)) hands.splice(hands.indexOf(h), 1)
      for (const n of [...h.under, ...h.next.map((o) => o.n)]) settle(h, { n, fault: why })
    }
    h.worker.on('error', (error) => { fell(error.message) })
    h.worker.on('exit', () => { fell('the thread of the keys has ended') })
  }
  const tell = (m: ToWorker): void => { for (const h of hands) h.worker.postMessage(m) }
  const post = (): void => {
    isGathering = false
    for (const h of hands) {
      if (h.next.length === 0) continue
      for (const o of h.next) h.under.add(o.n)
      h.worker.postMessage({ orders: h.next } satisfies ToWorker)
      h.next = []
    }
  }
  return {
    hold: (keys) => { tell({ hold: keys }) },
    drop: (ids) => { tell({ drop: ids }) },
    run: async (o) => new Promise((done, failed) => {
      const [first, ...rest] = hands
      if (isClosed || first === undefined) { failed(new CustodyFault('token-fault', 'no thread holds the keys')); return }
      if (waiting.size >= room) { failed(new CustodyFault('busy', `${room} signatures are under way`)); return }
      const n = (count += 1)
      waiting.set(n, { done, failed })
      const load = (h: Hand): number => h.under.size + h.next.length
      rest.reduce((least, h) => (load(h) < load(least) ? h : least), first).next.push({ ...o, n })
      if (isGathering) return
      isGathering = true
      setImmediate(post)
    }),
    close: async () => { isClosed = true; await Promise.all(hands.map(async (h) => h.worker.terminate())) },
  }
}
