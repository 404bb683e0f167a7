import { createHash } from 'node:crypto'

import { type SealQuestion, type Verification, type VerificationCheck, type VerificationKind, type VerificationPolicy } from '@causeway/contract'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { verifyPdfSignature, type SealTrust } from '@causeway/pades'
import { endorsementKeyId, endorsementText, verifyEndorsement } from '@causeway/signing'
import {
  inspector, readIdbMessage, readTrust, recogniseFile, renderEvidence, renderName, verdictOf, verifySeal, type Check, type Dump, type InspectionReport, type Inspector, type SealReport, type Trust,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { filesIn, isZip, type Found } from './archive.ts'
import { standingOf, type HeldTrust } from './standing.ts'
import { type BareLine, type EndorsementCase } from './task.ts'

const crypto = nodeCrypto()

/** Trust lists read, with the inspector that remembers what certificates came to. */
export interface Bench { readonly held: HeldTrust | undefined; readonly trust: Trust; readonly inspector: Inspector; readonly papers: SealTrust; readonly endorsementKeys: ReadonlyMap<string, Uint8Array> }

/** A check of any kind: of a document, a seal, a paper, or of the lists themselves. `reason`: the code of its sentence, where it has one. */
type Judged = Omit<Check, 'name' | 'reason'> & { readonly name: string; readonly reason?: { readonly code: string; readonly values?: Readonly<Record<string, string>> } }

/** How one question is to be judged. */
export interface Order { readonly at: Date; readonly policy: VerificationPolicy }

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** Reads trust lists once; without any, nothing can be called genuine and everything else can still be said. */
export async function openBench(held: HeldTrust | undefined): Promise<Bench> {
  const read = async (use: 'papers' | undefined): Promise<Trust> => (await readTrust((held?.files ?? []).filter((f) => f.use === use).map((f) => ({ name: f.name, bytes: fromBase64(f.base64) })), crypto)).trust
  const [trust, papers] = [await read(undefined), await read('papers')]
  const keys = (held?.files ?? []).filter((f) => f.use === 'endorsements').map((f) => fromBase64(f.base64))
  return { held, trust, inspector: inspector(trust, crypto), endorsementKeys: new Map(keys.map((k) => [endorsementKeyId(k), k])), papers: { authorities: papers.anchors, timeAuthorities: [], crls: papers.crls } }
}

const refuse = (code: string, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, details })

/** The files of a travel document, told by their content; what is none of them (a photo, a page) is left out. */
export function dumpOf(files: readonly Found[]): Result<Dump, Refusal> {
  const dump: Record<string, Uint8Array> = {}
  for (const f of files) {
    const name = recogniseFile(f.bytes)
    if (name === undefined) continue
    const before = dump[name]
    if (before !== undefined && Buffer.compare(before, f.bytes) !== 0) return refuse('file-twice', { file: name })
    dump[name] = f.bytes
  }
  return Object.keys(dump).length === 0 ? refuse('no-document') : ok(dump)
}

/** Old lists cannot tell who was revoked since: under `strict` that stands in the way. */
function ageCheck(b: Bench, o: Order): Judged {
  const { age, says } = standingOf(b.held, o.at)
  const base = { name: 'trust-age', clause: age === 'stale' ? 'R-25' : 'R-24', says: says.en, reason: { code: `trust-${age}` } }
  if (age === 'fresh' || age === 'late') return { ...base, outcome: 'passed' }
  return { ...base, outcome: 'not-done', ...(o.policy === 'field' && age === 'stale' ? { excused: true as const } : {}) }
}

/** Checks that speak of files which were not handed in: a security object alone is judged for itself. */
const OF_OTHERS = /^(com-sod-agree|hash-dg\d+|ds-document-type|issuing-state|mrz-check-digits|card-access|card-security|access|active-authentication|chip-authentication|terminal-authentication)$/

const alone = (c: Check): Judged => (OF_OTHERS.test(c.name) && c.outcome !== 'failed' ? { name: c.name, outcome: 'not-applicable', clause: c.clause, says: 'only EF.SOD was handed in: no data group was compared', reason: { code: 'sod-alone' } } : c)

const shown = (c: Judged): VerificationCheck => ({
  name: c.name, outcome: c.outcome, clause: c.clause, says: c.says, ...(c.reason === undefined ? {} : { reason: c.reason }),
  ...(c.excused === undefined ? {} : { excused: true as const }), ...(c.evidence === undefined ? {} : { evidence: renderEvidence(c.evidence) }),
})

