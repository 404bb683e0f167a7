// Makes a master list and opens one: who signed it, whom it trusts.
import { buildCsca, buildMasterList, buildMasterListSigner, parseCertificate, parseMasterList, readTrust, renderName, countryOf } from 'icao9303'

import { authority, crypto, day, newKey, serial } from './utopia.ts'

const validity = { from: day('2026-01-01'), to: day('2041-04-01') }
const keyUse = { from: day('2026-01-01'), to: day('2031-01-01') }

async function csca(country: string, state: string) {
  const key = newKey()
  const der = await buildCsca({ authority: { ...authority, country, issuingState: state }, commonName: `CSCA-${state}`, spki: key.spki, serial: serial(), validity, keyUse }, { sign: key.sign, hash: 'SHA-256' }, crypto)
  return { key, certificate: parseCertificate(der)! }
}
const [own, other] = [await csca('UT', 'UTO'), await csca('XA', 'XAA')]
const key = newKey()
const signer = parseCertificate(await buildMasterListSigner({ authority, commonName: 'MLS-UTO', spki: key.spki, serial: serial(), validity: { from: day('2026-01-01'), to: day('2027-01-01') } }, own.certificate, { sign: own.key.sign, hash: 'SHA-256' }, crypto))!
const bytes = await buildMasterList({ entries: [own.certificate, other.certificate], signer, chain: [own.certificate], at: day('2026-02-01') }, { sign: key.sign, hash: 'SHA-256' }, crypto)

const list = (await parseMasterList(bytes, crypto))!
console.log('signed by its own signer:', list.signed, list.signer && renderName(list.signer.subject))
console.log(list.certificates.map((c) => countryOf(c.subject)).sort().join(', '))

// Whether this list is to be believed is your choice; once it is, its certificates are anchors.
const { trust } = await readTrust([{ name: 'uto.ml', bytes }], crypto)
console.log(trust.anchors.length, 'anchors')

// Prints:
// signed by its own signer: true C=UT, O=Utopia Specimen Authority, CN=MLS-UTO
// UT, XA
// 2 anchors
