import { type Refusal } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { confirmName, erasePerson, evolvePerson, idCheck, type NewPerson, type Person, registerPerson } from './person.ts'

const ID = '11010519491231002X' // the example of the standard
const good: NewPerson = { nameCn: '单建华', surname: 'SHAN', given: 'JIANHUA', sex: 'F', birthDate: '1949-12-31', birthPlace: '山东', idNumber: ID, post: '科长', rank: '处级以下' }
const o = { id: 'p1', unitId: 'u1', unprintable: [] }

function refusal(input: NewPerson, unprintable: readonly string[] = []): Refusal | undefined {
  const r = registerPerson({ ...o, unprintable }, input)
  return r.ok ? undefined : r.error
}
function registered(): Person {
  const r = registerPerson(o, { ...good, mobile: '13800000000' })
  if (!r.ok) throw new Error(r.error.code)
  return r.value.reduce<Person | undefined>(evolvePerson, undefined)!
}

describe('a person', () => {
  it('W8 the example of the standard has check character X, and any other digit in its place is noticed', () => {
    expect(idCheck(ID.slice(0, 17))).toBe('X')
    for (let i = 0; i < 17; i++) for (const c of '0123456789') if (c !== ID[i]) expect(idCheck(ID.slice(0, i) + c + ID.slice(i + 1, 17))).not.toBe('X')
  })

  it('W8 two neighbouring digits that changed places are noticed', () => {
    fc.assert(fc.property(fc.stringMatching(/^\d{17}$/), fc.integer({ min: 0, max: 15 }), (n, i) => {
      const swapped = n.slice(0, i) + n[i + 1]! + n[i]! + n.slice(i + 2)
      if (swapped !== n) expect(idCheck(swapped)).not.toBe(idCheck(n))
    }))
  })

  it.each<[string, Partial<NewPerson>, string, string]>([
    ['a wrong check digit', { idNumber: '110105194912310021' }, 'id-number-check-digit', 'idNumber'],
    ['too short', { idNumber: '1101051949123100' }, 'id-number-form', 'idNumber'],
    ['another birth date', { birthDate: '1949-12-30' }, 'id-number-birth-date', 'birthDate'],
    ['no such day', { birthDate: '1949-02-30' }, 'birth-date-invalid', 'birthDate'],
    ['the other sex', { sex: 'M' }, 'id-number-sex', 'sex'],
    ['no sex', { sex: '' }, 'sex-invalid', 'sex'],
    ['no name', { nameCn: ' ' }, 'name-missing', 'nameCn'],
    ['a name in small letters', { surname: 'Shan' }, 'name-not-latin', 'surname'],
    ['an apostrophe', { given: "JIAN'HUA" }, 'name-not-latin', 'given'],
  ])('W8 %s is refused with its place', (_, change, code, at) => {
    expect(refusal({ ...good, ...change })).toMatchObject({ code, at })
    expect(refusal({ ...good, ...change })?.rule ?? 'none').not.toBe('')
  })

  it('W8 a small x is the X that was meant', () => {
    expect(refusal({ ...good, idNumber: ` ${ID.toLowerCase()}` })).toBeUndefined()
    expect(registered().idNumber.value).toBe(ID)
  })

  it('W11 characters that no font has are refused by name, place and rule', () => {
    expect(refusal({ ...good, nameCn: '单𰻞华' }, ['𰻞'])).toEqual({ code: 'name-unprintable', at: 'nameCn', rule: 'GB 18030-2022', details: { characters: ['𰻞'] } })
  })

  it('W12 the name counts once it was confirmed, in the spelling of the person', () => {
    const p = registered()
    expect([p.nameConfirmed, p.identity.value?.surname]).toEqual([false, 'SHAN'])
    const r = confirmName(p, { surname: 'DAN', given: 'JIANHUA' }, 'clerk')
    const after = r.ok ? r.value.reduce<Person | undefined>(evolvePerson, p)! : p
    expect([after.nameConfirmed, after.identity.value?.surname, after.identity.value?.nameCn]).toEqual([true, 'DAN', '单建华'])
    expect(confirmName(p, { surname: '单', given: '' }, 'clerk')).toMatchObject({ ok: false, error: { code: 'name-not-latin' } })
    expect(confirmName(undefined, { surname: 'A', given: '' }, 'clerk')).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })

  it('W12 everything personal is sealed by person and purpose, nothing of it stands beside', () => {
    const r = registerPerson(o, { ...good, mobile: '13800000000' })
    const bare = JSON.stringify(r.ok ? r.value : [], (_, v: unknown) => (typeof v === 'object' && v !== null && '$person' in v ? { ...v, value: undefined } : v))
    for (const secret of ['单', 'SHAN', 'JIANHUA', '1949', ID, '1380', '山东']) expect(bare).not.toContain(secret)
  })

  it('W12 an erased person folds on as a tombstone, is erased once and has no name to confirm', () => {
    const gone = { ...registered(), identity: { $person: 'p1', purpose: 'identity' } as const }
    const r = erasePerson(gone, '本人申请')
    const after = r.ok ? r.value.reduce<Person | undefined>(evolvePerson, gone)! : gone
    expect(after.erased).toBe(true)
    expect(erasePerson(after, '再次')).toMatchObject({ ok: false, error: { code: 'already-erased' } })
    expect(confirmName(after, { surname: 'A', given: '' }, 'c')).toMatchObject({ ok: false, error: { code: 'not-found' } })
  })
})
