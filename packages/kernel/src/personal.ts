/** Why a personal datum is kept. Each purpose of each person has a key of its own, so that faces can go while names stay. */
export type Purpose = 'identity' | 'contact' | 'biometric' | 'document'

/**
 * A datum about one person. The store seals it under the key of that person and purpose;
 * once the key is destroyed, `value` is absent for good and folding goes on with this tombstone.
 */
export interface Personal<T> {
  readonly $person: string
  readonly purpose: Purpose
  readonly value?: T
}

export function personal<T>(person: string, purpose: Purpose, value: T): Personal<T> {
  return { $person: person, purpose, value }
}

export function isPersonal(x: unknown): x is Personal<unknown> {
  return typeof x === 'object' && x !== null && typeof (x as { $person?: unknown }).$person === 'string'
}
