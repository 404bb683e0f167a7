import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { integer, octets, oid, sequence, tlv } from '../asn1/write.ts'
import {
  decodeAtrInfo, decodeCom, decodeDg1, decodeDg14, decodeDg15, decodeDg3, decodeDg4, decodeDg5, decodeDg7, decodeDirectory, decodeFeatures, decodeFile,
  decodeOpenContent, encodeAtrInfo, encodeCom, encodeDg1, encodeDg14, encodeDg15, encodeDg3, encodeDg4, encodeDg5, encodeDg7, encodeDirectory, encodeFeatures,
  encodeOpenContent, paceInfo, recogniseFile, type Decoded,
} from '../index.ts'
import { CURVES, explicitSpki, namedSpki } from '../pki/curve.ts'

const vector = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic', ...path)))
const codes = (d: Decoded<unknown>) => d.defects.map((x) => [x.code, x.offset])
const valueOf = <T>(d: Decoded<T>): T => { if (!d.ok) throw new Error(d.defects[0]!.says); return d.value }
const ascii = (s: string): Uint8Array => new TextEncoder().encode(s)
const paths = (d: Decoded<unknown>) => d.layout.map((f) => [f.path, f.tag, f.offset, f.body, f.length, f.value])
const jpeg = unhex('ffd8ffe000104a464946ffd9')
const jp2 = unhex('0000000c6a5020200d0a870a')

describe('EF.COM', () => {
  const version = tlv(0x5f01, ascii('0107'))
  const unicode = tlv(0x5f36, ascii('040000'))
  const groups = tlv(0x5c, unhex('6175'))
  const read = (...parts: readonly Uint8Array[]) => decodeCom(tlv(0x60, ...parts))
  it('L6 is laid out field by field', () => {
    expect(paths(read(version, unicode, groups))).toEqual([['ldsVersion', '5F01', 2, 5, 4, '0107'], ['unicodeVersion', '5F36', 9, 12, 6, '040000'], ['groups', '5C', 18, 20, 2, 'DG1 DG2']])
  })
  it('L1 is read as written, all sixteen groups too', () => {
    const com = { ldsVersion: '0108', unicodeVersion: '040000', groups: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] }
    expect(hex(encodeCom(com))).toBe('60225f0104303130385f36063034303030305c106175637665666768696a6b6c6d6e6f70')
    expect(decodeCom(encodeCom(com))).toMatchObject({ ok: true, value: com, defects: [] })
    expect(() => encodeCom({ ...com, groups: [0] })).toThrow(RangeError)
    expect(() => encodeCom({ ...com, groups: [17] })).toThrow(RangeError)
  })
  it.each([
    ['tags of no data group', [version, unicode, tlv(0x5c, unhex('6171755f1f'))], [1, 2], [['unknown-group', 21], ['unknown-group', 23]]],
    ['a group twice', [version, unicode, tlv(0x5c, unhex('617561'))], [1, 2], [['group-twice', 22]]],
    ['another order', [unicode, version, groups], [1, 2], [['field-order', 11]]],
    ['a field twice', [version, unicode, groups, version], [1, 2], [['field-twice', 22]]],
    ['an unknown field', [version, unicode, groups, tlv(0x53, ascii('x'))], [1, 2], [['unknown-field', 22]]],
    ['no list', [version, unicode], [], [['field-missing', 2]]],
  ] as const)('L4 EF.COM with %s is read', (_, parts, list, wrong) => {
    expect(valueOf(read(...parts))).toEqual({ ldsVersion: '0107', unicodeVersion: '040000', groups: list })
    expect(codes(read(...parts))).toEqual(wrong)
  })
  it('L4 EF.COM with odd versions is read, and they are named', () => {
    const odd = read(tlv(0x5f01, ascii('1.7')), tlv(0x5f36, ascii('4.0.00')), groups)
    expect(valueOf(odd)).toEqual({ ldsVersion: '1.7', unicodeVersion: '4.0.00', groups: [1, 2] })
    expect(codes(odd)).toEqual([['version-form', 5], ['version-form', 11]])
    expect(valueOf(read(groups))).toEqual({ ldsVersion: '', unicodeVersion: '', groups: [1, 2] })
    expect(codes(read(groups))).toEqual([['field-missing', 2], ['field-missing', 2]])
    expect(codes(decodeCom(Uint8Array.of(...encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1] }), 0, 0)))).toEqual([['trailing-bytes', 21]])
  })
})

