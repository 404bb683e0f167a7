// `npm run bench:signer`: the full path of a signature against raw node sign and verify in the same run, per second of processor time.
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { type Refusal, type Result } from '@causeway/kernel'
import { type SodAnswer, type SodRequest } from '@causeway/signing'

import { partFolder } from '../test/part.ts'
import { base64, must, request, signerStage, TODAY } from '../test/signer-stage.ts'
import { hasToken } from '../test/soft-token.ts'
import { rawPairs } from './raw-pair.ts'
import { median, type Ratio } from './slice.ts'
import { openTokenBench, tokenFor, type TokenRate } from './token.ts'
import { verifyBatch } from './verify-batch.ts'

const json = process.argv.includes('--json')
const only = process.argv.slice(2).filter((a) => !a.startsWith('--'))
const wanted = (name: string): boolean => only.length === 0 || only.some((o) => name.includes(o))
const BATCH = 64
const IN_FLIGHT = 4
const ROUNDS = 6
const WARM = 4

type Kind = 'P-256' | 'brainpoolP256r1' | 'rsa-3072'
/** A way to a signature, and what it is held against: a rate per second of processor time. */
interface Path {
  readonly name: string
  readonly kind: Kind
  readonly batches: number
  readonly aim?: number
  readonly rateAim?: number
  readonly reference: () => Promise<number>
  readonly says: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}
const byNode = (kind: Kind): Pick<Path, 'kind' | 'reference' | 'says'> => ({ kind, reference: async () => rawPairs(kind, 2), says: 'reference: node sign and verify alone, on two threads side by side' })
const PATHS: readonly Path[] = [
  { name: 'sign-path-bp256', batches: 16, aim: 0.6, ...byNode('brainpoolP256r1') },
  { name: 'sign-path-rsa3072', batches: 16, aim: 0.6, ...byNode('rsa-3072') },
  { name: 'sign-path-p256', batches: 24, rateAim: 1_500, ...byNode('P-256') },
]

const ratios: Ratio[] = []
const rates: { readonly name: string; readonly value: number; readonly unit: string; readonly aim?: number }[] = []
const tell = (r: Ratio): void => { ratios.push(r); if (!json) process.stdout.write(`${r.name.padEnd(22)} ${r.ratio.toFixed(3).padStart(8)}  ${r.aim === undefined ? '' : `(aim ${r.aim}) `}${Math.round(r.ours)} to ${Math.round(r.reference)} ${r.unit}; ${r.says}\n`) }
const note = (name: string, value: number, unit: string, aim?: number): void => {
  rates.push({ name, value, unit, ...(aim === undefined ? {} : { aim }) })
  if (!json) process.stdout.write(`${name.padEnd(22)} ${String(Math.round(value)).padStart(8)}  ${unit}${aim === undefined ? '' : ` (aim ${aim})`}\n`)
}

/** Processor time of a process and all its threads, in milliseconds. @source proc(5), utime and stime in hundredths of a second */
function processorOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

/** Documents with a face of 15 kB that comes whole, each asked for by an act of its own. */
function documents(n: number, from: number): readonly SodRequest[] {
  const face = base64(Uint8Array.from([0x75, 0x82, 0x3a, 0x98, ...randomBytes(15_000)]))
  return Array.from({ length: n }, (_, i) => {
    const r = request(`S${String(from + i).padStart(8, '0')}`)
    return { ...r, dataGroups: { ...r.dataGroups, 2: face } }
  })
}

interface Round { readonly documents: number; readonly wall: number; readonly processor: number }

