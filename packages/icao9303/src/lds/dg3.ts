import { valueOf } from '../asn1/tlv.ts'
import { encodeBiometricGroup, readBiometricGroup, type BiometricGroup } from './biometric.ts'
import { decoding, openFile, type Decoded } from './decoded.ts'

const FINGERS = { tag: 0x63, clause: 'Doc 9303-10 §4.7.3' } as const
const IRISES = { tag: 0x76, clause: 'Doc 9303-10 §4.7.4' } as const

/**
 * DG3: fingerprints, one to a template. Without any, a `filler` of random bytes keeps the hash from telling so.
 *
 * @throws RangeError when a header lacks what is required
 * @source Doc 9303-10 §4.7.3
 */
export function encodeDg3(group: BiometricGroup): Uint8Array {
  return encodeBiometricGroup(FINGERS.tag, group)
}

/** DG4: irises, in the same form. @source Doc 9303-10 §4.7.4 */
export function encodeDg4(group: BiometricGroup): Uint8Array {
  return encodeBiometricGroup(IRISES.tag, group)
}

function decode(bytes: Uint8Array, o: typeof FINGERS | typeof IRISES): Decoded<BiometricGroup> {
  return decoding((_, reading) => {
    const { templates, ...rest } = readBiometricGroup(openFile(bytes, o.tag, { reading, clause: o.clause }), { reading, clause: o.clause })
    return { templates: templates.map((t) => ({ header: t.header, block: { tag: t.block.tag, bytes: valueOf(t.block) } })), ...rest }
  })
}

/** Reads the container of DG3; what a fingerprint record says is left to its own standard. */
export function decodeDg3(bytes: Uint8Array): Decoded<BiometricGroup> {
  return decode(bytes, FINGERS)
}

/** Reads the container of DG4. */
export function decodeDg4(bytes: Uint8Array): Decoded<BiometricGroup> {
  return decode(bytes, IRISES)
}
