import { Malformed } from './asn1/tlv.ts'
import { isSame } from './asn1/value.ts'
import { signerCertificate, verifySignedData } from './cms/signed-data.ts'
import { type Crypto } from './crypto.ts'
import { decodeCom } from './lds/com.ts'
import { decodeDg1 } from './lds/dg1.ts'
import { decodeSod, type DecodedSod } from './lds/security-object.ts'
import { parseMrz, type Mrz } from './mrz/parse.ts'
import { type Certificate } from './pki/certificate.ts'
import { countryOf, renderName } from './pki/name.ts'
import { checkRevocation, findPath, type Trust } from './pki/path.ts'
import { dsDefects } from './pki/profile.ts'
import { verdictOf, type Check, type ChipSession, type Defect, type Policy, type VerdictName } from './report.ts'

/** The files of a document by name: `EF.COM`, `EF.SOD`, `DG1` to `DG16`. */
export type Dump = Readonly<Record<string, Uint8Array>>

export interface InspectionOrder {
  readonly trust: Trust
  readonly at: Date
  readonly policy: Policy
  readonly crypto: Crypto
  /** What the reader did with the chip; absent for a dump alone. */
  readonly chip?: ChipSession
}

/** What an inspection found: verdict, every check with its reason, and what the document says of itself. */
export interface InspectionReport {
  readonly verdict: VerdictName
  readonly genuine: boolean
  readonly policy: Policy
  readonly checks: readonly Check[]
  readonly document: {
    readonly mrz: Readonly<Record<string, string>> | undefined
    readonly dataGroups: readonly number[]
    readonly signer: { readonly subject: string; readonly issuer: string; readonly serial: string; readonly notBefore: string; readonly notAfter: string } | undefined
    readonly country: string | undefined
  }
  readonly defects: readonly Defect[]
}

/** Everything that the checks look at, read once. */
interface Material {
  readonly dump: Dump
  readonly order: InspectionOrder
  readonly sod: DecodedSod | undefined
  readonly sodSays: string
  readonly ds: Certificate | undefined
  readonly mrz: Mrz | undefined
  readonly defects: Defect[]
}

const PA = 'Doc 9303-11 §5.1'
const KNOWN_VERSIONS: readonly string[] = ['0107', '0108']
const CHIP_CHECKS: readonly (readonly [string, keyof ChipSession, string])[] = [
  ['access', 'access', 'Doc 9303-11 §4'], ['active-authentication', 'activeAuthentication', 'Doc 9303-11 §6.1'],
  ['chip-authentication', 'chipAuthentication', 'Doc 9303-11 §6.2'], ['terminal-authentication', 'terminalAuthentication', 'Doc 9303-11 §7.1'],
]
const DAY = 86_400_000
const check = (name: string, outcome: Check['outcome'], clause: string, says: string): Check => ({ name, outcome, clause, says })

/** What is unknown stands in the way under `strict`, and is a named defect under `field`. */
function unknown(m: Material, name: string, o: { readonly clause: string; readonly says: string }): Check {
  if (m.order.policy === 'strict') return check(name, 'not-done', o.clause, o.says)
  m.defects.push({ code: name, at: 'trust', says: o.says, clause: o.clause })
  return { ...check(name, 'not-done', o.clause, o.says), excused: true }
}

function gather(dump: Dump, order: InspectionOrder): Material {
  const defects: Defect[] = []
  let sod: DecodedSod | undefined
  let sodSays = 'there is no EF.SOD'
  const bytes = dump['EF.SOD']
  if (bytes !== undefined) {
    try {
      sod = decodeSod(bytes)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      sodSays = `EF.SOD cannot be read: at byte ${error.offset} ${error.expected} is expected`
      defects.push({ code: 'malformed', at: 'EF.SOD', offset: error.offset, says: `expected ${error.expected}`, clause: error.clause })
    }
  }
  for (const d of sod?.deviations ?? []) defects.push({ code: d.code, at: 'EF.SOD', offset: d.offset, says: d.says, clause: d.clause })
  const ds = sod && signerCertificate(sod.signed.signer.id, [...sod.signed.certificates, ...order.trust.signers])
  const dg1 = dump['DG1'] && decodeDg1(dump['DG1'])
  for (const d of dg1?.defects ?? []) defects.push({ code: d.code, at: 'DG1', offset: d.offset, says: d.says, clause: d.clause })
  return { dump, order, sod, sodSays, ds, defects, mrz: dg1?.ok === true ? parseMrz(dg1.value.mrz) : undefined }
}

