import { Malformed } from './asn1/tlv.ts'
import { hex, isSame, unhex } from './asn1/value.ts'
import { context, implicit, integer, octets, oid, sequence, setOf, time, tlv } from './asn1/write.ts'
import { OID_CONTENT_TYPE, OID_MESSAGE_DIGEST, OID_SIGNED_DATA, OID_SIGNING_TIME, verifySignedData, type Reading } from './cms/signed-data.ts'
import { after, HASH_LENGTH, type Awaitable, type Crypto, type HashName, type Scheme, type Sign } from './crypto.ts'
import { decodeSod, encodeSecurityObject, OID_SECURITY_OBJECT, type DecodedSod } from './lds/security-object.ts'
import { hashIdentifier, signatureIdentifier } from './pki/algorithm.ts'
import { type Certificate } from './pki/certificate.ts'
import { dsDefects } from './pki/profile.ts'
import { rememberedReading } from './verify/memory.ts'

export interface SodOrder {
  readonly ds: Certificate
  /** The hash of data groups; of the content and the signature too, unless `scheme` names another. */
  readonly hash: HashName
  readonly lds: '1.7' | '1.8'
  /** How the signer signs. Left out: as its key is, ECDSA or RSA PKCS #1 v1.5. */
  readonly scheme?: Scheme
  /** How the signer is named: by issuer and serial number, as is preferred, or by key identifier. */
  readonly signerId?: 'issuer' | 'key'
}

/** Number and hash of each data group, in order of the numbers. */
export type GroupHashes = readonly (readonly [number, Uint8Array])[]

/**
 * Makes EF.SOD for documents under one signer. `signedAt`, where given, stands in it as the signing time.
 * With a `sign` that answers at once the answer is there at once.
 */
export interface SodSigner {
  readonly make: (hashes: GroupHashes, sign: Sign, signedAt?: Date) => Awaitable<Uint8Array>
  /**
   * Reads an EF.SOD that was made again, from its bytes, and says why it must not leave: nothing, when all is right.
   * `at` is the time of signing.
   */
  readonly check: (sod: Uint8Array, wanted: { readonly hashes: GroupHashes; readonly at: Date }) => Awaitable<readonly SodFault[]>
}

/** Why a fresh EF.SOD must not leave the house. */
export interface SodFault { readonly code: 'unreadable' | 'deviation' | 'other-signer' | 'other-hashes' | 'signature' | 'signer-profile' | 'signer-time'; readonly says: string }

/** Bytes with holes: everything that is the same from document to document, written once. */
interface Template { readonly bytes: Uint8Array; readonly holes: readonly number[] }

/** EF.SOD laid out for one length of signature, and where its parts go. */
interface Whole { readonly bytes: Uint8Array; readonly attributes: number; readonly signature: number; readonly content: number }

/** What is the same for all documents with one list of data groups and one form of signing time. `wholes` is indexed by the length of the signature. */
interface Plan { readonly hashLength: number; readonly groups: readonly number[]; readonly form: TimeForm; readonly content: Template; readonly attributes: Template; readonly wholes: Whole[] }

/** How a signing time is written, if at all: the two forms differ in length. @source RFC 5652 §11.3 */
type TimeForm = 'none' | 'utc' | 'generalized'

const PLAN_LIMIT = 64

/** Copies small pieces, many in one allocation; each lies apart and is never written again. */
function copier(): (bytes: Uint8Array) => Uint8Array {
  let [slab, at] = [new Uint8Array(0), 0]
  return (bytes) => {
    if (at + bytes.length > slab.length) [slab, at] = [new Uint8Array(Math.max(8_192, bytes.length)), 0]
    const piece = slab.subarray(at, at + bytes.length)
    at += bytes.length
    piece.set(bytes)
    return piece
  }
}

/** Writes with marks where the holes are to be, then looks the marks up. */
function template(build: (mark: (length: number) => Uint8Array) => Uint8Array): Template {
  const marks: Uint8Array[] = []
  const bytes = build((length) => {
    const mark = Uint8Array.from({ length }, (_, i) => (0xa5 ^ (marks.length * 29 + i * 113)) & 0xff)
    marks.push(mark)
    return mark
  })
  const text = hex(bytes)
  return { bytes, holes: marks.map((m) => {
    const at = text.indexOf(hex(m))
    if (at < 0 || at % 2 !== 0) throw new Malformed('template', 0, 'a mark')
    return at / 2
  }) }
}

