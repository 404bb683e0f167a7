import { createHash } from 'node:crypto'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { SIGNER_RULES, sodDigestOf, type SignerRefusal, type SodRequest } from '@causeway/signing'
import { decodeDg1, decodeDg14, decodeDg15, interpretMrz, parseMrz, type GroupHashes, type HashName } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

export const crypto = nodeCrypto()

export const refuse = (code: SignerRefusal, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, rule: SIGNER_RULES[code], details })
export const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')
export const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
/** Base64 in its one form: what is read is written again. */
export const isBase64 = (text: string): boolean => text !== '' && Buffer.from(text, 'base64').toString('base64') === text
export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** A request as the signer works on it: its groups read once, its digest, the hashes that will be signed. */
export interface Order {
  readonly request: SodRequest
  readonly groups: ReadonlyMap<number, Uint8Array>
  readonly digest: string
  readonly hashes: (hash: HashName) => Result<GroupHashes, Refusal>
}

/** Reads the groups of a request and hashes them. */
export function orderOf(request: SodRequest): Order {
  const groups = new Map(Object.entries(request.dataGroups).map(([n, text]) => [Number(n), bytes(text)] as const))
  const given = Object.entries(request.hashes ?? {}).map(([n, h]) => [Number(n), h] as const)
  const sha256 = [...groups].map(([n, b]) => [n, createHash('sha256').update(b).digest()] as const)
  return {
    request, groups,
    digest: sodDigestOf(request, [...sha256.map(([n, h]) => [n, h.toString('hex')] as const), ...given]),
    hashes: (hash) => {
      const whole = hash === 'SHA-256' ? sha256.map(([n, h]) => [n, new Uint8Array(h)] as const) : [...groups].map(([n, b]) => [n, crypto.hash(hash, b)] as const)
      const length = whole[0]?.[1].length
      const odd = given.find(([, h]) => h.length / 2 !== length)
      if (odd !== undefined) return refuse('hash-length', { group: odd[0], wanted: length ?? 0, found: odd[1].length / 2 })
      return ok([...whole, ...given.map(([n, h]) => [n, new Uint8Array(Buffer.from(h, 'hex'))] as const)].sort(([a], [b]) => a - b))
    },
  }
}

/**
 * DG1 is read and held against the request: a signer that signs what it does not understand signs anything.
 *
 * @source Doc 9303-3 §4.9, Doc 9303-10 §4.7.1
 */
export function checkDg1(r: SodRequest, dg1Bytes: Uint8Array, now?: Date): Result<true, Refusal> {
  const dg1 = decodeDg1(dg1Bytes)
  if (!dg1.ok || dg1.defects.length > 0) return refuse('dg1-unreadable')
  const mrz = parseMrz(dg1.value.mrz)
  if (!mrz.valid || mrz.format !== 'TD3') return refuse('dg1-check-digit', { fields: mrz.checks.filter((c) => c.outcome === 'failed').map((c) => c.field) })
  const [defect] = mrz.defects
  if (defect !== undefined) return refuse('dg1-field', { field: defect.at, why: defect.says })
  for (const [field, wanted] of [['documentCode', r.documentType], ['issuingState', r.issuingState], ['documentNumber', r.documentNumber]] as const) {
    if (mrz.fields[field] !== wanted) return refuse('dg1-differs', { field, wanted, found: mrz.fields[field] ?? '' })
  }
  if (now === undefined) return ok(true)
  const read = interpretMrz(mrz, { at: now })
  return read.expired === true ? refuse('document-expired', { expiry: read.expiry?.text ?? '' }) : ok(true)
}

/**
 * DG14 and DG15 say the keys that the chip holds, and no other: a wrong one makes a document that cannot prove itself.
 *
 * @source Doc 9303-11 §6.1, §6.2; Doc 9303-10 §4.7.14, §4.7.15
 */
export function checkChipKeys(o: Order): Result<true, Refusal> {
  const { authenticationKey, activeKey } = o.request.chip ?? {}
  const [dg14, dg15] = [o.groups.get(14), o.groups.get(15)]
  const infos = dg14 && decodeDg14(dg14)
  if (infos !== undefined && (!infos.ok || infos.defects.length > 0)) return refuse('data-group-unread', { group: 14 })
  const active = dg15 && decodeDg15(dg15)
  if (active !== undefined && (!active.ok || active.defects.length > 0)) return refuse('data-group-unread', { group: 15 })
  const said = infos?.ok === true ? infos.value.infos.flatMap((i) => (i.kind === 'chip-authentication-public-key' ? [base64(i.publicKey)] : [])) : []
  const wanted = authenticationKey === undefined ? [] : [authenticationKey]
  if (said.length !== wanted.length || said[0] !== wanted[0]) return refuse('chip-key-differs', { group: 14, declared: wanted.length, found: said.length })
  const saidActive = active?.ok === true ? base64(active.value.publicKey) : undefined
  return saidActive === activeKey ? ok(true) : refuse('chip-key-differs', { group: 15, declared: activeKey === undefined ? 0 : 1, found: saidActive === undefined ? 0 : 1 })
}
