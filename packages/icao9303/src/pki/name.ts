import { childrenOf, Malformed, wholeOf, type Tlv } from '../asn1/tlv.ts'
import { isSame, oidOf, textOf } from '../asn1/value.ts'
import { oid, printable, sequence, setOf, utf8Text } from '../asn1/write.ts'

const LABELS: Readonly<Record<string, string>> = {
  '2.5.4.6': 'C', '2.5.4.10': 'O', '2.5.4.11': 'OU', '2.5.4.3': 'CN', '2.5.4.5': 'serialNumber', '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
}

/** A distinguished name: as it is encoded, and as it is compared. */
export interface Name {
  readonly der: Uint8Array
  /** Type, text and string type of each part, in the order of the name. */
  readonly parts: readonly { readonly oid: string; readonly value: string; readonly tag: number }[]
}

export function readName(t: Tlv): Name {
  const parts = childrenOf(t).flatMap((set) => childrenOf(set).map((pair) => {
    const [type, value] = childrenOf(pair)
    if (type === undefined || value === undefined) throw new Malformed('RFC 5280 §4.1.2.4', pair.start, 'a type and a value')
    return { oid: oidOf(type), value: textOf(value), tag: value.tag }
  }))
  return { der: wholeOf(t), parts }
}

const FOLDED = new WeakMap<Name, string>()

/** A name as it is compared: without string types, letter case and spacing. @source RFC 5280 §7.1 */
export function foldName(n: Name): string {
  const before = FOLDED.get(n)
  if (before !== undefined) return before
  const folded = n.parts.map((p) => `${p.oid}=${p.value.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase()}`).join('|')
  FOLDED.set(n, folded)
  return folded
}

/** The same name, whatever the string types, letter case and spacing. @source RFC 5280 §7.1 */
export function isSameName(a: Name, b: Name): boolean {
  return isSame(a.der, b.der) || foldName(a) === foldName(b)
}

export function renderName(n: Name): string {
  return n.parts.map((p) => `${LABELS[p.oid] ?? p.oid}=${p.value}`).join(', ')
}

export const countryOf = (n: Name): string | undefined => n.parts.find((p) => p.oid === '2.5.4.6')?.value

/** What the name of an authority or signer is built of. */
export interface NameOrder {
  /** Two capital letters. */
  readonly country: string
  readonly organisation?: string
  readonly organisationalUnit?: string
  /** The attribute of the name, such as a generation `007`; not the serial number of a certificate. */
  readonly serialNumber?: string
  readonly commonName: string
}

/** Text as a PrintableString. @throws RangeError when a character is none of its alphabet */
export function printableText(s: string): Uint8Array {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(s)) throw new RangeError(`not a PrintableString: ${s}`)
  return printable(s)
}

/** A name with country and serial number as PrintableString, the rest as UTF8String. @source Doc 9303-12 Table 5, §7.1.1.1 */
export function buildName(n: NameOrder): Uint8Array {
  if (!/^[A-Z]{2}$/.test(n.country)) throw new RangeError('a country has two capital letters')
  if (n.commonName === '') throw new RangeError('a common name is needed')
  const part = (type: string, value: Uint8Array): Uint8Array => setOf(sequence(oid(type), value))
  const text = (type: string, s: string | undefined): readonly Uint8Array[] => (s === undefined ? [] : [part(type, utf8Text(s))])
  return sequence(
    part('2.5.4.6', printable(n.country)), ...text('2.5.4.10', n.organisation), ...text('2.5.4.11', n.organisationalUnit),
    ...(n.serialNumber === undefined ? [] : [part('2.5.4.5', printableText(n.serialNumber))]), ...text('2.5.4.3', n.commonName),
  )
}
