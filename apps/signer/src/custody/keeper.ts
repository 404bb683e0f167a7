import { type Words } from '@causeway/signing'

import { type Custody, type KeyRecord, type KeyType, type KeyUse } from './port.ts'
import { type Custodian, type Roster } from './roster.ts'

/** What a new key is to be. Its name is given by whoever asks, so that asking again after a fall makes no second one. */
export interface KeyOrder { readonly id: string; readonly use: KeyUse; readonly type: KeyType }

/**
 * A custody as its custodians see it. Everything that changes what is kept needs the master key, which nobody has but
 * enough custodians together.
 */
export interface Keeper extends Omit<Custody, 'make' | 'obstacles'> {
  /** Who the custodians are; undefined before the first set-up. */
  readonly roster: () => Roster | undefined
  /** The first set-up. It leaves the custody open: all custodians were there. */
  readonly found: (o: { readonly master: Uint8Array; readonly threshold: number; readonly custodians: readonly Custodian[]; readonly pin: string | undefined }) => Promise<void>
  readonly proves: (master: Uint8Array) => boolean
  /** @throws CustodyFault `token-fault` when the token does not answer, or does not take the PIN */
  readonly open: (master: Uint8Array) => Promise<void>
  readonly make: (master: Uint8Array, order: KeyOrder) => Promise<KeyRecord>
  /** Destroys the private half. */
  readonly retire: (master: Uint8Array, id: string) => Promise<void>
  /** New custodians under a new master key: shares of before open nothing. */
  readonly appoint: (master: Uint8Array, o: { readonly threshold: number; readonly custodians: readonly Custodian[] }) => Promise<void>
  /** What may be carried away: for a file its sealed keys with the shares; for a token the roster and the sealed PIN, no key. */
  readonly backup: () => { readonly name: string; readonly content: string; readonly says: Words }
}
