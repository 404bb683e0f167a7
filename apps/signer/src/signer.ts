import { createHash } from 'node:crypto'

import { anchorHash, anchorText, chainFaults, GENESIS, keyIdOf, type Anchor, type Entry } from '@causeway/journal'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import {
  AUTHORISING_EVENTS, messageText, type AnchorAnswer, type AnchorRequest, type CertificateImport, type CertificateRequestAnswer, type MessageRequest,
  type SignedMessage, type SignerHealth, type SignerKey, type SodAnswer, type SodRequest,
} from '@causeway/signing'
import { parseCertificate, sodSigner, type GroupHashes, type Scheme, type SodSigner } from 'icao9303'

import { used, type Answer } from './answer.ts'
import { type Authorised, type Book, type LineOf } from './book.ts'
import { examineCertificate, type Active } from './certificate.ts'
import { hashOf, schemeOf, type KeyRecord } from './custody/port.ts'
import { base64, bytes, crypto, hex, orderOf, refuse, type Order } from './document.ts'
import { healthOf } from './health.ts'
import { type Memory, type SignerOptions } from './memory.ts'
import { openOutputs, type Outputs } from './output/outputs.ts'
import { actOf, isSameAct, maySign } from './policy.ts'
import { openQueue } from './queue.ts'
import { askCertificate } from './request.ts'
import { settingAt } from './setting.ts'

export interface DocumentSigner {
  readonly sod: (r: SodRequest) => Promise<Result<SodAnswer, Refusal>>
  readonly anchor: (r: AnchorRequest) => Promise<Result<AnchorAnswer, Refusal>>
  readonly message: (r: MessageRequest) => Promise<Result<SignedMessage, Refusal>>
  readonly request: () => Promise<Result<CertificateRequestAnswer, Refusal>>
  readonly certificate: (r: CertificateImport) => Promise<Result<SignerHealth, Refusal>>
  readonly outputs: Outputs
  /** Looks again which key signs documents: one may have been retired. */
  readonly look: () => void
  readonly keys: () => readonly SignerKey[]
  readonly health: () => SignerHealth
  /** Documents that wait for their turn. */
  readonly waiting: () => number
}

const PLAIN: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' }
/** How many documents are signed and written in one go. */
const BATCH = 64

/** The office that this signer serves: the one that asked first. */
function officeIn(book: Book): string | undefined {
  const anchor = book.last('anchor')
  return anchor === undefined ? (book.last('sod') ?? book.last('message'))?.office : (JSON.parse(anchor.anchor) as Anchor).office
}

function mayServe(m: Memory, office: string): Answer<true> {
  return m.office === undefined || m.office === office ? ok(true) : refuse('other-office', { office })
}

function activeIn(o: SignerOptions): Active | undefined {
  const last = o.book.last('certificate')
  const key = o.custody.keys().find((k) => k.id === last?.keyId && k.retired !== true)
  return last && key && { key, certificate: parseCertificate(bytes(last.certificate))!, csca: parseCertificate(bytes(last.csca))!, der: last.certificate }
}

interface Wanted { readonly order: Order; readonly hashes: GroupHashes }

function makerOf(m: Memory, a: Active, lds: '1.7' | '1.8'): SodSigner {
  const name = `${a.certificate.serial} ${lds}`
  const kept = m.makers.get(name)
  if (kept !== undefined) return kept
  const made = sodSigner({ ds: a.certificate, hash: hashOf(a.key.type), lds, scheme: schemeOf(a.key.type) }, crypto)
  m.makers.set(name, made)
  return made
}

