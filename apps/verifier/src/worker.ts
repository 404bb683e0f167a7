import { parentPort } from 'node:worker_threads'

import { no, type Result, type Refusal } from '@causeway/kernel'

import { LIMIT, type Bundle, type Found } from './archive.ts'
import { linesOf } from './block.ts'
import { judgeEndorsement, judgeFiles, judgeSeal, openBench, shortJudge, type Bench, type Order } from './judge.ts'
import { parseLine } from './line.ts'
import { type Answers, type Stretch, type Task } from './task.ts'

let bench: Bench = await openBench(undefined)

/** Gathers verdicts of one stretch. */
function gathering(o: Order): { readonly add: (place: number, name: string, files: Result<readonly Found[], Refusal>) => Promise<void>; readonly whole: (length: number) => Stretch } {
  const lines: (readonly [number, string])[] = []
  const counts = { genuine: 0, faulty: 0, undetermined: 0, unreadable: 0 }
  const reasons: Record<string, number> = {}
  const judge = shortJudge(bench, o)
  return {
    add: async (place, name, files) => {
      const line = await judge(name, files)
      counts[line.verdict] += 1
      for (const c of line.checks ?? (line.code === undefined ? [] : [{ name: line.code }])) reasons[c.name] = (reasons[c.name] ?? 0) + 1
      lines.push([place, JSON.stringify(line)])
    },
    whole: (length) => ({ lines, length, counts, reasons }),
  }
}

async function judgeLines(t: Extract<Task, { kind: 'lines' }>, o: Order): Promise<Stretch> {
  const g = gathering(o)
  const lines = linesOf(t.file, t.from, t.to)
  for (;;) {
    const next = lines.next()
    if (next.done === true) return g.whole(next.value)
    const { place, bytes } = next.value
    const read = bytes === undefined ? no<Refusal>({ code: 'document-too-large', details: { limitMB: LIMIT.document / 1_048_576 } }) : parseLine(bytes)
    await g.add(place, read.ok ? read.value.name : '', read.ok ? { ok: true, value: read.value.files } : read)
  }
}

async function judgeBundles(bundles: readonly Bundle[], o: Order): Promise<Stretch> {
  const g = gathering(o)
  for (const [i, b] of bundles.entries()) await g.add(i, b.name, b.files)
  return g.whole(bundles.length)
}

async function work(t: Task): Promise<Answers[keyof Answers]> {
  if (t.kind === 'trust') { bench = await openBench(t.held); return undefined }
  const order: Order = { at: new Date(t.at), policy: t.policy }
  switch (t.kind) {
    case 'files': return judgeFiles(bench, order, t.files)
    case 'seal': return judgeSeal(bench, order, t.question)
    case 'endorsement': return judgeEndorsement(bench, order, t.question)
    case 'lines': return judgeLines(t, order)
    case 'bundles': return judgeBundles(t.bundles, order)
  }
}

parentPort!.on('message', (m: { readonly id: number; readonly task: Task }) => {
  // what is thrown here is a bug: the thread ends by it, and whoever asked is told so
  void work(m.task).then((value) => { parentPort!.postMessage({ id: m.id, value }) })
})
parentPort!.postMessage({ ready: true })