async function signPath({ name, kind, batches, aim, rateAim, reference: limit, says, args = [], env = {} }: Path): Promise<void> {
  if (!wanted(name)) return
  const f = partFolder(TODAY)
  const settings = join(f.folder, 'settings.json')
  const dated = (value: unknown): object[] => [{ from: '2026-01-01', value, rule: 'bench' }]
  writeFileSync(settings, JSON.stringify({ newKeyType: dated(kind), documentsPerKey: dated(10_000_000) }))
  const s = await signerStage(f, { args: ['--settings', settings, ...args], env })
  try {
    await s.certify()
    let made = 0
    const round = async (): Promise<Round> => {
      const all = documents(batches * BATCH, made)
      made += all.length
      await s.journal.authorise(...all)
      const waiting = Array.from({ length: batches }, (_, b) => all.slice(b * BATCH, (b + 1) * BATCH))
      const [start, before] = [performance.now(), processorOf(s.part.pid()!)]
      const lane = async (): Promise<void> => {
        for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
          const { answers } = await must(s.part.line.call<{ readonly answers: readonly Result<SodAnswer, Refusal>[] }>('POST', '/v1/sods', { requests: batch }, 120_000))
          const wrong = answers.find((a) => !a.ok)
          if (wrong?.ok === false) throw new Error(JSON.stringify(wrong.error))
        }
      }
      await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
      return { documents: all.length, wall: performance.now() - start, processor: processorOf(s.part.pid()!) - before }
    }
    for (let i = 0; i < WARM; i++) await round() // a server runs for days: its code is compiled, its trust read
    const pairs: { readonly ours: number; readonly reference: number; readonly wall: number }[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const [a, reference] = [await round(), await limit()]
      pairs.push({ ours: (a.documents * 1_000) / a.processor, reference, wall: (a.documents * 1_000) / a.wall })
    }
    tell({
      name, ours: median(pairs.map((p) => p.ours)), reference: median(pairs.map((p) => p.reference)), unit: 'per s of processor time', ratio: median(pairs.map((p) => p.ours / p.reference)), ...(aim === undefined ? {} : { aim }),
      says: `HTTP, rules, EF.SOD built, signed, read again and verified, journal, commit; batches of ${BATCH}, ${IN_FLIGHT} in flight, DG2 of 15 kB whole; ${says}`,
    })
    note(`${name}-rate`, median(pairs.map((p) => p.wall)), 'documents per s on the clock, the asker on the same machine', rateAim)
  } finally {
    await s.stop()
    f.remove()
  }
}

/** A signature in a token as the signer's custody has it made, against the token's own rate; and the whole path with the key in the token. */
async function tokenPath(): Promise<void> {
  if (!wanted('pkcs11-p256')) return
  if (!hasToken) { process.stderr.write('pkcs11-p256 is not measured: SoftHSM2 or pkcs11js is not installed\n'); return }
  const folder = mkdtempSync(join(tmpdir(), 'cw-bench-'))
  try {
    const path = tokenFor(folder)
    await signPath({ name: 'sign-path-pkcs11-p256', batches: 12, ...byNode('P-256'), ...path })
    const token = await openTokenBench(join(folder, 'custody'))
    const pairs: { readonly ours: TokenRate; readonly raw: TokenRate }[] = []
    for (let i = 0; i <= ROUNDS; i++) {
      const pair = i % 2 === 0 ? { ours: await token.kept(), raw: await token.raw() } : { raw: await token.raw(), ours: await token.kept() }
      if (i > 0) pairs.push(pair) // the first compiles
    }
    await token.close()
    const clock = { ours: median(pairs.map((p) => p.ours.clock)), raw: median(pairs.map((p) => p.raw.clock)) }
    tell({
      name: 'pkcs11-p256', ours: median(pairs.map((p) => p.ours.processor)), reference: median(pairs.map((p) => p.raw.processor)), unit: 'signatures per s of processor time', ratio: median(pairs.map((p) => p.ours.processor / p.raw.processor)), aim: 0.8,
      says: `the custody of the signer with SoftHSM2 (hash, session, signature as DER); reference: C_SignInit and C_Sign of a hash by the same key, as many sessions; on the clock ${Math.round(clock.ours)} to ${Math.round(clock.raw)}`,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Commits a second of the signer's database with a line of a document, and nothing else. */
function commits(): void {
  if (!wanted('commit-rate')) return
  const folder = mkdtempSync(join(tmpdir(), 'cw-commit-'))
  const db = new DatabaseSync(join(folder, 'journal.db'))
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma locking_mode = exclusive; create table line (seq integer primary key, json text) strict')
  const insert = db.prepare('insert into line (json) values (?)')
  const line = 'x'.repeat(3_000)
  const start = performance.now()
  let n = 0
  while (performance.now() - start < 2_000) { insert.run(line); n += 1 }
  note('commit-rate', (n * 1_000) / (performance.now() - start), 'commits per s of the same database, one line each')
  db.close()
  rmSync(folder, { recursive: true, force: true })
}

for (const path of PATHS) await signPath(path)
await tokenPath()
commits()
if (wanted('verify-batch')) tell(await verifyBatch())
if (json) process.stdout.write(`${JSON.stringify({ machine: `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`, ratios, rates }, null, 2)}\n`)
