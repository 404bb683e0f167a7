/**
 * A UUID of version 7: the time first, so that keys sort by age.
 *
 * @param at - milliseconds since 1970, from the clock port
 * @param chance - 10 random bytes
 * @source RFC 9562 §5.7
 */
export function uuidv7(at: number, chance: Uint8Array): string {
  if (chance.length < 10) throw new RangeError('uuidv7 wants 10 random bytes')
  const bytes = new Uint8Array(16)
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(at / 2 ** (8 * (5 - i))) & 0xff
  bytes.set(chance.subarray(0, 10), 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
