import { randomBytes } from 'node:crypto'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import {
  authorityOf, buildBarCodeSigner, buildCrl, buildCsca, buildDs, buildLink, countryOf, isSameName, parseCertificate, parseRequest, renderName,
  type Authority, type Certificate, type Validity,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { currentOf, type Generation, type Lineage } from './lineage.ts'
import { type Settings } from './setting.ts'
import { type KeyType, type Vault } from './vault.ts'

export const crypto = nodeCrypto()

/** The specimen State whose national side this hub plays. */
export const UTOPIA: Authority = {
  country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'csca@specimen.example', crlUrl: 'http://pki.specimen.example/UTO.crl',
}
const COMMON_NAME = '2.5.4.3'
/** The document codes that a document signer of ours may sign. */
const DOCUMENT_TYPES = ['PO'] as const
/** What may be sealed by a bar code: permits, and the endorsements in them, which have the form of a visa. */
const SEALED_TYPES = [...DOCUMENT_TYPES, 'VC']
const DAY = 86_400_000

export const plusDays = (at: Date, days: number): Date => new Date(at.getTime() + days * DAY)
export const dayOf = (at: Date): Date => new Date(Math.floor(at.getTime() / DAY) * DAY)
export const newSerial = (): Uint8Array => new Uint8Array(randomBytes(16))
export const commonNameOf = (c: Pick<Certificate, 'subject'>): string => c.subject.parts.find((p) => p.oid === COMMON_NAME)?.value ?? renderName(c.subject)
const certificateIn = (der: Uint8Array): Certificate => parseCertificate(der)!

export interface RollOver {
  readonly keyType: KeyType
  /** Another name than the last generation's: the link says so. */
  readonly commonName?: string
  readonly organisation?: string
}

interface CrlOrder { readonly number: number; readonly now: Date; readonly revoked: readonly { readonly serial: string; readonly at: Date }[] }

/** The demonstration CSCA: generations of keys, of which the newest certifies. */
export interface CertificationAuthority {
  readonly generations: () => readonly Generation[]
  readonly current: (now: Date) => Generation
  /** A new key, its own certificate, and the link by which the key before vouches for it. */
  readonly rollOver: (r: RollOver, now: Date) => Promise<Result<Generation, Refusal>>
  /** A document signer's certificate for the key of a request. */
  readonly certify: (request: Uint8Array, now: Date) => Promise<Result<Certificate, Refusal>>
  readonly certifyBarCode: (request: Uint8Array, o: { readonly reference: string; readonly serial: Uint8Array; readonly now: Date }) => Promise<Result<Certificate, Refusal>>
  /** Those who sign a list now: the newest first, then each earlier key that may still sign. */
  readonly listers: (now: Date) => readonly Generation[]
  readonly revocationList: (by: Generation, o: CrlOrder) => Promise<Uint8Array>
}

/** The public key that a request asks a certificate for; undefined when it does not prove that it has it. */
export const askedFor = async (request: Uint8Array): Promise<Uint8Array | undefined> => (await parseRequest(request, crypto))?.spki

/** A request that proves its key, is of this State, and of a kind of key that is certified. @source RFC 2986, Doc 9303-12 §4.1.6 */
export async function examineRequest(der: Uint8Array): Promise<Result<{ readonly commonName: string; readonly organisation: string | undefined; readonly spki: Uint8Array; readonly isEc: boolean }, Refusal>> {
  const request = await parseRequest(der, crypto)
  const refused = (why: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'certificate-request-refused', rule: 'RFC 2986', details: { why } })
  if (request === undefined) return refused('it proves no key')
  if (countryOf(request.subject) !== UTOPIA.country) return refused('it is of another State')
  const { curve, keyBits } = request
  if (curve === undefined ? keyBits < 3072 || keyBits > 4096 : !['P-256', 'P-384', 'brainpoolP256r1', 'brainpoolP384r1'].includes(curve)) return refused('no key of this kind is certified')
  return ok({ commonName: commonNameOf(request), organisation: request.subject.parts.find((p) => p.oid === '2.5.4.10')?.value, spki: request.spki, isEc: curve !== undefined })
}

const useOver = (g: Generation, now: Date): Refusal | undefined => {
  const until = g.certificate.privateKeyUsage?.to
  return until === undefined || until >= now ? undefined : { code: 'authority-use-over', rule: 'Doc 9303-12 Table 1', details: { generation: g.number, until: until.toISOString() } }
}

/** Names under which earlier generations issued, where they were other ones. @source Doc 9303-12 Table 10, Note 1 */
function formerNames(generations: readonly Generation[], by: Generation): readonly Certificate['subject'][] {
  const former: Certificate['subject'][] = []
  for (const g of generations) {
    if (g.number < by.number && ![by.certificate.subject, ...former].some((n) => isSameName(n, g.certificate.subject))) former.push(g.certificate.subject)
  }
  return former
}

interface Opening { readonly vault: Vault; readonly lineage: Lineage; readonly settings: (at: Date) => Settings; readonly now: Date }

