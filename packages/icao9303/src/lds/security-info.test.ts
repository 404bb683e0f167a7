import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { integer, octets, oid, sequence, setOf, tlv } from '../asn1/write.ts'
import {
  activeAuthenticationInfo, chipAuthenticationInfo, chipAuthenticationKey, decodeSecurityInfos, efDirInfo, encodeSecurityInfos, paceInfo, protocolName,
  terminalAuthenticationInfo, type SecurityInfo,
} from '../index.ts'
import { CURVES, explicitSpki, namedSpki } from '../pki/curve.ts'
import { OID_STANDARDIZED_PARAMETERS, paceOid } from './security-protocol.ts'

const PACE = '0.4.0.127.0.7.2.2.4'
const CA = '0.4.0.127.0.7.2.2.3'
const spki = explicitSpki(CURVES[2]!, unhex(`04${CURVES[2]!.g}`))
const one = (...parts: readonly Uint8Array[]) => decodeSecurityInfos(tlv(0x31, sequence(...parts)))
const info = (...parts: readonly Uint8Array[]): SecurityInfo => {
  const d = one(...parts)
  if (!d.ok) throw new Error(d.defects[0]!.says)
  return d.value.infos[0]!
}
const codes = (d: ReturnType<typeof decodeSecurityInfos>) => d.defects.map((x) => [x.code, x.offset])

