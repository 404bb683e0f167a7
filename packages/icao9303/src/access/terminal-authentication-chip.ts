import { DER } from '../asn1/tlv.ts'
import { hex, isSame } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { roleOf, type Chat } from '../cvc/authorization.ts'
import { decodeCvcParts } from '../cvc/certificate.ts'
import { referenceBytes } from '../cvc/reference.ts'
import { importCvc, type CvcTrust, type TrustedKey } from '../cvc/trust.ts'
import { isCvcSignature } from '../cvc/verify.ts'
import { OK, type Command, type Response } from './apdu.ts'
import { type AccessDefect } from './exchange.ts'
import { decodeObjects } from './pace-key.ts'
import { terminalProofBytes } from './terminal-authentication.ts'

/** The session that Terminal Authentication binds to. */
export interface TerminalSessionFacts {
  /** ID_IC, of BAC or PACE. */
  readonly chipId: Uint8Array
  /** Comp of the terminal's newest ephemeral key; undefined before Chip Authentication. Version 2 takes what the terminal says. */
  readonly ephemeral?: Uint8Array | undefined
}

export interface TerminalAuthenticationSetup {
  readonly trust: CvcTrust
  readonly crypto: Crypto
  readonly version?: 1 | 2
  /** Undefined without secure messaging. */
  readonly session: () => TerminalSessionFacts | undefined
}

export interface TerminalAuthenticationAnswer {
  readonly response: Response
  /** Why the answer is not 9000. */
  readonly refusal?: AccessDefect
}

/** The chip's side: trust points and day outlive a session, all else ends with it. */
export interface TerminalAuthenticationChip {
  /** An answer to the commands of Terminal Authentication, GET CHALLENGE and EXTERNAL AUTHENTICATE included; undefined for others. */
  readonly handle: (command: Command) => Promise<TerminalAuthenticationAnswer | undefined>
  /** What is to be kept when the power goes. */
  readonly trust: () => CvcTrust
  /** The effective authorization of the terminal; undefined until it has proved itself. */
  readonly granted: () => Chat | undefined
  /** Version 2: Comp of the key that Chip Authentication must be done with, and the auxiliary data that were signed. */
  readonly committed: () => { readonly ephemeral: Uint8Array; readonly auxiliary: Uint8Array | undefined } | undefined
  /** Secure messaging has ended: keys that were imported for the session and rights are gone. @source Doc 9303-11 §9.8.3 */
  readonly end: () => void
}

const NONE = new Uint8Array()
const done = (data: Uint8Array = NONE): TerminalAuthenticationAnswer => ({ response: { data, sw: OK } })
const refuse = (sw: number, code: string, says: string): TerminalAuthenticationAnswer => ({ response: { data: NONE, sw }, refusal: { code, says, clause: 'Doc 9303-11 §7.1.5' } })

interface Chosen { readonly key: TrustedKey; readonly ephemeral: Uint8Array | undefined; readonly auxiliary: Uint8Array | undefined }

