import { Malformed, readWhole, childrenOf, type Tlv } from '../asn1/tlv.ts'
import { integerOf, oidOf, smallOf, TAG } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { type PaceDomainParameterInfo, type PaceInfo, type SecurityInfos } from '../lds/security-info.ts'
import { OID_DH_X942, OID_STANDARDIZED_PARAMETERS, type KeyAgreement, type Mapping } from '../lds/security-protocol.ts'
import { OID_EC, readCurve } from '../pki/curve.ts'
import { curveGroup, standardGroup, type Group } from './group.ts'
import { type SessionCipher } from './key.ts'
import { MODP } from './modp.ts'

/** One way to perform PACE: the protocol and the group in which it starts. */
export interface PaceOffer {
  readonly oid: string
  readonly agreement: KeyAgreement
  readonly mapping: Mapping
  readonly cipher: SessionCipher
  readonly group: Group
  /** The number that names the group towards the chip. */
  readonly parameterId?: number
  /** Whether the chip has other groups for PACE, so that it must be told which. */
  readonly groups: 'one' | 'several'
}

const CLAUSE = 'Doc 9303-11 §9.5'
const RESERVED = 31

/** Explicit parameters count only when every number is that of a group that is known to be safe. @source Doc 9303-11 §9.2.2 */
function explicitGroup(parameters: Uint8Array, crypto: Crypto): Group | undefined {
  const [algorithm, value] = childrenOf(readWhole(parameters, TAG.sequence, CLAUSE))
  if (algorithm === undefined || value === undefined) throw new Malformed(CLAUSE, 0, 'an algorithm with parameters')
  const kind = oidOf(algorithm, CLAUSE)
  if (kind === OID_EC) return curveGroup(readCurve(value).curve.name)
  if (kind === OID_STANDARDIZED_PARAMETERS) return standardGroup(smallOf(value, CLAUSE), crypto)
  return kind === OID_DH_X942 ? knownResidues(value, crypto) : undefined
}

/** DomainParameters ::= SEQUENCE { p, g, q, j OPTIONAL, … }. @source RFC 3279 §2.3.3 */
function knownResidues(value: Tlv, crypto: Crypto): Group | undefined {
  const [p, g, q] = value.tag === TAG.sequence ? childrenOf(value).slice(0, 3).map((t) => integerOf(t, CLAUSE)) : []
  const id = MODP.findIndex((m) => BigInt(`0x${m.p}`) === p && BigInt(`0x${m.g}`) === g && BigInt(`0x${m.q}`) === q)
  return id === -1 ? undefined : standardGroup(id, crypto)
}

function groupOf(info: PaceInfo, explicit: readonly PaceDomainParameterInfo[], crypto: Crypto): Group | undefined {
  if (info.parameterId !== undefined && info.parameterId <= RESERVED) return standardGroup(info.parameterId, crypto)
  const meant = explicit.filter((d) => d.agreement === info.agreement && d.mapping === info.mapping && d.parameterId === info.parameterId)
  if (meant.length !== 1) return undefined
  try {
    return explicitGroup(meant[0]!.parameters, crypto)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}

/** P-224 has no encoding of numbers as points. @source Doc 9303-11 §9.5.1 */
function fits(info: PaceInfo, group: Group): boolean {
  if ((info.agreement === 'ECDH') !== (group.kind === 'ec')) return false
  return info.mapping !== 'IM' || group.name !== 'P-224'
}

/**
 * What a chip offers and this library can do, in the order of EF.CardAccess. An entry of another version, of a group that is
 * not known to be safe or that cannot carry its mapping is passed over.
 *
 * @source Doc 9303-11 §9.2.1, §9.2.2, §9.5
 */
export function paceOffers({ infos }: SecurityInfos, crypto: Crypto): readonly PaceOffer[] {
  const pace = infos.filter((i) => i.kind === 'pace')
  const explicit = infos.filter((i) => i.kind === 'pace-domain-parameters')
  const groups = new Set(pace.map((i) => i.parameterId)).size > 1 ? 'several' : 'one'
  return pace.flatMap((info): readonly PaceOffer[] => {
    const group = info.version === 2 ? groupOf(info, explicit, crypto) : undefined
    if (group === undefined || !fits(info, group)) return []
    const { oid, agreement, mapping, cipher, parameterId } = info
    return [{ oid, agreement, mapping, cipher, group, groups, ...(parameterId === undefined ? {} : { parameterId }) }]
  })
}

/** What to take first of several offers. What a list does not name is not taken at all. */
export interface PacePreference {
  readonly mappings: readonly Mapping[]
  readonly agreements: readonly KeyAgreement[]
  readonly ciphers: readonly SessionCipher[]
}

/** The chip proves itself on the way if it can; curves before residues, because they are quicker; the longer key first. */
export const PACE_PREFERENCE: PacePreference = {
  mappings: ['CAM', 'GM', 'IM'], agreements: ['ECDH', 'DH'], ciphers: ['AES-256', 'AES-192', 'AES-128', '3DES'],
}

/** The offers that a policy takes, the preferred one first; what is equal stays in the order of the chip. */
export function rankOffers(offers: readonly PaceOffer[], preference: PacePreference = PACE_PREFERENCE): readonly PaceOffer[] {
  const { mappings, agreements, ciphers } = preference
  const rank = (o: PaceOffer): readonly number[] =>
    [mappings.indexOf(o.mapping), agreements.indexOf(o.agreement), ciphers.indexOf(o.cipher)]
  return offers
    .map((offer) => ({ offer, at: rank(offer) }))
    .filter(({ at }) => !at.includes(-1))
    .sort((a, b) => a.at[0]! - b.at[0]! || a.at[1]! - b.at[1]! || a.at[2]! - b.at[2]!)
    .map(({ offer }) => offer)
}
