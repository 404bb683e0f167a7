import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { decoding } from '../lds/decoded.ts'
import { c40Length, encodeC40, readC40 } from './c40.ts'
import { encodeMaskedDate, encodeSealDate, readMaskedDate, readSealDate } from './seal-date.ts'

const fault = (run: () => unknown) => {
  const r = decoding(run)
  return r.ok ? 'ok' : r.defects[0]!.offset
}

describe('C40', () => {
  it.each([
    ['XK<CD', 'eb0466a9', 'XK CD'],
    ['XKCD', 'eb11fe45', 'XKCD'],
    ['VISA01', 'de515826', 'VISA01'],
    ['DETS32', '6d32c91f', 'DETS32'],
    ['D<<', '6abc', 'D  '],
    ['', '', ''],
    ['   ', '133c', '   '],
  ])('V1 writes %s as %s, as the examples of the Part have it', (text, bytes, back) => {
    expect(hex(encodeC40(text))).toBe(bytes)
    expect(readC40(unhex(bytes))).toBe(back)
  })
  it('V1 reads what it writes, as long as it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...' 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), maxLength: 80 }), (text) => {
        const bytes = encodeC40(text)
        expect(bytes).toHaveLength(c40Length(text.length))
        expect(readC40(bytes)).toBe(text)
      }),
    )
  })
  it.each(['a', 'Ä', '-', '\0', 'AB\u0001'])('V1 does not write %j', (text) => {
    expect(() => encodeC40(text)).toThrow(RangeError)
  })
  it.each([
    ['eb', 8],
    ['eb04ff', 10],
    ['0000', 7],
    ['0001', 7],
    ['fe00', 7],
    ['fe01', 7],
    ['fe45eb04', 7],
    ['fe62', 7],
    ['fa01', 7],
    ['ffff', 7],
    ['eb0466a9eb04', 9],
    ['12c1', 7],
    ['eb04ffff', 9],
  ])('V1 refuses %s', (text, offset) => {
    expect(fault(() => readC40(unhex(text), 7))).toBe(offset)
  })
  it('V1 reads every pair of bytes as text that it writes the same, or refuses it', () => {
    let read = 0
    for (let n = 0; n < 65_536; n++) {
      const bytes = Uint8Array.of(n >> 8, n & 0xff)
      const r = decoding(() => readC40(bytes))
      if (!r.ok) continue
      read += 1
      expect(hex(encodeC40(r.value))).toBe(hex(bytes))
    }
    // three, two and one of the 37 characters
    expect(read).toBe(37 ** 3 + 37 ** 2 + 37)
  })
})

describe('days of a seal', () => {
  it.each([
    ['1957-03-25', '319ef5'],
    ['1979-10-09', '99fdcb'],
    ['2024-09-27', '8d7ad8'],
    ['0001-01-01', '0f6951'],
    ['9999-12-31', 'bbfcff'],
    ['2024-02-29', '22f938'],
    ['0099-12-31', 'bbd653'],
  ])('V2 writes %s', (day, bytes) => {
    expect(hex(encodeSealDate(day))).toBe(bytes)
    expect(readSealDate(unhex(bytes))).toBe(day)
  })
  it.each([
    '2023-02-29',
    '2023-13-01',
    '2023-00-01',
    '2023-01-00',
    '2023-04-31',
    '23-01-01',
    '2023-1-1',
    'x2023-01-01',
    '2023-01-011',
    '19xx-01-01',
  ])('V2 does not write %s as a day', (day) => {
    expect(() => encodeSealDate(day)).toThrow(RangeError)
  })
  it.each(['000000', 'ffffff', '000001', '0f424f'])('V2 refuses %s as a day', (text) => {
    expect(fault(() => readSealDate(unhex(text), 5))).toBe(5)
  })
  it('V2 wants three bytes, or four with a mask', () => {
    expect(fault(() => readSealDate(unhex('319e'), 5))).toBe(5)
    expect(fault(() => readSealDate(unhex('00319ef5'), 5))).toBe(5)
    expect(fault(() => readMaskedDate(unhex('319ef5'), 5))).toBe(5)
    expect(fault(() => readMaskedDate(unhex('0000319ef5'), 5))).toBe(5)
    expect(fault(() => readMaskedDate(unhex('00ffffff'), 5))).toBe(6)
    expect(fault(() => readMaskedDate(unhex('80ffffff'), 5))).toBe('ok')
  })
  it.each([
    ['19xx-xx-01', 'c3002e7c'],
    ['201x-04-xx', '313d10da'],
    ['1900-xx-xx', 'f000076c'],
    ['1999-12-31', '00bbddbf'],
    ['xxxx-xx-xx', 'ff000000'],
    ['2014-10-18', '009b5d7e'],
  ])('V2 writes the day %s with its mask', (day, bytes) => {
    expect(hex(encodeMaskedDate(day))).toBe(bytes)
    expect(readMaskedDate(unhex(bytes))).toBe(day)
  })
  it.each(['19-03-2010', '2023-02-29', 'xxxx-xx-x', 'xxxx-xx-xxx', 'axxx-xx-xx', '2023-13-01'])(
    'V2 does not write %s with a mask',
    (day) => {
      expect(() => encodeMaskedDate(day)).toThrow(RangeError)
    },
  )
})
