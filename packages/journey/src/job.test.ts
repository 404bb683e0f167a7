import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { evolveJob, type Job, JOB_STEPS, type JobEvent, jobStep, type JobStep, signingRequest } from './job.ts'

const queued: JobEvent = { type: 'job-queued', permit: 'SP0000001', personId: 'a', missionId: 'm', unitId: 'u', by: 'd', at: 't' }
const inspection = { passed: true, checks: [], by: 'i', at: 't' }
const EVENTS: Readonly<Record<JobStep, JobEvent>> = {
  allocate: { type: 'job-allocated', serial: 'SB000001', by: 'k', at: 't' }, request: { type: 'job-requested', request: 'job:j', by: 'p', at: 't' }, fix: { type: 'job-content-fixed', request: 'job:j:1', digest: 'd', by: 'x', at: 't' }, sign: { type: 'job-signed', sod: 'd', signer: 's', by: 'x', at: 't' },
  write: { type: 'job-written', bytes: 9, by: 'x', at: 't' }, fail: { type: 'job-failed', fault: 'DG2', by: 'x', at: 't' }, pass: { type: 'job-passed', inspection, by: 'i', at: 't' }, requeue: { type: 'job-requeued', by: 'w', at: 't' },
}

describe('a production job', () => {
  it('W31 any sequence of steps keeps the table; none is done without a passed inspection, and each round has its own blank', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(...(Object.keys(EVENTS) as JobStep[])), { maxLength: 40 }), (steps) => {
      let j: Job = evolveJob(undefined, queued)
      let rounds = 1
      for (const s of steps) {
        const r = jobStep(j, s)
        const wanted = JOB_STEPS[j.state][s]
        expect(r.ok ? r.value : undefined).toBe(wanted)
        if (!r.ok) { expect(r.error.code).toBe('step-not-allowed'); continue }
        j = evolveJob(j, EVENTS[s])
        if (s === 'requeue') rounds += 1
        expect([j.state, j.attempt]).toEqual([wanted, rounds])
        expect(j.serial === undefined).toBe(j.state === 'queued')
        if (j.state === 'done') expect(j.inspection?.passed).toBe(true)
      }
    }), { numRuns: 400 })
  })

  it('W31 every round of an attempt asks the signer for the same request, and a new attempt for another', () => { expect([signingRequest('j', 1), signingRequest('j', 2)]).toEqual(['job:j:1', 'job:j:2']) })
})
