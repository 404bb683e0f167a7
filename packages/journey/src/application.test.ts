import { addDays, day, type Day } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type ApplicationFacts, examineApplication, personDays } from './application.ts'
import { STATE_COUNCIL } from './calendar/workday.ts'
import { type MissionForm } from './mission.ts'
import { RULES } from './rule.ts'

const member = { known: true, nameConfirmed: true, debts: [] }
const facts: ApplicationFacts = { today: day('2024-03-05'), rules: RULES, calendar: STATE_COUNCIL, members: { a: member, b: member }, unitLocked: false, attachments: new Set(['i', 's', 'p']) }
const file = (id: string, kind: string): MissionForm['attachments'][number] => ({ id, kind, name: `${kind}.pdf`, sha256: '00', bytes: 9 })
const stay = (place: string, arrive: string, leave: string): MissionForm['places'][number] => ({ place, arrive, leave, inviter: '商会' })
const person = (personId: string, role: 'leader' | 'member'): MissionForm['members'][number] => ({ personId, role, post: '科长', rank: '处级以下', costSource: '本单位', permitNeed: 'new' })
const item = (date: string, official: 'yes' | 'no' = 'yes'): MissionForm['itinerary'][number] => ({ date, half: 'am', place: 'HKG', activity: '洽谈', counterpart: '商会', official: official === 'yes' })

const good: MissionForm = {
  name: '经贸交流团', category: '01', purpose: '经贸洽谈', task: '拜会商会', urgency: 'normal', isSecret: false, departDate: '2024-06-03', returnDate: '2024-06-10',
  places: [stay('HKG', '2024-06-03', '2024-06-07'), stay('MAC', '2024-06-07', '2024-06-10')], members: [person('a', 'leader'), person('b', 'member')],
  itinerary: [item('2024-06-03'), item('2024-06-10')], publicity: { from: '2024-02-26', to: '2024-03-01', medium: '公示栏' },
  attachments: [file('i', 'invitation'), file('s', 'schedule'), file('p', 'publicity')], budgetYuan: '20000.00',
}
const problems = (form: MissionForm, more: Partial<ApplicationFacts> = {}): readonly string[] => examineApplication(form, { ...facts, ...more }).problems.map((p) => `${p.code} at ${p.at}`)

