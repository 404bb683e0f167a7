import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { reports } from '../../scripts/api-package.mjs'
import { compile, installPacked, nodeOf, type Guest } from '../packed.ts'
import { PUBLISHED, toWord } from './guest.ts'

const SCRIPT = `import { readFileSync } from 'node:fs'
import { examine, readDocx, readText } from '@causeway/accounts'

const told = (content) => {
  const e = examine(content)
  return e.ok ? e.value.findings.filter((f) => f.severity === 'error').map((f) => f.relation + ' ' + f.published + ' ' + f.expected).join('; ') : e.error.code
}
console.log(told(readText(new Uint8Array(readFileSync('a.txt')), 'a.txt')))
console.log(told(readDocx(new Uint8Array(readFileSync('a.docx')), 'a.docx').value))
console.log(told(readText('a recipe for noodles', 'b.txt')))
`
const SAID = 'CG-2 57% 75.00%\nCG-2 57% 75.00%\nnot-final-accounts\n'

describe('accounts as others get it from npm', () => {
  let guest: Guest
  beforeAll(async () => {
    guest = installPacked('accounts')
    writeFileSync(join(guest.folder, 'a.txt'), PUBLISHED)
    writeFileSync(join(guest.folder, 'a.docx'), await toWord(PUBLISHED))
    writeFileSync(join(guest.folder, 'look.js'), SCRIPT)
  })
  afterAll(() => { guest.remove() })

  it('is JavaScript with types, its pages and its licence; what it stands on is inside', () => {
    const { files, packed, unpacked } = guest.tarball
    process.stdout.write(`accounts: ${(packed / 1024).toFixed(0)} kB packed, ${(unpacked / 1024).toFixed(0)} kB unpacked, ${files.length} files\n`)
    expect(files.filter((f) => !/\.(js|d\.ts)$/.test(f)).sort()).toEqual(['LICENSE', 'README.md', 'SPEC.md', 'package.json'])
    expect(files.filter((f) => /\.test\.|labels/.test(f))).toEqual([])
    expect(packed).toBeLessThan(400 * 1024)
  })

  it('gives what its report says', () => { expect(reports('check', 'accounts', guest.built)).toEqual([]) })

  it.each(['20.19.0', '22.12.0', '24.21.0'])('examines a text and a Word file on Node %s', (version) => {
    const done = spawnSync(nodeOf(version), ['look.js'], { cwd: guest.folder, encoding: 'utf8' })
    expect([done.stderr, done.stdout]).toEqual(['', SAID])
  })

  it('compiles for a page, strictly, with its own types', () => {
    writeFileSync(join(guest.folder, 'page.ts'), `import { examine, readText, type Examination } from '@causeway/accounts'\nexport const look = (text: string): Examination | string => { const e = examine(readText(text, 'page')); return e.ok ? e.value : e.error.code }\n`)
    expect(compile(guest, { files: ['page.ts'], lib: ['es2023', 'dom'], types: [] })).toBe('')
  })
})
