import { Type, type Static } from 'typebox'

import { type SpokenCheck } from './check.ts'
import { type Page } from './session.ts'

/** The fields that go with an uploaded photo (multipart field `fields`, JSON; the picture is the part `photo`). */
export const Enrolment = Type.Object({
  consent: Type.Boolean(),
  fingers: Type.Union([Type.Literal('not-collected')]),
  fingersReason: Type.String({ minLength: 1, maxLength: 40 }),
})
export type Enrolment = Static<typeof Enrolment>
export interface EnrolmentRow { readonly personId: string; readonly nameCn: string; readonly unitName: string; readonly missionId: string; readonly missionName: string; readonly departDate: string }
export interface EnrolmentAnswer { readonly id: string; readonly measured: Readonly<Record<string, string | number>> }

export const BlankBatch = Type.Object({ batch: Type.String({ minLength: 1, maxLength: 30 }), first: Type.String({ pattern: '^[A-Z]{2}[0-9]{6}$' }), count: Type.Integer({ minimum: 1, maximum: 500 }) })
export type BlankBatch = Static<typeof BlankBatch>
export const Allocation = Type.Object({ serial: Type.String({ pattern: '^[A-Z]{2}[0-9]{6}$' }) })
export const Spoil = Type.Object({ reason: Type.Union([Type.Literal('print'), Type.Literal('laminate'), Type.Literal('chip-write'), Type.Literal('readback'), Type.Literal('photo'), Type.Literal('blank-flaw'), Type.Literal('other')]), remark: Type.Optional(Type.String({ maxLength: 200 })) })
export type Spoil = Static<typeof Spoil>
export interface BlankRow { readonly serial: string; readonly batch: string; readonly state: string; readonly jobId?: string; readonly reason?: string; readonly witnesses: number; readonly may: readonly string[] }
/** The stock and its balance: received = in hand + issued + used + spoiled + destroyed. */
export interface BlankList extends Page<BlankRow> { readonly balance: { readonly received: number; readonly inHand: number; readonly issued: number; readonly used: number; readonly spoiled: number; readonly destroyed: number; readonly holds: boolean } }

export const JOB_STEPS = ['queued', 'allocated', 'requested', 'content-fixed', 'signed', 'written', 'inspected'] as const
export interface JobRow {
  readonly id: string
  readonly state: string
  readonly permitNumber: string
  readonly holder: string
  readonly missionId: string
  readonly missionName: string
  readonly serial?: string
  readonly attempt: number
  readonly since: string
  readonly fault?: string
  readonly may: readonly string[]
}
export interface Verdict extends SpokenCheck { readonly outcome: 'passed' | 'failed' | 'not-done' | 'not-applicable'; readonly clause?: string }
export interface JobPage extends JobRow {
  readonly steps: readonly { readonly step: string; readonly at?: string; readonly by?: string; readonly outcome?: string }[]
  readonly inspection?: { readonly passed: boolean; readonly checks: readonly Verdict[] }
}
