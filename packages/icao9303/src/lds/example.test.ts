import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { hex, isSame, unhex } from '../asn1/value.ts'
import {
  decodeFile, encodeCom, encodeDg1, encodeDg11, encodeDg12, encodeDg14, encodeDg15, encodeDg16, encodeDg2, encodeSecurityInfos, mediaTypeOf, recogniseFile, type FileContent,
} from '../index.ts'

const VECTORS = join(import.meta.dirname, '../../vectors')
const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'))
const bytesOf = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(...path)))

/** The bytes again from the value; undefined for kinds whose writer wants more than the value. */
function encoded({ name, decoded }: FileContent): Uint8Array | undefined {
  if (!decoded.ok) return undefined
  const { value } = decoded as unknown as { value: never }
  const writers: Readonly<Record<string, () => Uint8Array>> = {
    'EF.COM': () => encodeCom(value), 'EF.CardAccess': () => encodeSecurityInfos(value), DG1: () => encodeDg1([(value as { mrz: string }).mrz]),
    DG2: () => encodeDg2((value as { faces: readonly never[] }).faces[0]!), DG11: () => encodeDg11(value), DG12: () => encodeDg12(value), DG14: () => encodeDg14(value),
    DG15: () => encodeDg15((value as { publicKey: Uint8Array }).publicKey), DG16: () => encodeDg16(value),
  }
  return writers[name]?.()
}
const content = (bytes: Uint8Array): FileContent => decodeFile(bytes)!
const value = (c: FileContent): Record<string, unknown> => { if (!c.decoded.ok) throw new Error(JSON.stringify(c.decoded.defects)); return c.decoded.value as never }

interface Case { readonly file: string; readonly hex: string; readonly facts: Readonly<Record<string, unknown>> }
const examples = json(VECTORS, 'lds-examples.json') as { cases: readonly Case[]; oddities: readonly Case[] }

describe('the examples of Doc 9303-10, Appendix A', () => {
  it.each(examples.cases.map((c, i) => [`${c.file} ${i}`, c] as const))('L10 %s is read with its facts and written again to the byte', (_, { file, hex: bytes, facts }) => {
    const c = content(unhex(bytes))
    const v = value(c)
    expect(c.name).toBe(file.startsWith('EF.DG') ? file.slice(3) : file)
    expect(c.decoded.defects).toEqual([])
    if (facts['lds'] !== undefined) expect(v['ldsVersion']).toBe(facts['lds'])
    if (facts['unicode'] !== undefined) expect(v['unicodeVersion']).toBe(facts['unicode'])
    if (facts['dgs'] !== undefined) expect(v['groups']).toEqual(facts['dgs'])
    if (facts['name'] !== undefined) expect(v['fullName']).toBe(facts['name'])
    if (facts['persons'] !== undefined) expect(v['contacts']).toHaveLength(facts['persons'] as number)
    expect(hex(encoded(c)!)).toBe(bytes.toLowerCase())
  })
  it('L10 A.5 and A.6 say what the Part says', () => {
    expect(value(content(unhex(examples.cases.find((c) => c.file === 'EF.DG11')!.hex)))).toEqual({
      fullName: 'SMITH<<JOHN<J', birthPlace: ['ANYTOWN', 'MN'], address: ['123 MAPLE RD', 'ANYTOWN', 'MN'], telephone: '16125551212', profession: 'TRAVEL<AGENT',
    })
    expect(value(content(unhex(examples.cases.find((c) => c.file === 'EF.DG16')!.hex)))).toEqual({
      contacts: [
        { recorded: '20020101', name: 'SMITH<<CHARLES<R', telephone: '19525551212', address: ['123 MAPLE RD', 'ANYTOWN', 'MN', '55100'] },
        { recorded: '20020315', name: 'BROWN<<MARY<J', telephone: '14155551212', address: ['49 REDWOOD LN', 'OCEAN BREEZE', 'CA', '94000'] },
      ],
    })
  })
  it.each([
    ['EF.DG12', { issueDate: '20240415', personalised: '20240415103000' }, [['date-in-bcd', 11], ['date-in-bcd', 18]]],
    ['EF.DG11', { fullName: '<<<' }, [['filler-field', 6]]],
    ['EF.DG11', { personalNumber: '' }, [['empty-field', 6]]],
    ['EF.DG12', { otherPersons: ['SMITH<<BRENDA<P'] }, []],
  ] as const)('L10 the oddity of %s is read as %o', (file, wanted, wrong) => {
    const found = examples.oddities.filter((o) => o.file === file).map((o) => content(unhex(o.hex)))
    const match = found.find((c) => JSON.stringify(value(c)) === JSON.stringify(wanted))
    expect(found.map(value)).toContainEqual(wanted)
    expect(match!.decoded.defects.map((d) => [d.code, d.offset])).toEqual(wrong)
  })
})

