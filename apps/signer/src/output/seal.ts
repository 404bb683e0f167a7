import { ok } from '@causeway/kernel'
import { sealAttributes, sealMessage } from '@causeway/pades'
import { sealDigest, sealStatement, type SealAnswer, type SealRequest } from '@causeway/signing'

import { used, type Answer } from '../answer.ts'
import { base64, crypto, refuse } from '../document.ts'
import { type Memory } from '../memory.ts'
import { credentialOf } from './credential.ts'
import { putOut, type Part } from './output.ts'
import { askTimeStamp, type TimeStampAuthority } from './time-stamp.ts'

/**
 * The approval seal on a paper. A seal is set under what it is for, and never under a hash alone: kind, number and act
 * stand in the signature; the act is in the journal that this signer anchored and fixed this very content; and a number
 * is sealed for one content. So the worst that a server can do is to put false words under the number of its own act,
 * where the journal and the visible digital seal say otherwise.
 */
export async function sealPaper(m: Memory, r: SealRequest, authority: TimeStampAuthority | undefined): Promise<Answer<SealAnswer>> {
  const digest = sealDigest(r)
  const make = async (): Promise<Answer<readonly Part[]>> => {
    const about = `${r.kind}/${r.number}`
    const taken = m.o.book.lastAbout('output', `seal/${about}`)
    if (taken !== undefined && taken.contentHash !== digest) return refuse('seal-number-used', { number: r.number, request: taken.requestId })
    const credential = credentialOf(m, 'seal')
    if (!credential.ok) return credential
    const { key, certificate, authority: issuer, scheme } = credential.value
    const attributes = sealAttributes({ digest: new Uint8Array(Buffer.from(r.digest, 'hex')), signer: certificate, statement: sealStatement(r) }, crypto)
    const signature = await used(m.o.custody.sign(key.id, attributes, scheme))
    if (!signature.ok) return signature
    if (!(await crypto.verify({ spki: certificate.spki, scheme, message: attributes, signature: signature.value }))) return refuse('own-output-wrong')
    const stamp = authority && await askTimeStamp(authority, crypto.hash('SHA-256', signature.value))
    if (stamp?.ok === false) return refuse('time-stamp-missing', { why: stamp.error.code })
    const message = sealMessage({ attributes, signature: signature.value, scheme, signer: certificate, chain: [issuer], ...(stamp === undefined ? {} : { timeStamp: stamp.value.token }) })
    return ok([{ keyId: key.id, about, answer: { signature: base64(message), signer: certificate.serial, stamped: stamp !== undefined } satisfies SealAnswer }])
  }
  return putOut(m, { output: 'seal', request: r, digest }, { make, read: ([answer]): SealAnswer => answer! })
}
