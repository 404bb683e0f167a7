import { activeAuthenticationChip, ecdsaSigner, type ActiveAuthenticationSecret, type ChipHandler } from '../access/active-authentication-chip.ts'
import { rsaSecret } from '../access/active-authentication-rsa.ts'
import { type Response } from '../access/apdu.ts'
import { bacChip, type BacChip } from '../access/bac.ts'
import { chipAuthenticationChip, type ChipAuthenticationChip, type ChipAuthenticationSecret } from '../access/chip-authentication-chip.ts'
import { decodeAgreementKey } from '../access/chip-authentication-key.ts'
import { curveGroup, standardCurveId, type Group } from '../access/group.ts'
import { type Password, type SessionCipher } from '../access/key.ts'
import { paceChip, type PaceChip } from '../access/pace-chip.ts'
import { paceOffers } from '../access/pace-offer.ts'
import { terminalAuthenticationChip, type TerminalAuthenticationChip, type TerminalSessionFacts } from '../access/terminal-authentication-chip.ts'
import { unhex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { type CvcTrust } from '../cvc/trust.ts'
import { decodeDg14 } from '../lds/dg14.ts'
import { decodeSecurityInfos, type SecurityInfo } from '../lds/security-info.ts'
import { behaviourOf } from './behaviour.ts'
import { type ChipMemory } from './state.ts'
import { trustOf } from './trust-point.ts'

/** The protocols that a chip of this profile speaks. */
export interface Gate {
  readonly pace: PaceChip | undefined
  readonly bac: BacChip | undefined
  readonly chip: ChipAuthenticationChip | undefined
  readonly active: ChipHandler<{ readonly response: Response }> | undefined
  readonly terminal: TerminalAuthenticationChip | undefined
}

/** The ciphers that the chip announces for a key; an old file with keys alone means 3DES. */
function ciphersOf(infos: readonly SecurityInfo[], keyId: number | undefined): readonly SessionCipher[] {
  const entries = infos.filter((i) => i.kind === 'chip-authentication')
  if (entries.length === 0) return ['3DES']
  return entries.filter((i) => i.keyId === keyId || i.keyId === undefined || keyId === undefined).map((i) => i.cipher ?? '3DES')
}

const residuesOf = (spki: string, crypto: Crypto): Group | undefined => {
  const key = decodeAgreementKey(unhex(spki), crypto)
  return key.ok ? key.value.group : undefined
}

/** What DG14 says that the chip can do. */
function infosOf(m: ChipMemory): readonly SecurityInfo[] {
  const file = m.files.get('DG14')
  const read = file === undefined ? undefined : decodeDg14(file)
  return read?.ok === true ? read.value.infos : []
}

function openChipAuthentication(m: ChipMemory, crypto: Crypto): ChipAuthenticationChip | undefined {
  const infos = infosOf(m)
  const keys = m.keys.flatMap((k): readonly ChipAuthenticationSecret[] => {
    if (k.use !== 'chip-authentication') return []
    const group = k.kind === 'ec' ? curveGroup(k.curve) : residuesOf(k.publicKey, crypto)
    return group === undefined ? [] : [{ keyId: k.keyId, group, scalar: BigInt(`0x${k.secret}`), ciphers: ciphersOf(infos, k.keyId) }]
  })
  const faults = behaviourOf(m, 'chip-authentication')?.faults
  return keys.length === 0 ? undefined : chipAuthenticationChip({ keys, crypto, ...(faults === undefined ? {} : { faults }) })
}

function openActiveAuthentication(m: ChipMemory, crypto: Crypto): Gate['active'] {
  const key = m.keys.find((k) => k.use === 'active-authentication')
  if (key === undefined || key.kind === 'dh') return undefined
  const announced = infosOf(m).find((i) => i.kind === 'active-authentication')
  const odd = behaviourOf(m, 'signs')
  const hash = odd?.hash ?? announced?.hash ?? 'SHA-256'
  const secret: ActiveAuthenticationSecret = key.kind === 'rsa'
    ? { kind: 'rsa', modulus: unhex(key.modulus), hash, secret: rsaSecret({ modulus: unhex(key.modulus), privateExponent: unhex(key.privateExponent) }, crypto) }
    : { kind: 'ecdsa', curve: key.curve, form: odd?.form ?? announced?.form ?? 'plain', sign: ecdsaSigner({ curve: key.curve, scalar: BigInt(`0x${key.secret}`), hash, crypto }) }
  const fault = behaviourOf(m, 'signature-length')?.fault
  return activeAuthenticationChip({ secret, crypto, ...(fault === undefined ? {} : { fault }) })
}

/** Keys of Chip Authentication by the number of their curve: PACE with Chip Authentication Mapping is done with them. */
function staticKeys(m: ChipMemory): ReadonlyMap<number, bigint> {
  return new Map(m.keys.flatMap((k) => {
    if (k.use !== 'chip-authentication' || k.kind !== 'ec') return []
    const id = standardCurveId(k.curve)
    return id === undefined ? [] : [[id, BigInt(`0x${k.secret}`)] as const]
  }))
}

function openPace(m: ChipMemory, trust: CvcTrust | undefined, crypto: Crypto): { readonly pace: PaceChip | undefined } {
  const access = m.files.get('EF.CardAccess')
  const infos = access === undefined ? undefined : decodeSecurityInfos(access)
  const passwords = (['mrz', 'can'] as const).flatMap((kind): readonly Password[] => { const text = m.secrets[kind]; return text === undefined ? [] : [{ kind, text }] })
  const takes = behaviourOf(m, 'parameter-reference')?.takes
  if ((m.access !== 'pace' && m.access !== 'pace-and-bac') || infos?.ok !== true) return { pace: undefined }
  const authorities = trust?.points.map((p) => p.chr) ?? []
  return { pace: paceChip({ offers: paceOffers(infos.value, crypto), passwords, crypto, authorities, staticKeys: staticKeys(m), ...(takes === undefined ? {} : { parameterReference: takes }) }) }
}

/** The protocols of a locked chip, ready for a session. */
export async function openGate(m: ChipMemory, o: { readonly crypto: Crypto; readonly session: () => TerminalSessionFacts | undefined }): Promise<Gate> {
  const { crypto } = o
  const byBac = m.access === 'bac' || m.access === 'pace-and-bac'
  const trust = await trustOf(m, crypto)
  return {
    ...openPace(m, trust, crypto),
    chip: openChipAuthentication(m, crypto),
    active: openActiveAuthentication(m, crypto),
    bac: byBac && m.secrets.mrz !== undefined ? bacChip({ information: m.secrets.mrz, crypto }) : undefined,
    terminal: trust === undefined ? undefined : terminalAuthenticationChip({ trust, crypto, session: o.session }),
  }
}
