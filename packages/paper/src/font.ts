import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PACKAGE = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/noto-serif-sc/package.json'))

/** The fonts that every document can count on: Noto Serif SC, regular and bold (OFL-1.1), from their package. */
export const FONT_FILES = [join(PACKAGE, '400Regular', 'NotoSerifSC_400Regular.ttf'), join(PACKAGE, '700Bold', 'NotoSerifSC_700Bold.ttf')] as const
export const FONT_FOLDERS = FONT_FILES.map((f) => dirname(f))

/** The code points that a TrueType font has glyphs for. @source OpenType 1.9 cmap, formats 4 and 12 */
function coverage(file: string): ReadonlySet<number> {
  const b = readFileSync(file)
  const points = new Set<number>()
  const tables = b.readUInt16BE(4)
  for (let t = 0; t < tables; t++) {
    const at = 12 + 16 * t
    if (b.toString('latin1', at, at + 4) !== 'cmap') continue
    const cmap = b.readUInt32BE(at + 8)
    for (let s = 0; s < b.readUInt16BE(cmap + 2); s++) {
      const sub = cmap + b.readUInt32BE(cmap + 4 + 8 * s + 4)
      if (b.readUInt16BE(sub) === 12) readFormat12(b, sub, points)
      if (b.readUInt16BE(sub) === 4) readFormat4(b, sub, points)
    }
  }
  return points
}

function readFormat12(b: Buffer, sub: number, points: Set<number>): void {
  for (let g = 0; g < b.readUInt32BE(sub + 12); g++) {
    const at = sub + 16 + 12 * g
    for (let c = b.readUInt32BE(at); c <= b.readUInt32BE(at + 4); c++) points.add(c)
  }
}

function readFormat4(b: Buffer, sub: number, points: Set<number>): void {
  const n = b.readUInt16BE(sub + 6) / 2
  const [ends, starts, deltas, ranges] = [sub + 14, sub + 16 + 2 * n, sub + 16 + 4 * n, sub + 16 + 6 * n]
  for (let i = 0; i < n; i++) {
    const [from, to, range] = [b.readUInt16BE(starts + 2 * i), b.readUInt16BE(ends + 2 * i), b.readUInt16BE(ranges + 2 * i)]
    for (let c = from; c <= to && c !== 0xffff; c++) {
      const at = ranges + 2 * i + range + 2 * (c - from)
      const glyph = range === 0 ? (c + b.readUInt16BE(deltas + 2 * i)) & 0xffff : b.readUInt16BE(at)
      if (glyph !== 0) points.add(c)
    }
  }
}

let known: ReadonlySet<number> | undefined

/** The characters of a text that no font of the house can print, each once. */
export function unprintable(text: string): readonly string[] {
  known ??= coverage(FONT_FILES[0])
  const has = known
  return [...new Set([...text].filter((c) => !has.has(c.codePointAt(0)!) && !/\s/.test(c)))]
}