/** One EF.SOD made, and read again before anybody may have it. */
async function made(m: Memory, w: Wanted, o: { readonly active: Active; readonly at: Date }): Promise<Answer<LineOf<'sod'>>> {
  const { request } = w.order
  const { active, at } = o
  const maker = makerOf(m, active, request.lds ?? '1.7')
  const sod = await used(Promise.resolve(maker.make(w.hashes, async (message) => m.o.custody.sign(active.key.id, message, schemeOf(active.key.type)))))
  if (!sod.ok) return sod
  const faults = await maker.check(sod.value, { hashes: w.hashes, at })
  if (faults.length > 0) return refuse('own-output-wrong', { why: faults.map((f) => f.code) })
  return ok({
    kind: 'sod', requestId: request.requestId, contentHash: w.order.digest, documentNumber: request.documentNumber, signer: active.certificate.serial, sod: base64(sod.value),
    at: at.toISOString(), office: request.office, authority: actOf(request), keyId: active.key.id,
  })
}

/** What a batch knows of itself before anything is signed: a request asked for twice in it is made once. */
interface Batch { readonly now: Date; readonly leapt: boolean; readonly first: Map<string, number>; readonly numbers: Map<string, LineOf<'sod'>> }

/** The answer that needs no signature: given before, or refused. Undefined when one is to be made. */
function settled(m: Memory, order: Order, batch: Batch): Answer<SodAnswer> | undefined {
  const { request, digest } = order
  const before = m.o.book.find('sod', request.requestId)
  if (before !== undefined) {
    return before.contentHash === digest && isSameAct(before, request) ? ok({ sod: before.sod, signer: before.signer, counter: m.o.book.count('sod') }) : refuse('request-reused', { requestId: request.requestId })
  }
  const may = maySign({
    order, settings: m.o.settings, now: batch.now, leapt: batch.leapt, newest: m.o.book.newest(), office: m.office, activated: m.o.custody.isOpen(), active: m.active,
    uses: m.active === undefined ? 0 : m.o.book.documents(m.active.key.id) + batch.numbers.size, lastAnchor: m.lastAnchor, authorised: m.o.book.authorised(request.requestId),
    taken: batch.numbers.get(request.documentNumber) ?? m.o.book.lastAbout('sod', request.documentNumber),
  })
  return may.ok ? undefined : may
}

/**
 * Documents, many at once: every rule for each of them first, then the signatures side by side, each proved, then one
 * line a signature in the journal, all in one commit, and only then the answers.
 */
async function signDocuments(m: Memory, requests: readonly SodRequest[]): Promise<readonly Answer<SodAnswer>[]> {
  const answers: (Answer<SodAnswer> | undefined)[] = []
  const batch: Batch = { now: m.o.clock.now(), leapt: m.o.leapt(), first: new Map(), numbers: new Map() }
  const wanted: { readonly index: number; readonly work: Wanted }[] = []
  const twins: { readonly index: number; readonly of: number; readonly digest: string }[] = []
  for (const [index, request] of requests.entries()) {
    const order = orderOf(request)
    const of = batch.first.get(request.requestId)
    if (of !== undefined) { twins.push({ index, of, digest: order.digest }); continue }
    const known = settled(m, order, batch)
    if (known !== undefined) { answers[index] = known; continue }
    const hashes = order.hashes(hashOf(m.active!.key.type))
    if (!hashes.ok) { answers[index] = hashes; continue }
    batch.first.set(request.requestId, wanted.length)
    batch.numbers.set(request.documentNumber, { requestId: request.requestId, authority: actOf(request) } as LineOf<'sod'>)
    wanted.push({ index, work: { order, hashes: hashes.value } })
  }
  if (wanted.length > 0) m.o.faultPoint('job.signed:before-sign')
  const [active, at] = [m.active!, batch.now]
  const lines = await Promise.all(wanted.map(async (w) => made(m, w.work, { active, at })))
  const good = lines.flatMap((l) => (l.ok ? [l.value] : []))
  if (wanted.length > 0) m.o.faultPoint('job.signed:after-sign')
  const before = m.o.book.count('sod')
  if (good.length > 0) {
    m.o.book.write(good)
    m.office ??= good[0]!.office
    m.o.faultPoint('job.signed:after-record')
  }
  let counter = before
  const given = lines.map((l): Answer<SodAnswer> => (l.ok ? ok({ sod: l.value.sod, signer: l.value.signer, counter: (counter += 1) }) : l))
  for (const [i, w] of wanted.entries()) answers[w.index] = given[i]!
  for (const t of twins) answers[t.index] = wanted[t.of]!.work.order.digest === t.digest ? given[t.of]! : refuse('request-reused', { requestId: requests[t.index]!.requestId })
  return answers as readonly Answer<SodAnswer>[]
}

