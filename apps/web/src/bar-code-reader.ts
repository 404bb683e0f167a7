import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader'
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'

import { type Picture, type Sight } from './sight.ts'

const OPTIONS: ReaderOptions = { formats: ['DataMatrix', 'QRCode', 'Aztec', 'PDF417'], tryHarder: true, maxNumberOfSymbols: 1 }

// a thread of its own: the page stays quick, and its content security policy knows no WebAssembly
prepareZXingModule({ overrides: { locateFile: (path: string) => (path.endsWith('.wasm') ? wasm : path) } })

addEventListener('message', (e: MessageEvent<Picture>) => {
  const { id, image } = e.data
  const say = (sight: Sight): void => { postMessage(sight) }
  readBarcodes(image, OPTIONS).then(([first]) => {
    say(first === undefined || !first.isValid ? { id } : { id, found: { format: first.format, bytes: first.bytes, text: first.text } })
  }, (error: unknown) => { say({ id, fault: String((error as Error).message) }) })
})
