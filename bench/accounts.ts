import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { examine, readDocx, readSheets, readText } from '@causeway/accounts'
import { readFile } from '@causeway/paper'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'

import { toText } from '../test/accounts/document.ts'
import { precisionOf, recallOf, tallies } from '../test/accounts/judge.ts'
import { documentOf, LAYOUTS } from '../test/accounts/layouts.ts'
import { median, type Ratio } from './slice.ts'

// Documents read: a text, a PDF of forty pages beside `pdftotext -bbox`, and what two hundred documents leave in memory.
const json = process.argv.includes('--json')
const ROUNDS = 5
const readers = { text: readText, docx: readDocx, sheets: readSheets }
const ratios: Ratio[] = []

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function tell(ratio: Ratio, line: string): void {
  ratios.push(ratio)
  if (!json) process.stdout.write(`${ratio.name.padEnd(18)} ${line}\n`)
}

/** Processor time of this process in milliseconds, of all its threads. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

/** A row of a table of the bench: a code, a name, three amounts that add up. */
const row = (i: number): string[] => [`2${String(i % 30).padStart(2, '0')}${String(i % 20).padStart(2, '0')}01`, '机关事业单位基本养老保险缴费支出', ...[3 * i + 0.3, 2 * i + 0.2, i + 0.1].map((n) => n.toFixed(2))]
const SENTENCE = '与上年度相比，收入支出总计各增加103.27万元，增长15.75%，主要原因是单位人员增加，根据上级有关要求扩大交流。'

/** Forty pages as an office publishes them: tables with rules, and text. */
function fortyPages(): Uint8Array {
  const font = '/usr/share/fonts/opentype/noto'
  if (!existsSync(font)) throw new Error('no font with ideographs is installed: apt-get install -y --no-install-recommends fonts-noto-cjk')
  const page = (n: number): string => n % 2 === 0
    ? `#table(columns: 5, ${Array.from({ length: 32 }, (_, i) => row(n * 32 + i)).flat().map((c) => `[${c}]`).join(', ')})`
    : `= 第${n}节\n${Array.from({ length: 14 }, () => SENTENCE.repeat(2)).join('\n\n')}`
  const source = `#set page(paper: "a4", margin: 20mm)\n#set text(font: "Noto Serif CJK SC", size: 9pt)\n${Array.from({ length: 40 }, (_, n) => page(n)).join('\n#pagebreak()\n')}`
  return Uint8Array.from(NodeCompiler.create({ fontArgs: [{ fontPaths: [font] }] }).pdf({ mainFileContent: source }))
}

async function timed(work: () => unknown): Promise<number> {
  const start = spent()
  await work()
  return spent() - start
}