/** The scheme that an order means. @throws RangeError when key and scheme do not go together, or SHA-1 is asked for */
function schemeFor({ ds, hash, scheme }: SodOrder): Scheme {
  const isEc = ds.curve !== undefined
  const meant: Scheme = scheme ?? (isEc ? { kind: 'ecdsa', hash, form: 'der' } : { kind: 'rsa-pkcs1', hash })
  if ((meant.kind === 'ecdsa') !== isEc) throw new RangeError(`the signer's key does not sign with ${meant.kind}`)
  if (hash === 'SHA-1' || meant.hash === 'SHA-1') throw new RangeError('SHA-1 is for reading old documents only')
  return meant
}

/** The signer's identifier with the version that belongs to it. @source RFC 5652 §5.3 */
function signerIdOf({ ds, signerId }: SodOrder): { readonly version: number; readonly bytes: Uint8Array } {
  if (signerId !== 'key') return { version: 1, bytes: sequence(ds.issuer.der, ds.serialDer) }
  if (ds.subjectKeyId === undefined) throw new RangeError('the signer’s certificate has no key identifier')
  return { version: 3, bytes: implicit(0, unhex(ds.subjectKeyId)) }
}

/**
 * EF.SOD by templates: of a document only the hashes, the digest of the content, the time and the signature are new;
 * all other bytes are laid out once for each list of data groups and length of signature.
 *
 * @throws RangeError when the order cannot be signed: a scheme that is not the key's, SHA-1, no key identifier to name
 * @source Doc 9303-10 §4.6.2
 */
export function sodSigner(order: SodOrder, crypto: Crypto): SodSigner {
  const { ds, hash, lds } = order
  const scheme = schemeFor(order)
  const sid = signerIdOf(order)
  const algorithm = signatureIdentifier(scheme)
  const digest = hashIdentifier(scheme.hash)
  const digestLength = HASH_LENGTH[scheme.hash]
  const plans: Plan[] = []
  const copy = copier()
  const reading = rememberedReading()
  const profile = dsDefects(ds).filter((d) => d.grave).map((d): SodFault => ({ code: 'signer-profile', says: d.says }))

  const planFor = (hashes: GroupHashes, form: TimeForm): Plan => {
    for (const p of plans) if (p.form === form && isFor(p, hashes)) return p
    const made: Plan = {
      hashLength: HASH_LENGTH[hash], groups: hashes.map(([g]) => g), form, wholes: [],
      content: template((mark) => encodeSecurityObject(hash, hashes.map(([g]) => [g, mark(HASH_LENGTH[hash])] as const), lds)),
      attributes: template((mark) => attributesOf(mark, form, digestLength)),
    }
    if (plans.length >= PLAN_LIMIT) plans.length = 0
    plans.push(made)
    return made
  }
  const layOut = (plan: Plan, signature: number): Whole => {
    const content = plan.content.bytes
    const t = template((mark) => {
      const signedAttributes = mark(plan.attributes.bytes.length)
      const signerInfo = sequence(integer(sid.version), sid.bytes, digest, signedAttributes, algorithm, octets(mark(signature)))
      return tlv(0x77, sequence(oid(OID_SIGNED_DATA), context(0, sequence(
        integer(3), setOf(digest), sequence(oid(OID_SECURITY_OBJECT), context(0, octets(content))), context(0, ds.der), setOf(signerInfo),
      ))))
    })
    return { bytes: t.bytes, attributes: t.holes[0]!, signature: t.holes[1]!, content: hex(t.bytes).indexOf(hex(content)) / 2 }
  }
  const fill = (plan: Plan, hashes: GroupHashes, attributes: Uint8Array, signature: Uint8Array): Uint8Array => {
    const w = plan.wholes[signature.length] ??= layOut(plan, signature.length)
    const sod = w.bytes.slice()
    write(hashes, plan, sod, w.content)
    sod.set(attributes, w.attributes)
    // the attributes stand as [0] in the object and are signed as a SET
    sod[w.attributes] = 0xa0
    sod.set(signature, w.signature)
    return sod
  }
  return {
    make: (hashes, sign, signedAt) => {
      const plan = planFor(hashes, timeForm(signedAt))
      // the content is hashed before anything else can run, so that one copy serves all documents of a plan
      write(hashes, plan, plan.content.bytes, 0)
      const attributes = copy(plan.attributes.bytes)
      attributes.set(crypto.hash(scheme.hash, plan.content.bytes), plan.attributes.holes[0])
      if (signedAt !== undefined) attributes.set(time(signedAt).subarray(2), plan.attributes.holes[1])
      const signature = sign(attributes)
      return signature instanceof Uint8Array ? fill(plan, hashes, attributes, signature) : signature.then((s) => fill(plan, hashes, attributes, s))
    },
    check: (sod, wanted) => {
      const read = readAgain(sod, reading)
      if (!('signed' in read)) return [read]
      const faults = [...profile, ...timeFaults(ds, wanted.at), ...contentFaults(read, ds, wanted.hashes)]
      return after(verifySignedData(read.signed, ds, crypto), (v) => (v.ok && !v.plain ? faults : [...faults, { code: 'signature', says: v.says }]))
    },
  }
}

