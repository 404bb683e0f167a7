// Who may read fingerprints: card-verifiable certificates from the State's root over a document verifier to a gate.
import { generateKeyPairSync } from 'node:crypto'

import { buildChat, buildCvc, cvcAlgorithmOid, cvcDefects, cvcTrustPoint, decodeCvc, mayRead, verifyCvcChain, withoutParameters, type CvCertificate, type CvcRole, type CvcSigner } from 'icao9303'
import { nodeCrypto, signWith } from 'icao9303/node'

const crypto = nodeCrypto()

function newKey(): CvcSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })
  const point = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })).slice(-65)
  return {
    key: { kind: 'ec', oid: cvcAlgorithmOid({ kind: 'ecdsa', hash: 'SHA-256' }), point, parameters: { curve: 'brainpoolP256r1', cofactor: 'given' } },
    sign: signWith(privateKey, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }),
  }
}
function read(bytes: Uint8Array): CvCertificate {
  const cvc = decodeCvc(bytes)
  if (!cvc.ok) throw new Error(cvc.defects[0]?.says)
  return cvc.value
}
const chat = (role: CvcRole, rights: readonly string[]) => buildChat({ type: 'inspection', role, rights })
const [root, verifier, gate] = [newKey(), newKey(), newKey()]
const common = { profile: 0, extensions: [] }

const cvca = read(await buildCvc({ ...common, car: 'UTCVCAUTO00001', chr: 'UTCVCAUTO00001', publicKey: root.key, chat: chat('cvca', ['read-dg3', 'read-dg4']), effective: '2026-01-01', expires: '2028-01-01' }, root))
const dv = read(await buildCvc({ ...common, car: cvca.chr, chr: 'UTBORDER00001', publicKey: withoutParameters(verifier.key), chat: chat('dv-domestic', ['read-dg3']), effective: '2026-03-01', expires: '2026-05-01' }, root))
const terminal = read(await buildCvc({ ...common, car: dv.chr, chr: 'UTGATE100001', publicKey: withoutParameters(gate.key), chat: chat('terminal', ['read-dg3', 'read-dg4']), effective: '2026-03-05', expires: '2026-03-20' }, verifier))
console.log('defects:', [cvca, dv, terminal].flatMap((c) => cvcDefects(c)).length)

// The chip knows the root and a day; it takes the chain, and the rights that every link grants.
const trust = { points: [(await cvcTrustPoint(cvca, crypto))!], date: '2026-03-10' }
const verdict = await verifyCvcChain([dv, terminal], trust, crypto)
if (verdict.ok) console.log(verdict.key.chr, 'DG3:', mayRead(verdict.key.chat, 'DG3'), 'DG4:', mayRead(verdict.key.chat, 'DG4'))

// Three weeks later the gate's certificate has run out.
const late = await verifyCvcChain([dv, terminal], { ...trust, date: '2026-03-31' }, crypto)
if (!late.ok) console.log(late.refusal.code, 'at certificate', late.at + 1)

// Prints:
// defects: 0
// UTGATE100001 DG3: true DG4: false
// cvc-expired at certificate 2
