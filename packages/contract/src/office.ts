import { Type, type Static } from 'typebox'

export const NewUnit = Type.Object({
  name: Type.String({ minLength: 2, maxLength: 80 }),
  shortName: Type.String({ minLength: 1, maxLength: 30 }),
  usci: Type.String({ minLength: 18, maxLength: 18 }),
  type: Type.String({ maxLength: 20 }),
})
export type NewUnit = Static<typeof NewUnit>
export interface UnitRow { readonly id: string; readonly name: string; readonly shortName: string; readonly usci: string; readonly state: string; readonly locked: boolean }

export const NewAccount = Type.Object({
  login: Type.String({ pattern: '^[a-z][a-z0-9.-]{2,31}$' }),
  name: Type.String({ minLength: 1, maxLength: 40 }),
  password: Type.String({ minLength: 10, maxLength: 200 }),
  roles: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 6 }),
  unitId: Type.Optional(Type.String({ maxLength: 64 })),
  personId: Type.Optional(Type.String({ maxLength: 64 })),
})
export type NewAccount = Static<typeof NewAccount>
export const Grant = Type.Object({ roles: Type.Array(Type.String({ maxLength: 20 }), { maxItems: 6 }) })
export interface AccountRow { readonly id: string; readonly login: string; readonly name: string; readonly roles: readonly string[]; readonly unit?: string; readonly closed: boolean; readonly lockedUntil?: string }

export interface RuleRow { readonly key: string; readonly value: number | string | boolean; readonly unit: string; readonly severity: 'block' | 'warn'; readonly number: string; readonly basis: string; readonly from: string; readonly to?: string }

/** The year's figures, each with the definition to print beside it. @source permits.md 6.8 */
export interface Statistics {
  readonly year: number
  readonly missions: number
  readonly persons: number
  readonly days: number
  readonly byPlace: readonly { readonly place: string; readonly missions: number; readonly persons: number; readonly days: number }[]
  readonly permitsIssued: number
  readonly permitsReturned: number
  readonly returnedOnTime: number
  readonly endorsementsIssued: number
  readonly blanks: { readonly received: number; readonly used: number; readonly spoiled: number; readonly inHand: number }
  readonly definitions: Readonly<Record<string, string>>
}
