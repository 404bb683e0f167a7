import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { MUTANT_TIMEOUT, MUTANTS, rounds } from '../../../../test/mutants.ts'
import { mutantsOf } from '../asn1/mutant.ts'
import { unhex } from '../asn1/value.ts'
import {
  decodeFile, encodeAtrInfo, encodeDg11, encodeDg12, encodeDg16, encodeDg3, encodeDg4, encodeDg5, encodeDg7, encodeDirectory, encodeFeatures, encodeOpenContent,
  recogniseFile, type Decoded,
} from '../index.ts'

const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, '../../vectors/synthetic', ...path)))
const jpeg = unhex('ffd8ffe000104a464946ffd9')
const template = { header: { type: 8, subtype: 0x0a, formatOwner: 0x0101, formatType: 7 }, block: { tag: 0x5f2e, bytes: jpeg } }

/** A whole file of each kind. */
const FILES: Readonly<Record<string, Uint8Array>> = {
  'EF.COM': read('lds', 'EF.COM.bin'), 'EF.SOD': read('sod', 'lds18.bin'), 'EF.CardAccess': read('lds', 'EF.CardAccess.bin'),
  'EF.DIR': encodeDirectory({ applications: [{ aid: 'a0000002471001', label: 'eMRTD' }, { aid: 'a0000002472001' }] }),
  'EF.ATR/INFO': encodeAtrInfo({ capabilities: { bytes: unhex('8601e0') }, lengths: { command: 1000, response: 65536 }, others: [{ tag: 0x43, bytes: unhex('b8') }] }),
  DG1: read('lds', 'EF.DG1.bin'),
  DG3: encodeDg3({ templates: [template, template] }), DG4: encodeDg4({ templates: [], filler: unhex('00112233') }),
  DG5: encodeDg5({ images: [{ image: jpeg, mediaType: 'image/jpeg' }] }), DG6: encodeOpenContent(6, { content: unhex('0401aa') }),
  DG7: encodeDg7({ images: [{ image: jpeg, mediaType: 'image/jpeg' }, { image: jpeg, mediaType: 'image/jpeg' }] }),
  DG8: encodeFeatures(8, { count: 1, objects: [{ tag: 0x5f01, bytes: jpeg }] }), DG9: encodeFeatures(9, { count: 0, objects: [] }), DG10: encodeFeatures(10, { objects: [] }),
  DG11: encodeDg11({ fullName: '欧阳<<女', otherNames: ['A', 'B<<C'], fullBirthDate: '19800229', birthPlace: ['ZENITH', 'UTOPIA'], citizenship: jpeg, custody: '' }),
  DG12: encodeDg12({ issuingAuthority: 'X', issueDate: '20240415', otherPersons: ['A<<B'], frontImage: jpeg, personalised: '20240415103000' }),
  DG13: encodeOpenContent(13, { content: jpeg }), DG14: read('lds', 'EF.DG14.bin'), DG15: read('lds', 'EF.DG15.bin'),
  DG16: encodeDg16({ contacts: [{ recorded: '20240101', name: 'A<<B', telephone: '1', address: ['X', 'Y'] }, { name: 'C' }] }),
}

/** Where a defect or a field may point: into the file, or just behind it. */
function places(bytes: Uint8Array, d: Decoded<unknown>): readonly string[] {
  const wrong: string[] = []
  for (const x of d.defects) if (!(x.offset >= 0 && x.offset <= bytes.length)) wrong.push(`defect ${x.code} at ${x.offset} of ${bytes.length}`)
  for (const f of d.layout) if (!(f.offset >= 0 && f.body >= f.offset && f.length >= 0 && f.body + f.length <= bytes.length)) wrong.push(`field ${f.path} at ${f.offset}, ${f.body}+${f.length} of ${bytes.length}`)
  if (!d.ok && d.defects.length === 0) wrong.push('refused without a reason')
  return wrong
}

describe('faults in the files of a chip', () => {
  it.each(Object.entries(FILES))('L11 %s with any fault is read or refused, with places in the file, and quickly', (name, bytes) => {
    expect(recogniseFile(bytes)).toBe(name)
    expect(decodeFile(bytes, name)!.decoded.ok).toBe(true)
    let [slowest, count] = [0, 0]
    const round = rounds()
    for (const mutant of mutantsOf(bytes, { count: MUTANTS, seed: 9303 })) {
      if (round.next().done === true) break
      const from = performance.now()
      recogniseFile(mutant)
      const { decoded } = decodeFile(mutant, name)!
      slowest = Math.max(slowest, performance.now() - from)
      const wrong = places(mutant, decoded)
      if (wrong.length > 0) throw new Error(`mutant ${count}, ${Buffer.from(mutant).toString('hex')}: ${wrong.join('; ')}`)
      count += 1
    }
    expect(slowest).toBeLessThan(1_000)
  }, MUTANT_TIMEOUT)

  it.each(Object.entries(FILES))('L11 %s cut anywhere is refused at a place in the file', (name, bytes) => {
    for (let n = 0; n < Math.min(bytes.length, 400); n++) {
      const cut = bytes.subarray(0, n)
      const { decoded } = decodeFile(cut, name)!
      expect(places(cut, decoded)).toEqual([])
      if (!['EF.DIR', 'EF.ATR/INFO'].includes(name)) expect([n, decoded.ok]).toEqual([n, false])
    }
  })

  it.each(Object.keys(FILES).filter((f) => !['EF.DIR', 'EF.ATR/INFO'].includes(f)))('L11 %s of another tag, a tower of levels and 4 GiB are refused at once', (name) => {
    const tag = FILES[name]![0]!
    expect(decodeFile(unhex('0403010203'), name)!.decoded).toMatchObject({ ok: false, defects: [{ code: 'malformed', offset: 0 }] })
    const refused = (bytes: Uint8Array, offset: number) => { expect(decodeFile(bytes, name)!.decoded).toMatchObject({ ok: false, defects: [{ offset }] }) }
    refused(Uint8Array.of(tag, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30), 0)
    refused(Uint8Array.of(tag, 0x85, 1, 0, 0, 0, 0), 1)
    const tower = Uint8Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? (i === 0 ? tag : 0x30) : 0x80))
    const from = performance.now()
    expect(decodeFile(tower, name)!.decoded.ok).toBe(false)
    expect(performance.now() - from).toBeLessThan(1_000)
  })
})
