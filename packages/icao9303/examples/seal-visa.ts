// Seals a visa visibly and examines the seal: the bytes of a bar code, from whose picture somebody else takes them.
import { generateKeyPairSync } from 'node:crypto'

import { buildBarCodeSigner, buildCrl, buildCsca, composeMrz, parseCertificate, readTrust, signVds, VDS_PROFILES, verifySeal, visaFeatures, type SealInspection } from 'icao9303'
import { signWith } from 'icao9303/node'

import { authority, crypto, day, newKey, serial } from './utopia.ts'

const root = newKey()
const by = { sign: root.sign, hash: 'SHA-256' } as const
const csca = parseCertificate(await buildCsca({
  authority, commonName: 'CSCA-UTO', spki: root.spki, serial: serial(), validity: { from: day('2026-01-01'), to: day('2041-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2031-01-01') },
}, by, crypto))!
const crl = await buildCrl({ number: 1, thisUpdate: day('2026-03-01'), nextUpdate: day('2026-05-01'), revoked: [] }, csca, by)

// The signer of seals has a small key, because the bar code is small.
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP224r1' })
const sign = signWith(privateKey, { kind: 'ecdsa', hash: 'SHA-224', form: 'der' })
const signer = parseCertificate(await buildBarCodeSigner({
  country: 'UT', reference: 'V1', spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })), serial: serial(), validity: { from: day('2026-01-01'), to: day('2036-04-01') }, documentTypes: ['V'],
}, csca, by))!

const zone = composeMrz('MRV-B', {
  documentCode: 'V', issuingState: 'UTO', documentNumber: 'VS1234567', nationality: 'UTO', primaryIdentifier: 'OONISHI', secondaryIdentifier: 'ZOE', birthDate: '900228', sex: 'F', expiryDate: '260930',
}).lines
const features = visaFeatures({ format: 'MRV-B', zone, entries: 2, stay: { days: 30, months: 0, years: 0 }, passportNumber: 'SP1234567' })
const seal = await signVds({ certificate: signer, crypto, header: { version: 4, country: 'UTO', issued: '2026-03-10', signed: '2026-03-10', ...VDS_PROFILES.visa }, features }, sign)
console.log('bytes for the bar code:', seal.length > 150 && seal.length < 250)

const { trust } = await readTrust([{ name: 'csca', bytes: csca.der }, { name: 'crl', bytes: crl }, { name: 'signer', bytes: signer.der }], crypto)
const order: SealInspection = { trust, at: day('2026-03-12'), policy: 'field', crypto, printed: { document: zone } }
const report = await verifySeal(seal, order)
console.log(report.verdict, report.status, report.trustLevel)

// The right seal on another document: what is printed is held against what is sealed.
const other = await verifySeal(seal, { ...order, printed: { document: [zone[0]!.replace('ZOE', 'EVE'), zone[1]!] } })
console.log(other.verdict, other.indications.join())

// Prints:
// bytes for the bar code: true
// genuine VALID trustable
// faulty SEAL_VISA_MISMATCH
