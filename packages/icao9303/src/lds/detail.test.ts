import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { decodeDg11, decodeDg12, decodeDg16, encodeDg11, encodeDg12, encodeDg16, type Decoded, type Dg11, type Dg12 } from '../index.ts'

const text = (s: string): Uint8Array => new TextEncoder().encode(s)
const list = (...tags: readonly number[]): Uint8Array => tlv(0x5c, Uint8Array.from(tags.flatMap((t) => (t > 0xff ? [t >> 8, t & 0xff] : [t]))))
const codes = (d: Decoded<unknown>) => d.defects.map((x) => [x.code, x.offset])
const read11 = (...parts: readonly Uint8Array[]) => decodeDg11(tlv(0x6b, ...parts))
const read12 = (...parts: readonly Uint8Array[]) => decodeDg12(tlv(0x6c, ...parts))
const read16 = (...parts: readonly Uint8Array[]) => decodeDg16(tlv(0x70, ...parts))
const valueOf = <T>(d: Decoded<T>): T => { if (!d.ok) throw new Error(d.defects[0]!.says); return d.value }

describe('dates of DG11 and DG12 (row 29)', () => {
  const birth = (value: Uint8Array) => read11(list(0x5f2b), tlv(0x5f2b, value))
  const made = (value: Uint8Array) => read12(list(0x5f55), tlv(0x5f55, value))
  it.each(['19800229', '20001231', '19800000', '00000229', '00000000', '19801200', '00010101', '20240229'])('L5 reads %s without a word', (day) => {
    expect(valueOf(birth(text(day)))).toEqual({ fullBirthDate: day })
    expect(codes(birth(text(day)))).toEqual([])
  })
  it.each(['19810229', '20001301', '20000431', '20000132', '19000229', '00000230'])('L5 names %s as no date, and gives it', (day) => {
    expect(valueOf(birth(text(day)))).toEqual({ fullBirthDate: day })
    expect(codes(birth(text(day)))).toEqual([['date-impossible', 9]])
  })
  it.each([['1980022', '1980022'], ['198002290', '198002290'], ['1980<<<<', '1980<<<<'], ['29.02.1980', '29.02.1980'], ['1980022x', '1980022x']])('L5 names the form of %s, and gives it', (day, as) => {
    expect(valueOf(birth(text(day)))).toEqual({ fullBirthDate: as })
    expect(codes(birth(text(day)))).toEqual([['date-form', 9]])
  })
  it('L5 reads packed dates and names them; four bytes that are no digits are no packed date', () => {
    expect(valueOf(birth(unhex('19800229')))).toEqual({ fullBirthDate: '19800229' })
    expect(codes(birth(unhex('19800229')))).toEqual([['date-in-bcd', 9]])
    expect(codes(birth(unhex('19810229')))).toEqual([['date-in-bcd', 9], ['date-impossible', 9]])
    expect(codes(birth(unhex('1980022a')))).toEqual([['text-encoding', 9], ['date-form', 9]])
    // four characters are no packed digits, though each of them would do
    expect(valueOf(birth(text('1981')))).toEqual({ fullBirthDate: '1981' })
    expect(codes(birth(text('1981')))).toEqual([['date-form', 9]])
    expect(codes(birth(unhex('29991231')))).toEqual([['date-in-bcd', 9]])
    expect(codes(birth(unhex('80808080')))).toEqual([['text-encoding', 9], ['date-form', 9]])
    expect(codes(birth(text('')))).toEqual([['empty-field', 6]])
  })
  it.each([['20240415103000', []], ['20240415235959', []], ['20240415000000', []], ['20240415240000', ['date-impossible']], ['20240415106000', ['date-impossible']], ['20240415100060', ['date-impossible']], ['20241315103000', ['date-impossible']], ['20240415', ['date-form']]])('L5 reads the time %s', (time, wrong) => {
    expect(valueOf(made(text(time)))).toEqual({ personalised: time })
    expect(made(text(time)).defects.map((d) => d.code)).toEqual(wrong)
  })
  it('L5 reads a packed time of seven bytes', () => {
    expect(valueOf(made(unhex('20240415103000')))).toEqual({ personalised: '20240415103000' })
    expect(codes(made(unhex('20240415103000')))).toEqual([['date-in-bcd', 9]])
    expect(codes(made(unhex('20240415106000')))).toEqual([['date-in-bcd', 9], ['date-impossible', 9]])
  })
})