function readAgain(sod: Uint8Array, reading: Reading): DecodedSod | SodFault {
  try {
    return decodeSod(sod, reading)
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return { code: 'unreadable', says: error.message }
  }
}

function timeFaults(ds: Certificate, at: Date): readonly SodFault[] {
  const { from, to } = ds.privateKeyUsage ?? { from: undefined, to: undefined }
  const ends = (a: Date | undefined, b: Date | undefined): boolean => (a !== undefined && at < a) || (b !== undefined && at > b)
  if (ends(ds.notBefore, ds.notAfter)) return [{ code: 'signer-time', says: 'the signer’s certificate is not valid at the time of signing' }]
  return ends(from, to) ? [{ code: 'signer-time', says: 'the signer’s key may not sign at this time' }] : []
}

/** Its signer must be in it to the byte, and the hashes must be those that were asked for. */
function contentFaults(read: DecodedSod, ds: Certificate, wanted: GroupHashes): readonly SodFault[] {
  const faults: SodFault[] = read.deviations.filter((d) => d.grave).map((d) => ({ code: 'deviation', says: d.says }))
  const [carried] = read.signed.certificates
  const { id } = read.signed.signer
  const isNamed = id.kind === 'key' ? id.keyId === ds.subjectKeyId : isSame(id.issuer.der, ds.issuer.der) && isSame(id.serialDer, ds.serialDer)
  if (carried === undefined || (carried !== ds && !isSame(carried.der, ds.der)) || !isNamed) faults.push({ code: 'other-signer', says: 'another signer is named, or another certificate carried' })
  const { hashes } = read.object
  const isWanted = hashes.size === wanted.length && wanted.every(([n, h]) => { const found = hashes.get(n); return found !== undefined && isSame(found, h) })
  if (!isWanted) faults.push({ code: 'other-hashes', says: 'the hashes are not those that were to be signed' })
  return faults
}

const timeForm = (at: Date | undefined): TimeForm => (at === undefined ? 'none' : at.getUTCFullYear() < 2050 ? 'utc' : 'generalized')

/** The signed attributes as a SET. */
function attributesOf(mark: (length: number) => Uint8Array, form: TimeForm, digest: number): Uint8Array {
  const contentType = sequence(oid(OID_CONTENT_TYPE), setOf(oid(OID_SECURITY_OBJECT)))
  const messageDigest = sequence(oid(OID_MESSAGE_DIGEST), setOf(octets(mark(digest))))
  if (form === 'none') return setOf(contentType, messageDigest)
  const value = form === 'utc' ? tlv(0x17, mark(13)) : tlv(0x18, mark(15))
  return setOf(contentType, messageDigest, sequence(oid(OID_SIGNING_TIME), setOf(value)))
}

function isFor(plan: Plan, hashes: GroupHashes): boolean {
  const { groups } = plan
  if (groups.length !== hashes.length) return false
  for (let i = 0; i < groups.length; i++) if (groups[i] !== hashes[i]![0]) return false
  return true
}

/** Puts the hashes into their places. @throws RangeError when one is not of the length of its function */
function write(hashes: GroupHashes, plan: Plan, into: Uint8Array, at: number): void {
  const { holes } = plan.content
  for (let i = 0; i < hashes.length; i++) {
    const [group, bytes] = hashes[i]!
    if (bytes.length !== plan.hashLength) throw new RangeError(`the hash of DG${group} has ${bytes.length} bytes`)
    into.set(bytes, at + holes[i]!)
  }
}

/** The hashes of data groups, in order of their numbers. */
export function hashGroups(groups: ReadonlyMap<number, Uint8Array>, hash: HashName, crypto: Crypto): GroupHashes {
  return [...groups].sort(([a], [b]) => a - b).map(([n, bytes]) => [n, crypto.hash(hash, bytes)] as const)
}
