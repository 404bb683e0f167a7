import { type Refusal, type Result } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { balanceOf, type Blank, BLANK_STEPS, type BlankEvent, destroyBlank, evolveBlank, issueBlank, proposeSpoil, receiveBlank, serialsOf, useBlank, witnessSpoil } from './blank.ts'

type Answer = Result<readonly BlankEvent[], Refusal>
const apply = (b: Blank | undefined, r: Answer): Blank | undefined => (r.ok ? r.value.reduce<Blank | undefined>(evolveBlank, b) : b)
const ACTS: readonly (readonly [string, (b: Blank | undefined) => Answer])[] = [
  ['receive', (b) => receiveBlank(b, 'B1')], ['issue', (b) => issueBlank(b, 'j')], ['use', (b) => useBlank(b, 'SP0000001')], ['propose-spoil', (b) => proposeSpoil(b, { reason: 'readback', remark: '', by: 'p' })],
  ...['p', 'w1', 'w2'].map((by) => ['spoil', (b: Blank | undefined): Answer => witnessSpoil(b, by)] as const), ['destroy', (b) => destroyBlank(b, { minutes: 'd', by: 'p', witnesses: ['w1', 'w2'] })],
]

describe('a blank', () => {
  it('W28 any sequence of acts keeps the table', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...ACTS), { maxLength: 20 }), (acts) => {
      let b: Blank | undefined
      for (const [name, act] of acts) {
        const was = b
        const r = act(b)
        b = apply(b, r)
        const steps: Readonly<Record<string, string>> = was === undefined ? {} : BLANK_STEPS[was.state]
        if (was === undefined) expect(r.ok).toBe(name === 'receive')
        else if (steps[name] === undefined) expect([r.ok, b]).toEqual([false, was])
        else if (r.ok) expect([steps[name], was.state]).toContain(b!.state)
      }
    }), { numRuns: 400 })
  })

  it('W29 the stock balances after any history of any number of blanks', () => {
    fc.assert(fc.property(fc.array(fc.array(fc.constantFrom(...ACTS), { maxLength: 12 }), { maxLength: 12 }), (histories) => {
      const blanks = histories.map((acts) => acts.reduce<Blank | undefined>((b, [, act]) => apply(b, act(b)), apply(undefined, receiveBlank(undefined, 'B1')))!.state)
      const counts = Object.fromEntries(Object.keys(BLANK_STEPS).map((s) => [s, blanks.filter((b) => b === s).length]))
      expect(balanceOf(histories.length, counts).holds).toBe(true)
      expect(balanceOf(histories.length + 1, counts).holds).toBe(false)
    }))
  })

  it('W30 two different people witness, neither of them who proposed it', () => {
    const proposed = ACTS.slice(0, 2).concat([ACTS[3]!]).reduce<Blank | undefined>((b, [, act]) => apply(b, act(b)), undefined)
    expect(witnessSpoil(proposed, 'p')).toMatchObject({ ok: false, error: { code: 'witness-twice' } })
    const one = apply(proposed, witnessSpoil(proposed, 'w1'))
    expect([one?.state, witnessSpoil(one, 'w1').ok]).toEqual(['spoil-proposed', false])
    const two = apply(one, witnessSpoil(one, 'w2'))
    expect([two?.state, two?.witnesses]).toEqual(['spoiled', ['w1', 'w2']])
    for (const witnesses of [['w1'], ['w1', 'w1'], ['w1', 'k']]) expect(destroyBlank(two, { minutes: 'd', by: 'k', witnesses })).toMatchObject({ ok: false, error: { code: 'witness-twice' } })
    expect(apply(two, destroyBlank(two, { minutes: 'd', by: 'k', witnesses: ['w1', 'w2'] }))?.state).toBe('destroyed')
  })

  it('W28 the serials of a batch go up by one and keep their width', () => {
    expect(serialsOf('SB000099', 3)).toEqual(['SB000099', 'SB000100', 'SB000101'])
    expect(receiveBlank(apply(undefined, receiveBlank(undefined, 'B1')), 'B1')).toMatchObject({ ok: false, error: { code: 'blank-exists' } })
  })
})
