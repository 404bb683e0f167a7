import { createHash } from 'node:crypto'

import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { SIGNER_RULES, type SignerRefusal, type SodRequest } from '@causeway/signing'
import { decodeDg1, encodeCom, inspect, parseMrz, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

export const crypto = nodeCrypto()

export const refuse = (code: SignerRefusal, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, rule: SIGNER_RULES[code], details })
export const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')
export const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/**
 * What makes two requests the same: all that is signed, and the act that asks for it. The version of the act is
 * left out, because a job that is made again on a new blank asks for the same signature.
 */
export const contentHash = (r: SodRequest): string => createHash('sha256')
  .update(JSON.stringify([r.office, r.authority.kind, r.authority.id, r.documentType, r.issuingState, r.documentNumber, Object.entries(r.dataGroups).sort(([a], [b]) => Number(a) - Number(b))]))
  .digest('hex')

/** The data groups of a request, in order of their numbers. */
export const groupsOf = (r: SodRequest): ReadonlyMap<number, Uint8Array> => new Map(
  Object.entries(r.dataGroups).map(([n, b]) => [Number(n), bytes(b)] as const).sort(([a], [b]) => a - b),
)

/**
 * DG1 is read and held against the request: a signer that signs what it does not understand signs anything.
 *
 * @source Doc 9303-3 §4.9, Doc 9303-10 §4.7.1
 */
export function checkDg1(r: SodRequest, dg1Bytes: Uint8Array): Result<true, Refusal> {
  const dg1 = decodeDg1(dg1Bytes)
  if (!dg1.ok || dg1.defects.length > 0) return refuse('dg1-unreadable')
  const mrz = parseMrz(dg1.value.mrz)
  if (!mrz.valid || mrz.format !== 'TD3') return refuse('dg1-check-digit', { fields: mrz.checks.filter((c) => c.outcome === 'failed').map((c) => c.field) })
  const [defect] = mrz.defects
  if (defect !== undefined) return refuse('dg1-field', { field: defect.at, why: defect.says })
  for (const [field, wanted] of [['documentCode', r.documentType], ['issuingState', r.issuingState], ['documentNumber', r.documentNumber]] as const) {
    if (mrz.fields[field] !== wanted) return refuse('dg1-differs', { field, wanted, found: mrz.fields[field] ?? '' })
  }
  return ok(true)
}

/** Nothing leaves unverified: the fresh EF.SOD is inspected as anybody would. */
export async function isRight(o: { readonly sod: Uint8Array; readonly groups: ReadonlyMap<number, Uint8Array>; readonly csca: Certificate; readonly at: Date }): Promise<boolean> {
  const files = Object.fromEntries([...o.groups].map(([n, b]) => [`DG${n}`, b]))
  const com = encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [...o.groups.keys()] })
  const report = await inspect({ ...files, 'EF.COM': com, 'EF.SOD': o.sod }, { trust: { anchors: [o.csca], links: [], signers: [], crls: [] }, at: o.at, policy: 'field', crypto })
  return report.genuine
}
