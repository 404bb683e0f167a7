import { type Tlv } from '../asn1/tlv.ts'
import { isSame } from '../asn1/value.ts'
import { type Reading } from '../cms/signed-data.ts'
import { type Crypto } from '../crypto.ts'
import { decodeCertificate, type Certificate } from '../pki/certificate.ts'
import { readName, renderName, type Name } from '../pki/name.ts'
import { findPath, type PathVerdict, type Trust } from '../pki/path.ts'
import { checkRevocation, type RevocationVerdict } from '../pki/revocation.ts'
import { dsDefects, type ProfileDefect } from '../pki/profile.ts'

/** What is worth saying of a signer's certificate, once. */
export interface SignerWords { readonly subject: string; readonly issuer: string; readonly serial: string; readonly notBefore: string; readonly notAfter: string }

interface KnownSigner {
  readonly defects: readonly ProfileDefect[]
  readonly words: SignerWords
  readonly paths: Map<number, PathVerdict>
  readonly revocations: Map<number, RevocationVerdict>
}

/**
 * What an inspector remembers from document to document. Nothing in it depends on a document that was inspected:
 * certificates by their bytes, and verdicts on certificates by the stretch of time in which they cannot change.
 */
export interface Memory extends Reading {
  readonly defectsOf: (ds: Certificate) => readonly ProfileDefect[]
  readonly wordsOf: (ds: Certificate) => SignerWords
  readonly pathOf: (ds: Certificate, at: Date) => Promise<PathVerdict> | PathVerdict
  readonly revocationOf: (ds: Certificate, at: Date) => Promise<RevocationVerdict> | RevocationVerdict
}

const SLOTS = 1_024
const SIZE_LIMIT = 16_384

/** Remembers what bytes were read as. One value a slot: it cannot grow, and whoever floods it only makes it forget. */
function byBytes<T>(): (bytes: Uint8Array, read: (own: Uint8Array) => T) => T {
  const slots = new Map<number, { readonly bytes: Uint8Array; readonly value: T }>()
  return (bytes, read) => {
    const n = bytes.length
    let slot = n
    for (let i = Math.max(0, n - 12); i < n; i++) slot = (slot * 31 + bytes[i]!) & 0xffffff
    slot %= SLOTS
    const before = slots.get(slot)
    if (before !== undefined && isSame(before.bytes, bytes)) return before.value
    if (n > SIZE_LIMIT) return read(bytes)
    const own = bytes.slice()
    const value = read(own)
    slots.set(slot, { bytes: own, value })
    return value
  }
}

/** Every moment at which a verdict on a certificate of this trust material can change, in order. */
function momentsOf(trust: Trust): Float64Array {
  const times: number[] = []
  for (const c of [...trust.anchors, ...trust.links, ...trust.signers]) times.push(c.notBefore.getTime(), c.notAfter.getTime())
  for (const l of trust.crls) times.push(l.thisUpdate.getTime(), ...(l.nextUpdate === undefined ? [] : [l.nextUpdate.getTime()]))
  return Float64Array.from(new Set(times)).sort()
}

/** The stretch between two moments that a time lies in; a moment itself is a stretch of its own. */
function stretchOf(moments: Float64Array, time: number): number {
  let [low, high] = [0, moments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (moments[middle]! < time) low = middle + 1
    else high = middle
  }
  return 2 * low + (moments[low] === time ? 1 : 0)
}

export function memoryOf(trust: Trust, crypto: Crypto): Memory {
  const certificates = byBytes<Certificate>()
  const names = byBytes<Name>()
  let moments: Float64Array | undefined
  const signers = new WeakMap<Certificate, KnownSigner>()
  const know = (ds: Certificate): KnownSigner => {
    let known = signers.get(ds)
    if (known === undefined) {
      const words = { subject: renderName(ds.subject), issuer: renderName(ds.issuer), serial: ds.serial, notBefore: ds.notBefore.toISOString(), notAfter: ds.notAfter.toISOString() }
      known = { defects: dsDefects(ds), words, paths: new Map(), revocations: new Map() }
      signers.set(ds, known)
    }
    return known
  }
  // only what speaks for a certificate is remembered: the words of a refusal name the time that was asked for
  const remembered = <T extends { readonly outcome: string }>(map: Map<number, T>, at: Date, find: () => Promise<T>): Promise<T> | T => {
    const stretch = stretchOf(moments ??= momentsOf(trust), at.getTime())
    return map.get(stretch) ?? find().then((verdict) => {
      if (verdict.outcome === 'passed') map.set(stretch, verdict)
      return verdict
    })
  }
  return {
    certificate: (der) => certificates(der, decodeCertificate),
    name: (t: Tlv) => names(t.bytes.subarray(t.start, t.next), (own) => readName({ ...t, bytes: own, start: 0, body: t.body - t.start, end: t.end - t.start, next: own.length })),
    defectsOf: (ds) => know(ds).defects,
    wordsOf: (ds) => know(ds).words,
    pathOf: (ds, at) => remembered(know(ds).paths, at, () => findPath(ds, trust, { at, crypto })),
    revocationOf: (ds, at) => remembered(know(ds).revocations, at, () => checkRevocation(ds, trust, { at, crypto })),
  }
}
