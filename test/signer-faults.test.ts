import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openServerKills, openSignerKills, SERVER_POINTS, SIGNER_POINTS } from './signer-kill.ts'

const TIMES = [1, 2]

describe('kill -9 of the signer around every use of a key', () => {
  let s: Awaited<ReturnType<typeof openSignerKills>>
  beforeAll(async () => { s = await openSignerKills() }, 60_000)
  afterAll(async () => { await s.stop() })

  it.each(SIGNER_POINTS)('%s, twice, with batches in flight', async (point) => {
    for (const _ of TIMES) await s.kill(point)
  }, 60_000)

  it('no answer is lost, none is given twice, the same bytes come again, and the counters say what the journal says', async () => {
    expect(await s.examine()).toEqual([])
    expect(s.count()).toBe(SIGNER_POINTS.length * TIMES.length * 27)
  }, 60_000)
})

describe('kill -9 of server and database between the two acts of a signature', () => {
  let s: Awaited<ReturnType<typeof openServerKills>>
  let jobs: { readonly id: string; readonly number: string }[]
  const halves = ['before', 'after'].map((half) => SERVER_POINTS.filter((p) => p.endsWith(`${half}-commit`)))
  const runs = (['server', 'database'] as const).flatMap((victim) => halves.map((points) => ({ victim, points })))
  beforeAll(async () => {
    s = await openServerKills()
    jobs = [...await s.prepare(runs.length * TIMES.length * s.inRound)]
  }, 120_000)
  afterAll(async () => { await s.stop() })

  it.each(runs)('$victim at $points, twice, with jobs side by side', async ({ victim, points }) => {
    for (const _ of TIMES) await s.kill(victim, points, jobs.splice(0, s.inRound))
  }, 120_000)

  it('every job has one signature, in both journals, and both verify', async () => {
    expect(jobs).toEqual([])
    expect(await s.examine()).toEqual([])
  }, 60_000)
})
