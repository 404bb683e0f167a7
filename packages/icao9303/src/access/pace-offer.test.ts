import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { integer, oid, sequence } from '../asn1/write.ts'
import { decodeSecurityInfos, encodeSecurityInfos, type PaceDomainParameterInfo, type PaceInfo, type SecurityInfo } from '../lds/security-info.ts'
import { paceOid, type KeyAgreement, type Mapping } from '../lds/security-protocol.ts'
import { nodeCrypto } from '../node.ts'
import { CURVES, explicitSpki } from '../pki/curve.ts'
import { childrenOf, readTlv, wholeOf } from '../asn1/tlv.ts'
import { type SessionCipher } from './key.ts'
import { encodeResponse, parseCommand } from './apdu.ts'
import { MODP } from './modp.ts'
import { performPace } from './pace.ts'
import { paceChip } from './pace-chip.ts'
import { paceOffers, PACE_PREFERENCE, rankOffers } from './pace-offer.ts'

const crypto = nodeCrypto()
function info(agreement: KeyAgreement, mapping: Mapping, cipher: SessionCipher, more: { readonly version?: number | undefined; readonly parameterId?: number | undefined } = {}): PaceInfo {
  const { version, parameterId } = { version: 2, parameterId: agreement === 'DH' ? 2 : 13, ...more }
  return { kind: 'pace', oid: paceOid({ agreement, mapping, cipher }), agreement, mapping, cipher, ...(version === undefined ? {} : { version }), ...(parameterId === undefined ? {} : { parameterId }) }
}
const offered = (...infos: readonly SecurityInfo[]): readonly string[] => paceOffers({ infos }, crypto).map((o) => `${o.mapping} ${o.cipher} ${o.group.name} ${o.parameterId ?? '-'} ${o.groups}`)

describe('what a chip offers', () => {
  it('A42 standardized groups go by their numbers', () => {
    expect(offered(info('ECDH', 'GM', 'AES-128', { parameterId: 12 }), info('DH', 'IM', '3DES', { parameterId: 0 }), info('ECDH', 'CAM', 'AES-256', { parameterId: 18 })))
      .toEqual(['GM AES-128 P-256 12 several', 'IM 3DES modp1024-160 0 several', 'CAM AES-256 P-521 18 several'])
  })

  it('A42 one number in several entries is one group', () => {
    expect(offered(info('ECDH', 'GM', 'AES-128'), info('ECDH', 'IM', 'AES-128'))).toEqual(['GM AES-128 brainpoolP256r1 13 one', 'IM AES-128 brainpoolP256r1 13 one'])
  })

  it('A42 reserved numbers, other versions and mixed kinds are passed over, but count as other groups', () => {
    for (const parameterId of [3, 7, 19, 31]) expect(offered(info('ECDH', 'GM', 'AES-128', { parameterId })), `${parameterId}`).toEqual([])
    for (const version of [0, 1, 3, undefined]) expect(offered(info('ECDH', 'GM', 'AES-128', { version })), `${version}`).toEqual([])
    expect(offered(info('ECDH', 'GM', 'AES-128', { parameterId: 2 }), info('DH', 'GM', 'AES-128', { parameterId: 12 }))).toEqual([])
    expect(offered(info('ECDH', 'GM', 'AES-128', { parameterId: 19 }), info('ECDH', 'GM', 'AES-128'))).toEqual(['GM AES-128 brainpoolP256r1 13 several'])
    expect(offered({ kind: 'unknown', oid: '1.2', raw: unhex('3000') })).toEqual([])
  })

  it('A42 the Integrated Mapping is not for P-224', () => {
    expect(offered(info('ECDH', 'IM', 'AES-128', { parameterId: 10 }), info('ECDH', 'IM', 'AES-128', { parameterId: 11 }), info('ECDH', 'GM', 'AES-128', { parameterId: 10 })))
      .toEqual(['IM AES-128 brainpoolP224r1 11 several', 'GM AES-128 P-224 10 several'])
  })

  it('A42 the file of the worked example is read and written', () => {
    const file = { infos: [info('ECDH', 'GM', 'AES-128'), info('DH', 'GM', 'AES-128')] }
    const read = decodeSecurityInfos(encodeSecurityInfos(file))
    expect(read.ok && paceOffers(read.value, crypto).map((o) => o.oid).sort()).toEqual(file.infos.map((i) => i.oid).sort())
  })
})