/**
 * The anchor that was given before for entries that begin like these. A server that never got the answer has
 * grown since: it gets the anchor that it missed, and asks again for the rest.
 */
function given(m: Memory, entries: readonly Entry[]): Anchor | undefined {
  const line = m.o.book.lastAbout('anchor', String(entries[0]?.seq))
  const anchor = line && JSON.parse(line.anchor) as Anchor
  return anchor !== undefined && entries[anchor.toSeq - anchor.fromSeq]?.hash === anchor.head ? anchor : undefined
}

/** The uses of keys that these entries ask for. */
function authorisedBy(entries: readonly Entry[]): readonly Authorised[] {
  return entries.flatMap((e) => {
    if (!(e.event in AUTHORISING_EVENTS)) return []
    const body = JSON.parse(e.body) as { readonly request?: unknown; readonly digest?: unknown }
    if (typeof body.request !== 'string' || typeof body.digest !== 'string') return []
    return [{ act: `${e.kind}/${e.stream}/${e.version}`, event: e.event, request: body.request, digest: body.digest, seq: e.seq, at: e.at }]
  })
}

/** Signs the end of a chain after computing all of it since the last anchor. */
async function signAnchor(m: Memory, r: AnchorRequest): Promise<Answer<AnchorAnswer>> {
  const served = mayServe(m, r.office)
  if (!served.ok) return served
  const [first, end] = [r.entries[0], r.entries.at(-1)]
  if (first === undefined || end === undefined) return refuse('chain-broken', { why: 'no entries' })
  const before = given(m, r.entries)
  if (before !== undefined) return ok({ anchor: before })
  const own = m.anchorKey()
  if (own === undefined) return refuse('keys-not-activated')
  const last = m.lastAnchor
  const faults = chainFaults(r.office, r.entries, { seq: last?.toSeq ?? 0, hash: last?.head ?? GENESIS, at: '' })
  if (faults.length > 0) return refuse('chain-broken', { seq: faults[0]!.seq, why: faults[0]!.says })
  const bare = {
    office: r.office, number: (last?.number ?? 0) + 1, fromSeq: first.seq, toSeq: end.seq, head: end.hash,
    previous: last === undefined ? GENESIS : anchorHash(last), at: [m.o.clock.now().toISOString(), end.at, last?.at ?? ''].sort().at(-1)!, keyId: own.keyId,
  }
  m.o.faultPoint('anchor:before-sign')
  const signature = await used(m.o.custody.sign(own.key.id, Buffer.from(anchorText(bare)), PLAIN))
  if (!signature.ok) return signature
  m.o.faultPoint('anchor:after-sign')
  const anchor: Anchor = { ...bare, signature: hex(signature.value) }
  const authorised = authorisedBy(r.entries)
  m.o.book.write([{ kind: 'anchor', number: anchor.number, anchor: JSON.stringify(anchor), at: anchor.at, keyId: own.key.id, ...(authorised.length > 0 ? { authorised } : {}) }])
  m.o.faultPoint('anchor:after-record')
  m.lastAnchor = anchor
  m.office ??= r.office
  return ok({ anchor })
}