function comSodAgree(m: Material): Check {
  const name = 'com-sod-agree'
  const clause = 'Doc 9303-10 §4.6.1'
  if (m.sod === undefined) return check(name, 'not-done', clause, m.sodSays)
  const bytes = m.dump['EF.COM']
  if (bytes === undefined) return check(name, 'not-done', clause, 'there is no EF.COM')
  const com = decodeCom(bytes)
  if (!com.ok) return check(name, 'failed', clause, `EF.COM cannot be read: ${com.defects.map((d) => d.says).join('; ')}`)
  for (const d of com.defects) m.defects.push({ code: d.code, at: 'EF.COM', offset: d.offset, says: d.says, clause: d.clause })
  if (!KNOWN_VERSIONS.includes(com.value.ldsVersion) || com.value.unicodeVersion !== '040000') {
    const says = `EF.COM names LDS ${com.value.ldsVersion} and Unicode ${com.value.unicodeVersion}`
    m.defects.push({ code: 'com-version', at: 'EF.COM', says, clause })
    if (m.order.policy === 'strict') return check(name, 'failed', clause, says)
  }
  const [listed, hashed] = [new Set(com.value.groups), new Set(m.sod.object.hashes.keys())]
  const unsigned = [...listed].filter((n) => !hashed.has(n))
  const unlisted = [...hashed].filter((n) => !listed.has(n))
  if (unsigned.length > 0) {
    const says = `EF.COM lists DG${unsigned.join(', DG')}, of which EF.SOD has no hash`
    if (m.order.policy === 'strict' || unsigned.some((n) => m.dump[`DG${n}`] !== undefined)) return check(name, 'failed', clause, says)
    m.defects.push({ code: 'com-lists-absent', at: 'EF.COM', says, clause })
  }
  if (unlisted.length > 0) {
    m.defects.push({ code: 'com-incomplete', at: 'EF.COM', says: `DG${unlisted.join(', DG')} of EF.SOD is not listed`, clause })
    return m.order.policy === 'strict' ? check(name, 'failed', clause, `EF.COM does not list DG${unlisted.join(', DG')}`) : check(name, 'passed', clause, 'every listed data group is signed')
  }
  return check(name, 'passed', clause, 'EF.COM and EF.SOD name the same data groups')
}

function hashChecks(m: Material): readonly Check[] {
  const { sod, dump } = m
  if (sod === undefined) return []
  const present = [...sod.object.hashes].map(([n, hash]): Check => {
    const bytes = dump[`DG${n}`]
    const name = `hash-dg${n}`
    if (bytes === undefined) return { ...check(name, 'not-done', PA, `DG${n} is not in the dump`), excused: true }
    return isSame(m.order.crypto.hash(sod.object.hash, bytes), hash) ? check(name, 'passed', PA, `DG${n} is what was signed`) : check(name, 'failed', PA, `DG${n} is not what was signed`)
  })
  const outside = Object.keys(dump).filter((f) => /^DG\d+$/.test(f) && !sod.object.hashes.has(Number(f.slice(2))))
  // under no policy does a document speak for content that nobody signed
  return [...present, ...outside.map((f) => check(`hash-${f.toLowerCase()}`, 'not-done', PA, `${f} is there and nobody signed it`))]
}

/** No signature covers the set of certificates: each must be the signer's, or be known from elsewhere to the byte. */
function strangers(m: Material): readonly string[] {
  const carried = m.sod?.signed.certificates ?? []
  const { anchors, links, signers } = m.order.trust
  const known = [...anchors, ...links, ...signers]
  const strange = carried.filter((c) => c !== m.ds && !known.some((k) => isSame(k.der, c.der))).map((c) => `EF.SOD carries the certificate ${c.serial} of ${renderName(c.issuer)}, which is neither the signer's nor known`)
  return carried.length > 0 && m.ds !== undefined && !carried.includes(m.ds) ? ['the certificates in EF.SOD are not the signer’s', ...strange] : strange
}

function profileCheck(m: Material): Check {
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
  if (grave.length === 0) return check('sod-profile', 'passed', clause, 'EF.SOD is as the standard prescribes')
  const says = grave.map((d) => d.says).join('; ')
  return m.order.policy === 'strict' ? check('sod-profile', 'failed', clause, says) : check('sod-profile', 'passed', clause, `read with deviations: ${says}`)
}

