import { Type, type Static } from 'typebox'

export interface PermitRow {
  readonly number: string
  readonly state: string
  readonly holder: string
  readonly personId: string
  readonly unitName: string
  readonly missionId: string
  readonly missionName: string
  readonly issued?: string
  readonly expiry?: string
  readonly due?: string
  readonly endorsements: readonly { readonly place: string; readonly entries: number; readonly from: string; readonly to: string; readonly stayDays: number; readonly state: string }[]
  readonly may: readonly string[]
}
export interface PermitPage extends PermitRow {
  readonly mrz: readonly string[]
  /** The data page can be drawn: the permit is made and the face not yet destroyed. */
  readonly drawable: boolean
  readonly serial?: string
  /** Check values of the endorsements, in their order; empty while they are asked for. */
  readonly checks: readonly { readonly number: string; readonly place: string; readonly macIndex: number; readonly macSign: string; readonly keyId: string; readonly signature: string }[]
  readonly moves: readonly { readonly at: string; readonly by: string; readonly what: string; readonly to?: string }[]
}
/** The chip as the inspection desk reads it: file name to base64. */
export interface ChipDump { readonly number: string; readonly files: Readonly<Record<string, string>> }

/** Permits leave the counter only to a clerk of the custody unit, named here. */
export const HandOut = Type.Object({ missionId: Type.String({ maxLength: 64 }), to: Type.String({ minLength: 1, maxLength: 40 }) })
export type HandOut = Static<typeof HandOut>

/** The return form. @source permits.md 3.2 */
export const Return = Type.Object({
  realExit: Type.String({ maxLength: 10 }),
  realEntry: Type.String({ maxLength: 10 }),
  places: Type.Array(Type.String({ maxLength: 3 }), { maxItems: 8 }),
  by: Type.String({ minLength: 1, maxLength: 40 }),
  condition: Type.Union([Type.Literal('good'), Type.Literal('damaged')]),
  remark: Type.Optional(Type.String({ maxLength: 500 })),
})
export type Return = Static<typeof Return>

export interface HomecomingRow {
  readonly id: string
  readonly state: string
  readonly holder: string
  readonly permitNumber: string
  readonly missionId: string
  readonly missionName: string
  readonly unitName: string
  readonly due: string
  readonly formula: string
  readonly daysOverdue: number
  readonly reminders: number
  readonly overDays?: number
  readonly realExit?: string
  readonly realEntry?: string
}
export interface ControlRow { readonly id: string; readonly subject: 'unit' | 'person'; readonly subjectName: string; readonly reason: string; readonly since: string; readonly state: string; readonly releasedOn?: string; readonly may: readonly string[] }

export const Report = Type.Object({
  title: Type.String({ minLength: 2, maxLength: 120 }),
  text: Type.String({ minLength: 20, maxLength: 20_000 }),
  unfinished: Type.Optional(Type.String({ maxLength: 2_000 })),
})
export type Report = Static<typeof Report>
export const ControlRelease = Type.Object({ reason: Type.String({ minLength: 4, maxLength: 200 }) })
