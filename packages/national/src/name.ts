import { childrenOf, hex, isSame, Malformed, oid, oidOf, sequence, setOf, TAG, textOf, tlv, utf8Text, wholeOf, type Tlv } from 'icao9303/der'

const CLAUSE = 'GB/T 20518-2018 §5.2.3.4'

/** A distinguished name with its parts in order. */
export interface Name { readonly der: Uint8Array; readonly parts: readonly { readonly oid: string; readonly value: string }[] }

/** What the name of an owner is built of. */
export interface NameOrder {
  /** Two capital letters: `CN`. */
  readonly country: string
  readonly organisation?: string
  readonly organisationalUnit?: string
  readonly commonName: string
}

/** @throws Malformed */
export function readName(t: Tlv): Name {
  const parts = childrenOf(t).flatMap((set) => {
    if (set.tag !== TAG.set) throw new Malformed(CLAUSE, set.start, 'a part of a name')
    return childrenOf(set).map((part) => {
      const [type, value, more] = childrenOf(part)
      if (type === undefined || value === undefined || more !== undefined) throw new Malformed(CLAUSE, part.start, 'type and value')
      return { oid: oidOf(type), value: textOf(value) }
    })
  })
  return { der: wholeOf(t), parts }
}

/** A name with the country as PrintableString, the rest as UTF8String. @source GB/T 20518-2018 §5.2.3.4 @throws RangeError on a country of another form or an empty common name */
export function buildName(n: NameOrder): Uint8Array {
  if (!/^[A-Z]{2}$/.test(n.country)) throw new RangeError('a country has two capital letters')
  if (n.commonName === '') throw new RangeError('a common name is needed')
  const part = (type: string, value: Uint8Array): Uint8Array => setOf(sequence(oid(type), value))
  const text = (type: string, s: string | undefined): readonly Uint8Array[] => (s === undefined ? [] : [part(type, utf8Text(s))])
  return sequence(part('2.5.4.6', tlv(TAG.printable, new TextEncoder().encode(n.country))), ...text('2.5.4.10', n.organisation), ...text('2.5.4.11', n.organisationalUnit), ...text('2.5.4.3', n.commonName))
}

const folded = (n: Name): string => n.parts.map((p) => `${p.oid}=${hex(new TextEncoder().encode(p.value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()))}`).join('|')

/** The same name, whatever the string types, letter case and spacing. @source RFC 5280 §7.1 */
export const isSameName = (a: Name, b: Name): boolean => isSame(a.der, b.der) || folded(a) === folded(b)
