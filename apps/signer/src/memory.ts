import { type Clock } from '@causeway/ground'
import { type Anchor } from '@causeway/journal'
import { type SodSigner } from 'icao9303'

import { type Book } from './book.ts'
import { type Active } from './certificate.ts'
import { type Custody, type KeyRecord } from './custody/port.ts'
import { type TimeStampAuthority } from './output/time-stamp.ts'
import { type SignerSettings } from './setting.ts'

export interface SignerOptions {
  readonly custody: Custody
  readonly book: Book
  readonly clock: Clock
  readonly settings: SignerSettings
  /** Whether the clock leapt while the process ran. */
  readonly leapt: () => boolean
  readonly organisation: string
  /** Who stamps times, where one is set. */
  readonly timeStamps?: TimeStampAuthority | undefined
  readonly faultPoint: (name: string) => void
}

/** What the signer knows at hand. Everything that was done is in the book. */
export interface Memory {
  readonly o: SignerOptions
  /** The key of anchors and messages, and its name there; undefined before the custodians are set up. */
  readonly anchorKey: () => { readonly key: KeyRecord; readonly keyId: string } | undefined
  readonly makers: Map<string, SodSigner>
  active: Active | undefined
  office: string | undefined
  lastAnchor: Anchor | undefined
}
