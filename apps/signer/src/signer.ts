import { createHash } from 'node:crypto'

import { anchorHash, anchorText, chainFaults, GENESIS, keyIdOf, type Anchor, type Entry } from '@causeway/journal'
import { type Clock } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import {
  certificateRequestText, messageText, type AnchorRequest, type AnchorAnswer, type CertificateImport, type CertificateRequestAnswer, type MessageRequest, type SignedMessage, type SignerHealth,
  type SignerKey, type SodAnswer, type SodRequest,
} from '@causeway/signing'
import { buildRequest, hashGroups, parseCertificate, renderName, sodSigner, type SodSigner } from 'icao9303'

import { examineCertificate, mayUse, type Active } from './certificate.ts'
import { base64, bytes, checkDg1, contentHash, crypto, groupsOf, hex, isRight, refuse } from './document.ts'
import { type KeyStore, type SigningKey } from './key-store.ts'
import { type Book, type RecordLine } from './record.ts'

export interface SignerOptions {
  readonly store: KeyStore
  readonly book: Book
  readonly clock: Clock
  readonly organisation: string
  readonly faultPoint: (name: string) => void
}

export interface DocumentSigner {
  readonly sod: (r: SodRequest) => Promise<Result<SodAnswer, Refusal>>
  readonly anchor: (r: AnchorRequest) => Result<AnchorAnswer, Refusal>
  readonly message: (r: MessageRequest) => Result<SignedMessage, Refusal>
  readonly request: () => Promise<Result<CertificateRequestAnswer, Refusal>>
  readonly certificate: (r: CertificateImport) => Promise<Result<SignerHealth, Refusal>>
  readonly keys: () => readonly SignerKey[]
  readonly health: () => SignerHealth
}

type LineOf<K extends RecordLine['kind']> = Extract<RecordLine, { readonly kind: K }>

/** What the signer knows: its options, and what its journal says was done before. */
interface Memory {
  readonly o: SignerOptions
  readonly anchorKey: SigningKey
  readonly anchorKeyId: string
  readonly sods: Map<string, LineOf<'sod'>>
  /** The newest signature for each document number. */
  readonly numbers: Map<string, LineOf<'sod'>>
  readonly messages: Map<string, LineOf<'message'>>
  readonly anchors: Anchor[]
  readonly makers: Map<string, SodSigner>
}

const linesOf = <K extends RecordLine['kind']>(book: Book, kind: K): readonly LineOf<K>[] => book.lines().filter((l): l is LineOf<K> => l.kind === kind)
const messageKey = (r: MessageRequest): string => `${r.office}/${r.number}`

/** The office that this signer serves: the one that asked first. */
function officeOf(m: Memory): string | undefined {
  for (const l of m.o.book.lines()) {
    if (l.kind === 'anchor') return (JSON.parse(l.anchor) as Anchor).office
    if (l.kind !== 'certificate') return l.office
  }
  return undefined
}

function mayServe(m: Memory, office: string): Result<true, Refusal> {
  const ours = officeOf(m)
  return ours === undefined || ours === office ? ok(true) : refuse('other-office', { office })
}

function active(m: Memory): Active | undefined {
  const last = linesOf(m.o.book, 'certificate').at(-1)
  const key = m.o.store.keys().find((k) => k.id === last?.keyId)
  return last && key && { key, certificate: parseCertificate(bytes(last.certificate))!, csca: parseCertificate(bytes(last.csca))!, der: last.certificate }
}

const authorityOf = (r: SodRequest, version: number | string): string => `${r.authority.kind}/${r.authority.id}/${version}`

/** A document that is made again, on a new blank whose chip has another key, is asked for by the same act at a later version. */
function isLaterAttempt(before: LineOf<'sod'>, r: SodRequest): boolean {
  const version = before.authority.slice(before.authority.lastIndexOf('/') + 1)
  return before.authority === authorityOf(r, version) && r.authority.version > Number(version)
}