describe('fields of DG11 and DG12 that are odd (row 30)', () => {
  it('L5 names empty fields and fields of fillers, and gives them', () => {
    const d = read11(list(0x5f0e, 0x5f10, 0x5f11), tlv(0x5f0e, text('<<<')), tlv(0x5f10), tlv(0x5f11, text('<')))
    expect(valueOf(d)).toEqual({ fullName: '<<<', personalNumber: '', birthPlace: ['', ''] })
    expect(codes(d)).toEqual([['filler-field', 10], ['empty-field', 16], ['filler-field', 19]])
    expect(codes(read11(list(0x5f0e), tlv(0x5f0e, text('<A<'))))).toEqual([])
  })

  it('L5 reads text that is not in UTF-8 byte by byte, and names it', () => {
    const d = read11(list(0x5f0e), tlv(0x5f0e, unhex('4dfc6c6c6572')))
    expect(valueOf(d)).toEqual({ fullName: 'Müller' })
    expect(codes(d)).toEqual([['text-encoding', 9]])
    expect(valueOf(read11(list(0x5f0e), tlv(0x5f0e, unhex('efbbbf41'))))).toEqual({ fullName: '\ufeffA' })
  })

  it('L5 finds names in the list by their own tag or by that of their template', () => {
    const names = tlv(0xa0, unhex('020101'), tlv(0x5f0f, text('A')))
    for (const tag of [0x5f0f, 0xa0]) {
      expect(valueOf(read11(list(0x5f0e, tag), tlv(0x5f0e, text('X')), names))).toEqual({ fullName: 'X', otherNames: ['A'] })
      expect(codes(read11(list(0x5f0e, tag), tlv(0x5f0e, text('X')), names))).toEqual([])
    }
  })

  it.each([
    ['a count that is too high', [unhex('020103'), tlv(0x5f0f, text('A')), tlv(0x5f0f, text('B'))], ['A', 'B'], [['count', 8]]],
    ['a count of two bytes', [unhex('02020001'), tlv(0x5f0f, text('A'))], ['A'], []],
    ['a count without bytes', [unhex('0200'), tlv(0x5f0f, text('A'))], ['A'], [['count', 8]]],
    ['a count of five bytes', [unhex('02050000000001'), tlv(0x5f0f, text('A'))], ['A'], [['count', 8]]],
    ['a count of four bytes', [unhex('020400000001'), tlv(0x5f0f, text('A'))], ['A'], []],
    ['no count', [tlv(0x5f0f, text('A'))], ['A'], [['count-missing', 8]]],
    ['another field inside', [unhex('020101'), tlv(0x5f0e, text('Z')), tlv(0x5f0f, text('A'))], ['A'], [['unknown-field', 11]]],
    ['an empty name', [unhex('020101'), tlv(0x5f0f)], [''], [['empty-field', 11]]],
    ['nothing', [], [], [['count-missing', 8]]],
    ['zero names', [unhex('020100')], [], []],
  ] as const)('L5 reads a template of names with %s', (_, inner, names, wrong) => {
    const d = read11(list(0x5f0f), tlv(0xa0, ...inner))
    expect(valueOf(d)).toEqual({ otherNames: names })
    expect(codes(d)).toEqual(wrong)
  })

  it('L5 reads names outside a template, and in several templates', () => {
    const bare = read11(list(0x5f0f), tlv(0x5f0f, text('A')), tlv(0x5f0f, text('B')))
    expect(valueOf(bare)).toEqual({ otherNames: ['A', 'B'] })
    expect(codes(bare)).toEqual([['name-outside-template', 6], ['name-outside-template', 10]])
    const two = read11(list(0x5f0f), tlv(0xa0, unhex('020101'), tlv(0x5f0f, text('A'))), tlv(0xa0, unhex('020101'), tlv(0x5f0f, text('B'))))
    expect(valueOf(two)).toEqual({ otherNames: ['A', 'B'] })
    expect(codes(two)).toEqual([])
  })

  it('L5 names fields that are unknown, twice there, or in another order, and loses no other', () => {
    const d = read11(list(0x5f0e, 0x5f10, 0x5f12), tlv(0x5f0e, text('A')), tlv(0x5f12, text('1')), tlv(0x5f10, text('2')), tlv(0x5f0e, text('B')), tlv(0x5f7f, text('x')), tlv(0xa1, text('')))
    expect(valueOf(d)).toEqual({ fullName: 'A', telephone: '1', personalNumber: '2' })
    expect(codes(d)).toEqual([['field-order', 18], ['field-twice', 22], ['unknown-field', 26], ['unknown-field', 30], ['tag-list', 2]])
  })
})

