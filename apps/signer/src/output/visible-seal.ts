import { ok } from '@causeway/kernel'
import { approvalFeatures, APPROVAL_SEAL, visibleSealDigest, type VisibleSealAnswer, type VisibleSealRequest } from '@causeway/signing'
import { decodeVds, signVds, verifySeal, type Trust, type VdsMessage } from 'icao9303'

import { used, type Answer } from '../answer.ts'
import { base64, crypto, refuse } from '../document.ts'
import { type Memory } from '../memory.ts'
import { credentialOf } from './credential.ts'
import { putOut, type Part } from './output.ts'

const STATE = 'UTO'

export interface MadeSeal { readonly keyId: string; readonly signer: string; readonly seal: Uint8Array }

/** A visible digital seal, examined as anybody would before it leaves. @source Doc 9303-13 §2 */
export async function makeVisibleSeal(m: Memory, o: { readonly definition: Pick<VdsMessage['header'], 'featureReference' | 'category'>; readonly features: VdsMessage['features']; readonly issued: string; /** The document code of the zone in it, where there is one. */ readonly type?: string }): Promise<Answer<MadeSeal>> {
  const credential = credentialOf(m, 'bar-code')
  if (!credential.ok) return credential
  const { key, certificate, authority, scheme } = credential.value
  const { documentTypes } = certificate
  if (o.type !== undefined && documentTypes !== undefined && !documentTypes.includes(o.type) && !documentTypes.includes(o.type.slice(0, 1))) return refuse('document-type-not-allowed', { asked: o.type, allowed: documentTypes })
  const now = m.o.clock.now()
  const header = { version: 4 as const, country: STATE, issued: o.issued, signed: now.toISOString().slice(0, 10), ...o.definition }
  const seal = await used(signVds({ certificate, header, features: o.features }, async (message) => m.o.custody.sign(key.id, message, scheme)))
  if (!seal.ok) return seal
  const trust: Trust = { anchors: [authority], links: [], signers: [certificate], crls: [] }
  const report = await verifySeal(seal.value, { trust, at: now, policy: 'field', crypto })
  const read = decodeVds(seal.value)
  const isRight = report.genuine && read.ok && JSON.stringify(read.value.features.map((f) => [f.tag, base64(f.bytes)])) === JSON.stringify(o.features.map((f) => [f.tag, base64(f.bytes)]))
  return isRight ? ok({ keyId: key.id, signer: certificate.serial, seal: seal.value }) : refuse('own-output-wrong', { why: report.checks.filter((c) => c.outcome !== 'passed').map((c) => `${c.name}: ${c.says}`) })
}

/** The visible digital seal of an approval: the signer writes every word of it from facts that it was given one by one. */
export async function sealVisibly(m: Memory, r: VisibleSealRequest): Promise<Answer<VisibleSealAnswer>> {
  const digest = visibleSealDigest(r)
  const make = async (): Promise<Answer<readonly Part[]>> => {
    const { number, from, to } = r.facts
    const taken = m.o.book.lastAbout('output', `visible-seal/${number}`)
    if (taken !== undefined && taken.contentHash !== digest) return refuse('seal-number-used', { number, request: taken.requestId })
    if (from > to) return refuse('endorsement-dates', { from, to })
    const made = await makeVisibleSeal(m, { definition: APPROVAL_SEAL, features: approvalFeatures(r.facts), issued: m.o.clock.now().toISOString().slice(0, 10) })
    if (!made.ok) return made
    return ok([{ keyId: made.value.keyId, about: number, answer: { seal: base64(made.value.seal), signer: made.value.signer } satisfies VisibleSealAnswer }])
  }
  return putOut(m, { output: 'visible-seal', request: r, digest }, { make, read: ([answer]): VisibleSealAnswer => answer! })
}
