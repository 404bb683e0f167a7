import { childrenOf, Malformed, readTlv, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { hex, oidOf, TAG } from '../asn1/value.ts'
import { verifySignedData } from '../cms/signed-data.ts'
import { after, type Awaitable } from '../crypto.ts'
import { decodeCardSecurity, type CardSecurity } from '../lds/card-security.ts'
import { decodeSecurityInfos } from '../lds/security-info.ts'
import { arcsAfter, OID_PACE } from '../lds/security-protocol.ts'
import { type Certificate } from '../pki/certificate.ts'
import { type InspectionCheck } from '../report.ts'
import { said, together, type Said } from '../sentence.ts'
import { check, unknown, type Material } from './material.ts'

const ACCESS = 'Doc 9303-11 §4.2'
const SECURITY = 'Doc 9303-10 §3.11.4'
const BER = { mode: 'ber' } as const

/** The entries of a SET OF SecurityInfo, each as its bytes, and whether it offers PACE. */
type Entries = ReadonlyMap<string, 'pace' | 'other'>

const kindOf = (entry: Tlv): 'pace' | 'other' => {
  const [protocol] = childrenOf(entry, BER)
  return protocol?.tag === TAG.oid && arcsAfter(oidOf(protocol), OID_PACE) !== undefined ? 'pace' : 'other'
}

/** Undefined when they cannot be read. */
function entriesIn(bytes: Uint8Array, find: (whole: Tlv) => Tlv): Entries | undefined {
  try {
    return new Map(childrenOf(find(readTlv(bytes, 0, bytes.length, BER)), BER).map((t) => [hex(wholeOf(t)), kindOf(t)]))
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

const inGroup = (file: Tlv): Tlv => readTlv(file.bytes, file.body, file.end, BER)

/** Entries of the file that vouches for EF.CardAccess, with its name; undefined when none is at hand. */
function vouching(m: Material, security: CardSecurity | undefined): { readonly file: string; readonly entries: Entries | undefined } | undefined {
  const dg14 = m.dump['DG14']
  if (dg14 !== undefined) return { file: 'DG14', entries: entriesIn(dg14, inGroup) }
  return security && { file: 'EF.CardSecurity', entries: entriesIn(security.signed.content, (set) => set) }
}

/** The entries of EF.CardAccess, DG14 and EF.CardSecurity, as far as they are there and can be read. */
const offering = (m: Material, security: CardSecurity | undefined): readonly (readonly [file: string, entries: Entries | undefined])[] => [
  ['EF.CardAccess', m.dump['EF.CardAccess'] && entriesIn(m.dump['EF.CardAccess'], (set) => set)],
  ['DG14', m.dump['DG14'] && entriesIn(m.dump['DG14'], inGroup)],
  ['EF.CardSecurity', security && entriesIn(security.signed.content, (set) => set)],
]

/**
 * A chip that offers PACE is opened by PACE: where it was not, somebody may have hidden the offer on the way.
 *
 * @source Doc 9303-11 §4.2
 */
function paceCheck(m: Material, security: CardSecurity | undefined): InspectionCheck {
  const name = 'pace-used'
  if (m.chip === undefined) return NO_CHIP
  if (m.chip.accessedBy === 'PACE') return check(name, 'passed', ACCESS, said('pace-used'))
  const file = offering(m, security).find(([, entries]) => entries !== undefined && [...entries.values()].includes('pace'))?.[0]
  if (file === undefined) return check(name, 'not-applicable', ACCESS, said('pace-not-offered'))
  const sentence = said('pace-unused', { file })
  if (m.policy === 'strict') return check(name, 'failed', ACCESS, sentence)
  m.defects.push({ code: 'pace-hidden', at: file, says: sentence.says, clause: ACCESS })
  return { ...check(name, 'not-done', ACCESS, sentence), excused: true }
}

/**
 * EF.CardAccess is read before anything protects it: whoever stands between could have struck out the stronger protocols.
 * What it says must stand in DG14 or EF.CardSecurity too, which are signed, and every PACE of theirs in it.
 *
 * @source Doc 9303-11 §4.2
 */
function accessCheck(m: Material, security: CardSecurity | undefined): InspectionCheck {
  const name = 'card-access'
  const bytes = m.dump['EF.CardAccess']
  if (bytes === undefined) return NO_FILES[0]!
  const read = decodeSecurityInfos(bytes)
  for (const d of read.defects) m.defects.push({ code: d.code, at: 'EF.CardAccess', offset: d.offset, says: d.says, clause: d.clause })
  const told = entriesIn(bytes, (set) => set)
  if (!read.ok || told === undefined) return check(name, 'failed', ACCESS, said('card-access-unreadable'))
  if (read.defects.length > 0 && m.policy === 'strict') return check(name, 'failed', ACCESS, said('card-access-form', together(read.defects)))
  const by = vouching(m, security)
  if (by === undefined) {
    // the file that could vouch exists and was not read: as with any data group that is not there, no fault
    if (m.sod?.object.hashes.has(14) === true) return { ...check(name, 'not-done', ACCESS, said('card-access-unread')), excused: true }
    return unknown(m, name, ACCESS, said('card-access-unvouched'))
  }
  if (by.entries === undefined) return check(name, 'failed', ACCESS, said('card-access-voucher', { file: by.file }))
  const strange = [...told.keys()].filter((e) => by.entries?.has(e) !== true)
  if (strange.length > 0) return { ...check(name, 'failed', ACCESS, said('card-access-strange', { file: by.file })), evidence: { strange } }
  const struck = [...by.entries].filter(([e, kind]) => kind === 'pace' && !told.has(e)).map(([e]) => e)
  if (struck.length > 0) return { ...check(name, 'failed', ACCESS, said('card-access-struck', { file: by.file })), evidence: { struck } }
  return check(name, 'passed', ACCESS, said('card-access-same', { file: by.file }))
}

function readSecurity(m: Material): CardSecurity | undefined {
  const bytes = m.dump['EF.CardSecurity']
  if (bytes === undefined) return undefined
  const read = decodeCardSecurity(bytes)
  for (const d of read.defects) m.defects.push({ code: d.code, at: 'EF.CardSecurity', offset: d.offset, says: d.says, clause: d.clause })
  return read.ok ? read.value : undefined
}

/** Its signature, and that its signer is one of the State whose document it is. */
function securityCheck(m: Material, security: CardSecurity | undefined): Awaitable<InspectionCheck> {
  const name = 'card-security'
  const say = (outcome: InspectionCheck['outcome'], sentence: Said): InspectionCheck => check(name, outcome, SECURITY, sentence)
  if (m.dump['EF.CardSecurity'] === undefined) return NO_FILES[1]!
  if (security === undefined) return say('failed', said('card-security-unreadable'))
  const grave = security.signed.deviations.filter((d) => d.grave)
  if (grave.length > 0 && m.policy === 'strict') return say('failed', said('card-security-form', together(grave)))
  const { signer } = security
  if (signer === undefined) return say('failed', said('card-security-signer'))
  if (security.signed.certificates.length > 1 && m.policy === 'strict') return say('failed', said('card-security-unsigned'))
  return after(verifySignedData(security.signed, signer, m.crypto), (v) => (v.ok ? signerCheck(m, security, signer) : say('failed', v)))
}

function signerCheck(m: Material, security: CardSecurity, signer: Certificate): Awaitable<InspectionCheck> {
  const name = 'card-security'
  const at = security.signed.signer.attributes?.signingTime ?? m.at
  const own = m.memory.defectsOf(signer).filter((d) => d.grave)
  if (own.length > 0) return check(name, 'failed', SECURITY, said('ds-bad', together(own)))
  if (at < signer.notBefore || at > signer.notAfter) return check(name, 'failed', SECURITY, said('card-security-time', { day: m.memory.dayOf(at) }))
  const state = m.mrz?.fields['issuingState']
  if (state !== undefined && signer.issuingStates.length > 0 && !signer.issuingStates.includes(state)) return check(name, 'failed', SECURITY, said('card-security-state', { states: signer.issuingStates.join(', '), state }))
  return after(m.memory.pathOf(signer, at), (path) => after(m.memory.revocationOf(signer, m.at), (list): InspectionCheck => {
    if (path.outcome !== 'passed') return check(name, path.outcome, SECURITY, said(`path-${path.troubles[0]!}`, { details: path.says }))
    if (path.revoked !== undefined) return check(name, 'failed', SECURITY, said('authority-revoked', { details: path.revoked }))
    if (list.outcome === 'failed') return check(name, 'failed', SECURITY, list)
    if (list.outcome === 'not-done') return unknown(m, name, SECURITY, list)
    return { ...check(name, 'passed', SECURITY, said('card-security-good', { path: path.says, ...path.reason.values })), evidence: { signer: signer.serial } }
  }))
}

const NO_CHIP = check('pace-used', 'not-applicable', ACCESS, said('no-chip'))
const NO_FILES: readonly InspectionCheck[] = [check('card-access', 'not-applicable', ACCESS, said('card-access-absent')), check('card-security', 'not-applicable', SECURITY, said('card-security-absent'))]

/** The files of the master file that say what the chip can do, and whether the reader made use of it. */
export function cardChecks(m: Material): Awaitable<readonly InspectionCheck[]> {
  if (m.dump['EF.CardAccess'] === undefined && m.dump['EF.CardSecurity'] === undefined) return [...NO_FILES, paceCheck(m, undefined)]
  const security = readSecurity(m)
  const access = accessCheck(m, security)
  const pace = paceCheck(m, security)
  return after(securityCheck(m, security), (signed) => [access, signed, pace])
}