interface Known { readonly file: string; readonly kind: string; readonly facts: Readonly<Record<string, unknown>> }
const NAMES: Readonly<Record<string, string>> = { com: 'EF.COM', cardaccess: 'EF.CardAccess', dg1: 'DG1', dg2: 'DG2', dg11: 'DG11', dg12: 'DG12', dg14: 'DG14', dg15: 'DG15', sod: 'EF.SOD' }

describe('the synthetic set', () => {
  const { files } = json(VECTORS, 'synthetic/index.json') as { files: readonly Known[] }
  const lds = files.filter((f) => f.file.startsWith('synthetic/lds/'))
  it('L10 has ten data groups and files', () => { expect(lds).toHaveLength(10) })
  it.each(lds.map((f) => [f.file, f] as const))('L10 %s is read with its facts and written again to the byte', (file, { kind, facts }) => {
    const bytes = bytesOf(VECTORS, file)
    const c = content(bytes)
    const v = value(c) as Record<string, never>
    expect([c.name, c.decoded.defects]).toEqual([NAMES[kind], []])
    if (facts['dgs'] !== undefined) expect(v['groups']).toEqual(facts['dgs'])
    if (facts['entries'] !== undefined) expect(v['infos']).toHaveLength(facts['entries'] as number)
    for (const key of ['mrz', 'otherNames']) if (facts[key] !== undefined) expect(v[key]).toEqual(facts[key])
    if (facts['dateOfIssue'] !== undefined) expect(v['issueDate']).toBe(facts['dateOfIssue'])
    if (facts['key'] !== undefined) expect(v['key']).toEqual(facts['key'] === 'RSA-1280' ? { kind: 'rsa', bits: 1280 } : { kind: 'ec', curve: 'brainpoolP256r1', explicit: true })
    if (kind !== 'dg2') expect(hex(encoded(c)!)).toBe(hex(bytes))
  })
  it.each(files.filter((f) => f.kind === 'sod').map((f) => [f.file] as const))('L6 %s is laid out within its bytes', (file) => {
    const bytes = bytesOf(VECTORS, file)
    const { name, decoded } = content(bytes)
    expect([name, decoded.ok]).toEqual(['EF.SOD', true])
    expect(decoded.layout.map((f) => f.path)).toEqual(expect.arrayContaining(['version', 'contentType', 'signer.signature']))
    expect(decoded.layout.filter((f) => f.path.startsWith('object.hashes')).length).toBe(file.includes('ber-indefinite') ? 0 : (files.find((f) => f.file === file)!.facts['dgs'] as readonly number[]).length)
    for (const f of decoded.layout) expect(hex(bytes.subarray(f.offset, f.offset + f.tag!.length / 2)).toUpperCase()).toBe(f.tag)
  })
})

describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('the sets of the BSI', () => {
  const all = existsSync(join(PUBLIC, 'emrtd')) ? (json(PUBLIC, 'emrtd/index.json') as { files: readonly Known[] }).files.filter((f) => f.file.startsWith('bsi-') && NAMES[f.kind] !== undefined) : []
  it.each(all.map((f) => [f.file, f] as const))('L10 %s is read with its facts and written again where it is canonical', (file, { kind, facts }) => {
    const bytes = bytesOf(PUBLIC, 'emrtd', file)
    expect(recogniseFile(bytes)).toBe(NAMES[kind])
    const c = content(bytes)
    const v = value(c) as Record<string, never>
    if (facts['mrz'] !== undefined) expect(v['mrz']).toBe(facts['mrz'])
    if (facts['lds'] !== undefined) expect(v['ldsVersion']).toBe(facts['lds'])
    if (kind === 'dg15') expect(v['key']).toEqual({ kind: 'rsa', bits: 1024 })
    if (kind === 'dg14') {
      expect(v['infos']).toEqual([
        expect.objectContaining({ kind: 'chip-authentication-public-key', agreement: 'ECDH', algorithm: '1.2.840.10045.2.1' }),
        { kind: 'chip-authentication', oid: '0.4.0.127.0.7.2.2.3.2.1', agreement: 'ECDH', cipher: '3DES', version: 1 }, { kind: 'terminal-authentication', oid: '0.4.0.127.0.7.2.2.2', version: 1 },
      ])
    }
    const again = encoded(c)
    const wrong = c.decoded.defects.map((d) => [d.code, d.offset])
    if (kind === 'dg14') expect([wrong, isSame(again!, bytes)]).toEqual([[['set-unsorted', 302]], false])
    else if (again !== undefined) expect([wrong, isSame(again, bytes)]).toEqual([file === 'bsi-2008/Datagroup15.bin' ? [['modulus-negative', 28]] : [], true])
  })
  it('L10 both faces of ISO/IEC 39794-5 have a picture', () => {
    for (const file of ['dg2-all-fields.bin', 'dg2-mandatory-fields.bin']) {
      const faces = (value(content(bytesOf(PUBLIC, 'emrtd/iso39794-5', file))) as unknown as { faces: readonly { image: Uint8Array }[] }).faces
      expect(mediaTypeOf(faces[0]!.image)).not.toBe('unknown')
    }
  })
})
