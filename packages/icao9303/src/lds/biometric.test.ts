import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { encodeBiometricGroup, readBiometricGroup, type BiometricGroup, type BiometricHeader } from './biometric.ts'
import { decoding, openFile } from './decoded.ts'

const CLAUSE = 'Doc 9303-10 §4.7.2'
const FORMAT: BiometricHeader = { formatOwner: 0x0101, formatType: 0x0008 }
const read = (bytes: Uint8Array, tag = 0x75) => decoding((_, reading) => {
  const g = readBiometricGroup(openFile(bytes, tag, { reading, clause: CLAUSE }), { reading, clause: CLAUSE })
  return { ...g, templates: g.templates.map((t) => ({ header: t.header, block: { tag: t.block.tag, bytes: t.block.bytes.slice(t.block.body, t.block.end) } })) }
})
const must = (bytes: Uint8Array, tag?: number) => {
  const r = read(bytes, tag)
  if (!r.ok) throw new Error(JSON.stringify(r.defects))
  return r
}
const group = (...parts: readonly Uint8Array[]) => tlv(0x75, tlv(0x7f61, ...parts))
const one = unhex('020101')
const header = (text: string) => tlv(0x7f60, tlv(0xa1, unhex(text)), tlv(0x5f2e, Uint8Array.of(9)))
const codes = (r: ReturnType<typeof read>) => r.defects.map((d) => [d.code, d.offset])

