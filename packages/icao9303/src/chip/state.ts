import { type ActiveAuthenticationFault } from '../access/active-authentication-chip.ts'
import { type ChipAuthenticationFault } from '../access/chip-authentication-chip.ts'
import { type HashName } from '../crypto.ts'
import { type Day } from '../cvc/day.ts'

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

/** What a chip of the field is known for, for what it is tested against; the table is in `behaviour.ts`. */
export type ChipBehaviour =
  | { readonly kind: 'extended-refused'; readonly then: 'goes-on' | 'ends' }
  | { readonly kind: 'bare-absent' }
  | { readonly kind: 'parameter-reference'; readonly takes: 'required' | 'refused' }
  | { readonly kind: 'master-file'; readonly takes: 'nothing' | 'no-data' | 'with-answer'; readonly sw: number }
  | { readonly kind: 'strict-le' }
  | { readonly kind: 'no-bac' }
  | { readonly kind: 'application'; readonly id: string }
  | { readonly kind: 'at-most'; readonly bytes: number; readonly says: 'less' | '6700' | '6cxx' }
  | { readonly kind: 'signature-length'; readonly fault: ActiveAuthenticationFault }
  | { readonly kind: 'breaks-at'; readonly lengths: readonly number[]; readonly how: '6988' | 'checksum' }
  | { readonly kind: 'file-word'; readonly file: string; readonly sw: number }
  | { readonly kind: 'refuses-pace'; readonly step: 'set-at' | 'general-authenticate'; readonly sw: number }
  | { readonly kind: 'get-response'; readonly part: number }
  | { readonly kind: 'bare-data'; readonly file: string }
  | { readonly kind: 'signs'; readonly form?: 'plain' | 'der'; readonly hash?: HashName }
  | { readonly kind: 'signature-padded'; readonly zeros: number }
  | { readonly kind: 'chip-authentication'; readonly faults: readonly ChipAuthenticationFault[] }
  | { readonly kind: 'loses-power'; readonly after: number }

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
  /** The day that the chip takes for today: it has no clock and learns it from certificates. */
  readonly today?: Day
  readonly fault?: ChipFault | undefined
  readonly behaviours?: readonly ChipBehaviour[]
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
  today: Day | undefined
  readonly fault: ChipFault | undefined
  readonly behaviours: readonly ChipBehaviour[]
}