describe('SecurityInfos', () => {
  it.each([
    ['1.1', 'DH', 'GM', '3DES', 'id-PACE-DH-GM-3DES-CBC-CBC'], ['1.2', 'DH', 'GM', 'AES-128', 'id-PACE-DH-GM-AES-CBC-CMAC-128'],
    ['2.3', 'ECDH', 'GM', 'AES-192', 'id-PACE-ECDH-GM-AES-CBC-CMAC-192'], ['3.4', 'DH', 'IM', 'AES-256', 'id-PACE-DH-IM-AES-CBC-CMAC-256'],
    ['4.1', 'ECDH', 'IM', '3DES', 'id-PACE-ECDH-IM-3DES-CBC-CBC'], ['6.2', 'ECDH', 'CAM', 'AES-128', 'id-PACE-ECDH-CAM-AES-CBC-CMAC-128'],
    ['6.4', 'ECDH', 'CAM', 'AES-256', 'id-PACE-ECDH-CAM-AES-CBC-CMAC-256'],
  ] as const)('L3 knows PACE %s', (arcs, agreement, mapping, cipher, name) => {
    const id = `${PACE}.${arcs}`
    expect(info(oid(id), integer(2), integer(13))).toEqual({ kind: 'pace', oid: id, agreement, mapping, cipher, version: 2, parameterId: 13 })
    expect(protocolName(id)).toBe(name)
    expect(paceInfo({ agreement, mapping, cipher, parameterId: 13 })).toEqual(info(oid(id), integer(2), integer(13)))
  })

  it.each(['6.1', '5.2', '7.2', '0.1', '1.5', '2.0', '2.2.1'])('L3 keeps PACE %s, which is not in the standard, in its bytes', (arcs) => {
    const id = `${PACE}.${arcs}`
    const raw = sequence(oid(id), integer(2))
    expect(info(oid(id), integer(2))).toEqual({ kind: 'unknown', oid: id, raw })
    expect(one(oid(id), integer(2)).defects).toEqual([])
    expect(protocolName(id)).toBeUndefined()
  })
  it('L3 makes no identifier for PACE that does not exist', () => {
    expect(() => paceOid({ agreement: 'DH', mapping: 'CAM', cipher: 'AES-128' })).toThrow(RangeError)
    expect(() => paceOid({ agreement: 'ECDH', mapping: 'CAM', cipher: '3DES' })).toThrow(RangeError)
    expect(paceOid({ agreement: 'ECDH', mapping: 'CAM' })).toBe(`${PACE}.6`)
  })

  it('L3 reads explicit domain parameters of PACE', () => {
    const parameters = sequence(oid('1.2.840.10045.2.1'), integer(1))
    expect(info(oid(`${PACE}.4`), parameters)).toEqual({ kind: 'pace-domain-parameters', oid: `${PACE}.4`, agreement: 'ECDH', mapping: 'IM', parameters })
    expect(info(oid(`${PACE}.1`), parameters, integer(40))).toEqual({ kind: 'pace-domain-parameters', oid: `${PACE}.1`, agreement: 'DH', mapping: 'GM', parameters, parameterId: 40 })
    expect(protocolName(`${PACE}.4`)).toBe('id-PACE-ECDH-IM')
  })

  it.each([
    ['1.1', 'DH', '3DES', 'id-CA-DH-3DES-CBC-CBC'], ['1.4', 'DH', 'AES-256', 'id-CA-DH-AES-CBC-CMAC-256'], ['2.2', 'ECDH', 'AES-128', 'id-CA-ECDH-AES-CBC-CMAC-128'],
    ['2.3', 'ECDH', 'AES-192', 'id-CA-ECDH-AES-CBC-CMAC-192'],
  ] as const)('L3 knows Chip Authentication %s', (arcs, agreement, cipher, name) => {
    const id = `${CA}.${arcs}`
    expect(info(oid(id), integer(1))).toEqual({ kind: 'chip-authentication', oid: id, agreement, cipher, version: 1 })
    expect(info(oid(id), integer(1), integer(300))).toEqual(chipAuthenticationInfo({ agreement, cipher, keyId: 300 }))
    expect(protocolName(id)).toBe(name)
  })
  it.each(['2.5', '2.0', '3.1', '2.2.1'])('L3 keeps Chip Authentication %s in its bytes', (arcs) => {
    expect(info(oid(`${CA}.${arcs}`), integer(1))).toEqual({ kind: 'unknown', oid: `${CA}.${arcs}`, raw: sequence(oid(`${CA}.${arcs}`), integer(1)) })
    expect(protocolName(`${CA}.${arcs}`)).toBeUndefined()
  })
  it('L3 reads domain parameters of Chip Authentication, as identity cards have', () => {
    const parameters = sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(13))
    expect(info(oid(`${CA}.2`), parameters, integer(8))).toEqual({ kind: 'chip-authentication-domain-parameters', oid: `${CA}.2`, agreement: 'ECDH', parameters, keyId: 8 })
  })

  it('L3 reads keys of Chip Authentication', () => {
    const point = unhex(`04${CURVES[2]!.g}`)
    const named = namedSpki(CURVES[2]!, point)
    const standard = sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(12)), tlv(3, Uint8Array.of(0), point))
    const dh = sequence(sequence(oid('1.2.840.113549.1.3.1'), sequence(integer(23), integer(5))), tlv(3, Uint8Array.of(0, 2, 1, 8)))
    for (const [publicKey, algorithm, arc] of [[spki, '1.2.840.10045.2.1', 2], [named, '1.2.840.10045.2.1', 2], [standard, OID_STANDARDIZED_PARAMETERS, 2], [dh, '1.2.840.113549.1.3.1', 1]] as const) {
      const id = `0.4.0.127.0.7.2.2.1.${arc}`
      const agreement = arc === 1 ? 'DH' : 'ECDH'
      expect(info(oid(id), publicKey)).toEqual({ kind: 'chip-authentication-public-key', oid: id, agreement, publicKey, algorithm })
      expect(info(oid(id), publicKey, integer(13))).toEqual(chipAuthenticationKey(publicKey, 13))
      expect(protocolName(id)).toBe(`id-PK-${agreement}`)
    }
    expect(chipAuthenticationKey(sequence(sequence(oid('1.2.840.10046.2.1')), tlv(3, Uint8Array.of(0, 1)))).agreement).toBe('DH')
    expect(() => chipAuthenticationKey(sequence(integer(1)))).toThrow(RangeError)
  })

  it('L3 reads Terminal Authentication, with and without the place of its trust points', () => {
    const id = '0.4.0.127.0.7.2.2.2'
    expect(info(oid(id), integer(1))).toEqual(terminalAuthenticationInfo())
    expect(info(oid(id), integer(2))).toEqual({ kind: 'terminal-authentication', oid: id, version: 2 })
    expect(info(oid(id), integer(1), sequence(octets(unhex('011c'))))).toEqual({ kind: 'terminal-authentication', oid: id, version: 1, efCvca: { fid: 0x011c } })
    expect(info(oid(id), integer(1), sequence(octets(unhex('011c')), octets(unhex('1c'))))).toEqual({ kind: 'terminal-authentication', oid: id, version: 1, efCvca: { fid: 0x011c, sfid: 0x1c } })
    expect(info(oid(id), integer(1), sequence(octets(unhex('01'))))).toMatchObject({ kind: 'unknown', oid: id })
    expect(info(oid(id), integer(1), sequence(octets(unhex('0101')), octets(unhex('0101'))))).toMatchObject({ kind: 'unknown', oid: id })
    // an identifier below id-TA is that of a signature, not of a SecurityInfo
    expect(info(oid(`${id}.2.3`), integer(1))).toMatchObject({ kind: 'unknown' })
  })

  it.each([
    ['0.4.0.127.0.7.1.1.4.1.1', 'SHA-1', 'plain'], ['0.4.0.127.0.7.1.1.4.1.2', 'SHA-224', 'plain'], ['0.4.0.127.0.7.1.1.4.1.3', 'SHA-256', 'plain'],
    ['0.4.0.127.0.7.1.1.4.1.4', 'SHA-384', 'plain'], ['0.4.0.127.0.7.1.1.4.1.5', 'SHA-512', 'plain'],
    ['1.2.840.10045.4.1', 'SHA-1', 'der'], ['1.2.840.10045.4.3.1', 'SHA-224', 'der'], ['1.2.840.10045.4.3.2', 'SHA-256', 'der'], ['1.2.840.10045.4.3.3', 'SHA-384', 'der'], ['1.2.840.10045.4.3.4', 'SHA-512', 'der'],
  ] as const)('L3 knows %s of Active Authentication', (signatureAlgorithm, hash, form) => {
    const read = info(oid('2.23.136.1.1.5'), integer(1), oid(signatureAlgorithm))
    expect(read).toEqual({ kind: 'active-authentication', oid: '2.23.136.1.1.5', version: 1, signatureAlgorithm, hash, form })
    if (form === 'plain') expect(activeAuthenticationInfo(hash)).toEqual(read)
    expect(protocolName(signatureAlgorithm)).toBe(form === 'plain' ? `ecdsa-plain-${hash.replace('-', '')}` : `ecdsa-with-${hash.replace('-', '')}`)
  })
  it('L3 reads an algorithm of Active Authentication that it does not know, and EF.DIR', () => {
    expect(info(oid('2.23.136.1.1.5'), integer(1), oid('1.2.3'))).toEqual({ kind: 'active-authentication', oid: '2.23.136.1.1.5', version: 1, signatureAlgorithm: '1.2.3' })
    const dir = unhex('61094f07a0000002471001')
    expect(info(oid('2.23.136.1.1.13'), octets(dir))).toEqual(efDirInfo(dir))
  })

  it('L4 names what is odd in an entry, and keeps the others', () => {
    expect(codes(one(oid(`${PACE}.2.2`), integer(2), integer(13)))).toEqual([])
    expect(info(oid(`${PACE}.2.2`))).toEqual({ kind: 'pace', oid: `${PACE}.2.2`, agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128' })
    expect(codes(one(oid(`${PACE}.2.2`)))).toEqual([['version-missing', 2]])
    expect(codes(one(oid(`${CA}.1.2`)))).toEqual([['version-missing', 2]])
    expect(codes(one(oid('0.4.0.127.0.7.2.2.2')))).toEqual([['version-missing', 2]])
    // the early form: a key agreement without a cipher
    expect(info(oid(`${CA}.2`), integer(1))).toEqual({ kind: 'chip-authentication', oid: `${CA}.2`, agreement: 'ECDH', version: 1 })
    expect(codes(one(oid(`${CA}.2`), integer(1)))).toEqual([['ca-cipher-missing', 2]])
    // an AlgorithmIdentifier where an identifier should be
    expect(info(oid('2.23.136.1.1.5'), integer(1), sequence(oid('1.2.840.10045.4.3.2')))).toMatchObject({ kind: 'active-authentication', hash: 'SHA-256', form: 'der' })
    expect(codes(one(oid('2.23.136.1.1.5'), integer(1), sequence(oid('1.2.840.10045.4.3.2'))))).toEqual([['aa-algorithm-identifier', 15]])
    expect(codes(one(oid('2.23.136.1.1.5'), oid('1.2.840.10045.4.3.2')))).toEqual([['version-missing', 2]])
    // more than the protocol has
    expect(info(oid(`${PACE}.2.2`), integer(2), integer(13), octets(unhex('00')))).toMatchObject({ kind: 'pace', parameterId: 13 })
    expect(codes(one(oid(`${PACE}.2.2`), integer(2), integer(13), octets(unhex('00'))))).toEqual([['security-info-longer', 22]])
  })

  it.each([
    ['a number that is negative', sequence(oid(`${PACE}.2.2`), unhex('0201ff')), 16],
    ['a number of no bytes', sequence(oid(`${PACE}.2.2`), unhex('0200')), 16],
    ['a key that is none', sequence(oid('0.4.0.127.0.7.2.2.1.2'), sequence(integer(1))), 17],
    ['a key with more parts', sequence(oid('0.4.0.127.0.7.2.2.1.2'), sequence(sequence(oid('1.2.3')), tlv(3, Uint8Array.of(0)), integer(1))), 26],
    ['no key', sequence(oid('0.4.0.127.0.7.2.2.1.2')), 15],
    ['no algorithm', sequence(oid('2.23.136.1.1.5'), integer(1)), 15],
    ['an algorithm that is none', sequence(oid('2.23.136.1.1.5'), integer(1), integer(1)), 15],
    ['no EF.DIR', sequence(oid('2.23.136.1.1.13')), 12],
    ['no protocol', sequence(integer(1)), 4],
    ['nothing', sequence(), 4],
    ['another tag', octets(unhex('0600')), 2],
    ['parameters without an algorithm', sequence(oid(`${PACE}.2`), sequence()), 15],
  ] as const)('L4 keeps an entry with %s in its bytes, with the place of the fault', (_, raw, offset) => {
    const good = sequence(oid(`${PACE}.2.2`), integer(2), integer(13))
    const d = decodeSecurityInfos(tlv(0x31, raw, good))
    expect(d.ok && d.value.infos.map((i) => i.kind)).toEqual(['unknown', 'pace'])
    expect(d.ok && d.value.infos[0]).toMatchObject({ raw })
    expect(codes(d).filter(([c]) => c !== 'set-unsorted')).toEqual([['security-info-unreadable', offset]])
  })

  it('L4 reads entries out of order (row 41) and names the first that is', () => {
    const [a, b, c] = [sequence(oid('0.4.0.127.0.7.2.2.2'), integer(1)), sequence(oid(`${CA}.2.1`), integer(1)), sequence(oid(`${CA}.2.1`), integer(1), integer(1))]
    const odd = decodeSecurityInfos(tlv(0x31, c, a, b))
    expect(odd.ok && odd.value.infos.map((i) => i.kind)).toEqual(['chip-authentication', 'terminal-authentication', 'chip-authentication'])
    expect(codes(odd)).toEqual([['set-unsorted', 2 + c.length]])
    expect(codes(decodeSecurityInfos(tlv(0x31, a, b, c)))).toEqual([])
    expect(hex(encodeSecurityInfos(odd.ok ? odd.value : { infos: [] }))).toBe(hex(setOf(a, b, c)))
  })

  it('L4 names bytes after the end, lengths that are not DER, and what is no set', () => {
    const entry = sequence(oid('0.4.0.127.0.7.2.2.2'), integer(1))
    expect(codes(decodeSecurityInfos(Uint8Array.of(...tlv(0x31, entry), 0, 0)))).toEqual([['trailing-bytes', 17]])
    expect(codes(decodeSecurityInfos(Uint8Array.of(0x31, 0x81, entry.length, ...entry)))).toEqual([['ber-long-length', 0]])
    expect(codes(decodeSecurityInfos(Uint8Array.of(0x31, 0x80, ...entry, 0, 0)))).toEqual([['ber-indefinite-length', 1]])
    expect(codes(decodeSecurityInfos(entry))).toEqual([['malformed', 0]])
    expect(codes(decodeSecurityInfos(Uint8Array.of(0x31, 0x84, 0xff, 0xff, 0xff, 0xff)))).toEqual([['malformed', 0]])
    expect(decodeSecurityInfos(unhex('3100'))).toMatchObject({ ok: true, value: { infos: [] }, defects: [] })
  })

  it('L3 lays out every field with its place', () => {
    const d = decodeSecurityInfos(tlv(0x31, sequence(oid(`${PACE}.2.2`), integer(2), integer(13))))
    expect(d.layout).toEqual([
      { path: 'infos', tag: '31', offset: 0, body: 2, length: 20, value: '1 entries' },
      { path: 'infos[0]', tag: '30', offset: 2, body: 4, length: 18, value: '' },
      { path: 'infos[0].protocol', tag: '06', offset: 4, body: 6, length: 10, value: 'id-PACE-ECDH-GM-AES-CBC-CMAC-128' },
      { path: 'infos[0].version', tag: '02', offset: 16, body: 18, length: 1, value: '2' },
      { path: 'infos[0].parameterId', tag: '02', offset: 19, body: 21, length: 1, value: '13' },
    ])
  })

  it('L1 decodes what it encodes', () => {
    const id = fc.option(fc.integer({ min: 0, max: 0xffff_ffff }), { nil: undefined })
    const maybe = (key: string, n: number | undefined) => (n === undefined ? {} : { [key]: n })
    const cipher = fc.constantFrom('3DES' as const, 'AES-128' as const, 'AES-192' as const, 'AES-256' as const)
    const agreement = fc.constantFrom('DH' as const, 'ECDH' as const)
    const parameters = fc.uint8Array({ maxLength: 40 }).map((b) => sequence(oid('1.2.840.10046.2.1'), octets(b)))
    const any: fc.Arbitrary<SecurityInfo> = fc.oneof(
      fc.record({ agreement, mapping: fc.constantFrom('GM' as const, 'IM' as const), cipher, parameterId: fc.nat(40) }).map(paceInfo),
      fc.tuple(agreement, parameters, id).map(([a, p, n]) => ({ kind: 'pace-domain-parameters', oid: paceOid({ agreement: a, mapping: 'GM' }), agreement: a, mapping: 'GM', parameters: p, ...maybe('parameterId', n) }) as SecurityInfo),
      fc.tuple(agreement, cipher, id).map(([a, c, n]) => chipAuthenticationInfo({ agreement: a, cipher: c, ...maybe('keyId', n) })),
      fc.tuple(parameters, id).map(([p, n]) => ({ kind: 'chip-authentication-domain-parameters', oid: `${CA}.1`, agreement: 'DH', parameters: p, ...maybe('keyId', n) }) as SecurityInfo),
      fc.tuple(fc.uint8Array({ maxLength: 200 }), id).map(([key, n]) => chipAuthenticationKey(sequence(sequence(oid('1.2.840.10045.2.1')), tlv(3, Uint8Array.of(0), key)), n)),
      fc.tuple(fc.integer({ min: 0, max: 9 }), fc.option(fc.nat(0xffff), { nil: undefined }), fc.option(fc.nat(255), { nil: undefined }))
        .map(([version, fid, sfid]) => ({ ...terminalAuthenticationInfo(), version, ...(fid === undefined ? {} : { efCvca: { fid, ...maybe('sfid', sfid) } }) }) as SecurityInfo),
      fc.constantFrom('SHA-1' as const, 'SHA-224' as const, 'SHA-256' as const, 'SHA-384' as const, 'SHA-512' as const).map(activeAuthenticationInfo),
      fc.uint8Array({ maxLength: 60 }).map(efDirInfo),
      fc.tuple(fc.nat(9), fc.uint8Array({ maxLength: 30 })).map(([n, b]) => ({ kind: 'unknown', oid: `1.3.${n}`, raw: sequence(oid(`1.3.${n}`), octets(b)) }) as SecurityInfo),
    )
    fc.assert(fc.property(fc.array(any, { maxLength: 8 }), (infos) => {
      const bytes = encodeSecurityInfos({ infos })
      const d = decodeSecurityInfos(bytes)
      expect(d.ok && d.defects).toEqual([])
      const order = (list: readonly SecurityInfo[]) => list.map((i) => JSON.stringify(Object.entries(i).sort(), (_, v: unknown) => (v instanceof Uint8Array ? hex(v) : v))).sort()
      expect(d.ok && order(d.value.infos)).toEqual(order(infos))
      expect(d.ok && hex(encodeSecurityInfos(d.value))).toBe(hex(bytes))
    }))
  })
})

