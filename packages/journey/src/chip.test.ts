import { day } from '@causeway/kernel'
import { decodeCom, decodeDg1, decodeDg11, decodeDg14, decodeDg2, decodeSecurityInfos, type InspectionReport, parseMrz } from 'icao9303'
import { describe, expect, it } from 'vitest'

import { chipContent, permitZone, SPECIMEN } from './chip.ts'
import { judgeInspection } from './inspection.ts'
import { evolvePermit } from './permit.ts'
import { type Identity } from './person.ts'

const unhexOf = (text: string): Uint8Array => Uint8Array.from(text.match(/../g)!, (b) => Number.parseInt(b, 16))
const permit = evolvePermit(undefined, { type: 'permit-ordered', number: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', issued: day('2024-03-20'), expiry: day('2029-03-19'), endorsements: [] })
const identity: Identity = { nameCn: '吕绿', surname: 'LYU', given: 'LYU', sex: 'F', birthDate: '1986-11-02', birthPlace: '山东' }
const face = { jpeg: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), width: 354, height: 472 }
const point = unhexOf('046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5')
const chipKey = Uint8Array.from([...unhexOf('3059301306072a8648ce3d020106082a8648ce3d030107034200'), ...point]) // the base point of P-256: the key 1
const must = <T>(r: { readonly ok: true; readonly value: T } | { readonly ok: false }): T => { if (!r.ok) throw new Error(JSON.stringify(r)); return r.value }

describe('what the chip of a permit says', () => {
  const content = must(chipContent('SP0000001', permit, { identity, settings: SPECIMEN, face, chipKey }))

  it('W27 the zone is that of a specimen, and reads back as the person and the permit', () => {
    const zone = parseMrz(content.lines)
    expect(zone.valid).toBe(true)
    expect(zone.fields).toMatchObject({ documentCode: 'PO', issuingState: 'UTO', nationality: 'UTO', documentNumber: 'SP0000001', primaryIdentifier: 'LYU', secondaryIdentifier: 'LYU', birthDate: '861102', sex: 'F', expiryDate: '290319' })
    expect(content.lines).toEqual(must(permitZone('SP0000001', permit, { identity, settings: SPECIMEN })).lines)
  })

  it('W27 the data groups decode to zone, face and name, and EF.COM lists exactly them', () => {
    expect([...content.groups.keys()]).toEqual([1, 2, 11, 14])
    expect(must(decodeDg1(content.groups.get(1)!))).toMatchObject({ mrz: content.lines.join('') })
    expect(must(decodeDg11(content.groups.get(11)!))).toMatchObject({ fullName: '吕绿', fullBirthDate: '19861102' })
    expect(must(decodeDg2(content.groups.get(2)!)).faces[0]).toMatchObject({ image: face.jpeg })
    expect(must(decodeCom(content.com))).toMatchObject({ groups: [1, 2, 11, 14] })
  })

  it('W27 the chip says before access how it is opened, and under signature the same and its own key', () => {
    const [free, signed] = [must(decodeSecurityInfos(content.cardAccess)).infos, must(decodeDg14(content.groups.get(14)!)).infos]
    expect(free.map((i) => i.kind)).toEqual(['pace'])
    expect(signed).toEqual(expect.arrayContaining([...free]))
    expect(signed.find((i) => i.kind === 'chip-authentication-public-key')).toMatchObject({ publicKey: chipKey })
    expect(content.password).toBe(`SP0000001${content.lines[1]![9]!}${content.lines[1]!.slice(13, 20)}${content.lines[1]!.slice(21, 28)}`)
  })

  it('W27 a name longer than the zone is cut and says so; the chip still has it whole', () => {
    const long: Identity = { ...identity, nameCn: '阿不都热合曼·买买提吐尔逊·阿不都拉江', surname: 'ABUDUREHEMAN', given: 'MAIMAITITUERXUN ABUDULAJIANG' }
    const c = must(chipContent('SP0000005', permit, { identity: long, settings: SPECIMEN, face, chipKey }))
    expect([c.truncated, c.lines[0]!.length]).toEqual([true, 44])
    expect(must(decodeDg11(c.groups.get(11)!)).fullName).toBe(long.nameCn)
  })

  it('W27 a name that is not in Latin letters is refused, with the characters', () => {
    expect(permitZone('SP0000001', permit, { identity: { ...identity, given: '绿' }, settings: SPECIMEN })).toMatchObject({ ok: false, error: { code: 'name-not-latin', details: { characters: ['绿'] } } })
  })
})

describe('the verdict of the inspection desk', () => {
  const zone = must(permitZone('SP0000001', permit, { identity, settings: SPECIMEN })).lines
  const report = (change: Partial<InspectionReport> = {}): InspectionReport => ({ verdict: 'genuine', genuine: true, policy: 'strict', checks: [{ name: 'sod-signature', outcome: 'passed', clause: 'c', says: '', reason: { code: 'signature-good' } }], document: { mrz: parseMrz(zone).fields, dataGroups: [1, 2, 11], signer: undefined, country: 'UTO' }, defects: [], ...change })
  const expected = { documentNumber: 'SP0000001', mrz: zone, fullName: '吕绿', fullNameOnChip: '吕绿' }
  const bad = (r: InspectionReport, e = expected): readonly string[] => { const v = judgeInspection(r, e); expect(v.passed).toBe(false); return v.checks.filter((c) => c.outcome !== 'passed' && c.outcome !== 'not-applicable').map((c) => `${c.name} ${c.outcome}`) }

  it('W32 passes when every check was done and passed', () => { expect(judgeInspection(report(), expected).passed).toBe(true) })

  it('W32 one check that failed or was not done, or a verdict that is not genuine, stands in the way', () => {
    for (const outcome of ['failed', 'not-done'] as const) expect(bad(report({ checks: [{ name: 'revocation', outcome, clause: 'c', says: '', reason: { code: 'crl-absent' } }] }))).toEqual([`revocation ${outcome}`])
    expect(bad(report({ genuine: false, verdict: 'undetermined' }))).toEqual([])
  })

  it('W32 each difference between chip and permit has its line', () => {
    expect(bad(report({ document: { ...report().document, mrz: undefined } }))).toEqual(['number failed', 'zone not-done'])
    expect(bad(report(), { ...expected, documentNumber: 'SP0000002' })).toEqual(['number failed'])
    expect(bad(report(), { ...expected, fullNameOnChip: '呂綠' })).toEqual(['full-name failed'])
    expect(bad(report(), { ...expected, mrz: [] })).toEqual(['zone not-done'])
    const other = must(permitZone('SP0000001', permit, { identity: { ...identity, birthDate: '1986-11-03' }, settings: SPECIMEN })).lines
    const v = judgeInspection(report(), { ...expected, mrz: other })
    expect(v.checks.find((c) => c.name === 'zone')).toMatchObject({ outcome: 'failed', says: expect.stringContaining('birthDate') as string })
  })

  it('W32 a person whose data were erased cannot pass', () => {
    expect(judgeInspection(report(), { ...expected, fullName: undefined, fullNameOnChip: '' }).passed).toBe(false)
  })
})
