import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { stateFolder } from '@causeway/ground'

import { EXIT, language, printJson, type Command } from './command.ts'
import { examineCustody, type Finding } from './doctor-custody.ts'
import { CHECKOUT } from './platform.ts'

const tool = (name: string, purpose: Finding['says'], pack: string): Finding => {
  const there = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
  return there
    ? { part: name, well: true, says: { zh: '已安装', en: 'installed' } }
    : { part: name, well: false, says: { zh: `缺少：${purpose.zh}`, en: `missing: ${purpose.en}` }, do: { zh: `apt-get install ${pack}`, en: `apt-get install ${pack}` } }
}

/** What is installed, what this machine does not protect, and what to do about it. */
async function examine(): Promise<readonly Finding[]> {
  const state = stateFolder(CHECKOUT, process.env['CAUSEWAY_STATE'])
  const node = { zh: `Node ${process.versions.node}`, en: `Node ${process.versions.node}` }
  const setup = { do: { zh: 'npm run setup', en: 'npm run setup' } }
  return [
    { part: 'node', well: process.versions.node.startsWith('24.'), says: node, ...(process.versions.node.startsWith('24.') ? {} : setup) },
    existsSync(join(CHECKOUT, 'apps/web/dist/office.html')) ? { part: 'web', well: true, says: { zh: '页面已构建', en: 'built' } } : { part: 'web', well: false, says: { zh: '页面尚未构建', en: 'the pages are not built' }, ...setup },
    { part: 'state', well: true, says: { zh: state, en: state } },
    ...await examineCustody(join(state, 'signer')),
    tool('openssl', { zh: '用他人的工具核对证件', en: 'to check documents with a tool that is not ours' }, 'openssl'),
    tool('pdftoppm', { zh: '把文书看作图片', en: 'to look at documents as pictures' }, 'poppler-utils'),
    tool('chromium', { zh: '浏览器测试', en: 'for the browser tests' }, 'chromium'),
  ]
}

export const doctorCommand: Command = {
  name: 'doctor',
  usage: 'doctor [--json]',
  says: { zh: '检查安装：有什么、缺什么、怎么办', en: 'what is installed, what is missing, what to do' },
  run: async (args) => {
    const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } })
    const findings = await examine()
    const say = language()
    if (values.json) printJson({ findings })
    else for (const f of findings) process.stdout.write(`${f.well ? '✓' : '!'} ${f.part.padEnd(12)} ${f.says[say]}${f.do === undefined ? '' : `  → ${f.do[say]}`}\n`)
    return findings.some((f) => !f.well && ['node', 'web'].includes(f.part)) ? EXIT.faulty : EXIT.done
  },
}
