import { createHash } from 'node:crypto'

import { anchorHash, anchorText, chainFaults, GENESIS, keyIdOf, type Anchor } from '@causeway/journal'
import { type Clock } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import {
  messageText, SIGNER_RULES, type AnchorRequest, type AnchorAnswer, type CertificateImport, type CertificateRequestAnswer, type MessageRequest,
  type SignedMessage, type SignerHealth, type SignerRefusal, type SodAnswer, type SodRequest,
} from '@causeway/signing'
import { buildRequest, decodeDg1, dsDefects, encodeCom, hashGroups, inspect, isSignedBy, parseCertificate, parseMrz, sodSigner, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

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
  readonly certificate: (r: CertificateImport) => Result<SignerHealth, Refusal>
  readonly health: () => SignerHealth
}

const crypto = nodeCrypto()
const refuse = (code: SignerRefusal, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, rule: SIGNER_RULES[code], details })
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

const contentHash = (r: SodRequest): string => createHash('sha256')
  .update(JSON.stringify([r.office, r.documentType, r.issuingState, r.documentNumber, Object.entries(r.dataGroups).sort(([a], [b]) => Number(a) - Number(b))]))
  .digest('hex')

/** DG1 is read and held against the request: a signer that signs what it does not understand signs anything. */
function checkDg1(r: SodRequest): Result<true, Refusal> {
  const dg1 = decodeDg1(bytes(r.dataGroups['1'] ?? ''))
  if (!dg1.ok) return refuse('dg1-unreadable')
  const mrz = parseMrz(dg1.value.mrz)
  const wrong = mrz.checks.filter((c) => c.outcome === 'failed').map((c) => c.field)
  if (!mrz.valid || mrz.format !== 'TD3') return refuse('dg1-check-digit', { fields: wrong })
  for (const [field, wanted] of [['documentCode', r.documentType], ['issuingState', r.issuingState], ['documentNumber', r.documentNumber]] as const) {
    if (mrz.fields[field] !== wanted) return refuse('dg1-differs', { field, wanted, found: mrz.fields[field] ?? '' })
  }
  return ok(true)
}

interface Active { readonly key: SigningKey; readonly certificate: Certificate; readonly csca: Certificate; readonly der: string }