describe('an application', () => {
  it('W13 a good form has no problem, and its outline counts both ends', () => {
    const { problems: found, outline } = examineApplication(good, facts)
    expect(found).toEqual([])
    expect(outline).toEqual({ name: '经贸交流团', category: '01', departDate: '2024-06-03', returnDate: '2024-06-10', days: 8, places: ['HKG', 'MAC'], publicityEnds: '2024-03-01', members: [{ personId: 'a', role: 'leader', permitNeed: 'new' }, { personId: 'b', role: 'member', permitNeed: 'new' }] })
  })

  it.each<[string, Partial<MissionForm>, Partial<ApplicationFacts>]>([
    ['secret-mission at isSecret', { isSecret: true }, {}],
    ['secret-mark at task', { task: '机密★5年' }, {}],
    ['field-missing at name', { name: ' ' }, {}],
    ['day-invalid at departDate', { departDate: '2024-02-30' }, {}],
    ['amount-invalid at budgetYuan', { budgetYuan: '1.234' }, {}],
    ['field-missing at places', { places: [] }, {}],
    ['place-unknown at places.0.place', { places: [stay('TWN', '2024-06-03', '2024-06-07')] }, {}],
    ['day-invalid at places.0.arrive', { places: [stay('HKG', '', '2024-06-07'), good.places[1]!] }, {}],
    ['ends-before-begins at places.1.leave', { places: [good.places[0]!, stay('MAC', '2024-06-08', '2024-06-07')] }, {}],
    ['outside-mission at places.0', { places: [stay('HKG', '2024-06-02', '2024-06-05'), good.places[1]!] }, {}],
    ['field-missing at places.0.inviter', { places: [{ ...good.places[0]!, inviter: '' }, good.places[1]!] }, {}],
    ['field-missing at members', { members: [] }, {}],
    ['one-leader at members', { members: [person('a', 'member')] }, {}],
    ['one-leader at members', { members: [person('a', 'leader'), person('b', 'leader')] }, {}],
    ['member-twice at members.1', { members: [person('a', 'leader'), person('a', 'member')] }, {}],
    ['member-unknown at members.1', { members: [person('a', 'leader'), person('x', 'member')] }, {}],
    ['name-not-confirmed at members.0', {}, { members: { a: { ...member, nameConfirmed: false }, b: member } }],
    ['permit-not-returned at members.1', {}, { members: { a: member, b: { ...member, debts: [{ code: 'permit-not-returned', missionId: 'm', due: '2024-01-01' }] } } }],
    ['report-missing at members.0', {}, { members: { a: { ...member, debts: [{ code: 'report-missing', missionId: 'm', due: '2024-01-01' }] }, b: member } }],
    ['unit-locked at unit', {}, { unitLocked: true }],
    ['field-missing at itinerary', { itinerary: [] }, {}],
    ['outside-mission at itinerary.0.date', { itinerary: [item('2024-06-11')] }, {}],
    ['field-missing at itinerary.0.activity', { itinerary: [{ ...item('2024-06-03'), activity: '' }] }, {}],
    ['official-share-low at itinerary', { itinerary: [item('2024-06-03'), item('2024-06-04', 'no')] }, {}],
    ['day-invalid at publicity.to', { publicity: { ...good.publicity, to: '' } }, {}],
    ['ends-before-begins at publicity.to', { publicity: { ...good.publicity, to: '2024-02-25' } }, {}],
    ['publicity-too-short at publicity.to', { publicity: { ...good.publicity, to: '2024-02-29' } }, {}],
    ['attachment-missing at attachments', { attachments: good.attachments.slice(1) }, {}],
    ['attachment-unknown at attachments.3', { attachments: [...good.attachments, file('z', 'other')] }, {}],
    ['filed-too-late at departDate', {}, { today: day('2024-05-20') }],
    ['filed-late at departDate', {}, { today: day('2024-04-05') }],
  ])('W14 %s is the one thing named', (expected, change, more) => { expect(problems({ ...good, ...change }, more)).toEqual([expected]) })

  it('W14 a mission that ends before it begins is told so, and so is all that lies outside it', () => {
    expect(problems({ ...good, returnDate: '2024-06-02' })).toEqual(['ends-before-begins at returnDate', 'outside-mission at places.0', 'outside-mission at places.1', 'outside-mission at itinerary.0.date', 'outside-mission at itinerary.1.date'])
  })

  it('W14 a group of officials has a greatest size, others have none', () => {
    const many = { ...good, members: 'abcdefg'.split('').map((id, i) => person(id, i === 0 ? 'leader' : 'member')) }
    const members = Object.fromEntries('abcdefg'.split('').map((id) => [id, member]))
    expect(problems(many, { members })).toEqual(['group-too-large at members'])
    expect(problems({ ...many, category: '02' }, { members })).toEqual([])
    expect(examineApplication(many, { ...facts, members }).problems[0]).toMatchObject({ severity: 'block', rule: expect.stringMatching(/^R-07 /) as string, details: { persons: 7, limit: 6 } })
  })

  it('W15 everything is told at once, and what only warns does not stand in the way', () => {
    const bad = { ...good, name: '', isSecret: true, budgetYuan: 'x', members: [], itinerary: [item('2024-06-03', 'no')] }
    expect(problems(bad)).toEqual(['secret-mission at isSecret', 'field-missing at name', 'amount-invalid at budgetYuan', 'field-missing at members', 'official-share-low at itinerary'])
    const warned = examineApplication({ ...good, itinerary: [item('2024-06-03', 'no')] }, facts)
    expect([warned.problems[0]?.severity, warned.outline?.days]).toEqual(['warn', 8])
  })

  it.each([
    ['HKG', 5, []], ['HKG', 6, ['places.0', 'returnDate']], ['MAC', 4, []], ['MAC', 5, ['places.0', 'returnDate']],
  ] as const)('W16 %s alone for %s days', (place, n, at) => {
    const back = addDays(day('2024-06-03'), n - 1)
    const form = { ...good, returnDate: back, places: [stay(place, '2024-06-03', back)], itinerary: [item('2024-06-03')] }
    expect(problems(form)).toEqual(at.map((a) => `stay-over-limit at ${a}`))
  })

  it('W16 both places together: eight days pass, nine do not', () => {
    const nine = { ...good, returnDate: '2024-06-11' }
    expect(problems(nine)).toEqual(['stay-over-limit at returnDate'])
    expect(examineApplication(nine, facts).problems[0]?.details).toEqual({ place: 'HKG+MAC', days: 9, limit: 8 })
  })

  it('W16 a stay cut in two counts as what it is', () => {
    const cut = { ...good, places: [stay('HKG', '2024-06-03', '2024-06-05'), stay('MAC', '2024-06-05', '2024-06-07'), stay('HKG', '2024-06-07', '2024-06-10')] }
    expect(problems(cut)).toEqual(['stay-over-limit at places.0'])
    expect(examineApplication(cut, facts).problems[0]?.details).toMatchObject({ place: 'HKG', days: 7, limit: 5 })
  })

  it('W16 the limits are settings: with others the same form passes', () => {
    const rules = RULES.map((r) => (r.key === 'stay.both.max' ? { ...r, value: 9 } : r))
    expect(problems({ ...good, returnDate: '2024-06-11' }, { rules })).toEqual([])
  })

  const text = fc.oneof(fc.constantFrom('', 'a', '2024-06-03', '2024-06-07', '2199-12-31', '1900-01-01', '9999-12-31', '2024-02-30', 'HKG', 'MAC', '机密'), fc.string({ maxLength: 6 }))
  const form: fc.Arbitrary<MissionForm> = fc.record({
    name: text, category: fc.constantFrom('01', '02'), purpose: text, task: text, urgency: fc.constant('normal'), isSecret: fc.boolean(), departDate: text, returnDate: text,
    places: fc.array(fc.record({ place: text, arrive: text, leave: text, inviter: text }), { maxLength: 3 }),
    members: fc.array(fc.record({ personId: fc.constantFrom('a', 'b', 'x'), role: fc.constantFrom('leader', 'member'), post: text, rank: text, costSource: text, permitNeed: fc.constantFrom('new', 'in-hand') }), { maxLength: 3 }),
    itinerary: fc.array(fc.record({ date: text, half: fc.constantFrom('am', 'pm'), place: text, activity: text, counterpart: text, official: fc.boolean() }), { maxLength: 3 }),
    publicity: fc.record({ from: text, to: text, medium: text }), attachments: fc.constant(good.attachments), budgetYuan: text,
  })

  it('W17 no form makes the examination throw, and an outline comes exactly when nothing blocks', () => {
    fc.assert(fc.property(form, (f) => {
      const { problems: found, outline } = examineApplication(f, facts)
      expect(outline === undefined).toBe(found.some((p) => p.severity === 'block'))
      for (const p of found) expect(p.at).not.toBe('')
    }), { numRuns: 400 })
  })

  it('W17 one flaw put into a good form is never lost among others', () => {
    fc.assert(fc.property(form, (f) => { expect(problems({ ...f, isSecret: true })).toContain('secret-mission at isSecret') }), { numRuns: 100 })
  })

  it('W18 a mission takes each member on each of its days', () => {
    const { outline } = examineApplication(good, facts)
    const days = personDays(outline!)
    expect(days).toHaveLength(16)
    expect(new Set(days).size).toBe(16)
    expect([days[0], days.at(-1)]).toEqual(['a|2024-06-03', `b|${'2024-06-10' as Day}`])
  })
})
