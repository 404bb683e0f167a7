import { childrenOf, Malformed, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { isSame, oidOf, textOf } from '../asn1/value.ts'
import { oid, printable, sequence, setOf, utf8Text } from '../asn1/write.ts'

const LABELS: Readonly<Record<string, string>> = { '2.5.4.6': 'C', '2.5.4.10': 'O', '2.5.4.11': 'OU', '2.5.4.3': 'CN', '2.5.4.5': 'serialNumber', '2.5.4.7': 'L', '2.5.4.8': 'ST' }

/** A distinguished name: as it is encoded, and as it is compared. */
export interface Name {
  readonly der: Uint8Array
  readonly parts: readonly { readonly oid: string; readonly value: string }[]
}

export function readName(t: Tlv): Name {
  const parts = childrenOf(t).flatMap((set) => childrenOf(set).map((pair) => {
    const [type, value] = childrenOf(pair)
    if (type === undefined || value === undefined) throw new Malformed('RFC 5280 §4.1.2.4', pair.start, 'a type and a value')
    return { oid: oidOf(type), value: textOf(value) }
  }))
  return { der: wholeOf(t), parts }
}

/** The same name, whatever the string types, letter case and spacing. @source RFC 5280 §7.1 */
export function isSameName(a: Name, b: Name): boolean {
  const form = (n: Name): string => n.parts.map((p) => `${p.oid}=${p.value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()}`).join('|')
  return isSame(a.der, b.der) || form(a) === form(b)
}

export function renderName(n: Name): string {
  return n.parts.map((p) => `${LABELS[p.oid] ?? p.oid}=${p.value}`).join(', ')
}

export const countryOf = (n: Name): string | undefined => n.parts.find((p) => p.oid === '2.5.4.6')?.value

/** A name with country (PrintableString, upper case), organisation and common name. @source Doc 9303-12 Table 3 */
export function buildName(n: { readonly country: string; readonly organisation: string; readonly commonName: string }): Uint8Array {
  if (!/^[A-Z]{2}$/.test(n.country)) throw new RangeError('a country has two capital letters')
  const part = (type: string, value: Uint8Array): Uint8Array => setOf(sequence(oid(type), value))
  return sequence(part('2.5.4.6', printable(n.country)), part('2.5.4.10', utf8Text(n.organisation)), part('2.5.4.3', utf8Text(n.commonName)))
}
