import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/**
 * One line of the journal: one event of one act.
 * `body` is the exact text that was stored; personal values in it are sealed, so that the hash is over ciphertext.
 */
export interface Entry {
  readonly office: string
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly role: string
  readonly act: string
  readonly request: string
  readonly kind: string
  readonly stream: string
  readonly version: number
  readonly event: string
  readonly body: string
  readonly prev: string
  readonly hash: string
}

/** The hash before the first entry. */
export const GENESIS = '0'.repeat(64)

export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** What the hash of an entry is over: its fields in one fixed order, each delimited by JSON. */
export function entryText(e: Omit<Entry, 'hash'>): string {
  return JSON.stringify(['causeway-entry-1', e.office, e.seq, e.at, e.actor, e.role, e.act, e.request, e.kind, e.stream, e.version, e.event, e.body, e.prev])
}

export function entryHash(e: Omit<Entry, 'hash'>): string {
  return hashText(entryText(e))
}

/** Hangs an entry on the chain. */
export function linkEntry(e: Omit<Entry, 'hash' | 'prev' | 'seq'>, head: { readonly seq: number; readonly hash: string }): Entry {
  const linked = { ...e, seq: head.seq + 1, prev: head.hash }
  return { ...linked, hash: entryHash(linked) }
}