/** The signer: all its rules in one place. Keys, journal and clock come from outside. */
export function documentSigner(o: SignerOptions): DocumentSigner {
  const lines = <K extends RecordLine['kind']>(kind: K) => o.book.lines().filter((l): l is Extract<RecordLine, { kind: K }> => l.kind === kind)
  const keyOf = (use: SigningKey['use']): SigningKey => o.store.keys().find((k) => k.use === use) ?? o.store.make(use)
  const anchorKey = keyOf('anchor')
  const anchorPoint = hex(anchorKey.spki.subarray(-65))
  const bySod = new Map(lines('sod').map((l) => [l.requestId, l]))
  const byNumber = new Map(lines('sod').map((l) => [l.documentNumber, l.requestId]))
  const signers = new Map<string, ReturnType<typeof sodSigner>>()

  const active = (): Active | undefined => {
    const last = lines('certificate').at(-1)
    if (last === undefined) return undefined
    const key = o.store.keys().find((k) => k.id === last.keyId)
    return key && { key, certificate: parseCertificate(bytes(last.certificate))!, csca: parseCertificate(bytes(last.csca))!, der: last.certificate }
  }

  const mayUse = (a: Active): Result<true, Refusal> => {
    const now = o.clock.now()
    const use = a.certificate.privateKeyUsage
    if (use?.to === undefined || now > use.to) return refuse('usage-period-over', { until: use?.to?.toISOString() ?? '', now: now.toISOString() })
    return use.from !== undefined && now < use.from ? refuse('usage-period-ahead', { from: use.from.toISOString(), now: now.toISOString() }) : ok(true)
  }

  /** Nothing leaves unverified: the fresh EF.SOD is inspected as anybody would. */
  const isRight = (sod: Uint8Array, groups: ReadonlyMap<number, Uint8Array>, a: Active): boolean => {
    const files = Object.fromEntries([...groups].map(([n, b]) => [`DG${n}`, b]))
    const com = encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...groups.keys()] })
    const report = inspect({ ...files, 'EF.COM': com, 'EF.SOD': sod }, { trust: { anchors: [a.csca], links: [], signers: [], crls: [] }, at: o.clock.now(), policy: 'field', crypto })
    return report.genuine
  }

  return {
    sod: async (r) => {
      if ([r.requestId, r.office, r.documentNumber, r.documentType, r.issuingState].some((x) => typeof x !== 'string' || x === '') || typeof r.dataGroups !== 'object' || r.authority === undefined) return refuse('request-malformed')
      const content = contentHash(r)
      const before = bySod.get(r.requestId)
      if (before !== undefined) return before.contentHash === content ? ok({ sod: before.sod, signer: before.signer, counter: bySod.size }) : refuse('request-reused', { requestId: r.requestId })
      const a = active()
      if (a === undefined) return refuse('no-certificate')
      const use = mayUse(a)
      if (!use.ok) return use
      if (a.certificate.documentTypes?.includes(r.documentType) !== true) return refuse('document-type-not-allowed', { asked: r.documentType, allowed: a.certificate.documentTypes ?? [] })
      const numbers = Object.keys(r.dataGroups).map(Number)
      if (numbers.some((n) => !Number.isInteger(n) || n < 1 || n > 16)) return refuse('data-group-unknown', { groups: Object.keys(r.dataGroups) })
      const dg1 = checkDg1(r)
      if (!dg1.ok) return dg1
      if (byNumber.has(r.documentNumber)) return refuse('number-signed-before', { number: r.documentNumber, request: byNumber.get(r.documentNumber)! })
      o.faultPoint('before-sign')
      const groups = new Map(numbers.sort((x, y) => x - y).map((n) => [n, bytes(r.dataGroups[String(n)]!)]))
      let maker = signers.get(a.certificate.serial)
      if (maker === undefined) {
        maker = sodSigner({ ds: a.certificate, hash: 'SHA-256', lds: '1.7' }, crypto)
        signers.set(a.certificate.serial, maker)
      }
      const sod = await maker.make(hashGroups(groups, 'SHA-256', crypto), a.key.sign)
      if (!isRight(sod, groups, a)) return refuse('own-output-wrong')
      o.faultPoint('after-sign')
      const line = { kind: 'sod', requestId: r.requestId, contentHash: content, documentNumber: r.documentNumber, signer: a.certificate.serial, sod: base64(sod), at: o.clock.now().toISOString() } as const
      const raced = bySod.get(r.requestId)
      if (raced !== undefined) return raced.contentHash === content ? ok({ sod: raced.sod, signer: raced.signer, counter: bySod.size }) : refuse('request-reused', { requestId: r.requestId })
      if (byNumber.has(r.documentNumber)) return refuse('number-signed-before', { number: r.documentNumber, request: byNumber.get(r.documentNumber)! })
      o.book.write(line)
      bySod.set(line.requestId, line)
      byNumber.set(line.documentNumber, line.requestId)
      o.faultPoint('after-record')
      return ok({ sod: line.sod, signer: line.signer, counter: bySod.size })
    },

    anchor: (r) => {
      const done = lines('anchor').map((l) => JSON.parse(l.anchor) as Anchor)
      const last = done.at(-1)
      const [first, end] = [r.entries[0], r.entries.at(-1)]
      if (first === undefined || end === undefined) return refuse('chain-broken', { why: 'no entries' })
      if (last !== undefined && last.office !== r.office) return refuse('other-office')
      const same = done.find((a) => a.fromSeq === first.seq && a.toSeq === end.seq && a.head === end.hash)
      if (same !== undefined) return ok({ anchor: same })
      const faults = chainFaults(r.office, r.entries, { seq: last?.toSeq ?? 0, hash: last?.head ?? GENESIS, at: '' })
      if (faults.length > 0) return refuse('chain-broken', { seq: faults[0]!.seq, why: faults[0]!.says })
      const bare = {
        office: r.office, number: (last?.number ?? 0) + 1, fromSeq: first.seq, toSeq: end.seq, head: end.hash,
        previous: last === undefined ? GENESIS : anchorHash(last), at: [o.clock.now().toISOString(), end.at, last?.at ?? ''].sort().at(-1)!, keyId: keyIdOf(anchorPoint),
      }
      const anchor: Anchor = { ...bare, signature: hex(anchorKey.signPlain(Buffer.from(anchorText(bare)))) }
      o.book.write({ kind: 'anchor', number: anchor.number, anchor: JSON.stringify(anchor), at: anchor.at })
      return ok({ anchor })
    },

    message: (r) => {
      const keyed = { office: r.office, number: r.number, kind: r.kind, body: r.body, keyId: keyIdOf(anchorPoint) }
      return ok({ ...keyed, signature: hex(anchorKey.signPlain(Buffer.from(messageText(keyed)))) })
    },

    request: async () => {
      const used = new Set(lines('certificate').map((l) => l.keyId))
      const key = o.store.keys().find((k) => k.use === 'document' && !used.has(k.id)) ?? o.store.make('document')
      const request = await buildRequest({ country: 'UT', organisation: o.organisation, commonName: `DS-UTO ${key.id.slice(0, 8)}`, spki: key.spki }, { sign: key.sign, hash: 'SHA-256' })
      return ok({ request: base64(request), keyId: key.id })
    },

    certificate: (r) => {
      const certificate = parseCertificate(bytes(r.certificate))
      const csca = parseCertificate(bytes(r.csca))
      if (certificate === undefined || csca === undefined) return refuse('certificate-unfit', { why: 'unreadable' })
      const key = o.store.keys().find((k) => k.use === 'document' && hex(k.spki) === hex(certificate.spki))
      if (key === undefined) return refuse('certificate-unfit', { why: 'it is for no key of this signer' })
      if (!isSignedBy(certificate, csca, crypto) || !isSignedBy(csca, csca, crypto)) return refuse('certificate-unfit', { why: 'the authority did not sign it' })
      const grave = dsDefects(certificate).find((d) => d.grave)
      if (grave !== undefined || certificate.privateKeyUsage?.to === undefined) return refuse('certificate-unfit', { why: grave?.says ?? 'no private key usage period' })
      if (!lines('certificate').some((l) => l.certificate === r.certificate)) {
        o.book.write({ kind: 'certificate', keyId: key.id, certificate: r.certificate, csca: r.csca, at: o.clock.now().toISOString() })
      }
      return ok(health())
    },

    health: () => health(),
  }

  function health(): SignerHealth {
    const a = active()
    const says: string[] = []
    if (a === undefined) says.push('no document signer certificate yet')
    else {
      const use = mayUse(a)
      if (!use.ok) says.push(use.error.code === 'usage-period-over' ? 'the usage period of the key is over' : 'the usage period of the key has not begun')
    }
    return {
      ready: says.length === 0, says: says.length === 0 ? ['ready to sign'] : says, keyStore: o.store.kind, signatures: bySod.size, anchorKey: anchorKey.publicPem,
      ds: a && { serial: a.certificate.serial, subject: a.certificate.subject.parts.map((p) => p.value).join(', '), usableUntil: a.certificate.privateKeyUsage!.to!.toISOString(), certificate: a.der },
    }
  }
}
