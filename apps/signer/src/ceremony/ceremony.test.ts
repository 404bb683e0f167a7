import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type Refusal, type Result } from '@causeway/kernel'
import { SIGNER_RULES, type CeremonyList, type CeremonyView, type SignerHealth, type SignerKey } from '@causeway/signing'
import { parseRequest } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { custodians, passphraseOf, PEOPLE, type Custodians } from '../../../../test/custodian.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from '../../../../test/part.ts'
import { base64, der, must, nationalSide, request, TODAY } from '../../../../test/signer-stage.ts'
import { hasToken, SOFT_TOKEN, softToken } from '../../../../test/soft-token.ts'

const [WANG, OUYANG, SHAN] = PEOPLE
/** Costs that let a test run in seconds: what it costs to try a passphrase is measured elsewhere. */
const CHEAP = { passphraseMemory: [{ from: '2001-01-01', value: 8_192, rule: 'test' }], passphrasePasses: [{ from: '2001-01-01', value: 1, rule: 'test' }] }
const codeOf = (r: Result<unknown, Refusal>): string => (r.ok ? 'done' : r.error.code)

interface Stage { readonly f: PartFolder; readonly part: TestPart; readonly people: Custodians; readonly faults: string; readonly health: () => Promise<SignerHealth>; readonly list: () => Promise<CeremonyList>; readonly keys: () => Promise<readonly SignerKey[]> }

async function stage(kind: string): Promise<Stage> {
  const f = partFolder(TODAY)
  const [settings, faults] = [join(f.folder, 'settings.json'), join(f.folder, 'point')]
  writeFileSync(settings, JSON.stringify(CHEAP))
  const token = kind === 'token' ? softToken(f.folder, { label: 'utopia', pin: '4321' }) : undefined
  const args = ['--settings', settings, '--faults', faults, '--custodians', 'people', ...(token === undefined ? [] : ['--pkcs11', SOFT_TOKEN!, '--token', 'utopia'])]
  const part = await startPart(f, 'signer', { args, ...(token === undefined ? {} : { env: token.env }) })
  return {
    f, part, faults, people: custodians(() => part),
    health: async () => must(part.line.call<SignerHealth>('GET', '/v1/health')),
    list: async () => must(part.line.call<CeremonyList>('GET', '/v1/ceremonies')),
    keys: async () => must(part.line.call<readonly SignerKey[]>('GET', '/v1/keys')),
  }
}

/** The journal of the signer, each line held against the hash of all before it. */
async function journalOf(s: Stage): Promise<readonly Record<string, unknown>[]> {
  const { lines } = await must(s.part.line.call<{ lines: readonly { seq: number; hash: string; json: string }[] }>('GET', '/v1/journal?limit=1000'))
  let head = ''
  return lines.map((l) => {
    head = createHash('sha256').update(`${head}\n${l.json}`).digest('hex')
    expect(l.hash).toBe(head)
    return { ...JSON.parse(l.json) as object, seq: l.seq, hash: l.hash }
  })
}