interface Told { readonly kind: VerificationKind; readonly checks: readonly Judged[]; readonly defects: Verification['defects']; readonly content: Verification['content']; readonly subject: Uint8Array | string }

function answer(b: Bench, o: Order, t: Told): Verification {
  const checks = [...t.checks, ageCheck(b, o)]
  const verdict = verdictOf(checks)
  return {
    kind: t.kind, verdict, genuine: verdict === 'genuine', policy: o.policy, at: o.at.toISOString(), checks: checks.map(shown), defects: t.defects, content: t.content,
    revocation: checks.find((c) => c.name === 'revocation')?.outcome ?? 'not-done', trust: standingOf(b.held, o.at), digest: createHash('sha256').update(t.subject).digest('hex'),
  }
}

function contentOf(report: InspectionReport): Verification['content'] {
  const { mrz, signer, dataGroups } = report.document
  return [
    ...Object.entries(mrz ?? {}).map(([name, value]) => ({ name, value })),
    ...(dataGroups.length === 0 ? [] : [{ name: 'dataGroups', value: dataGroups.map((n) => `DG${n}`).join(' ') }]),
    ...(signer === undefined ? [] : [{ name: 'signer', value: signer.subject }, { name: 'signerSerial', value: signer.serial }]),
  ]
}

const isAlone = (dump: Dump): boolean => dump['EF.SOD'] !== undefined && Object.keys(dump).length === 1

async function judgeDump(b: Bench, o: Order, dump: Dump): Promise<Verification> {
  const report = await b.inspector.inspect(dump, o)
  const checks = isAlone(dump) ? report.checks.map(alone) : report.checks
  return answer(b, o, { kind: isAlone(dump) ? 'security-object' : 'document', checks, defects: report.defects, content: contentOf(report), subject: dump['EF.SOD'] ?? Object.values(dump)[0]! })
}

function sealContent(seal: SealReport['seal']): Verification['content'] {
  if (seal === undefined) return []
  const lines = (name: string, values: readonly (string | undefined)[]): Verification['content'] => values.filter((v) => v !== undefined && v !== '').map((value) => ({ name, value: value! }))
  if (seal.kind === 'vds') {
    const { header } = seal.value
    return [...lines('issuingState', [header.country]), ...lines('signer', [`${header.signer} ${header.reference}`]), ...lines('issued', [header.issued]), ...lines('signed', [header.signed]), ...lines('features', [String(seal.value.features.length)])]
  }
  const messages = seal.value.messages.map((m) => readIdbMessage(m).kind)
  return [...lines('issuingState', [seal.value.country]), ...lines('signed', [seal.value.signing?.signed]), ...lines('messages', [messages.join(', ')])]
}

/** A bar code that was read from a picture: a seal of Doc 9303-13, or one of the ICAO Datastructure for Barcode. */
export async function judgeSeal(b: Bench, o: Order, q: SealQuestion): Promise<Result<Verification, Refusal>> {
  const barcode = q.text ?? (q.bytes === undefined ? undefined : fromBase64(q.bytes))
  if (barcode === undefined || barcode.length === 0) return refuse('no-document')
  const report = await verifySeal(barcode, { ...o, trust: b.trust, crypto, ...(q.printed === undefined ? {} : { printed: { document: q.printed } }) })
  const defects = report.defects.map((d) => ({ code: d.code, at: 'seal', offset: d.offset, says: d.says, clause: d.clause }))
  return ok(answer(b, o, { kind: 'seal', checks: report.checks, defects, content: sealContent(report.seal), subject: barcode }))
}

const isPdf = (b: Uint8Array): boolean => Buffer.from(b.buffer, b.byteOffset, Math.min(b.byteLength, 1_024)).includes('%PDF-')

