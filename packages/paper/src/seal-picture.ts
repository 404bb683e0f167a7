import { Resvg } from '@resvg/resvg-js'

/** What a seal shows. It is drawn as SPECIMEN, without the emblem of any real seal. */
export interface SealFace {
  readonly office: string
  /** Under whose certificate it is set. */
  readonly signer: string
  /** The moment, as it is to be read. */
  readonly at: string
}

/** A drawing in the operators of a PDF content stream, in points. */
export interface SealPicture { readonly width: number; readonly height: number; readonly content: string }

/** 42 mm across, as seals of offices are. @source GB/T 9704-2012 §7.3.5 for where it is set */
export const SEAL_SIZE = 119
const NUMBER = /-?\d*\.?\d+(?:e-?\d+)?/gi
type Matrix = readonly [number, number, number, number, number, number]
const UNIT: Matrix = [1, 0, 0, 1, 0, 0]
const times = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
const colour = (c: string): string => [1, 3, 5].map((i) => (Number.parseInt(c.slice(i, i + 2), 16) / 255).toFixed(3)).join(' ')

/** A path of M, L, Q, C and Z in operators of a content stream. */
function operators(d: string, m: Matrix): string {
  const out: string[] = []
  let at: readonly [number, number] = [0, 0]
  const put = (x: number, y: number): string => `${(m[0] * x + m[2] * y + m[4]).toFixed(2)} ${(m[1] * x + m[3] * y + m[5]).toFixed(2)}`
  for (const [, letter, rest] of d.matchAll(/([MLQCZ])([^MLQCZ]*)/g)) {
    const n = (rest!.match(NUMBER) ?? []).map(Number)
    if (letter === 'Z') { out.push('h'); continue }
    const step = letter === 'C' ? 6 : letter === 'Q' ? 4 : 2
    for (let i = 0; i + step <= n.length; i += step) {
      const p = n.slice(i, i + step) as [number, number, number, number, number, number]
      const end: readonly [number, number] = [p[step - 2]!, p[step - 1]!]
      if (letter === 'M' || letter === 'L') out.push(`${put(p[0], p[1])} ${letter === 'M' && i === 0 ? 'm' : 'l'}`)
      else if (letter === 'C') out.push(`${put(p[0], p[1])} ${put(p[2], p[3])} ${put(p[4], p[5])} c`)
      else out.push(`${put(at[0] + (2 / 3) * (p[0] - at[0]), at[1] + (2 / 3) * (p[1] - at[1]))} ${put(end[0] + (2 / 3) * (p[0] - end[0]), end[1] + (2 / 3) * (p[1] - end[1]))} ${put(...end)} c`)
      at = end
    }
  }
  return out.join('\n')
}

/** A drawing that holds nothing but paths in groups, as a content stream of this height. */
function contentOf(svg: string, height: number): string {
  const stack: Matrix[] = [[1, 0, 0, -1, 0, height]]
  const out: string[] = []
  for (const [tag] of svg.matchAll(/<[^>]+>/g)) {
    if (tag === '</g>') { stack.pop(); continue }
    if (!tag.startsWith('<g') && !tag.startsWith('<path')) continue
    const own = (attribute(tag, 'transform')?.match(NUMBER) ?? []).map(Number)
    const m = times(stack.at(-1)!, own.length === 6 ? (own as unknown as Matrix) : UNIT)
    if (tag.startsWith('<g')) { if (!tag.endsWith('/>')) stack.push(m); continue }
    const [fill, stroke] = [attribute(tag, 'fill') ?? '#000000', attribute(tag, 'stroke') ?? 'none']
    const scale = Math.sqrt(Math.abs(m[0] * m[3] - m[1] * m[2]))
    const paint = stroke === 'none' ? `${colour(fill)} rg` : `${colour(stroke)} RG ${(Number(attribute(tag, 'stroke-width') ?? 1) * scale).toFixed(2)} w`
    out.push(paint, operators(attribute(tag, 'd') ?? '', m), stroke === 'none' ? 'f' : 'S')
  }
  return out.join('\n')
}

/** A drawing by Typst as outlines: no font is needed where it is put. The style sheet paints glyphs by a variable; the fill beside each stays. */
export function outlinesOf(svg: string): SealPicture {
  const plain = new Resvg(svg.replaceAll(/<style[\s\S]*?<\/style>/g, ''), { font: { loadSystemFonts: false } }).toString()
  return { width: SEAL_SIZE, height: SEAL_SIZE, content: contentOf(plain, SEAL_SIZE) }
}