/** Opens the authority; at first use makes its first generation, dated by the clock. */
export async function openAuthority({ vault, lineage, settings, now: opened }: Opening): Promise<CertificationAuthority> {
  const generations = (): readonly Generation[] => lineage.of('csca')
  const current = (now: Date): Generation => currentOf(generations(), now)!
  /** Usage and validity of a root that begins to sign on a day. @source Doc 9303-12 Table 1 */
  const periods = (s: Settings, o: { readonly made: Date; readonly usable: Date }): { readonly keyUse: Validity; readonly validity: Validity } => {
    const end = plusDays(o.usable, s('csca.use.days'))
    return { keyUse: { from: o.made, to: end }, validity: { from: o.made, to: plusDays(end, Math.max(s('ds.use.days'), s('bar-code.use.days')) + s('document.valid.days')) } }
  }
  const found = async (): Promise<void> => {
    const [key, from] = [await vault.make('csca', 'P-256'), dayOf(opened)]
    const der = await buildCsca({ authority: UTOPIA, commonName: 'CSCA-UTO SPECIMEN', spki: key.spki, serial: newSerial(), ...periods(settings(opened), { made: from, usable: from }) }, key.signer, crypto)
    lineage.add('csca', { key, certificate: certificateIn(der), link: undefined, usableFrom: from })
  }
  if (generations().length === 0) await found()

  const rollOver = async (r: RollOver, now: Date): Promise<Result<Generation, Refusal>> => {
    const old = generations().at(-1)!
    if (old.usableFrom > now) return no({ code: 'roll-over-pending', rule: 'Doc 9303-12 §4.1.4.3', details: { generation: old.number, usableFrom: old.usableFrom.toISOString() } })
    const over = useOver(old, now)
    if (over !== undefined) return no(over)
    const [s, made, was] = [settings(now), dayOf(now), authorityOf(old.certificate) ?? UTOPIA]
    const usable = plusDays(made, s('csca.rest.days'))
    const authority = { ...was, organisation: r.organisation ?? was.organisation }
    const commonName = r.commonName ?? commonNameOf(old.certificate)
    const isRenamed = authority.organisation !== was.organisation || commonName !== commonNameOf(old.certificate)
    const key = await vault.make('csca', r.keyType)
    const dates = periods(s, { made, usable })
    const root = certificateIn(await buildCsca({ authority, commonName, spki: key.spki, serial: newSerial(), ...dates, ...(isRenamed ? { afterNameChange: true } : {}) }, key.signer, crypto))
    const link = await buildLink({ root, serial: newSerial(), validity: { from: made, to: old.certificate.notAfter } }, old.certificate, old.key.signer, crypto)
    return ok(lineage.add('csca', { key, certificate: root, link: certificateIn(link), usableFrom: usable }))
  }

  const certify = async (der: Uint8Array, now: Date): Promise<Result<Certificate, Refusal>> => {
    const request = await examineRequest(der)
    const [by, s] = [current(now), settings(now)]
    const over = useOver(by, now)
    if (!request.ok) return request
    if (over !== undefined) return no(over)
    const [from, { commonName, spki }] = [dayOf(now), request.value]
    const until = plusDays(from, s('ds.use.days'))
    return ok(certificateIn(await buildDs({
      authority: authorityOf(by.certificate) ?? UTOPIA, commonName, spki, serial: newSerial(), documentTypes: DOCUMENT_TYPES,
      keyUse: { from, to: until }, validity: { from, to: plusDays(until, s('document.valid.days')) },
    }, by.certificate, by.key.signer, crypto)))
  }

  const certifyBarCode: CertificationAuthority['certifyBarCode'] = async (der, { reference, serial, now }) => {
    const request = await examineRequest(der)
    const [by, s] = [current(now), settings(now)]
    const over = useOver(by, now)
    if (!request.ok) return request
    if (!request.value.isEc) return no({ code: 'certificate-request-refused', rule: 'Doc 9303-12 §4.1.8', details: { why: 'seals are signed by ECDSA' } })
    if (over !== undefined) return no(over)
    const from = dayOf(now)
    const validity = { from, to: plusDays(from, s('bar-code.use.days') + s('document.valid.days')) }
    return ok(certificateIn(await buildBarCodeSigner({ country: UTOPIA.country, reference, spki: request.value.spki, serial, validity, documentTypes: SEALED_TYPES }, by.certificate, by.key.signer)))
  }

  return {
    generations, current, rollOver, certify, certifyBarCode,
    listers: (now) => generations().filter((g) => g.number === current(now).number || (g.number < current(now).number && useOver(g, now) === undefined)).reverse(),
    revocationList: async (by, o) => buildCrl(
      { number: o.number, thisUpdate: o.now, nextUpdate: plusDays(o.now, settings(o.now)('crl.next.days')), revoked: o.revoked, formerNames: formerNames(generations(), by) },
      by.certificate, by.key.signer,
    ),
  }
}