describe('DG1', () => {
  const td3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']
  const td1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<']
  const td2 = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']
  it.each([[td3, 93], [td1, 95], [td2, 77]] as const)('L6 lays out every field of the zone and every check digit', (lines, length) => {
    const bytes = encodeDg1(lines)
    const d = decodeDg1(bytes)
    expect([bytes.length, valueOf(d).mrz, d.defects]).toEqual([length, lines.join(''), []])
    const parts = d.layout.filter((f) => f.tag === undefined)
    // the fields and digits cover the zone without a gap or an overlap
    expect(parts.map((f) => f.value).join('')).toBe(lines.join(''))
    let at = bytes.length - lines.join('').length
    for (const f of parts) { expect([f.path, f.offset, f.body]).toEqual([f.path, at, at]); at += f.length }
  })
  it('L4 DG1 of another length, without a zone or with more than it is named', () => {
    for (const n of [71, 73, 87, 89, 91, 0]) expect(codes(decodeDg1(tlv(0x61, tlv(0x5f1f, new Uint8Array(n).fill(0x3c)))))).toEqual([['malformed', 5]])
    expect(codes(decodeDg1(tlv(0x61, octets(jpeg))))).toEqual([['malformed', 2]])
    expect(codes(decodeDg1(tlv(0x61)))).toEqual([['malformed', 2]])
    expect(codes(decodeDg1(tlv(0x61, tlv(0x5f1f, ascii(td3.join(''))), octets(jpeg))))).toEqual([['unknown-field', 93]])
    expect(decodeDg1(tlv(0x61, tlv(0x5f1f, new Uint8Array(88)))).layout.map((f) => f.path)[0]).toBe('mrz')
    expect(() => encodeDg1(['P<UTO'])).toThrow(RangeError)
  })
})

describe('DG3 and DG4', () => {
  const finger = (subtype: number) => ({ header: { type: 8, subtype, formatOwner: 0x0101, formatType: 7 }, block: { tag: 0x5f2e, bytes: jpeg } })
  it('L7 are written and read without instances, with a filler that keeps their hash from telling', () => {
    const empty = encodeDg3({ templates: [], filler: unhex('0011223344556677') })
    expect(hex(empty)).toBe('63107f6103020100' + '53080011223344556677')
    expect(decodeDg3(empty)).toMatchObject({ ok: true, value: { templates: [], filler: unhex('0011223344556677') }, defects: [] })
    expect(hex(encodeDg4({ templates: [] }))).toBe('76067f6103020100')
    expect(valueOf(decodeDg4(encodeDg4({ templates: [] })))).toEqual({ templates: [] })
    expect(codes(decodeDg3(encodeDg4({ templates: [] })))).toEqual([['malformed', 0]])
    expect(codes(decodeDg4(empty))).toEqual([['malformed', 0]])
  })
  it('L1 DG3 and DG4 are read as they were written', () => {
    const group = { templates: [finger(0x0a), finger(0x09)] }
    expect(valueOf(decodeDg3(encodeDg3(group)))).toEqual(group)
    expect(valueOf(decodeDg4(encodeDg4(group)))).toEqual(group)
    expect(decodeDg3(encodeDg3(group)).layout.map((f) => f.path)).toEqual(expect.arrayContaining(['templates[1].header.subtype', 'templates[1].block']))
  })
})

