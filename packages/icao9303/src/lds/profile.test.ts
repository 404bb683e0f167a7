import { generateKeyPairSync, sign as nodeSign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { beforeAll, describe, expect, it } from 'vitest'

import { unhex } from '../asn1/value.ts'
import { integer, octets, oid, sequence, tlv } from '../asn1/write.ts'
import {
  activeAuthenticationInfo, buildCardSecurity, chipAuthenticationInfo, chipAuthenticationKey, composeMrz, efDirInfo, encodeAtrInfo, encodeCom, encodeDg1, encodeDg11,
  encodeDg12, encodeDg14, encodeDg15, encodeDg16, encodeDg3, encodeDg4, encodeDg5, encodeDg7, encodeDirectory, encodeFeatures, encodeSecurityInfos, lintFiles, LDS_RULES,
  paceInfo, parseCertificate, terminalAuthenticationInfo, type Dg11, type SecurityInfo,
} from '../index.ts'
import { nodeCrypto } from '../node.ts'
import { CURVES, explicitSpki, namedSpki } from '../pki/curve.ts'

const curve = (name: string) => CURVES.find((c) => c.name === name)!
const bp256 = curve('brainpoolP256r1')
const pointOf = (c: { readonly g: string }): Uint8Array => unhex(`04${c.g}`)
const caKey = explicitSpki(bp256, pointOf(bp256))
const pace = paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 })
const cam = paceInfo({ agreement: 'ECDH', mapping: 'CAM', cipher: 'AES-128', parameterId: 13 })
const ca = chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 13 })
const key = chipAuthenticationKey(caKey, 13)
const aa = activeAuthenticationInfo('SHA-256')
const jpeg = unhex('ffd8ffe000104a464946ffd9')
const lines = composeMrz('TD3', { documentCode: 'P', issuingState: 'UTO', documentNumber: 'L898902C3', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA', birthDate: '740812', sex: 'F', expiryDate: '290415' }).lines
const dir = encodeDirectory({ applications: [{ aid: 'a0000002471001' }] })
const dg11: Dg11 = { fullName: 'ERIKSSON<<ANNA', otherNames: ['SMITH<<ANNA'], fullBirthDate: '19740812', telephone: '+4612345', profession: 'X', title: 'Dr', summary: 'Y', citizenship: jpeg, custody: 'x'.repeat(999), address: ['a', 'b'] }
const finger = { header: { subtype: 9, formatOwner: 0x0101, formatType: 7 }, block: { tag: 0x5f2e, bytes: jpeg } }
const rsa = (bits: number): Uint8Array => sequence(sequence(oid('1.2.840.113549.1.1.1'), unhex('0500')), tlv(3, Uint8Array.of(0), sequence(integer((1n << BigInt(bits - 1)) + 1n), integer(65537))))

type Files = Readonly<Record<string, Uint8Array>>
const dg14Infos: readonly SecurityInfo[] = [pace, cam, ca, key, aa]
let good: Files
let secured: (infos: readonly SecurityInfo[]) => Promise<Uint8Array>

beforeAll(async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const ds = parseCertificate(new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic/pki/ds-ecdsa-p256-sha256.der'))))!
  secured = (infos) => buildCardSecurity({ infos, ds, at: new Date('2025-01-01') }, { hash: 'SHA-256', sign: (m) => new Uint8Array(nodeSign('sha256', m, privateKey)) }, nodeCrypto())
  good = {
    'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2, 3, 5, 7, 8, 11, 12, 14, 15, 16] }), 'EF.DIR': dir,
    'EF.CardAccess': encodeSecurityInfos({ infos: [pace, cam] }), 'EF.CardSecurity': await secured([pace, cam, ca, key, efDirInfo(dir)]),
    'EF.ATR/INFO': encodeAtrInfo({ capabilities: { bytes: unhex('8601e0') }, lengths: { command: 1000, response: 1000 } }),
    DG1: encodeDg1(lines), DG2: new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic/lds/EF.DG2.bin'))),
    DG3: encodeDg3({ templates: [finger] }), DG5: encodeDg5({ images: [{ image: jpeg, mediaType: 'image/jpeg' }] }), DG7: encodeDg7({ images: [{ image: jpeg, mediaType: 'image/jpeg' }] }),
    DG8: encodeFeatures(8, { count: 1, objects: [] }), DG11: encodeDg11(dg11), DG12: encodeDg12({ issuingAuthority: 'x'.repeat(99), issueDate: '20240415', frontImage: jpeg }),
    DG14: encodeDg14({ infos: dg14Infos }), DG15: encodeDg15(explicitSpki(bp256, pointOf(bp256))),
    DG16: encodeDg16({ contacts: [{ recorded: '20240101', name: 'A<<B', telephone: '1', address: ['x'] }] }),
  }
})
const lint = (files: Files) => lintFiles(files).map((l) => [l.severity, l.file, l.code, l.offset])
const without = (...names: readonly string[]): Files => Object.fromEntries(Object.entries(good).filter(([n]) => !names.includes(n)))
const dg14 = (...infos: readonly SecurityInfo[]): Files => ({ DG14: encodeDg14({ infos }) })

/** One fault each, in a document that has no other, and what the linter says of it. */
const FAULTS: readonly (readonly [string, () => Files | Promise<Files>, readonly (readonly [string, string, string, number])[]])[] = [
  ['LDS 0106', () => ({ ...good, 'EF.COM': encodeCom({ ldsVersion: '0106', unicodeVersion: '040000', groups: [1, 2, 3, 5, 7, 8, 11, 12, 14, 15, 16] }) }), [['error', 'EF.COM', 'com-version', 2]]],
  ['Unicode 5', () => ({ ...good, 'EF.COM': encodeCom({ ldsVersion: '0108', unicodeVersion: '050000', groups: [1, 2, 3, 5, 7, 8, 11, 12, 14, 15, 16] }) }), [['error', 'EF.COM', 'com-version', 9]]],
  ['no DG2 in the list', () => ({ ...without('DG2'), 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 3, 5, 7, 8, 11, 12, 14, 15, 16] }) }), [['error', 'EF.COM', 'com-mandatory', 18]]],
  ['DG12 listed and absent (row 11)', () => without('DG12'), [['warning', 'EF.COM', 'com-lists-absent', 18]]],
  ['DG3 listed and denied', () => without('DG3'), []],
  ['DG16 there and not listed', () => ({ ...good, 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2, 3, 5, 7, 8, 11, 12, 14, 15] }) }), [['error', 'EF.COM', 'com-incomplete', 18]]],
  ['a wrong check digit', () => ({ DG1: encodeDg1([lines[0]!, lines[1]!.replace('L898902C36', 'L898902C37')]) }), [['error', 'DG1', 'zone', 58], ['error', 'DG1', 'zone', 92]]],
  ['a finger without its name', () => ({ DG3: encodeDg3({ templates: [{ ...finger, header: { formatOwner: 0x0101, formatType: 7 } }] }) }), [['error', 'DG3', 'subtype-missing', 8]]],
  ['an iris without its name', () => ({ DG4: encodeDg4({ templates: [finger, { ...finger, header: { formatOwner: 0x0101, formatType: 9 } }] }) }), [['error', 'DG4', 'subtype-missing', 39]]],
  ['no fingers and no filler', () => ({ DG3: encodeDg3({ templates: [] }) }), [['note', 'DG3', 'filler-missing', 5]]],
  ['no fingers and a filler', () => ({ DG3: encodeDg3({ templates: [], filler: unhex('0011') }) }), []],
  ['no portrait', () => ({ DG5: encodeDg5({ images: [] }) }), [['error', 'DG5', 'count-range', 2]]],
  ['ten marks', () => ({ DG7: encodeDg7({ images: Array.from({ length: 10 }, () => ({ image: jpeg, mediaType: 'image/jpeg' as const })) }) }), [['error', 'DG7', 'count-range', 3]]],
  ['nine marks', () => ({ DG7: encodeDg7({ images: Array.from({ length: 9 }, () => ({ image: jpeg, mediaType: 'image/jpeg' as const })) }) }), []],
  ...([8, 9, 10] as const).map((n) => [`no features in DG${n}`, () => ({ [`DG${n}`]: encodeFeatures(n, { count: 0, objects: [] }) }), [['error', `DG${n}`, 'count-range', 2]]] as const),
  ['a name of 100 bytes', () => ({ DG11: encodeDg11({ fullName: `${'é'.repeat(49)}xx`, otherNames: ['y', 'x'.repeat(100)], address: ['x'.repeat(50), 'y'.repeat(49)], custody: 'x'.repeat(1000) }) }), [['error', 'DG11', 'too-long', 14], ['error', 'DG11', 'too-long', 126], ['error', 'DG11', 'too-long', 229], ['error', 'DG11', 'too-long', 332]]],
  ['fillers at the end', () => ({ DG11: encodeDg11({ fullName: 'A<<B<<', otherNames: ['A<'] }) }), [['warning', 'DG11', 'trailing-filler', 8], ['warning', 'DG11', 'trailing-filler', 22]]],
  ['a profession alone', () => ({ DG11: encodeDg11({ profession: 'X' }) }), [['warning', 'DG11', 'element-missing', 6]]],
  ['a title alone', () => ({ DG11: encodeDg11({ title: 'X' }) }), [['warning', 'DG11', 'element-missing', 6]]],
  ['a summary alone', () => ({ DG11: encodeDg11({ summary: 'X' }) }), [['warning', 'DG11', 'element-missing', 6]]],
  ['a telephone with letters', () => ({ DG11: encodeDg11({ telephone: '0800-CALL' }) }), [['note', 'DG11', 'telephone-form', 6]]],
  ['a proof that is no picture', () => ({ DG11: encodeDg11({ citizenship: unhex('00') }) }), [['error', 'DG11', 'picture-form', 6]]],
  ...(['19740813', '19740912', '19750812', '00000813', '19740013'] as const).map((d) => [`born ${d}`, () => ({ DG1: good['DG1']!, DG11: encodeDg11({ fullBirthDate: d }) }), [['error', 'DG11', 'birth-date-differs', 6]]] as const),
  ...(['18740812', '00000812', '19740000', '00000000'] as const).map((d) => [`born ${d}`, () => ({ DG1: good['DG1']!, DG11: encodeDg11({ fullBirthDate: d }) }), []] as const),
  ['an authority of 100 bytes', () => ({ DG12: encodeDg12({ issuingAuthority: 'x'.repeat(100), otherPersons: ['x'.repeat(100)] }) }), [['error', 'DG12', 'too-long', 9], ['error', 'DG12', 'too-long', 117]]],
  ['a rear that is no picture', () => ({ DG12: encodeDg12({ rearImage: unhex('00') }) }), [['error', 'DG12', 'picture-form', 6]]],
  ['a person without a telephone', () => ({ DG16: encodeDg16({ contacts: [{ recorded: '20240101', name: 'A', address: ['x'] }] }) }), [['error', 'DG16', 'element-missing', 5]]],

  ['PACE 1', () => dg14({ ...pace, version: 1 }), [['error', 'DG14', 'info-version', 4]]],
  ['Terminal Authentication 2', () => dg14({ ...terminalAuthenticationInfo(), version: 2 }), [['error', 'DG14', 'info-version', 4]]],
  ['PACE with ECDH and a MODP group', () => dg14({ ...pace, parameterId: 2 }), [['error', 'DG14', 'pace-parameters', 4]]],
  ['PACE with DH and a curve', () => dg14(paceInfo({ agreement: 'DH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 })), [['error', 'DG14', 'pace-parameters', 4]]],
  ['PACE with DH and its group', () => dg14(paceInfo({ agreement: 'DH', mapping: 'GM', cipher: 'AES-128', parameterId: 0 })), []],
  ['PACE with reserved parameters', () => dg14({ ...pace, parameterId: 19 }), [['error', 'DG14', 'pace-parameters', 4]]],
  ['PACE-IM with P-224', () => dg14(paceInfo({ agreement: 'ECDH', mapping: 'IM', cipher: 'AES-128', parameterId: 10 })), [['error', 'DG14', 'pace-parameters', 4]]],
  ['PACE-GM with P-224', () => dg14(paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 10 })), []],
  ['PACE without parameters', () => dg14(pace, { kind: 'pace', oid: '0.4.0.127.0.7.2.2.4.2.4', agreement: 'ECDH', mapping: 'GM', cipher: 'AES-256', version: 2 }), [['error', 'DG14', 'pace-parameters-missing', 4]]],
  ['explicit parameters under a reserved number', () => dg14(pace, { kind: 'pace-domain-parameters', oid: '0.4.0.127.0.7.2.2.4.2', agreement: 'ECDH', mapping: 'GM', parameters: sequence(oid('1.2.840.10045.2.1')), parameterId: 31 }), [['error', 'DG14', 'explicit-reserved', 24]]],
  ['explicit parameters with a number of their own', () => dg14(pace, { kind: 'pace-domain-parameters', oid: '0.4.0.127.0.7.2.2.4.2', agreement: 'ECDH', mapping: 'GM', parameters: sequence(oid('1.2.840.10045.2.1')), parameterId: 32 }), []],
  ['explicit parameters only', () => dg14({ kind: 'pace', oid: '0.4.0.127.0.7.2.2.4.2.2', agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', version: 2 }, { kind: 'pace-domain-parameters', oid: '0.4.0.127.0.7.2.2.4.2', agreement: 'ECDH', mapping: 'GM', parameters: sequence(oid('1.2.840.10045.2.1')) }), [['error', 'DG14', 'pace-standardized', 2]]],
  ['chip authentication mapping alone', () => dg14(cam, ca, key), [['error', 'DG14', 'cam-alone', 4]]],
  ['3DES', () => dg14(paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: '3DES', parameterId: 13 }), chipAuthenticationInfo({ agreement: 'ECDH', cipher: '3DES', keyId: 13 }), key), [['note', 'DG14', 'triple-des', 8], ['note', 'DG14', 'triple-des', 28]]],
  ['an entry twice', () => dg14(pace, pace), [['warning', 'DG14', 'info-twice', 24]]],
  ['257 entries', () => dg14(pace, ...Array.from({ length: 256 }, (_, i): SecurityInfo => ({ kind: 'unknown', oid: '1.2.3', raw: sequence(oid('1.2.3'), integer(i)) }))), [['grave', 'DG14', 'info-many', 4]]],
  ['256 entries', () => dg14(pace, ...Array.from({ length: 255 }, (_, i): SecurityInfo => ({ kind: 'unknown', oid: '1.2.3', raw: sequence(oid('1.2.3'), integer(i)) }))), []],
  ['Chip Authentication without a key', () => dg14(ca), [['error', 'DG14', 'ca-key-missing', 4]]],
  ['Chip Authentication with another key', () => dg14(ca, chipAuthenticationKey(caKey, 14)), [['error', 'DG14', 'ca-key-missing', 8], ['warning', 'DG14', 'ca-info-missing', 28]]],
  ['a key for nothing', () => dg14(key), [['warning', 'DG14', 'ca-info-missing', 8]]],
  ['two keys without numbers', () => dg14(chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128' }), chipAuthenticationKey(caKey), chipAuthenticationKey(explicitSpki(curve('P-256'), pointOf(curve('P-256'))), 2)), [['error', 'DG14', 'key-id-missing', 25]]],
  ['a key on a named curve', () => dg14(ca, chipAuthenticationKey(namedSpki(bp256, pointOf(bp256)), 13)), [['error', 'DG14', 'ca-key-parameters', 26]]],
  ['a compressed key', () => dg14(ca, chipAuthenticationKey(explicitSpki(bp256, unhex(`02${bp256.g.slice(0, 64)}`)), 13)), [['error', 'DG14', 'ca-key-parameters', 28]]],
  ['a key by number', () => dg14(ca, chipAuthenticationKey(sequence(sequence(oid('0.4.0.127.0.7.1.2'), integer(13)), tlv(3, Uint8Array.of(0), pointOf(bp256))), 13)), [['warning', 'DG14', 'ca-key-by-number', 24]]],
  ['a key of X9.42', () => dg14(chipAuthenticationInfo({ agreement: 'DH', cipher: 'AES-128' }), chipAuthenticationKey(sequence(sequence(oid('1.2.840.10046.2.1')), tlv(3, Uint8Array.of(0, 1))))), [['error', 'DG14', 'ca-key-parameters', 21]]],
  ['a key of PKCS #3', () => dg14(chipAuthenticationInfo({ agreement: 'DH', cipher: 'AES-128' }), chipAuthenticationKey(sequence(sequence(oid('1.2.840.113549.1.3.1')), tlv(3, Uint8Array.of(0, 1))))), []],
  ['mapping without its key', async () => ({ 'EF.CardAccess': good['EF.CardAccess']!, DG14: good['DG14']!, 'EF.CardSecurity': await secured([pace, cam, chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 14 }), chipAuthenticationKey(caKey, 14)]) }), [['error', 'EF.CardSecurity', 'cam-key-missing', 63]]],
  ['signatures with SHA-1', () => dg14({ ...activeAuthenticationInfo('SHA-1') }), [['error', 'DG14', 'aa-algorithm', 4]]],
  ['signatures in DER', () => dg14({ kind: 'active-authentication', oid: '2.23.136.1.1.5', version: 1, signatureAlgorithm: '1.2.840.10045.4.3.2' }), [['error', 'DG14', 'aa-algorithm', 4]]],
  ['an EC key of which DG14 says nothing', () => ({ ...dg14(pace), DG15: good['DG15']! }), [['error', 'DG14', 'aa-info-missing', 2]]],
  ['a hash longer than the key', () => ({ ...dg14(activeAuthenticationInfo('SHA-384')), DG15: good['DG15']! }), [['error', 'DG15', 'aa-hash', 4]]],
  ['a hash as long as the key', () => ({ ...dg14(activeAuthenticationInfo('SHA-256')), DG15: good['DG15']! }), []],
  ['RSA of 1792 bits', () => ({ DG15: encodeDg15(rsa(1792)) }), [['warning', 'DG15', 'aa-key-size', 4]]],
  ['RSA of 2047 bits', () => ({ DG15: encodeDg15(rsa(2047)) }), [['warning', 'DG15', 'aa-key-size', 4], ['note', 'DG15', 'aa-key-long', 4]]],
  ['RSA of 2048 bits', () => ({ DG15: encodeDg15(rsa(2048)) }), [['note', 'DG15', 'aa-key-long', 4]]],
  ['EC of 192 bits', () => ({ DG15: encodeDg15(explicitSpki(curve('P-192'), pointOf(curve('P-192')))) }), [['warning', 'DG15', 'aa-key-size', 3]]],
  ['EC of 224 bits', () => ({ DG15: encodeDg15(explicitSpki(curve('P-224'), pointOf(curve('P-224')))) }), []],
  ['a key that is neither', () => ({ DG15: encodeDg15(sequence(sequence(oid('1.2.840.10040.4.1')), tlv(3, Uint8Array.of(0, 1)))) }), [['error', 'DG15', 'aa-key-form', 2]]],
  ['EF.CardAccess that says more than DG14', () => ({ ...without('EF.CardSecurity'), ...dg14(pace, ca, key, aa) }), [['grave', 'EF.CardAccess', 'card-access-unsigned', 22], ['error', 'EF.CardAccess', 'card-security-missing', 0]]],
  ['EF.CardAccess that says less than DG14', () => ({ ...good, 'EF.CardAccess': encodeSecurityInfos({ infos: [pace] }) }), [['grave', 'EF.CardAccess', 'card-access-incomplete', 0]]],
  ['EF.CardAccess that says more than EF.CardSecurity', async () => ({ ...good, 'EF.CardSecurity': await secured([cam, pace, ca, key, efDirInfo(dir)].filter((i) => i !== pace).concat(paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-256', parameterId: 13 }))) }), [['grave', 'EF.CardAccess', 'card-access-unsecured', 2]]],
  ['EF.CardAccess without PACE', () => ({ 'EF.CardAccess': encodeSecurityInfos({ infos: [terminalAuthenticationInfo()] }) }), [['error', 'EF.CardAccess', 'pace-missing', 0]]],
  ['PACE and no DG14', () => ({ 'EF.CardAccess': encodeSecurityInfos({ infos: [pace] }) }), [['error', 'EF.CardAccess', 'dg14-missing', 0]]],
  ['EF.DIR without the application', () => ({ 'EF.DIR': encodeDirectory({ applications: [{ aid: 'e828bd080f' }] }) }), [['error', 'EF.DIR', 'application-missing', 0]]],
  ['EF.DIR that is not the copy', () => ({ ...good, 'EF.DIR': encodeDirectory({ applications: [{ aid: 'a0000002471001', label: 'x' }] }) }), [['grave', 'EF.DIR', 'directory-unsigned', 0]]],
  ['more applications and no copy', async () => ({ 'EF.DIR': encodeDirectory({ applications: [{ aid: 'a0000002471001' }, { aid: 'a0000002472001' }] }), 'EF.CardSecurity': await secured([pace, ca, key]) }), [['grave', 'EF.DIR', 'directory-unsigned', 0]]],
  ['short commands', () => ({ 'EF.ATR/INFO': encodeAtrInfo({ lengths: { command: 999, response: 1000 } }) }), [['warning', 'EF.ATR/INFO', 'lengths-small', 3]]],
  ['lengths announced and missing', () => ({ 'EF.ATR/INFO': encodeAtrInfo({ capabilities: { bytes: unhex('000020') } }) }), [['error', 'EF.ATR/INFO', 'lengths-missing', 0]]],
  ['a file that cannot be read', () => ({ DG11: octets(jpeg) }), [['grave', 'DG11', 'malformed', 0]]],
  ['a file with an odd field', () => ({ DG11: tlv(0x6b, unhex('5c025f0e'), tlv(0x5f0e)) }), [['error', 'DG11', 'empty-field', 6]]],
]

/** Every sentence that the faults above bring forth. */
const SAID: readonly string[] = [
  'aa-algorithm: signs with ecdsa-plain-SHA1',
  'aa-algorithm: signs with ecdsa-with-SHA256',
  'aa-hash: SHA-384 with a key of 256 bits',
  'aa-info-missing: DG15 holds an EC key and DG14 does not say how it signs',
  'aa-key-form: a key that cannot be used',
  'aa-key-long: 2047 bits: chip and reader must speak extended length',
  'aa-key-long: 2048 bits: chip and reader must speak extended length',
  'aa-key-size: a key of 1792 bits',
  'aa-key-size: a key of 192 bits',
  'aa-key-size: a key of 2047 bits',
  'application-missing: the eMRTD application is not listed',
  'birth-date-differs: born 00000813, in the zone 740812',
  'birth-date-differs: born 19740013, in the zone 740812',
  'birth-date-differs: born 19740813, in the zone 740812',
  'birth-date-differs: born 19740912, in the zone 740812',
  'birth-date-differs: born 19750812, in the zone 740812',
  'ca-info-missing: id-PK-ECDH without ChipAuthenticationInfo',
  'ca-key-by-number: the parameters of the key are told by their number',
  'ca-key-missing: id-CA-ECDH-AES-CBC-CMAC-128 without its key',
  'ca-key-parameters: the curve of the key is named, not described',
  'ca-key-parameters: the key is written as X9.42 has it, not as PKCS #3',
  'ca-key-parameters: the point of the key is compressed',
  'cam-alone: chip authentication mapping only',
  'cam-key-missing: no key 13 for id-PACE-ECDH-CAM-AES-CBC-CMAC-128',
  'card-access-incomplete: id-PACE-ECDH-CAM-AES-CBC-CMAC-128 of DG14 is missing',
  'card-access-unsecured: id-PACE-ECDH-GM-AES-CBC-CMAC-128 is not in EF.CardSecurity',
  'card-access-unsigned: id-PACE-ECDH-CAM-AES-CBC-CMAC-128 is not in DG14',
  'card-security-missing: chip authentication mapping, and no EF.CardSecurity',
  'com-incomplete: DG16 is there and not listed',
  'com-lists-absent: DG12 is listed and not there',
  'com-mandatory: DG2 is mandatory and not listed',
  'com-version: LDS version 0106',
  'com-version: Unicode version 050000',
  'count-range: 0 where 1 to 9 may be',
  'count-range: 10 where 1 to 9 may be',
  'dg14-missing: PACE, and no DG14',
  'directory-unsigned: another than the copy in EF.CardSecurity',
  'directory-unsigned: no copy of it in EF.CardSecurity',
  'element-missing: a person without telephone',
  'element-missing: profession without title',
  'element-missing: summary without citizenship',
  'element-missing: title without summary',
  'empty-field: a field without a value',
  'explicit-reserved: explicit parameters under the number 31',
  'filler-missing: no templates, and nothing beside them',
  'info-many: 257 entries',
  'info-twice: id-PACE-ECDH-GM-AES-CBC-CMAC-128 is there twice',
  'info-version: id-PACE-ECDH-GM-AES-CBC-CMAC-128 of version 1',
  'info-version: id-TA of version 2',
  'key-id-missing: one of several keys, without a number',
  'lengths-missing: lengths announced and missing',
  'lengths-small: 999 bytes',
  'malformed: expected tag 6B',
  'pace-missing: no PACE',
  'pace-parameters-missing: id-PACE-ECDH-GM-AES-CBC-CMAC-256 does not name its parameters',
  'pace-parameters: P-224 cannot be used with integrated mapping',
  'pace-parameters: id-PACE-DH-GM-AES-CBC-CMAC-128 with parameters 13',
  'pace-parameters: id-PACE-ECDH-GM-AES-CBC-CMAC-128 with parameters 19',
  'pace-parameters: id-PACE-ECDH-GM-AES-CBC-CMAC-128 with parameters 2',
  'pace-standardized: PACE with explicit domain parameters only',
  'picture-form: neither JPEG nor JPEG 2000',
  'subtype-missing: a template without a subtype',
  'telephone-form: a telephone number with other characters than digits',
  'too-long: 100 bytes where 99 may be',
  'too-long: 1000 bytes where 999 may be',
  'trailing-filler: fillers at the end of the name',
  'triple-des: id-CA-ECDH-3DES-CBC-CBC',
  'triple-des: id-PACE-ECDH-GM-3DES-CBC-CBC',
  'zone: the check digit of composite is 6, 3 is right',
  'zone: the check digit of documentNumber is 7, 6 is right',
]

/** Every rule: how much it weighs, what it asks, and where that is written. */
const ASKED: readonly string[] = [
  'error aa-algorithm: Active Authentication signs with plain ECDSA and SHA-224 to SHA-512 [Doc 9303-11 §6.1.2.3]',
  'error aa-hash: the hash is not longer than the EC key [Doc 9303-11 §6.1.2.3]',
  'error aa-info-missing: where DG15 holds an EC key, DG14 says how it signs [Doc 9303-11 §9.2.4]',
  'error aa-key-form: the key is RSA, or EC on a known prime curve [Doc 9303-11 §6.1.2]',
  'error application-missing: the eMRTD application is listed [Doc 9303-10 §3.11.2]',
  'error birth-date-differs: the date of birth is that of the zone [Doc 9303-10 §4.7.11.1]',
  'error ca-key-missing: Chip Authentication has a key of its kind and number [Doc 9303-11 §9.2]',
  'error ca-key-parameters: the key of Chip Authentication has explicit domain parameters, in DH as PKCS #3 has them [Doc 9303-11 §9.2, §9.5.2]',
  'error cam-alone: a chip with chip authentication mapping has generic or integrated mapping as well [Doc 9303-11 §4.4]',
  'error cam-key-missing: chip authentication mapping has its key in EF.CardSecurity, under the number of its parameters [Doc 9303-11 §9.2.1]',
  'error card-security-missing: a chip with chip authentication mapping has EF.CardSecurity [Doc 9303-10 §3.11.4]',
  'error com-incomplete: every data group that is there is listed [Doc 9303-10 §4.6.1]',
  'error com-mandatory: DG1 and DG2 are listed [Doc 9303-10 §4.7.1, §4.7.2]',
  'error com-version: the LDS version is 0107 or 0108 and the Unicode version 040000 [Doc 9303-10 §4.6.1.1]',
  'error count-range: there are 1 to 9 of what the group is for [Doc 9303-10 Table 60]',
  'error count-range: there are 1 to 9 of what the group is for [Doc 9303-10 Table 64]',
  'error count-range: there are 1 to 9 of what the group is for [Doc 9303-10 Table 66]',
  'error count-range: there are 1 to 9 of what the group is for [Doc 9303-10 Table 68]',
  'error count-range: there are 1 to 9 of what the group is for [Doc 9303-10 Table 70]',
  'error dg14-missing: a chip with PACE has DG14 [Doc 9303-11 §9.2.11]',
  'error element-missing: each person has a date, a name, a telephone number and an address [Doc 9303-10 Table 81]',
  'error explicit-reserved: explicit domain parameters have no number that is reserved for standardized ones [Doc 9303-11 §9.5]',
  'error info-version: PACE has version 2, Chip, Terminal and Active Authentication version 1 [Doc 9303-11 §9.2]',
  'error key-id-missing: where there are several keys, each has a number [Doc 9303-11 §9.2.6]',
  'error lengths-missing: where the capabilities say so, the lengths are there [Doc 9303-10 Table 29]',
  'error pace-missing: EF.CardAccess says how PACE is done [Doc 9303-11 §9.2.11]',
  'error pace-parameters-missing: PACE names its parameters unless there is one set of explicit ones [Doc 9303-11 §9.2.1]',
  'error pace-parameters: standardized domain parameters are of the kind of the protocol, and not reserved [Doc 9303-11 §9.5.1]',
  'error pace-standardized: where there is PACE, it is there with standardized domain parameters [Doc 9303-11 §9.2]',
  'error picture-form: the picture is JPEG or JPEG 2000 [Doc 9303-10 §4.7.11.1]',
  'error picture-form: the pictures are JPEG or JPEG 2000 [Doc 9303-10 §4.7.12.1]',
  'error subtype-missing: each template says which finger or eye it is of [Doc 9303-10 §4.7.3.1]',
  'error subtype-missing: each template says which finger or eye it is of [Doc 9303-10 §4.7.4.1]',
  'error too-long: texts have at most 99 bytes [Doc 9303-10 Table 74]',
  'error too-long: texts have at most 99 bytes, custody information 999 [Doc 9303-10 Table 72]',
  'error zone: the zone has a format of Doc 9303 and right check digits [Doc 9303-10 §4.7.1]',
  'grave card-access-incomplete: EF.CardAccess has every PACE that DG14 has: none was struck out on the way [Doc 9303-11 §4.2, §9.2.11]',
  'grave card-access-unsecured: every entry of EF.CardAccess is in EF.CardSecurity, where there is one [Doc 9303-11 §9.2.11]',
  'grave card-access-unsigned: every entry of EF.CardAccess is in DG14, which is signed [Doc 9303-11 §4.2, §9.2.11]',
  'grave directory-unsigned: with more applications of travel documents EF.CardSecurity holds a copy of EF.DIR [Doc 9303-10 §3.11.2, Doc 9303-11 §9.2.10]',
  'grave info-many: there are no more than 256 entries: those after them are not looked at [Doc 9303-11 §9.2]',
  'note aa-key-long: keys of more than 1792 bits need extended length under secure messaging [Doc 9303-11 §6.1.4]',
  'note filler-missing: a group without templates has content of the issuer’s beside it, so that its hash differs from others [Doc 9303-10 §4.7.3.2.2]',
  'note filler-missing: a group without templates has content of the issuer’s beside it, so that its hash differs from others [Doc 9303-10 §4.7.4.2.2]',
  'note telephone-form: a telephone number is digits in international form [Doc 9303-10 Table 72]',
  'note triple-des: 3DES may become deprecated [Doc 9303-11 §4.4.3, §6.2.3]',
  'warning aa-key-size: the key is long enough for the life of the document: catalogues ask for 2048 bits of RSA, 224 of EC [Doc 9303-11 §6.1.4]',
  'warning ca-info-missing: a key of Chip Authentication goes with what it is used for [Doc 9303-11 §9.2]',
  'warning ca-key-by-number: the key of Chip Authentication has explicit domain parameters, not the number of standardized ones [Doc 9303-11 §9.2]',
  'warning com-lists-absent: every data group that is listed is there, but for those that a reader may be denied [Doc 9303-10 §4.6.1]',
  'warning element-missing: a profession goes with a title, a title with a summary, a summary with proof of citizenship [Doc 9303-10 Table 72]',
  'warning info-twice: each entry is there once [Doc 9303-11 §9.2]',
  'warning lengths-small: commands and answers may have 1000 bytes at least [Doc 9303-10 Table 29]',
  'warning trailing-filler: names have no fillers at their end [Doc 9303-10 Table 72]',
]

describe('the profile of the files', () => {
  it('L12 a document as the standard wants it has no departure', () => { expect(lintFiles(good)).toEqual([]) })
  it.each(FAULTS)('L12 %s', async (_, files, wanted) => { expect(lint(await files())).toEqual(wanted) })
  it('L12 every rule is broken by one of these faults, and cites its clause', () => {
    const broken = new Set(FAULTS.flatMap(([, , wanted]) => wanted.map(([, , code]) => code)))
    expect(LDS_RULES.filter((r) => !broken.has(r.code)).map((r) => r.code)).toEqual([])
    for (const r of LDS_RULES) { expect(r.clause).toMatch(/^Doc 9303-1[01] /); expect(r.asks.length).toBeGreaterThan(20) }
  })
  it('L12 says in words what departs', async () => {
    const said = new Set<string>()
    for (const [, files] of FAULTS) for (const l of lintFiles(await files())) said.add(`${l.code}: ${l.says}`)
    expect([...said].sort()).toEqual(SAID)
  })
  it('L12 asks in words what the standard asks', () => {
    expect([...new Set(LDS_RULES.map((r) => `${r.severity} ${r.code}: ${r.asks} [${r.clause}]`))].sort()).toEqual(ASKED)
  })
  it('L12 files that are none, and none at all, are in nobody’s way', () => {
    expect(lintFiles({})).toEqual([])
    expect(lintFiles({ 'notes.txt': unhex('00') })).toEqual([])
  })
})
