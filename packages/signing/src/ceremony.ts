import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { no, type Refusal, type Result } from '@causeway/kernel'
import { Type, type Static, type TSchema } from 'typebox'

import { CertificateImport, SIGNER_RULES } from './message.ts'
import { strictly } from './parse.ts'
import { CredentialImport } from './seal.ts'

const closed = { additionalProperties: false } as const
/** Identifiers are short and of printable ASCII: they stand in journals and in refusals. */
const Name = Type.String({ pattern: '^[\\x21-\\x7e]{1,200}$' })
const KeyId = Type.String({ pattern: '^[0-9a-f]{16}$' })
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' })
/** A person’s name, in any script. */
const Person = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^\\x00-\\x20\\x7f]([^\\x00-\\x1f\\x7f]*[^\\x00-\\x20\\x7f])?$' })
const Passphrase = Type.String({ minLength: 1, maxLength: 1_024 })
const Reason = Type.String({ minLength: 1, maxLength: 300, pattern: '^[^\\x00-\\x1f\\x7f]*$' })

export const KEY_USES = ['document', 'anchor', 'seal', 'bar-code', 'endorsement', 'endorsement-mac', 'master-list', 'deviation-list'] as const
export const KEY_TYPES = ['P-256', 'P-384', 'brainpoolP256r1', 'brainpoolP384r1', 'rsa-3072', 'rsa-4096', 'sm2', 'aes-256'] as const

const ORDERS = [
  Type.Object({ id: Name, kind: Type.Literal('activate') }, closed),
  Type.Object({ id: Name, kind: Type.Literal('create-key'), use: Type.Enum([...KEY_USES]), type: Type.Enum([...KEY_TYPES]) }, closed),
  Type.Object({ id: Name, kind: Type.Literal('import-certificate'), ...CertificateImport.properties }, closed),
  Type.Object({ id: Name, kind: Type.Literal('import-credential'), ...CredentialImport.properties }, closed),
  Type.Object({ id: Name, kind: Type.Literal('retire-key'), keyId: KeyId, reason: Reason }, closed),
  Type.Object({ id: Name, kind: Type.Literal('export-backup') }, closed),
  Type.Object({ id: Name, kind: Type.Literal('add-custodian'), name: Person, passphrase: Passphrase }, closed),
  Type.Object({ id: Name, kind: Type.Literal('replace-custodian'), replaces: Person, name: Person, passphrase: Passphrase }, closed),
] as const
/** What a ceremony is about, as it is asked for. `id` is of the asker's choosing: the same id is the same ceremony, for ever. */
export const CeremonyOrder = Type.Union([...ORDERS])
export type CeremonyOrder = Static<(typeof ORDERS)[number]>

/** The first set-up: who the custodians are, each with a passphrase of their own, and how many of them it takes. `pin`: of the token, once. */
export const Founding = Type.Object({
  id: Name, threshold: Type.Integer({ minimum: 1, maximum: 16 }),
  custodians: Type.Array(Type.Object({ name: Person, passphrase: Passphrase }, closed), { minItems: 1, maxItems: 16 }),
  pin: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
}, closed)
export type Founding = Static<typeof Founding>

/** One person stands for a ceremony: for what its digest says, and nothing else. */
export const Confirmation = Type.Object({ id: Name, digest: Hash, custodian: Person, passphrase: Passphrase }, closed)
export type Confirmation = Static<typeof Confirmation>
export const CarryOut = Type.Object({ id: Name, digest: Hash }, closed)
export type CarryOut = Static<typeof CarryOut>

const parsers: Readonly<Record<string, (value: unknown) => Result<CeremonyOrder, Refusal>>> = Object.fromEntries(ORDERS.map((form) => [form.properties.kind.const, strictly<TSchema>(form) as (value: unknown) => Result<CeremonyOrder, Refusal>]))

/** An order of its kind, or the first field that is not of its form. */
export function parseCeremonyOrder(value: unknown): Result<CeremonyOrder, Refusal> {
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined
  const parse = typeof kind === 'string' && Object.hasOwn(parsers, kind) ? parsers[kind]! : undefined
  return parse === undefined ? no({ code: 'request-malformed', at: 'kind', rule: SIGNER_RULES['request-malformed'] }) : parse(value)
}
export const parseFounding = strictly(Founding)
export const parseConfirmation = strictly(Confirmation)
export const parseCarryOut = strictly(CarryOut)

export type CeremonyKind = CeremonyOrder['kind'] | 'found'

/** What is confirmed: everything that the ceremony will do, and no secret. Texts by name, in the order they are hashed. */
export type CeremonySubject = Readonly<Record<string, string>>

/** The digest that everybody confirms. SHA-256, hex. */
export const ceremonyDigest = (id: string, kind: CeremonyKind, subject: CeremonySubject): string => bytesToHex(sha256(utf8ToBytes(JSON.stringify(['causeway-ceremony-1', id, kind, ...Object.entries(subject).sort(([a], [b]) => (a < b ? -1 : 1))]))))

/** `open`: waits for people; `done`, `failed`: over, and the journal says so; `expired`: nobody came in time. */
export type CeremonyState = 'open' | 'expired' | 'done' | 'failed'

export interface CeremonyView {
  readonly id: string
  readonly kind: CeremonyKind
  readonly subject: CeremonySubject
  readonly digest: string
  readonly state: CeremonyState
  /** How many different custodians it takes, and of how many. */
  readonly threshold: number
  readonly seats: number
  readonly opened: string
  readonly expires: string
  readonly confirmations: readonly { readonly custodian: string; readonly at: string }[]
  /** What came of it, by name; for a failed one the code of why. */
  readonly outcome: Readonly<Record<string, string>>
  /** Where the signer's journal has it. */
  readonly journal: { readonly seq: number; readonly hash: string } | undefined
  /** Carried out by custodians whose passphrases lie beside the keys. */
  readonly demonstration: boolean
  readonly keyStore: 'file' | 'token'
}

/** What is carried away by a backup. */
export interface BackupAnswer { readonly ceremony: CeremonyView; readonly file?: { readonly name: string; readonly content: string } }

export interface CeremonyList {
  readonly custodians: readonly string[]
  readonly threshold: number
  readonly epoch: number
  readonly demonstration: boolean
  readonly keyStore: 'file' | 'token'
  readonly activated: boolean
  readonly ceremonies: readonly CeremonyView[]
}
