import { createPublicKey, generateKeyPairSync, randomBytes, sign as nodeSign, verify as nodeVerify } from 'node:crypto'
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

import { openBatchDesk } from '../apps/verifier/src/batch.ts'
import { openPool } from '../apps/verifier/src/pool.ts'
import { AT, openOffice } from './document.ts'
import { median, type Ratio } from './slice.ts'

const DOCUMENTS = 10_000
const ROUNDS = 7

/** What 10,000 of something took: on the clock, and of all threads' processors. */
interface Took { readonly wall: number; readonly processor: number }

async function took(work: () => Promise<void>): Promise<Took> {
  const [start, before] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - start, processor: (user + system) / 1_000 }
}

interface Reference { readonly spki: Uint8Array; readonly pairs: readonly (readonly [Uint8Array, Uint8Array])[] }

/** One thread of the reference: bare verification of messages as long as signed attributes, as many as it is told. */
function referenceThread({ spki, pairs }: Reference): void {
  const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })
  parentPort!.on('message', (n: number) => {
    for (let i = 0; i < n; i++) if (!nodeVerify('sha256', pairs[i % 16]![0], key, pairs[i % 16]![1])) throw new Error('not verified')
    parentPort!.postMessage(n)
  })
  parentPort!.postMessage(0)
}

async function reference(threads: number): Promise<{ readonly run: () => Promise<void>; readonly end: () => Promise<void> }> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const messages = Array.from({ length: 16 }, () => new Uint8Array(randomBytes(74)))
  const data: Reference = { spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), pairs: messages.map((m) => [m, new Uint8Array(nodeSign('sha256', m, privateKey))]) }
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url), { workerData: data }))
  const answered = async (w: Worker): Promise<unknown> => new Promise((done, failed) => { w.once('message', done).once('error', failed) })
  await Promise.all(workers.map(answered))
  return {
    run: async () => { await Promise.all(workers.map(async (w) => { const done = answered(w); w.postMessage(Math.ceil(DOCUMENTS / threads)); await done })) },
    end: async () => { await Promise.all(workers.map(async (w) => w.terminate())) },
  }
}

/** Ten thousand documents as lines of a file: sixteen different ones of one signer, DG2 of 15 kB. */
async function writeBatch(file: string): Promise<{ readonly trust: readonly Uint8Array[] }> {
  const office = await openOffice('p256')
  const lines = office.dumps.map((d, i) => Buffer.from(`${JSON.stringify({ name: `SP${i}`, files: Object.fromEntries(Object.entries(d).map(([k, b]) => [k, Buffer.from(b).toString('base64')])) })}\n`))
  const out = await open(file, 'w')
  for (let i = 0; i < DOCUMENTS; i += 100) await out.write(Buffer.concat(Array.from({ length: 100 }, (_, k) => lines[(i + k) % 16]!)))
  await out.close()
  return { trust: [...office.trust.anchors.map((c) => c.der), ...office.trust.crls.map((c) => c.der)] }
}

/**
 * A batch of the verification module: uploaded lines are read, every document is judged in full (strict: hashes of all
 * groups, profile, signature, path, revocation, zone), results are written; against bare verification on as many threads.
 */
export async function verifyBatch(): Promise<Ratio> {
  const folder = mkdtempSync(join(tmpdir(), 'cw-bench-'))
  const threads = availableParallelism()
  const pool = await openPool(threads, (error) => { throw error as Error })
  const raw = await reference(threads)
  try {
    const file = join(folder, 'batch.ndjson')
    const { trust } = await writeBatch(file)
    pool.setTrust({ version: 'bench', asOf: AT.toISOString(), settings: { freshDays: 1, lateDays: 7, offlineDays: 7 }, files: trust.map((b, i) => ({ name: `${i}`, base64: Buffer.from(b).toString('base64') })) })
    const desk = openBatchDesk({ folder: join(folder, 'batches'), pool, now: () => AT, log: () => undefined })
    const batch = async (): Promise<Took> => {
      const taken = await desk.take({ owner: 'bench', name: '', format: 'ndjson', policy: 'strict' }, createReadStream(file))
      if (!taken.ok) throw new Error(taken.error.code)
      return took(async () => {
        for (;;) {
          const b = desk.show(taken.value.id)!
          if (b.state === 'done' && b.counts.genuine === DOCUMENTS) return
          if (b.state === 'done') throw new Error(JSON.stringify(b))
          await new Promise((r) => { setTimeout(r, 2) })
        }
      })
    }
    const bare = async (): Promise<Took> => took(raw.run)
    await batch()
    await bare()
    const rounds: (readonly [Took, Took])[] = []
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 2 === 0) rounds.push([await batch(), await bare()])
      else { const r = await bare(); rounds.push([await batch(), r]) }
    }
    await desk.end()
    const rate = (t: Took): number => (DOCUMENTS * 1_000 * threads) / t.processor
    const onTheClock = median(rounds.map(([o, r]) => r.wall / o.wall))
    return {
      name: 'verify-batch', ours: median(rounds.map(([o]) => rate(o))), reference: median(rounds.map(([, r]) => rate(r))), unit: `documents per s of processor time on ${threads} cores`,
      ratio: median(rounds.map(([o, r]) => r.processor / o.processor)), aim: 0.6,
      says: `${DOCUMENTS} documents of one P-256 signer, DG2 of 15 kB, as lines of a file, judged on ${threads} threads, results written; reference: node verify alone on ${threads} threads, alternating; on the clock ${onTheClock.toFixed(2)}`,
    }
  } finally {
    await pool.end()
    await raw.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (!isMainThread) referenceThread(workerData as Reference)
else if (process.argv[1] === import.meta.filename) process.stdout.write(`${JSON.stringify(await verifyBatch(), null, 2)}\n`)