/** @source Doc 9303-11 §7.1, BSI TR-03110-3 B.3 */
export function terminalAuthenticationChip(setup: TerminalAuthenticationSetup): TerminalAuthenticationChip {
  const { crypto } = setup
  let trust = setup.trust
  let imported: TrustedKey | undefined
  let issuer: TrustedKey | undefined
  let chosen: Chosen | undefined
  let challenge: Uint8Array | undefined
  let proved: Chosen | undefined

  const named = (reference: Uint8Array | undefined, keys: readonly (TrustedKey | undefined)[]): TrustedKey | undefined =>
    keys.find((k) => k !== undefined && reference !== undefined && isSame(referenceBytes(k.chr), reference))

  const setDst = (data: Uint8Array): TerminalAuthenticationAnswer => {
    issuer = named(decodeObjects(data, DER)?.get(0x83), [imported, ...trust.points])
    return issuer === undefined ? refuse(0x6a88, 'ta-key-unknown', 'no such key') : done()
  }

  const verify = async (data: Uint8Array): Promise<TerminalAuthenticationAnswer> => {
    if (issuer === undefined) return refuse(0x6985, 'ta-key-unset', 'no key is set for verification')
    const read = decodeCvcParts(data)
    if (!read.ok) return refuse(0x6a80, 'ta-certificate-unreadable', read.defects.map((d) => `${d.says} at ${d.offset}`).join('; '))
    const taken = await importCvc(read.value, { issuer, trust, crypto })
    if (!taken.ok) return { response: { data: NONE, sw: taken.refusal.code === 'cvc-signature' ? 0x6300 : 0x6985 }, refusal: taken.refusal }
    trust = taken.trust
    issuer = undefined
    // the keys of document verifiers and terminals are for the next step only
    imported = roleOf(read.value.chat) === 'cvca' ? undefined : taken.key
    return done()
  }

  const setAt = (data: Uint8Array): TerminalAuthenticationAnswer => {
    chosen = undefined
    const objects = decodeObjects(data, DER)
    const key = named(objects?.get(0x83), [imported])
    if (objects === undefined) return refuse(0x6a80, 'ta-data-malformed', 'not the data objects of this command')
    if (key === undefined || roleOf(key.chat) !== 'terminal') return refuse(0x6a88, 'ta-key-unknown', 'no terminal of this name has shown its certificate')
    const [mechanism, ephemeral, signed] = [0x80, 0x91, 0x67].map((tag) => objects.get(tag))
    if (setup.version === 2) {
      if (mechanism === undefined || hex(mechanism) !== hex(oid(key.publicKey.oid).subarray(2)) || ephemeral === undefined) return refuse(0x6a80, 'ta-algorithm-other', 'algorithm and compressed key are wanted, as the certificate has it')
      chosen = { key, ephemeral, auxiliary: signed && tlv(0x67, signed) }
    } else chosen = { key, ephemeral: undefined, auxiliary: undefined }
    return done()
  }

  const prove = async (signature: Uint8Array): Promise<TerminalAuthenticationAnswer> => {
    const session = setup.session()
    if (proved !== undefined) return refuse(0x6982, 'ta-done-before', 'Terminal Authentication is done once in a session')
    if (chosen === undefined || challenge === undefined) return refuse(0x6985, 'ta-not-begun', 'no terminal is chosen, or no challenge was given')
    const ephemeral = chosen.ephemeral ?? session?.ephemeral
    if (session === undefined || ephemeral === undefined) return refuse(0x6982, 'ta-no-chip-authentication', 'no session that Chip Authentication made')
    const message = terminalProofBytes({ chipId: session.chipId, challenge, ephemeral, auxiliary: chosen.auxiliary })
    challenge = undefined
    if (!(await isCvcSignature({ key: chosen.key.publicKey, message, signature }, crypto))) return refuse(0x6300, 'ta-signature-wrong', 'the terminal did not sign this challenge')
    proved = { ...chosen, ephemeral }
    imported = undefined
    return done()
  }

  const giveChallenge = (c: Command): TerminalAuthenticationAnswer => {
    if (c.le !== 8 || c.data.length > 0) return refuse(0x6700, 'ta-challenge-length', 'eight bytes are given')
    challenge = crypto.random(8)
    return done(challenge)
  }

  return {
    handle: async (c) => {
      const place = `${c.ins.toString(16)} ${c.p1.toString(16)} ${c.p2.toString(16)}`
      if (place === '22 81 b6') return setDst(c.data)
      if (place === '2a 0 be') return verify(c.data)
      if (place === '22 81 a4') return setAt(c.data)
      if (place === '84 0 0') return giveChallenge(c)
      return place === '82 0 0' ? prove(c.data) : undefined
    },
    trust: () => trust,
    granted: () => proved?.key.chat,
    committed: () => (setup.version === 2 && proved?.ephemeral !== undefined ? { ephemeral: proved.ephemeral, auxiliary: proved.auxiliary } : undefined),
    end: () => { imported = issuer = chosen = challenge = proved = undefined },
  }
}
