import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { precisionOf, recallOf, tallies } from './judge.ts'

const folder = join(process.env['CAUSEWAY_PUBLIC_DATA'] ?? '', 'accounts')

describe.skipIf(process.env['CAUSEWAY_PUBLIC_DATA'] === undefined || !existsSync(folder))('published documents, judged by hand (skipped without CAUSEWAY_PUBLIC_DATA)', () => {
  it('errors are right, and what is wrong is found, nineteen times of twenty', () => {
    const { all, form } = tallies(folder)
    const told = [...all, ...(form === undefined ? [] : [form])].flatMap((t) => [...t.unjudged.map((u) => `${t.document} not judged: ${u}`), ...t.lost.map((u) => `${t.document} not found: ${u}`)]).join('\n')
    for (const group of [all, form === undefined ? [] : [form]]) {
      expect(precisionOf(group).ratio, told).toBeGreaterThanOrEqual(0.95)
      expect(recallOf(group).ratio, told).toBeGreaterThanOrEqual(0.95)
    }
  })
})
