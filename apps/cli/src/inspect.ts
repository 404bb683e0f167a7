import { parseArgs } from 'node:util'

import { parseAnchorKeys } from '@causeway/journal'
import { isTrustBundle, openTrustBundle } from '@causeway/signing'
import { inspect, missingAt, readTrust, recogniseFile, renderEvidence, type InspectionReport, type OutlookItem, type Policy } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'
import { collectFiles, type Found } from './file.ts'
import { renderReport } from './report-words.ts'

/** The document's files, recognised by content; what is none of them (a photo, a page) is left out. */
export function dumpOf(files: readonly Found[]): Readonly<Record<string, Uint8Array>> {
  const dump: Record<string, Uint8Array> = {}
  for (const f of files) {
    const name = recogniseFile(f.bytes)
    if (name === undefined) continue
    const before = dump[name]
    if (before !== undefined && Buffer.compare(before, f.bytes) !== 0) throw new Impossible('file-twice', `${name} is there twice, in two forms (${f.name})`)
    dump[name] = f.bytes
  }
  if (Object.keys(dump).length === 0) throw new Impossible('no-document', 'none of the files belongs to a travel document')
  return dump
}

/** A moment in ISO form; a day alone is its beginning in UTC. */
export function timeIn(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(at.getTime())) throw new Impossible('time-invalid', `${text} is no ISO time`)
  return at
}

const BUNDLE_FAULTS: Readonly<Record<string, string>> = {
  'bundle-malformed': 'is no whole trust bundle', 'bundle-unsigned': 'is not signed by a key of --keys, or was changed', 'bundle-over': 'may no longer be used', 'bundle-ahead': 'was made after this time: a clock stands wrong',
}

/** The lists of signed off-line bundles in place of the bundles: each is verified with the keys given, or nothing of it is used. */
function openBundles(files: readonly Found[], o: { readonly keys: string | undefined; readonly at: Date }): readonly Found[] {
  return files.flatMap((f) => {
    const text = f.bytes[0] === 0x7b ? new TextDecoder().decode(f.bytes) : ''
    if (!isTrustBundle(text)) return [f]
    if (o.keys === undefined) throw new Impossible('bundle-unverified', `${f.name} is a trust bundle: --keys FILE with the public key of the office that made it is needed`)
    const pem = collectFiles([o.keys]).map((k) => new TextDecoder().decode(k.bytes)).join('\n')
    const opened = openTrustBundle(text, parseAnchorKeys(pem), o.at)
    if (!opened.ok) throw new Impossible(opened.error.code, `${f.name} ${BUNDLE_FAULTS[opened.error.code] ?? opened.error.code}${opened.error.details?.['until'] === undefined ? '' : ` (until ${String(opened.error.details['until'])})`}`)
    return opened.value.files.filter((x) => x.use === undefined).map((x) => ({ name: `${f.name}: ${x.name}`, bytes: new Uint8Array(Buffer.from(x.base64, 'base64')) }))
  })
}

export function policyIn(text: string): Policy {
  if (text !== 'strict' && text !== 'field') throw new Impossible('policy-unknown', `${text} is neither strict nor field`)
  return text
}

/** The report as others rely on it: evidence as text, and what the document misses on a day. @source cli.md */
export function asJson(report: InspectionReport, outlook: readonly OutlookItem[]): object {
  return { ...report, checks: report.checks.map((c) => (c.evidence === undefined ? c : { ...c, evidence: renderEvidence(c.evidence) })), outlook }
}

export const inspectCommand: Command = {
  name: 'inspect',
  usage: 'inspect PATH… [--trust PATH…] [--keys FILE] [--at ISO-TIME] [--outlook ISO-DAY] [--policy strict|field] [--json]',
  says: { zh: '对证件数据做被动认证和一致性检查', en: 'passive authentication and conformance of a document dump' },
  run: async (args) => {
    const { values, positionals } = parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        trust: { type: 'string', multiple: true, default: [] }, keys: { type: 'string' }, at: { type: 'string' }, outlook: { type: 'string' },
        policy: { type: 'string', default: 'strict' }, json: { type: 'boolean', default: false },
      },
    })
    if (positionals.length === 0) throw new Impossible('usage', inspectCommand.usage)
    const at = timeIn(values.at) ?? new Date()
    const then = timeIn(values.outlook) ?? at
    const policy = policyIn(values.policy)
    const crypto = nodeCrypto()
    const dump = dumpOf(collectFiles(positionals))
    const { trust, unread } = await readTrust(openBundles(collectFiles(values.trust), { keys: values.keys, at }), crypto)
    for (const name of unread) process.stderr.write(`trust-unread: ${name} is neither certificate, list nor CRL\n`)
    const report = await inspect(dump, { trust, at, policy, crypto })
    const outlook = missingAt({ dump }, then)
    if (values.json) printJson(asJson(report, outlook))
    else process.stdout.write(renderReport({ report, outlook, then }, language()))
    return report.genuine ? EXIT.done : EXIT.faulty
  },
}