describe('the tag list of DG11 and DG12 (rows 11 and 30)', () => {
  const name = tlv(0x5f0e, text('A'))
  const phone = tlv(0x5f12, text('1'))
  it.each([
    ['as it should be', [list(0x5f0e, 0x5f12), name, phone], []],
    ['with a field that is not there', [list(0x5f0e, 0x5f10, 0x5f12), name, phone], [['listed-absent', 6]]],
    ['with a tag of one byte that is not there', [list(0x5f0e, 0x53, 0x5f12), name, phone], [['listed-absent', 6]]],
    ['without a field that is there', [list(0x5f12), name, phone], [['present-unlisted', 2]]],
    ['in another order', [list(0x5f12, 0x5f0e), name, phone], [['tag-list', 2]]],
    ['with a field twice', [list(0x5f0e, 0x5f12, 0x5f0e), name, phone], [['tag-list', 2]]],
    ['that ends in half a tag', [tlv(0x5c, unhex('5f0e5f125f')), name, phone], [['listed-absent', 8]]],
    ['behind a field', [name, list(0x5f0e, 0x5f12), phone], [['field-order', 6]]],
    ['that is missing', [name, phone], [['tag-list-missing', 2]]],
    ['that is there twice', [list(0x5f0e, 0x5f12), list(0x5f0e), name, phone], [['unknown-field', 8]]],
  ] as const)('L5 reads a list %s', (_, parts, wrong) => {
    expect(valueOf(read11(...parts))).toEqual({ fullName: 'A', telephone: '1' })
    expect(codes(read11(...parts))).toEqual(wrong)
  })
  it('L5 takes A0 in the list of a file without names for what it is', () => {
    expect(codes(read11(list(0x5f0e, 0xa0), name))).toEqual([['listed-absent', 6]])
  })
})

describe('files of nothing but oddities', () => {
  it('L11 tells the first thousand, and reads 200,000 names in time', () => {
    const d = read11(tlv(0x5c, new Uint8Array(2_000).fill(0x53)))
    expect([d.ok, d.defects.length, d.defects[999], d.defects[1000]]).toEqual([true, 1001, expect.objectContaining({ code: 'listed-absent', offset: 1007 }), expect.objectContaining({ code: 'more-defects', offset: 1008 })])
    const name = tlv(0x5f0f, text('A'))
    const many = new Uint8Array(200_000 * name.length)
    for (let i = 0; i < 200_000; i++) many.set(name, i * name.length)
    const from = performance.now()
    expect(valueOf(read11(list(0x5f0f), tlv(0xa0, many))).otherNames).toHaveLength(200_000)
    expect(performance.now() - from).toBeLessThan(5_000)
  })
})