/** Errors on published documents against what was judged by hand; a form that nobody filled in is counted apart. */
function judged(): void {
  const folder = join(process.env['CAUSEWAY_PUBLIC_DATA'] ?? '', 'accounts')
  if (process.env['CAUSEWAY_PUBLIC_DATA'] === undefined || !existsSync(folder)) {
    if (!json) process.stdout.write('precision, recall left out: CAUSEWAY_PUBLIC_DATA names no folder with accounts/\n')
    return
  }
  const { all, form } = tallies(folder)
  const percent = (n: number): string => `${(100 * n).toFixed(1)} %`
  const [precision, recall] = [precisionOf(all), recallOf(all)]
  tell({ name: 'precision', ...precision, unit: 'errors', says: 'errors reported that a reader would make too, of all errors reported; aim 0.95' }, `${percent(precision.ratio)}: ${precision.ours} of ${precision.reference} errors are right`)
  tell({ name: 'recall', ...recall, unit: 'errors', says: 'errors found, of all that the labels hold; aim 0.95' }, `${percent(recall.ratio)}: ${recall.ours} of ${recall.reference} labelled errors are found`)
  if (json) return
  for (const t of form === undefined ? all : [...all, form]) process.stdout.write(`  ${t.document.padEnd(52)} errors ${t.right} right of ${t.errors}, found ${t.hit} of ${t.labelled}; warnings ${t.warningsRight} right of ${t.warnings}${t === form ? ' (an empty form: counted apart)' : ''}\n${t.lost.map((l) => `    not found: ${l}\n`).join('')}`)
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'cw-bench-'))
  try {
    const published = new TextEncoder().encode(toText(documentOf(LAYOUTS[0]!, 1).doc))
    const whole = (): void => { if (!examine(readText(published, 'a.txt')).ok) throw new Error('the document was not examined') }
    const first = await timed(whole)
    const examined: number[] = []
    for (let i = 0; i < ROUNDS; i++) examined.push(await timed(whole))
    tell({ name: 'text-examined', ours: median(examined), reference: 150, unit: 'ms', ratio: median(examined) / 150, says: `a whole published document of ${Math.round(published.length / 1024)} kB, read and examined, processor time; ${first.toFixed(0)} ms the first time in a process; reference: 150 ms, the promise` }, `${median(examined).toFixed(0)} ms for ${Math.round(published.length / 1024)} kB, ${first.toFixed(0)} ms the first time in a process; the promise is 150 ms`)

    judged() // after what is measured the first time in a process
    const text = new TextEncoder().encode([...Array.from({ length: 300 }, (_, i) => row(i).join('\t')), ...Array.from({ length: 400 }, () => SENTENCE.repeat(2))].join('\n'))
    const texts: number[] = []
    for (let i = 0; i < ROUNDS; i++) texts.push(await timed(() => readText(text, 'a.txt')))
    tell({ name: 'text-read', ours: median(texts), reference: median(examined), unit: 'ms', ratio: median(texts) / median(examined), says: `a text of ${Math.round(text.length / 1024)} kB read, not examined` }, `${median(texts).toFixed(0)} ms for ${Math.round(text.length / 1024)} kB`)

    const pdf = fortyPages()
    const file = join(folder, 'forty.pdf')
    writeFileSync(file, pdf)
    const pages = await readFile(pdf, 'forty.pdf', readers)
    if (!pages.ok || pages.value.pages !== 40) throw new Error('the forty pages were not read')
    if (spawnSync('pdftotext', ['-v']).status === null) throw new Error('pdftotext is not installed: apt-get install -y --no-install-recommends poppler-utils')
    const [ours, theirs]: [number[], number[]] = [[], []]
    for (let i = 0; i < ROUNDS; i++) {
      ours.push(await timed(() => readFile(pdf, 'forty.pdf', readers)))
      theirs.push(processorTime(`pdftotext -bbox "${file}" "${join(folder, 'out')}"`))
    }
    tell({ name: 'pdf-vs-pdftotext', ours: median(ours), reference: median(theirs), unit: 'ms', ratio: median(ours) / median(theirs), says: 'forty pages, processor time: characters with boxes, rules, tables and paragraphs; reference: pdftotext -bbox, boxes only; smaller is better' },
      `${median(ours).toFixed(0)} ms beside ${median(theirs).toFixed(0)} ms of pdftotext -bbox: ${(median(ours) / median(theirs)).toFixed(2)} times; the promise is 2,000 ms`)

    const small = readFileSync(file)
    const after: number[] = []
    for (let i = 0; i < 200; i++) {
      const read = await readFile(i % 10 === 0 ? small : text, `${i}`, readers)
      if (!read.ok) throw new Error('a document was not read')
      if (i % 50 === 49) {
        collect()
        after.push(process.memoryUsage().heapUsed / 1_048_576)
      }
    }
    tell({ name: 'memory-200', ours: after.at(-1)!, reference: after[0]!, unit: 'MB', ratio: after.at(-1)! / after[0]!, says: 'heap in use after 200 documents (20 of them forty pages) beside after 50' }, `${after.map((m) => m.toFixed(0)).join(', ')} MB of heap after 50, 100, 150, 200 documents`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  if (json) process.stdout.write(`${JSON.stringify({ machine: `${process.arch}, Node ${process.versions.node}`, ratios })}\n`)
}

/** Processor time of a command in milliseconds, as the shell counts it. */
function processorTime(command: string): number {
  const found = /([\d.]+) ([\d.]+)\s*$/.exec(spawnSync('bash', ['-c', `TIMEFORMAT='%U %S'; time ${command}`], { encoding: 'utf8' }).stderr)
  if (found === null) throw new Error('bash did not say how long the command took')
  return (Number(found[1]) + Number(found[2])) * 1_000
}

await main()