/** One EF.SOD: every rule first, then the signature, its own proof, the journal, and only then the answer. */
async function signDocument(m: Memory, r: SodRequest): Promise<Result<SodAnswer, Refusal>> {
  const answer = (l: LineOf<'sod'>): Result<SodAnswer, Refusal> => ok({ sod: l.sod, signer: l.signer, counter: m.sods.size })
  const content = contentHash(r)
  const before = m.sods.get(r.requestId)
  if (before !== undefined) return before.contentHash === content ? answer(before) : refuse('request-reused', { requestId: r.requestId })
  const served = mayServe(m, r.office)
  if (!served.ok) return served
  const a = active(m)
  if (a === undefined) return refuse('no-certificate')
  const now = m.o.clock.now()
  const use = mayUse(a, now)
  if (!use.ok) return use
  if (a.certificate.documentTypes?.includes(r.documentType) !== true) return refuse('document-type-not-allowed', { asked: r.documentType, allowed: a.certificate.documentTypes ?? [] })
  const groups = groupsOf(r)
  const dg1 = checkDg1(r, groups.get(1) ?? new Uint8Array())
  if (!dg1.ok) return dg1
  const taken = m.numbers.get(r.documentNumber)
  if (taken !== undefined && !isLaterAttempt(taken, r)) return refuse('number-signed-before', { number: r.documentNumber, request: taken.requestId })

  m.o.faultPoint('job.signed:before-sign')
  const maker = m.makers.get(a.certificate.serial) ?? sodSigner({ ds: a.certificate, hash: 'SHA-256', lds: '1.7' }, crypto)
  m.makers.set(a.certificate.serial, maker)
  const sod = await maker.make(hashGroups(groups, 'SHA-256', crypto), a.key.sign)
  if (!(await isRight({ sod, groups, csca: a.csca, at: now }))) return refuse('own-output-wrong')
  m.o.faultPoint('job.signed:after-sign')
  const line: LineOf<'sod'> = {
    kind: 'sod', requestId: r.requestId, contentHash: content, documentNumber: r.documentNumber, signer: a.certificate.serial, sod: base64(sod), at: now.toISOString(),
    office: r.office, authority: authorityOf(r, r.authority.version),
  }
  m.o.book.write(line)
  m.sods.set(line.requestId, line)
  m.numbers.set(line.documentNumber, line)
  m.o.faultPoint('job.signed:after-record')
  return answer(line)
}

/**
 * The anchor that was given before for entries that begin like these. A server that never got the answer has
 * grown since: it gets the anchor that it missed, and asks again for the rest.
 */
function given(m: Memory, entries: readonly Entry[]): Anchor | undefined {
  return m.anchors.find((a) => a.fromSeq === entries[0]?.seq && entries[a.toSeq - a.fromSeq]?.hash === a.head)
}

/** Signs the end of a chain after computing all of it since the last anchor. */
function signAnchor(m: Memory, r: AnchorRequest): Result<AnchorAnswer, Refusal> {
  const served = mayServe(m, r.office)
  if (!served.ok) return served
  const [first, end] = [r.entries[0], r.entries.at(-1)]
  if (first === undefined || end === undefined) return refuse('chain-broken', { why: 'no entries' })
  const before = given(m, r.entries)
  if (before !== undefined) return ok({ anchor: before })
  const last = m.anchors.at(-1)
  const faults = chainFaults(r.office, r.entries, { seq: last?.toSeq ?? 0, hash: last?.head ?? GENESIS, at: '' })
  if (faults.length > 0) return refuse('chain-broken', { seq: faults[0]!.seq, why: faults[0]!.says })
  const bare = {
    office: r.office, number: (last?.number ?? 0) + 1, fromSeq: first.seq, toSeq: end.seq, head: end.hash,
    previous: last === undefined ? GENESIS : anchorHash(last), at: [m.o.clock.now().toISOString(), end.at, last?.at ?? ''].sort().at(-1)!, keyId: m.anchorKeyId,
  }
  const anchor: Anchor = { ...bare, signature: hex(m.anchorKey.signPlain(Buffer.from(anchorText(bare)))) }
  m.o.book.write({ kind: 'anchor', number: anchor.number, anchor: JSON.stringify(anchor), at: anchor.at })
  m.anchors.push(anchor)
  return ok({ anchor })
}

/** Signs a message for the national side: one number, one content, one signature. */
function signMessage(m: Memory, r: MessageRequest): Result<SignedMessage, Refusal> {
  const served = mayServe(m, r.office)
  if (!served.ok) return served
  const keyed = { office: r.office, number: r.number, kind: r.kind, body: r.body, keyId: m.anchorKeyId }
  const content = createHash('sha256').update(messageText(keyed)).digest('hex')
  const before = m.messages.get(messageKey(r))
  if (before !== undefined) return before.contentHash === content ? ok({ ...keyed, signature: before.signature }) : refuse('message-differs', { number: r.number })
  const signature = hex(m.anchorKey.signPlain(Buffer.from(messageText(keyed))))
  const line: LineOf<'message'> = { kind: 'message', office: r.office, number: r.number, contentHash: content, signature, at: m.o.clock.now().toISOString() }
  m.o.book.write(line)
  m.messages.set(messageKey(r), line)
  return ok({ ...keyed, signature })
}

