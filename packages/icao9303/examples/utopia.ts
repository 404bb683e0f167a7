// What the other examples stand on: an authority of Utopia with its keys, and a document it has issued.
import { generateKeyPairSync, randomBytes } from 'node:crypto'

import {
  buildCrl, buildCsca, buildDs, composeMrz, encodeCom, encodeDg1, encodeDg14, encodeDg2, hashGroups, parseCertificate, sodSigner, type Authority, type Certificate, type Dump, type SecurityInfo, type Sign,
} from 'icao9303'
import { nodeCrypto, signWith } from 'icao9303/node'

export const crypto = nodeCrypto()
export const day = (text: string): Date => new Date(`${text}T00:00:00Z`)
export const serial = (): Uint8Array => new Uint8Array(randomBytes(12))

export const authority: Authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }

/** A key in memory. Where keys live in a module of their own, `sign` asks that module instead. */
export function newKey(curve = 'brainpoolP256r1'): { readonly spki: Uint8Array; readonly sign: Sign } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve })
  return { spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })), sign: signWith(privateKey, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }) }
}

/** Country signing authority, one document signer below it, and an empty revocation list. */
export async function foundPki(): Promise<{ readonly csca: Uint8Array; readonly crl: Uint8Array; readonly ds: Certificate; readonly sign: Sign }> {
  const [root, signer] = [newKey(), newKey()]
  const by = { sign: root.sign, hash: 'SHA-256' } as const
  const csca = await buildCsca({
    authority, commonName: 'CSCA-UTO', spki: root.spki, serial: serial(), validity: { from: day('2026-01-01'), to: day('2041-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2031-01-01') },
  }, by, crypto)
  const issuer = parseCertificate(csca)!
  const ds = await buildDs({
    authority, commonName: 'DS-UTO 1', spki: signer.spki, serial: serial(), validity: { from: day('2026-01-01'), to: day('2036-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2026-04-01') }, documentTypes: ['PP'],
  }, issuer, by, crypto)
  const crl = await buildCrl({ number: 1, thisUpdate: day('2026-02-01'), nextUpdate: day('2026-05-01'), revoked: [] }, issuer, by)
  return { csca, crl, ds: parseCertificate(ds)!, sign: signer.sign }
}

export const zone = composeMrz('TD3', {
  documentCode: 'PP', issuingState: 'UTO', documentNumber: 'SP1234567', nationality: 'UTO', primaryIdentifier: 'OONISHI', secondaryIdentifier: 'ZOE', birthDate: '900228', sex: 'F', expiryDate: '351130',
}).lines

/** A grey card of 35 by 45 points, as JPEG: nobody's face. */
const portrait = Uint8Array.from(atob(
  '/9j/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////////////////////////2wBDAVVaWnhpeOuCguv/////////////////////////////////////////////////////////////////////////wAARCAAtACMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAT/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAAAP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKAAAAAAAAAAAAAAAAAAf//Z',
), (c) => c.charCodeAt(0))

/** The files of a passport, by their names. What the chip can do stands in DG14, signed. */
export async function issue(ds: Certificate, sign: Sign, infos: readonly SecurityInfo[] = []): Promise<Dump> {
  const face = { image: portrait, mediaType: 'image/jpeg', width: 35, height: 45 } as const
  const groups = new Map([[1, encodeDg1(zone)], [2, encodeDg2(face)], ...(infos.length > 0 ? [[14, encodeDg14({ infos })] as const] : [])])
  return {
    ...Object.fromEntries([...groups].map(([n, bytes]) => [`DG${n}`, bytes])),
    'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...groups.keys()] }),
    'EF.SOD': await sodSigner({ ds, hash: 'SHA-256', lds: '1.7' }, crypto).make(hashGroups(groups, 'SHA-256', crypto), sign),
  }
}
