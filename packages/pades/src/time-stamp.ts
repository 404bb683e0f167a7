import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { renderName, type Certificate, type Crypto, type HashName } from 'icao9303'
import { childrenOf, Cursor, hashIdentifier, hashOf, integer, integerOf, isSame, Malformed, octets, octetsOf, oid, oidOf, readWhole, sequence, smallOf, TAG, textOf, timeOf, wholeOf, yes, type Tlv } from 'icao9303/der'

import { type SealCheck } from './check.ts'
import { contentTypeOf, messageDigestOf, namesCertificate, readCms, type CmsSignature } from './cms.ts'
import { isValidAt, leadToAnchor, type SealTrust } from './path.ts'

const TSP = 'RFC 3161 §2.4.2'
const ID_TST_INFO = '1.2.840.113549.1.9.16.1.4'
const PURPOSE_TIME_STAMPING = '1.3.6.1.5.5.7.3.8'

export interface TimeStampOrder {
  readonly hash: HashName
  /** The hash of what is to be stamped. */
  readonly imprint: Uint8Array
  /** Random bytes, so that an old answer is not taken for this one. */
  readonly nonce: Uint8Array
  /** The policy that is asked for; the authority's own when absent. */
  readonly policy?: string
}

/** What an authority vouches for: this hash was there at this time. */
export interface TimeStamp {
  readonly at: Date
  readonly policy: string
  readonly serial: string
  readonly hash: HashName
  readonly imprint: Uint8Array
  readonly nonce: bigint | undefined
}

/** A stamp with the message that carries it; `token` is its DER. */
export interface TimeStampToken { readonly token: Uint8Array; readonly info: TimeStamp; readonly cms: CmsSignature }

const nonceOf = (b: Uint8Array): bigint => b.reduce((n, x) => n * 256n + BigInt(x), 0n)
const refuse = (code: string, rule: string, details: Refusal['details'] = {}): { readonly ok: false; readonly error: Refusal } => no({ code, rule, details })

/** The body of `application/timestamp-query`; the certificate of the authority is asked for. @source RFC 3161 §2.4.1 */
export function encodeTimeStampRequest(o: TimeStampOrder): Uint8Array {
  return sequence(
    integer(1), sequence(hashIdentifier(o.hash), octets(o.imprint)), ...(o.policy === undefined ? [] : [oid(o.policy)]), integer(nonceOf(o.nonce)), yes(),
  )
}

function readInfo(bytes: Uint8Array): TimeStamp {
  const c = new Cursor(readWhole(bytes, TAG.sequence, TSP), TSP)
  if (smallOf(c.take(TAG.integer, 'a version')) !== 1) throw new Malformed(TSP, 0, 'version 1')
  const policy = oidOf(c.take(TAG.oid, 'a policy'))
  const [algorithm, hashed, ...more] = childrenOf(c.take(TAG.sequence, 'an imprint'))
  if (algorithm === undefined || hashed === undefined || more.length > 0) throw new Malformed(TSP, 0, 'an imprint')
  const serial = integerOf(c.take(TAG.integer, 'a serial number')).toString(16)
  const at = timeOf(c.take(TAG.time, 'a time'), TSP)
  c.maybe(TAG.sequence) // accuracy
  c.maybe(TAG.boolean) // ordering
  const nonce = c.maybe(TAG.integer)
  return { at, policy, serial, hash: hashOf(algorithm), imprint: octetsOf(hashed), nonce: nonce && integerOf(nonce) }
}

/** @throws Malformed: for the package only */
export function readTimeStamp(token: Uint8Array): TimeStampToken {
  const cms = readCms(token)
  if (cms.contentType !== ID_TST_INFO || cms.content === undefined) throw new Malformed(TSP, 0, 'a time stamp')
  return { token, info: readInfo(cms.content), cms }
}

const FAULTS: Readonly<Record<number, string>> = {
  0: 'badAlg', 2: 'badRequest', 5: 'badDataFormat', 14: 'timeNotAvailable', 15: 'unacceptedPolicy', 16: 'unacceptedExtension', 17: 'addInfoNotAvailable', 25: 'systemFailure',
}