async function signatureCheck(m: Material): Promise<Check> {
  const name = 'sod-signature'
  if (m.sod === undefined) return check(name, 'not-done', PA, m.sodSays)
  if (m.ds === undefined) return check(name, 'not-done', PA, 'the certificate of the signer is neither in EF.SOD nor among the trust material')
  const v = await verifySignedData(m.sod.signed, m.ds, m.order.crypto)
  if (!v.ok) return check(name, 'failed', PA, v.says)
  if (v.plain) {
    m.defects.push({ code: 'raw-ecdsa-signature', at: 'EF.SOD', says: v.says, clause: 'Doc 9303-12 §4.1.6.3' })
    if (m.order.policy === 'strict') return check(name, 'failed', 'Doc 9303-12 §4.1.6.3', 'the ECDSA signature is not in DER form')
  }
  return check(name, 'passed', PA, v.says)
}

const signingTime = (m: Material): Date | undefined => m.sod?.signed.signer.attributes?.signingTime

function validityCheck(m: Material, ds: Certificate): Check {
  const name = 'ds-validity'
  const clause = 'Doc 9303-12 §7.1'
  const at = signingTime(m) ?? m.order.at
  const when = at.toISOString().slice(0, 10)
  if (signingTime(m) === undefined && at > ds.notAfter) return check(name, 'not-done', clause, `the document signer's certificate ended on ${ds.notAfter.toISOString().slice(0, 10)} and EF.SOD does not say when it was signed`)
  if (at.getTime() > m.order.at.getTime() + DAY) {
    const says = `signed on ${when}, after the inspection`
    m.defects.push({ code: 'signed-later', at: 'EF.SOD', says, clause })
    if (m.order.policy === 'strict') return check(name, 'failed', clause, says)
  }
  if (at < ds.notBefore || at > ds.notAfter) return check(name, 'failed', clause, `the document signer was not valid on ${when} (${ds.notBefore.toISOString().slice(0, 10)} to ${ds.notAfter.toISOString().slice(0, 10)})`)
  const [time, use] = [signingTime(m), ds.privateKeyUsage]
  if (time !== undefined && use !== undefined && ((use.to !== undefined && time > use.to) || (use.from !== undefined && time < use.from))) {
    const says = `signed on ${when}, outside the time in which the key may sign`
    m.defects.push({ code: 'private-key-usage', at: 'EF.SOD', says, clause })
    if (m.order.policy === 'strict') return check(name, 'failed', clause, says)
  }
  return check(name, 'passed', clause, `valid on ${when}`)
}

/** Departures of how a key or signature is written, not of what it may do; each is judged elsewhere. */
const HARMLESS: readonly string[] = ['named-curve', 'sha-1', 'no-document-types']

function dsProfileCheck(m: Material, ds: Certificate): Check {
  const defects = dsDefects(ds)
  for (const d of defects) m.defects.push({ code: `ds-${d.code}`, at: 'document signer', says: d.says, clause: d.clause })
  const grave = defects.filter((d) => d.grave)
  const clause = 'Doc 9303-12 Table 1'
  if (grave.length > 0) return check('ds-profile', 'failed', clause, grave.map((d) => d.says).join('; '))
  const says = defects.length === 0 ? 'as the profile prescribes' : `usable; departs from the profile in: ${defects.map((d) => d.code).join(', ')}`
  const open = defects.some((d) => !HARMLESS.includes(d.code))
  return check('ds-profile', open && m.order.policy === 'strict' ? 'not-done' : 'passed', clause, says)
}

function documentTypeCheck(m: Material, ds: Certificate): Check {
  const name = 'ds-document-type'
  const clause = 'Doc 9303-12 §7.1.1.6'
  const code = m.mrz?.fields['documentCode']
  if (ds.documentTypes === undefined) return unknown(m, name, { clause, says: 'the document signer has no list of document types' })
  if (code === undefined) return check(name, 'not-done', clause, 'the document code cannot be read')
  const may = ds.documentTypes.includes(code) || ds.documentTypes.includes(code.slice(0, 1))
  return check(name, may ? 'passed' : 'failed', clause, may ? `the signer may sign documents of type ${code}` : `the signer may sign ${ds.documentTypes.join(', ')}, not ${code}`)
}

/** The State of the zone must be the one that the signer's certificate names: a trusted State cannot sign for another. */
function issuingStateCheck(m: Material, ds: Certificate): Check {
  const name = 'issuing-state'
  const clause = 'Doc 9303-12 Table 1'
  const state = m.mrz?.fields['issuingState']
  if (ds.issuingStates.length === 0) return unknown(m, name, { clause, says: 'the document signer does not say for which State it signs' })
  if (state === undefined) return check(name, 'not-done', clause, 'the issuing State cannot be read')
  if (ds.issuingStates.includes(state)) return check(name, 'passed', clause, `the signer signs for ${state}`)
  return check(name, m.order.policy === 'strict' ? 'failed' : 'not-done', clause, `the signer signs for ${ds.issuingStates.join(', ')}, the document is of ${state}`)
}

