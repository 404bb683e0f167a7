import { renderDocumentNumber, ruleAt, type DocumentNumber, type Identity, type Mission, type MissionForm, type Person } from '@causeway/journey'
import { type Day, type Refusal, type Result } from '@causeway/kernel'
import { type ApprovalPdf } from '@causeway/paper'
import { type ApprovalFacts as SealedFacts } from '@causeway/signing'

import { type House } from '../house.ts'

const PLACE: Readonly<Record<string, string>> = { HKG: '香港', MAC: '澳门' }
const SEX: Readonly<Record<string, string>> = { M: '男', F: '女' }
const chinese = (day: string): string => { const [y, m, d] = day.split('-').map(Number); return `${y}年${m}月${d}日` }

export interface ApprovalFacts { readonly mission: Mission; readonly form: MissionForm; readonly unitName: string; readonly people: readonly { readonly id: string; readonly person: Person }[]; readonly documentNo: DocumentNumber; /** The day of the approval. */ readonly on: Day; /** The visible digital seal, drawn. */ readonly barCode: string }

/** The 任务批件 of an approved mission. @source permits.md 1.6 */
export function drawApproval(house: House, f: ApprovalFacts): Result<ApprovalPdf, Refusal> {
  const o = f.mission.outline
  const identity = (id: string): Identity | undefined => f.people.find((p) => p.id === id)?.person.identity.value
  const leader = f.form.members.find((m) => m.role === 'leader')
  const places = o.places.map((p) => PLACE[p]!).join('、')
  return house.press.approval({
    office: house.office.name, number: renderDocumentNumber(f.documentNo), title: o.name, unit: f.unitName,
    body: `批准由${identity(leader?.personId ?? '')?.nameCn ?? ''}等${o.members.length}人组团，自${chinese(o.departDate)}至${chinese(o.returnDate)}赴${places}执行“${o.name}”任务，在境外停留${o.days}天。`,
    members: f.form.members.map((m) => ({ name: identity(m.personId)?.nameCn ?? '', sex: SEX[identity(m.personId)?.sex ?? ''] ?? '', post: `${f.unitName} ${m.post}`, role: m.role === 'leader' ? '团长' : '团员' })),
    cost: [...new Set(f.form.members.map((m) => m.costSource).filter((c) => c !== ''))].join('、') || '派出单位负担',
    returnDays: ruleAt(house.rules, 'permit.return.days', f.on).value,
    reportDays: ruleAt(house.rules, 'report.days', f.on).value,
    date: chinese(f.on), barCode: f.barCode,
  }, house.clock.now())
}

/** What the visible digital seal of an approval says: the paper itself, and no person. */
export function sealedFacts(mission: Mission, o: { readonly documentNo: DocumentNumber; readonly unitCode: string }): SealedFacts {
  const { departDate, returnDate, places, members, days } = mission.outline
  return { number: renderDocumentNumber(o.documentNo), unit: o.unitCode, from: departDate, to: returnDate, places: [...places], persons: members.length, days }
}
