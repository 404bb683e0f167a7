import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { encodeDg1, decodeDg1 } from '../lds/dg1.ts'
import { nodeCrypto } from '../node.ts'
import { bacSeed, CIPHER_SUITES, deriveKey, mrzInformation, PASSWORD_REFERENCES, passwordKey, passwordSecret, readMrzInformation, sessionKeys, withParity, type SessionCipher } from './key.ts'

const crypto = nodeCrypto()
const { BAC } = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/doc9303-11-worked-examples.json'), 'utf8')).vectors
const upper = (b: Uint8Array): string => hex(b).toUpperCase()

describe('MRZ_information', () => {
  interface Example { readonly format: string; readonly mrz: readonly string[]; readonly mrzInformation: string; readonly Kseed: string }
  it.each(BAC['D.2'] as readonly Example[])('A4 of the $format of D.2 is $mrzInformation', ({ mrz, mrzInformation: information, Kseed }) => {
    expect(readMrzInformation(mrz)).toBe(information)
    expect(readMrzInformation(mrz.join(''))).toBe(information)
    const dg1 = decodeDg1(encodeDg1(mrz))
    expect(dg1.ok && readMrzInformation(dg1.value.mrz)).toBe(information)
    const long = information.startsWith('D231')
    expect(mrzInformation(long ? { documentNumber: 'D23145890734', birthDate: '340712', expiryDate: '950712' } : { documentNumber: 'L898902C', birthDate: '690806', expiryDate: '940623' })).toBe(information)
    expect(upper(bacSeed(information, crypto))).toBe(Kseed)
  })

  it('A4 a passport book has its fields in the second line', () => {
    const lines = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']
    expect(readMrzInformation(lines)).toBe('L898902C3674081221204159')
    expect(readMrzInformation(`${lines.join('\n')}\n`)).toBe('L898902C3674081221204159')
  })

  it('A4 check digits stand as printed, wrong ones too: the chip was given the same', () => {
    const lines = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C37UTO7408123F1204150ZE184226B<<<<<10']
    expect(readMrzInformation(lines)).toBe('L898902C3774081231204150')
  })

  it('A4 a filler as check digit with one character or nothing behind is no long number', () => {
    const td1 = (number: string): readonly string[] => [`I<UTO${number}`.padEnd(30, '<'), '3407127M9507122UTO<<<<<<<<<<<2', 'STEVENSON<<PETER<JOHN<<<<<<<<<']
    expect(readMrzInformation(td1('D23145890<7<<'))).toBe('D23145890<34071279507122')
    expect(readMrzInformation(td1('D23145890<<<<'))).toBe('D23145890<34071279507122')
    expect(readMrzInformation(td1('D23145890<79<'))).toBe('D231458907934071279507122')
    // the optional data of TD1 reaches to the end of its line
    expect(readMrzInformation(td1('D23145890<ABCDEFGHIJKLMN7'))).toBe('D23145890ABCDEFGHIJKLMN734071279507122')
    expect(readMrzInformation(td1('D231458907ABC<<'))).toBe('D23145890734071279507122')
  })

  it.each([[''], ['P<UTO'], [['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'l898902c36uto7408122f1204159ze184226b<<<<<10']]])('A4 the text %j has none', (text) => {
    expect(readMrzInformation(text as string)).toBeUndefined()
  })

  it('A4 fields that are no fields are a bug of the caller', () => {
    const good = { documentNumber: 'L898902C', birthDate: '690806', expiryDate: '940623' }
    for (const wrong of [{ birthDate: '69080' }, { expiryDate: '9406231' }]) expect(() => mrzInformation({ ...good, ...wrong })).toThrow('a date of the zone has six characters')
    expect(() => mrzInformation({ ...good, documentNumber: 'l898902c' })).toThrow(RangeError)
  })

  it('A4 fillers at the end of a number do not matter, fillers inside it stay', () => {
    const of = (documentNumber: string): string => mrzInformation({ documentNumber, birthDate: '690806', expiryDate: '940623' })
    expect([of('L898902C<'), of('L898902C'), of('L898902C<<<<')]).toEqual(Array.from({ length: 3 }, () => 'L898902C<369080619406236'))
    expect(of('AB<CD<<<')).toBe('AB<CD<<<<669080619406236')
    expect(of('')).toBe('<<<<<<<<<069080619406236')
  })
})

describe('keys', () => {
  it('A5 the keys of D.1 have their parity', () => {
    const secret = unhex(BAC['D.1'].Kseed)
    expect(upper(deriveKey(secret, { cipher: '3DES', purpose: 'encryption', crypto }))).toBe(BAC['D.1'].KEnc)
    expect(upper(deriveKey(secret, { cipher: '3DES', purpose: 'mac', crypto }))).toBe(BAC['D.1'].KMAC)
    expect(hex(withParity(unhex('ab94fcedf2664edf 00 01 fe ff')))).toBe('ab94fdecf2674fdf0101fefe')
  })

  it('A5 parity is odd in every byte and changes only the last bit', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (key) => {
      withParity(key).forEach((b, i) => {
        expect([...b.toString(2)].filter((bit) => bit === '1').length % 2).toBe(1)
        expect(b >> 1).toBe(key[i]! >> 1)
      })
    }))
  })

  it.each<readonly [SessionCipher, number, string]>([
    // the hash of D.1 without its parity
    ['AES-128', 16, 'ab94fcedf2664edfb9b291f85d7f77f2'],
    ['AES-192', 24, ''],
    ['AES-256', 32, ''],
  ])('A5 %s takes %i bytes of its hash', (cipher, length, expected) => {
    const secret = unhex(BAC['D.1'].Kseed)
    const key = deriveKey(secret, { cipher, purpose: 'encryption', crypto })
    expect(key.length).toBe(length)
    expect(CIPHER_SUITES[cipher].key).toBe(length)
    if (cipher === 'AES-128') expect(hex(key)).toBe(expected)
    else expect(hex(key)).toBe(hex(crypto.hash('SHA-256', Uint8Array.of(...secret, 0, 0, 0, 1))).slice(0, 2 * length))
  })

  it('A5 session keys start their counter at zero unless told', () => {
    const keys = sessionKeys(unhex('00'), { cipher: 'AES-256', crypto })
    expect([keys.counter, keys.encryption.length, keys.mac.length, keys.cipher]).toEqual([0n, 32, 32, 'AES-256'])
    expect(hex(keys.encryption)).not.toBe(hex(keys.mac))
    expect(sessionKeys(unhex('00'), { cipher: '3DES', crypto, counter: 7n }).counter).toBe(7n)
  })

  it('A6 each password has its number and its octets', () => {
    expect(PASSWORD_REFERENCES).toEqual({ mrz: 1, can: 2, pin: 3, puk: 4 })
    expect(upper(passwordSecret({ kind: 'mrz', text: 'T22000129364081251010318' }, crypto))).toBe('7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD')
    for (const kind of ['can', 'pin', 'puk'] as const) expect(hex(passwordSecret({ kind, text: '123456\u00ff' }, crypto))).toBe('313233343536ff')
    expect(() => passwordSecret({ kind: 'can', text: '\u0100' }, crypto)).toThrow('a password has characters of ISO 8859-1')
    expect(upper(passwordKey({ kind: 'mrz', text: 'T22000129364081251010318' }, { cipher: 'AES-128', crypto }))).toBe('89DED1B26624EC1E634C1989302849DD')
  })
})
