import { type Day, type Personal } from '@causeway/kernel'

export type PlaceCode = 'HKG' | 'MAC'
export const PLACES: readonly PlaceCode[] = ['HKG', 'MAC']

/** A mission as the clerk fills it in. Texts may be empty in a draft; the examination says what is missing. */
export interface MissionForm {
  readonly name: string
  readonly category: string
  readonly purpose: string
  readonly task: string
  readonly urgency: 'normal' | 'urgent'
  readonly isSecret: boolean
  readonly departDate: string
  readonly returnDate: string
  readonly places: readonly { readonly place: string; readonly arrive: string; readonly leave: string; readonly inviter: string }[]
  readonly members: readonly MemberForm[]
  readonly itinerary: readonly { readonly date: string; readonly half: 'am' | 'pm'; readonly place: string; readonly activity: string; readonly counterpart: string; readonly official: boolean }[]
  readonly publicity: { readonly from: string; readonly to: string; readonly medium: string }
  readonly attachments: readonly { readonly id: string; readonly kind: string; readonly name: string; readonly sha256: string; readonly bytes: number }[]
  readonly budgetYuan: string
}

export interface MemberForm {
  readonly personId: string
  readonly role: 'leader' | 'member'
  readonly post: string
  readonly rank: string
  readonly costSource: string
  readonly permitNeed: 'new' | 'in-hand'
}

/** What may be known of a mission without opening its form: no name of a person is in it. */
export interface MissionOutline {
  readonly name: string
  readonly category: string
  readonly departDate: Day
  readonly returnDate: Day
  readonly days: number
  readonly places: readonly PlaceCode[]
  readonly members: readonly { readonly personId: string; readonly role: 'leader' | 'member'; readonly permitNeed: 'new' | 'in-hand' }[]
  readonly publicityEnds: Day
}

/** The stages of a mission, in the order in which a good one passes them. */
export type Stage = 'filed' | 'submitted' | 'accepted' | 'checked' | 'approved' | 'returned' | 'refused' | 'withdrawn' | 'cancelled' | 'closed'

export interface DecisionRecord { readonly step: string; readonly by: string; readonly at: string; readonly opinion: string }
export interface DocumentNumber { readonly word: string; readonly year: number; readonly number: number }

/** A document number as it is printed: 岚港澳出〔2024〕1号, without leading zeros. @source GB/T 9704-2012 §7.2.5 */
export function renderDocumentNumber(n: DocumentNumber): string {
  return `${n.word}〔${n.year}〕${n.number}号`
}

/** The paper of an approval on its way: asked for with its visible digital seal, drawn and fixed, sealed. */
export type Paper =
  | { readonly state: 'asked'; readonly request: string }
  | { readonly state: 'fixed'; readonly request: string; readonly draft: string; readonly byteRange: readonly [number, number, number, number] }
  | { readonly state: 'sealed'; readonly signer: string; readonly stamped: boolean }

export interface Mission {
  readonly unitId: string
  readonly outline: MissionOutline
  readonly form: Personal<MissionForm>
  readonly stage: Stage
  readonly decisions: readonly DecisionRecord[]
  readonly returnItems: readonly { readonly at: string; readonly says: string }[]
  readonly documentNo: DocumentNumber | undefined
  readonly documents: readonly { readonly id: string; readonly kind: string }[]
  readonly paper: Paper | undefined
  readonly report: { readonly state: 'submitted' | 'accepted' | 'returned'; readonly documentId: string; readonly title: string; readonly on: Day } | undefined
}

export type MissionEvent =
  | { readonly type: 'mission-filed'; readonly unitId: string; readonly outline: MissionOutline; readonly form: Personal<MissionForm>; readonly by: string; readonly at: string }
  | { readonly type: 'mission-refiled'; readonly outline: MissionOutline; readonly form: Personal<MissionForm>; readonly before: MissionOutline; readonly by: string; readonly at: string }
  | { readonly type: 'mission-decided'; readonly step: Step; readonly to: Stage; readonly by: string; readonly at: string; readonly opinion: string; readonly items?: readonly { readonly at: string; readonly says: string }[]; readonly documentNo?: DocumentNumber; readonly outline: MissionOutline }
  | { readonly type: 'mission-document-kept'; readonly id: string; readonly kind: string }
  /** The signer may set a visible digital seal with these facts: the request, and the digest of all that it says. */
  | { readonly type: 'mission-seal-asked'; readonly request: string; readonly digest: string }
  /** The signer may seal this very paper. `draft`: as it is kept, with the place for the signature that the byte range leaves out. */
  | { readonly type: 'mission-paper-fixed'; readonly request: string; readonly digest: string; readonly draft: string; readonly byteRange: readonly [number, number, number, number] }
  | { readonly type: 'mission-paper-sealed'; readonly id: string; readonly signer: string; readonly stamped: boolean }
  | { readonly type: 'report-submitted'; readonly documentId: string; readonly title: string; readonly on: Day }
  | { readonly type: 'report-decided'; readonly to: 'accepted' | 'returned'; readonly by: string; readonly at: string; readonly opinion: string }

export type Step = 'sign' | 'withdraw' | 'accept' | 'return' | 'check' | 'approve' | 'refuse' | 'cancel' | 'close'

export function evolveMission(m: Mission | undefined, e: MissionEvent): Mission {
  if (e.type === 'mission-filed') {
    return { unitId: e.unitId, outline: e.outline, form: e.form, stage: 'filed', decisions: [{ step: 'file', by: e.by, at: e.at, opinion: '' }], returnItems: [], documentNo: undefined, documents: [], paper: undefined, report: undefined }
  }
  const was = m!
  switch (e.type) {
    case 'mission-refiled':
      return { ...was, outline: e.outline, form: e.form, stage: 'filed', returnItems: [], decisions: [...was.decisions, { step: 'file', by: e.by, at: e.at, opinion: '' }] }
    case 'mission-decided':
      return {
        ...was, stage: e.to, decisions: [...was.decisions, { step: e.step, by: e.by, at: e.at, opinion: e.opinion }],
        returnItems: e.items ?? was.returnItems, documentNo: e.documentNo ?? was.documentNo,
      }
    case 'mission-document-kept':
      return { ...was, documents: [...was.documents, { id: e.id, kind: e.kind }] }
    case 'mission-seal-asked':
      return { ...was, paper: { state: 'asked', request: e.request } }
    case 'mission-paper-fixed':
      return { ...was, paper: { state: 'fixed', request: e.request, draft: e.draft, byteRange: e.byteRange } }
    case 'mission-paper-sealed':
      return { ...was, documents: [...was.documents, { id: e.id, kind: 'approval' }], paper: { state: 'sealed', signer: e.signer, stamped: e.stamped } }
    case 'report-submitted':
      return { ...was, report: { state: 'submitted', documentId: e.documentId, title: e.title, on: e.on } }
    case 'report-decided':
      return { ...was, report: { ...was.report!, state: e.to }, decisions: [...was.decisions, { step: `report-${e.to}`, by: e.by, at: e.at, opinion: e.opinion }] }
  }
}
