import { RULES } from '@causeway/journey'
import { day } from '@causeway/kernel'
import { type CeremonyKind, type CeremonyList, type CeremonyView, type SignerKey } from '@causeway/signing'
import { describe, expect, it } from 'vitest'

import { dueLimits, signerDue, type SignerFacts } from './signer-due.ts'

const limits = dueLimits(RULES, day('2024-03-05'))
const now = new Date('2024-03-05T01:00:00Z')
const inDays = (n: number): string => new Date(now.getTime() + n * 86_400_000 + 1_000).toISOString()
const held = (kind: CeremonyKind, o: Partial<CeremonyView> = {}): CeremonyView => ({
  id: kind, kind, subject: {}, digest: '', state: 'done', threshold: 2, seats: 3, opened: now.toISOString(), expires: inDays(1), confirmations: [], outcome: {}, journal: undefined, demonstration: false, keyStore: 'token', ...o,
})
const key = (o: Partial<SignerKey> = {}): SignerKey => ({ id: 'k1', use: 'document', type: 'P-256', state: 'active', publicKey: '', uses: 0, documents: 0, quota: 1_000, ...o })
const list: CeremonyList = { custodians: ['王', '欧阳', '单'], threshold: 2, epoch: 1, demonstration: false, keyStore: 'token', activated: true, ceremonies: [held('found'), held('export-backup')] }
const well: SignerFacts = { health: { ready: true, activated: true, lastAnchor: { number: 1, at: now.toISOString() } }, list, keys: [key()], ends: [{ use: 'document', until: inDays(limits.days + 1) }], now, limits }
const codes = (o: Partial<SignerFacts>): readonly string[] => signerDue({ ...well, ...o }).map((d) => `${d.urgency} ${d.code}`)

describe('what is due at the signer', () => {
  it('is nothing when nothing is', () => { expect(codes({})).toEqual([]) })

  it.each<readonly [string, Partial<SignerFacts>, readonly string[]]>([
    ['no custodians', { list: { ...list, custodians: [], threshold: 0 } }, ['urgent custody-not-founded']],
    ['not activated', { health: { ...well.health, activated: false } }, ['urgent keys-not-activated']],
    ['one person', { list: { ...list, threshold: 1 } }, ['soon one-person']],
    ['nobody to spare', { list: { ...list, custodians: ['王', '欧阳'] } }, ['soon no-spare-custodian']],
    ['30 days', { ends: [{ use: 'document', until: inDays(limits.days) }] }, ['soon certificate-ends']],
    ['7 days', { ends: [{ use: 'seal', until: inDays(limits.urgentDays) }] }, ['urgent certificate-ends']],
    ['over', { ends: [{ use: 'bar-code', until: inDays(-2) }] }, ['urgent certificate-over']],
    ['below the quota', { keys: [key({ documents: 799 })] }, []],
    ['near the quota', { keys: [key({ documents: 800 })] }, ['soon quota-near']],
    ['almost at the quota', { keys: [key({ documents: 950 })] }, ['urgent quota-near']],
    ['a key without certificate', { keys: [key({ state: 'waiting' })] }, ['soon key-waits']],
    ['a key that is past', { keys: [key({ state: 'replaced', usableUntil: inDays(-1) })] }, ['note key-past']],
    ['a key that is replaced and may still be checked', { keys: [key({ state: 'replaced', usableUntil: inDays(1) })] }, []],
    ['no anchor', { health: { ready: true, activated: true, lastAnchor: undefined } }, ['soon anchor-missing']],
    ['a late anchor', { health: { ...well.health, lastAnchor: { number: 1, at: inDays(-1) } } }, ['soon anchor-late']],
    ['a key since the backup', { list: { ...list, ceremonies: [...list.ceremonies, held('create-key')] } }, ['soon backup-missing']],
    ['a key that was not made', { list: { ...list, ceremonies: [...list.ceremonies, held('create-key', { state: 'failed' })] } }, []],
    ['a ceremony that waits', { list: { ...list, ceremonies: [...list.ceremonies, held('activate', { state: 'open' })] } }, ['soon ceremony-waits']],
    ['a ceremony nobody came to', { list: { ...list, ceremonies: [...list.ceremonies, held('activate', { state: 'open', expires: inDays(-1) })] } }, []],
    ['software keys', { list: { ...list, keyStore: 'file' } }, ['note keys-in-file']],
  ])('%s', (_, facts, expected) => { expect(codes(facts)).toEqual(expected) })

  it('the urgent comes first', () => {
    expect(codes({ list: { ...list, keyStore: 'file', demonstration: true }, health: { ...well.health, activated: false } })).toEqual(['urgent keys-not-activated', 'note custodians-demonstration', 'note keys-in-file'])
  })
})
