import { argon2 as argon2Callback, createCipheriv, createDecipheriv, createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

import { combine, split } from 'shamir-secret-sharing'

const argon2 = promisify(argon2Callback)

/** What it costs to try one passphrase. Memory in KiB. @source RFC 9106 §4 */
export interface Cost { readonly memory: number; readonly passes: number; readonly parallelism: number }

/** A passphrase of 192 random bits needs no cost against guessing. */
export const COST_OF_RANDOM: Cost = { memory: 8_192, passes: 1, parallelism: 1 }

/** A person who keeps a share: by a pair of keys, of which a passphrase opens the private one. */
export interface Custodian extends Cost {
  readonly name: string
  /** X25519, SubjectPublicKeyInfo, base64. */
  readonly key: string
  readonly salt: string
  /** The private key, PKCS#8, under argon2id of the passphrase. */
  readonly sealed: string
}

/** A custodian with a share of the master key, sealed to the custodian's key. */
export interface Seat extends Custodian { readonly share: string }

/** Who keeps the master key together. Any `threshold` of the seats have it; fewer have nothing. */
export interface Roster {
  readonly threshold: number
  /** Grows with every change: shares of two epochs do not go together. */
  readonly epoch: number
  readonly seats: readonly Seat[]
}

const text = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const bytes = (s: string): Buffer => Buffer.from(s, 'base64')

/** AES-256-GCM under a fresh nonce: nonce, text, tag. */
export function seal(key: Uint8Array, plain: Uint8Array, about: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** What was sealed; undefined under another key, about something else, or changed. */
export function unseal(key: Uint8Array, sealed: Uint8Array, about: string): Buffer | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(-16))
    return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  } catch {
    return undefined
  }
}

const stretch = async (passphrase: string, c: Cost & { readonly salt: string }): Promise<Buffer> => argon2('argon2id', {
  message: passphrase.normalize('NFC'), nonce: bytes(c.salt), memory: c.memory, passes: c.passes, parallelism: c.parallelism, tagLength: 32,
})

const aboutKey = (c: Pick<Custodian, 'name' | 'key'>): string => JSON.stringify(['causeway-custodian-1', c.name, c.key])
const aboutShare = (c: Pick<Custodian, 'name' | 'key'>, r: Pick<Roster, 'threshold' | 'epoch'>): string => JSON.stringify(['causeway-share-1', c.name, c.key, r.threshold, r.epoch])

/** A new custodian, who has no share yet. */
export async function enrol(name: string, passphrase: string, cost: Cost): Promise<Custodian> {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const { memory, passes, parallelism } = cost
  const c = { name, key: text(publicKey.export({ format: 'der', type: 'spki' })), memory, passes, parallelism, salt: text(randomBytes(16)) }
  const stretched = await stretch(passphrase, c)
  return { ...c, sealed: text(seal(stretched, privateKey.export({ format: 'der', type: 'pkcs8' }), aboutKey(c))) }
}

const shareKey = (agreed: Buffer, from: string, to: string): Buffer => Buffer.from(hkdfSync('sha256', agreed, Buffer.concat([bytes(from), bytes(to)]), 'causeway-share-1', 32))
const publicKeyOf = (spki: string): KeyObject => createPublicKey({ key: bytes(spki), format: 'der', type: 'spki' })

/** A share for the eyes of one custodian: an ephemeral X25519 key, and what is sealed under what was agreed. */
function sealShare(c: Custodian, share: Uint8Array, r: Pick<Roster, 'threshold' | 'epoch'>): Seat {
  const fresh = generateKeyPairSync('x25519')
  const from = text(fresh.publicKey.export({ format: 'der', type: 'spki' }))
  const agreed = diffieHellman({ privateKey: fresh.privateKey, publicKey: publicKeyOf(c.key) })
  return { ...c, share: JSON.stringify([from, text(seal(shareKey(agreed, from, c.key), share, aboutShare(c, r)))]) }
}

/**
 * Shares a master key out among custodians. Nobody's passphrase is needed: shares are sealed to public keys. With a
 * threshold of one, every custodian has the whole.
 *
 * @source Shamir, How to Share a Secret (1979): fewer than `threshold` shares tell nothing
 */
export async function shareOut(master: Uint8Array, o: { readonly threshold: number; readonly epoch: number; readonly custodians: readonly Custodian[] }): Promise<Roster> {
  const { threshold, epoch, custodians } = o
  if (threshold < 1 || threshold > custodians.length) throw new RangeError(`${threshold} of ${custodians.length} custodians`)
  const shares = threshold === 1 ? custodians.map(() => new Uint8Array(master)) : await split(new Uint8Array(master), custodians.length, threshold)
  const seats = custodians.map((c, i) => sealShare(c, shares[i]!, { threshold, epoch }))
  for (const s of shares) s.fill(0)
  return { threshold, epoch, seats }
}

/** The share of a custodian; undefined when the passphrase is not the custodian's. */
export async function openSeat(r: Roster, seat: Seat, passphrase: string): Promise<Uint8Array | undefined> {
  const stretched = await stretch(passphrase, seat)
  const pkcs8 = unseal(stretched, bytes(seat.sealed), aboutKey(seat))
  stretched.fill(0)
  if (pkcs8 === undefined) return undefined
  const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })
  pkcs8.fill(0)
  const [from, sealed] = JSON.parse(seat.share) as [string, string]
  const share = unseal(shareKey(diffieHellman({ privateKey, publicKey: publicKeyOf(from) }), from, seat.key), bytes(sealed), aboutShare(seat, r))
  return share && new Uint8Array(share)
}

/** The master key out of shares of different custodians. Fewer than the threshold give some other bytes: what it opens tells. */
export async function recover(r: Roster, shares: readonly Uint8Array[]): Promise<Uint8Array> {
  if (r.threshold === 1) return new Uint8Array(shares[0]!)
  return combine(shares.slice(0, r.threshold).map((s) => new Uint8Array(s)))
}
