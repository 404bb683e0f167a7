import { renderName, verdictOf, type Certificate, type Crypto, type Policy, type VerdictName } from 'icao9303'
import { isSame, Malformed } from 'icao9303/der'

import { changesSince } from './change.ts'
import { type SealCheck } from './check.ts'
import { contentTypeOf, ID_DATA, messageDigestOf, namesCertificate, readCms, statementOf, timeStampOf, type CmsSignature } from './cms.ts'
import { catalogRef, openFile, type PdfFile } from './file.ts'
import { dictOf, isArray, isDict, isRef, isText, nameOf, renderText, Unreadable, type PdfDict, type PdfValue } from './object.ts'
import { isValidAt, leadToAnchor, lookUpRevocation, strangeIn, type SealTrust } from './path.ts'
import { readTimeStamp, verifyTimeStamp } from './time-stamp.ts'

export interface PdfInspection {
  readonly trust: SealTrust
  /** The time of the inspection. */
  readonly at: Date
  /** `field`: unknown revocation is named and does not stand in the way. */
  readonly policy: Policy
  readonly crypto: Crypto
}

/** One seal of a PDF. Genuine only when every check that applies was done and passed. */
export interface SealFinding {
  readonly field: string
  readonly verdict: VerdictName
  readonly genuine: boolean
  readonly checks: readonly SealCheck[]
  readonly signer: Certificate | undefined
  /** What the signature itself says that it is set under. */
  readonly statement: string | undefined
  /** When it was set, as the signer says. */
  readonly claimedAt: string | undefined
  /** When it was there for certain: the time stamp's. */
  readonly stampedAt: Date | undefined
}

/** Faulty when a seal is; genuine when there are seals, all are, and the last covers the whole file. */
export interface PdfReport { readonly verdict: VerdictName; readonly genuine: boolean; readonly checks: readonly SealCheck[]; readonly seals: readonly SealFinding[] }

const RANGE = 'ISO 32000-1 §12.8.1'
const PADES = 'ETSI EN 319 142-1 §6.3'
const FIELD_LIMIT = 1_000
/** Purposes under which a key may seal documents. @source RFC 9336 §3.1, RFC 5280 §4.2.1.12 */
const PURPOSES = new Set(['1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.4', '2.5.29.37.0'])

interface Place { readonly field: string; readonly number: number; readonly dict: PdfDict }

/** The signatures of a file, in the order of its form. */
function placesOf(f: PdfFile): readonly Place[] {
  const form = dictOf(f.get(dictOf(f.object(catalogRef(f).number)).entries.get('AcroForm')))
  const found: Place[] = []
  const seen = new Set<number>()
  const walk = (v: PdfValue, o: { readonly name: string; readonly kind: string | undefined; readonly depth: number }): void => {
    if (!isRef(v) || seen.has(v.number) || o.depth > 32 || seen.size > FIELD_LIMIT) return
    seen.add(v.number)
    const field = dictOf(f.object(v.number))
    const name = [o.name, renderText(f.get(field.entries.get('T')))].filter((x) => x !== undefined && x !== '').join('.')
    const kind = nameOf(field.entries.get('FT')) ?? o.kind
    const value = field.entries.get('V')
    if (kind === 'Sig' && isRef(value)) { const dict = f.get(value); if (isDict(dict)) found.push({ field: name, number: value.number, dict }) }
    const kids = f.get(field.entries.get('Kids'))
    if (isArray(kids)) for (const k of kids.items) walk(k, { name, kind, depth: o.depth + 1 })
  }
  const fields = f.get(form.entries.get('Fields'))
  if (isArray(fields)) for (const v of fields.items) walk(v, { name: '', kind: undefined, depth: 0 })
  return found
}

type Range = readonly [number, number, number, number]
const make = (name: string, outcome: SealCheck['outcome'], says: string, clause: string): SealCheck => ({ name, outcome, says, clause })

/** The byte range leaves out the signature and nothing else. */
function rangeOf(f: PdfFile, p: Place): { readonly check: SealCheck; readonly range?: Range; readonly contents?: Uint8Array } {
  const bad = (says: string): { readonly check: SealCheck } => ({ check: make('byte-range', 'failed', says, RANGE) })
  const [list, contents] = [f.get(p.dict.entries.get('ByteRange')), p.dict.entries.get('Contents')]
  if (!f.isPlain(p.number) || !isText(contents)) return bad('the signature does not stand in the file itself')
  const range = isArray(list) ? list.items.map(f.get) : []
  if (range.length !== 4 || range.some((n) => typeof n !== 'number' || !Number.isSafeInteger(n) || n < 0)) return bad('the byte range is not of two parts')
  const [a, b, c, d] = range as unknown as Range
  if (a !== 0 || b !== contents.at || c !== contents.end || c + d > f.bytes.length) return bad('the byte range leaves out more than the signature')
  return { check: make('byte-range', 'passed', `bytes 0–${b} and ${c}–${c + d} of ${f.bytes.length}`, RANGE), range: [a, b, c, d], contents: contents.bytes }
}

