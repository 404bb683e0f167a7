import { type Tlv } from '../asn1/tlv.ts'
import { isSame } from '../asn1/value.ts'
import { type Reading } from '../cms/signed-data.ts'
import { type Awaitable, type Crypto } from '../crypto.ts'
import { decodeCom, type Com } from '../lds/com.ts'
import { type Decoded } from '../lds/decoded.ts'
import { decodeCertificate, type Certificate } from '../pki/certificate.ts'
import { readName, renderName, type Name } from '../pki/name.ts'
import { type DeviationList } from '../pki/deviation-list.ts'
import { verifyList } from '../pki/list-trust.ts'
import { findPath, type PathNote, type PathVerdict, type Trust } from '../pki/path.ts'
import { checkRevocation, revokedAuthority, type RevocationVerdict } from '../pki/revocation.ts'
import { dsDefects } from '../pki/profile.ts'
import { said, type Said } from '../sentence.ts'
import { type ProfileDefect } from '../pki/profile/rule.ts'

/** What is worth saying of a signer's certificate, once. */
export interface SignerWords { readonly subject: string; readonly issuer: string; readonly serial: string; readonly notBefore: string; readonly notAfter: string }

/** A way to an anchor with its words, the serial numbers on it, and an authority on it that is revoked; or why there is none. */
export type KnownPath =
  | Said & { readonly outcome: 'passed'; readonly evidence: { readonly path: readonly string[] }; readonly notes: readonly PathNote[]; readonly revoked: string | undefined }
  | Exclude<PathVerdict, { readonly outcome: 'passed' }>

async function knownPath(ds: Certificate, trust: Trust, o: { readonly at: Date; readonly crypto: Crypto }): Promise<KnownPath> {
  const found = await findPath(ds, trust, o)
  if (found.outcome !== 'passed') return found
  const { path, notes } = found
  const links = path.length - 1
  const values = { anchor: renderName(path.at(-1)!.subject), links: String(links) }
  const sentence = links === 0 ? said('path-found', values) : said(links === 1 ? 'path-over-link' : 'path-over-links', values)
  return { ...sentence, outcome: 'passed', evidence: { path: [ds, ...path].map((c) => c.serial) }, notes, revoked: await revokedAuthority(path, trust, o.crypto) }
}

interface KnownSigner {
  readonly defects: readonly ProfileDefect[]
  readonly words: SignerWords
  readonly paths: Map<number, KnownPath>
  readonly revocations: Map<number, RevocationVerdict>
}

/**
 * What an inspector remembers from document to document. Nothing in it depends on a document that was inspected:
 * certificates by their bytes, and verdicts on certificates by the stretch of time in which they cannot change.
 */
export interface Memory extends Reading {
  /** EF.COM, which is the same in every document of a series. */
  readonly com: (bytes: Uint8Array) => Decoded<Com>
  /** The day of a moment in words: writing it anew costs as much as a check. */
  readonly dayOf: (at: Date) => string
  readonly defectsOf: (ds: Certificate) => readonly ProfileDefect[]
  readonly wordsOf: (ds: Certificate) => SignerWords
  readonly pathOf: (ds: Certificate, at: Date) => Awaitable<KnownPath>
  /** Deviation lists of the trust material whose signers may be believed. */
  readonly believedLists: (at: Date) => Awaitable<readonly DeviationList[]>
  readonly revocationOf: (ds: Certificate, at: Date) => Awaitable<RevocationVerdict>
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

async function believed(trust: Trust, o: { readonly at: Date; readonly crypto: Crypto }): Promise<readonly DeviationList[]> {
  const found: DeviationList[] = []
  for (const list of trust.deviations ?? []) if ((await verifyList(list, trust, o)).outcome === 'passed') found.push(list)
  return found
}

function calendar(): (at: Date) => string {
  const days = new Map<number, string>()
  return (at) => {
    const n = Math.floor(at.getTime() / 86_400_000)
    let day = days.get(n)
    if (day === undefined) {
      if (days.size >= SLOTS) days.clear()
      day = at.toISOString().slice(0, 10)
      days.set(n, day)
    }
    return day
  }
}

/** Certificates and names as they were read from the same bytes before. */
export function rememberedReading(): Reading {
  const certificates = byBytes<Certificate>()
  const names = byBytes<Name>()
  return {
    certificate: (der) => certificates(der, decodeCertificate),
    name: (t: Tlv) => names(t.bytes.subarray(t.start, t.next), (own) => readName({ ...t, bytes: own, start: 0, body: t.body - t.start, end: t.end - t.start, next: own.length })),
  }
}

export function memoryOf(trust: Trust, crypto: Crypto): Memory {
  const coms = byBytes<Decoded<Com>>()
  let moments: Float64Array | undefined
  const lists = new Map<number, readonly DeviationList[]>()
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
  const remembered = <T extends { readonly outcome: string }>(map: Map<number, T>, at: Date, find: () => Promise<T>): Awaitable<T> => {
    const stretch = stretchOf(moments ??= momentsOf(trust), at.getTime())
    return map.get(stretch) ?? find().then((verdict) => {
      if (verdict.outcome === 'passed') map.set(stretch, verdict)
      return verdict
    })
  }
  return {
    dayOf: calendar(),
    com: (bytes) => coms(bytes, decodeCom),
    ...rememberedReading(),
    defectsOf: (ds) => know(ds).defects,
    wordsOf: (ds) => know(ds).words,
    pathOf: (ds, at) => remembered(know(ds).paths, at, () => knownPath(ds, trust, { at, crypto })),
    believedLists: (at) => {
      const stretch = stretchOf(moments ??= momentsOf(trust), at.getTime())
      return lists.get(stretch) ?? believed(trust, { at, crypto }).then((found) => {
        lists.set(stretch, found)
        return found
      })
    },
    revocationOf: (ds, at) => remembered(know(ds).revocations, at, () => checkRevocation(ds, trust, { at, crypto })),
  }
}
