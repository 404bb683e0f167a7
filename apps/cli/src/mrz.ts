import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { composeMrz, parseMrz, type MrzFields } from 'icao9303'

import { EXIT, Impossible, printJson, type Command } from './command.ts'

const INPUT_LIMIT = 100_000

function inputOf(source: string | undefined): string {
  if (source === undefined || source === '-') return readFileSync(0, 'utf8').slice(0, INPUT_LIMIT)
  return existsSync(source) ? readFileSync(source, 'utf8').slice(0, INPUT_LIMIT) : source.replaceAll('\\n', '\n')
}

function parse(source: string | undefined, asJson: 'json' | 'words'): number {
  const mrz = parseMrz(inputOf(source))
  if (asJson === 'json') printJson(mrz)
  else {
    process.stdout.write(`${mrz.format ?? '?'}  ${mrz.valid ? 'valid' : 'NOT VALID'}\n`)
    for (const [k, v] of Object.entries(mrz.fields)) process.stdout.write(`  ${k.padEnd(20)} ${v}\n`)
    for (const c of mrz.checks) process.stdout.write(`  check ${c.field.padEnd(14)} ${c.given} ${c.outcome === 'passed' ? '=' : '≠'} ${c.computed}\n`)
    for (const d of mrz.defects) process.stdout.write(`  ${d.code} at ${d.at}: ${d.says} (${d.clause})\n`)
  }
  if (mrz.format === undefined) throw new Impossible('no-format', mrz.defects[0]?.says ?? 'no known format')
  return mrz.valid ? EXIT.done : EXIT.faulty
}

function compose(file: string | undefined, asJson: 'json' | 'words'): number {
  if (file === undefined || !existsSync(file)) throw new Impossible('file-missing', 'a JSON file with format and fields is needed')
  const { format, ...fields } = JSON.parse(readFileSync(file, 'utf8')) as MrzFields & { format: 'TD3' }
  try {
    const made = composeMrz(format, fields)
    if (asJson === 'json') printJson(made)
    else process.stdout.write(`${made.lines.join('\n')}\n`)
    return EXIT.done
  } catch (error) {
    if (error instanceof RangeError) throw new Impossible('field-unfit', error.message)
    throw error
  }
}

export const mrzCommand: Command = {
  name: 'mrz',
  usage: 'mrz parse [TEXT|FILE|-] [--json] | mrz compose FILE.json [--json]',
  says: { zh: '读或写机读区：每个字段、每个校验位', en: 'read or write a machine-readable zone: every field, every check digit' },
  run: async (args) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    const [verb, source] = positionals
    const form = values.json ? 'json' : 'words'
    if (verb === 'parse') return Promise.resolve(parse(source, form))
    if (verb === 'compose') return Promise.resolve(compose(source, form))
    throw new Impossible('usage', mrzCommand.usage)
  },
}