/** What was done after a seal was set. */
function laterCheck(f: PdfFile, p: Place, [, , c, d]: Range): SealCheck {
  const name = 'later-changes'
  if (c + d === f.bytes.length) return make(name, 'passed', 'the seal covers the whole file', RANGE)
  try {
    const sealed = openFile(f.bytes.subarray(0, c + d))
    const then = dictOf(sealed.object(p.number)).entries.get('Contents')
    const now = p.dict.entries.get('Contents')
    if (!isText(then) || !isText(now) || then.at !== now.at) return make(name, 'failed', 'the seal was not there in what it covers', RANGE)
    const change = changesSince(sealed, f)
    if (change.outcome === 'other') return make(name, 'failed', `changed after sealing: ${change.says}`, RANGE)
    return make(name, 'passed', change.outcome === 'none' ? 'nothing was changed after sealing' : `${change.count} more seals were set after it, nothing else was changed`, RANGE)
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return make(name, 'failed', `what was added after sealing cannot be read: ${error.message}`, error.clause)
  }
}

function formCheck(dict: PdfDict, policy: Policy): SealCheck {
  const form = nameOf(dict.entries.get('SubFilter')) ?? 'none'
  if (form === 'ETSI.CAdES.detached') return make('seal-form', 'passed', form, PADES)
  return make('seal-form', form === 'adbe.pkcs7.detached' && policy === 'field' ? 'passed' : 'not-done', `the form ${form} is not that of PAdES`, PADES)
}

function algorithmCheck(c: CmsSignature, signer: Certificate): SealCheck {
  const weak = c.scheme.hash === 'SHA-1' || c.digest === 'SHA-1' ? 'SHA-1' : signer.curve === undefined && (signer.keyBits ?? 0) < 2_048 ? `RSA with ${signer.keyBits ?? 0} bits` : c.scheme.kind === 'dsa' ? 'DSA' : undefined
  return weak === undefined ? make('seal-algorithm', 'passed', `${c.scheme.kind} with ${c.scheme.hash}`, 'ETSI TS 119 312') : make('seal-algorithm', 'failed', `${weak} is no longer enough`, 'ETSI TS 119 312')
}

function purposeCheck(c: Certificate): SealCheck {
  const [usage, purposes, clause] = [c.keyUsage, c.extendedKeyUsage, 'RFC 5280 §4.2.1.3, RFC 9336 §3.1']
  const maySign = usage === undefined || usage.includes('digitalSignature') || usage.includes('nonRepudiation')
  const isMeant = purposes === undefined || purposes.some((p) => PURPOSES.has(p))
  const strange = strangeIn(c)
  if (strange.length > 0) return make('signer-purpose', 'failed', `critical extensions that are not known: ${strange.join(', ')}`, 'RFC 5280 §4.2')
  return maySign && isMeant && !c.isCa ? make('signer-purpose', 'passed', 'the key is for sealing documents', clause) : make('signer-purpose', 'failed', 'the key is not for sealing documents', clause)
}

/** The stamp on a signature, and the time from which on the seal was there. */
async function stampOf(c: CmsSignature, o: PdfInspection): Promise<{ readonly check: SealCheck; readonly at: Date | undefined }> {
  const der = timeStampOf(c)
  if (der === undefined) return { check: make('time-stamp', 'not-applicable', 'there is none; the time is the signer’s word', PADES), at: undefined }
  try {
    const token = readTimeStamp(der)
    const check = await verifyTimeStamp(token, { trust: o.trust, crypto: o.crypto, stamped: c.signature })
    return { check, at: check.outcome === 'passed' ? token.info.at : undefined }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { check: make('time-stamp', 'failed', error.message, error.clause), at: undefined }
  }
}