describe('DG5 and DG7', () => {
  const image = (b: Uint8Array, mediaType: 'image/jpeg' | 'image/jp2' | 'unknown') => ({ image: b, mediaType })
  it('L1 are read as they were written: each picture with what it is', () => {
    const images = [image(jpeg, 'image/jpeg'), image(jp2, 'image/jp2')]
    expect(hex(encodeDg7({ images: [images[0]!] }))).toBe(`6712020101${'5f430c'}${hex(jpeg)}`)
    expect(decodeDg7(encodeDg7({ images }))).toMatchObject({ ok: true, value: { images }, defects: [] })
    expect(decodeDg5(encodeDg5({ images }))).toMatchObject({ ok: true, value: { images }, defects: [] })
    expect(hex(encodeDg5({ images: [] }))).toBe('6503020100')
    expect(paths(decodeDg5(encodeDg5({ images: [images[0]!] })))).toEqual([['count', '02', 2, 4, 1, '1'], ['images[0]', '5F40', 5, 8, 12, '12 bytes, image/jpeg']])
    expect(() => encodeDg5({ images: Array.from({ length: 256 }, () => images[0]!) })).toThrow(RangeError)
  })
  it('L4 DG7 with a wrong count, without one, with other fields or pictures is read', () => {
    const mark = tlv(0x5f43, jpeg)
    expect(codes(decodeDg7(tlv(0x67, unhex('020102'), mark)))).toEqual([['count', 2]])
    expect(codes(decodeDg7(tlv(0x67, mark, mark)))).toEqual([['count-missing', 0]])
    expect(codes(decodeDg7(tlv(0x67, unhex('020101'), tlv(0x5f40, jpeg), mark)))).toEqual([['unknown-field', 5]])
    expect(codes(decodeDg7(tlv(0x67, unhex('020101'), tlv(0x5f43, unhex('00')))))).toEqual([['image-unknown', 8]])
    expect(valueOf(decodeDg7(tlv(0x67, unhex('020101'), tlv(0x5f43, unhex('00')))))).toEqual({ images: [image(unhex('00'), 'unknown')] })
    expect(codes(decodeDg7(encodeDg5({ images: [] })))).toEqual([['malformed', 0]])
  })
})

describe('data groups that the standard leaves open', () => {
  it('L1 DG6, DG8 to DG10 and DG13 are read as they were written', () => {
    const objects = fc.array(fc.record({ tag: fc.constantFrom(0x80, 0x5f01, 0x7f61, 0xa1), bytes: fc.uint8Array({ maxLength: 40 }) }), { maxLength: 4 })
    fc.assert(fc.property(fc.constantFrom(8 as const, 9 as const, 10 as const), fc.option(fc.nat(255), { nil: undefined }), objects, (n, count, list) => {
      const f = { ...(count === undefined ? {} : { count }), objects: list }
      const d = decodeFeatures(n, encodeFeatures(n, f))
      expect(valueOf(d)).toEqual(f)
      expect(codes(d)).toEqual(count === undefined ? [['count-missing', 0]] : [])
    }))
    fc.assert(fc.property(fc.constantFrom(6 as const, 13 as const), fc.uint8Array({ maxLength: 200 }), (n, content) => {
      expect(decodeOpenContent(n, encodeOpenContent(n, { content }))).toMatchObject({ ok: true, value: { content }, defects: [] })
    }))
    for (const count of [-1, 256, 1.5]) expect(() => encodeFeatures(8, { count, objects: [] })).toThrow(RangeError)
    expect(hex(encodeFeatures(10, { count: 1, objects: [{ tag: 0x5f01, bytes: unhex('aa') }] }))).toBe('6a070201015f0101aa')
    expect(hex(encodeOpenContent(6, { content: unhex('aabb') }))).toBe('6602aabb')
  })
  it('L6 lays out DG13 where it is made of objects, and as it stands where not', () => {
    expect(paths(decodeOpenContent(13, unhex('6d060402aabb5f00')))).toEqual([['content', '6D', 0, 2, 6, '0402aabb5f00']])
    expect(paths(decodeOpenContent(13, unhex('6d040402aabb')))).toEqual([['content', '6D', 0, 2, 4, '0402aabb'], ['content.04', '04', 2, 4, 2, 'aabb']])
    expect(decodeOpenContent(13, unhex('6d040481' + '01bb')).defects).toEqual([])
  })
})

