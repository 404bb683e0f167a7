import { existsSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'

import { AsnConvert } from '@peculiar/asn1-schema'
import { ContentInfo, SignedData } from '@peculiar/asn1-cms'
import { fromBER, type OctetString } from 'asn1js'
import { parse as parseOther } from 'mrz'

import { composeMrz, contentInfoOf, encodeSecurityInfos, inspector, lockedChip, paceInfo, parseMasterList, parseMrz, parseSod, readChip, virtualChip } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { AT, KINDS, openOffice, type Kind, type Office } from './document.ts'
import { compare, rateOf, type Ratio } from './slice.ts'

const ROUNDS = 60
const SIGN_AIM: Readonly<Record<Kind, number>> = { p256: 0.85, p384: 0.95, bp256: 0.95, rsa3072: 0.95 }
const READ_AIM: Readonly<Record<Kind, number>> = { p256: 0.68, p384: 0.9, bp256: 0.9, rsa3072: 0.9 }
const json = process.argv.includes('--json')
const only = process.argv.slice(2).filter((a) => !a.startsWith('--'))
const wanted = (name: string): boolean => only.length === 0 || only.some((o) => name.includes(o))

const ratios: Ratio[] = []
async function measure(o: { readonly name: string; readonly aim?: number; readonly says: string; readonly factor?: number }, ours: (i: number) => unknown, reference: (i: number) => unknown): Promise<void> {
  if (!wanted(o.name)) return
  const r = await compare(ours, reference, ROUNDS)
  const factor = o.factor ?? 1
  const ratio: Ratio = { name: o.name, ours: r.ours, reference: r.reference * factor, unit: 'per s of processor time', ratio: r.ratio / factor, ...(o.aim === undefined ? {} : { aim: o.aim }), says: o.says }
  ratios.push(ratio)
  if (!json) process.stdout.write(`${ratio.name.padEnd(22)} ${ratio.ratio.toFixed(3).padStart(8)}  ${ratio.aim === undefined ? '' : `(aim ${ratio.aim}) `}${Math.round(ratio.ours)} to ${Math.round(ratio.reference)} ${ratio.unit}; ${ratio.says}\n`)
}

/** A whole look at a document: any answer but genuine is a bug of the bench. */
async function look(o: Office, i: number): Promise<void> {
  const report = await o.inspector.inspect(o.dumps[i % 16]!, { at: AT, policy: 'strict', groups: 'hashed' })
  if (!report.genuine) throw new Error(JSON.stringify(report.checks))
}

async function signing(kind: Kind, o: Office): Promise<void> {
  await measure({ name: `sod-sign-${kind}`, aim: SIGN_AIM[kind], says: 'EF.SOD from the hashes of DG1, DG2 and DG14; reference: node sign alone, alternating slices' }, o.make, o.rawSign)
  if (kind !== 'p256') return
  await measure({ name: `sod-sign-verify-${kind}`, aim: 0.85, says: 'EF.SOD made, read again from its bytes, its profile, hashes, signer and signature judged; reference: node sign and node verify alone, alternating slices' }, (i) => {
    const hashes = o.hashes[i % 16]!
    const sod = o.make(i)
    if (sod instanceof Promise) throw new Error('sign answers at once')
    const faults = o.check(sod, { hashes, at: AT })
    if (faults instanceof Promise || faults.length > 0) throw new Error('own signature refused')
  }, (i) => { o.rawSign(i); return o.rawVerify(i) })
}

async function reading(kind: Kind, o: Office): Promise<void> {
  await measure({ name: `pa-cached-${kind}`, aim: READ_AIM[kind], says: 'inspector(trust).inspect of EF.COM, EF.SOD, DG1, DG2 of 15 kB and DG14, signer met before; reference: node verify alone, alternating slices' }, (i) => look(o, i), o.rawVerify)
  if (kind !== 'p256') return
  await measure({ name: 'pa-cold-p256', says: 'the same with a fresh inspector and fresh keys each time; reference: half the rate of node verify (signatures of signer and EF.SOD)', factor: 0.5 }, async (i) => {
    const report = await inspector(o.trust, nodeCrypto()).inspect(o.dumps[i % 16]!, { at: AT, policy: 'strict', groups: 'hashed' })
    if (!report.genuine) throw new Error(JSON.stringify(report.checks))
  }, o.rawVerify)
}

/** The security object by asn1js: numbers and hashes, as our reader gives them. */
function hashesByAsn1js(content: ArrayBuffer): Map<number, ArrayBuffer> {
  const [, , list] = (fromBER(content).result.valueBlock as unknown as { value: { valueBlock: { value: { valueBlock: { value: unknown[] } }[] } }[] }).value
  return new Map(list!.valueBlock.value.map((pair) => {
    const [n, hash] = pair.valueBlock.value as [{ valueBlock: { valueDec: number } }, OctetString]
    return [n.valueBlock.valueDec, hash.valueBlock.valueHexView.slice().buffer as ArrayBuffer]
  }))
}

async function parsing(o: Office): Promise<void> {
  const sods = o.dumps.map((d) => d['EF.SOD']!)
  await measure({ name: 'sod-parse-vs-asn1js', aim: 60, says: 'EF.SOD read whole, certificate and security object included, nothing remembered; reference: @peculiar/asn1-cms for the same, asn1js for the security object' },
    (i) => { if (parseSod(sods[i % 16]!).ok !== true) throw new Error('unread') },
    (i) => {
      const signed = AsnConvert.parse(AsnConvert.parse(contentInfoOf(sods[i % 16]!), ContentInfo).content, SignedData)
      const content = signed.encapContentInfo.eContent!.single!.buffer
      if (signed.certificates!.length !== 1 || hashesByAsn1js(content as ArrayBuffer).size !== 3) throw new Error('unread')
    })
}

async function zones(): Promise<void> {
  const zone = Array.from({ length: 16 }, (_, i) => composeMrz('TD3', { documentCode: 'P', issuingState: 'NLD', documentNumber: `SP${String(i).padStart(7, '0')}`, nationality: 'NLD', primaryIdentifier: 'SPECIMEN', secondaryIdentifier: 'ANNA MARIA', birthDate: '800229', sex: 'F', expiryDate: '360310' }).lines)
  await measure({ name: 'mrz-vs-mrz', aim: 30, says: 'a TD3 zone with every field and check digit; reference: npm mrz 5.0.2' },
    (i) => { if (!parseMrz([...zone[i % 16]!]).valid) throw new Error('unread') },
    (i) => { if (!parseOther([...zone[i % 16]!]).valid) throw new Error('unread') })
}

const rates: { name: string; value: number; unit: string; aim?: number }[] = []
const note = (name: string, value: number, unit: string, aim?: number): void => {
  rates.push({ name, value, unit, ...(aim === undefined ? {} : { aim }) })
  if (!json) process.stdout.write(`${name.padEnd(22)} ${value.toFixed(1).padStart(8)}  ${unit}${aim === undefined ? '' : ` (aim ${aim})`}\n`)
}

async function alone(o: Office): Promise<void> {
  const sods = o.dumps.map((d) => d['EF.SOD']!)
  if (wanted('sod-parse')) note('sod-parse', await rateOf((i) => parseSod(sods[i % 16]!), 30), 'per s', 50_000)
  const list = join(process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../shared/data'), 'emrtd/masterlists/DE_ML_2026-05-28-08-28-45.ml')
  if (!wanted('master-list') || !existsSync(list)) return
  const bytes = new Uint8Array(readFileSync(list))
  const crypto = nodeCrypto()
  note('master-list-588', 1_000 / await rateOf(async () => { if ((await parseMasterList(bytes, crypto))?.certificates.length !== 588) throw new Error('unread') }, 40), 'ms', 30)
}

/** A chip of 20 kB, opened by PACE and read whole: terminal and chip in one process, both in TypeScript. */
async function chips(): Promise<void> {
  if (!wanted('chip-read')) return
  const crypto = nodeCrypto()
  const dg2 = Uint8Array.from({ length: 20_000 }, (_, i) => [0x75, 0x82, 0x4e, 0x1c][i] ?? i % 251)
  const mrz = 'L898902C36908061940623'.padEnd(24, '6')
  for (const [cipher, parameterId] of [['AES-128', 12], ['AES-256', 13]] as const) {
    const cardAccess = encodeSecurityInfos({ infos: [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher, parameterId })] })
    const state = lockedChip({ files: { 'EF.CardAccess': cardAccess, DG2: dg2 }, access: 'pace', secrets: { mrz } })
    note(`chip-read-${parameterId}`, 1_000 / await rateOf(async () => {
      const read = await readChip(virtualChip(state, crypto).transmit, { passwords: [{ kind: 'mrz', text: mrz }], crypto })
      if (!read.ok || read.value.files['DG2']?.length !== dg2.length) throw new Error('unread')
    }, 20), 'ms')
  }
}

for (const kind of Object.keys(KINDS) as Kind[]) {
  const office = await openOffice(kind)
  await signing(kind, office)
  await reading(kind, office)
  if (kind === 'p256') { await parsing(office); await alone(office) }
}
await zones()
await chips()
if (json) process.stdout.write(`${JSON.stringify({ machine: `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}`, ratios, rates }, null, 2)}\n`)
