import { childrenOf, Malformed, readTlv, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { hex, oidOf, TAG } from '../asn1/value.ts'
import { verifySignedData } from '../cms/signed-data.ts'
import { after, type Awaitable } from '../crypto.ts'
import { decodeCardSecurity, type CardSecurity } from '../lds/card-security.ts'
import { decodeSecurityInfos } from '../lds/security-info.ts'
import { arcsAfter, OID_PACE } from '../lds/security-protocol.ts'
import { type Certificate } from '../pki/certificate.ts'
import { type Check } from '../report.ts'
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

/** Entries of the file that vouches for EF.CardAccess, with its name; undefined when none is at hand. */
function vouching(m: Material, security: CardSecurity | undefined): { readonly file: string; readonly entries: Entries | undefined } | undefined {
  const dg14 = m.dump['DG14']
  if (dg14 !== undefined) return { file: 'DG14', entries: entriesIn(dg14, (file) => readTlv(file.bytes, file.body, file.end, BER)) }
  return security && { file: 'EF.CardSecurity', entries: entriesIn(security.signed.content, (set) => set) }
}

/**
 * EF.CardAccess is read before anything protects it: whoever stands between could have struck out the stronger protocols.
 * What it says must stand in DG14 or EF.CardSecurity too, which are signed, and every PACE of theirs in it.
 *
 * @source Doc 9303-11 §4.2
 */
function accessCheck(m: Material, security: CardSecurity | undefined): Check {
  const name = 'card-access'
  const bytes = m.dump['EF.CardAccess']
  if (bytes === undefined) return NO_FILES[0]!
  const read = decodeSecurityInfos(bytes)
  for (const d of read.defects) m.defects.push({ code: d.code, at: 'EF.CardAccess', offset: d.offset, says: d.says, clause: d.clause })
  const said = entriesIn(bytes, (set) => set)
  if (!read.ok || said === undefined) return check(name, 'failed', ACCESS, 'EF.CardAccess cannot be read')
  if (read.defects.length > 0 && m.policy === 'strict') return check(name, 'failed', ACCESS, `EF.CardAccess departs from its form: ${read.defects.map((d) => d.says).join('; ')}`)
  const by = vouching(m, security)
  if (by === undefined) {
    // the file that could vouch exists and was not read: as with any data group that is not there, no fault
    if (m.sod?.object.hashes.has(14) === true) return { ...check(name, 'not-done', ACCESS, 'DG14, which vouches for EF.CardAccess, is not in the dump'), excused: true }
    return unknown(m, name, { clause: ACCESS, says: 'neither DG14 nor EF.CardSecurity vouches for EF.CardAccess' })
  }
  if (by.entries === undefined) return check(name, 'failed', ACCESS, `${by.file}, which vouches for EF.CardAccess, cannot be read`)
  const strange = [...said.keys()].filter((e) => by.entries?.has(e) !== true)
  if (strange.length > 0) return { ...check(name, 'failed', ACCESS, `EF.CardAccess says what ${by.file} does not: it may have been changed on the way`), evidence: { strange } }
  const struck = [...by.entries].filter(([e, kind]) => kind === 'pace' && !said.has(e)).map(([e]) => e)
  if (struck.length > 0) return { ...check(name, 'failed', ACCESS, `${by.file} offers PACE that EF.CardAccess does not: it may have been struck out on the way`), evidence: { struck } }
  return check(name, 'passed', ACCESS, `${by.file} says the same as EF.CardAccess`)
}

function readSecurity(m: Material): CardSecurity | undefined {
  const bytes = m.dump['EF.CardSecurity']
  if (bytes === undefined) return undefined
  const read = decodeCardSecurity(bytes)
  for (const d of read.defects) m.defects.push({ code: d.code, at: 'EF.CardSecurity', offset: d.offset, says: d.says, clause: d.clause })
  return read.ok ? read.value : undefined
}

/** Its signature, and that its signer is one of the State whose document it is. */
function securityCheck(m: Material, security: CardSecurity | undefined): Awaitable<Check> {
  const name = 'card-security'
  const say = (outcome: Check['outcome'], says: string): Check => check(name, outcome, SECURITY, says)
  if (m.dump['EF.CardSecurity'] === undefined) return NO_FILES[1]!
  if (security === undefined) return say('failed', 'EF.CardSecurity cannot be read')
  const grave = security.signed.deviations.filter((d) => d.grave)
  if (grave.length > 0 && m.policy === 'strict') return say('failed', `EF.CardSecurity is not as prescribed: ${grave.map((d) => d.says).join('; ')}`)
  const { signer } = security
  if (signer === undefined) return say('failed', 'the certificate of the signer is not in EF.CardSecurity')
  if (security.signed.certificates.length > 1 && m.policy === 'strict') return say('failed', 'EF.CardSecurity carries certificates that nobody signed')
  return after(verifySignedData(security.signed, signer, m.crypto), (v) => (v.ok ? signerCheck(m, security, signer) : say('failed', v.says)))
}

function signerCheck(m: Material, security: CardSecurity, signer: Certificate): Awaitable<Check> {
  const name = 'card-security'
  const at = security.signed.signer.attributes?.signingTime ?? m.at
  const own = m.memory.defectsOf(signer).filter((d) => d.grave)
  if (own.length > 0) return check(name, 'failed', SECURITY, own.map((d) => d.says).join('; '))
  if (at < signer.notBefore || at > signer.notAfter) return check(name, 'failed', SECURITY, `its signer was not valid on ${m.memory.dayOf(at)}`)
  const state = m.mrz?.fields['issuingState']
  if (state !== undefined && signer.issuingStates.length > 0 && !signer.issuingStates.includes(state)) return check(name, 'failed', SECURITY, `its signer signs for ${signer.issuingStates.join(', ')}, the document is of ${state}`)
  return after(m.memory.pathOf(signer, at), (path) => after(m.memory.revocationOf(signer, m.at), (list): Check => {
    if (path.outcome !== 'passed') return check(name, path.outcome, SECURITY, path.says)
    if (path.revoked !== undefined || list.outcome === 'failed') return check(name, 'failed', SECURITY, path.revoked ?? list.says)
    if (list.outcome === 'not-done') return unknown(m, name, { clause: SECURITY, says: list.says })
    return { ...check(name, 'passed', SECURITY, `the signature is good; its signer ${path.says}`), evidence: { signer: signer.serial } }
  }))
}

const NO_FILES: readonly Check[] = [check('card-access', 'not-applicable', ACCESS, 'EF.CardAccess is not in the dump'), check('card-security', 'not-applicable', SECURITY, 'EF.CardSecurity is not in the dump')]

/** The files of the master file that say what the chip can do. */
export function cardChecks(m: Material): Awaitable<readonly Check[]> {
  if (m.dump['EF.CardAccess'] === undefined && m.dump['EF.CardSecurity'] === undefined) return NO_FILES
  const security = readSecurity(m)
  const access = accessCheck(m, security)
  return after(securityCheck(m, security), (signed) => [access, signed])
}
