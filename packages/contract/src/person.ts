import { Type, type Static } from 'typebox'

const Text = (max: number, min = 0) => Type.String({ minLength: min, maxLength: max })

/** A person as the clerk files one. Names in their own script and as the permit will write them. */
export const NewPerson = Type.Object({
  nameCn: Text(60),
  surname: Text(60),
  given: Text(60),
  sex: Text(1),
  birthDate: Text(10),
  birthPlace: Text(30),
  idNumber: Text(18),
  post: Text(60),
  rank: Text(10),
  mobile: Type.Optional(Text(20)),
})
export type NewPerson = Static<typeof NewPerson>

/** Proposals of how a name is written in Latin letters, the likeliest first, with the reason of each. */
export const NameQuestion = Type.Object({ nameCn: Text(60, 1) })
export interface NameProposal { readonly surname: string; readonly given: string; readonly reason: string }
export interface NameAnswer { readonly proposals: readonly NameProposal[]; readonly unprintable: readonly string[]; readonly mrz?: string; readonly truncated: boolean }

export const NameConfirmation = Type.Object({ surname: Text(60, 1), given: Text(60) })

/** Masked unless the reader must work with it: `3706**********1234`. */
export interface PersonRow {
  readonly id: string
  readonly nameCn: string
  readonly surname: string
  readonly given: string
  readonly sex: string
  readonly birthYear: string
  readonly idNumberMasked: string
  readonly post: string
  readonly rank: string
  readonly unitId: string
  readonly unitName: string
  readonly nameConfirmed: boolean
  readonly enrolled: boolean
  readonly erased: boolean
}
export interface PersonPage extends PersonRow {
  readonly birthDate: string
  readonly birthPlace: string
  readonly mobileMasked?: string
  readonly permits: readonly { readonly number: string; readonly state: string; readonly expiry: string }[]
  readonly debts: readonly { readonly code: string; readonly missionId: string; readonly due: string }[]
  readonly may: readonly string[]
}
export const Erasure = Type.Object({ reason: Text(200, 4) })
