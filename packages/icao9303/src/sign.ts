import { Malformed } from './asn1/tlv.ts'
import { hex } from './asn1/value.ts'
import { context, integer, octets, oid, sequence, setOf, tlv } from './asn1/write.ts'
import { OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNED_DATA } from './cms/signed-data.ts'
import { HASH_LENGTH, type Crypto, type HashName, type Sign } from './crypto.ts'
import { encodeSecurityObject, OID_SECURITY_OBJECT } from './lds/security-object.ts'
import { ecdsaIdentifier, hashIdentifier, rsaIdentifier } from './pki/algorithm.ts'
import { type Certificate } from './pki/certificate.ts'

export interface SodOrder {
  readonly ds: Certificate
  /** The hash of data groups, of the content and of the signature. */
  readonly hash: HashName
  readonly lds: '1.7' | '1.8'
}

/** Makes EF.SOD for documents with the same data groups under the same signer. */
export interface SodSigner { readonly make: (hashes: readonly (readonly [number, Uint8Array])[], sign: Sign) => Promise<Uint8Array> }

/** Bytes with holes: everything that is the same from document to document, written once. */
interface Template { readonly bytes: Uint8Array; readonly holes: readonly number[] }

/** Writes with marks where the holes are to be, then looks the marks up. */
function template(build: (mark: (length: number) => Uint8Array) => Uint8Array): Template {
  const marks: Uint8Array[] = []
  const bytes = build((length) => {
    const mark = Uint8Array.from({ length }, (_, i) => (0xa5 ^ (marks.length * 29 + i * 113)) & 0xff)
    marks.push(mark)
    return mark
  })
  const text = hex(bytes)
  let from = 0
  const holes = marks.map((m) => {
    const at = text.indexOf(hex(m), from)
    if (at < 0 || at % 2 !== 0) throw new Malformed('template', 0, 'a mark')
    from = at + 2 * m.length
    return at / 2
  })
  return { bytes, holes }
}

/**
 * EF.SOD by templates: of a document only the hashes, the digest of the content and the signature are new;
 * all other bytes are laid out once for each list of data groups and length of signature.
 *
 * @source Doc 9303-10 §4.6.2
 */
export function sodSigner(order: SodOrder, crypto: Crypto): SodSigner {
  const { ds, hash, lds } = order
  const n = HASH_LENGTH[hash]
  const algorithm = ds.curve === undefined ? rsaIdentifier(hash) : ecdsaIdentifier(hash)
  const sid = sequence(ds.issuer.der, ds.serialDer)
  const attributesOf = (digest: Uint8Array): Uint8Array => setOf(
    sequence(oid(OID_CONTENT_TYPE), setOf(oid(OID_SECURITY_OBJECT))),
    sequence(oid(OID_MESSAGE_DIGEST), setOf(octets(digest))),
  )
  const attributes = template((mark) => attributesOf(mark(n)))
  const contents = new Map<string, Template>()
  const wholes = new Map<string, Template>()

  const whole = (content: Uint8Array, signature: number): Template => template((mark) => {
    const signedAttributes = mark(attributes.bytes.length)
    const signerInfo = sequence(integer(1), sid, hashIdentifier(hash), signedAttributes, algorithm, octets(mark(signature)))
    return tlv(0x77, sequence(oid(OID_SIGNED_DATA), context(0, sequence(
      integer(3), setOf(hashIdentifier(hash)), sequence(oid(OID_SECURITY_OBJECT), context(0, octets(content))), context(0, ds.der), setOf(signerInfo),
    ))))
  })
  return {
    make: async (hashes, sign) => {
      const groups = hashes.map(([g]) => g).join()
      let c = contents.get(groups)
      if (c === undefined) {
        c = template((mark) => encodeSecurityObject(hash, hashes.map(([g]) => [g, mark(n)] as const), lds))
        contents.set(groups, c)
      }
      const content = fill(c, hashes.map(([, h]) => h))
      const signedAttributes = fill(attributes, [crypto.hash(hash, content)])
      const made = sign(signedAttributes)
      const signature = made instanceof Uint8Array ? made : await made
      const key = `${groups}|${signature.length}`
      let w = wholes.get(key)
      if (w === undefined) {
        w = whole(c.bytes, signature.length)
        wholes.set(key, w)
      }
      const sod = fill(w, [signedAttributes, signature])
      // the attributes stand as [0] in the object and are signed as a SET
      sod[w.holes[0]!] = 0xa0
      const at = indexOfContent(w, c)
      sod.set(content, at)
      return sod
    },
  }
}

function indexOfContent(w: Template, c: Template): number {
  const known = offsets.get(w)
  if (known !== undefined) return known
  const at = hex(w.bytes).indexOf(hex(c.bytes)) / 2
  offsets.set(w, at)
  return at
}
const offsets = new WeakMap<Template, number>()

function fill(t: Template, parts: readonly Uint8Array[]): Uint8Array {
  const out = t.bytes.slice()
  parts.forEach((p, i) => { out.set(p, t.holes[i]!) })
  return out
}

/** The hashes of data groups, in order of their numbers. */
export function hashGroups(groups: ReadonlyMap<number, Uint8Array>, hash: HashName, crypto: Crypto): readonly (readonly [number, Uint8Array])[] {
  return [...groups].sort(([a], [b]) => a - b).map(([n, bytes]) => [n, crypto.hash(hash, bytes)] as const)
}

