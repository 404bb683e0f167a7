import { type Refusal, type Result, no, ok } from '@causeway/kernel'

export type JobState = 'queued' | 'allocated' | 'requested' | 'fixed' | 'signed' | 'written' | 'failed' | 'done'
export type JobStep = 'allocate' | 'request' | 'fix' | 'sign' | 'write' | 'fail' | 'pass' | 'requeue'

/** Every lawful step of a production job. `fixed`: what goes on this very chip is known, and the journal asks the signer for it. `failed` waits until its blank is spoiled; then it begins again on a new one. */
export const JOB_STEPS: Readonly<Record<JobState, Readonly<Partial<Record<JobStep, JobState>>>>> = {
  queued: { allocate: 'allocated' },
  allocated: { request: 'requested', fail: 'failed' },
  requested: { fix: 'fixed', fail: 'failed' },
  fixed: { sign: 'signed', fail: 'failed' },
  signed: { write: 'written', fail: 'failed' },
  written: { pass: 'done', fail: 'failed' },
  failed: { requeue: 'queued' },
  done: {},
}

export interface InspectionRecord { readonly passed: boolean; readonly checks: readonly { readonly name: string; readonly outcome: string; readonly says: string; readonly reason?: { readonly code: string; readonly values?: Readonly<Record<string, string>> }; readonly clause?: string }[]; readonly by: string; readonly at: string }

export interface Job {
  readonly state: JobState
  readonly permit: string
  readonly personId: string
  readonly missionId: string
  readonly unitId: string
  readonly serial: string | undefined
  readonly attempt: number
  readonly operator: string | undefined
  readonly sod: string | undefined
  readonly fault: string | undefined
  readonly inspection: InspectionRecord | undefined
  readonly steps: readonly { readonly step: string; readonly at: string; readonly by: string }[]
}

export type JobEvent =
  | { readonly type: 'job-queued'; readonly permit: string; readonly personId: string; readonly missionId: string; readonly unitId: string; readonly by: string; readonly at: string }
  | { readonly type: 'job-allocated'; readonly serial: string; readonly by: string; readonly at: string }
  | { readonly type: 'job-requested'; readonly request: string; readonly by: string; readonly at: string }
  /** What the signer may sign for this job: the request, and the digest of all that goes on the chip. */
  | { readonly type: 'job-content-fixed'; readonly request: string; readonly digest: string; readonly by: string; readonly at: string }
  | { readonly type: 'job-signed'; readonly sod: string; readonly signer: string; readonly by: string; readonly at: string }
  | { readonly type: 'job-written'; readonly bytes: number; readonly by: string; readonly at: string }
  | { readonly type: 'job-failed'; readonly fault: string; readonly inspection?: InspectionRecord; readonly by: string; readonly at: string }
  | { readonly type: 'job-passed'; readonly inspection: InspectionRecord; readonly by: string; readonly at: string }
  | { readonly type: 'job-requeued'; readonly by: string; readonly at: string }

/** Whether a job may take a step now. */
export function jobStep(j: Job | undefined, s: JobStep): Result<JobState, Refusal> {
  if (j === undefined) return no({ code: 'not-found' })
  const to = JOB_STEPS[j.state][s]
  const last = j.steps.at(-1)
  return to === undefined ? no({ code: 'step-not-allowed', rule: 'job', details: { step: s, stage: j.state, by: last?.by ?? '', at: last?.at ?? '', did: last?.step ?? '' } }) : ok(to)
}

/** The signer's name for the signature of one attempt: asked for again it is the same request; on a new blank, whose chip has a key of its own, it is another. */
export const signingRequest = (jobId: string, attempt: number): string => `job:${jobId}:${attempt}`

export function evolveJob(j: Job | undefined, e: JobEvent): Job {
  if (e.type === 'job-queued') {
    return { state: 'queued', permit: e.permit, personId: e.personId, missionId: e.missionId, unitId: e.unitId, serial: undefined, attempt: 1, operator: undefined, sod: undefined, fault: undefined, inspection: undefined, steps: [{ step: 'queued', at: e.at, by: e.by }] }
  }
  const was = j!
  const steps = [...was.steps, { step: e.type.slice('job-'.length), at: e.at, by: e.by }]
  switch (e.type) {
    case 'job-allocated': return { ...was, steps, state: 'allocated', serial: e.serial, fault: undefined }
    case 'job-requested': return { ...was, steps, state: 'requested', operator: e.by }
    case 'job-content-fixed': return { ...was, steps, state: 'fixed' }
    case 'job-signed': return { ...was, steps, state: 'signed', sod: e.sod }
    case 'job-written': return { ...was, steps, state: 'written' }
    case 'job-failed': return { ...was, steps, state: 'failed', fault: e.fault, inspection: e.inspection ?? was.inspection }
    case 'job-passed': return { ...was, steps, state: 'done', inspection: e.inspection }
    case 'job-requeued': return { ...was, steps, state: 'queued', serial: undefined, operator: undefined, attempt: was.attempt + 1 }
  }
}
