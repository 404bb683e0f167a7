import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { stateFolder } from '@causeway/ground'

import { EXIT, printJson, type Command } from './command.ts'
import { CHECKOUT } from './platform.ts'

interface Finding { readonly part: string; readonly well: boolean; readonly says: string; readonly do?: string }

const tool = (name: string, purpose: string, pack: string): Finding => {
  const there = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
  return there ? { part: name, well: true, says: 'installed' } : { part: name, well: false, says: `missing: ${purpose}`, do: `apt-get install ${pack}` }
}

/** What is installed, what this machine does not protect, and what to do about it. */
function examine(): readonly Finding[] {
  const root = process.getuid?.() === 0
  return [
    { part: 'node', well: process.versions.node.startsWith('24.'), says: `Node ${process.versions.node}`, ...(process.versions.node.startsWith('24.') ? {} : { do: 'npm run setup' }) },
    existsSync(join(CHECKOUT, 'apps/web/dist/office.html')) ? { part: 'web', well: true, says: 'built' } : { part: 'web', well: false, says: 'the pages are not built', do: 'npm run setup' },
    { part: 'state', well: true, says: stateFolder(CHECKOUT, process.env['CAUSEWAY_STATE']) },
    root
      ? { part: 'separation', well: true, says: 'started as root: signer, hub, station, server and database each lay it down for a user of their own' }
      : { part: 'separation', well: false, says: 'not root: all parts run as this user; that the server cannot read the signer’s keys rests on a passphrase file only', do: 'start as root, or use a token' },
    { part: 'keys', well: false, says: 'document signer keys lie in an encrypted file, for trying out', do: 'use a PKCS#11 token in service' },
    tool('openssl', 'to check documents with a tool that is not ours', 'openssl'),
    tool('pdftoppm', 'to look at documents as pictures', 'poppler-utils'),
    tool('chromium', 'for the browser tests', 'chromium'),
  ]
}

export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor [--json]',
  says: { zh: '检查安装：有什么、缺什么、怎么办', en: 'what is installed, what is missing, what to do' },
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
    const findings = examine()
    if (values.json) printJson({ findings })
    else for (const f of findings) process.stdout.write(`${f.well ? '✓' : '!'} ${f.part.padEnd(12)} ${f.says}${f.do === undefined ? '' : `  → ${f.do}`}\n`)
    return Promise.resolve(findings.some((f) => !f.well && ['node', 'web'].includes(f.part)) ? EXIT.faulty : EXIT.done)
  },
}
