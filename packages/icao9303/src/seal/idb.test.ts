import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { MUTANT_TIMEOUT, rounds } from '../../../../test/mutants.ts'
import { concat, hex, unhex } from '../asn1/value.ts'
import {
  canMessage,
  decodeIdb,
  encodeIdb,
  encodeMaskedDate,
  featureText,
  readIdbMessage,
  sealMessage,
  visaFeatures,
  visaOf,
  zoneMessage,
  type IdbEnvelope,
  type IdbMessage,
} from '../index.ts'
import { encodeBase32 } from './base32.ts'
import { deflate } from './deflate.ts'
import { encodeIdbMessage } from './idb.ts'

interface Vector {
  readonly id: string
  readonly text: string
  readonly country: string
  readonly signed?: string
  readonly reference?: string
  readonly tags: readonly number[]
  readonly payload?: string
}
const vectors = (
  JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/seals.json'), 'utf8')) as { readonly idb: readonly Vector[] }
).idb

const must = (text: string) => {
  const r = decodeIdb(text)
  if (!r.ok) throw new Error(JSON.stringify(r.defects))
  return r
}
const codes = (text: string) => must(text).defects.map((d) => [d.code, d.offset])
const fault = (text: string) => {
  const r = decodeIdb(text)
  return r.ok ? 'ok' : r.defects.at(-1)!.offset
}
const of = (payload: string, flag = 'A') => `RDB1${flag}${encodeBase32(unhex(payload))}`
const SIGNING = { hash: 'SHA-256', certificateReference: 'a57a790577', signed: '2024-10-18', dateLength: 4 } as const

