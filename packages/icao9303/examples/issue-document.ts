// Founds a document PKI and issues a passport: CSCA, document signer, data groups, EF.SOD.
import { generateKeyPairSync, randomBytes } from 'node:crypto'

import { buildCsca, buildDs, composeMrz, contentInfoOf, cscaDefects, dsDefects, encodeCom, encodeDg1, encodeDg2, hashGroups, parseCertificate, renderName, sodSigner, type Sign } from 'icao9303'
import { nodeCrypto, signWith } from 'icao9303/node'

const crypto = nodeCrypto()
const day = (text: string): Date => new Date(`${text}T00:00:00Z`)

// A signature is a function that you pass: here of keys in memory, else of a module that keeps them.
function newKey(): { readonly spki: Uint8Array; readonly sign: Sign } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP384r1' })
  return { spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })), sign: signWith(privateKey, { kind: 'ecdsa', hash: 'SHA-384', form: 'der' }) }
}
const [cscaKey, dsKey] = [newKey(), newKey()]
const authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }

// 1. The authority: signs for five years, is needed for as long as the last document lives.
const csca = parseCertificate(await buildCsca({
  authority, commonName: 'CSCA-UTO', spki: cscaKey.spki, serial: new Uint8Array(randomBytes(12)), validity: { from: day('2026-01-01'), to: day('2041-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2031-01-01') },
}, { sign: cscaKey.sign, hash: 'SHA-384' }, crypto))!
// 2. A document signer: signs passports for three months.
const ds = parseCertificate(await buildDs({
  authority, commonName: 'DS-UTO 1', spki: dsKey.spki, serial: new Uint8Array(randomBytes(12)), validity: { from: day('2026-01-01'), to: day('2036-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2026-04-01') }, documentTypes: ['PP'],
}, csca, { sign: cscaKey.sign, hash: 'SHA-384' }, crypto))!
console.log(renderName(ds.issuer), '→', renderName(ds.subject))
console.log('against the profiles:', [...cscaDefects(csca), ...dsDefects(ds)].length, 'defects')

// 3. The data groups.
const { lines } = composeMrz('TD3', {
  documentCode: 'PP', issuingState: 'UTO', documentNumber: 'SP1234567', nationality: 'UTO', primaryIdentifier: 'OONISHI', secondaryIdentifier: 'ZOE', birthDate: '900228', sex: 'F', expiryDate: '351130',
})
const picture = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xd9) // a JPEG in real life
const groups = new Map([[1, encodeDg1(lines)], [2, encodeDg2({ image: picture, mediaType: 'image/jpeg', width: 413, height: 531 })]])

// 4. EF.SOD over their hashes. The signer is made once and signs as many documents as there are.
const signer = sodSigner({ ds, hash: 'SHA-384', lds: '1.7' }, crypto)
const sod = await signer.make(hashGroups(groups, 'SHA-384', crypto), dsKey.sign)
const com = encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2] })
console.log(com.length, groups.get(1)!.length, sod[0] === 0x77, contentInfoOf(sod)[0] === 0x30)

// Prints:
// C=UT, O=Utopia Specimen Authority, CN=CSCA-UTO → C=UT, O=Utopia Specimen Authority, CN=DS-UTO 1
// against the profiles: 0 defects
// 22 93 true true