describe('templates of biometrics', () => {
  it('F1 writes the header in the order of its tags, with the count and the filler', () => {
    const bytes = encodeBiometricGroup(0x63, {
      templates: [{
        header: {
          version: 0x0101, type: 0x08, subtype: 0x0a, created: '2124-01-05T11:23:45', validity: { from: '2124-01-05', until: '2129-01-06' }, creator: 0x01030001,
          formatOwner: 0x0101, formatType: 0x0007,
        },
        block: { tag: 0x5f2e, bytes: unhex('aabb') },
      }],
      filler: unhex('0102'),
    })
    expect(hex(bytes)).toBe('633f' + '7f6138' + '020101' + '7f6032' + 'a12b' + '80020101' + '810108' + '82010a' + '830721240105112345' + '85082124010521290106' + '860401030001'
      + '87020101' + '88020007' + '5f2e02aabb' + '53020102')
    expect(must(bytes, 0x63).defects).toEqual([])
  })
  it('F1 writes no template at all as the Part has it', () => {
    expect(hex(encodeBiometricGroup(0x63, { templates: [], filler: Uint8Array.of(7) }))).toBe('6309' + '7f6103' + '020100' + '530107')
    expect(hex(encodeBiometricGroup(0x76, { templates: [] }))).toBe('7606' + '7f6103' + '020100')
    expect(must(unhex('76067f6103020100'), 0x76).value).toEqual({ templates: [] })
  })
  it.each([[0x02, '810102'], [0xff, '8101ff'], [0x100, '81020100'], [0xffff, '8102ffff'], [0x10000, '8103010000']])('F1 writes the type %i as %s', (type, text) => {
    const bytes = encodeBiometricGroup(0x75, { templates: [{ header: { ...FORMAT, type }, block: { tag: 0x5f2e, bytes: new Uint8Array() } }] })
    expect(hex(bytes)).toContain(`a1${(8 + text.length / 2).toString(16).padStart(2, '0')}${text}87020101`)
    expect(must(bytes).value.templates[0]!.header.type).toBe(type)
  })
  it.each<[string, BiometricHeader]>([
    ['no format owner', { formatType: 8 }], ['no format type', { formatOwner: 0x0101 }], ['too large a version', { ...FORMAT, version: 0x10000 }],
    ['a negative subtype', { ...FORMAT, subtype: -1 }], ['a broken number', { ...FORMAT, creator: 1.5 }], ['a day for a moment', { ...FORMAT, created: '2024-01-05' }],
    ['a moment for a day', { ...FORMAT, validity: { from: '2024-01-05T00:00:00', until: '2024-01-05' } }], ['words for a day', { ...FORMAT, validity: { from: '2024-01-05', until: 'x2024-01-05' } }],
  ])('F1 does not write %s', (_, h) => {
    expect(() => encodeBiometricGroup(0x75, { templates: [{ header: h, block: { tag: 0x5f2e, bytes: new Uint8Array() } }] })).toThrow(RangeError)
  })

  it('F1 tells the place of every object of the header and of the block', () => {
    const bytes = group(one, header('80020101' + '810102' + '830720240105112345' + '850820240105' + '20290105' + '860400000001' + '87020101' + '88020008'))
    expect(must(bytes).layout.map((f) => [f.path, f.tag, f.offset, f.body, f.length, f.value])).toEqual([
      ['count', '02', 5, 7, 1, '1'], ['templates[0]', '7F60', 8, 11, 46, ''], ['templates[0].header', 'A1', 11, 13, 40, ''],
      ['templates[0].header.version', '80', 13, 15, 2, '0x0101'], ['templates[0].header.type', '81', 17, 19, 1, '0x0002'],
      ['templates[0].header.created', '83', 20, 22, 7, '2024-01-05T11:23:45'], ['templates[0].header.validity', '85', 29, 31, 8, ''],
      ['templates[0].header.creator', '86', 39, 41, 4, '0x0001'], ['templates[0].header.formatOwner', '87', 45, 47, 2, '0x0101'],
      ['templates[0].header.formatType', '88', 49, 51, 2, '0x0008'], ['templates[0].block', '5F2E', 53, 56, 1, '1 bytes'],
    ])
  })

  it.each([
    ['8001018702010188020008', 'header-field', 0x80], ['81008702010188020008', 'header-field', 0x81], ['8104010203048702010188020008', 'header-field', 0x81],
    ['820201018702010188020008', 'header-field', 0x82], ['8307202401051123ff8702010188020008', 'header-field', 0x83], ['8306202401051123' + '8702010188020008', 'header-field', 0x83],
    ['850720240105202901' + '8702010188020008', 'header-field', 0x85], ['8508202401052029010a' + '8702010188020008', 'header-field', 0x85], ['8508ff240105202901058702010188020008', 'header-field', 0x85],
    ['86030102038702010188020008', 'header-field', 0x86], ['84010187020101' + '88020008', 'header-field', 0x84],
  ])('F1 names and keeps an odd object in %s', (text, code, tag) => {
    const r = must(group(one, header(text)))
    expect(codes(r)).toEqual([[code, 13]])
    const { others, ...rest } = r.value.templates[0]!.header
    expect(others!.map((o) => o.tag)).toEqual([tag])
    expect(rest).toEqual(FORMAT)
    // and it is written again
    expect(must(encodeBiometricGroup(0x75, r.value)).value.templates[0]!.header).toEqual(r.value.templates[0]!.header)
  })
  it.each([['870101' + '88020008', 2], ['88020008', 1], ['87020101', 1]])('F1 names a header that does not tell the format: %s', (text, n) => {
    const r = must(group(one, header(text)))
    expect(r.defects.map((d) => d.code).at(-1)).toBe('header-format')
    expect(r.defects).toHaveLength(n)
    expect(r.defects.at(-1)!.offset).toBe(11)
  })
  it('F1 reads a template without a header, with a foreign object, with something after the block', () => {
    expect(codes(must(group(one, tlv(0x7f60, tlv(0x5f2e, Uint8Array.of(1))))))).toEqual([['header-missing', 11]])
    const foreign = tlv(0x7f60, tlv(0xa1, unhex('8702010188020008')), tlv(0x06, Uint8Array.of(1)), tlv(0x7f2e, Uint8Array.of(1)), tlv(0x53))
    const r = must(group(one, foreign))
    expect(codes(r)).toEqual([['object-unknown', 21], ['object-unknown', 28]])
    expect(r.value.templates[0]!.block.tag).toBe(0x7f2e)
  })
  it('F1 names a wrong count, foreign objects of the group and of the file', () => {
    const good = header('8702010188020008')
    expect(codes(must(group(unhex('020102'), good)))).toEqual([['instance-count', 5]])
    expect(codes(must(group(unhex('020102'), good, good)))).toEqual([])
    expect(codes(must(group(one, tlv(0x04), good)))).toEqual([['object-unknown', 8]])
    const inside = tlv(0x7f61, one, good)
    expect(codes(must(tlv(0x75, inside, unhex('530101530102'))))).toEqual([['object-unknown', 2 + inside.length + 3]])
    expect(must(tlv(0x75, inside, unhex('530101530102'))).value.filler).toEqual(Uint8Array.of(1))
    expect(codes(must(tlv(0x75, inside, tlv(0x04))))).toEqual([['object-unknown', 2 + inside.length]])
    expect(codes(must(Uint8Array.of(...group(one, good), 0)))).toEqual([['trailing-bytes', group(one, good).length]])
  })
  it('F1 reads a length that is longer than it need be, and says so', () => {
    const good = header('8702010188020008')
    const inside = Uint8Array.of(...one, ...good)
    const r = must(tlv(0x75, Uint8Array.of(0x7f, 0x61, 0x82, 0, inside.length), inside))
    expect(codes(r)).toEqual([['ber-long-length', 2]])
    expect(r.value.templates).toHaveLength(1)
  })
  it.each([['', 0], ['7500', 2], ['75047f610102', 6], ['7503020101', 2], ['75077f6104020101ff', 9], ['7600', 0], ['75047f6101', 0]])('F1 answers %s with the place where reading ended', (text, offset) => {
    const r = read(unhex(text))
    expect([r.ok, r.defects.at(-1)!.code]).toEqual([false, 'malformed'])
    expect(r.defects.at(-1)!.offset).toBe(offset)
  })
  it('F1 needs a block in every template', () => {
    const r = read(group(one, tlv(0x7f60, tlv(0xa1, unhex('8702010188020008')))))
    expect(r.ok).toBe(false)
    expect(r.defects).toEqual([{ code: 'malformed', offset: 21, says: 'expected the biometric data block', clause: CLAUSE }])
  })

  const uint = (n: number) => fc.integer({ min: 0, max: 256 ** n - 1 })
  const digits = (n: number) => fc.integer({ min: 0, max: 10 ** n - 1 }).map((x) => String(x).padStart(n, '0'))
  const day = fc.tuple(digits(4), digits(2), digits(2)).map((d) => d.join('-'))
  const time = fc.tuple(day, digits(2), digits(2), digits(2)).map(([d, ...t]) => `${d}T${t.join(':')}`)
  const head: fc.Arbitrary<BiometricHeader> = fc.record({
    version: uint(2), type: uint(3), subtype: uint(1), created: time, validity: fc.record({ from: day, until: day }), creator: uint(4), formatOwner: uint(2), formatType: uint(2),
    others: fc.uniqueArray(fc.record({ tag: fc.constantFrom(0x84, 0x89, 0x90), bytes: fc.uint8Array({ maxLength: 9 }) }), { minLength: 1, selector: (o) => o.tag }).map((l) => l.toSorted((a, b) => a.tag - b.tag)),
  }, { requiredKeys: ['formatOwner', 'formatType'] })
  const whole: fc.Arbitrary<BiometricGroup> = fc.record({
    templates: fc.array(fc.record({ header: head, block: fc.record({ tag: fc.constantFrom(0x5f2e, 0x7f2e), bytes: fc.uint8Array({ maxLength: 300 }) }) }), { maxLength: 4 }),
    filler: fc.uint8Array({ maxLength: 9 }),
  }, { requiredKeys: ['templates'] })
  it('F1 reads what it writes', () => {
    fc.assert(fc.property(whole, fc.constantFrom(0x75, 0x63, 0x76), (g, tag) => {
      expect(must(encodeBiometricGroup(tag, g), tag).value).toEqual(g)
    }))
  })
})
