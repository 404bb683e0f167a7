import { SYSTEM, type House } from './house.ts'
import { DEMO_ACCOUNTS, DEMO_PASSWORD, DEMO_UNITS } from './office.ts'
import { createAccount } from './rooms/account.ts'
import { registerUnitAct } from './rooms/unit.ts'
import { accountByLogin } from './store/account.ts'
import { act } from './store/act.ts'

/** The founder: whoever sets a house up acts once as administrator, and the journal says so. */
const FOUNDER = { ...SYSTEM, id: 'founder', roles: ['sysadmin'] }

/** Units and accounts of the demonstration, made through the same acts as everything else. Does nothing twice. */
export async function plantSample(house: House): Promise<void> {
  for (const u of DEMO_UNITS) {
    const made = await act(house.store, { actor: FOUNDER, act: registerUnitAct, input: { ...u, id: u.usci } })
    if (!made.ok && made.error.code !== 'unit-exists' && made.error.code !== 'claim-taken') throw new Error(`sample unit: ${made.error.code}`)
  }
  for (const a of DEMO_ACCOUNTS) {
    if ((await accountByLogin(house.store.pool, house.store.office, a.login)) !== undefined) continue
    const made = await createAccount(house, { actor: FOUNDER, account: { login: a.login, name: a.name, password: DEMO_PASSWORD, roles: [...a.roles], ...(a.unit === undefined ? {} : { unitId: DEMO_UNITS[a.unit]!.usci }) } })
    if (!made.ok) throw new Error(`sample account ${a.login}: ${made.error.code}`)
  }
}

/** The two first administrators of a house without sample data: they make all other accounts. Does nothing twice. */
export async function plantAdministrators(house: House, password: string): Promise<void> {
  for (const [login, role] of [['admin', 'sysadmin'], ['security', 'secadmin']] as const) {
    if ((await accountByLogin(house.store.pool, house.store.office, login)) !== undefined) continue
    const made = await createAccount(house, { actor: FOUNDER, account: { login, name: login, password, roles: [role] } })
    if (!made.ok) throw new Error(`first account ${login}: ${made.error.code}`)
  }
}
