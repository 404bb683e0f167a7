import { ok, type Refusal, type Result } from '@causeway/kernel'
import { AUTHORISING_EVENTS, type Output, type SodRequest } from '@causeway/signing'

import { type Authorised, type LineOf } from './book.ts'
import { mayUse, type Active } from './certificate.ts'
import { checkChipKeys, checkDg1, refuse, type Order } from './document.ts'
import { settingAt, type SignerSettings } from './setting.ts'

/** All that is known when a document is to be signed. Rules look at it and at nothing else. */
export interface SigningCase {
  readonly order: Order
  readonly settings: SignerSettings
  readonly now: Date
  /** Whether the clock leapt while the signer ran. */
  readonly leapt: boolean
  /** The moment of the newest line of the signer's journal. */
  readonly newest: string | undefined
  readonly office: string | undefined
  readonly activated: boolean
  readonly active: Active | undefined
  /** Uses of the active key, those of the batch that is being worked on among them. */
  readonly uses: number
  readonly lastAnchor: { readonly at: string } | undefined
  readonly authorised: Authorised | undefined
  /** The newest signature for the number. */
  readonly taken: LineOf<'sod'> | undefined
}

/** What the rules for every output look at: who asks, by which act, and how the signer is. */
export interface ActCase extends Pick<SigningCase, 'settings' | 'now' | 'leapt' | 'newest' | 'office' | 'activated' | 'lastAnchor' | 'authorised'> {
  readonly order: { readonly request: Pick<SodRequest, 'requestId' | 'office' | 'authority'>; readonly digest: string }
  /** What is to be made; an EF.SOD when left out. */
  readonly output?: Output
}

type Rule = (c: SigningCase) => Result<true, Refusal>
type ActRule = (c: ActCase) => Result<true, Refusal>
const MINUTE = 60_000
const DAY = 86_400_000

/** A signer serves the office that asked first, and no other. */
const isServed: ActRule = (c) => (c.office === undefined || c.office === c.order.request.office ? ok(true) : refuse('other-office', { office: c.order.request.office }))

const isActivated: ActRule = (c) => (c.activated ? ok(true) : refuse('keys-not-activated'))

/** A clock that stands before what was written, or leapt under a running signer, is not believed. */
const isClockSane: ActRule = (c) => {
  const limit = settingAt(c.settings, 'clockSeconds', c.now) * 1_000
  if (c.leapt) return refuse('clock-jumped', { seconds: limit / 1_000 })
  const behind = c.newest === undefined ? 0 : new Date(c.newest).getTime() - c.now.getTime()
  return behind > limit ? refuse('clock-back', { newest: c.newest ?? '', now: c.now.toISOString() }) : ok(true)
}

const isCertified: Rule = (c) => (c.active === undefined ? refuse('no-certificate') : mayUse(c.active, c.now))

const isAlgorithmAllowed: Rule = (c) => {
  const allowed = settingAt(c.settings, 'documentKeyTypes', c.now)
  const type = c.active!.key.type
  return allowed.includes(type) ? ok(true) : refuse('algorithm-not-allowed', { asked: type, allowed })
}

/** @source Doc 9303-12 §7.1.1.6 */
const isTypeAllowed: Rule = (c) => {
  const allowed = c.active!.certificate.documentTypes ?? []
  const asked = c.order.request.documentType
  return allowed.includes(asked) ? ok(true) : refuse('document-type-not-allowed', { asked, allowed })
}

const isNumberFree: Rule = (c) => (c.taken === undefined || isLaterAttempt(c.taken, c.order.request)
  ? ok(true)
  : refuse('number-signed-before', { number: c.order.request.documentNumber, request: c.taken.requestId }))

/** Nothing is signed on the word of whoever asks: the act stands in the chain that this signer anchored, and fixed the content. */
const isAuthorised: ActRule = (c) => {
  const { request, digest } = c.order
  const a = c.authorised
  if (a === undefined || a.act !== actOf(request) || AUTHORISING_EVENTS[a.event] !== (c.output ?? 'sod')) return refuse('not-authorised', { act: actOf(request), request: request.requestId })
  if (a.digest !== digest) return refuse('authority-differs', { act: a.act, seq: a.seq })
  const days = settingAt(c.settings, 'authorityAgeDays', c.now)
  return c.now.getTime() - new Date(a.at).getTime() > days * DAY ? refuse('authority-old', { act: a.act, at: a.at, days }) : ok(true)
}

const isAnchorFresh: ActRule = (c) => {
  const minutes = settingAt(c.settings, 'anchorAgeMinutes', c.now)
  const at = c.lastAnchor?.at
  return at !== undefined && c.now.getTime() - new Date(at).getTime() <= minutes * MINUTE ? ok(true) : refuse('anchor-stale', { at: at ?? '', minutes })
}

const isWithinQuota: Rule = (c) => {
  const quota = settingAt(c.settings, 'documentsPerKey', c.now)
  return c.uses < quota ? ok(true) : refuse('quota-reached', { quota, uses: c.uses })
}

/** Every rule that stands before a signature, in the order in which they are told. */
const RULES: readonly Rule[] = [
  isServed, isActivated, isClockSane, isCertified, isAlgorithmAllowed, isTypeAllowed,
  (c) => checkDg1(c.order.request, c.order.groups.get(1)!, c.now), (c) => checkChipKeys(c.order),
  isNumberFree, isAnchorFresh, isAuthorised, isWithinQuota,
]

function first<C>(rules: readonly ((c: C) => Result<true, Refusal>)[], c: C): Result<true, Refusal> {
  for (const rule of rules) {
    const r = rule(c)
    if (!r.ok) return r
  }
  return ok(true)
}

/** Whether a document may be signed: the first rule that it breaks. */
export const maySign = (c: SigningCase): Result<true, Refusal> => first(RULES, c)

/** Whether any other output may be made for an act: the rules that know nothing of documents. */
export const mayAct = (c: ActCase): Result<true, Refusal> => first([isServed, isActivated, isClockSane, isAnchorFresh, isAuthorised], c)

/** The act that a request names, as the signer's journal writes it. */
export const actOf = (r: Pick<SodRequest, 'authority'>): string => `${r.authority.kind}/${r.authority.id}/${r.authority.version}`

const versionOf = (l: LineOf<'sod'>): number => Number(l.authority.slice(l.authority.lastIndexOf('/') + 1))

/** Whether a signature was made for the stream that a request names, at whatever version. */
export const isSameAct = (before: LineOf<'sod'>, r: SodRequest): boolean => before.authority === actOf({ authority: { ...r.authority, version: versionOf(before) } })

/** A document that is made again, on a new blank whose chip has another key, is asked for by the same act at a later version. */
const isLaterAttempt = (before: LineOf<'sod'>, r: SodRequest): boolean => isSameAct(before, r) && r.authority.version > versionOf(before)
