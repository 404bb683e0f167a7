import { type Crypto } from '../crypto.ts'
import { missingAnchor, type MissingAnchor } from './anchor.ts'
import { isSignedBy, OID, type Certificate } from './certificate.ts'
import { type Crl } from './crl.ts'
import { type DeviationList } from './deviation-list.ts'
import { foldName, isSameName, renderName } from './name.ts'
import { cscaDefects } from './profile.ts'

/** What a document is judged against. `anchors` are trusted as such; `links` must lead to one of them. */
export interface Trust {
  readonly anchors: readonly Certificate[]
  readonly links: readonly Certificate[]
  readonly signers: readonly Certificate[]
  readonly crls: readonly Crl[]
  /** Lists whose own signer signed them; whether to believe that signer is a question for `verifyList`. */
  readonly deviations?: readonly DeviationList[]
}

/** Something odd on the way to an anchor that did not keep us from it. */
export interface PathNote { readonly code: string; readonly says: string; readonly clause: string }

/** Why an issuer by name is not the issuer, or may not be. */
export type PathTrouble = 'signature' | 'not-authority' | 'not-valid' | 'no-anchor'

export type PathVerdict =
  | { readonly outcome: 'passed'; readonly path: readonly Certificate[]; readonly notes: readonly PathNote[] }
  | {
    readonly outcome: 'failed' | 'not-done'
    readonly says: string
    readonly troubles: readonly PathTrouble[]
    readonly missing: MissingAnchor
  }

interface Index { readonly byName: ReadonlyMap<string, readonly Certificate[]>; readonly anchors: ReadonlySet<Certificate> }
const INDEXED = new WeakMap<Trust, Index>()

function indexOf(trust: Trust): Index {
  const before = INDEXED.get(trust)
  if (before !== undefined) return before
  const byName = new Map<string, Certificate[]>()
  for (const c of [...trust.anchors, ...trust.links]) {
    const key = foldName(c.subject)
    const same = byName.get(key)
    if (same === undefined) byName.set(key, [c])
    else same.push(c)
  }
  const index = { byName, anchors: new Set(trust.anchors) }
  INDEXED.set(trust, index)
  return index
}

/** Certificates that may have issued this one, by name: anchors first, and first those whose key identifier fits. */
function candidates(c: Certificate, trust: Trust): readonly Certificate[] {
  const named = indexOf(trust).byName.get(foldName(c.issuer)) ?? []
  const fits = (i: Certificate): number => Number(i.subjectKeyId === c.authorityKeyId)
  return named.length < 2 ? named : [...named].sort((a, b) => fits(b) - fits(a))
}

interface Step {
  readonly certificate: Certificate
  readonly path: readonly Certificate[]
  /** When the issuer of this certificate must have been valid. */
  readonly at: Date
}

/** Why an issuer by name cannot stand for a certificate; undefined when it can. */
async function troubleWith(step: Step, issuer: Certificate, crypto: Crypto): Promise<{
  readonly code: PathTrouble
  readonly says: string
} | undefined> {
  const name = renderName(issuer.subject)
  if (!(await isSignedBy(step.certificate, issuer, crypto))) return { code: 'signature', says: `${name} did not sign it` }
  const grave = cscaDefects(issuer).find((d) => d.grave)
  if (grave !== undefined) return { code: 'not-authority', says: `${name}: ${grave.says}` }
  if (issuer.notBefore > step.at || step.at > issuer.notAfter) return {
    code: 'not-valid', says: `${name} was not valid at ${step.at.toISOString()}`,
  }
  return undefined
}

