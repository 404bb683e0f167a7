import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'

const MODULE = createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm')
let ready: Promise<unknown> | undefined

/** The encoder is in the package: nothing is fetched. Read early, because a process that laid root down may not reach it. */
export async function prepareBarCodes(): Promise<void> {
  ready ??= prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(MODULE)).buffer }, fireImmediately: true })
  await ready
}

/**
 * A square Data Matrix with these bytes, as SVG of one unit a module, quiet zone of four modules included: ECC 200, the symbology
 * for visible digital seals of this house.
 *
 * @source Doc 9303-13 §2, ISO/IEC 16022
 */
export async function drawDataMatrix(bytes: Uint8Array): Promise<string> {
  await prepareBarCodes()
  const { symbol, error } = await writeBarcode(bytes, { format: 'DataMatrix', options: 'forceSquare' })
  if (symbol.width === 0 || error !== '') throw new RangeError(`no bar code of ${bytes.length} bytes: ${error}`)
  return svgOf(symbol)
}

const QUIET = 4

/** A dark module is 0 in the symbol. Runs of a row are one rectangle. */
function svgOf({ data, width, height }: { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number }): string {
  let d = ''
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = x
      while (x < width && data[y * width + x] === 0) x++
      if (x > from) d += `M${from + QUIET} ${y + QUIET}h${x - from}v1h${from - x}z`
    }
  }
  const [w, h] = [width + 2 * QUIET, height + 2 * QUIET]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" shape-rendering="crispEdges"><path fill="#ffffff" d="M0 0h${w}v${h}h${-w}z"/><path fill="#000000" d="${d}"/></svg>`
}
