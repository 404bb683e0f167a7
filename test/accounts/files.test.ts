import { type Finding } from '@causeway/accounts'
import { describe, expect, it } from 'vitest'

import { asDocx, asOfficeDocx, asPrintedPdf, hasChromium, hasOffice } from './files.ts'
import { missed, run, scoreOf, type Road } from './mutation.ts'

/** A sample of the faults in files; the whole is `npm run test:long -- accounts-mutation`. A correct document gets no error, whatever file it is. */
const ROADS: readonly (readonly [name: string, road: Road, faults: number, found: number, there: () => boolean])[] = [
  ['a Word file of our own', asDocx, 40, 0.95, () => true],
  ['a Word file of LibreOffice', asOfficeDocx, 6, 0.8, hasOffice],
  ['a PDF that Chromium prints', asPrintedPdf, 6, 0.8, hasChromium],
]
const isError = (f: { readonly finding: Finding }): boolean => f.finding.severity === 'error'

describe('faults planted in files', () => {
  for (const [name, road, faults, found, there] of ROADS) {
    it.skipIf(!there())(`${name}: found, and correct documents are let alone`, async () => {
      const r = await run({ faults, seed: 1, seeds: 1, stride: 13, road })
      const s = scoreOf(r)
      process.stdout.write(`${name}: ${s.found} of ${s.faults} faults found, cause right ${s.rightCause} of ${s.withCause}; ${r.false.filter(isError).length} errors on ${s.documents} correct documents\n`)
      expect(s.found / s.faults, missed(r).join('\n')).toBeGreaterThanOrEqual(found)
      expect(r.false.filter(isError).length, r.false.filter(isError).map((f) => `${f.layout} ${f.finding.relation} ${f.finding.quote}`).join('\n')).toBe(0)
    }, 400_000)
  }
})
