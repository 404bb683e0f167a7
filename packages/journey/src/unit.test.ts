import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { evolveUnit, isLocked, isUsci, registerUnit, type Unit } from './unit.ts'

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const GOOD = '91350100M000100Y43' // the worked example of the standard

describe('a unit', () => {
  it('W7 the worked example of the standard is good, and any other character in its place is not', () => {
    expect(isUsci(GOOD)).toBe(true)
    for (let i = 0; i < GOOD.length; i++) {
      for (const c of ALPHABET) if (c !== GOOD[i]) expect(isUsci(GOOD.slice(0, i) + c + GOOD.slice(i + 1)), `${i}${c}`).toBe(false)
    }
  })

  it('W7 letters that the standard leaves out, other lengths and any other text are refused', () => {
    fc.assert(fc.property(fc.string({ maxLength: 20 }), (s) => { if (isUsci(s)) expect(s).toMatch(/^[0-9A-HJ-NPQRTUWXY]{18}$/) }))
    expect(isUsci(GOOD.toLowerCase())).toBe(false)
    expect(registerUnit(undefined, { name: '甲', shortName: '甲', usci: `${GOOD}0`, type: 'agency' })).toMatchObject({ ok: false, error: { code: 'usci-invalid', at: 'usci' } })
  })

  it('W7 is locked while any lock stands', () => {
    const registered = registerUnit(undefined, { name: '某市商务局', shortName: '商务局', usci: GOOD, type: 'agency' })
    let unit: Unit | undefined
    if (registered.ok) for (const e of registered.value) unit = evolveUnit(unit, e)
    expect(isLocked(undefined)).toBe(false)
    expect(isLocked(unit)).toBe(false)
    const twice = evolveUnit(evolveUnit(unit, { type: 'unit-locked', control: 'a' }), { type: 'unit-locked', control: 'b' })
    const once = evolveUnit(twice, { type: 'unit-unlocked', control: 'a' })
    expect([isLocked(twice), isLocked(once), isLocked(evolveUnit(once, { type: 'unit-unlocked', control: 'b' }))]).toEqual([true, true, false])
    expect(registerUnit(unit, { name: '甲', shortName: '甲', usci: GOOD, type: 'agency' })).toMatchObject({ ok: false, error: { code: 'unit-exists' } })
  })
})