describe('bar codes of the ICAO Datastructure for Barcode', () => {
  it.each(vectors.map((v) => [v.id, v] as const))('V9 reads %s as published', (_, v) => {
    const { value, defects } = must(v.text)
    expect([value.country, value.signing?.signed, value.signing?.certificateReference]).toEqual([v.country, v.signed, v.reference])
    expect(value.messages.map((m) => m.tag)).toEqual(v.tags)
    expect(defects.map((d) => [d.code, d.offset])).toEqual(v.text.startsWith('NDB1') ? [['identifier-draft', 0]] : [])
    // compression has no one form; what is not compressed is written again to the character
    if (value.compression === 'none') expect(encodeIdb(value, value)).toBe(v.text)
    else expect({ ...must(encodeIdb(value, value)).value }).toEqual(value)
    if (v.payload !== undefined)
      expect(
        hex(
          concat(
            encodeIdbMessage(value),
            ...(value.signature === undefined ? [] : [Uint8Array.of(0x7f, value.signature.length), value.signature]),
          ),
        ),
      ).toBe(v.payload)
  })
  it('V9 knows what the messages of the published ones mean', () => {
    const contents = (id: string) => must(vectors.find((v) => v.id === id)!.text).value.messages.map(readIdbMessage)
    expect(contents('provisional-residence-document')).toEqual([
      { kind: 'zone-td2', lines: ['ABD<<RESIDORCE<<ROLAND<<<<<<<<<<<<<<', '6525845096USA7008038M2201018T2506012'] },
      { kind: 'document-reference', text: '123456789' },
      { kind: 'foreigners-number', text: 'ABC123456DEF' },
      { kind: 'national-document', tag: 0x86, bytes: Uint8Array.of(14) },
    ])
    expect(contents('supplementary-sheet')[0]).toEqual({
      kind: 'zone-td1',
      lines: ['AZD<<5W1ETCGE25<<<<<<<<<<<<<<<', '8703123F2908258CHL<<<<<<<<<<<4', 'BORIC<<BRYAN<<<<<<<<<<<<<<<<<<'],
    })
    expect(contents('can-zipped')).toEqual([{ kind: 'can', text: '156782' }])
    const [visa] = contents('visa')
    expect(visa).toMatchObject({ kind: 'visa' })
    // the zone whole and the stay in one byte: not the form of Doc 9303-7, so it is given in its parts
    const { features } = visa as { readonly features: Parameters<typeof visaOf>[0] }
    expect(features.map((f) => [f.tag, f.bytes.length])).toEqual([
      [3, 1],
      [4, 1],
      [5, 8],
      [1, 60],
    ])
    expect(features.slice(2).map(featureText)).toEqual([
      'C000000736',
      'P D  GARCIA  EVELYN                         B870L41688D  8108108F3507050              08',
    ])
    expect(visaOf(features)).toBeUndefined()
  })
  it('V9 tells the place of every field', () => {
    expect(
      must(vectors.find((v) => v.id === 'certifying-permanent-residence')!.text).layout.map((f) => [
        f.path,
        f.tag,
        f.offset,
        f.body,
        f.length,
        f.value,
      ]),
    ).toEqual([
      ['country', undefined, 0, 0, 2, 'D<<'],
      ['signing.hash', undefined, 2, 2, 1, 'SHA-256'],
      ['signing.certificateReference', undefined, 3, 3, 5, 'a57a790577'],
      ['signing.signed', undefined, 8, 8, 4, '2025-02-11'],
      ['messages[0]', '82', 14, 16, 6, '6 bytes'],
      ['messages[1]', '83', 22, 24, 8, '8 bytes'],
      ['messages[2]', '86', 32, 34, 1, '1 bytes'],
      ['signature', '7F', 35, 37, 64, '64 bytes'],
    ])
  })

  const messages = fc.array(fc.record({ tag: fc.integer({ min: 0, max: 255 }), bytes: fc.uint8Array({ maxLength: 300 }) }), {
    maxLength: 4,
  })
  const signing = fc.record({
    hash: fc.constantFrom('SHA-256' as const, 'SHA-384' as const, 'SHA-512' as const),
    certificateReference: fc.stringMatching(/^[0-9a-f]{10}$/),
    signed: fc.constantFrom('2024-02-29', '1999-12-31'),
    dateLength: fc.constantFrom(3 as const, 4 as const),
  })
  it('V9 reads what it writes, compressed or not, signed or not, with its certificate or without', () => {
    const whole = fc.record({ country: fc.constantFrom('UTO', 'D<<'), messages, signing }, { requiredKeys: ['country', 'messages'] })
    fc.assert(
      fc.property(
        whole,
        fc.constantFrom('none' as const, 'zlib' as const),
        fc.uint8Array({ minLength: 1, maxLength: 90 }),
        fc.boolean(),
        (m, compression, signature, carries) => {
          const envelope: IdbEnvelope = {
            compression,
            ...(m.signing === undefined ? {} : { signature, ...(carries ? { certificate: unhex('3000') } : {}) }),
          }
          const { value, defects } = must(encodeIdb(m as IdbMessage, envelope))
          const { content, ...rest } = value
          expect(rest).toEqual({ identifier: 'RDB1', ...m, ...envelope })
          expect(hex(content)).toBe(hex(encodeIdbMessage(m as IdbMessage)))
          expect(defects).toEqual([])
        },
      ),
    )
  })
  it('V9 reads a signing day of three bytes as well as of four', () => {
    const message = { country: 'UTO', messages: [{ tag: 9, bytes: unhex('aa') }] }
    for (const dateLength of [3, 4] as const) {
      const bytes = encodeIdbMessage({ ...message, signing: { ...SIGNING, dateLength } })
      expect(hex(bytes)).toBe(`d9c501a57a790577${dateLength === 4 ? '00' : ''}9b5d8861030901aa`)
      expect(must(encodeIdb({ ...message, signing: { ...SIGNING, dateLength } }, { signature: unhex('01') })).value.signing).toEqual({
        ...SIGNING,
        dateLength,
      })
    }
    expect(codes(of(`d9c501a57a790577${hex(encodeMaskedDate('2024-10-xx'))}61007f0101`, 'B'))).toEqual([['signed-unknown', 8]])
  })
  it.each<[string, IdbMessage, IdbEnvelope]>([
    ['a country of four letters', { country: 'UTOP', messages: [] }, {}],
    ['no country', { country: '', messages: [] }, {}],
    ['a signer without a signature', { country: 'UTO', messages: [], signing: SIGNING }, {}],
    ['a signature without a signer', { country: 'UTO', messages: [] }, { signature: unhex('01') }],
    ['SHA-224', { country: 'UTO', messages: [], signing: { ...SIGNING, hash: 'SHA-224' } }, { signature: unhex('01') }],
    [
      'a reference of four bytes',
      { country: 'UTO', messages: [], signing: { ...SIGNING, certificateReference: 'a57a7905' } },
      { signature: unhex('01') },
    ],
    ['a day that is none', { country: 'UTO', messages: [], signing: { ...SIGNING, signed: '2023-02-29' } }, { signature: unhex('01') }],
    [
      'an unknown day in three bytes',
      { country: 'UTO', messages: [], signing: { ...SIGNING, signed: '2023-02-xx', dateLength: 3 } },
      { signature: unhex('01') },
    ],
  ])('V9 does not write %s', (_, m, e) => {
    expect(() => encodeIdb(m, e)).toThrow(RangeError)
  })

  it('V9 names what is odd and reads on', () => {
    expect(codes(of('d9c56100'))).toEqual([])
    expect(codes(of('d9c561007f0101'))).toEqual([['flag-signature', 4]])
    expect(codes(of('d9c501a57a790577009b5d7e6100', 'B'))).toEqual([['flag-signature', 14]])
    expect(codes(of('d9c561000101aa'))).toEqual([['object-unknown', 4]])
    expect(codes(of('d9c501a57a790577009b5d7e61007f01017f0102', 'B'))).toEqual([['object-unknown', 17]])
    expect(codes(of('d9c5610409810155'))).toEqual([['long-length', 5]])
  })
  it.each([
    ['', 0],
    ['RDB', 0],
    ['ADB1ANK6GCEQF', 0],
    ['rdb1ANK6GCEQF', 0],
    ['RDB1', 4],
    ['RDB1@', 4],
    ['RDB1E', 4],
    ['RDB1a', 4],
    ['RDB1A', 0],
    ['RDB1A1', 5],
    ['RDB1AMZ1', 7],
    [of('d9'), 0],
    [of('d9c5'), 2],
    [of('d9c562'), 3],
    [of('d9c56200'), 2],
    [of('0000'), 0],
    [of('d9c501a57a790577009b5d7e', 'B'), 11],
    [of('d9c504a57a790577009b5d7e6100', 'B'), 2],
    [of('d9c500a57a790577009b5d7e6100', 'B'), 2],
    [of('d9c501a57a79057700ffffff6100', 'B'), 9],
    [of('d9c501a57a790577ffffff6100', 'B'), 8],
    [of('d9c5610201'), 2],
    [of('d9c5610109'), 5],
    [of('d9c56100ff'), 5],
    [of('d9c56100', 'C'), 0],
  ])('V9 answers %s with the place where reading ended', (text, offset) => {
    expect(fault(text)).toBe(offset)
  })
  it('V9 opens no more than a bar code can hold', () => {
    expect(fault(`RDB1A${'A'.repeat(2 * 65_536)}`)).toBe(5)
    const bomb = concat(unhex('d9c5'), unhex('61830100000980'), new Uint8Array(65_000))
    expect(fault(`RDB1C${encodeBase32(deflate(bomb.subarray(0, 65_000)))}`)).not.toBe('ok')
  })

  it('V9 writes the messages that it knows', () => {
    const lines = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']
    expect(readIdbMessage(zoneMessage('TD2', lines))).toEqual({ kind: 'zone-td2', lines })
    expect(zoneMessage('TD2', lines)).toMatchObject({ tag: 0x81 })
    expect([
      zoneMessage(
        'TD1',
        Array.from({ length: 3 }, () => 'A'.repeat(30)),
      ).tag,
      zoneMessage(
        'TD3',
        Array.from({ length: 2 }, () => 'A'.repeat(44)),
      ).tag,
    ]).toEqual([7, 8])
    expect(() => zoneMessage('TD2', [lines[0]!])).toThrow(RangeError)
    expect(() => zoneMessage('TD2', [lines[0]!, 'A'])).toThrow(RangeError)
    expect(canMessage('156782')).toEqual({ tag: 9, bytes: unhex('20b346a7') })
    expect(readIdbMessage(canMessage('156782'))).toEqual({ kind: 'can', text: '156782' })
    for (const can of ['15678', '1567821', '15678A']) expect(() => canMessage(can)).toThrow(RangeError)
    const features = visaFeatures({
      format: 'MRV-B',
      zone: ['V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'L898902C<3UTO6908061F9406236ZE184226'],
      stay: 'transit',
      passportNumber: 'L898902C',
    })
    expect(sealMessage('visa', features).tag).toBe(1)
    expect(readIdbMessage(sealMessage('visa', features))).toEqual({ kind: 'visa', features })
    expect(readIdbMessage(sealMessage('emergency-travel-document', []))).toEqual({ kind: 'emergency-travel-document', features: [] })
  })
  it('V9 keeps messages in their bytes when they are not what they should be', () => {
    const unknown = (tag: number, text: string) =>
      expect(readIdbMessage({ tag, bytes: unhex(text) })).toEqual({ kind: 'unknown', tag, bytes: unhex(text) })
    unknown(0x03, 'aa')
    unknown(0x09, 'aa')
    unknown(0x01, '01ff')
    unknown(0x84, '00ffffff')
    unknown(
      0x81,
      hex(
        zoneMessage(
          'TD3',
          Array.from({ length: 2 }, () => 'A'.repeat(44)),
        ).bytes,
      ),
    )
    expect(readIdbMessage({ tag: 0x0a, bytes: unhex('3100') })).toEqual({ kind: 'card-access', tag: 0x0a, bytes: unhex('3100') })
    expect(readIdbMessage({ tag: 0x80, bytes: unhex('ff') })).toEqual({ kind: 'face-image', tag: 0x80, bytes: unhex('ff') })
    expect(readIdbMessage({ tag: 0x84, bytes: encodeMaskedDate('2030-xx-xx') })).toEqual({ kind: 'expiry', text: '2030-xx-xx' })
    expect(readIdbMessage({ tag: 0x85, bytes: unhex('eb04') })).toEqual({ kind: 'document-number', text: 'XK' })
  })
  it('V12 thousands of broken bar codes are answered at once', () => {
    let [ok, seed] = [0, 7]
    for (const n of rounds()) {
      const text = vectors[n % vectors.length]!.text
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      const at = seed % text.length
      const c = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567='[(seed >> 9) % 33]!
      if (decodeIdb(`${text.slice(0, at)}${c}${text.slice(at + (n % 2))}`).ok) ok += 1
    }
    expect(ok).toBeGreaterThan(100)
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (s) => {
        decodeIdb(`RDB1B${s}`)
      }),
    )
  }, MUTANT_TIMEOUT)
})
