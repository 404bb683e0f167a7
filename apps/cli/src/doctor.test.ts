import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, it } from 'vitest'

import { examineCustody } from './doctor-custody.ts'

let dir: string
beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'cw-doctor-')) })
afterEach(() => { rmSync(dir, { recursive: true, force: true }) })

const seats = (n: number): readonly object[] => Array.from({ length: n }, (_, i) => ({ name: `c${i}` }))
const keep = (custody: object): void => { writeFileSync(join(dir, 'custody.json'), JSON.stringify(custody), { mode: 0o600 }) }
const faults = async (): Promise<string> => (await examineCustody(dir)).filter((f) => !f.well && ['keys', 'custodians'].includes(f.part)).map((f) => f.says.en).join(' | ')

it.each([
  ['software keys of a demonstration', { kind: 'file', roster: { threshold: 2, seats: seats(2) } }, ['c0.secret', 'c1.secret'], 'document signer keys lie in an encrypted file, for trying out | 2 of 2 custodians; the passphrases of 2 lie beside the keys, for trying out'],
  ['one person who is enough', { kind: 'token', roster: { threshold: 1, seats: seats(3) }, token: { label: 't', pinKnown: false } }, [], '1 of 3 custodians: one person alone activates the keys'],
  ['nobody to spare', { kind: 'token', roster: { threshold: 3, seats: seats(3) }, token: { label: 't', pinKnown: false } }, [], '3 of 3 custodians: the keys wait for the one who is ill'],
  ['a PIN that is known', { kind: 'token', roster: { threshold: 2, seats: seats(3) }, token: { label: 't', pinKnown: true } }, [], 'keys in the token t, which did not let us change its PIN: whoever set it may still know it'],
  ['nothing', { kind: 'token', roster: { threshold: 2, seats: seats(3) }, token: { label: 't', pinKnown: false } }, [], ''],
])('says of a custody with %s what is not so', async (_, custody, secrets, says) => {
  keep(custody)
  for (const s of secrets) writeFileSync(join(dir, s), '')
  expect(await faults()).toBe(says)
})

it('tells a custody file that others may read, one that is not there, and whether parts are separate', async () => {
  expect(await faults()).toContain('no keys yet')
  keep({ kind: 'token', roster: { threshold: 2, seats: seats(3) }, token: {} })
  chmodSync(join(dir, 'custody.json'), 0o644)
  expect(await faults()).toMatch(/custody\.json can be read by others/)
  const separation = (await examineCustody(dir)).find((f) => f.part === 'separation')!
  expect(separation.well).toBe(process.getuid?.() === 0)
  expect((await examineCustody(dir)).filter((f) => f.part === 'token')).toHaveLength(1)
})
