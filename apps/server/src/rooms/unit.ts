import { NewUnit, type UnitRow } from '@causeway/contract'
import { registerUnit, type Unit } from '@causeway/journey'
import { ok } from '@causeway/kernel'

import { type Door } from '../http/door.ts'
import { reader, unitOf, type House } from '../house.ts'
import { act, type Act } from '../store/act.ts'

export const registerUnitAct: Act<NewUnit & { readonly id: string }, { readonly unit: Unit | undefined }, { readonly id: string }> = {
  name: 'unit.register',
  gather: async (tx, i) => ok({ unit: (await tx.load<Unit>('unit', i.id)).state }),
  scope: () => ({ cases: [] }),
  decide: (f, i) => {
    const events = registerUnit(f.unit, i)
    return events.ok ? ok({ append: [{ ref: { kind: 'unit', id: i.id }, events: events.value }], answer: { id: i.id } }) : events
  },
}

export function openUnitRoom(door: Door, house: House): void {
  door.room('unit.register', NewUnit, async (a) => act(house.store, { actor: a.actor, act: registerUnitAct, input: { ...a.body, id: a.body.usci }, once: a.once }))
  door.room('unit.list', undefined, async (a) => {
    const rows = await reader(house).rows<Unit>({ kind: 'unit', unitId: unitOf(a.actor) })
    const list: UnitRow[] = rows.map((r) => ({ id: r.id, name: r.body.name, shortName: r.body.shortName, usci: r.body.usci, state: r.state, locked: r.body.locks.length > 0 }))
    return ok({ rows: list, total: list.length })
  })
}
