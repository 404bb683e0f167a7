import { readTlv } from '../asn1/tlv.ts'
import { type CvcExtension } from './certificate.ts'

/** Both objects bit by bit, when each is one data object of the same tag and length. */
function intersectObjects(a: Uint8Array, b: Uint8Array): Uint8Array | undefined {
  if (a.length === 0 || a.length !== b.length) return undefined
  const [one, other] = [readTlv(a, 0), readTlv(b, 0)]
  if (one.tag !== other.tag || one.next !== a.length || other.next !== b.length) return undefined
  return b.map((x, i) => (i < one.body ? x : x & a[i]!))
}

/**
 * The authorizations that extensions give, as far as every certificate above gives them too. What the authority does
 * not have, or has in another form, is not granted.
 *
 * @source Doc 9303-11 §7.1.4.3.6, Doc 9303-12 §7.2.2.6
 */
export function intersectExtensions(above: readonly CvcExtension[], below: readonly CvcExtension[]): readonly CvcExtension[] {
  return below.flatMap(({ oid, objects }) => {
    const wider = above.find((e) => e.oid === oid)
    const both = wider && intersectObjects(wider.objects, objects)
    return both === undefined ? [] : [{ oid, objects: both }]
  })
}
