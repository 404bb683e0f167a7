import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

import { linkEntry, GENESIS, type Entry } from '@causeway/journal'
import { type Refusal, type Result } from '@causeway/kernel'
import { sodDigest, type AnchorAnswer, type CertificateRequestAnswer, type SignerHealth, type SodAnswer, type SodRequest } from '@causeway/signing'
import { buildBarCodeSigner, buildCsca, buildDs, composeMrz, encodeDg1, encodeDg11, parseCertificate, parseRequest, type Authority, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { startPart, type PartFolder, type TestPart } from './part.ts'

const crypto = nodeCrypto()
export const UTOPIA: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
export const OFFICE = '370699'
export const TODAY = '2026-03-02T01:00:00.000Z'
const day = (s: string): Date => new Date(`${s}T00:00:00Z`)
export const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
export const der = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
export const refusalOf = (r: Result<unknown, Refusal>): Refusal | undefined => (r.ok ? undefined : r.error)

export interface Wish {
  /** Days of the private key usage period. */
  readonly use?: readonly [string, string]
  /** Days of validity; those of use when left out, to 2036. */
  readonly valid?: readonly [string, string]
  readonly documentTypes?: readonly string[]
}

/** A national side for tests of the signer: what the hub does, with dates of the test's choosing. */
export async function nationalSide() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const signer = { sign: (m: Uint8Array) => new Uint8Array(sign('sha256', m, privateKey)), hash: 'SHA-256' as const }
  const csca = parseCertificate(await buildCsca({
    authority: UTOPIA, commonName: 'CSCA-UTO', spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), serial: new Uint8Array(randomBytes(12)),
    validity: { from: day('2024-01-01'), to: day('2039-01-01') }, keyUse: { from: day('2024-01-01'), to: day('2029-01-01') },
  }, signer, crypto))!
  return {
    csca,
    /** The certificate with one extension under another name, signed again. */
    without: (c: Certificate, extension: string): Uint8Array => {
      const tbs = Buffer.from(c.tbs)
      tbs[tbs.indexOf(Buffer.from(extension, 'hex')) + extension.length / 2 - 1] = 0x7f
      const signature = sign('sha256', tbs, privateKey)
      const algorithm = c.der.subarray(c.der.length - c.signature.length - 3 - 12, c.der.length - c.signature.length - 3)
      const rest = Buffer.concat([tbs, algorithm, Buffer.from([3, signature.length + 1, 0]), signature])
      return new Uint8Array(Buffer.concat([Buffer.from([0x30, 0x82, rest.length >> 8, rest.length & 255]), rest]))
    },
    /** A bar code signer's certificate. */
    certifyBarCode: async (spki: Uint8Array, validity: { readonly from: Date; readonly to: Date }): Promise<Certificate> => parseCertificate(await buildBarCodeSigner({
      country: 'UT', reference: '01', spki, serial: Uint8Array.of(0x0a, 0xbc, 0xde, ...randomBytes(5)), validity,
    }, csca, signer))!,
    certify: async (spki: Uint8Array, o: Wish = {}): Promise<Certificate> => {
      const [from, to] = o.use ?? ['2026-02-01', '2026-05-04']
      const [begins, ends] = o.valid ?? [from, '2036-05-04']
      return parseCertificate(await buildDs({
        authority: UTOPIA, commonName: 'DS-UTO 1', spki, serial: new Uint8Array(randomBytes(12)), documentTypes: o.documentTypes ?? ['PO'],
        validity: { from: day(begins), to: day(ends) }, keyUse: { from: day(from), to: day(to) },
      }, csca, signer, crypto))!
    },
  }
}
export type NationalSide = Awaited<ReturnType<typeof nationalSide>>

/** A zone of two lines for a document number. */
export const zone = (number: string, more: Partial<Parameters<typeof composeMrz>[1]> = {}): readonly string[] => composeMrz('TD3', {
  documentCode: 'PO', issuingState: 'UTO', documentNumber: number, nationality: 'UTO', primaryIdentifier: 'OUYANG', secondaryIdentifier: 'LYU', birthDate: '800229', sex: 'F', expiryDate: '310301', ...more,
}).lines