async function trustChecks(m: Material, ds: Certificate): Promise<readonly Check[]> {
  const o = { at: signingTime(m) ?? m.order.at, crypto: m.order.crypto }
  const path = await findPath(ds, m.order.trust, o)
  const trust = path.outcome === 'passed'
    ? check('trust-path', 'passed', 'Doc 9303-12 §7.1', `leads to ${renderName(path.path.at(-1)!.subject)}${path.path.length > 1 ? ` over ${path.path.length - 1} link` : ''}`)
    : check('trust-path', path.outcome, 'Doc 9303-12 §7.1', path.says)
  const revocation = await checkRevocation(ds, m.order.trust, { at: m.order.at, crypto: m.order.crypto })
  const clause = 'Doc 9303-12 §7.1.4'
  return [trust, revocation.outcome === 'not-done' ? unknown(m, 'revocation', { clause, says: revocation.says }) : check('revocation', revocation.outcome, clause, revocation.says)]
}

/** What a reader did with the chip; a dump alone has no chip to ask. @source Doc 9303-11 §4, §6, §7.1 */
function chipChecks(chip: ChipSession | undefined): readonly Check[] {
  return CHIP_CHECKS.map(([name, part, clause]) => {
    const done = chip?.[part]
    if (done === undefined) return check(name, 'not-applicable', clause, 'there is no chip at hand')
    return { ...check(name, done.outcome, clause, done.says), ...(done.evidence === undefined ? {} : { evidence: done.evidence }) }
  })
}

function mrzCheck(m: Material): Check {
  const name = 'mrz-check-digits'
  const clause = 'Doc 9303-3 §4.9'
  if (m.mrz === undefined) return check(name, m.dump['DG1'] === undefined ? 'not-done' : 'failed', clause, m.dump['DG1'] === undefined ? 'DG1 is not in the dump' : 'DG1 cannot be read')
  const wrong = m.mrz.checks.filter((c) => c.outcome === 'failed').map((c) => c.field)
  for (const d of m.mrz.defects) m.defects.push({ code: `mrz-${d.code}`, at: `DG1/${d.at}`, says: d.says, clause: d.clause })
  if (wrong.length > 0 || m.mrz.checks.length === 0) return check(name, 'failed', clause, wrong.length > 0 ? `wrong check digit of ${wrong.join(', ')}` : 'the zone has no known format')
  return check(name, 'passed', clause, 'every check digit is right')
}

/**
 * Passive authentication and conformance of a document. Starts from refused: genuine only when every check
 * that applies was done and passed.
 *
 * @source Doc 9303-11 §5.1, Doc 9303-12 §7.1
 */
export async function inspect(dump: Dump, order: InspectionOrder): Promise<InspectionReport> {
  const m = gather(dump, order)
  const { ds, sod } = m
  const missing = (name: string): Check => check(name, 'not-done', PA, sod === undefined ? m.sodSays : 'there is no certificate of the signer')
  const checks: readonly Check[] = [
    comSodAgree(m), ...hashChecks(m), profileCheck(m), await signatureCheck(m),
    ...(ds === undefined
      ? ['ds-validity', 'ds-profile', 'ds-document-type', 'issuing-state', 'trust-path', 'revocation'].map(missing)
      : [validityCheck(m, ds), dsProfileCheck(m, ds), documentTypeCheck(m, ds), issuingStateCheck(m, ds), ...await trustChecks(m, ds)]),
    mrzCheck(m), ...chipChecks(order.chip),
  ]
  const verdict = verdictOf(checks)
  return {
    verdict, genuine: verdict === 'genuine', policy: order.policy, checks,
    document: {
      mrz: m.mrz?.fields,
      dataGroups: Object.keys(dump).filter((f) => /^DG\d+$/.test(f)).map((f) => Number(f.slice(2))).sort((a, b) => a - b),
      signer: ds && { subject: renderName(ds.subject), issuer: renderName(ds.issuer), serial: ds.serial, notBefore: ds.notBefore.toISOString(), notAfter: ds.notAfter.toISOString() },
      country: m.mrz?.fields['issuingState'] ?? (ds && countryOf(ds.subject)),
    },
    defects: m.defects,
  }
}