function readStatus(t: Tlv): { readonly status: number; readonly says: readonly string[] } {
  const [status, ...more] = childrenOf(t)
  const says = more.flatMap((m) => {
    if (m.tag === TAG.sequence) return childrenOf(m).map((x) => textOf(x))
    const bits = [...m.bytes.subarray(m.body + 1, m.end)].flatMap((b, i) => Array.from({ length: 8 }, (_, n) => ((b & (0x80 >> n)) === 0 ? -1 : 8 * i + n)))
    return bits.filter((n) => n >= 0).map((n) => FAULTS[n] ?? `fault ${n}`)
  })
  return { status: status === undefined ? -1 : smallOf(status), says }
}

/**
 * The stamp in an authority's answer, held against what was asked: granted, the same hash, nonce and policy. Whether the
 * authority may be trusted is another question: `verifyTimeStamp`.
 *
 * @returns refuses with `time-stamp-unreadable`, `time-stamp-refused` and `time-stamp-differs`
 * @source RFC 3161 §2.4.2
 */
export function parseTimeStampAnswer(body: Uint8Array, asked: TimeStampOrder): Result<TimeStampToken, Refusal> {
  try {
    const c = new Cursor(readWhole(body, TAG.sequence, TSP), TSP)
    const { status, says } = readStatus(c.take(TAG.sequence, 'a status'))
    if (status !== 0 && status !== 1) return refuse('time-stamp-refused', TSP, { status, why: says })
    const token = readTimeStamp(wholeOf(c.take(TAG.sequence, 'a token')).slice())
    c.done()
    const { info } = token
    const differs = info.hash !== asked.hash || !isSame(info.imprint, asked.imprint) ? 'messageImprint' : info.nonce !== nonceOf(asked.nonce) ? 'nonce' : asked.policy !== undefined && info.policy !== asked.policy ? 'policy' : undefined
    return differs === undefined ? ok(token) : refuse('time-stamp-differs', TSP, { field: differs })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return refuse('time-stamp-unreadable', error.clause, { why: error.message })
  }
}

/** Whether content type, digest and signature of a message that carries its content are good under a certificate. */
async function isSealed(c: CmsSignature, by: Certificate, crypto: Crypto): Promise<boolean> {
  const digest = messageDigestOf(c)
  if (c.content === undefined || contentTypeOf(c) !== c.contentType || digest === undefined || !isSame(digest, crypto.hash(c.digest, c.content))) return false
  return crypto.verify({ spki: by.spki, scheme: c.scheme, message: c.message, signature: c.signature })
}

export interface TimeStampInspection { readonly trust: SealTrust; readonly crypto: Crypto; /** What must have been stamped. */ readonly stamped: Uint8Array }

/**
 * One check of a time stamp: its imprint, its signature, the certificate that it names, that certificate's only purpose,
 * and its way to an authority at the time that it states.
 *
 * @source RFC 3161 §2.3 and §2.4.2, RFC 5816 §2.2, RFC 5280 §6.1
 */
export async function verifyTimeStamp(t: TimeStampToken, o: TimeStampInspection): Promise<SealCheck> {
  const check = (outcome: SealCheck['outcome'], says: string, clause = TSP): SealCheck => ({ name: 'time-stamp', outcome, says, clause, evidence: { at: t.info.at, policy: t.info.policy, serial: t.info.serial } })
  const { signer } = t.cms
  if (!isSame(t.info.imprint, o.crypto.hash(t.info.hash, o.stamped))) return check('failed', 'it is for other bytes')
  if (signer === undefined) return check('not-done', 'the certificate of the authority is not in it')
  if (!(await isSealed(t.cms, signer, o.crypto))) return check('failed', 'the authority did not sign it')
  if (namesCertificate(t.cms, signer, o.crypto) !== 'named') return check('failed', 'it does not name the certificate that it was signed under', 'RFC 5816 §2.2.1')
  const purposes = signer.extendedKeyUsage ?? []
  const isCritical = signer.extensions.get('2.5.29.37')?.critical === true
  if (purposes.length !== 1 || purposes[0] !== PURPOSE_TIME_STAMPING || !isCritical) return check('failed', 'its certificate is not for time stamps alone', 'RFC 3161 §2.3')
  if (!isValidAt(signer, t.info.at)) return check('failed', `the certificate of ${renderName(signer.subject)} was not valid then`, 'RFC 5280 §6.1')
  const way = await leadToAnchor(signer, { anchors: o.trust.timeAuthorities, carried: t.cms.certificates, at: t.info.at, crypto: o.crypto })
  return check(way.outcome, `${t.info.at.toISOString()}: ${way.says}`, 'RFC 5280 §6.1')
}