/** A request for a number: DG1 and DG11, asked for by a job of that number. */
export const request = (number: string, change: Partial<SodRequest> = {}, lines: readonly string[] = zone(number)): SodRequest => ({
  requestId: `job:${number}:1`, office: OFFICE, authority: { kind: 'job', id: number, version: 3 }, documentType: 'PO', issuingState: 'UTO', documentNumber: number,
  dataGroups: { 1: base64(encodeDg1(lines)), 11: base64(encodeDg11({ fullName: '欧阳女', birthPlace: ['岚海'] })) }, ...change,
})

/** The journal of an office as the signer meets it: acts that ask for signatures, anchored by the signer. */
export function officeJournal(part: () => TestPart, at: () => string, office = OFFICE) {
  const entries: Entry[] = []
  let anchored = 0
  const add = (e: Pick<Entry, 'kind' | 'stream' | 'version' | 'event' | 'body'> & { readonly at?: string }): Entry => {
    const head = entries.at(-1) ?? { seq: 0, hash: GENESIS }
    const made = linkEntry({ office, actor: 'system', role: 'system', act: 'test', request: `r${entries.length}`, at: at(), ...e }, head)
    entries.push(made)
    return made
  }
  const anchor = async (): Promise<Result<AnchorAnswer, Refusal>> => {
    const answer = await part().line.call<AnchorAnswer>('POST', '/v1/anchor', { office, entries: entries.slice(anchored) })
    if (answer.ok) anchored = answer.value.anchor.toSeq
    return answer
  }
  add({ kind: 'unit', stream: 'u', version: 1, event: 'unit-registered', body: '{}' })
  return {
    entries, add, anchor,
    /** Writes down the acts that ask for these requests, and has them anchored. A number of versions of one stream takes an anchor each. */
    authorise: async (...requests: readonly SodRequest[]): Promise<void> => {
      if (anchored === 0) await must(anchor())
      const seen = new Set<string>()
      for (const r of requests) {
        if (seen.has(r.authority.id)) { await must(anchor()); seen.clear() }
        seen.add(r.authority.id)
        add({ kind: r.authority.kind, stream: r.authority.id, version: r.authority.version, event: 'job-content-fixed', body: JSON.stringify({ type: 'job-content-fixed', request: r.requestId, digest: sodDigest(r) }) })
      }
      await must(anchor())
    },
  }
}
export type OfficeJournal = ReturnType<typeof officeJournal>

/** The value, or an error that says the refusal. */
export async function must<T>(asked: Promise<Result<T, Refusal>>): Promise<T> {
  const answer = await asked
  if (!answer.ok) throw new Error(JSON.stringify(answer.error))
  return answer.value
}

/** A signer with its national side and its office: what a test asks it for. */
export async function signerStage(f: PartFolder, o: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly national?: NationalSide; readonly at?: () => string } = {}) {
  const part = await startPart(f, 'signer', { args: o.args ?? [], env: o.env ?? {} })
  const national = o.national ?? await nationalSide()
  const journal = officeJournal(() => part, o.at ?? (() => TODAY))
  const ask = async <T>(path: string, body: unknown): Promise<Result<T, Refusal>> => part.line.call<T>('POST', path, body)
  const requestKey = async (): Promise<Uint8Array> => (await parseRequest(der((await must(ask<CertificateRequestAnswer>('/v1/certificate-request', {}))).request), crypto))!.spki
  const bring = async (certificate: Certificate, csca: Certificate = national.csca): Promise<Result<SignerHealth, Refusal>> => ask('/v1/certificate', { certificate: base64(certificate.der), csca: base64(csca.der) })
  return {
    part, national, journal, ask, requestKey, bring,
    health: async (): Promise<SignerHealth> => must(part.line.call<SignerHealth>('GET', '/v1/health')),
    /** A certificate for the key that waits, brought. */
    certify: async (wish?: Wish): Promise<Certificate> => {
      const made = await national.certify(await requestKey(), wish)
      await must(bring(made))
      return made
    },
    /** Asks for a document whose act was written down and anchored before. */
    sod: async (r: SodRequest): Promise<SodAnswer> => {
      await journal.authorise(r)
      return must(ask<SodAnswer>('/v1/sod', r))
    },
    stop: part.stop,
  }
}
export type SignerStage = Awaited<ReturnType<typeof signerStage>>
