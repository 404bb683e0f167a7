import { isSame } from '../asn1/value.ts'
import { verifySignedData } from '../cms/signed-data.ts'
import { after, type Awaitable } from '../crypto.ts'
import { renderName } from '../pki/name.ts'
import { type InspectionCheck } from '../report.ts'
import { said, together } from '../sentence.ts'
import { check, PA, type Material } from './material.ts'

/** No signature covers the set of certificates: each must be the signer's, or be known from elsewhere to the byte. */
function strangers(m: Material): readonly string[] {
  const carried = m.sod?.signed.certificates ?? []
  if (carried.length === 0 || (carried.length === 1 && carried[0] === m.ds)) return []
  const { anchors, links, signers } = m.trust
  const known = [...anchors, ...links, ...signers]
  const strange = carried.filter((c) => c !== m.ds && !known.some((k) => isSame(k.der, c.der))).map((c) => `EF.SOD carries the certificate ${c.serial} of ${renderName(c.issuer)}, which is neither the signer's nor known`)
  return carried.length > 0 && m.ds !== undefined && !carried.includes(m.ds) ? ['the certificates in EF.SOD are not the signer’s', ...strange] : strange
}

/** EF.SOD against its profile. */
export function profileCheck(m: Material): InspectionCheck {
  const clause = 'Doc 9303-10 §4.6.2'
  if (m.sod === undefined) return check('sod-profile', m.dump['EF.SOD'] === undefined ? 'not-done' : 'failed', clause, m.sodSays)
  const grave = m.sod.deviations.filter((d) => d.grave)
  if (m.ds !== undefined && m.sod.signed.signer.id.kind === 'issuer' && !isSame(m.sod.signed.signer.id.issuer.der, m.ds.issuer.der)) {
    const says = 'the signer identifier names the issuer in other string types than the certificate'
    m.defects.push({ code: 'sid-name', at: 'EF.SOD', says, clause })
    grave.push({ code: 'sid-name', offset: 0, says, clause, grave: true })
  }
  for (const says of strangers(m)) {
    m.defects.push({ code: 'strange-certificate', at: 'EF.SOD', says, clause })
    grave.push({ code: 'strange-certificate', offset: 0, says, clause, grave: true })
  }
  if (grave.length === 0) return check('sod-profile', 'passed', clause, said('sod-good'))
  const odd = together(grave)
  return m.policy === 'strict' ? check('sod-profile', 'failed', clause, said('sod-odd', odd)) : check('sod-profile', 'passed', clause, said('sod-read', odd))
}

/** Content type, digest and signature. */
export function signatureCheck(m: Material): Awaitable<InspectionCheck> {
  const name = 'sod-signature'
  const { sod, ds } = m
  if (sod === undefined) return check(name, 'not-done', PA, m.sodSays)
  if (ds === undefined) return check(name, 'not-done', PA, said('signer-unknown'))
  return after(verifySignedData(sod.signed, ds, m.crypto), (v) => {
    const evidence = { signer: ds.serial, scheme: sod.signed.signer.scheme.kind, hash: sod.signed.signer.scheme.hash }
    if (!v.ok) return { ...check(name, 'failed', PA, v), evidence }
    if (v.plain) {
      const clause = 'Doc 9303-12 §4.1.6.3'
      m.defects.push({ code: 'raw-ecdsa-signature', at: 'EF.SOD', says: v.says, clause })
      if (m.policy === 'strict') return { ...check(name, 'failed', clause, said('signature-not-der')), evidence }
    }
    return { name, outcome: 'passed', clause: PA, says: v.says, reason: v.reason, evidence }
  })
}