describe('DG14 and DG15', () => {
  const point = unhex(`04${CURVES[2]!.g}`)
  it('L1 are read as they were written', () => {
    const infos = [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 12 })]
    expect(hex(encodeDg14({ infos }))).toBe('6e1631143012060a04007f000702020402020201' + '0202010c')
    expect(decodeDg14(encodeDg14({ infos }))).toMatchObject({ ok: true, value: { infos }, defects: [] })
    expect(decodeDg14(encodeDg14({ infos })).layout[0]).toMatchObject({ path: 'infos', offset: 2 })
    for (const [key, curve, explicit] of [[explicitSpki(CURVES[2]!, point), 'P-256', true], [namedSpki(CURVES[2]!, point), 'P-256', false]] as const) {
      expect(valueOf(decodeDg15(encodeDg15(key)))).toEqual({ publicKey: key, algorithm: '1.2.840.10045.2.1', key: { kind: 'ec', curve, explicit } })
    }
    expect(valueOf(decodeDg15(vector('lds', 'EF.DG15.rsa1280.bin'))).key).toEqual({ kind: 'rsa', bits: 1280 })
  })
  it('L4 name what stands after their content, and keys that cannot be used', () => {
    expect(codes(decodeDg14(tlv(0x6e, tlv(0x31), octets(jpeg))))).toEqual([['trailing-bytes', 4]])
    expect(codes(decodeDg14(tlv(0x6e, tlv(0x30))))).toEqual([['malformed', 2]])
    const dsa = sequence(sequence(oid('1.2.840.10040.4.1')), tlv(3, Uint8Array.of(0, 1)))
    expect(valueOf(decodeDg15(encodeDg15(dsa)))).toEqual({ publicKey: dsa, algorithm: '1.2.840.10040.4.1', key: undefined })
    expect(codes(decodeDg15(encodeDg15(dsa)))).toEqual([])
    expect(codes(decodeDg15(tlv(0x6f, dsa, octets(jpeg))))).toEqual([['trailing-bytes', 2 + dsa.length]])
    const strange = sequence(sequence(oid('1.2.840.10045.2.1'), oid('1.2.3')), tlv(3, Uint8Array.of(0, 4)))
    expect(valueOf(decodeDg15(encodeDg15(strange))).key).toBeUndefined()
    expect(codes(decodeDg15(encodeDg15(strange)))).toEqual([['key-unreadable', 2]])
    const rsa = (...numbers: readonly Uint8Array[]) => encodeDg15(sequence(sequence(oid('1.2.840.113549.1.1.1')), tlv(3, Uint8Array.of(0), sequence(...numbers))))
    expect(valueOf(decodeDg15(rsa(unhex('020900c000000000000001'), unhex('0203010001')))).key).toEqual({ kind: 'rsa', bits: 64 })
    expect(valueOf(decodeDg15(rsa(unhex('0208c000000000000001'), unhex('0203010001')))).key).toEqual({ kind: 'rsa', bits: 64 })
    expect(codes(decodeDg15(rsa(unhex('0208c000000000000001'), unhex('0203010001'))))).toEqual([['modulus-negative', 22]])
    for (const numbers of ['0200' + '0203010001', '020100' + '0203010001', '0208c000000000000001', '0208c0000000000000010203010001' + '0500', '020900c000000000000001020101']) {
      expect(codes(decodeDg15(rsa(unhex(numbers))))).toEqual([['key-unreadable', 2]])
    }
    for (const bad of [octets(jpeg), sequence(), sequence(sequence(oid('1.2.3'))), sequence(sequence(integer(1)), tlv(3, Uint8Array.of(0)))]) expect(decodeDg15(encodeDg15(bad)).ok).toBe(false)
  })
})

