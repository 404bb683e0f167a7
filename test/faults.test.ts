import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { examineHouse, openKillStage, POINTS, walkWithKills, type Victim } from './kill.ts'
import { type Travelled } from './road.ts'

let s: Awaited<ReturnType<typeof openKillStage>>
const travelled: Travelled[] = []

beforeAll(async () => { s = await openKillStage() }, 60_000)
afterAll(async () => { await s.stop() })

const before = POINTS.filter((p) => p.endsWith('before-commit'))
const after = POINTS.filter((p) => p.endsWith('after-commit'))
const RUNS: readonly (readonly [Victim, string, readonly string[]])[] = [
  ['server', 'before', before], ['server', 'after', after], ['database', 'before', before], ['database', 'after', after], ['signer', 'before', before], ['signer', 'after', after],
]

describe('kill -9 on the road', () => {
  it.each(RUNS)('the road is walked to its end though the %s is killed %s every commit', async (victim, _, points) => {
    travelled.push(await walkWithKills(s.stage, s.file, { n: travelled.length + 1, kills: points.map((point) => ({ point, victim })) }))
  }, 180_000)

  it('a station that is killed costs no blank', async () => {
    travelled.push(await walkWithKills(s.stage, s.file, { n: travelled.length + 1, kills: [{ point: 'job.signed:after-commit', victim: 'station' }, { point: 'job.written:after-commit', victim: 'station' }] }))
  }, 120_000)

  it.each(['before-sign', 'after-sign', 'after-record'])('the signer killed at %s signs once', async (point) => {
    travelled.push(await walkWithKills(s.stage, s.file, { n: travelled.length + 1, kills: [{ point: `job.signed:${point}`, victim: 'signer' }] }))
  }, 120_000)

  it('nothing acknowledged is lost or done twice, and the journal verifies', async () => {
    expect(await examineHouse(s.stage, travelled)).toEqual([])
  }, 60_000)
})
