import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { type SealCheck, type Crypto } from 'icao9303'
import { Type, type Static } from 'typebox'

import { Authority } from './message.ts'

const open = { additionalProperties: false } as const
const Name = Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$' })
const DayText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' })
const Hex = (bytes: number) => Type.String({ pattern: `^[0-9a-f]{${2 * bytes}}$` })

/** One endorsement (签注) as its check values protect it. Field names and codes of the production line. @source permits.md §2.2 */
export const EndorsementRecord = Type.Object({
  /** The number of the endorsement (签注号): the zone's number, nine characters at most. */
  viseNo: Type.String({ pattern: '^[A-Z0-9]{1,9}$' }),
  /** Its place in the permit, from 1. */
  visaIndex: Type.Integer({ minimum: 1, maximum: 999 }),
  /** The permit that it stands in. */
  permit: Type.String({ pattern: '^[A-Z0-9]{1,9}$' }),
  visitPlaceCode: Type.Union([Type.Literal('HKG'), Type.Literal('MAC')]),
  viseType: Type.String({ pattern: '^[a-z-]{1,20}$' }),
  /** 1 once, 2 twice, 3 many times. */
  viseTimes: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]),
  visaStartDate: DayText,
  /** The last day. */
  effectiveDate: DayText,
  /** The last day to go out (限制出境日期). */
  latestLeaveDate: DayText,
  stayDays: Type.Integer({ minimum: 1, maximum: 999 }),
  /** 1 days, 2 months, 3 years. */
  timeUnit: Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)]),
  issueDate: DayText,
  issueUnitCode: Name,
}, open)
export type EndorsementRecord = Static<typeof EndorsementRecord>

/** The order of the fields in the canonical text. A field that is added makes a new code. */
const ORDER = [
  'viseNo', 'visaIndex', 'permit', 'visitPlaceCode', 'viseType', 'viseTimes', 'visaStartDate', 'effectiveDate', 'latestLeaveDate', 'stayDays', 'timeUnit', 'issueDate', 'issueUnitCode',
] as const satisfies readonly (keyof EndorsementRecord)[]

/** What the check values are made over: a JSON array in UTF-8, without spaces, of a code and the fields in their order. */
export function endorsementText(r: EndorsementRecord): string {
  return JSON.stringify(['causeway-endorsement-1', ...ORDER.map((k) => r[k])])
}

/** The check values of an endorsement: by a key that only the office has, and by one whose public half anybody may have. */
export const EndorsementCheck = Type.Object({
  /** Which MAC key, from 1, in the order in which they were made. */
  macIndex: Type.Integer({ minimum: 1, maximum: 9_999 }),
  /** AES-CMAC, 16 bytes. */
  macSign: Hex(16),
  /** The signing key: the first 16 digits of SHA-256 over its SubjectPublicKeyInfo. */
  keyId: Hex(8),
  /** ECDSA on P-256 with SHA-256: r and s. */
  signature: Hex(64),
}, open)
export type EndorsementCheck = Static<typeof EndorsementCheck>

/** Asks for the check values of all endorsements of one permit; with zones, for their visible digital seals too. */
export const EndorsementRequest = Type.Object({
  requestId: Name,
  office: Name,
  authority: Authority,
  /** Fresh random bytes: without them the digest in the journal would tell whoever guesses a holder that he is right. */
  salt: Hex(16),
  endorsements: Type.Array(Type.Object({
    record: EndorsementRecord,
    /** The zone of the endorsement, MRV-B: two lines of 36. */
    zone: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z0-9<]{36}$' }), { minItems: 2, maxItems: 2 })),
  }, open), { minItems: 1, maxItems: 9 }),
}, open)
export type EndorsementRequest = Static<typeof EndorsementRequest>
/** In the order of the request. `seal`: a visible digital seal, base64, where a zone was given. */
export interface EndorsementAnswer { readonly endorsements: readonly { readonly check: EndorsementCheck; readonly seal?: string }[] }

/** Asks whether a MAC is ours: only the signer can tell. */
export const EndorsementQuestion = Type.Object({ record: EndorsementRecord, macIndex: Type.Integer({ minimum: 1, maximum: 9_999 }), macSign: Hex(16) }, open)
export type EndorsementQuestion = Static<typeof EndorsementQuestion>
export interface EndorsementVerdict { readonly outcome: 'passed' | 'failed' | 'not-done'; readonly says: string }

/** What an act of the journal authorises: all that will be signed. SHA-256, hex. */
export function endorsementDigest(r: Omit<EndorsementRequest, 'requestId' | 'authority'>): string {
  const list = r.endorsements.map((e) => [endorsementText(e.record), e.zone ?? []])
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(['causeway-endorsements-1', r.office, r.salt, list]))))
}

/** How a signing key of endorsements is named. @param spki - SubjectPublicKeyInfo */
export const endorsementKeyId = (spki: Uint8Array): string => bytesToHex(sha256(spki)).slice(0, 16)

const RULE = 'permits.md §2.2'

/**
 * The signature of an endorsement, by whoever has the public key: an office elsewhere, a border. The MAC says nothing
 * to him: that check is not done, and does not stand in the way.
 *
 * @param keys - SubjectPublicKeyInfo by key id
 */
export async function verifyEndorsement(record: EndorsementRecord, check: EndorsementCheck, o: { readonly keys: ReadonlyMap<string, Uint8Array>; readonly crypto: Crypto }): Promise<readonly SealCheck[]> {
  const spki = o.keys.get(check.keyId)
  const key: SealCheck = spki === undefined
    ? { name: 'endorsement-key', outcome: 'not-done', says: `no key ${check.keyId} is at hand`, clause: RULE }
    : { name: 'endorsement-key', outcome: 'passed', says: check.keyId, clause: RULE }
  const good = spki !== undefined && endorsementKeyId(spki) === check.keyId && await o.crypto.verify({
    spki, scheme: { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' }, message: utf8ToBytes(endorsementText(record)), signature: hexToBytes(check.signature),
  })
  const says = spki === undefined ? 'without the key nothing is known' : good ? 'the office signed this endorsement' : 'the signature is not over this endorsement'
  return [
    key,
    { name: 'endorsement-signature', outcome: spki === undefined ? 'not-done' : good ? 'passed' : 'failed', says, clause: RULE },
    { name: 'endorsement-mac', outcome: 'not-done', excused: true, says: 'only the office’s own signer can tell', clause: RULE },
  ]
}
