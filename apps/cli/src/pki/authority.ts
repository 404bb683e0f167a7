import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import {
  authorityOf, buildBarCodeSigner, buildCsca, buildDeviationListSigner, buildDs, buildLink,
  buildMasterListSigner, isSameName, parseCertificate, parseRequest, renderName, type Authority,
  type Certificate, type CertificateOrder, type Signer, type Validity,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { Impossible } from '../command.ts'
import { keyTypeOf, openStore, schemeFor } from './key.ts'
import { type HeldKey, type KeyStore } from './key-kind.ts'
import { answer, certificateOf, derOf, momentOf, needed, numberOf, say, writeCertificate, type Values } from './option.ts'

const crypto = nodeCrypto()
const DAY = 86_400_000
const YEAR = 366
const serial = (): Uint8Array => new Uint8Array(randomBytes(16))
const span = (from: Date, days: number): Validity => ({ from, to: new Date(from.getTime() + days * DAY) })

/** The file of a private key beside its certificate. */
export const keyFileOf = (certificate: string): string => `${certificate.replace(/\.(pem|der|cer|crt)$/, '')}.key`

/** Runs what needs keys, and gives the token back whatever happens. */
export async function withStore<T>(values: Values, work: (store: KeyStore) => Promise<T>): Promise<T> {
  const store = await openStore(values)
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

/** An authority whose key is at hand. */
export interface Issuer { readonly certificate: Certificate; readonly signer: Signer; readonly key: HeldKey }

export async function openIssuer(
  store: KeyStore, values: Values, o: { readonly file: string; readonly key: string | undefined },
): Promise<Issuer> {
  const certificate = certificateOf(o.file)
  const key = await store.open(certificate, o.key ?? keyFileOf(o.file))
  return { certificate, key, signer: key.signer(schemeFor(key, values)) }
}

function built(der: Uint8Array): Certificate {
  const c = parseCertificate(der)
  if (c === undefined) throw new Error('what was built cannot be read')
  return c
}

/** What a caller's wrong word would break is one clear line here, not a bug. */
async function building(build: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    return await build()
  } catch (error) {
    if (error instanceof RangeError) throw new Impossible('value-unfit', error.message)
    throw error
  }
}

const shown = (c: Certificate, files: Readonly<Record<string, string>>): unknown => ({
  subject: renderName(c.subject), issuer: renderName(c.issuer), serial: c.serial,
  notBefore: c.notBefore.toISOString(), notAfter: c.notAfter.toISOString(), keyId: c.subjectKeyId, ...files,
})

function finish(values: Values, c: Certificate, files: Readonly<Record<string, string>>): number {
  answer(values, shown(c, files), [
    say({ zh: `已签发 ${renderName(c.subject)}`, en: `issued ${renderName(c.subject)}` }),
    say({
      zh: `  序列号 ${c.serial}，有效期 ${c.notBefore.toISOString().slice(0, 10)} 至 ${c.notAfter.toISOString().slice(0, 10)}`,
      en: `  serial ${c.serial}, valid ${c.notBefore.toISOString().slice(0, 10)} to ${c.notAfter.toISOString().slice(0, 10)}`,
    }),
    ...Object.entries(files).map(([what, file]) => `  ${what}: ${file}`),
  ])
  return 0
}

function newAuthority(values: Values): Authority {
  const [crlUrl, ...more] = values['crl-url'] ?? []
  if (crlUrl === undefined) throw new Impossible('usage', '--crl-url is needed')
  return {
    country: needed(values, 'country'), issuingState: needed(values, 'state'),
    organisation: needed(values, 'organisation'), contact: needed(values, 'contact'), crlUrl,
    ...(values.issuer === undefined ? {} : { issuer: values.issuer }), ...(more.length === 0 ? {} : { moreCrlUrls: more }),
  }
}

function folderOf(values: Values): string {
  const folder = needed(values, 'out')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return folder
}

const curveForm = (values: Values): { readonly curveForm?: 'named' } => (values['named-curve'] ? { curveForm: 'named' } : {})

/**
 * `csca new`: a key and a self-signed certificate. Used five years, valid as long as the last document.
 *
 * @source Doc 9303-12 §4.1.4, Appendix A
 */
export async function newCsca(values: Values): Promise<number> {
  const authority = newAuthority(values)
  const [from, use] = [momentOf(values), numberOf(values, 'use-years', 5) * YEAR]
  const folder = folderOf(values)
  const commonName = values.name ?? `CSCA-${authority.issuingState}`
  return withStore(values, async (store) => {
    const key = await store.create(keyTypeOf(values, 'p384'), { label: commonName, file: join(folder, 'csca.key') })
    const der = await building(async () => buildCsca({
      authority, commonName, spki: key.spki, serial: serial(), keyUse: span(from, use),
      validity: span(from, use + 93 + numberOf(values, 'document-years', 10) * YEAR), ...curveForm(values),
      ...(values.unit === undefined ? {} : { organisationalUnit: values.unit }),
      ...(values.number === undefined ? {} : { serialNumber: values.number }),
    }, key.signer(schemeFor(key, values)), crypto))
    writeCertificate(join(folder, 'csca.pem'), der)
    return finish(values, built(der), { certificate: join(folder, 'csca.pem'), key: key.place })
  })
}

/** `link`: the old key vouches for the new one. */
export async function newLink(values: Values): Promise<number> {
  const [old, fresh, out] = [needed(values, 'old'), certificateOf(needed(values, 'new')), needed(values, 'out')]
  return withStore(values, async (store) => {
    const issuer = await openIssuer(store, values, { file: old, key: values['old-key'] })
    if (!isSameName(fresh.subject, fresh.issuer)) throw new Impossible('certificate-unfit', 'the new certificate is no root')
    const der = await building(
      async () => buildLink(
        { root: fresh, serial: serial(), validity: { from: momentOf(values), to: fresh.notAfter } },
        issuer.certificate, issuer.signer, crypto,
      )
    )
    writeCertificate(out, der)
    return finish(values, built(der), { certificate: out })
  })
}

/** The key that a certificate is asked for: of a request that proves it, or a new one. */
async function subjectKey(
  store: KeyStore, values: Values, o: { readonly label: string; readonly file: string },
): Promise<{ readonly spki: Uint8Array; readonly place: string | undefined }> {
  if (values.request === undefined) {
    const key = await store.create(keyTypeOf(values, 'p256'), o)
    return { spki: key.spki, place: key.place }
  }
  const request = await parseRequest(derOf(values.request), crypto)
  if (request === undefined) throw new Impossible('request-invalid', `${values.request} is no request that its key has signed`)
  return { spki: request.spki, place: undefined }
}

interface SignerOrder {
  readonly name: string
  readonly file: string
  readonly organisation?: string
  readonly use: number
  readonly valid: number
  readonly build: (order: CertificateOrder & { readonly keyUse: Validity }, issuer: Issuer) => Promise<Uint8Array>
}

/** A certificate for a signer under the authority that is given, which lends it State, contact and list addresses. */
async function newSigner(values: Values, o: SignerOrder): Promise<number> {
  const folder = folderOf(values)
  return withStore(values, async (store) => {
    const issuer = await openIssuer(store, values, { file: needed(values, 'csca'), key: values['csca-key'] })
    const authority = authorityOf(issuer.certificate)
    if (authority === undefined) throw new Impossible('certificate-unfit', 'the authority does not say State, contact and list address')
    const key = await subjectKey(store, values, { label: o.name, file: join(folder, `${o.file}.key`) })
    const from = momentOf(values)
    const der = await building(async () => o.build({
      authority: o.organisation === undefined ? authority : { ...authority, organisation: o.organisation },
      commonName: o.name, spki: key.spki, serial: serial(), keyUse: span(from, o.use),
      validity: span(from, o.valid), ...curveForm(values),
    }, issuer))
    const file = join(folder, `${o.file}.pem`)
    writeCertificate(file, der)
    return finish(values, built(der), { certificate: file, ...(key.place === undefined ? {} : { key: key.place }) })
  })
}

/** `ds new`: three months of use, valid as long as the longest document. @source Doc 9303-12 §4.1.1 */
export async function newDs(values: Values): Promise<number> {
  const types = needed(values, 'types').split(',')
  const use = numberOf(values, 'use-days', 92)
  const day = momentOf(values).toISOString().slice(0, 10)
  return newSigner(values, {
    name: values.name ?? `DS ${day}`, file: 'ds', use, valid: use + numberOf(values, 'document-years', 10) * YEAR,
    build: async (order, issuer) => buildDs({ ...order, documentTypes: types }, issuer.certificate, issuer.signer, crypto),
  })
}

/** `ds renew`: a new key under a new certificate that says what the old one said. */
export async function renewDs(values: Values): Promise<number> {
  const old = certificateOf(needed(values, 'ds'))
  const part = (oid: string): string | undefined => old.subject.parts.find((p) => p.oid === oid)?.value
  const days = (from: Date | undefined, to: Date | undefined): number | undefined => (
    from === undefined || to === undefined ? undefined : Math.round((to.getTime() - from.getTime()) / DAY)
  )
  const [types, organisation] = [values.types?.split(',') ?? old.documentTypes, part('2.5.4.10')]
  if (types === undefined) throw new Impossible('certificate-unfit', 'the old certificate has no document types; --types is needed')
  return newSigner(values, {
    name: values.name ?? part('2.5.4.3') ?? 'DS', file: 'ds',
    use: numberOf(values, 'use-days', days(old.privateKeyUsage?.from, old.privateKeyUsage?.to) ?? 92),
    valid: days(old.notBefore, old.notAfter) ?? 10 * YEAR,
    ...(organisation === undefined ? {} : { organisation }),
    build: async (order, issuer) => buildDs({ ...order, documentTypes: types }, issuer.certificate, issuer.signer, crypto),
  })
}

/** `signer new`: a signer of master lists, deviation lists or bar codes. */
export async function newListSigner(values: Values, kind: string | undefined): Promise<number> {
  const use = numberOf(values, 'use-days', 365)
  const common = { use, valid: use + 30 }
  if (kind === 'masterlist') return newSigner(
    values,
    {
      ...common, name: values.name ?? 'Master List Signer', file: 'mls',
      build: async (o, i) => buildMasterListSigner(o, i.certificate, i.signer, crypto),
    },
  )
  if (kind === 'deviation') return newSigner(
    values,
    {
      ...common, name: values.name ?? 'Deviation List Signer', file: 'dls',
      build: async (o, i) => buildDeviationListSigner(o, i.certificate, i.signer, crypto),
    },
  )
  if (kind !== 'barcode') throw new Impossible('usage', 'signer new masterlist|deviation|barcode')
  const reference = needed(values, 'reference')
  return newSigner(values, {
    name: reference, file: 'bcs', use, valid: use + numberOf(values, 'document-years', 10) * YEAR,
    build: async (o, i) => buildBarCodeSigner(
      {
        country: o.authority.country, reference, spki: o.spki, serial: o.serial, validity: o.validity,
        ...(o.curveForm === undefined ? {} : { curveForm: o.curveForm }),
        ...(values.types === undefined ? {} : { documentTypes: values.types.split(',') }),
      },
      i.certificate, i.signer,
    ),
  })
}
