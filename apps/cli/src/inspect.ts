import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { inflateRawSync } from 'node:zlib'

import { inspect, readTrust, recogniseFile, type InspectionReport } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { EXIT, Impossible, printJson, type Command } from './command.ts'

interface Found { readonly name: string; readonly bytes: Uint8Array }
const FILE_LIMIT = 16 * 1024 * 1024

/** The entries of a zip, stored or deflated. @source PKWARE APPNOTE 6.3.10 §4.3 */
function unzip(bytes: Buffer, name: string): readonly Found[] {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end === -1) throw new Impossible('zip-unreadable', `${name} is no whole zip`)
  const found: Found[] = []
  let at = bytes.readUInt32LE(end + 16)
  for (let n = 0; n < bytes.readUInt16LE(end + 10); n++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Impossible('zip-unreadable', `${name} is damaged`)
    const [method, packed, size, nameLength, extra, comment, local] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)]
    const entry = bytes.toString('utf8', at + 46, at + 46 + nameLength)
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28)
    if (size > FILE_LIMIT) throw new Impossible('file-too-large', `${entry} in ${name}`)
    const body = bytes.subarray(start, start + packed)
    if (!entry.endsWith('/')) found.push({ name: entry, bytes: new Uint8Array(method === 0 ? body : inflateRawSync(body, { maxOutputLength: FILE_LIMIT })) })
    at += 46 + nameLength + extra + comment
  }
  return found
}

function collect(path: string): readonly Found[] {
  if (!existsSync(path)) throw new Impossible('file-missing', `${path} is not there`)
  if (statSync(path).isDirectory()) return readdirSync(path).sort().flatMap((f) => collect(join(path, f)))
  if (statSync(path).size > FILE_LIMIT) throw new Impossible('file-too-large', `${path} has more than ${FILE_LIMIT} bytes`)
  const bytes = readFileSync(path)
  return bytes.subarray(0, 4).equals(Buffer.from([0x50, 0x4b, 3, 4])) ? unzip(bytes, basename(path)) : [{ name: basename(path), bytes: new Uint8Array(bytes) }]
}

/** The document's files, recognised by content; what is none of them (a photo, a page) is left out. */
function dumpOf(paths: readonly string[]): Record<string, Uint8Array> {
  const dump: Record<string, Uint8Array> = {}
  for (const f of paths.flatMap(collect)) {
    const name = recogniseFile(f.bytes)
    if (name === undefined) continue
    if (dump[name] !== undefined) throw new Impossible('file-twice', `${name} is there twice (${f.name})`)
    dump[name] = f.bytes
  }
  if (Object.keys(dump).length === 0) throw new Impossible('no-document', 'none of the files belongs to a travel document')
  return dump
}

function words(report: InspectionReport): string {
  const mark = { passed: '✓', failed: '✗', 'not-done': '?', 'not-applicable': '–' } as const
  return [
    `${report.verdict.toUpperCase()}  (policy ${report.policy})`,
    ...report.checks.map((c) => `  ${mark[c.outcome]} ${c.name.padEnd(18)} ${c.says}  [${c.clause}]`),
    ...report.defects.map((d) => `  ! ${d.code} at ${d.at}${d.offset === undefined ? '' : `+${d.offset}`}: ${d.says}`), '',
  ].join('\n')
}

export const inspectCommand: Command = {
  name: 'inspect',
  usage: 'inspect PATH… [--trust PATH…] [--at ISO-TIME] [--policy strict|field] [--json]',
  says: { zh: '对证件数据做被动认证和一致性检查', en: 'passive authentication and conformance of a document dump' },
  run: async (args) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { trust: { type: 'string', multiple: true, default: [] }, at: { type: 'string' }, policy: { type: 'string', default: 'strict' }, json: { type: 'boolean', default: false } } })
    if (positionals.length === 0) throw new Impossible('usage', inspectCommand.usage)
    const at = values.at === undefined ? new Date() : new Date(values.at)
    if (Number.isNaN(at.getTime())) throw new Impossible('time-invalid', `${String(values.at)} is no ISO time`)
    if (values.policy !== 'strict' && values.policy !== 'field') throw new Impossible('policy-unknown', `${values.policy} is neither strict nor field`)
    const crypto = nodeCrypto()
    const { trust, unread } = await readTrust(values.trust.flatMap(collect), crypto)
    for (const name of unread) process.stderr.write(`trust-unread: ${name} is neither certificate, list nor CRL\n`)
    const report = await inspect(dumpOf(positionals), { trust, at, policy: values.policy, crypto })
    if (values.json) printJson(report)
    else process.stdout.write(words(report))
    return report.genuine ? EXIT.done : EXIT.faulty
  },
}
