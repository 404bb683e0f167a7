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

/** EF.SOD laid out for one length of signature, and where its parts go. */
interface Whole { readonly bytes: Uint8Array; readonly attributes: number; readonly signature: number; readonly content: number }

/** What is the same for all documents with one list of data groups. `wholes` is indexed by the length of the signature. */
interface Plan { readonly content: Template; readonly wholes: Whole[] }

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
  const plans = new Map<string, Plan>()

  const whole = (content: Uint8Array, signature: number): Whole => {
    const t = template((mark) => {
      const signedAttributes = mark(attributes.bytes.length)
      const signerInfo = sequence(integer(1), sid, hashIdentifier(hash), signedAttributes, algorithm, octets(mark(signature)))
      return tlv(0x77, sequence(oid(OID_SIGNED_DATA), context(0, sequence(
        integer(3), setOf(hashIdentifier(hash)), sequence(oid(OID_SECURITY_OBJECT), context(0, octets(content))), context(0, ds.der), setOf(signerInfo),
      ))))
    })
    return { bytes: t.bytes, attributes: t.holes[0]!, signature: t.holes[1]!, content: hex(t.bytes).indexOf(hex(content)) / 2 }
  }
  return {
    make: async (hashes, sign) => {
      let groups = ''
      for (const [g] of hashes) groups += `${g},`
      let plan = plans.get(groups)
      if (plan === undefined) {
        plan = { content: template((mark) => encodeSecurityObject(hash, hashes.map(([g]) => [g, mark(n)] as const), lds)), wholes: [] }
        plans.set(groups, plan)
      }
      // the content is hashed before anything else can run, so that one copy serves all documents of a plan
      write(hashes, plan, { into: plan.content.bytes, at: 0, n })
      const signedAttributes = new Uint8Array(attributes.bytes)
      signedAttributes.set(crypto.hash(hash, plan.content.bytes), attributes.holes[0])
      const made = sign(signedAttributes)
      const signature = made instanceof Uint8Array ? made : await made
      const w = plan.wholes[signature.length] ??= whole(plan.content.bytes, signature.length)
      const sod = new Uint8Array(w.bytes)
      write(hashes, plan, { into: sod, at: w.content, n })
      sod.set(signedAttributes, w.attributes)
      // the attributes stand as [0] in the object and are signed as a SET
      sod[w.attributes] = 0xa0
      sod.set(signature, w.signature)
      return sod
    },
  }
}

/** Puts the hashes into their places. @throws RangeError when one is not of the length of its function */
function write(hashes: readonly (readonly [number, Uint8Array])[], plan: Plan, o: { readonly into: Uint8Array; readonly at: number; readonly n: number }): void {
  const { holes } = plan.content
  for (let i = 0; i < hashes.length; i++) {
    const [group, bytes] = hashes[i]!
    if (bytes.length !== o.n) throw new RangeError(`the hash of DG${group} has ${bytes.length} bytes`)
    o.into.set(bytes, o.at + holes[i]!)
  }
}

/** The hashes of data groups, in order of their numbers. */
export function hashGroups(groups: ReadonlyMap<number, Uint8Array>, hash: HashName, crypto: Crypto): readonly (readonly [number, Uint8Array])[] {
  return [...groups].sort(([a], [b]) => a - b).map(([n, bytes]) => [n, crypto.hash(hash, bytes)] as const)
}

