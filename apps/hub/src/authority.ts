import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { buildCrl, buildCsca, buildDs, buildMasterList, buildMasterListSigner, parseCertificate, countryOf, parseRequest, renderName, type Authority, type Certificate, type Sign, type Signer } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

const crypto = nodeCrypto()

/** The specimen State whose national side this hub plays. */
export const UTOPIA: Authority = {
  country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'csca@specimen.example', crlUrl: 'http://pki.specimen.example/UTO.crl',
}
const DAY = 86_400_000
/** Years and days of the profile: CSCA five years of use, DS three months, both valid as long as the last document. @source Doc 9303-12 Table 2 */
const CSCA_USE = 5 * 365
const DS_USE = 92
const LONGEST_DOCUMENT = 5 * 366

interface Pair {
  readonly spki: Uint8Array
  readonly publicPem: string
  readonly sign: Sign
  /** r and s, hex, for statements that are no ICAO structure. */
  readonly signText: (text: string) => string
}

function keyIn(file: string): Pair {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const fresh = `${file}.new`
    writeFileSync(fresh, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
    renameSync(fresh, file)
  }
  const key = createPrivateKey(readFileSync(file))
  const publicKey = createPublicKey(key)
  return {
    spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })),
    publicPem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    sign: (m) => new Uint8Array(sign('sha256', m, key)),
    signText: (text) => sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('hex'),
  }
}

/** The key that acknowledges messages: another than the CSCA's, which signs certificates and lists only. */
export function openReceiptKey(folder: string): { readonly publicPem: string; readonly signText: (text: string) => string } {
  return keyIn(join(folder, 'receipt.key'))
}

/** The demonstration CSCA: it certifies document signers, revokes them, and publishes what inspectors need. */
export interface CertificationAuthority {
  readonly csca: Certificate
  /** A certificate of the profile, or undefined when the request proves no key or asks for another State. */
  readonly certify: (request: Uint8Array, now: Date) => Promise<Certificate | undefined>
  /** The public key that a request asks a certificate for. */
  readonly askedFor: (request: Uint8Array) => Promise<Uint8Array | undefined>
  readonly revocationList: (o: { readonly number: number; readonly now: Date; readonly revoked: readonly { readonly serial: string; readonly at: Date }[] }) => Promise<Uint8Array>
  readonly masterList: (now: Date) => Promise<Uint8Array>
}

/** Opens the authority of a folder; at first use makes its key and certificate, dated by the clock. */
export async function openAuthority(folder: string, now: Date): Promise<CertificationAuthority> {
  const key = keyIn(join(folder, 'csca.key'))
  const file = join(folder, 'csca.der')
  const signer = { sign: key.sign, hash: 'SHA-256' as const }
  const plus = (days: number, from = now): Date => new Date(from.getTime() + days * DAY)
  if (!existsSync(file)) {
    const from = new Date(Math.floor(now.getTime() / DAY) * DAY)
    const der = await buildCsca({
      authority: UTOPIA, commonName: 'CSCA-UTO SPECIMEN', spki: key.spki, serial: new Uint8Array(randomBytes(16)),
      validity: { from, to: plus(CSCA_USE + DS_USE + LONGEST_DOCUMENT, from) }, keyUse: { from, to: plus(CSCA_USE, from) },
    }, signer, crypto)
    writeFileSync(`${file}.new`, der)
    renameSync(`${file}.new`, file)
  }
  const csca = parseCertificate(new Uint8Array(readFileSync(file)))
  if (csca === undefined) throw new Error(`${file} is no certificate`)
  let list: { readonly day: string; readonly der: Uint8Array } | undefined
  return {
    csca,
    certify: async (der, at) => {
      const request = await parseRequest(der, crypto)
      if (request === undefined || request.curve !== 'P-256' || countryOf(request.subject) !== UTOPIA.country) return undefined
      const from = new Date(Math.floor(at.getTime() / DAY) * DAY)
      const name = request.subject.parts.find((p) => p.oid === '2.5.4.3')?.value ?? renderName(request.subject)
      return parseCertificate(await buildDs({
        authority: UTOPIA, commonName: name, spki: request.spki, serial: new Uint8Array(randomBytes(16)), documentTypes: ['PO'],
        validity: { from, to: plus(DS_USE + LONGEST_DOCUMENT, from) }, keyUse: { from, to: plus(DS_USE, from) },
      }, csca, signer, crypto))
    },
    askedFor: async (der) => (await parseRequest(der, crypto))?.spki,
    revocationList: async (o) => buildCrl({ number: o.number, thisUpdate: o.now, nextUpdate: plus(90, o.now), revoked: o.revoked }, csca, signer),
    masterList: async (at) => {
      const today = at.toISOString().slice(0, 10)
      if (list?.day !== today) list = { day: today, der: await makeMasterList({ folder, csca, signer, at }) }
      return list.der
    },
  }
}

interface MasterListOrder { readonly folder: string; readonly csca: Certificate; readonly signer: Signer; readonly at: Date }

/** A list of the one CSCA, signed by a master list signer of its own with a fresh certificate. @source Doc 9303-12 §9 */
async function makeMasterList({ folder, csca, signer, at }: MasterListOrder): Promise<Uint8Array> {
  const mls = keyIn(join(folder, 'mls.key'))
  const plus = (days: number): Date => new Date(at.getTime() + days * DAY)
  const certificate = parseCertificate(await buildMasterListSigner({
    authority: UTOPIA, commonName: 'MLS-UTO SPECIMEN', spki: mls.spki, serial: new Uint8Array(randomBytes(16)), validity: { from: at, to: plus(400) }, keyUse: { from: at, to: plus(300) },
  }, csca, signer, crypto))!
  return buildMasterList({ entries: [csca], signer: certificate, chain: [csca], at }, { sign: mls.sign, hash: 'SHA-256' }, crypto)
}
