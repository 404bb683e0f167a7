import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'

import {
  composeMrz,
  examineMrzFields,
  interpretMrz,
  judgeDocumentCode,
  parseMrz,
  suggestMrz,
  type Mrz,
  type MrzDefect,
  type MrzFields,
  type MrzFormat,
} from 'icao9303'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'

/** A zone has 90 characters, a description of one a few hundred. */
const MOST_BYTES = 100_000
const FORMATS: readonly MrzFormat[] = ['TD1', 'TD2', 'TD3', 'MRV-A', 'MRV-B', 'EEP-CARD']

const both = (zh: string, en: string): string => (language() === 'en' ? en : zh)
/** Whatever was given, fit for one line of a terminal. */
const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text)

const LABELS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  documentCode: ['证件代码', 'document code'],
  issuingState: ['签发国', 'issuing State'],
  primaryIdentifier: ['主要标识（姓）', 'primary identifier'],
  secondaryIdentifier: ['次要标识（名）', 'secondary identifier'],
  documentNumber: ['证件号码', 'document number'],
  nationality: ['国籍', 'nationality'],
  birthDate: ['出生日期', 'birth date'],
  sex: ['性别', 'sex'],
  expiryDate: ['有效期至', 'expiry date'],
  optionalData: ['可选数据', 'optional data'],
  optionalData2: ['可选数据二', 'optional data 2'],
  composite: ['总校验', 'composite'],
}
const label = (field: string): string => LABELS[field]?.[language() === 'en' ? 1 : 0] ?? field

function readDescriptor(fd: number): string {
  const buffer = Buffer.alloc(MOST_BYTES + 1)
  let length = 0
  for (let n = 1; n > 0 && length < buffer.length; length += n) n = readSync(fd, buffer, length, buffer.length - length, null)
  if (length > MOST_BYTES)
    throw new Impossible('input-too-large', both(`输入超过 ${MOST_BYTES} 字节`, `the input has more than ${MOST_BYTES} bytes`))
  return buffer.toString('utf8', 0, length)
}

function readSource(file: string): string {
  const unreadable = (): Impossible =>
    new Impossible('file-unreadable', both(`${shown(file)} 不是可读的文件`, `${shown(file)} is no file that can be read`))
  if (file !== '-' && !existsSync(file))
    throw new Impossible('file-missing', both(`没有文件 ${shown(file)}`, `there is no file ${shown(file)}`))
  if (file !== '-' && !statSync(file).isFile() && !statSync(file).isFIFO()) throw unreadable()
  let fd = 0
  try {
    if (file !== '-') fd = openSync(file, 'r')
    return readDescriptor(fd)
  } catch (error) {
    if (error instanceof Impossible) throw error
    throw unreadable()
  } finally {
    if (fd !== 0) closeSync(fd)
  }
}

/** A file, the standard input, or the zone itself: what has a filler or a line break in it and is no file. */
function inputOf(source: string | undefined): string {
  if (source === undefined || source === '-') return readSource('-')
  if (existsSync(source)) return readSource(source)
  if (!/[<\n]|\\n/.test(source) && source.length < 28) return readSource(source)
  return source.replaceAll('\\n', '\n')
}

function describe(mrz: Mrz): readonly string[] {
  const place = (field: string): string => {
    const p = mrz.places[field]
    return p === undefined ? '' : both(`第 ${p.line} 行第 ${p.column} 列`, `line ${p.line}, column ${p.column}`)
  }
  const width = Math.max(...Object.keys(mrz.fields).map((f) => label(f).length)) + 2
  return [
    `${mrz.format ?? '?'}  ${mrz.valid ? both('有效', 'valid') : both('无效', 'NOT VALID')}${mrz.truncated ? both('（姓名可能被截短）', ' (the name may be truncated)') : ''}`,
    ...Object.entries(mrz.fields).map(
      ([k, v]) => `  ${label(k).padEnd(width)} ${v.replaceAll(/[^\x20-\x7e]/g, '?').padEnd(24)} ${place(k)}`,
    ),
    ...mrz.checks.map(
      (c) =>
        `  ${both('校验位', 'check')} ${label(c.field).padEnd(width)} ${/[A-Z0-9<]/.test(c.given) ? c.given : '?'} ${c.outcome === 'passed' ? '=' : '≠'} ${c.computed}`,
    ),
    ...mrz.defects.map((d) => describeDefect(d)),
  ]
}

const describeDefect = (d: MrzDefect): string => `  ${d.code} ${both('在', 'at')} ${label(d.at)}: ${d.says} (${d.clause})`

function dayOf(text: string): Date {
  const day = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(day.getTime()))
    throw new Impossible('day-invalid', both(`${shown(text)} 不是日期（YYYY-MM-DD）`, `${shown(text)} is no day (YYYY-MM-DD)`))
  return day
}

interface Options {
  readonly json: boolean
  readonly at: string | undefined
}

