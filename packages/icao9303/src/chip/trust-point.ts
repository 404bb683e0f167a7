import { hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { encodeEfCvca } from '../cvc/authority-file.ts'
import { decodeCvc } from '../cvc/certificate.ts'
import { cvcTrustPoint, importCvc, type CvcTrust } from '../cvc/trust.ts'
import { type ChipMemory } from './state.ts'

/**
 * What a chip takes for true of terminals: the certificates that it was given, and the links that came later, one
 * after the other. Undefined when none of them is a trust point.
 *
 * @source Doc 9303-11 §7.1.4.3
 */
export async function trustOf(m: Pick<ChipMemory, 'trustPoints' | 'today'>, crypto: Crypto): Promise<CvcTrust | undefined> {
  let trust: CvcTrust = { points: [], date: m.today ?? '0000-01-01' }
  for (const text of m.trustPoints) {
    const read = decodeCvc(unhex(text))
    if (!read.ok) continue
    const root = await cvcTrustPoint(read.value, crypto)
    const issuer = trust.points.find((p) => p.chr === read.value.car)
    if (root !== undefined) trust = { points: [root, ...trust.points].slice(0, 2), date: root.effective > trust.date ? root.effective : trust.date }
    else if (issuer !== undefined) {
      const taken = await importCvc(read.value, { issuer, trust, crypto })
      if (taken.ok) trust = taken.trust
    }
  }
  return trust.points.length === 0 ? undefined : trust
}

/** Keeps what a chip learned from a certificate: its day, and a link that became a trust point. @param parts - the content of the certificate, as it was sent */
export function learn(m: ChipMemory, now: CvcTrust, parts: { readonly data: Uint8Array; readonly before: CvcTrust }): void {
  m.today = now.date
  if (now.points.map((p) => p.chr).join() !== parts.before.points.map((p) => p.chr).join()) m.trustPoints.push(hex(tlv(0x7f21, parts.data)))
}

/** EF.CVCA as the chip keeps it: the references of its trust points. @source BSI TR-03110-3 A.6.2.4 */
export const authorityFile = (trust: CvcTrust): Uint8Array => encodeEfCvca(trust.points.map((p) => p.chr))