describe('persons to notify, DG16', () => {
  const person = (n: number, ...parts: readonly Uint8Array[]) => tlv(0xa0 + n, ...parts)
  const name = tlv(0x5f51, text('A<<B'))
  it('L5 reads persons, and names counts, numbers and fields that are odd', () => {
    expect(codes(read16(unhex('020102'), person(1, name), person(2, name)))).toEqual([])
    expect(codes(read16(unhex('020103'), person(1, name), person(2, name)))).toEqual([['count', 2]])
    expect(codes(read16(person(1, name)))).toEqual([['count-missing', 0]])
    const odd = read16(unhex('020102'), person(0, name), tlv(0x5f51, text('x')), person(15, tlv(0x5f50, unhex('20240101')), tlv(0x5f7f)), tlv(0xb0))
    expect(valueOf(odd)).toEqual({ contacts: [{ name: 'A<<B' }, { recorded: '20240101' }] })
    expect(codes(odd)).toEqual([['template-number', 5], ['unknown-field', 14], ['template-number', 18], ['date-in-bcd', 23], ['unknown-field', 27], ['unknown-field', 30]])
    expect(codes(read16(unhex('020101'), person(1, name, tlv(0x5f50, text('20240101')))))).toEqual([['field-order', 14]])
  })
  it('L5 keeps what it cannot number out of DG16', () => {
    expect(encodeDg16({ contacts: Array.from({ length: 15 }, () => ({})) })).toHaveLength(2 + 3 + 30)
    expect(() => encodeDg16({ contacts: Array.from({ length: 16 }, () => ({})) })).toThrow(RangeError)
  })
})

describe('what is written', () => {
  const free = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((s) => s.isWellFormed() && !/^<*$/.test(s))
  const part = free.filter((s) => !s.includes('<'))
  const parts = fc.array(part, { minLength: 1, maxLength: 3 })
  const names = fc.array(free, { minLength: 1, maxLength: 3 })
  const day = fc.date({ min: new Date('0001-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10).replaceAll('-', ''))
  const picture = fc.uint8Array({ minLength: 1, maxLength: 300 }).filter((b) => !b.every((x) => x === 0x3c))
  it('L1 DG11, DG12 and DG16 are read as they were written', () => {
    const dg11 = fc.record({ fullName: free, otherNames: names, personalNumber: free, fullBirthDate: day, birthPlace: parts, address: parts, telephone: free, profession: free, title: free, summary: free, citizenship: picture, otherDocuments: parts, custody: free }, { requiredKeys: [] })
    fc.assert(fc.property(dg11, (d: Dg11) => { expect(decodeDg11(encodeDg11(d))).toMatchObject({ ok: true, value: d, defects: [] }); expect(valueOf(decodeDg11(encodeDg11(d)))).toEqual(d) }))
    const dg12 = fc.record({ issuingAuthority: free, issueDate: day, otherPersons: names, endorsements: free, taxExit: free, frontImage: picture, rearImage: picture, personalised: day.map((d) => `${d}235959`), personalisedBy: free }, { requiredKeys: [] })
    fc.assert(fc.property(dg12, (d: Dg12) => { expect(decodeDg12(encodeDg12(d)).defects).toEqual([]); expect(valueOf(decodeDg12(encodeDg12(d)))).toEqual(d) }))
    const contact = fc.record({ recorded: day, name: free, telephone: free, address: parts }, { requiredKeys: [] })
    fc.assert(fc.property(fc.array(contact, { maxLength: 15 }), (contacts) => { expect(decodeDg16(encodeDg16({ contacts }))).toMatchObject({ ok: true, value: { contacts }, defects: [] }) }))
  })
  it('L1 a list of nothing is no field, and dates must have their digits', () => {
    expect(encodeDg11({ otherNames: [], birthPlace: [] })).toEqual(unhex('6b025c00'))
    expect(() => encodeDg11({ fullBirthDate: '1980-02-29' })).toThrow(RangeError)
    expect(() => encodeDg11({ fullBirthDate: '1980022<' })).toThrow(RangeError)
    expect(() => encodeDg12({ issueDate: '20240415103000' })).toThrow(RangeError)
    expect(() => encodeDg12({ personalised: '20240415' })).toThrow(RangeError)
    expect(() => encodeDg11({ otherNames: Array.from({ length: 256 }, () => 'A') })).toThrow(RangeError)
    expect(valueOf(decodeDg11(encodeDg11({ otherNames: Array.from({ length: 255 }, () => 'A') }))).otherNames).toHaveLength(255)
  })
})