/** A request for a certificate: for the key that waits for one, else for a fresh key. */
async function askCertificate(m: Memory): Promise<Result<CertificateRequestAnswer, Refusal>> {
  const certified = new Set(linesOf(m.o.book, 'certificate').map((l) => l.keyId))
  const key = m.o.store.keys().find((k) => k.use === 'document' && !certified.has(k.id)) ?? m.o.store.make('document')
  const request = await buildRequest({ country: 'UT', organisation: m.o.organisation, commonName: `DS-UTO ${key.id.slice(0, 8)}`, spki: key.spki }, { sign: key.sign, hash: 'SHA-256' })
  const signature = hex(m.anchorKey.signPlain(Buffer.from(certificateRequestText('document', base64(request)))))
  return ok({ request: base64(request), keyId: key.id, signature })
}

async function takeCertificate(m: Memory, r: CertificateImport): Promise<Result<SignerHealth, Refusal>> {
  const kept = linesOf(m.o.book, 'certificate')
  if (kept.some((l) => l.certificate === r.certificate)) return ok(health(m))
  const authorities = kept.map((l) => parseCertificate(bytes(l.csca))!)
  const fit = await examineCertificate(r, { keys: m.o.store.keys(), authorities, now: m.o.clock.now() })
  if (!fit.ok) return fit
  m.o.book.write({ kind: 'certificate', keyId: fit.value.key.id, certificate: r.certificate, csca: r.csca, at: m.o.clock.now().toISOString() })
  return ok(health(m))
}

function keyList(m: Memory): readonly SignerKey[] {
  const certificates = new Map(linesOf(m.o.book, 'certificate').map((l) => [l.keyId, parseCertificate(bytes(l.certificate))!]))
  const now = active(m)?.key.id
  return m.o.store.keys().map((k) => {
    const until = certificates.get(k.id)?.privateKeyUsage?.to
    const state = k.use === 'anchor' || k.id === now ? 'active' as const : until === undefined ? 'waiting' as const : 'replaced' as const
    return { id: k.id, use: k.use, state, publicKey: k.publicPem, ...(until === undefined ? {} : { usableUntil: until.toISOString() }) }
  })
}

/** Days before the end of a key's use at which health begins to say so. */
const WARN_DAYS = 14

function health(m: Memory): SignerHealth {
  const a = active(m)
  const says: string[] = []
  const now = m.o.clock.now()
  const use = a && mayUse(a, now)
  if (a === undefined) says.push('no document signer certificate yet')
  else if (use?.ok === false) says.push(use.error.code === 'usage-period-over' ? 'the usage period of the key is over' : 'the usage period of the key has not begun')
  const ready = says.length === 0
  const days = Math.floor(((a?.certificate.privateKeyUsage?.to?.getTime() ?? Infinity) - now.getTime()) / 86_400_000)
  if (ready) says.push('ready to sign')
  if (ready && days <= WARN_DAYS) says.push(`the usage period of the key ends in ${days} days`)
  return {
    ready, says, keyStore: m.o.store.kind, signatures: m.sods.size, anchorKey: m.anchorKey.publicPem,
    ds: a && { serial: a.certificate.serial, subject: renderName(a.certificate.subject), usableUntil: a.certificate.privateKeyUsage!.to!.toISOString(), certificate: a.der },
  }
}

/** The signer: all its rules in one place. Keys, journal and clock come from outside. */
export function documentSigner(o: SignerOptions): DocumentSigner {
  const anchorKey = o.store.keys().find((k) => k.use === 'anchor') ?? o.store.make('anchor')
  const sods = linesOf(o.book, 'sod')
  const m: Memory = {
    o, anchorKey, anchorKeyId: keyIdOf(hex(anchorKey.spki.subarray(-65))), makers: new Map(),
    sods: new Map(sods.map((l) => [l.requestId, l])),
    numbers: new Map(sods.map((l) => [l.documentNumber, l])),
    messages: new Map(linesOf(o.book, 'message').map((l) => [`${l.office}/${l.number}`, l])),
    anchors: linesOf(o.book, 'anchor').map((l) => JSON.parse(l.anchor) as Anchor),
  }
  /** One document after the other: two askers of one request must not both be signed for. */
  let queue: Promise<unknown> = Promise.resolve()
  const inTurn = async <T>(act: () => Promise<T>): Promise<T> => {
    const mine = queue.then(act)
    queue = mine.catch(() => undefined)
    return mine
  }
  return {
    sod: async (r) => inTurn(async () => signDocument(m, r)),
    anchor: (r) => signAnchor(m, r),
    message: (r) => signMessage(m, r),
    request: async () => askCertificate(m),
    certificate: async (r) => inTurn(async () => takeCertificate(m, r)),
    keys: () => keyList(m),
    health: () => health(m),
  }
}