describe('EF.DIR and EF.ATR/INFO', () => {
  it('L1 EF.DIR is read as it was written', () => {
    const applications = [{ aid: 'a0000002471001' }, { aid: 'a0000002472001', label: 'Stamps' }, { aid: 'e828bd080f', others: [{ tag: 0x51, bytes: unhex('3f00') }] }]
    expect(hex(encodeDirectory({ applications: [applications[0]!] }))).toBe('61094f07a0000002471001')
    expect(decodeDirectory(encodeDirectory({ applications }))).toMatchObject({ ok: true, value: { applications }, defects: [] })
    expect(valueOf(decodeDirectory(encodeDirectory({ applications })))).toEqual({ applications })
    expect(paths(decodeDirectory(encodeDirectory({ applications: [applications[1]!] })))).toEqual([
      ['applications[0]', '61', 0, 2, 17, ''], ['applications[0].aid', '4F', 2, 4, 7, 'a0000002472001'], ['applications[0].label', '50', 11, 13, 6, 'Stamps'],
    ])
    expect(() => encodeDirectory({ applications: [{ aid: 'xyz' }] })).toThrow(RangeError)
  })
  it('L4 EF.DIR with padding and other objects is read; without an application it is none', () => {
    const dir = unhex('61094f07a0000002471001')
    expect(codes(decodeDirectory(Uint8Array.of(...dir, 0, 0, 0)))).toEqual([['trailing-bytes', 11]])
    expect(codes(decodeDirectory(Uint8Array.of(...dir, 0xff)))).toEqual([['trailing-bytes', 11]])
    expect(codes(decodeDirectory(Uint8Array.of(...dir, ...tlv(0x53), ...tlv(0x61))))).toEqual([['unknown-field', 11], ['unknown-field', 13]])
    expect(codes(decodeDirectory(new Uint8Array(0)))).toEqual([['malformed', 0]])
    expect(codes(decodeDirectory(unhex('6100')))).toEqual([['unknown-field', 0], ['malformed', 0]])
    expect(codes(decodeDirectory(Uint8Array.of(...dir, 0x61)))).toEqual([['malformed', 12]])
  })
  it('L1 EF.ATR/INFO is read as it was written, with the meaning of its bits', () => {
    const bytes = encodeAtrInfo({ capabilities: { bytes: unhex('8601e0') }, lengths: { command: 1000, response: 65536 }, others: [{ tag: 0x43, bytes: unhex('b8') }] })
    expect(hex(bytes)).toBe('47038601e07f6609020203e802030100004301b8')
    const d = decodeAtrInfo(bytes)
    expect(valueOf(d)).toEqual({
      capabilities: { bytes: unhex('8601e0'), selectsByName: true, shortFileIds: true, recordNumbers: true, chaining: true, extendedLength: true, tellsLengths: true },
      lengths: { command: 1000, response: 65536 }, others: [{ tag: 0x43, bytes: unhex('b8') }],
    })
    expect(codes(d)).toEqual([])
    expect(paths(d).map(([p, t, o]) => [p, t, o])).toEqual([['capabilities', '47', 0], ['lengths', '7F66', 5], ['lengths.command', '02', 8], ['lengths.response', '02', 12], ['others[0]', '43', 17]])
    for (const [bits, key] of [['800000', 'selectsByName'], ['040000', 'shortFileIds'], ['020000', 'recordNumbers'], ['000080', 'chaining'], ['000040', 'extendedLength'], ['000020', 'tellsLengths']] as const) {
      const c = valueOf(decodeAtrInfo(encodeAtrInfo({ capabilities: { bytes: unhex(bits) } }))).capabilities!
      expect(Object.entries(c).filter(([, v]) => v === true).map(([k]) => k)).toEqual([key])
    }
    expect(() => encodeAtrInfo({ capabilities: { bytes: unhex('80') } })).toThrow(RangeError)
  })
  it('L4 EF.ATR/INFO with odd objects is read', () => {
    expect(codes(decodeAtrInfo(unhex('47028601')))).toEqual([['capabilities', 2]])
    expect(valueOf(decodeAtrInfo(unhex('47028601')))).toEqual({})
    // lengths without the zero byte that keeps them from being negative
    expect(valueOf(decodeAtrInfo(unhex('7f66080202ffff0202ff00')))).toEqual({ lengths: { command: 0xffff, response: 0xff00 } })
    for (const bad of ['7f6604020203e8', '7f660c020203e8020203e8020203e8', '7f66080402ffff0202ff00', '7f66080202ffff0402ff00', '7f660602020100' + '0200', '7f6600']) expect(codes(decodeAtrInfo(unhex(bad)))).toEqual([['lengths', 0]])
    expect(valueOf(decodeAtrInfo(unhex('47038601e0' + '47038601e0'))).others).toEqual([{ tag: 0x47, bytes: unhex('8601e0') }])
    expect(codes(decodeAtrInfo(unhex('47038601e00000')))).toEqual([['trailing-bytes', 5]])
    expect(codes(decodeAtrInfo(new Uint8Array(0)))).toEqual([['malformed', 0]])
  })
})

