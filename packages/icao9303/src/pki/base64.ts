const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Int8Array(256).fill(-1)
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i
// white space may stand between
for (const c of [0x09, 0x0a, 0x0d, 0x20]) VALUES[c] = -2
const PAD = 0x3d

/** Bytes of base64 text given as bytes; undefined when it is none. White space is passed over. @source RFC 4648 §4 */
export function decodeBase64(text: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(Math.ceil(text.length / 4) * 3)
  let [length, group, digits, pads] = [0, 0, 0, 0]
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    const value = VALUES[c]!
    if (value === -2) continue
    if (c === PAD) { pads += 1; continue }
    if (value < 0 || pads > 0) return undefined
    group = (group << 6) | value
    digits += 1
    if (digits % 4 === 0) {
      out[length] = (group >> 16) & 0xff
      out[length + 1] = (group >> 8) & 0xff
      out[length + 2] = group & 0xff
      length += 3
      group = 0
    }
  }
  const rest = digits % 4
  if (rest === 1 || pads !== (4 - rest) % 4) return undefined
  if (rest === 2) out[length++] = (group >> 4) & 0xff
  if (rest === 3) { out[length++] = (group >> 10) & 0xff; out[length++] = (group >> 2) & 0xff }
  // bits that stand for nothing must be zero, so that one value has one text
  if ((rest === 2 && (group & 0x0f) !== 0) || (rest === 3 && (group & 0x03) !== 0)) return undefined
  return out.subarray(0, length)
}

/** Base64 text without line breaks. @source RFC 4648 §4 */
export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i]!, bytes[i + 1], bytes[i + 2]]
    const group = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
    parts.push(
      ALPHABET[group >> 18]!, ALPHABET[(group >> 12) & 63]!,
      b === undefined ? '=' : ALPHABET[(group >> 6) & 63]!, c === undefined ? '=' : ALPHABET[group & 63]!,
    )
  }
  return parts.join('')
}
