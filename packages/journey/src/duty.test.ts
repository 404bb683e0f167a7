import { describe, expect, it } from 'vitest'

import { dutyConflict, NOT_BOTH, rolesConflict } from './duty.ts'

describe('duties on one case', () => {
  it.each(NOT_BOTH.map((p) => [p.a, p.b, p.basis] as const))('W5 who did %s may not %s, nor the other way round (%s)', (a, b, basis) => {
    expect(dutyConflict([{ duty: a, account: 'x' }], b, 'x')).toEqual({ code: 'duty-conflict', rule: basis, details: { done: a, wanted: b } })
    expect(dutyConflict([{ duty: b, account: 'x' }], a, 'x')?.rule).toBe(basis)
    expect(dutyConflict([{ duty: a, account: 'y' }], b, 'x')).toBeUndefined()
    expect(dutyConflict([{ duty: a, account: 'x' }], a, 'x')).toBeUndefined()
  })

  it.each([
    ['accept', 'approve'], ['review', 'approve'], ['approve', 'produce'], ['approve', 'inspect'], ['approve', 'keep'], ['enrol', 'inspect'], ['keep', 'produce'],
    ['produce', 'inspect'], ['produce', 'hand-out'], ['witness', 'produce'], ['witness', 'keep'], ['hand-out', 'confirm-return'],
  ])('W5 the regulation keeps %s and %s apart', (a, b) => { expect(dutyConflict([{ duty: a, account: 'x' }], b, 'x')).toBeDefined() })

  it('W5 an earlier duty of the same person is found behind those of others', () => {
    const done = [{ duty: 'accept', account: 'a' }, { duty: 'review', account: 'b' }, { duty: 'order', account: 'c' }]
    expect(dutyConflict(done, 'approve', 'b')?.details).toEqual({ done: 'review', wanted: 'approve' })
    expect(dutyConflict(done, 'approve', 'c')).toBeUndefined()
  })
})

describe('roles of one account', () => {
  it.each([
    [['sysadmin', 'secadmin']], [['sysadmin', 'auditor']], [['secadmin', 'auditor']], [['auditor', 'reviewer']], [['auditor', 'clerk']], [['sysadmin', 'counter']],
    [['keykeeper', 'sysadmin']], [['keykeeper', 'producer']], [['keykeeper', 'auditor']], [['approver', 'receiver']], [['approver', 'reviewer']], [['producer', 'inspector']],
    [['keeper', 'producer']], [['enroller', 'inspector']], [['inspector', 'counter']], [['clerk', 'signatory']], [['clerk', 'receiver']], [['traveller', 'inspector']],
  ])('W6 %s are never one person', (roles) => {
    expect(rolesConflict(roles)?.code).toBe('roles-conflict')
    expect(rolesConflict([...roles].reverse())?.code).toBe('roles-conflict')
  })

  it.each([[[]], [['clerk']], [['clerk', 'traveller']], [['receiver', 'reviewer']], [['receiver', 'documents', 'counter']], [['keykeeper']], [['auditor']]])('W6 %s may be', (roles) => {
    expect(rolesConflict(roles)).toBeUndefined()
  })
})
