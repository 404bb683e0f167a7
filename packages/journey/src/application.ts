import { addDays, type Day, daysBetween, daysInclusive, parseDay } from '@causeway/kernel'

import { type Calendar, workdaysInclusive } from './calendar/workday.ts'
import { type MissionForm, type MissionOutline, PLACES, type PlaceCode } from './mission.ts'
import { type RuleKey, type RuleVersion, ruleAt } from './rule.ts'

/** Something wrong with a form: where, by which rule, and the figures that the sentence needs. */
export interface Problem {
  readonly code: string
  readonly at: string
  readonly severity: 'block' | 'warn'
  readonly rule?: string
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>
}

/** What the office knows of a member when the form is examined. */
export interface MemberFacts {
  readonly known: boolean
  readonly nameConfirmed: boolean
  /** Permits not returned and reports not delivered, each with its mission and the day it was due. */
  readonly debts: readonly { readonly code: 'permit-not-returned' | 'report-missing'; readonly missionId: string; readonly due: string }[]
}

export interface ApplicationFacts {
  readonly today: Day
  readonly rules: readonly RuleVersion[]
  readonly calendar: Calendar
  readonly members: Readonly<Record<string, MemberFacts>>
  readonly unitLocked: boolean
  /** Attachments that were really handed in, by id. */
  readonly attachments: ReadonlySet<string>
}

const CATEGORY_ADMIN = '01'
const NEEDED = ['invitation', 'schedule', 'publicity'] as const
/** Days are counted one by one up to here: every limit is far below, and a slip of a century costs nothing. */
const LONGEST = 400

interface Bench { readonly form: MissionForm; readonly facts: ApplicationFacts; readonly depart: Day | undefined; readonly back: Day | undefined; readonly add: (p: Problem) => void }

const block = (code: string, at: string, more: Partial<Problem> = {}): Problem => ({ code, at, severity: 'block', ...more })

function ruleFor(b: Bench, key: RuleKey): RuleVersion {
  return ruleAt(b.facts.rules, key, b.facts.today)
}

/** Days spent in a place, each counted once, however the stay is cut into pieces. */
function daysIn(form: MissionForm, place: string): number {
  const days = new Set<string>()
  for (const p of form.places) {
    const [arrive, leave] = [parseDay(p.arrive), parseDay(p.leave)]
    if (p.place !== place || arrive === undefined || leave === undefined) continue
    for (let d = arrive, n = 0; d <= leave && n < LONGEST; d = addDays(d, 1), n++) days.add(d)
  }
  return days.size
}

/** A problem by a dated rule: its severity is the rule's. */
function broken(b: Bench, key: RuleKey, o: { readonly code: string; readonly at: string; readonly details?: Problem['details'] }): void {
  const r = ruleFor(b, key)
  b.add({ code: o.code, at: o.at, severity: r.severity, rule: `${r.number} ${r.basis}`, details: { ...o.details, limit: r.value } })
}

function checkBasics({ form, add, depart, back }: Bench): void {
  if (form.isSecret) add(block('secret-mission', 'isSecret', { rule: '保守国家秘密法' }))
  if (/绝密|机密|秘密★|秘密\s*\d+年/.test(`${form.name}${form.task}`)) add(block('secret-mark', 'task', { rule: '保守国家秘密法' }))
  for (const at of ['name', 'category', 'purpose', 'task'] as const) if (form[at].trim() === '') add(block('field-missing', at))
  if (depart === undefined) add(block('day-invalid', 'departDate', { rule: 'GB/T 7408' }))
  if (back === undefined) add(block('day-invalid', 'returnDate', { rule: 'GB/T 7408' }))
  if (depart !== undefined && back !== undefined && back < depart) add(block('ends-before-begins', 'returnDate', { details: { from: depart, to: back } }))
  if (form.budgetYuan !== '' && !/^\d{1,12}(\.\d{1,2})?$/.test(form.budgetYuan)) add(block('amount-invalid', 'budgetYuan'))
}

function checkStay(b: Bench): void {
  const { form, add, depart, back } = b
  if (form.places.length === 0) { add(block('field-missing', 'places')); return }
  form.places.forEach((p, i) => {
    const at = `places.${i}`
    if (!(PLACES as readonly string[]).includes(p.place)) { add(block('place-unknown', `${at}.place`)); return }
    const [arrive, leave] = [parseDay(p.arrive), parseDay(p.leave)]
    if (arrive === undefined) add(block('day-invalid', `${at}.arrive`, { rule: 'GB/T 7408' }))
    if (leave === undefined) add(block('day-invalid', `${at}.leave`, { rule: 'GB/T 7408' }))
    if (p.inviter.trim() === '') add(block('field-missing', `${at}.inviter`))
    if (arrive === undefined || leave === undefined) return
    if (leave < arrive) { add(block('ends-before-begins', `${at}.leave`, { details: { from: arrive, to: leave } })); return }
    if (depart !== undefined && back !== undefined && (arrive < depart || leave > back)) add(block('outside-mission', at, { details: { from: depart, to: back } }))
    const key = p.place === 'HKG' ? 'stay.HKG.max' : 'stay.MAC.max'
    const first = form.places.findIndex((x) => x.place === p.place) === i
    const days = first ? daysIn(form, p.place) : daysInclusive(arrive, leave)
    if (days > ruleFor(b, key).value) broken(b, key, { code: 'stay-over-limit', at, details: { place: p.place, days } })
  })
  if (depart === undefined || back === undefined || back < depart) return
  const visited = new Set(form.places.map((p) => p.place).filter((p) => (PLACES as readonly string[]).includes(p)))
  if (visited.size === 0) return
  const key: RuleKey = visited.size > 1 ? 'stay.both.max' : visited.has('MAC') ? 'stay.MAC.max' : 'stay.HKG.max'
  const days = daysInclusive(depart, back)
  if (days > ruleFor(b, key).value) broken(b, key, { code: 'stay-over-limit', at: 'returnDate', details: { place: [...visited].join('+'), days } })
}