describe('which file it is', () => {
  it.each([
    ['61094f07a0000002471001', 'EF.DIR'], ['615b5f1f58', 'DG1'], ['61815b5f1f58', 'DG1'], ['6182005b5f1f58', 'DG1'], ['6181094f07', 'EF.DIR'],
    ['60165f01', 'EF.COM'], ['75820100', 'DG2'], ['63067f61', 'DG3'], ['76067f61', 'DG4'], ['65030201', 'DG5'], ['6600', 'DG6'], ['67030201', 'DG7'], ['68030201', 'DG8'],
    ['69030201', 'DG9'], ['6a030201', 'DG10'], ['6b025c00', 'DG11'], ['6c025c00', 'DG12'], ['6d00', 'DG13'], ['6e023100', 'DG14'], ['6f023000', 'DG15'], ['70030201', 'DG16'], ['7782', 'EF.SOD'],
    ['31143012060a0400', 'EF.CardAccess'], ['31811430810f060a', 'EF.CardAccess'], ['3100', 'EF.CardAccess'], ['3180300506', 'EF.CardAccess'],
    ['31053003020101', undefined], ['3103020101', undefined], ['31', undefined], ['3105', undefined],
    ['47038601e0', 'EF.ATR/INFO'], ['4301b87f6604020100020100', 'EF.ATR/INFO'], ['8001004301b8', 'EF.ATR/INFO'], ['4301b80000', 'EF.ATR/INFO'], ['45024142', undefined], ['4703860', undefined], ['47038601', undefined],
    ['30030201', undefined], ['3003020100', undefined], ['', undefined], ['ff', undefined], ['ffd8ffe0', undefined], ['504b0304', undefined],
  ])('L8 %s is %s', (bytes, name) => { expect(recogniseFile(unhex(bytes.length % 2 === 0 ? bytes : `${bytes}0`))).toBe(name) })
  it('L8 a certificate, a list and EF.SOD without its tag are no EF.CardSecurity', () => {
    for (const file of [['pki', 'csca-g2.der'], ['lists', 'UTO.crl'], ['lists', 'UTO.ml'], ['lists', 'UTO.dl']] as const) expect(recogniseFile(vector(...file))).toBeUndefined()
    expect(recogniseFile(vector('sod', 'lds18.bin').subarray(4))).toBeUndefined()
    expect(decodeFile(vector('pki', 'csca-g2.der'))).toBeUndefined()
    expect(decodeFile(unhex('6d00'))).toMatchObject({ name: 'DG13', decoded: { ok: true } })
    expect(decodeFile(unhex('6d00'), 'EF.NOTHING')).toBeUndefined()
    expect(decodeFile(unhex('6d00'), 'toString')).toBeUndefined()
    expect(decodeFile(unhex('6d00'), 'DG1')).toMatchObject({ name: 'DG1', decoded: { ok: false } })
  })
})