async function signerChecks(c: CmsSignature, signer: Certificate, o: PdfInspection & { readonly when: Date }): Promise<readonly SealCheck[]> {
  const named = namesCertificate(c, signer, o.crypto)
  const good = await o.crypto.verify({ spki: signer.spki, scheme: c.scheme, message: c.message, signature: c.signature })
  const way = await leadToAnchor(signer, { anchors: o.trust.authorities, carried: c.certificates, at: o.when, crypto: o.crypto })
  const revoked = way.path[0] === undefined ? { outcome: 'not-done' as const, says: 'without an authority there is no list' } : await lookUpRevocation(signer, way.path[0], { crls: o.trust.crls, at: o.at, crypto: o.crypto })
  const [from, to] = [signer.notBefore, signer.notAfter].map((d) => d.toISOString().slice(0, 10))
  return [
    make('seal-signature', good ? 'passed' : 'failed', good ? `${renderName(signer.subject)} signed it` : 'the signature is not the signer’s', 'RFC 5652 §5.6'),
    algorithmCheck(c, signer),
    make('signing-certificate', named === 'named' ? 'passed' : named === 'another' ? 'failed' : o.policy === 'field' ? 'not-applicable' : 'not-done', { named: 'the signature names the certificate', another: 'the signature names another certificate', nobody: 'the signature names no certificate' }[named], 'RFC 5035 §4'),
    purposeCheck(signer),
    make('signer-validity', isValidAt(signer, o.when) ? 'passed' : 'failed', `valid from ${from} to ${to}`, 'RFC 5280 §4.1.2.5'),
    make('trust-path', way.outcome, way.says, 'RFC 5280 §6.1'),
    { ...make('revocation', revoked.outcome, revoked.says, 'RFC 5280 §6.3'), ...(revoked.outcome === 'not-done' && o.policy === 'field' ? { excused: true as const } : {}) },
  ]
}

async function inspectSeal(f: PdfFile, p: Place, o: PdfInspection): Promise<SealFinding> {
  const checks: SealCheck[] = [formCheck(p.dict, o.policy)]
  let cms: CmsSignature | undefined
  let stampedAt: Date | undefined
  const { check, range, contents } = rangeOf(f, p)
  checks.push(check)
  if (range !== undefined && contents !== undefined) {
    checks.push(laterCheck(f, p, range))
    try {
      cms = readCms(contents, 'padded')
      const covered = new Uint8Array(Buffer.concat([f.bytes.subarray(0, range[1]), f.bytes.subarray(range[2], range[2] + range[3])]))
      const digest = messageDigestOf(cms)
      const fits = contentTypeOf(cms) === ID_DATA && cms.contentType === ID_DATA && cms.content === undefined && digest !== undefined && isSame(digest, o.crypto.hash(cms.digest, covered))
      checks.push(make('seal-digest', fits ? 'passed' : 'failed', fits ? `${cms.digest} of the byte range` : 'the document is not the one that was sealed', 'RFC 5652 §11.2'))
      const stamp = await stampOf(cms, o)
      stampedAt = stamp.at
      checks.push(stamp.check)
      if (cms.signer === undefined) checks.push(make('seal-signature', 'not-done', 'the certificate of the signer is not in it', PADES))
      else checks.push(...(await signerChecks(cms, cms.signer, { ...o, when: stampedAt ?? o.at })))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      checks.push(make('seal-signature', 'failed', error.message, error.clause))
    }
  }
  const verdict = verdictOf(checks)
  return { field: p.field, verdict, genuine: verdict === 'genuine', checks, signer: cms?.signer, statement: cms && readStatement(cms), claimedAt: renderText(p.dict.entries.get('M')), stampedAt }
}

function readStatement(c: CmsSignature): string | undefined {
  try {
    return statementOf(c)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** What is true of the file: it can be read, it is sealed, and nothing stands after the last seal. */
function fileChecks(f: PdfFile, places: readonly Place[]): readonly SealCheck[] {
  const ends = places.map((p) => rangeOf(f, p).range).map((r) => (r === undefined ? 0 : r[2] + r[3]))
  return [
    make('pdf-form', 'passed', `a PDF of ${f.bytes.length} bytes`, 'ISO 32000-1 §7.5'),
    places.length === 0 ? make('pdf-sealed', 'not-done', 'no seal is on it', RANGE) : make('pdf-sealed', 'passed', `${places.length} seals`, RANGE),
    ...(places.length > 0 && !ends.includes(f.bytes.length) ? [make('pdf-covered', 'failed', 'something stands after the last seal', RANGE)] : []),
  ]
}

/**
 * Examines the seals of a PDF: what each covers, who set it, the way to an authority, the time, and whether anything
 * was changed after. Whatever the bytes are, the answer is a report.
 *
 * @source ISO 32000-1 §12.8, ETSI EN 319 142-1 §6.3, RFC 5652, RFC 5280 §6, RFC 3161
 */
export async function verifyPdfSignature(bytes: Uint8Array, o: PdfInspection): Promise<PdfReport> {
  try {
    const f = openFile(bytes)
    const places = placesOf(f)
    const seals: SealFinding[] = []
    for (const p of places) seals.push(await inspectSeal(f, p, o))
    const checks = fileChecks(f, places)
    const verdict = verdictOf([...checks, ...seals.flatMap((s) => s.checks)])
    return { verdict, genuine: verdict === 'genuine', checks, seals }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    return { verdict: 'faulty', genuine: false, checks: [make('pdf-form', 'failed', error.message, error.clause)], seals: [] }
  }
}