function parse(source: string | undefined, o: Options): number {
  const at = o.at === undefined ? undefined : dayOf(o.at)
  const text = inputOf(source)
  const mrz = parseMrz(text)
  const suggestions = mrz.valid ? [] : suggestMrz(text)
  const meaning =
    at === undefined
      ? undefined
      : {
          ...interpretMrz(mrz, { at }),
          documentCode: mrz.format === undefined ? undefined : judgeDocumentCode(mrz.fields['documentCode']!, mrz.format, at),
        }
  if (o.json)
    printJson({ ...mrz, ...(suggestions.length === 0 ? {} : { suggestions }), ...(meaning === undefined ? {} : { meaning }) })
  else if (mrz.format !== undefined) {
    const means =
      meaning === undefined
        ? []
        : [
            `  ${both('出生', 'born')} ${meaning.birth?.text ?? '?'}, ${both('有效期至', 'expires')} ${meaning.expiry?.text ?? '?'}${meaning.expired === true ? both('（已过期）', ' (expired)') : ''}`,
            `  ${meaning.documentCode?.says ?? ''} (${meaning.documentCode?.clause ?? ''})`,
            ...meaning.defects.map(describeDefect),
          ]
    const maybe = suggestions.map((s) => `  ${both('可能是', 'perhaps')} ${s.lines.join(' / ')}`)
    process.stdout.write(`${[...describe(mrz), ...means, ...maybe].join('\n')}\n`)
  }
  if (mrz.format === undefined)
    throw new Impossible('no-format', both(`不是任何已知格式的机读区：${mrz.defects[0]!.says}`, mrz.defects[0]!.says))
  return mrz.valid ? EXIT.done : EXIT.faulty
}

const TEXTS = new Set([
  'documentCode',
  'issuingState',
  'documentNumber',
  'nationality',
  'primaryIdentifier',
  'secondaryIdentifier',
  'birthDate',
  'sex',
  'expiryDate',
  'optionalData',
  'optionalData2',
  'emptyCheckDigit',
])
const NEEDED = ['documentCode', 'documentNumber', 'birthDate', 'expiryDate'] as const

/** The description of a zone: `{ format, documentCode, … }`, or what `mrz parse --json` printed. */
function parseDescription(text: string): { readonly format: MrzFormat; readonly fields: MrzFields } {
  const wrong = (zh: string, en: string): Impossible => new Impossible('description-wrong', both(zh, en))
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new Impossible('json-unreadable', both('不是 JSON', 'this is no JSON'))
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw wrong('需要一个对象', 'an object is needed')
  const { format, ...rest } = given as Record<string, unknown>
  if (!FORMATS.includes(format as MrzFormat))
    throw new Impossible(
      'format-unknown',
      both(`format 须为 ${FORMATS.join('、')} 之一`, `format must be one of ${FORMATS.join(', ')}`),
    )
  const fields =
    typeof rest['fields'] === 'object' && rest['fields'] !== null ? (rest['fields'] as Record<string, unknown>) : rest
  for (const [key, value] of Object.entries(fields)) {
    if (!TEXTS.has(key)) throw wrong(`没有字段 ${shown(key)}`, `there is no field ${shown(key)}`)
    if (typeof value !== 'string') throw wrong(`${key} 须为文本`, `${key} must be a text`)
  }
  for (const key of NEEDED) if (fields[key] === undefined) throw wrong(`缺少 ${key}`, `${key} is missing`)
  if (!['<', '0', undefined].includes(fields['emptyCheckDigit'] as string | undefined))
    throw wrong('emptyCheckDigit 须为 < 或 0', 'emptyCheckDigit must be < or 0')
  return { format: format as MrzFormat, fields: fields as unknown as MrzFields }
}

function compose(file: string | undefined, o: Options): number {
  if (file === undefined)
    throw new Impossible(
      'file-missing',
      both('需要一个写明 format 和各字段的 JSON 文件', 'a JSON file with format and fields is needed'),
    )
  const { format, fields } = parseDescription(readSource(file))
  const defects = examineMrzFields(format, fields)
  try {
    const made = composeMrz(format, fields)
    if (o.json) printJson({ ...made, ...(defects.length === 0 ? {} : { defects }) })
    else process.stdout.write(`${made.lines.join('\n')}\n`)
  } catch (error) {
    if (error instanceof RangeError) throw new Impossible('field-unfit', both(`字段不合：${error.message}`, error.message))
    throw error
  }
  for (const d of o.json ? [] : defects) process.stderr.write(`${describeDefect(d).trim()}\n`)
  return defects.length === 0 ? EXIT.done : EXIT.faulty
}

export const mrzCommand: Command = {
  name: 'mrz',
  usage: 'mrz parse [TEXT|FILE|-] [--at YYYY-MM-DD] [--json] | mrz compose FILE.json [--json]',
  says: { zh: '读或写机读区：每个字段、每个校验位', en: 'read or write a machine-readable zone: every field, every check digit' },
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, at: { type: 'string' } },
    })
    const [verb, source, ...more] = positionals
    const options = { json: values.json, at: values.at }
    if (more.length === 0 && verb === 'parse') return Promise.resolve(parse(source, options))
    if (more.length === 0 && verb === 'compose') return Promise.resolve(compose(source, options))
    throw new Impossible('usage', mrzCommand.usage)
  },
}
