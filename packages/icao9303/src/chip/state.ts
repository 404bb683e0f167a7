/** Where a chip is in its life: as delivered, being written, closed for good. */
export type ChipLife = 'blank' | 'personalising' | 'locked'

/**
 * What opens a chip for reading: nothing, Basic Access Control, PACE, or either.
 *
 * @source Doc 9303-11 §4.2
 */
export type ChipAccess = 'open' | 'bac' | 'pace' | 'pace-and-bac'

/** What a key of the chip is for. */
export type ChipKeyUse = 'chip-authentication' | 'active-authentication'

/** A key that the chip made, or that was put into it: numbers in hexadecimal. It does not leave the chip. */
export type ChipKey =
  | { readonly use: ChipKeyUse; readonly kind: 'ec'; readonly curve: string; readonly secret: string; readonly keyId?: number }
  | { readonly use: 'chip-authentication'; readonly kind: 'dh'; readonly publicKey: string; readonly secret: string; readonly keyId?: number }
  | { readonly use: 'active-authentication'; readonly kind: 'rsa'; readonly modulus: string; readonly privateExponent: string }

/** What a holder must know to be let in. */
export interface ChipSecrets {
  /** MRZ_information: number, birth and expiry with their check digits. */
  readonly mrz?: string
  /** The number printed on the document. */
  readonly can?: string
}

/** Something that goes wrong on purpose while it is written, to see whether it is noticed. */
export type ChipFault =
  | { readonly kind: 'corrupts'; readonly file: string; readonly offset: number }
  | { readonly kind: 'refuses-write'; readonly file: string }
  | { readonly kind: 'short-read' }

/** One write, for the log that a chip keeps of its own making. */
export interface ChipWrite { readonly file: string; readonly offset: number; readonly length: number }

/** All that a chip holds: plain values, so that it can be kept and woken up again. A session is not among them. */
export interface ChipState {
  readonly life: ChipLife
  /** Contents in hexadecimal, by the names of `APPLICATION_FILES` and `MASTER_FILES`. */
  readonly files: Readonly<Record<string, string>>
  readonly writes: readonly ChipWrite[]
  readonly access?: ChipAccess
  readonly secrets?: ChipSecrets
  readonly keys?: readonly ChipKey[]
  /** Card-verifiable certificates in hexadecimal that terminals are judged by. */
  readonly trustPoints?: readonly string[]
  readonly fault?: ChipFault | undefined
}

/** As delivered: no files, open for personalisation. */
export const BLANK_CHIP: ChipState = { life: 'blank', files: {}, writes: [] }

/** A chip while it has power: what it holds, as values that change. */
export interface ChipMemory {
  life: ChipLife
  readonly files: Map<string, Uint8Array>
  readonly writes: ChipWrite[]
  access: ChipAccess
  secrets: ChipSecrets
  readonly keys: ChipKey[]
  readonly trustPoints: string[]
  readonly fault: ChipFault | undefined
}
