import { Type, type Static } from 'typebox'
import { type FormProblem } from './problem.ts'

const Text = (max: number) => Type.String({ maxLength: max })

/**
 * A mission as the clerk fills it in. Texts may be empty while it is a draft: what is missing is a
 * finding of the examination with its place, not a broken request.
 */
export const MissionForm = Type.Object({
  name: Text(120),
  category: Text(4),
  purpose: Text(4),
  task: Text(2_000),
  urgency: Type.Union([Type.Literal('normal'), Type.Literal('urgent')]),
  isSecret: Type.Boolean(),
  departDate: Text(10),
  returnDate: Text(10),
  places: Type.Array(Type.Object({ place: Text(3), arrive: Text(10), leave: Text(10), inviter: Text(120) }), { maxItems: 6 }),
  members: Type.Array(Type.Object({ personId: Text(64), role: Type.Union([Type.Literal('leader'), Type.Literal('member')]), post: Text(60), rank: Text(10), costSource: Text(60), permitNeed: Type.Union([Type.Literal('new'), Type.Literal('in-hand')]) }), { maxItems: 60 }),
  itinerary: Type.Array(Type.Object({ date: Text(10), half: Type.Union([Type.Literal('am'), Type.Literal('pm')]), place: Text(3), activity: Text(200), counterpart: Text(120), official: Type.Boolean() }), { maxItems: 60 }),
  publicity: Type.Object({ from: Text(10), to: Text(10), medium: Text(80) }),
  attachments: Type.Array(Type.Object({ id: Text(64), kind: Type.Union([Type.Literal('invitation'), Type.Literal('schedule'), Type.Literal('publicity'), Type.Literal('budget'), Type.Literal('roster'), Type.Literal('other')]), name: Text(120), sha256: Text(64), bytes: Type.Integer({ minimum: 0 }) }), { maxItems: 30 }),
  budgetYuan: Text(16),
})
export type MissionForm = Static<typeof MissionForm>

export const Submission = Type.Object({ form: MissionForm })
export interface Examination { readonly problems: readonly FormProblem[]; readonly days: number; readonly mayBeFiled: boolean }

export interface DraftRow { readonly id: string; readonly name: string; readonly savedAt: string; readonly departDate: string }
export interface Draft { readonly id: string; readonly savedAt: string; readonly form: MissionForm }
export interface AttachmentAnswer { readonly id: string; readonly name: string; readonly kind: string; readonly bytes: number; readonly sha256: string; readonly mediaType: string }

export const Opinion = Type.Object({ opinion: Text(500) })
/** Sending back: what is missing, item by item, told once. */
export const ReturnToUnit = Type.Object({ items: Type.Array(Type.Object({ at: Text(60), says: Type.String({ minLength: 2, maxLength: 300 }) }), { minItems: 1, maxItems: 30 }) })

export interface MissionRow {
  readonly id: string
  readonly name: string
  readonly unitId: string
  readonly unitName: string
  readonly state: string
  readonly phase: string
  readonly departDate: string
  readonly returnDate: string
  readonly days: number
  readonly places: readonly string[]
  readonly persons: number
  readonly documentNo?: string
  readonly since: string
}
export interface MissionMember {
  readonly personId: string
  readonly nameCn: string
  readonly surname: string
  readonly given: string
  readonly role: 'leader' | 'member'
  readonly post: string
  readonly rank: string
  readonly permitNeed: string
  readonly nameConfirmed: boolean
  readonly enrolled: boolean
  readonly permitNumber?: string
  readonly permitState?: string
  readonly jobState?: string
  readonly homecoming?: { readonly state: string; readonly due: string }
}
export interface TimelineRow { readonly seq: number; readonly at: string; readonly by: string; readonly role: string; readonly act: string; readonly event: string }
export interface MissionDocument { readonly id: string; readonly kind: string; readonly name: string; readonly mediaType: string; readonly bytes: number }
export interface MissionPage extends MissionRow {
  readonly form: MissionForm
  readonly members: readonly MissionMember[]
  readonly decisions: readonly { readonly step: string; readonly by: string; readonly at: string; readonly opinion: string }[]
  readonly returnItems: readonly { readonly at: string; readonly says: string }[]
  readonly documents: readonly MissionDocument[]
  readonly report?: { readonly state: string; readonly due: string; readonly title?: string; readonly text?: string }
  readonly timeline: readonly TimelineRow[]
  /** The acts that the reader may do now: a dry run of the same guards. */
  readonly may: readonly string[]
}
