import { type Finding } from '@causeway/accounts'
import { describe, expect, it } from 'vitest'

import { asText, missed, run, scoreOf, wrongCause } from './mutation.ts'

/** Faults and marks: what a document with one fault must be found to have. */
const FAULTS = Number(process.env['FAULTS'] ?? 300)
const [FOUND, CAUSE] = [0.97, 0.9]

/** The list of functions is not complete: an item that it does not hold is a warning that nobody can spare. */
const isUnlisted = (f: Finding): boolean => f.severity === 'warning' && /^T\d-\d$/.test(f.relation) && /^\d{7}$/.test(f.published ?? '') && f.expected === undefined

describe('faults planted in correct documents of five layouts', () => {
  it('in text: found by the right relation, told with the right cause; nothing on a correct document', async () => {
    const r = await run({ faults: FAULTS, seed: Number(process.env['SEED'] ?? 1), road: asText })
    const s = scoreOf(r)
    process.stdout.write(`${s.faults} faults of ${s.kinds} kinds: ${(100 * s.found / s.faults).toFixed(1)} % found, cause right ${(100 * s.rightCause / s.withCause).toFixed(1)} % of ${s.withCause}; ${s.falseFindings} errors and warnings on ${s.documents} correct documents\n`)
    const told = [...missed(r), ...wrongCause(r)].join('\n')
    expect(r.false.filter((f) => !isUnlisted(f.finding)).map((f) => `${f.layout} ${f.seed} ${f.finding.relation} ${f.finding.quote}`)).toEqual([])
    expect(s.kinds).toBeGreaterThanOrEqual(35)
    expect(s.found / s.faults, told).toBeGreaterThanOrEqual(FOUND)
    expect(s.rightCause / s.withCause, told).toBeGreaterThanOrEqual(CAUSE)
  }, 240_000)
})