/** A paper with seals: the checks of the file, then those of each seal under its number. */
async function judgePaper(b: Bench, o: Order, bytes: Uint8Array): Promise<Verification> {
  const report = await verifyPdfSignature(bytes, { ...o, trust: b.papers, crypto })
  const many = report.seals.length > 1
  const checks: readonly Judged[] = [...report.checks, ...report.seals.flatMap((s, i) => s.checks.map((c) => (many ? { ...c, name: `${c.name}#${i + 1}` } : c)))]
  const told = report.seals.flatMap((s, i) => [
    { name: many ? `signer#${i + 1}` : 'signer', value: s.signer === undefined ? undefined : renderName(s.signer.subject) }, { name: many ? `statement#${i + 1}` : 'statement', value: s.statement },
    { name: many ? `signed#${i + 1}` : 'signed', value: s.claimedAt }, { name: many ? `stamped#${i + 1}` : 'stamped', value: s.stampedAt?.toISOString() },
  ])
  const a = answer(b, o, { kind: 'paper', checks, defects: [], content: told.flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])), subject: bytes })
  const lists = checks.filter((c) => c.name.startsWith('revocation')).map((c) => c.outcome)
  return { ...a, revocation: lists.find((x) => x === 'failed') ?? lists.find((x) => x !== 'passed') ?? lists[0] ?? 'not-done' }
}

const SIGNATURE = 128

/** The check value of an endorsement, held against the endorsement as the office has it. */
export async function judgeEndorsement(b: Bench, o: Order, q: EndorsementCase): Promise<Result<Verification, Refusal>> {
  const { record, value, keyId } = q
  const signed = value.length === SIGNATURE ? await verifyEndorsement(record, { macIndex: 1, macSign: '0'.repeat(32), keyId, signature: value }, { keys: b.endorsementKeys, crypto }) : []
  const mac: Judged = { name: 'endorsement-mac', clause: 'permits.md §2.2', ...(q.mac ?? { outcome: 'not-done' as const, says: 'only the office’s own signer can tell' }) }
  const content = (['viseNo', 'permit', 'visitPlaceCode', 'visaStartDate', 'effectiveDate', 'stayDays', 'issueDate'] as const).map((name) => ({ name, value: String(record[name]) }))
  const told: Told = { kind: 'endorsement', checks: value.length === SIGNATURE ? signed.filter((c) => c.name !== 'endorsement-mac') : [mac], defects: [], content, subject: endorsementText(record) }
  return ok({ ...answer(b, o, told), revocation: 'not-applicable' })
}

/** Whatever was handed in as files, told by its content. */
export async function judgeFiles(b: Bench, o: Order, files: readonly Found[]): Promise<Result<Verification, Refusal>> {
  const unpacked: Found[] = []
  for (const f of files) {
    const inside = isZip(f.bytes) ? await filesIn(f.bytes) : ok([f])
    if (!inside.ok) return inside
    unpacked.push(...inside.value)
  }
  const only = unpacked.length === 1 ? unpacked[0]! : undefined
  if (only !== undefined && only.bytes[0] === 0xdc && (only.bytes[1] === 2 || only.bytes[1] === 3)) return judgeSeal(b, o, { bytes: Buffer.from(only.bytes).toString('base64') })
  if (only !== undefined && isPdf(only.bytes)) return ok(await judgePaper(b, o, only.bytes))
  const dump = dumpOf(unpacked)
  return dump.ok ? ok(await judgeDump(b, o, dump.value)) : dump
}

/**
 * Judges documents of a batch, shortly: what did not pass, and nothing of the rest. Groups are compared with their
 * hashes and not looked into: what is odd in a signed picture is for a single look.
 */
export function shortJudge(b: Bench, o: Order): (name: string, files: Result<readonly Found[], Refusal>) => Promise<BareLine> {
  const age = ageCheck(b, o)
  const inTheWay = (c: Judged): boolean => c.outcome === 'failed' || (c.outcome === 'not-done' && c.excused !== true)
  return async (name, files) => {
    const dump = files.ok ? dumpOf(files.value) : files
    if (!dump.ok) return { name, verdict: 'unreadable', code: dump.error.code }
    const report = await b.inspector.inspect(dump.value, { ...o, groups: 'hashed' })
    const number = report.document.mrz?.['documentNumber']
    const checks = [...(isAlone(dump.value) ? report.checks.map(alone) : report.checks), age]
    const verdict = verdictOf(checks)
    const open = verdict === 'genuine' ? [] : checks.filter(inTheWay).map((c) => ({ name: c.name, outcome: c.outcome, says: c.says }))
    return { name, verdict, ...(number === undefined ? {} : { number }), ...(open.length === 0 ? {} : { checks: open }) }
  }
}
