import { childrenOf, Malformed, type Tlv } from '../asn1/tlv.ts'
import { oidOf, smallOf, TAG } from '../asn1/value.ts'
import { context, integer, nothing, oid, sequence } from '../asn1/write.ts'
import { type HashName, type Scheme } from '../crypto.ts'

const CLAUSE = 'Doc 9303-12 §4.1.6'

const HASH_OIDS: Readonly<Record<string, HashName>> = {
  '1.3.14.3.2.26': 'SHA-1',
  '2.16.840.1.101.3.4.2.4': 'SHA-224',
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
}
const ECDSA_OIDS: Readonly<Record<string, HashName>> = {
  '1.2.840.10045.4.1': 'SHA-1',
  '1.2.840.10045.4.3.1': 'SHA-224',
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
}
const RSA_OIDS: Readonly<Record<string, HashName>> = {
  '1.2.840.113549.1.1.5': 'SHA-1',
  '1.2.840.113549.1.1.14': 'SHA-224',
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
}
/** @source RFC 3279 §2.2.2, RFC 5758 §3.1, NIST CSOR */
const DSA_OIDS: Readonly<Record<string, HashName>> = {
  '1.2.840.10040.4.3': 'SHA-1',
  '2.16.840.1.101.3.4.3.1': 'SHA-224',
  '2.16.840.1.101.3.4.3.2': 'SHA-256',
  '2.16.840.1.101.3.4.3.3': 'SHA-384',
  '2.16.840.1.101.3.4.3.4': 'SHA-512',
}
const OID_DSA = '1.2.840.10040.4.1'
const OID_PSS = '1.2.840.113549.1.1.10'
const OID_RSA = '1.2.840.113549.1.1.1'
const OID_MGF1 = '1.2.840.113549.1.1.8'

/** The hash of a digest AlgorithmIdentifier; parameters NULL or absent, both are right. @source Doc 9303-12 §9.1 */
export function hashOf(algorithm: Tlv): HashName {
  if (algorithm.tag !== TAG.sequence) throw new Malformed(CLAUSE, algorithm.start, 'an algorithm identifier')
  const [id, parameters, more] = childrenOf(algorithm)
  const name = id && HASH_OIDS[oidOf(id)]
  if (
    name === undefined || more !== undefined || (
      parameters !== undefined && (parameters.tag !== TAG.null || parameters.end !== parameters.body)
    )
  ) {
    throw new Malformed(CLAUSE, algorithm.start, 'a hash function of Doc 9303')
  }
  return name
}

export function hashIdentifier(name: HashName): Uint8Array {
  return sequence(oid(Object.keys(HASH_OIDS).find((o) => HASH_OIDS[o] === name)!))
}

/**
 * The scheme of a signature AlgorithmIdentifier.
 *
 * @param digest - the hash named beside it, for identifiers that name none (plain rsaEncryption, ecPublicKey)
 */
export function schemeOf(algorithm: Tlv, digest?: HashName): Scheme {
  const [id, parameters, more] = childrenOf(algorithm)
  if (
    algorithm.tag !== TAG.sequence || id === undefined || more !== undefined
  ) throw new Malformed(CLAUSE, algorithm.start, 'a signature algorithm')
  const name = oidOf(id)
  const isNull = parameters === undefined || (parameters.tag === TAG.null && parameters.end === parameters.body)
  const ecdsa = ECDSA_OIDS[name]
  if (ecdsa !== undefined) {
    // parameters should be absent; some States write NULL
    if (!isNull) throw new Malformed('RFC 5758 §3.2', parameters.start, 'no parameters')
    return { kind: 'ecdsa', hash: ecdsa, form: 'der' }
  }
  const dsa = DSA_OIDS[name] ?? (name === OID_DSA ? digest : undefined)
  if (dsa !== undefined) {
    if (!isNull) throw new Malformed('RFC 5758 §3.1', parameters.start, 'no parameters')
    return { kind: 'dsa', hash: dsa }
  }
  const rsa = RSA_OIDS[name] ?? (name === OID_RSA ? digest : undefined)
  if (rsa !== undefined) {
    // parameters must be NULL; some leave them out
    if (!isNull) throw new Malformed('RFC 4055 §5', parameters.start, 'parameters NULL')
    return { kind: 'rsa-pkcs1', hash: rsa }
  }
  if (name === OID_PSS) return pssOf(parameters, algorithm.start)
  throw new Malformed(CLAUSE, algorithm.start, 'a signature algorithm of Doc 9303')
}

