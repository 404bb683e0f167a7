import { type Refusal } from '@causeway/kernel'

/** Two duties that one person must not have on one case. @source permits.md 4.4 and 6.5 */
export interface NotBoth { readonly a: string; readonly b: string; readonly basis: string }

const pair = (a: string, b: string, basis: string): NotBoth => ({ a, b, basis })

export const NOT_BOTH: readonly NotBoth[] = [
  pair('accept', 'approve', '受理×审批'),
  pair('review', 'approve', '审核×审批'),
  pair('approve', 'produce', '审批×制证'),
  pair('approve', 'inspect', '审批×质检'),
  pair('approve', 'keep', '审批×空白保管'),
  pair('produce', 'inspect', '制证×质检'),
  pair('enrol', 'inspect', '采集×质检'),
  pair('keep', 'produce', '空白保管×制证'),
  pair('inspect', 'hand-out', '质检×发证'),
  pair('produce', 'hand-out', '制证×发证'),
  pair('hand-out', 'confirm-return', '发证×收证核对'),
  pair('take-back', 'confirm-return', '收证×收证核对'),
  pair('witness', 'produce', '废证监销×制证'),
  pair('witness', 'inspect', '废证监销×质检'),
  pair('witness', 'keep', '废证监销×空白保管'),
  pair('file', 'sign', '填报×签批'),
]

/** Whether an account that did these duties on a case may take another on it. */
export function dutyConflict(done: readonly { readonly duty: string; readonly account: string }[], duty: string, account: string): Refusal | undefined {
  for (const d of done) {
    if (d.account !== account) continue
    const found = NOT_BOTH.find((p) => (p.a === duty && p.b === d.duty) || (p.b === duty && p.a === d.duty))
    if (found !== undefined) return { code: 'duty-conflict', rule: found.basis, details: { done: d.duty, wanted: duty } }
  }
  return undefined
}

const ADMINISTRATORS = ['sysadmin', 'secadmin', 'auditor'] as const
const LINE = ['producer', 'inspector', 'keeper', 'enroller', 'counter'] as const

/** Why an account may not have these roles together, or undefined. @source permits.md 6.5 */
export function rolesConflict(roles: readonly string[]): Refusal | undefined {
  const has = (r: string): boolean => roles.includes(r)
  const no = (a: string, b: string): Refusal => ({ code: 'roles-conflict', at: 'roles', rule: 'permits 6.5', details: { a, b } })
  const admins = ADMINISTRATORS.filter(has)
  if (admins.length > 1) return no(admins[0]!, admins[1]!)
  const others = roles.filter((r) => !(ADMINISTRATORS as readonly string[]).includes(r))
  if (admins.length === 1 && others.length > 0) return no(admins[0]!, others[0]!)
  if (has('keykeeper') && roles.length > 1) return no('keykeeper', roles.find((r) => r !== 'keykeeper')!)
  const pairs = [['approver', 'receiver'], ['approver', 'reviewer'], ['producer', 'inspector'], ['producer', 'keeper'], ['enroller', 'inspector'], ['approver', 'producer'], ['approver', 'inspector'], ['approver', 'keeper'], ['inspector', 'counter'], ['clerk', 'signatory']] as const
  const found = pairs.find(([a, b]) => has(a) && has(b))
  if (found !== undefined) return no(found[0], found[1])
  const unit = ['clerk', 'signatory', 'traveller'].find(has)
  const office = [...LINE, 'receiver', 'reviewer', 'approver', 'documents', 'statistician', 'accountant'].find(has)
  return unit !== undefined && office !== undefined ? no(unit, office) : undefined
}
