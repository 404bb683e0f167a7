import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { decodeFile, faceFormat, lintFiles, type FaceFormat } from 'icao9303'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'
import { collectFiles, type Found } from './file.ts'
import { dumpOf } from './inspect.ts'
import { buildFiles, readDescription } from './lds-description.ts'
import { renderContent, renderLint, type Shown } from './lds-words.ts'

function contentsOf(files: readonly Found[], as: string | undefined): { readonly shown: readonly Shown[]; readonly unknown: readonly string[] } {
  const shown: Shown[] = []
  const unknown: string[] = []
  for (const f of files) {
    const content = as === undefined ? decodeFile(f.bytes) : decodeFile(f.bytes, as)
    if (content === undefined) unknown.push(f.name)
    else shown.push({ path: f.name, bytes: f.bytes.length, content })
  }
  if (as !== undefined && unknown.length > 0) throw new Impossible('file-name-unknown', `${as} is no file of a chip: EF.COM, EF.SOD, DG1 to DG16, EF.CardAccess, EF.CardSecurity, EF.DIR, EF.ATR/INFO`)
  if (shown.length === 0) throw new Impossible('no-document', `${unknown.length === 1 ? `${unknown[0]!} is no` : `none of ${unknown.length} files is a`} file of a travel document's chip; --as says which one to read it as`)
  return { shown, unknown }
}

function show(paths: readonly string[], o: { readonly as: string | undefined; readonly json: boolean }): number {
  const { shown, unknown } = contentsOf(collectFiles(paths), o.as)
  if (o.json) {
    printJson({
      files: shown.map(({ path, bytes, content: { name, decoded } }) => ({ path, file: name, bytes, ok: decoded.ok, fields: decoded.layout, defects: decoded.defects })), unknown,
    })
  } else process.stdout.write(`${shown.map((s) => renderContent(s, language())).join('\n')}`)
  return shown.every((s) => s.content.decoded.ok && s.content.decoded.defects.length === 0) ? EXIT.done : EXIT.faulty
}

function lint(paths: readonly string[], o: { readonly json: boolean }): number {
  const found = lintFiles(dumpOf(collectFiles(paths)))
  if (o.json) printJson({ defects: found })
  else process.stdout.write(renderLint(found, language()))
  return found.some((f) => f.severity === 'grave' || f.severity === 'error') ? EXIT.faulty : EXIT.done
}

const FORMATS: Readonly<Record<string, FaceFormat>> = { 19794: 'ISO/IEC 19794-5', 39794: 'ISO/IEC 39794-5' }

/** The encoding of a face: as asked for, if the day allows it; else the better one of those that it allows. */
function formatOn(asked: string | undefined, day: string | undefined): FaceFormat {
  const at = day === undefined ? new Date() : new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) throw new Impossible('time-invalid', `${String(day)} is no ISO day`)
  const rule = faceFormat(at)
  if (asked === undefined) return rule.write[0]!
  const format = FORMATS[asked]
  if (format === undefined) throw new Impossible('face-format-unknown', `${asked} is neither 19794 nor 39794`)
  if (!rule.write.includes(format)) throw new Impossible('face-format-not-allowed', `a document issued on ${at.toISOString().slice(0, 10)} has its face in ${rule.write.join(' or ')} (${rule.clause})`)
  return format
}

function build(file: string | undefined, o: { readonly out: string | undefined; readonly face: FaceFormat; readonly json: boolean }): number {
  if (file === undefined || o.out === undefined) throw new Impossible('usage', ldsCommand.usage)
  const files = buildFiles(readDescription(file), o.face)
  mkdirSync(o.out, { recursive: true })
  const written = [...files].map(([name, bytes]) => {
    writeFileSync(join(o.out!, `${name}.bin`), bytes)
    return { file: name, path: join(o.out!, `${name}.bin`), bytes: bytes.length }
  })
  const defects = lintFiles(Object.fromEntries(files))
  if (o.json) printJson({ files: written, defects })
  else process.stdout.write(`${written.map((w) => `${w.file.padEnd(14)} ${String(w.bytes).padStart(7)}  ${w.path}`).join('\n')}\n${defects.length === 0 ? '' : renderLint(defects, language())}`)
  return defects.some((d) => d.severity === 'grave' || d.severity === 'error') ? EXIT.faulty : EXIT.done
}

export const ldsCommand: Command = {
  name: 'lds',
  usage: 'lds show PATH… [--as FILE] [--json] | lds lint PATH… [--json] | lds build FILE.json --out DIR [--face-format 19794|39794] [--at ISO-DAY] [--json]',
  says: { zh: '芯片里的文件：逐字段、带偏移地显示，对照标准检查，或从描述生成', en: 'the files of a chip: shown field by field with offsets, checked against the standard, or made from a description' },
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args], allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, as: { type: 'string' }, out: { type: 'string' }, 'face-format': { type: 'string' }, at: { type: 'string' } },
    })
    const [verb, ...paths] = positionals
    if (verb === 'build') return Promise.resolve(build(paths[0], { out: values.out, json: values.json, face: formatOn(values['face-format'], values.at) }))
    if (paths.length === 0) throw new Impossible('usage', ldsCommand.usage)
    if (verb === 'show') return Promise.resolve(show(paths, { as: values.as, json: values.json }))
    if (verb === 'lint') return Promise.resolve(lint(paths, { json: values.json }))
    throw new Impossible('usage', ldsCommand.usage)
  },
}
