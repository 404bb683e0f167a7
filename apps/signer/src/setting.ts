import { existsSync, readFileSync } from 'node:fs'

import { KEY_TYPES } from '@causeway/signing'

/** A limit of the signer: what it is from a day on, and the rule it rests on. */
export interface Dated<T> { readonly from: string; readonly value: T; readonly rule: string }

/** Every limit by name. The newest one that has begun holds. */
export interface SignerSettings {
  /** Minutes that the newest anchor may be old when a document is signed. */
  readonly anchorAgeMinutes: readonly Dated<number>[]
  /** Days that an act authorises a signature. */
  readonly authorityAgeDays: readonly Dated<number>[]
  /** Documents that one key may sign. */
  readonly documentsPerKey: readonly Dated<number>[]
  /** Seconds that the clock may stand before the newest line of the journal, and leap against the processor's. */
  readonly clockSeconds: readonly Dated<number>[]
  /** Days before the end of a key's use at which health begins to say so. */
  readonly warnDays: readonly Dated<number>[]
  /** Signature algorithms that documents may be signed with: the type of the key. */
  readonly documentKeyTypes: readonly Dated<readonly string[]>[]
  /** The type of a new document key. */
  readonly newKeyType: readonly Dated<string>[]
  /** The type of the key of anchors and messages: `P-256`, or `sm2` where national algorithms are wanted. */
  readonly anchorKeyType: readonly Dated<string>[]
  /** Requests that may wait. */
  readonly waiting: readonly Dated<number>[]
  /** Minutes that a ceremony waits for its people. */
  readonly ceremonyMinutes: readonly Dated<number>[]
  /** Characters of a custodian's passphrase. */
  readonly passphraseLength: readonly Dated<number>[]
  /** Wrong passphrases in a row after which a custodian waits as long as a ceremony may. */
  readonly credentialTries: readonly Dated<number>[]
  /** KiB of memory and number of passes that it costs to try a passphrase (argon2id). */
  readonly passphraseMemory: readonly Dated<number>[]
  readonly passphrasePasses: readonly Dated<number>[]
}

const since = <T>(value: T, rule: string): readonly Dated<T>[] => [{ from: '2000-01-01', value, rule }]

export const SETTINGS: SignerSettings = {
  anchorAgeMinutes: since(240, 'office rule: issuing stops when the newest anchor is older than four hours'),
  authorityAgeDays: since(30, 'office rule: a production order is worked within thirty days'),
  documentsPerKey: since(100_000, 'office rule: few documents fall with one key'),
  clockSeconds: since(300, 'office rule: clocks agree within five minutes'),
  warnDays: since(14, 'office rule: a successor is asked for two weeks before'),
  documentKeyTypes: since(['P-256', 'P-384', 'brainpoolP256r1', 'brainpoolP384r1', 'rsa-3072', 'rsa-4096'], 'Doc 9303-12 §4.1.6: algorithms and least key sizes'),
  newKeyType: since('P-256', 'Doc 9303-12 §4.1.6.3'),
  anchorKeyType: since('P-256', 'ADR 13: what is no ICAO structure may have either family'),
  waiting: since(1_024, 'what waits in memory is bounded'),
  ceremonyMinutes: since(15, 'office rule: the people of a ceremony are in one room'),
  passphraseLength: since(12, 'office rule: twelve characters at least'),
  credentialTries: since(5, 'office rule: five tries'),
  passphraseMemory: since(65_536, 'RFC 9106 §4, second recommended option'),
  passphrasePasses: since(3, 'RFC 9106 §4, second recommended option'),
}

/** The value that holds on a day. */
export function settingAt<K extends keyof SignerSettings>(settings: SignerSettings, name: K, now: Date): SignerSettings[K][number]['value'] {
  const day = now.toISOString().slice(0, 10)
  const list: readonly Dated<unknown>[] = settings[name]
  const held = [...list].sort((a, b) => (a.from < b.from ? -1 : 1)).filter((d) => d.from <= day).at(-1) ?? list[0]!
  return held.value as SignerSettings[K][number]['value']
}

/** The values that a setting may have, where they are few. */
const VALUES: Readonly<Record<string, readonly string[]>> = { newKeyType: KEY_TYPES.filter((t) => t !== 'aes-256' && t !== 'sm2'), anchorKeyType: ['P-256', 'sm2'], documentKeyTypes: KEY_TYPES }

const isDated = (v: unknown, like: unknown): boolean => {
  if (typeof v !== 'object' || v === null) return false
  const d = v as Partial<Dated<unknown>>
  const isLike = Array.isArray(like) ? Array.isArray(d.value) && d.value.every((x) => typeof x === 'string') : typeof d.value === typeof like && (typeof d.value !== 'number' || (Number.isFinite(d.value) && d.value >= 0))
  return typeof d.from === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(d.from) && typeof d.rule === 'string' && d.rule !== '' && isLike
}

/**
 * The settings of an office: ours, and what its file adds to them, a JSON object of lists by name.
 *
 * @throws Error naming the place in the file that is not of its form
 */
export function readSettings(file: string | undefined): SignerSettings {
  if (file === undefined || !existsSync(file)) return SETTINGS
  let own: unknown
  try {
    own = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}`)
  }
  if (typeof own !== 'object' || own === null || Array.isArray(own)) throw new Error(`${file} is no JSON object`)
  const merged: Record<string, readonly Dated<unknown>[]> = { ...SETTINGS }
  for (const [name, list] of Object.entries(own as Record<string, unknown>)) {
    const ours = (SETTINGS as unknown as Record<string, readonly Dated<unknown>[]>)[name]
    if (ours === undefined) throw new Error(`${file}: there is no setting ${name}`)
    if (!Array.isArray(list)) throw new Error(`${file}: ${name} is no list of { from, value, rule }`)
    const wrong = list.findIndex((d) => !isDated(d, ours[0]!.value))
    if (wrong !== -1) throw new Error(`${file}: ${name}[${wrong}] is not of the form { from: "YYYY-MM-DD", value, rule }`)
    const may = VALUES[name]
    const strange = may === undefined ? -1 : (list as Dated<unknown>[]).findIndex((d) => ![d.value].flat().every((x) => may.includes(x as string)))
    if (strange !== -1) throw new Error(`${file}: ${name}[${strange}] is none of ${may!.join(', ')}`)
    merged[name] = [...ours, ...list as Dated<unknown>[]]
  }
  return merged as unknown as SignerSettings
}
