import { type Refusal, type Result, no, ok } from '@causeway/kernel'

export type BlankState = 'in-vault' | 'issued' | 'used' | 'spoil-proposed' | 'spoiled' | 'destroyed'
export type BlankStep = 'issue' | 'use' | 'propose-spoil' | 'spoil' | 'destroy'

/** Every lawful step of a blank: from receipt to its end it is always in one of these places. */
export const BLANK_STEPS: Readonly<Record<BlankState, Readonly<Partial<Record<BlankStep, BlankState>>>>> = {
  'in-vault': { issue: 'issued' },
  issued: { use: 'used', 'propose-spoil': 'spoil-proposed' },
  'spoil-proposed': { spoil: 'spoiled' },
  used: {},
  spoiled: { destroy: 'destroyed' },
  destroyed: {},
}

export interface Blank {
  readonly state: BlankState
  readonly batch: string
  readonly jobId: string | undefined
  readonly reason: string | undefined
  readonly proposedBy: string | undefined
  readonly witnesses: readonly string[]
}

export type BlankEvent =
  | { readonly type: 'blank-received'; readonly batch: string }
  | { readonly type: 'blank-issued'; readonly jobId: string }
  | { readonly type: 'blank-used'; readonly permit: string }
  | { readonly type: 'blank-spoil-proposed'; readonly reason: string; readonly remark: string; readonly by: string }
  | { readonly type: 'blank-spoil-witnessed'; readonly by: string }
  | { readonly type: 'blank-spoiled' }
  | { readonly type: 'blank-destroyed'; readonly minutes: string; readonly by: string; readonly witnesses: readonly string[] }

/** How many different people must witness that a blank is spoiled. @source permits.md 4.3 */
export const WITNESSES = 2

const step = (b: Blank | undefined, s: BlankStep): Refusal | undefined => {
  if (b === undefined) return { code: 'not-found' }
  return BLANK_STEPS[b.state][s] === undefined ? { code: 'step-not-allowed', rule: 'blank', details: { step: s, stage: b.state } } : undefined
}

export function receiveBlank(b: Blank | undefined, batch: string): Result<readonly BlankEvent[], Refusal> {
  return b === undefined ? ok([{ type: 'blank-received', batch }]) : no({ code: 'blank-exists', at: 'first' })
}

export function issueBlank(b: Blank | undefined, jobId: string): Result<readonly BlankEvent[], Refusal> {
  const refusal = step(b, 'issue')
  return refusal === undefined ? ok([{ type: 'blank-issued', jobId }]) : no(refusal)
}

export function useBlank(b: Blank | undefined, permit: string): Result<readonly BlankEvent[], Refusal> {
  const refusal = step(b, 'use')
  return refusal === undefined ? ok([{ type: 'blank-used', permit }]) : no(refusal)
}

export function proposeSpoil(b: Blank | undefined, o: { readonly reason: string; readonly remark: string; readonly by: string }): Result<readonly BlankEvent[], Refusal> {
  const refusal = step(b, 'propose-spoil')
  return refusal === undefined ? ok([{ type: 'blank-spoil-proposed', ...o }]) : no(refusal)
}

/** One witness. The last one needed makes it so; nobody counts twice, and not who proposed it. */
export function witnessSpoil(b: Blank | undefined, by: string): Result<readonly BlankEvent[], Refusal> {
  const refusal = step(b, 'spoil')
  if (refusal !== undefined) return no(refusal)
  if (by === b!.proposedBy || b!.witnesses.includes(by)) return no({ code: 'witness-twice', rule: 'permits 4.3' })
  const seen: BlankEvent = { type: 'blank-spoil-witnessed', by }
  return ok(b!.witnesses.length + 1 >= WITNESSES ? [seen, { type: 'blank-spoiled' }] : [seen])
}

/**
 * A spoiled blank is destroyed, on the minutes of the destruction.
 *
 * @param o.minutes - the document that says when, where and how
 * @param o.witnesses - two different people, neither of them who destroys
 * @source permits.md 4.3
 */
export function destroyBlank(b: Blank | undefined, o: { readonly minutes: string; readonly by: string; readonly witnesses: readonly string[] }): Result<readonly BlankEvent[], Refusal> {
  const refusal = step(b, 'destroy')
  if (refusal !== undefined) return no(refusal)
  if (new Set(o.witnesses).size < WITNESSES || o.witnesses.includes(o.by)) return no({ code: 'witness-twice', rule: 'permits 4.3' })
  return ok([{ type: 'blank-destroyed', ...o }])
}

export function evolveBlank(b: Blank | undefined, e: BlankEvent): Blank {
  if (e.type === 'blank-received') return { state: 'in-vault', batch: e.batch, jobId: undefined, reason: undefined, proposedBy: undefined, witnesses: [] }
  const was = b!
  switch (e.type) {
    case 'blank-issued': return { ...was, state: 'issued', jobId: e.jobId }
    case 'blank-used': return { ...was, state: 'used' }
    case 'blank-spoil-proposed': return { ...was, state: 'spoil-proposed', reason: e.reason, proposedBy: e.by, witnesses: [] }
    case 'blank-spoil-witnessed': return { ...was, witnesses: [...was.witnesses, e.by] }
    case 'blank-spoiled': return { ...was, state: 'spoiled' }
    case 'blank-destroyed': return { ...was, state: 'destroyed' }
  }
}

export interface Balance { readonly received: number; readonly inHand: number; readonly issued: number; readonly used: number; readonly spoiled: number; readonly destroyed: number; readonly holds: boolean }

/** The law of the stock: what was received is in hand, issued, used, spoiled or destroyed. @source permits.md 4.3 */
export function balanceOf(received: number, counts: Readonly<Record<string, number>>): Balance {
  const n = (...s: readonly BlankState[]): number => s.reduce((sum, x) => sum + (counts[x] ?? 0), 0)
  const b = { received, inHand: n('in-vault'), issued: n('issued', 'spoil-proposed'), used: n('used'), spoiled: n('spoiled'), destroyed: n('destroyed') }
  return { ...b, holds: received === b.inHand + b.issued + b.used + b.spoiled + b.destroyed }
}

/** The serials of a batch: letters, then numbers that go up by one. */
export function serialsOf(first: string, count: number): readonly string[] {
  const [letters, digits] = [first.slice(0, 2), first.slice(2)]
  return Array.from({ length: count }, (_, i) => `${letters}${String(Number(digits) + i).padStart(digits.length, '0')}`)
}
