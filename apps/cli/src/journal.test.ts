import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { anchorText, exportLines, GENESIS, keyIdOf, linkEntry, type Anchor } from '@causeway/journal'
import { familyOf, wrapPem, type FamilyName } from '@causeway/national'
import { nodeEngine } from '@causeway/national/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')
const secret = new Uint8Array(32).fill(0x11)
let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'journal-')) })
afterAll(() => { rmSync(folder, { recursive: true }) })

const put = (name: string, text: string): string => { writeFileSync(join(folder, name), text); return join(folder, name) }
function verify(...args: readonly string[]): { readonly code: number | null; readonly out: string; readonly err: string } {
  const done = spawnSync(process.execPath, ['--no-warnings', main, 'journal', 'verify', ...args], { encoding: 'utf8', env: { ...process.env, CAUSEWAY_LANG: 'en' } })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

/** One entry and its anchor, signed with a key of a family. */
function exportBy(family: FamilyName): { readonly text: string; readonly pem: string } {
  const [f, office] = [familyOf(family, nodeEngine), '370699']
  const spki = f.spkiOf(secret)
  const entry = linkEntry({ office, at: '2026-03-01T00:00:00.000Z', actor: 'a', role: 'clerk', act: 'x', request: 'r', kind: 'unit', stream: 'u', version: 1, event: 'e', body: '{}' }, { seq: 0, hash: GENESIS })
  const bare: Omit<Anchor, 'signature'> = { office, number: 1, fromSeq: 1, toSeq: 1, head: entry.hash, previous: GENESIS, at: entry.at, keyId: keyIdOf(Buffer.from(spki.subarray(-65)).toString('hex')) }
  const signature = Buffer.from(f.sign(secret, Buffer.from(anchorText(bare)))).toString('hex')
  return { text: [...exportLines(office, [entry], [{ ...bare, signature }], '2026-03-02T00:00:00.000Z')].join('\n'), pem: wrapPem('PUBLIC KEY', spki) }
}

describe('causeway journal verify', () => {
  it.each(['international', 'national'] as const)('an export anchored with a key of the %s family: intact, and broken when the signature is another’s', (family) => {
    const { text, pem } = exportBy(family)
    const [file, keys] = [put(`${family}.jsonl`, text), put(`${family}.pem`, pem)]
    expect(verify(file, '--keys', keys)).toMatchObject({ code: 0, out: expect.stringContaining('INTACT  1 events, 1 anchors') as string })
    const other = exportBy(family === 'national' ? 'international' : 'national').pem
    expect(verify(file, '--keys', put('both.pem', other + pem)).code).toBe(0)
    expect(verify(file, '--keys', put('other.pem', other))).toMatchObject({ code: 1, out: expect.stringContaining('anchor-key') as string })
    const changed = text.replace(/("signature":")(.)/, (_, head: string, first: string) => head + (first === '0' ? '1' : '0'))
    expect(verify(put('changed.jsonl', changed), '--keys', keys, '--json')).toMatchObject({ code: 1, out: expect.stringContaining('anchor-signature') as string })
  })

  it('says which keys it takes when a file holds none of them', () => {
    const { text } = exportBy('national')
    expect(verify(put('e.jsonl', text), '--keys', put('none.pem', wrapPem('PUBLIC KEY', new Uint8Array(91)))).err).toMatch(/keys-unreadable.*P-256 or SM2/)
  })
})