describe('SecurityInfos of the synthetic set', () => {
  const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic/lds', file)))
  it('L3 reads EF.CardAccess and DG14 as the set says', () => {
    const access = read('EF.CardAccess.bin')
    const d = decodeSecurityInfos(access)
    expect(d.ok && d.value.infos).toEqual([
      paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 }), paceInfo({ agreement: 'ECDH', mapping: 'IM', cipher: 'AES-128', parameterId: 13 }),
    ])
    expect(d.ok && hex(encodeSecurityInfos(d.value))).toBe(hex(access))
    const set = read('EF.DG14.bin').subarray(3)
    const dg14 = decodeSecurityInfos(set)
    expect(dg14.ok && dg14.value.infos.map((i) => i.kind)).toEqual(['chip-authentication', 'pace', 'pace', 'active-authentication', 'chip-authentication-public-key'])
    expect(dg14.ok && dg14.value.infos[0]).toEqual(chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 1 }))
    expect(dg14.ok && dg14.value.infos[3]).toEqual(activeAuthenticationInfo('SHA-256'))
    expect(dg14.ok && hex(encodeSecurityInfos(dg14.value))).toBe(hex(set))
  })
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('SecurityInfos of the BSI', () => {
  it.each(['bsi-2008', 'bsi-tr03105-5'])('L4 reads DG14 of %s, which is out of order', (set) => {
    const d = decodeSecurityInfos(new Uint8Array(readFileSync(join(PUBLIC, 'emrtd', set, 'Datagroup14.bin'))).subarray(4))
    expect(d.ok && d.value.infos.map((i) => [i.kind, i.oid])).toEqual([
      ['chip-authentication-public-key', '0.4.0.127.0.7.2.2.1.2'], ['chip-authentication', '0.4.0.127.0.7.2.2.3.2.1'], ['terminal-authentication', '0.4.0.127.0.7.2.2.2'],
    ])
    expect(codes(d)).toEqual([['set-unsorted', 298]])
  })
})
