import { type Refusal } from '@causeway/kernel'

/** One stream of the journal: a mission, a permit, a blank. */
export interface StreamRef { readonly kind: string; readonly id: string }

/** Something that may exist once in the office. `blind`: the key is personal and is kept as a keyed hash. */
export interface Claim { readonly name: string; readonly key: string; readonly blind?: true }

/** The row of a stream in its list: nothing personal outside `Personal` values. */
export interface Summary {
  readonly state: string
  readonly unitId?: string | undefined
  readonly personId?: string | undefined
  readonly missionId?: string | undefined
  readonly due?: string | undefined
  readonly sort?: string | undefined
  readonly open?: Readonly<Record<string, unknown>> | undefined
}

/** What the store must know of the journey, and all that it knows: pure functions. */
export interface Book {
  readonly evolve: (kind: string, state: unknown, event: { readonly type: string }) => unknown
  readonly summarise: (ref: StreamRef, state: unknown) => Summary
  readonly claimsOf: (ref: StreamRef, event: { readonly type: string }) => { readonly take: readonly Claim[]; readonly release: readonly Claim[] }
  readonly messageOf: (ref: StreamRef, event: { readonly type: string }, state: unknown) => { readonly kind: string; readonly body: unknown } | undefined
}

/** Who acts. `system` is the platform itself: the clock, the signer's and the station's answers. */
export interface Actor {
  readonly id: string
  readonly roles: readonly string[]
  readonly unitId?: string
  readonly personId?: string
}

export interface Duty { readonly duty: string; readonly account: string }

/** The rules of access that the store enforces for every act. */
export interface AccessBook {
  /** How far the actor reaches by this act, or why not at all. */
  readonly reach: (act: string, actor: Actor) => { readonly ok: true; readonly value: { readonly scope: 'office' | 'unit' | 'self'; readonly role: string } } | { readonly ok: false; readonly error: Refusal }
  readonly dutyOf: (act: string) => string | undefined
  readonly conflict: (done: readonly Duty[], duty: string, account: string) => Refusal | undefined
}