describe('explicit domain parameters', () => {
  const curve = CURVES.find((c) => c.name === 'brainpoolP384r1')!
  const algorithm = (spki: Uint8Array): Uint8Array => wholeOf(childrenOf(readTlv(spki, 0))[0]!)
  const ec = algorithm(explicitSpki(curve, unhex(`04${curve.g}`)))
  const n = (h: string): Uint8Array => integer(BigInt(`0x${h}`))
  const dh = (m: { readonly p: string; readonly g: string; readonly q: string }): Uint8Array => sequence(oid('1.2.840.10046.2.1'), sequence(n(m.p), n(m.g), n(m.q)))
  const domain = (agreement: KeyAgreement, parameters: Uint8Array, parameterId?: number): PaceDomainParameterInfo => ({
    kind: 'pace-domain-parameters', oid: paceOid({ agreement, mapping: 'GM' }), agreement, mapping: 'GM', parameters, ...(parameterId === undefined ? {} : { parameterId }),
  })

  it('A43 count when every number is that of a known group', () => {
    expect(offered(info('ECDH', 'GM', 'AES-256', { parameterId: 40 }), domain('ECDH', ec, 40))).toEqual(['GM AES-256 brainpoolP384r1 40 one'])
    expect(offered(info('ECDH', 'GM', 'AES-256', { parameterId: undefined }), domain('ECDH', ec))).toEqual(['GM AES-256 brainpoolP384r1 - one'])
    MODP.forEach((m, i) => expect(offered(info('DH', 'GM', '3DES', { parameterId: 32 + i }), domain('DH', dh(m), 32 + i))).toEqual([`GM 3DES ${m.name} ${32 + i} one`]))
    expect(offered(info('ECDH', 'GM', 'AES-256', { parameterId: 32 }), domain('ECDH', sequence(oid('0.4.0.127.0.7.1.2'), integer(15)), 32))).toEqual(['GM AES-256 P-384 32 one'])
  })

  it('A43 open a chip that has them', async () => {
    const infos = { infos: [info('ECDH', 'GM', 'AES-256', { parameterId: 40 }), domain('ECDH', ec, 40), info('DH', 'GM', '3DES', { parameterId: 41 }), domain('DH', dh(MODP[0]!), 41)] }
    const password = { kind: 'can', text: '000000' } as const
    const offers = paceOffers(infos, crypto)
    const chip = paceChip({ offers, passwords: [password], crypto, parameterReference: 'required' })
    for (const [i, named] of ['840128', '840129'].entries()) {
      const heard: string[] = []
      const result = await performPace(async (b) => {
        heard.push(hex(b))
        return Promise.resolve(encodeResponse(chip.answer(parseCommand(b)!)!.response))
      }, { offer: offers[i]!, password, crypto })
      expect([result.ok, heard[0]!.slice(-6)]).toEqual([true, named])
    }
  })

  const changed = ec.slice()
  changed[changed.length - 20]! ^= 1
  const m = MODP[1]!
  const other = (h: string): string => (BigInt(`0x${h}`) + 2n).toString(16)
  it.each<readonly [string, PaceInfo, readonly PaceDomainParameterInfo[]]>([
    ['no parameters', info('ECDH', 'GM', 'AES-128', { parameterId: 40 }), []],
    ['parameters of another number', info('ECDH', 'GM', 'AES-128', { parameterId: 40 }), [domain('ECDH', ec, 41)]],
    ['parameters without a number', info('ECDH', 'GM', 'AES-128', { parameterId: 40 }), [domain('ECDH', ec)]],
    ['parameters of another mapping', info('ECDH', 'IM', 'AES-128', { parameterId: 40 }), [domain('ECDH', ec, 40)]],
    ['parameters twice', info('ECDH', 'GM', 'AES-128', { parameterId: 40 }), [domain('ECDH', ec, 40), domain('ECDH', ec, 40)]],
    ['a reserved number', info('ECDH', 'GM', 'AES-128', { parameterId: 31 }), [domain('ECDH', ec, 31)]],
    ['a changed curve', info('ECDH', 'GM', 'AES-128', { parameterId: 40 }), [domain('ECDH', changed, 40)]],
    ['residues for a curve', info('ECDH', 'GM', 'AES-128', { parameterId: 40 }), [domain('ECDH', dh(m), 40)]],
    ['another prime', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', dh({ ...m, p: other(m.p) }), 40)]],
    ['another generator', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', dh({ ...m, g: other(m.g) }), 40)]],
    ['another order', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', dh({ ...m, q: other(m.q) }), 40)]],
    ['two numbers', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', sequence(oid('1.2.840.10046.2.1'), sequence(n(m.p), n(m.g))), 40)]],
    ['no sequence', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', sequence(oid('1.2.840.10046.2.1'), integer(1)), 40)]],
    ['another algorithm', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', sequence(oid('1.2.840.113549.1.3.1'), sequence(n(m.p), n(m.g), n(m.q))), 40)]],
    ['an algorithm without parameters', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', sequence(oid('1.2.840.10046.2.1')), 40)]],
    ['no algorithm', info('DH', 'GM', 'AES-128', { parameterId: 40 }), [domain('DH', unhex('0500'), 40)]],
  ])('A43 %s: not used', (_, pace, domains) => {
    expect(offered(pace, ...domains)).toEqual([])
  })
})

describe('the choice', () => {
  const offers = paceOffers({ infos: [
    info('DH', 'GM', 'AES-256'), info('ECDH', 'IM', 'AES-256'), info('ECDH', 'GM', '3DES'), info('ECDH', 'GM', 'AES-128', { parameterId: 12 }), info('ECDH', 'GM', 'AES-128'), info('ECDH', 'GM', 'AES-192'), info('ECDH', 'CAM', 'AES-128'),
  ] }, crypto)
  const names = (...a: Parameters<typeof rankOffers>): readonly string[] => rankOffers(...a).map((o) => `${o.agreement} ${o.mapping} ${o.cipher} ${o.parameterId}`)

  it('A44 prefers the chip that proves itself, then curves, then longer keys, then the order of the chip', () => {
    expect(names(offers)).toEqual(['ECDH CAM AES-128 13', 'ECDH GM AES-192 13', 'ECDH GM AES-128 12', 'ECDH GM AES-128 13', 'ECDH GM 3DES 13', 'DH GM AES-256 2', 'ECDH IM AES-256 13'])
    expect(PACE_PREFERENCE).toEqual({ mappings: ['CAM', 'GM', 'IM'], agreements: ['ECDH', 'DH'], ciphers: ['AES-256', 'AES-192', 'AES-128', '3DES'] })
  })

  it('A44 what a policy does not name is not taken', () => {
    expect(names(offers, { ...PACE_PREFERENCE, mappings: ['IM'] })).toEqual(['ECDH IM AES-256 13'])
    expect(names(offers, { ...PACE_PREFERENCE, agreements: ['DH'] })).toEqual(['DH GM AES-256 2'])
    expect(names(offers, { ...PACE_PREFERENCE, ciphers: ['3DES'] })).toEqual(['ECDH GM 3DES 13'])
    expect(names(offers, { ...PACE_PREFERENCE, mappings: [] })).toEqual([])
    expect(names(offers, { mappings: ['IM', 'GM'], agreements: ['DH', 'ECDH'], ciphers: ['AES-128', 'AES-256'] })).toEqual(['ECDH IM AES-256 13', 'DH GM AES-256 2', 'ECDH GM AES-128 12', 'ECDH GM AES-128 13'])
  })
})
