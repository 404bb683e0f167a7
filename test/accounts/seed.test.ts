import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { examined, scoreSeed, type SeedLabels } from './judge.ts'

const folder = join(process.env['CAUSEWAY_PUBLIC_DATA'] ?? '', 'accounts')
const SEED = 'yantai-tga-2024'

describe.skipIf(process.env['CAUSEWAY_PUBLIC_DATA'] === undefined || !existsSync(folder))('the labelled document (skipped without CAUSEWAY_PUBLIC_DATA)', () => {
  it('every fault of substance at its line, no negative, next to nothing else, and 85 relations run', () => {
    const e = examined(join(folder, `${SEED}.txt`))
    const labels = JSON.parse(readFileSync(join(folder, `${SEED}.findings.json`), 'utf8')) as SeedLabels
    const score = scoreSeed(e.findings, labels)
    expect({ missed: score.missed, missedStyle: score.missedStyle, negatives: score.negatives, neutralErrors: score.neutralErrors }).toEqual({ missed: [], missedStyle: [], negatives: [], neutralErrors: [] })
    expect(score.further.length).toBeLessThanOrEqual(5)
    expect(e.run.size).toBeGreaterThanOrEqual(85)
  })
})
