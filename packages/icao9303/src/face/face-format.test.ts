import { expect, it } from 'vitest'

import { faceFormat } from './face-format.ts'

const OLD = 'ISO/IEC 19794-5'
const NEW = 'ISO/IEC 39794-5'

it.each([
  ['1970-01-01T00:00:00Z', [OLD], [OLD]],
  ['2025-12-31T23:59:59.999Z', [OLD], [OLD]],
  ['2026-01-01T00:00:00Z', [NEW, OLD], [OLD, NEW]],
  ['2029-12-31T23:59:59.999Z', [NEW, OLD], [OLD, NEW]],
  ['2030-01-01T00:00:00Z', [NEW], [OLD, NEW]],
  ['2099-01-01T00:00:00Z', [NEW], [OLD, NEW]],
] as const)('F8 on %s faces are written as %j and read as %j', (day, write, read) => {
  expect(faceFormat(new Date(day))).toMatchObject({ write, read, clause: 'Doc 9303-10 §4.5.6, Doc 9303-9 §3.1' })
})