/** RSASSA-PSS-params with their defaults. @source RFC 4055 §3.1 */
function pssOf(parameters: Tlv | undefined, at: number): Scheme {
  if (parameters?.tag !== TAG.sequence) throw new Malformed('RFC 4055 §3.1', at, 'PSS parameters')
  let [hash, mgfHash, salt]: [HashName, HashName, number] = ['SHA-1', 'SHA-1', 20]
  for (const part of childrenOf(parameters)) {
    const inner = childrenOf(part)[0]
    if (inner === undefined) throw new Malformed('RFC 4055 §3.1', part.start, 'a value')
    if (part.tag === 0xa0) hash = hashOf(inner)
    else if (part.tag === 0xa1) {
      const [mgf, h] = childrenOf(inner)
      if (mgf === undefined || h === undefined || oidOf(mgf) !== OID_MGF1) throw new Malformed('RFC 4055 §3.1', part.start, 'MGF1')
      mgfHash = hashOf(h)
    } else if (part.tag === 0xa2) salt = smallOf(inner)
    else if (part.tag !== 0xa3 || smallOf(inner) !== 1) throw new Malformed('RFC 4055 §3.1', part.start, 'PSS parameters')
  }
  return { kind: 'rsa-pss', hash, mgfHash, salt }
}

const oidFor = (
  table: Readonly<Record<string, HashName>>, hash: HashName,
): Uint8Array => oid(Object.keys(table).find((o) => table[o] === hash)!)

/** The identifier of ECDSA with a hash, for what we sign. */
export const ecdsaIdentifier = (hash: HashName): Uint8Array => sequence(oidFor(ECDSA_OIDS, hash))

export const rsaIdentifier = (hash: HashName): Uint8Array => sequence(oidFor(RSA_OIDS, hash), nothing())

/** RSASSA-PSS with its parameters; the defaults (SHA-1, MGF1 with SHA-1, 20 bytes of salt) are not written. @source RFC 4055 §3.1 */
function pssIdentifier(o: { readonly hash: HashName; readonly mgfHash: HashName; readonly salt: number }): Uint8Array {
  const named = (hash: HashName): Uint8Array => sequence(oidFor(HASH_OIDS, hash), nothing())
  return sequence(oid(OID_PSS), sequence(
    ...(o.hash === 'SHA-1' ? [] : [context(0, named(o.hash))]),
    ...(o.mgfHash === 'SHA-1' ? [] : [context(1, sequence(oid(OID_MGF1), named(o.mgfHash)))]),
    ...(o.salt === 20 ? [] : [context(2, integer(o.salt))]),
  ))
}

/**
 * The AlgorithmIdentifier of a signature that we make.
 *
 * @throws RangeError for plain ECDSA, because X.509 and CMS have it in DER form only, and for DSA, which is only read
 * @source RFC 4055 §3 and §5, RFC 5758 §3.2
 */
export function signatureIdentifier(scheme: Scheme): Uint8Array {
  if (scheme.kind === 'rsa-pss') return pssIdentifier(scheme)
  if (scheme.kind === 'rsa-pkcs1') return rsaIdentifier(scheme.hash)
  if (scheme.kind === 'dsa') throw new RangeError('DSA is for reading only')
  if (scheme.form !== 'der') throw new RangeError('certificates and lists have ECDSA signatures in DER form')
  return ecdsaIdentifier(scheme.hash)
}
