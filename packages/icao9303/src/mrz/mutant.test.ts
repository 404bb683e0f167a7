import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { dice } from '../asn1/mutant.ts'
import { composeMrz } from './compose.ts'
import { isValidMrz, parseMrz } from './parse.ts'

const MUTANTS = Number(process.env['MUTANTS'] ?? 200_000)
const { specimens } = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/mrz-specimens.json'), 'utf8')) as { specimens: { lines: string[] }[] }
const more = [['CSC000000004<2404200<8108038<6'], composeMrz('MRV-B', { documentCode: 'V', documentNumber: '1', birthDate: '000101', expiryDate: '000101', issuingState: 'D', nationality: 'D', primaryIdentifier: 'A' }).lines]
const seeds = [...specimens.map((s) => s.lines), ...more].map((l) => l.join('\n'))
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<<<<<<abz \n\r\t\0éŁ\uD800𠮷?«'

/** What is done to a zone: characters exchanged, fields of another zone, lines and pieces lost, doubled, exchanged. */
const CHANGES: readonly ((text: string, next: (below: number) => number) => string)[] = [
  (t, n) => { const at = n(t.length); return t.slice(0, at) + ALPHABET[n(ALPHABET.length)]! + t.slice(at + 1) },
  (t, n) => { const at = n(t.length); return t.slice(0, at) + t.slice(at + 1 + n(3)) },
  (t, n) => { const at = n(t.length); return t.slice(0, at) + ALPHABET[n(ALPHABET.length)]! + t.slice(at) },
  (t, n) => { const [at, long] = [n(t.length), 1 + n(20)]; const other = seeds[n(seeds.length)]!; return t.slice(0, at) + other.slice(at, at + long) + t.slice(at + long) },
  (t, n) => { const at = n(t.length); return t.slice(0, at) + '<'.repeat(1 + n(15)) + t.slice(at + 1 + n(15)) },
  (t, n) => t.split('\n').toSorted(() => n(3) - 1).join('\n'),
  (t, n) => { const lines = t.split('\n'); const i = n(lines.length); return lines.toSpliced(i, n(2), lines[n(lines.length)]!).join('\n') },
  (t, n) => (n(2) === 0 ? t.replaceAll('\n', '') : `${t}\n`.repeat(1 + n(3))),
]

describe('mutants', () => {
  it(`M29 of ${MUTANTS} mutants of zones every one is answered, and both ways to judge agree`, () => {
    const seed = Number(process.env['MRZ_SEED'] ?? Date.now() % 0x7fffffff)
    const next = dice(seed)
    const formats = new Map<string, number>()
    let valid = 0
    for (let i = 0; i < MUTANTS; i++) {
      let text = seeds[next(seeds.length)]!
      for (let k = next(4); k >= 0 && text !== ''; k--) text = CHANGES[next(CHANGES.length)]!(text, next)
      try {
        const mrz = parseMrz(text)
        if (isValidMrz(text) !== mrz.valid) throw new Error('the two ways disagree')
        if (mrz.format !== undefined && Object.values(mrz.fields).some((v) => typeof v !== 'string')) throw new Error('a field is no text')
        if (mrz.format === undefined && mrz.defects[0]?.code !== 'no-format') throw new Error('no format and no defect')
        if (!mrz.valid && mrz.defects.length === 0 && mrz.checks.every((c) => c.outcome === 'passed')) throw new Error('not valid without a reason')
        formats.set(mrz.format ?? '-', (formats.get(mrz.format ?? '-') ?? 0) + 1)
        if (mrz.valid) valid++
      } catch (error) {
        throw new Error(`MRZ_SEED=${seed}, mutant ${i}: ${JSON.stringify(text)}`, { cause: error })
      }
    }
    expect([...formats.keys()].sort(), `seed ${seed}`).toEqual(['-', 'EEP-CARD', 'MRV-A', 'MRV-B', 'TD1', 'TD2', 'TD3'])
    expect(Math.min(...formats.values()), `seed ${seed}`).toBeGreaterThan(MUTANTS / 1_000)
    expect(valid, `seed ${seed}`).toBeGreaterThan(MUTANTS / 100)
    expect(valid, `seed ${seed}`).toBeLessThan(MUTANTS / 2)
  })
})