function notesOn(c: Certificate, issuer: Certificate): readonly PathNote[] {
  const notes: PathNote[] = []
  const name = renderName(issuer.subject)
  if (c.authorityKeyId !== undefined && issuer.subjectKeyId !== undefined && c.authorityKeyId !== issuer.subjectKeyId) {
    notes.push({
      code: 'key-identifier-differs',
      says: `the certificate names the key ${c.authorityKeyId}, its issuer ${name} has ${issuer.subjectKeyId}`,
      clause: 'Doc 9303-12 Table 6',
    })
  }
  const use = issuer.privateKeyUsage
  if ((use?.from !== undefined && c.notBefore < use.from) || (use?.to !== undefined && c.notBefore > use.to)) {
    notes.push({
      code: 'issuer-key-use',
      says: `${name} issued it on ${c.notBefore.toISOString().slice(0, 10)}, outside the time in which its key may sign`,
      clause: 'Doc 9303-12 §4.1.4.2',
    })
  }
  if (c.isCa && !isSameName(c.subject, c.issuer) && !c.extensions.has(OID.nameChange)) {
    notes.push({
      code: 'name-change-unmarked',
      says: `the link from ${name} to ${renderName(c.subject)} does not say that the name changed`,
      clause: 'Doc 9303-12 §7.1.1.5',
    })
  }
  return notes
}

/**
 * Leads a signer's certificate to an anchor, over link certificates where needed: old key to new, new to old, and over
 * changes of name. The issuer of the signer must have been valid at `at`; a link is judged at the time when it was made,
 * because that is when trust passed from one key to the next.
 *
 * @param at - the time of signing where it is known, else of inspection
 * @source Doc 9303-12 §6.1.1, §6.1.2, §7.1.1.5: own path validation, because the usual libraries refuse explicit curves
 */
export async function findPath(signer: Certificate, trust: Trust, o: { readonly at: Date; readonly crypto: Crypto }): Promise<PathVerdict> {
  const { anchors } = indexOf(trust)
  const seen = new Set<Certificate>([signer])
  const troubles: { readonly code: PathTrouble; readonly says: string }[] = []
  const queue: Step[] = [{ certificate: signer, path: [], at: o.at }]
  let last: Step = queue[0]!
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    last = step
    for (const issuer of candidates(step.certificate, trust)) {
      if (seen.has(issuer)) continue
      const trouble = await troubleWith(step, issuer, o.crypto)
      if (trouble !== undefined) { troubles.push(trouble); continue }
      seen.add(issuer)
      const path = [...step.path, issuer]
      if (anchors.has(issuer)) return {
        outcome: 'passed', path, notes: path.flatMap((c, i) => notesOn(i === 0 ? signer : path[i - 1]!, c)),
      }
      queue.push({ certificate: issuer, path, at: issuer.notBefore })
    }
  }
  return deadEnd(last, trust, { signer, troubles })
}

/**
 * What to say where no way led to an anchor. Nobody of that name, or a link into nothing: the anchor is not at hand,
 * which is no fault of the document.
 */
function deadEnd(
  last: Step, trust: Trust,
  o: { readonly signer: Certificate; readonly troubles: readonly { readonly code: PathTrouble; readonly says: string }[] },
): PathVerdict {
  const missing = missingAnchor(last.certificate, [...trust.anchors, ...trust.links])
  // once an issuer is found, another key of its name that did not sign is no reproach
  const unknown = o.troubles.every((t) => t.code === 'signature' && last.path.length > 0)
  const says = unknown
    ? [
      `no trust anchor is at hand for ${renderName(last.certificate.issuer)} (key ${last.certificate.authorityKeyId ?? 'unnamed'})`,
      ...(last.certificate === o.signer ? [] : [`to which ${last.path.length} link leads`]),
      ...missing.near.map((n) => n.says),
    ]
    : [...new Set(o.troubles.map((t) => t.says)), ...missing.near.filter((n) => n.why === 'same-key-other-name').map((n) => n.says)]
  return {
    outcome: unknown ? 'not-done' : 'failed', says: says.join('; '),
    troubles: unknown ? ['no-anchor'] : [...new Set(o.troubles.map((t) => t.code))], missing,
  }
}
