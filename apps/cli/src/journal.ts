import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { parseAnchorKeys, verifyJournal, type Anchor } from '@causeway/journal'

import { EXIT, Impossible, printJson, type Command } from './command.ts'

function read(file: string | undefined, what: string): string {
  if (file === undefined || !existsSync(file)) throw new Impossible('file-missing', `${what} is needed${file === undefined ? '' : `: ${file} is not there`}`)
  return readFileSync(file, 'utf8')
}

function witnessOf(file: string | undefined): readonly Anchor[] | undefined {
  if (file === undefined) return undefined
  try {
    const value = JSON.parse(read(file, 'a witness file')) as unknown
    if (Array.isArray(value)) return value as Anchor[]
  } catch (error) {
    if (error instanceof Impossible) throw error
  }
  throw new Impossible('witness-unreadable', `${file} is no list of anchors`)
}

export const journalCommand: Command = {
  name: 'journal',
  usage: 'journal verify EXPORT --keys FILE [--witness FILE] [--json]',
  says: { zh: '只用公钥检查导出的日志', en: 'examine an exported journal with public keys alone' },
  run: async (args) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { keys: { type: 'string' }, witness: { type: 'string' }, json: { type: 'boolean', default: false } } })
    if (positionals[0] !== 'verify') throw new Impossible('usage', journalCommand.usage)
    const keys = parseAnchorKeys(read(values.keys, '--keys FILE'))
    if (keys.length === 0) throw new Impossible('keys-unreadable', `${String(values.keys)} holds no public key of P-256 or SM2`)
    const verdict = verifyJournal(read(positionals[1], 'an export'), keys, witnessOf(values.witness))
    if (values.json) printJson(verdict)
    else {
      process.stdout.write(`${verdict.intact ? 'INTACT' : 'BROKEN'}  ${verdict.events} events, ${verdict.anchors} anchors\n`)
      for (const f of verdict.faults) process.stdout.write(`  ✗ ${f.kind} at ${f.seq}: ${f.says}\n`)
      for (const c of verdict.cannotExclude) process.stdout.write(`  ? cannot exclude ${c}\n`)
    }
    return Promise.resolve(verdict.intact ? EXIT.done : EXIT.faulty)
  },
}
