import { isSame } from './asn1/value.ts'

/** Longer bytes are made anew each time: what is kept must stay small. */
const LONGEST = 4_096

interface Entry<T> { readonly bytes: Uint8Array; readonly value: T }

/** Makes something of bytes and keeps it for the next time; what was not asked for longest gives way. */
export function remember<T>(limit: number, make: (bytes: Uint8Array) => T): (bytes: Uint8Array) => T {
  const kept = new Map<string, Entry<T>>()
  // the same array again, if nobody has changed it, needs no looking up
  const near = new WeakMap<Uint8Array, Entry<T>>()
  return (bytes) => {
    const before = near.get(bytes)
    if (before !== undefined && isSame(before.bytes, bytes)) return before.value
    if (bytes.length > LONGEST) return make(bytes)
    const id = String.fromCharCode(...bytes)
    let entry = kept.get(id)
    if (entry === undefined) {
      if (kept.size >= limit) kept.delete(kept.keys().next().value!)
      const own = bytes.slice()
      entry = { bytes: own, value: make(own) }
    } else kept.delete(id)
    kept.set(id, entry)
    near.set(bytes, entry)
    return entry.value
  }
}
