import { Malformed, seriesOf, valueOf, type Tlv } from '../asn1/tlv.ts'
import { concat, hex, isSame } from '../asn1/value.ts'
import { oid } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { chipAuthenticationOid } from '../lds/security-protocol.ts'
import { numberOf } from '../number.ts'
import { OK, type Command, type Response } from './apdu.ts'
import { agreeSecret, compressElement } from './chip-authentication-key.ts'
import { type Group } from './group.ts'
import { sessionKeys, type SessionCipher, type SessionKeys } from './key.ts'
import { authenticationToken, decodeDynamic, encodeDynamic } from './pace-key.ts'

/** A private key of a chip and the ciphers that it agrees keys for. */
export interface ChipAuthenticationSecret {
  readonly keyId?: number | undefined
  readonly group: Group
  readonly scalar: bigint
  readonly ciphers: readonly SessionCipher[]
}

/** What chips of the field are known for. */
export type ChipAuthenticationFault = 'no-set-kat' | 'no-key-id'

/** What is agreed: the keys of the session that begins after this answer, and the terminal's public key. */
export interface ChipAgreement {
  readonly keys: SessionKeys
  readonly group: Group
  readonly ephemeral: Uint8Array
}

export interface ChipAuthenticationAnswer {
  readonly response: Response
  readonly agreed?: ChipAgreement
}

export interface ChipAuthenticationChip {
  /** An answer to MSE: Set KAT, MSE: Set AT and GENERAL AUTHENTICATE of Chip Authentication; undefined for anything else. */
  readonly handle: (command: Command) => ChipAuthenticationAnswer | undefined
}

export interface ChipAuthenticationSetup {
  readonly keys: readonly ChipAuthenticationSecret[]
  readonly crypto: Crypto
  readonly faults?: readonly ChipAuthenticationFault[]
  /** For version 2: Comp of the key that Terminal Authentication vouched for; the chip then answers nonce and token. */
  readonly committed?: (() => Uint8Array | undefined) | undefined
}

const answer = (sw: number, data: Uint8Array = new Uint8Array()): ChipAuthenticationAnswer => ({ response: { data, sw } })
const OID_BYTES = hex(oid('0.4.0.127.0.7.2.2.3').subarray(2))

interface Reference { readonly key: ChipAuthenticationSecret; readonly keyId: number | undefined }

function referenced(objects: readonly Tlv[], setup: ChipAuthenticationSetup): Reference | undefined {
  const t = objects.find((o) => o.tag === 0x84)
  if (t === undefined) return setup.keys.length === 1 ? { key: setup.keys[0]!, keyId: undefined } : undefined
  const keyId = Number(numberOf(valueOf(t)))
  const key = setup.keys.find((k) => k.keyId === keyId)
  return key && { key, keyId }
}

const agreementOf = (key: ChipAuthenticationSecret): 'DH' | 'ECDH' => (key.group.kind === 'ec' ? 'ECDH' : 'DH')

/** The chip's side of Chip Authentication. @source Doc 9303-11 §6.2, BSI TR-03110-3 B.2 */
export function chipAuthenticationChip(setup: ChipAuthenticationSetup): ChipAuthenticationChip {
  const { crypto } = setup
  let selected: { readonly key: ChipAuthenticationSecret; readonly cipher: SessionCipher } | undefined
  const refusesNumber = (objects: readonly Tlv[]): boolean => setup.faults?.includes('no-key-id') === true && objects.some((o) => o.tag === 0x84)

  const setKat = (data: Uint8Array): ChipAuthenticationAnswer => {
    const objects = seriesOf(data)
    const reference = referenced(objects, setup)
    const plain = objects.find((o) => o.tag === 0x91)
    if (setup.faults?.includes('no-set-kat')) return answer(0x6d00)
    if (plain === undefined || refusesNumber(objects)) return answer(0x6a80)
    if (reference === undefined || !reference.key.ciphers.includes('3DES')) return answer(0x6a88)
    const { group, scalar } = reference.key
    const element = group.parse(valueOf(plain))
    const secret = element && agreeSecret(group, element, scalar)
    if (secret === undefined) return answer(0x6a80)
    return { ...answer(OK), agreed: { keys: sessionKeys(secret, { cipher: '3DES', crypto }), group, ephemeral: element! } }
  }

  const setAt = (data: Uint8Array): ChipAuthenticationAnswer | undefined => {
    const objects = seriesOf(data)
    const mechanism = objects.find((o) => o.tag === 0x80)
    // other protocols are selected by the same command
    if (mechanism === undefined || !hex(valueOf(mechanism)).startsWith(OID_BYTES)) return undefined
    selected = undefined
    if (refusesNumber(objects)) return answer(0x6a80)
    const reference = referenced(objects, setup)
    if (reference === undefined) return answer(0x6a88)
    const cipher = reference.key.ciphers.find((c) => isSame(oid(chipAuthenticationOid({ agreement: agreementOf(reference.key), cipher: c })).subarray(2), valueOf(mechanism)))
    if (cipher === undefined) return answer(0x6a80)
    selected = { key: reference.key, cipher }
    return answer(OK)
  }

  const authenticate = (data: Uint8Array): ChipAuthenticationAnswer => {
    const { key, cipher } = selected!
    const { group, scalar } = key
    selected = undefined
    const objects = decodeDynamic(data)
    const element = objects?.size === 1 ? group.parse(objects.get(0x80) ?? new Uint8Array()) : undefined
    const secret = element && agreeSecret(group, element, scalar)
    if (element === undefined || secret === undefined) return answer(0x6a80)
    if (setup.committed === undefined) return { ...answer(OK, encodeDynamic()), agreed: { keys: sessionKeys(secret, { cipher, crypto }), group, ephemeral: element } }
    const committed = setup.committed()
    if (committed === undefined || !isSame(committed, compressElement(group, element, crypto))) return answer(0x6300)
    const nonce = crypto.random(8)
    const keys = sessionKeys(concat(secret, nonce), { cipher, crypto })
    const token = authenticationToken({ oid: chipAuthenticationOid({ agreement: agreementOf(key), cipher }), group, cipher }, element, { mac: keys.mac, crypto })
    return { ...answer(OK, encodeDynamic([0x81, nonce], [0x82, token])), agreed: { keys, group, ephemeral: element } }
  }

  return {
    handle: (c) => {
      try {
        if (c.ins === 0x22 && c.p1 === 0x41 && c.p2 === 0xa6) return setKat(c.data)
        if (c.ins === 0x22 && c.p1 === 0x41 && c.p2 === 0xa4) return setAt(c.data)
        if (c.ins === 0x86 && selected !== undefined) return c.p1 === 0 && c.p2 === 0 ? authenticate(c.data) : answer(0x6a86)
        return undefined
      } catch (error) {
        if (error instanceof Malformed) return answer(0x6a80)
        throw error
      }
    },
  }
}
