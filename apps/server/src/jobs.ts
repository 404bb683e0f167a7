import { hasServed, homecomingDuty, type Enrolment, type Homecoming, type Permit } from '@causeway/journey'

import { anchorIfDue, deliver, fetchTrust, keepCertified } from './gateway/national.ts'
import { workEndorsements } from './gateway/endorsement.ts'
import { workPapers } from './gateway/paper.ts'
import { workProduction } from './gateway/production.ts'
import { keepCredentials } from './gateway/signing.ts'
import { handTrust } from './gateway/verification.ts'
import { reader, SYSTEM, today, type House, type TrustMaterial } from './house.ts'
import { destroyAct } from './rooms/enrolment.ts'
import { lockAct, remindAct } from './rooms/permit.ts'
import { act } from './store/act.ts'

/** What the clock asks for: reminders and locks of permits that are late. */
async function workClock(house: House): Promise<void> {
  for (const h of await reader(house).rows<Homecoming>({ kind: 'homecoming', states: ['awaited', 'locked'] })) {
    const wanted = homecomingDuty(h.body, house.rules, today(house))
    if (wanted === 'lock') await act(house.store, { actor: { ...SYSTEM, id: 'clock' }, act: lockAct(house), input: { id: h.id } })
    if (wanted === 'remind') await act(house.store, { actor: { ...SYSTEM, id: 'clock' }, act: remindAct(house), input: { id: h.id } })
  }
}

/** Faces whose permits are made and whose days are over are destroyed. @source permits.md 6.6, retention.biometric.days */
async function workRetention(house: House): Promise<void> {
  const r = reader(house)
  const taken = await r.rows<Enrolment>({ kind: 'enrolment', states: ['taken'] })
  for (const e of taken) {
    const permits = (await r.rows<Permit>({ kind: 'permit', personId: e.id })).map((p) => p.body)
    if (hasServed(e.body, permits, { rules: house.rules, today: today(house) })) await act(house.store, { actor: { ...SYSTEM, id: 'clock' }, act: destroyAct(house), input: { personId: e.id } })
  }
}

export interface Jobs { readonly stop: () => Promise<void> }

interface Round { readonly name: string; readonly everyMs: number; readonly work: () => Promise<void> }

/** Starts the background rounds: each by itself, never twice at once, and none that fails stops another. */
export function startJobs(house: House, setTrust: (t: TrustMaterial) => void): Jobs {
  const rounds: readonly Round[] = [
    { name: 'certificate', everyMs: 5_000, work: async () => keepCertified(house) },
    { name: 'trust', everyMs: 2_000, work: async () => { const t = await fetchTrust(house); if (t !== undefined) setTrust(t); await handTrust(house) } },
    { name: 'production', everyMs: 150, work: async () => workProduction(house) },
    { name: 'credentials', everyMs: 3_000, work: async () => keepCredentials(house) },
    { name: 'papers', everyMs: 400, work: async () => workPapers(house) },
    { name: 'endorsements', everyMs: 400, work: async () => workEndorsements(house) },
    { name: 'outbox', everyMs: 500, work: async () => deliver(house) },
    { name: 'anchor', everyMs: 2_000, work: async () => anchorIfDue(house) },
    { name: 'stamp', everyMs: 30_000, work: async () => { await house.signer.call('POST', '/v1/anchor-stamp', undefined, 30_000) } },
    { name: 'clock', everyMs: 500, work: async () => workClock(house) },
    { name: 'retention', everyMs: 10_000, work: async () => workRetention(house) },
    { name: 'readings', everyMs: 1_000, work: async () => house.readingBook.flush() },
  ]
  let stopping = false
  const loops = rounds.map(async (round) => {
    while (!stopping) {
      try {
        await round.work()
      } catch (error) {
        house.log.warn('round-failed', { round: round.name, error })
      }
      await new Promise((resolve) => setTimeout(resolve, round.everyMs).unref())
    }
  })
  return { stop: async () => { stopping = true; await Promise.race([Promise.all(loops), new Promise((resolve) => setTimeout(resolve, 1_500))]) } }
}