describe.each(hasToken ? ['file', 'token'] : ['file'])('ceremonies over keys in a %s', (kind) => {
  let s: Stage
  const pin = kind === 'token' ? { pin: '4321' } : {}
  const activate = async (): Promise<void> => { await must(s.people.hold({ kind: 'activate' })) }
  beforeAll(async () => { s = await stage(kind) }, 30_000)
  afterAll(async () => { await s.part.stop(); s.f.remove() })

  it('before custodians are set up nothing can be signed, made or opened, and health says so', async () => {
    expect(await s.health()).toMatchObject({ ready: false, activated: false, anchorKey: '', says: [{ zh: '密钥尚未启用：尚未设立保管人', en: 'keys not activated: no custodians are set up' }, {}] })
    expect(codeOf(await s.people.open({ kind: 'activate' }))).toBe('custody-not-founded')
    expect(codeOf(await s.part.line.call('POST', '/v1/certificate-request', {}))).toBe('ceremony-needed')
    expect(codeOf(await s.part.line.call('POST', '/v1/message', { office: '370699', number: 1, kind: 'x', body: '' }))).toBe('keys-not-activated')
    expect(codeOf(await s.part.line.call('POST', '/v1/ceremonies/confirm', {}))).toBe('no-such-route') // custodians have a socket of their own
  })

  it('the first set-up refuses what is no M of N different people, weak passphrases, and a second time', async () => {
    expect(codeOf(await s.people.found({ ...pin, threshold: 4 }))).toBe('custodians-invalid')
    expect(codeOf(await s.people.found({ ...pin, names: [WANG, WANG] }))).toBe('custodians-invalid')
    expect(codeOf(await s.people.found({ ...pin, names: [WANG, 'demonstration-1'] }))).toBe('custodians-invalid')
    expect(codeOf(await s.people.ask('found', { id: 'weak', threshold: 1, custodians: [{ name: WANG, passphrase: 'short' }], ...pin }))).toBe('credential-weak')
    if (kind === 'token') {
      expect(codeOf(await s.people.found({}))).toBe('pin-needed')
      expect(codeOf(await s.people.found({ pin: '0000' }))).toBe('token-fault')
    }
    const founded = await must(s.people.found(pin))
    expect(founded).toMatchObject({ kind: 'found', state: 'done', threshold: 2, seats: 3, subject: { custodians: PEOPLE.join('、'), threshold: '2' }, demonstration: false, keyStore: kind })
    expect((await s.health()).anchorKey).toContain('BEGIN PUBLIC KEY')
    expect(codeOf(await s.people.found(pin))).toBe('custody-founded')
  })

  it('after a start the keys wait for two different people with their own passphrases', async () => {
    await s.part.fell()
    const says = async (): Promise<string> => (await s.health()).says[0]!.en
    expect(await says()).toBe('keys not activated: 0 of 2 custodians')
    expect(codeOf(await s.part.line.call('POST', '/v1/message', { office: '370699', number: 1, kind: 'x', body: '' }))).toBe('keys-not-activated')
    const c = await must(s.people.open({ id: 'morning', kind: 'activate' }))
    expect(c).toMatchObject({ state: 'open', confirmations: [], expires: '2026-03-02T01:15:00.000Z' })
    expect(codeOf(await s.people.carryOut(c))).toBe('second-person-missing')
    expect(codeOf(await s.people.confirm(c, WANG, passphraseOf(SHAN)))).toBe('credential-wrong')
    expect(codeOf(await s.people.confirm(c, '李某'))).toBe('custodian-unknown')
    expect(codeOf(await s.people.confirm({ ...c, digest: '0'.repeat(64) }, WANG))).toBe('ceremony-changed')
    expect(codeOf(await s.people.confirm({ ...c, id: 'evening' }, WANG))).toBe('ceremony-unknown')
    expect(codeOf(await s.people.confirm(c, WANG))).toBe('done')
    expect(await says()).toBe('keys not activated: 1 of 2 custodians')
    expect(codeOf(await s.people.confirm(c, WANG))).toBe('same-person')
    expect(await s.people.carryOut(c)).toMatchObject({ ok: false, error: { code: 'second-person-missing', rule: SIGNER_RULES['second-person-missing'], details: { has: 1, needs: 2 } } })
    expect((await s.health()).activated).toBe(false)
    await must(s.people.confirm(c, SHAN))
    const done = await must(s.people.carryOut(c))
    expect(done.ceremony).toMatchObject({ state: 'done', confirmations: [{ custodian: WANG, at: TODAY }, { custodian: SHAN, at: TODAY }] })
    expect((await s.health()).activated).toBe(true)
    expect(await must(s.people.carryOut(c))).toEqual(done)
    expect(codeOf(await s.people.confirm(c, OUYANG))).toBe('ceremony-over')
    expect(codeOf(await s.people.open({ id: 'morning', kind: 'export-backup' }))).toBe('ceremony-changed')
    expect(await must(s.people.open({ id: 'morning', kind: 'activate' }))).toEqual(done.ceremony)
    expect(codeOf(await s.part.line.call('POST', '/v1/message', { office: '370699', number: 1, kind: 'x', body: '' }))).toBe('done')
  })

  it('a ceremony ends when people do not come in time, and what was shown of it is wiped', async () => {
    const c = await must(s.people.open({ kind: 'create-key', use: 'seal', type: 'P-256' }))
    await must(s.people.confirm(c, WANG))
    s.f.clock('2026-03-02T01:15:00.001Z')
    expect(codeOf(await s.people.confirm(c, SHAN))).toBe('ceremony-expired')
    expect(codeOf(await s.people.carryOut(c))).toBe('ceremony-expired')
    expect((await s.list()).ceremonies.find((x) => x.id === c.id)).toMatchObject({ state: 'expired' })
    s.f.clock(TODAY)
  })

  it('five wrong passphrases make a custodian wait, whatever ceremony they are for', async () => {
    const c = await must(s.people.open({ kind: 'export-backup' }))
    for (let i = 0; i < 5; i++) expect(codeOf(await s.people.confirm(c, OUYANG, `guess ${i}`))).toBe('credential-wrong')
    expect(codeOf(await s.people.confirm(c, OUYANG))).toBe('credential-locked')
    expect(codeOf(await s.people.confirm(c, SHAN))).toBe('done')
    s.f.clock('2026-03-02T01:16:00.000Z')
    const later = await must(s.people.open({ kind: 'export-backup' }))
    expect(codeOf(await s.people.confirm(later, OUYANG))).toBe('done')
    s.f.clock(TODAY)
  })

  it('a document key is made, certified and imported by two people each time; then documents may be asked for', async () => {
    const made = await must(s.people.hold({ kind: 'create-key', use: 'document', type: 'brainpoolP256r1' }))
    const { keyId, fingerprint } = made.ceremony.outcome
    const key = (await s.keys()).find((k) => k.id === keyId)!
    expect(key).toMatchObject({ use: 'document', type: 'brainpoolP256r1', state: 'waiting' })
    const spki = new Uint8Array(Buffer.from(key.publicKey.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'))
    expect(createHash('sha256').update(spki).digest('hex')).toBe(fingerprint)
    const asked = await must(s.part.line.call<{ request: string; keyId: string }>('POST', '/v1/certificate-request', {}))
    expect(asked.keyId).toBe(keyId)
    const national = await nationalSide()
    const ds = await national.certify((await parseRequest(der(asked.request), nodeCrypto()))!.spki)
    const brought = { certificate: base64(ds.der), csca: base64(national.csca.der) }
    expect(codeOf(await s.part.line.call('POST', '/v1/certificate', brought))).toBe('ceremony-needed')
    expect(codeOf(await s.people.hold({ kind: 'import-certificate', ...brought, certificate: brought.csca }))).toBe('certificate-unfit')
    expect((await s.health()).ds).toBeUndefined()
    expect(codeOf(await s.people.hold({ kind: 'import-certificate', ...brought }, [SHAN, OUYANG]))).toBe('done')
    expect((await s.health()).ds).toMatchObject({ serial: ds.serial })
    expect((await s.keys()).find((k) => k.id === keyId)).toMatchObject({ state: 'active' })
    expect(codeOf(await s.part.line.call('POST', '/v1/sod', request('SP0000001')))).not.toMatch(/no-certificate|keys-not/)
    expect(codeOf(await s.part.line.call('POST', '/v1/credential', { use: 'seal', certificate: brought.certificate, authority: brought.csca }))).toBe('ceremony-needed')
    expect(codeOf(await s.people.hold({ kind: 'import-credential', use: 'seal', certificate: brought.certificate, authority: brought.csca }))).toBe('certificate-unfit')
    const failed = (await journalOf(s)).filter((l) => l['kind'] === 'ceremony' && l['phase'] === 'failed' && l['ceremony'] === 'import-certificate')
    expect(failed).toMatchObject([{ outcome: { code: 'certificate-unfit' } }])
  })

  it.each([['ceremony:authorised', 'failed', 0], ['ceremony:done', 'done', 1]])('kill -9 at %s: the ceremony is %s, and %i keys were made', async (point, state, keys) => {
    const before = (await s.keys()).length
    const c = await must(s.people.open({ kind: 'create-key', use: 'bar-code', type: 'P-256' }))
    for (const name of [WANG, SHAN]) await must(s.people.confirm(c, name))
    writeFileSync(s.faults, point)
    const dying = s.people.carryOut(c)
    for (const end = Date.now() + 10_000; !existsSync(`${s.faults}.hit`); await new Promise((r) => { setTimeout(r, 5) })) if (Date.now() > end) throw new Error('nobody came')
    await s.part.fell()
    rmSync(`${s.faults}.hit`, { force: true })
    expect((await dying).ok).toBe(false)
    const view = await must(s.part.line.call<CeremonyView>('GET', `/v1/ceremonies?id=${c.id}`))
    expect(view).toMatchObject({ state, outcome: state === 'failed' ? { code: 'interrupted' } : { keyId: c.subject['keyId'] } })
    expect((await s.keys()).length - before).toBe(keys)
    await activate()
    expect((await must(s.people.carryOut(c))).ceremony.state).toBe(state)
    expect((await s.keys()).length - before).toBe(keys)
  })

  it('a retired key is destroyed by two people, with a reason, and never comes back', async () => {
    const made = (await must(s.people.hold({ kind: 'create-key', use: 'seal', type: 'P-256' }))).ceremony.outcome['keyId']!
    expect(codeOf(await s.people.open({ kind: 'retire-key', keyId: '0'.repeat(16), reason: 'x' }))).toBe('key-unknown')
    const done = await must(s.people.hold({ kind: 'retire-key', keyId: made, reason: '怀疑泄露 suspected' }))
    expect(done.ceremony.subject).toMatchObject({ keyId: made, reason: '怀疑泄露 suspected', use: 'seal' })
    expect((await s.keys()).find((k) => k.id === made)).toMatchObject({ state: 'retired' })
    expect(codeOf(await s.people.open({ kind: 'retire-key', keyId: made, reason: 'again' }))).toBe('key-retired')
    const active = (await s.keys()).find((k) => k.use === 'document' && k.state === 'active')!
    await must(s.people.hold({ kind: 'retire-key', keyId: active.id, reason: 'x' }))
    expect((await s.health()).ds).toBeUndefined()
    expect(codeOf(await s.part.line.call('POST', '/v1/certificate-request', {}))).toBe('ceremony-needed')
  })

  it('custodians come and go by those who are there; who was replaced opens nothing more', async () => {
    expect(codeOf(await s.people.open({ kind: 'add-custodian', name: WANG, passphrase: passphraseOf(WANG) }))).toBe('custodian-exists')
    expect(codeOf(await s.people.open({ kind: 'add-custodian', name: '李保管', passphrase: 'short' }))).toBe('credential-weak')
    expect(codeOf(await s.people.open({ kind: 'replace-custodian', replaces: '无名', name: '李保管', passphrase: passphraseOf('李保管') }))).toBe('custodian-unknown')
    const waiting = await must(s.people.open({ kind: 'export-backup' }))
    await must(s.people.hold({ kind: 'replace-custodian', replaces: WANG, name: '李保管', passphrase: passphraseOf('李保管') }, [OUYANG, SHAN]))
    expect((await s.list())).toMatchObject({ custodians: ['李保管', OUYANG, SHAN], threshold: 2, epoch: 2 })
    expect(codeOf(await s.people.confirm(waiting, SHAN))).toBe('ceremony-changed')
    await s.part.fell()
    expect(codeOf(await s.people.hold({ kind: 'activate' }, [WANG]))).toBe('custodian-unknown')
    expect(codeOf(await s.people.hold({ kind: 'activate' }, ['李保管', SHAN]))).toBe('done')
    await must(s.people.hold({ kind: 'add-custodian', name: WANG, passphrase: passphraseOf(WANG) }, ['李保管', SHAN]))
    expect((await s.list()).custodians).toHaveLength(4)
  })

  it('a backup is what can be carried away, and starts elsewhere with the same people', async () => {
    const done = await must(s.people.hold({ kind: 'export-backup' }))
    const content = done.file!.content
    expect(createHash('sha256').update(content).digest('hex')).toBe(done.ceremony.outcome['backup'])
    expect(content).not.toMatch(/PRIVATE|"pin":/)
    const keys = await s.keys()
    const f = partFolder(TODAY)
    mkdirSync(join(f.folder, 'signer'), { mode: 0o700 })
    writeFileSync(join(f.folder, 'signer', 'custody.json'), content, { mode: 0o600 })
    copyFileSync(join(s.f.folder, 'settings.json'), join(f.folder, 'settings.json'))
    const token = kind === 'token' ? { args: ['--pkcs11', SOFT_TOKEN!, '--token', 'utopia'], env: { SOFTHSM2_CONF: join(s.f.folder, 'softhsm2.conf') } } : { args: [], env: {} }
    const other = await startPart(f, 'signer', { args: ['--settings', join(f.folder, 'settings.json'), ...token.args], env: token.env })
    const people = custodians(() => other)
    expect(codeOf(await other.line.call('POST', '/v1/message', { office: '370699', number: 1, kind: 'x', body: '' }))).toBe('keys-not-activated')
    await must(people.hold({ kind: 'activate' }))
    expect((await must(other.line.call<readonly SignerKey[]>('GET', '/v1/keys'))).map((k) => k.publicKey)).toEqual(keys.map((k) => k.publicKey))
    expect(codeOf(await other.line.call('POST', '/v1/message', { office: '370699', number: 1, kind: 'x', body: '' }))).toBe('done')
    await other.stop()
    f.remove()
  })

  it('the journal has every ceremony once, with who stood for it, and no passphrase; its chain holds', async () => {
    const lines = (await journalOf(s)).filter((l) => l['kind'] === 'ceremony')
    const ends = lines.filter((l) => l['phase'] !== 'authorised')
    expect(new Set(ends.map((l) => l['id'])).size).toBe(ends.length)
    expect(new Set(ends.map((l) => l['ceremony']))).toEqual(new Set(['found', 'activate', 'create-key', 'import-certificate', 'import-credential', 'retire-key', 'replace-custodian', 'add-custodian', 'export-backup']))
    for (const l of ends.filter((e) => e['phase'] === 'done')) expect(new Set((l['confirmations'] as { custodian: string }[]).map((c) => c.custodian)).size).toBeGreaterThanOrEqual(2)
    const view = (await s.list()).ceremonies.find((c) => c.kind === 'export-backup' && c.state === 'done')!
    expect(ends.find((l) => l['id'] === view.id)).toMatchObject(view.journal!)
    const said = JSON.stringify(lines) + readFileSync(s.part.log, 'utf8') + readFileSync(join(s.part.dir, 'custody.json'), 'utf8')
    expect(said).not.toContain('passphrase of')
    expect(said).not.toMatch(/4321"/)
  })
})

describe('the trying-out mode', () => {
  it('starts by itself with two custodians who are none, says so everywhere, and makes keys by ceremonies of theirs', async () => {
    const f = partFolder(TODAY)
    const part = await startPart(f, 'signer')
    const list = await must(part.line.call<CeremonyList>('GET', '/v1/ceremonies'))
    expect(list).toMatchObject({ custodians: ['demonstration-1', 'demonstration-2'], threshold: 2, demonstration: true, activated: true, keyStore: 'file' })
    await must(part.line.call('POST', '/v1/certificate-request', {}))
    await part.fell()
    const health = await must(part.line.call<SignerHealth>('GET', '/v1/health'))
    expect(health).toMatchObject({ activated: true, trying: true })
    expect(health.keyStore).toContain('仅供试用')
    const after = await must(part.line.call<CeremonyList>('GET', '/v1/ceremonies'))
    expect(after.ceremonies.map((c) => [c.kind, c.state, c.demonstration])).toEqual([['found', 'done', true], ['create-key', 'done', true], ['activate', 'done', true]])
    rmSync(join(part.dir, 'demonstration-2.secret'))
    await part.fell()
    expect((await must(part.line.call<SignerHealth>('GET', '/v1/health'))).says[0]!.en).toBe('keys not activated: 1 of 2 custodians')
    await part.stop()
    f.remove()
  })
})
