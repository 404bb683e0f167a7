// Does the signer's memory stay flat? `npm run test:long -- signer-memory [--documents N]`, 200,000 unless said otherwise.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

import { type Refusal, type Result } from '@causeway/kernel'
import { type SodAnswer } from '@causeway/signing'

import { partFolder } from '../part.ts'
import { must, request, signerStage, TODAY } from '../signer-stage.ts'

const { values } = parseArgs({ options: { documents: { type: 'string', default: '200000' } } })
const wanted = Number(values.documents)
const ROUND = 1_024
const BATCH = 64
/** How much higher the last quarter may climb than the second, as a share. Peaks are compared: between two collections memory rises and falls like a saw. */
const GROWTH = 0.1

const f = partFolder(TODAY)
const settings = join(f.folder, 'settings.json')
writeFileSync(settings, JSON.stringify({ documentsPerKey: [{ from: '2026-01-01', value: 10_000_000, rule: 'this test' }] }))
const s = await signerStage(f, { args: ['--settings', settings] })
await s.certify()
/** Resident memory of the signer, in MB. @source proc(5), VmRSS */
const resident = (): number => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${s.part.pid()}/status`, 'utf8'))![1]) / 1_024
const samples: number[] = []
const start = performance.now()
for (let made = 0; made < wanted; made += ROUND) {
  const all = Array.from({ length: Math.min(ROUND, wanted - made) }, (_, i) => ({ ...request(`S${String(made + i).padStart(8, '0')}`), hashes: { 2: 'ab'.repeat(32) } }))
  await s.journal.authorise(...all)
  for (let at = 0; at < all.length; at += BATCH) {
    const { answers } = await must(s.ask<{ readonly answers: readonly Result<SodAnswer, Refusal>[] }>('/v1/sods', { requests: all.slice(at, at + BATCH) }))
    const wrong = answers.find((a) => !a.ok)
    if (wrong?.ok === false) throw new Error(JSON.stringify(wrong.error))
  }
  samples.push(resident())
  process.stderr.write(`\r${made + all.length} of ${wanted}, ${Math.round(samples.at(-1)!)} MB   `)
}
const signatures = (await s.health()).signatures
await s.stop()
f.remove()
const quarter = Math.floor(samples.length / 4)
const [second, last] = [Math.max(...samples.slice(quarter, 2 * quarter)), Math.max(...samples.slice(3 * quarter))]
const isFlat = last <= second * (1 + GROWTH)
const root = resolve(import.meta.dirname, '../..')
mkdirSync(join(root, 'reports/long'), { recursive: true })
writeFileSync(join(root, 'reports/long/signer-memory-figures.json'), `${JSON.stringify({
  commit: execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(), at: new Date().toISOString(), documents: signatures, seconds: Math.round((performance.now() - start) / 1_000),
  secondQuarterMB: Math.round(second), lastQuarterMB: Math.round(last), peakMB: Math.round(Math.max(...samples)), isFlat,
}, null, 2)}\n`)
process.stdout.write(`\n${signatures} documents: ${Math.round(second)} MB at most in the second quarter, ${Math.round(last)} MB in the last: ${isFlat ? 'flat' : 'it grows'}\n`)
process.exit(isFlat && signatures === wanted ? 0 : 1)
