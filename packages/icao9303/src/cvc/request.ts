import { Cursor, Malformed, readTlv, readWhole, valueOf, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { type Crypto } from '../crypto.ts'
import { decoding, type Decoded } from '../lds/decoded.ts'
import { readExtensions, readHead, type CvcExtension } from './certificate.ts'
import { type CvcPublicKey } from './public-key.ts'
import { readReference } from './reference.ts'
import { isCvcSignature } from './verify.ts'

const CLAUSE = 'Doc 9303-12 Table 17'

/** The signature around a request, and what it covers. */
export interface CvcOuterSignature {
  readonly car: string
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** A request for a card-verifiable certificate. */
export interface CvcRequest {
  readonly profile: number
  readonly car: string | undefined
  readonly publicKey: CvcPublicKey
  readonly chr: string
  readonly extensions: readonly CvcExtension[]
  readonly body: Uint8Array
  readonly signature: Uint8Array
  readonly outer: CvcOuterSignature | undefined
}

function readRequest(t: Tlv, outer: CvcOuterSignature | undefined): CvcRequest {
  if (t.tag !== 0x7f21) throw new Malformed(CLAUSE, t.start, 'a certificate request')
  const cursor = new Cursor(t, CLAUSE)
  const body = cursor.take(0x7f4e, 'a request body')
  const signature = cursor.take(0x5f37, 'an inner signature')
  cursor.done()
  const inside = new Cursor(body, CLAUSE)
  const head = readHead(inside)
  const extensions = readExtensions(inside.maybe(0x65))
  inside.done()
  return { ...head, extensions, body: wholeOf(body), signature: valueOf(signature), outer }
}

/** Reads a certificate request, with or without an outer signature. @source Doc 9303-12 §8.1.1, BSI TR-03110-3 C.2 */
export function decodeCvcRequest(bytes: Uint8Array): Decoded<CvcRequest> {
  return decoding(() => {
    const whole = readTlv(bytes, 0)
    if (whole.tag !== 0x67) return readRequest(readWhole(bytes, 0x7f21, CLAUSE), undefined)
    const cursor = new Cursor(readWhole(bytes, 0x67, CLAUSE), CLAUSE)
    const request = cursor.take(0x7f21, 'a certificate request')
    const car = cursor.take(0x42, 'an authority reference')
    const signature = cursor.take(0x5f37, 'an outer signature')
    cursor.done()
    return readRequest(request, { car: readReference(car), message: bytes.subarray(request.start, car.next), signature: valueOf(signature) })
  })
}

/** What is wrong with a request that an authority received, in the words of the protocol between States. @source Doc 9303-12 §8.2.1 */
export type CvcRequestFault = 'failure_inner_signature' | 'failure_outer_signature' | 'failure_request_syntax'

/**
 * Checks a request: domain parameters, inner signature and, where there is one, the outer.
 *
 * @param outerKey - the registered key that the outer signature names; undefined when it is not known
 * @returns the first fault, or undefined
 */
export async function checkCvcRequest(request: CvcRequest, outerKey: CvcPublicKey | undefined, crypto: Crypto): Promise<CvcRequestFault | undefined> {
  if (request.profile !== 0 || (request.publicKey.kind === 'ec' && request.publicKey.parameters === undefined)) return 'failure_request_syntax'
  if (!(await isCvcSignature({ key: request.publicKey, message: request.body, signature: request.signature }, crypto))) return 'failure_inner_signature'
  if (request.outer === undefined) return undefined
  const known = outerKey !== undefined && await isCvcSignature({ key: outerKey, message: request.outer.message, signature: request.outer.signature }, crypto)
  return known ? undefined : 'failure_outer_signature'
}
