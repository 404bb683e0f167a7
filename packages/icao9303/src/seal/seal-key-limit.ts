import { hex } from '../asn1/value.ts'
import type { Certificate } from '../pki/certificate.ts'
import { countryOf } from '../pki/name.ts'

/** How many keys of bar code signers a State may publish in a year. @source Doc 9303-12 §4.1.3 */
const MOST_KEYS = 5

export interface KeyExcess {
  readonly country: string
  readonly year: number
  readonly keys: number
  readonly clause: string
}

/**
 * Years in which a State has published more keys of bar code signers than it may, by the beginning of their
 * certificates; the same key in two certificates counts once.
 *
 * @param certificates - those of bar code signers, of any State
 * @source Doc 9303-12 §4.1.3
 */
export function sealKeyExcess(certificates: readonly Certificate[]): readonly KeyExcess[] {
  const keys = new Map<string, Set<string>>()
  for (const c of certificates) {
    const place = `${c.notBefore.getUTCFullYear()} ${countryOf(c.subject)?.toUpperCase() ?? ''}`
    keys.set(place, (keys.get(place) ?? new Set()).add(hex(c.spki)))
  }
  return [...keys]
    .filter(([, set]) => set.size > MOST_KEYS)
    .map(([place, set]) => ({ country: place.slice(5), year: Number(place.slice(0, 4)), keys: set.size, clause: 'Doc 9303-12 §4.1.3' }))
}
