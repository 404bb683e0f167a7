import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { describe, expect, it } from 'vitest'

import { dice } from './asn1/mutant.ts'
import { childrenOf, Malformed, readTlv, type ReadPolicy, type Tlv } from './asn1/tlv.ts'
import { readContentInfo } from './cms/signed-data.ts'
import { contentInfoOf, parseSod } from './index.ts'

const MUTANTS = Number(process.env['MUTANTS'] ?? 200_000)
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, '../vectors/synthetic/sod', `${name}.bin`)))
const SEEDS = ['ecdsa-p256-sha256', 'lds18', 'dev-ber-indefinite', 'sid-ski', 'rsa2048-pss-sha256-salt20', 'no-certificate'].map(read)
const BER: ReadPolicy = { mode: 'ber' }

/** Where every value of a file begins, those inside OCTET STRINGs too. */
function placesIn(bytes: Uint8Array): readonly Tlv[] {
  const found: Tlv[] = []
  const walk = (from: number, to: number): void => {
    for (let at = from; at < to;) {
      const t = readTlv(bytes, at, to, BER)
      found.push(t)
      if ((t.tag & 0x20) !== 0 || t.tag > 0xff) walk(t.body, t.end)
      at = t.next
    }
  }
  walk(0, readTlv(bytes, 0, bytes.length, BER).next)
  return found
}

const LENGTHS = [0x00, 0x01, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff]

/** One change where the structure is: a tag, a length, a value cut out, doubled or put elsewhere, or the end cut off. */
function mutate(bytes: Uint8Array, places: readonly Tlv[], pick: (below: number) => number): Uint8Array {
  const t = places[pick(places.length)]!
  const changed = bytes.slice()
  switch (pick(7)) {
    case 0: changed[t.start] = pick(256); return changed
    case 1: changed[t.start + 1] = LENGTHS[pick(LENGTHS.length)]!; return changed
    case 2: changed[t.start + 1]! += pick(2) === 0 ? 1 : 255; return changed
    case 3: changed.copyWithin(t.start, t.next); return changed.subarray(0, bytes.length - (t.next - t.start))
    case 4: { const grown = new Uint8Array(bytes.length + t.next - t.start); grown.set(bytes.subarray(0, t.next)); grown.set(bytes.subarray(t.start), t.next); return grown }
    case 5: return changed.subarray(0, pick(bytes.length))
    default: { const other = places[pick(places.length)]!; changed.copyWithin(t.body, other.start, Math.min(other.next, other.start + t.end - t.body)); return changed }
  }
}

function walkAll(bytes: Uint8Array): void {
  const walk = (t: Tlv): void => { if ((t.tag & 0x20) !== 0) childrenOf(t, BER).forEach(walk) }
  try { walk(readTlv(bytes, 0, bytes.length, BER)) } catch (error) { if (!(error instanceof Malformed)) throw error }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const held = (): number => { collect(); return process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers }

const SLOW = 200
function timed(run: (b: Uint8Array) => void, bytes: Uint8Array): number {
  const start = performance.now()
  run(bytes)
  return performance.now() - start
}

describe('broken objects', () => {
  it.each([
    ['the reader of values', SEEDS, walkAll],
    ['EF.SOD', SEEDS, (b: Uint8Array) => { const r = parseSod(b); if (!r.ok && r.defects.length === 0) throw new Error('no reason') }],
    ['CMS', SEEDS.map((s) => contentInfoOf(s)), (b: Uint8Array) => { try { readContentInfo(b, () => undefined) } catch (error) { if (!(error instanceof Malformed)) throw error } }],
  ] as const)('P28 do not stop, slow or swell %s', (_, seeds, run) => {
    const pick = dice(9303)
    const places = seeds.map(placesIn)
    const kept: number[] = []
    let slowest = 0
    for (let i = 0; i < MUTANTS; i++) {
      if (i > 0 && i % (MUTANTS / 4) === 0) kept.push(held())
      const n = i % seeds.length
      const mutant = mutate(seeds[n]!, places[n]!, pick)
      const took = timed(run, mutant)
      // a machine may be busy elsewhere; what hangs, hangs again
      slowest = Math.max(slowest, took > SLOW ? Math.min(took, timed(run, mutant)) : took)
    }
    expect(slowest).toBeLessThan(1_000)
    // what is kept of each grows in every quarter; what the engine takes for itself comes in one
    kept.push(held())
    const growth = kept.slice(1).map((n, i) => n - kept[i]!)
    expect(Math.min(...growth), growth.join(' ')).toBeLessThan(2 * 1024 * 1024)
  }, 60_000 * Math.max(1, MUTANTS / 200_000))
})
