/**
 * Who may do what. The one table that the server enforces, the web asks and docs/permissions.md prints.
 * What is not in the table is denied.
 *
 * @source permits.md 4.4 and 6.5
 */
export const ROLES = [
  'clerk', 'signatory', 'traveller', // unit side
  'receiver', 'reviewer', 'approver', 'documents', 'enroller', 'counter', 'statistician', 'accountant', // office
  'keeper', 'producer', 'inspector', 'keykeeper', // production centre
  'sysadmin', 'secadmin', 'auditor', // the three administrators
  'verifier', // another office, which asks whether a document stands and sees nothing else
] as const
export type Role = (typeof ROLES)[number]

export const UNIT_ROLES: readonly Role[] = ['clerk', 'signatory', 'traveller']

/** `unit`: only what belongs to the actor's own unit; `self`: only the actor's own person; `office`: the whole office. */
export type Scope = 'unit' | 'self' | 'office'

export interface Rule {
  /** Each role that may, with what it may reach. */
  readonly roles: Readonly<Partial<Record<Role, Scope>>>
  /** The duty that the act is, for the not-both pairs. Absent for reading. */
  readonly duty?: string
}

/** Everyone of this house. */
const HOUSE = ROLES.filter((r) => r !== 'verifier')

const unitClerk = { clerk: 'unit' } as const
const office = <const R extends readonly Role[]>(...roles: R): Rule['roles'] =>
  Object.fromEntries(roles.map((r) => [r, 'office'])) as Rule['roles']

/** Every act of the house. The key is the act's name in the journal. */
export const ACTS = {
  'unit.register': { roles: office('sysadmin') },
  'account.create': { roles: office('sysadmin') },
  'account.grant': { roles: office('secadmin') },
  'account.close': { roles: office('sysadmin', 'secadmin') },
  'person.register': { roles: unitClerk },
  'person.confirm-name': { roles: { clerk: 'unit', traveller: 'self' } },
  'person.erase': { roles: office('secadmin') },
  'mission.submit': { roles: unitClerk, duty: 'file' },
  'mission.resubmit': { roles: unitClerk, duty: 'file' },
  'mission.sign': { roles: { signatory: 'unit' }, duty: 'sign' },
  'mission.withdraw': { roles: unitClerk },
  'mission.accept': { roles: office('receiver'), duty: 'accept' },
  'mission.return': { roles: office('receiver', 'reviewer', 'approver') },
  'mission.check': { roles: office('reviewer'), duty: 'review' },
  'mission.approve': { roles: office('approver'), duty: 'approve' },
  'mission.paper-fixed': { roles: {} },
  'mission.paper-sealed': { roles: {} },
  'mission.refuse': { roles: office('receiver', 'approver'), duty: 'refuse' },
  'mission.cancel': { roles: office('approver') },
  'mission.close': { roles: office('counter', 'reviewer') },
  'enrolment.take': { roles: office('enroller'), duty: 'enrol' },
  'enrolment.destroy': { roles: {} },
  'permit.order': { roles: office('documents'), duty: 'order' },
  'blank.receive': { roles: office('keeper'), duty: 'keep' },
  'blank.allocate': { roles: office('keeper'), duty: 'keep' },
  'blank.spoil': { roles: office('producer', 'inspector') },
  'blank.witness': { roles: office('keeper', 'counter', 'documents'), duty: 'witness' },
  'job.produce': { roles: office('producer'), duty: 'produce' },
  'job.fixed': { roles: {} },
  'job.signed': { roles: {} },
  'job.written': { roles: {} },
  'job.inspect': { roles: office('inspector'), duty: 'inspect' },
  'permit.endorsements-fixed': { roles: {} },
  'permit.endorsements-kept': { roles: {} },
  'permit.hand-out': { roles: office('counter'), duty: 'hand-out' },
  'permit.take-back': { roles: office('counter'), duty: 'take-back' },
  'permit.confirm-return': { roles: office('counter'), duty: 'confirm-return' },
  'homecoming.remind': { roles: {} },
  'homecoming.lock': { roles: {} },
  'control.release': { roles: office('approver', 'secadmin') },
  'report.submit': { roles: unitClerk },
  'report.accept': { roles: office('reviewer') },
  'report.return': { roles: office('reviewer') },
} as const satisfies Record<string, Rule>
export type ActName = keyof typeof ACTS

/** Everything that can be read. */
export const VIEWS = {
  'session': { roles: Object.fromEntries(ROLES.map((r) => [r, 'self'])) as Rule['roles'] },
  'rule': { roles: office(...HOUSE) },
  'queue': { roles: office(...HOUSE) },
  'unit': { roles: { ...office('receiver', 'reviewer', 'approver', 'counter', 'sysadmin', 'secadmin', 'auditor'), clerk: 'unit', signatory: 'unit' } },
  'account': { roles: office('sysadmin', 'secadmin', 'auditor') },
  'draft': { roles: unitClerk },
  'attachment': { roles: { ...office('receiver', 'reviewer', 'approver', 'documents'), clerk: 'unit', signatory: 'unit' } },
  'person': { roles: { ...office('receiver', 'reviewer', 'approver', 'enroller', 'counter'), clerk: 'unit', signatory: 'unit', traveller: 'self' } },
  'name': { roles: unitClerk },
  'mission': { roles: { ...office('receiver', 'reviewer', 'approver', 'documents', 'enroller', 'counter', 'statistician', 'auditor'), clerk: 'unit', signatory: 'unit' } },
  'document': { roles: { ...office('receiver', 'reviewer', 'approver', 'documents', 'counter'), clerk: 'unit', signatory: 'unit' } },
  'enrolment': { roles: office('enroller') },
  'face': { roles: { ...office('enroller', 'producer', 'inspector', 'counter'), traveller: 'self' } },
  'blank': { roles: office('keeper', 'counter', 'documents', 'auditor') },
  'job': { roles: office('keeper', 'producer', 'inspector', 'documents', 'counter') },
  'permit': { roles: { ...office('inspector', 'counter', 'documents', 'auditor'), clerk: 'unit', signatory: 'unit' } },
  'permit-page': { roles: office('producer', 'inspector', 'counter') },
  'chip': { roles: office('inspector') },
  'homecoming': { roles: { ...office('counter', 'reviewer', 'approver'), clerk: 'unit', signatory: 'unit' } },
  'control': { roles: { ...office('receiver', 'reviewer', 'approver', 'counter', 'secadmin'), clerk: 'unit', signatory: 'unit' } },
  'statistic': { roles: office('statistician', 'approver', 'auditor') },
  'journal': { roles: office('auditor') },
  'trust': { roles: office('inspector', 'keykeeper', 'auditor') },
  'verification': { roles: office('inspector', 'counter', 'auditor', 'verifier') },
  'examination': { roles: office('accountant') },
  'signer': { roles: office('keykeeper', 'secadmin', 'auditor') },
  'platform': { roles: office('sysadmin', 'keykeeper', 'auditor') },
} as const satisfies Record<string, Rule>
export type ViewName = keyof typeof VIEWS

/** What an actor may reach by an act or a view: the widest scope of its roles, or undefined when it may not at all. */
export function scopeOf(rule: Rule, roles: readonly string[]): Scope | undefined {
  const scopes = roles.map((r) => rule.roles[r as Role]).filter((s) => s !== undefined)
  return (['office', 'unit', 'self'] as const).find((s) => scopes.includes(s))
}