/** Signs a message for the national side: one number, one content, one signature. */
async function signMessage(m: Memory, r: MessageRequest): Promise<Answer<SignedMessage>> {
  const served = mayServe(m, r.office)
  if (!served.ok) return served
  const own = m.anchorKey()
  if (own === undefined) return refuse('keys-not-activated')
  const keyed = { office: r.office, number: r.number, kind: r.kind, body: r.body, keyId: own.keyId }
  const content = createHash('sha256').update(messageText(keyed)).digest('hex')
  const before = m.o.book.find('message', `${r.office}/${r.number}`)
  if (before !== undefined) return before.contentHash === content ? ok({ ...keyed, signature: before.signature }) : refuse('message-differs', { number: r.number })
  const signed = await used(m.o.custody.sign(own.key.id, Buffer.from(messageText(keyed)), PLAIN))
  if (!signed.ok) return signed
  const signature = hex(signed.value)
  m.o.book.write([{ kind: 'message', office: r.office, number: r.number, contentHash: content, signature, at: m.o.clock.now().toISOString(), keyId: own.key.id }])
  m.office ??= r.office
  return ok({ ...keyed, signature })
}

async function takeCertificate(m: Memory, r: CertificateImport): Promise<Answer<SignerHealth>> {
  const { book, custody, clock } = m.o
  const kept = book.all('certificate')
  if (kept.some((l) => l.certificate === r.certificate)) return ok(healthOf(m))
  const authorities = kept.map((l) => parseCertificate(bytes(l.csca))!)
  const fit = await examineCertificate(r, { keys: custody.keys(), authorities, now: clock.now() })
  if (!fit.ok) return fit
  book.write([{ kind: 'certificate', keyId: fit.value.key.id, certificate: r.certificate, csca: r.csca, at: clock.now().toISOString() }])
  m.active = activeIn(m.o)
  return ok(healthOf(m))
}

function keyList(m: Memory): readonly SignerKey[] {
  const { book, custody, clock, settings } = m.o
  const certificates = new Map(book.all('certificate').map((l) => [l.keyId, parseCertificate(bytes(l.certificate))!]))
  const quota = settingAt(settings, 'documentsPerKey', clock.now())
  const stateOf = (k: KeyRecord): SignerKey['state'] => {
    if (k.retired === true) return 'retired'
    if (k.use !== 'document' || k.id === m.active?.key.id) return 'active'
    return certificates.has(k.id) ? 'replaced' : 'waiting'
  }
  return custody.keys().map((k) => {
    const until = certificates.get(k.id)?.privateKeyUsage?.to
    return {
      id: k.id, use: k.use, type: k.type, state: stateOf(k), publicKey: k.publicPem, uses: book.uses(k.id), documents: book.documents(k.id),
      ...(k.use === 'document' ? { quota } : {}), ...(until === undefined ? {} : { usableUntil: until.toISOString() }),
    }
  })
}

/** The signer: all its rules in one place. Keys, journal and clock come from outside. */
export function documentSigner(o: SignerOptions): DocumentSigner {
  const last = o.book.last('anchor')
  const m: Memory = {
    o, makers: new Map(),
    anchorKey: () => {
      const key = o.custody.keys().find((k) => k.use === 'anchor' && k.retired !== true)
      return key && { key, keyId: keyIdOf(hex(key.spki.subarray(-65))) }
    },
    active: activeIn(o), office: officeIn(o.book), lastAnchor: last && JSON.parse(last.anchor) as Anchor,
  }
  /** One thing after the other, documents in batches: two askers of one request must not both be signed for. */
  const queue = openQueue<SodRequest, Answer<SodAnswer>>({
    most: BATCH, waiting: () => settingAt(o.settings, 'waiting', o.clock.now()), work: async (requests) => signDocuments(m, requests), full: () => refuse('busy'),
  })
  return {
    sod: queue.ask,
    anchor: async (r) => queue.between(async () => signAnchor(m, r)),
    message: async (r) => queue.between(async () => signMessage(m, r)),
    request: async () => queue.between(async () => askCertificate(m, 'document')),
    certificate: async (r) => queue.between(async () => takeCertificate(m, r)),
    outputs: openOutputs(m, queue.between, o.timeStamps),
    look: () => { m.active = activeIn(o) },
    keys: () => keyList(m),
    health: () => healthOf(m),
    waiting: queue.length,
  }
}
