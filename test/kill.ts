import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openLine } from '@causeway/ground'
import { parseAnchorKeys, verifyJournal, type Anchor } from '@causeway/journal'
import { addDays } from '@causeway/kernel'

import { START, stubborn, walkRoad, type Doing, type Travelled } from './road.ts'
import { openStage, type Stage } from './stage.ts'

export type Victim = 'server' | 'signer' | 'database' | 'station'
const ACTS = ['mission.submit', 'mission.approve', 'blank.allocate', 'job.signed', 'job.written', 'job.inspect', 'permit.hand-out', 'permit.take-back'] as const

/** The sixteen named points: before and after the commit of each act of the road. */
export const POINTS: readonly string[] = ACTS.flatMap((a) => [`${a}:before-commit`, `${a}:after-commit`])

export interface Killed { readonly point: string; readonly victim: Victim }
const pause = async (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })

/** Names the point at which the world stops next. */
export function arm(file: string, point: string): void {
  writeFileSync(file, point)
  chmodSync(file, 0o666)
}

/** Waits until somebody stands at the point that was named, kills the victim there, and lets the rest go on. */
export async function killAt(file: string, point: string, victim: () => number | undefined): Promise<void> {
  for (const end = Date.now() + 40_000; !existsSync(`${file}.hit`); await pause(5)) if (Date.now() > end) throw new Error(`nobody came to ${point}`)
  // it may still be on its way up from the last kill
  for (const end = Date.now() + 7_000; victim() === undefined && Date.now() < end;) await pause(20)
  const pid = victim()
  if (pid === undefined) throw new Error(`whom to kill at ${point} does not run`)
  process.kill(pid, 'SIGKILL')
  rmSync(`${file}.hit`, { force: true })
}

export const pidOf = (s: Stage, victim: Victim) => (): number | undefined => (victim === 'database' ? s.platform.database.pid() : s.platform.parts[victim].pid())

/**
 * Walks one traveller down the road and kills the victim at each of the points given, one an act; then checks
 * that everything acknowledged is there once.
 */
export async function walkWithKills(s: Stage, file: string, o: { readonly n: number; readonly kills: readonly Killed[] }): Promise<Travelled> {
  const planned = new Map(o.kills.map((k) => [k.point.split(':')[0]!, k]))
  const doing: Doing = async (act, ask) => {
    const key = randomUUID()
    const mine = [planned.get(act), act === 'job.signed' ? planned.get('job.written') : undefined].filter((k) => k !== undefined)
    const killing = (async () => {
      for (const k of mine) {
        arm(file, k.point)
        await killAt(file, k.point, pidOf(s, k.victim))
      }
    })()
    let begun: Promise<unknown> | undefined
    const done = stubborn(async () => {
      begun ??= Promise.resolve()
      try {
        return await ask(key)
      } catch (error) {
        // a job that went on by itself while the answer was lost is what was asked for
        if (act === 'job.signed' && (error as { code?: string }).code === 'step-not-allowed') return undefined as never
        throw error
      }
    })
    const [value] = await Promise.all([done, killing])
    return value
  }
  return walkRoad(s, { n: o.n, today: addDays(START, 30 * o.n), serial: `SB${String(o.n).padStart(6, '0')}`, doing })
}

export async function openKillStage(): Promise<{ readonly stage: Stage; readonly file: string; readonly stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-faults-'))
  chmodSync(folder, 0o777)
  const file = join(folder, 'point')
  const stage = await openStage(`${START}T09:00:00+08:00`, file)
  await stage.as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 500 })
  return { stage, file, stop: async () => { await stage.stop(); rmSync(folder, { recursive: true, force: true }) } }
}

/** What must hold after everything: answers kept, numbers and blanks used once, every finished job read back, the journal whole. */
export async function examineHouse(s: Stage, travelled: readonly Travelled[]): Promise<readonly string[]> {
  const faults: string[] = []
  const expect = (is: boolean, says: string): void => { if (!is) faults.push(says) }
  const text = new TextDecoder().decode(await stubborn(async () => s.as('auditor').bytes('/api/journal/export')))
  const entries = text.split('\n').filter((l) => l.includes('"type":"entry"')).map((l) => JSON.parse(l) as { act: string; event: string; kind: string; stream: string; body: string })
  const count = (event: string, stream: string): number => entries.filter((e) => e.event === event && e.stream === stream).length
  for (const t of travelled) {
    expect(count('mission-filed', t.missionId) === 1, `mission ${t.missionId} was filed ${count('mission-filed', t.missionId)} times`)
    expect(entries.filter((e) => e.stream === t.missionId && e.act === 'mission.approve' && e.event === 'mission-decided').length === 1, `${t.missionId} approved more or less than once`)
    for (const [event, stream] of [['permit-produced', t.number], ['permit-handed-out', t.number], ['permit-taken-back', t.number], ['blank-issued', t.serial], ['blank-used', t.serial]] as const) expect(count(event, stream) === 1, `${event} ${stream}: ${count(event, stream)} times`)
  }
  expect(new Set(travelled.map((t) => t.documentNo)).size === travelled.length, 'a document number was used twice')
  expect(new Set(travelled.map((t) => t.number)).size === travelled.length, 'a permit number was used twice')
  const numbers = travelled.map((t) => Number(/(\d+)号/.exec(t.documentNo)![1])).sort((a, b) => a - b)
  expect(numbers.every((n, i) => n === i + 1), `document numbers have a gap: ${numbers.join(', ')}`)
  const passed = entries.filter((e) => e.event === 'job-passed')
  expect(passed.length === travelled.length && passed.every((e) => e.body.includes('"passed":true')), 'a job is done without a matching readback')
  const run = s.platform.state.run
  for (const end = Date.now() + 30_000; ; await pause(200)) {
    const { outbox } = await stubborn(async () => s.as('auditor').get<{ outbox: { pending: number } }>('/api/platform'))
    if (outbox.pending === 0) break
    if (Date.now() > end) { faults.push(`${outbox.pending} messages were not delivered`); break }
  }
  const health = await openLine(join(run, 'signer.sock'), 'signer').call<{ anchorKey: string; signatures: number }>('GET', '/v1/health')
  const witness = await openLine(join(run, 'hub.sock'), 'hub').call<readonly Anchor[]>('GET', '/v1/witness?office=370699')
  if (!health.ok || !witness.ok) return [...faults, 'signer or hub do not answer']
  expect(health.value.signatures === travelled.length, `${health.value.signatures} signatures for ${travelled.length} permits`)
  const verdict = verifyJournal(text, parseAnchorKeys(health.value.anchorKey), witness.value)
  expect(verdict.intact, `the journal does not verify: ${JSON.stringify(verdict.faults[0])}`)
  return faults
}