function checkMembers(b: Bench): void {
  const { form, facts, add } = b
  if (form.members.length === 0) { add(block('field-missing', 'members')); return }
  if (form.members.filter((m) => m.role === 'leader').length !== 1) add(block('one-leader', 'members'))
  const seen = new Set<string>()
  form.members.forEach((m, i) => {
    const at = `members.${i}`
    const known = facts.members[m.personId]
    if (seen.has(m.personId)) add(block('member-twice', at))
    seen.add(m.personId)
    if (known?.known !== true) { add(block('member-unknown', at)); return }
    if (m.post.trim() === '') add(block('field-missing', `${at}.post`))
    if (!known.nameConfirmed) add(block('name-not-confirmed', at, { rule: 'GB/T 28039' }))
    for (const debt of known.debts) add(block(debt.code, at, { rule: debt.code === 'report-missing' ? 'R-14' : 'R-11', details: { mission: debt.missionId, due: debt.due } }))
  })
  if (form.category === CATEGORY_ADMIN && form.members.length > ruleFor(b, 'group.maxPersons.admin').value) broken(b, 'group.maxPersons.admin', { code: 'group-too-large', at: 'members', details: { persons: form.members.length } })
}

function checkItinerary(b: Bench): void {
  const { form, add, depart, back } = b
  if (form.itinerary.length === 0) { add(block('field-missing', 'itinerary')); return }
  const official = form.itinerary.filter((i) => i.official).length / form.itinerary.length
  form.itinerary.forEach((item, i) => {
    const at = `itinerary.${i}`
    const date = parseDay(item.date)
    if (date === undefined) add(block('day-invalid', `${at}.date`, { rule: 'GB/T 7408' }))
    else if ((depart !== undefined && date < depart) || (back !== undefined && date > back)) add(block('outside-mission', `${at}.date`, { details: { from: depart ?? '', to: back ?? '' } }))
    if (item.activity.trim() === '') add(block('field-missing', `${at}.activity`))
  })
  if (official < ruleFor(b, 'officialShare.min').value) broken(b, 'officialShare.min', { code: 'official-share-low', at: 'itinerary', details: { share: Math.round(official * 100) / 100 } })
}

function checkPapers(b: Bench): void {
  const { form, facts, add, depart } = b
  const [from, to] = [parseDay(form.publicity.from), parseDay(form.publicity.to)]
  if (from === undefined || to === undefined) add(block('day-invalid', from === undefined ? 'publicity.from' : 'publicity.to', { rule: 'GB/T 7408' }))
  else if (to < from) add(block('ends-before-begins', 'publicity.to', { details: { from, to } }))
  else {
    const last = addDays(from, LONGEST)
    const workdays = workdaysInclusive(facts.calendar, from, to < last ? to : last)
    if (workdays < ruleFor(b, 'publicity.minWorkdays').value) broken(b, 'publicity.minWorkdays', { code: 'publicity-too-short', at: 'publicity.to', details: { workdays } })
  }
  const kinds = new Set(form.attachments.filter((a) => facts.attachments.has(a.id)).map((a) => a.kind))
  for (const kind of NEEDED) if (!kinds.has(kind)) add(block('attachment-missing', 'attachments', { details: { kind } }))
  form.attachments.forEach((a, i) => { if (!facts.attachments.has(a.id)) add(block('attachment-unknown', `attachments.${i}`)) })
  if (depart === undefined) return
  const lead = daysBetween(facts.today, depart)
  if (lead < ruleFor(b, 'apply.leadDays').value) broken(b, 'apply.leadDays', { code: 'filed-too-late', at: 'departDate', details: { days: lead } })
  else if (lead < ruleFor(b, 'apply.leadDays.advised').value) broken(b, 'apply.leadDays.advised', { code: 'filed-late', at: 'departDate', details: { days: lead } })
}

/**
 * Examines a form by every rule at once: a clerk is told everything the first time.
 *
 * @returns the problems; the outline, when none of them blocks
 */
export function examineApplication(form: MissionForm, facts: ApplicationFacts): { readonly problems: readonly Problem[]; readonly outline: MissionOutline | undefined } {
  const problems: Problem[] = []
  const [depart, back] = [parseDay(form.departDate), parseDay(form.returnDate)]
  const b: Bench = { form, facts, depart, back, add: (p) => { problems.push(p) } }
  if (facts.unitLocked) b.add(block('unit-locked', 'unit', { rule: 'R-13' }))
  checkBasics(b)
  checkStay(b)
  checkMembers(b)
  checkItinerary(b)
  checkPapers(b)
  if (problems.some((p) => p.severity === 'block') || depart === undefined || back === undefined) return { problems, outline: undefined }
  return {
    problems,
    outline: {
      name: form.name.trim(), category: form.category, departDate: depart, returnDate: back, days: daysInclusive(depart, back),
      places: [...new Set(form.places.map((p) => p.place as PlaceCode))],
      members: form.members.map((m) => ({ personId: m.personId, role: m.role, permitNeed: m.permitNeed })),
      publicityEnds: parseDay(form.publicity.to)!,
    },
  }
}

/** The person-days that a mission takes: one claim for each, so that nobody is on two missions at once. */
export function personDays(o: MissionOutline): readonly string[] {
  const days: string[] = []
  for (const m of o.members) for (let d = o.departDate; d <= o.returnDate; d = addDays(d, 1)) days.push(`${m.personId}|${d}`)
  return days
}
