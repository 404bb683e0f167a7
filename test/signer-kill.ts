import { createHash, generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openLine, type Line } from '@causeway/ground'
import { anchorHash, GENESIS, parseAnchorKeys, verifyJournal, type Anchor } from '@causeway/journal'
import { addDays, type Refusal, type Result } from '@causeway/kernel'
import { demoFace } from '@causeway/paper'
import { cardSecurityDigest, type CardSecurityAnswer, type CardSecurityRequest, type CertificateRequestAnswer, type SignerHealth, type SignerKey, type SodAnswer, type SodRequest } from '@causeway/signing'
import { chipAuthenticationInfo, chipAuthenticationKey, encodeSecurityInfos, paceInfo } from 'icao9303'

import { type RecordLine } from '../apps/signer/src/book.ts'
import { arm, killAt, openKillStage, pidOf, type Victim } from './kill.ts'
import { partFolder } from './part.ts'
import { goodForm, newPerson, START, stubborn } from './road.ts'
import { base64, must, OFFICE, request, signerStage, TODAY } from './signer-stage.ts'

/** Around each kind of use of a key: before it, after it, and after it was written down. */
export const SIGNER_POINTS = [
  'job.signed:before-sign', 'job.signed:after-sign', 'job.signed:after-record', 'anchor:before-sign', 'anchor:after-sign', 'anchor:after-record',
  'card-security:before-sign', 'card-security:after-sign', 'card-security:after-record', 'request:before-sign', 'request:after-sign', 'request:after-record', 'ceremony:authorised', 'ceremony:done',
] as const
export type SignerPoint = typeof SIGNER_POINTS[number]
/** Around the two acts of the office's journal that a signature stands between. */
export const SERVER_POINTS = ['job.fixed:before-commit', 'job.fixed:after-commit', 'job.signed:before-commit', 'job.signed:after-commit'] as const

type Asked<T> = () => Promise<Result<T, Refusal>>
const pause = async (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms) })
/** What ends when the signer is back. */
const PASSING = new Set(['part-unreachable', 'bug', 'busy', 'keys-not-activated'])

/** Asks the same again until there is an answer. */
async function insist<T>(ask: Asked<T>): Promise<T> {
  for (const end = Date.now() + 40_000; ; await pause(40)) {
    const r = await ask()
    if (r.ok) return r.value
    if (!PASSING.has(r.error.code) || Date.now() > end) throw new Error(JSON.stringify(r.error))
  }
}

/** Every line of a signer's journal, each held against the hash before it. */
async function readJournal(line: Line): Promise<{ readonly lines: readonly RecordLine[]; readonly faults: readonly string[] }> {
  const [lines, faults]: [RecordLine[], string[]] = [[], []]
  let head = ''
  for (;;) {
    const page = (await must(line.call<{ readonly lines: readonly { readonly seq: number; readonly hash: string; readonly json: string }[] }>('GET', `/v1/journal?from=${lines.length + 1}&limit=1000`))).lines
    if (page.length === 0) return { lines, faults }
    for (const l of page) {
      head = createHash('sha256').update(`${head}\n${l.json}`).digest('hex')
      lines.push(JSON.parse(l.json) as RecordLine)
      if (l.seq !== lines.length || l.hash !== head) faults.push(`line ${l.seq} does not hang on the chain`)
    }
  }
}

const repeated = (names: readonly string[]): readonly string[] => names.filter((n, i) => names.indexOf(n) !== i)

/** What must hold of every signer's journal: once a request, once a number, anchors in a row, and counters that say what the lines say. */
async function examineSigner(line: Line): Promise<{ readonly lines: readonly RecordLine[]; readonly faults: readonly string[] }> {
  const { lines, faults: broken } = await readJournal(line)
  const faults = [...broken]
  const of = <K extends RecordLine['kind']>(kind: K): readonly Extract<RecordLine, { readonly kind: K }>[] => lines.filter((l): l is Extract<RecordLine, { readonly kind: K }> => l.kind === kind)
  const [sods, outputs, messages] = [of('sod'), of('output'), of('message')]
  for (const [what, names] of [
    ['request', sods.map((l) => l.requestId)], ['document number', sods.map((l) => l.documentNumber)], ['signature', [...sods.map((l) => l.sod), ...outputs.map((l) => l.answer), ...of('request').map((l) => l.answer)]],
    ['output', outputs.map((l) => `${l.output}/${l.requestId}/${l.part}`)], ['message', messages.map((l) => `${l.number}`)],
  ] as const) faults.push(...repeated(names).map((n) => `${what} ${n.slice(0, 60)} signed twice`))
  let last: Anchor | undefined
  for (const l of of('anchor')) {
    const a = JSON.parse(l.anchor) as Anchor
    if (a.number !== (last?.number ?? 0) + 1 || a.fromSeq !== (last?.toSeq ?? 0) + 1 || a.previous !== (last === undefined ? GENESIS : anchorHash(last))) faults.push(`anchor ${a.number} does not follow`)
    last = a
  }
  const used = [...sods, ...of('anchor'), ...outputs, ...messages, ...of('request')]
  const keys = await must(line.call<readonly SignerKey[]>('GET', '/v1/keys'))
  for (const k of keys) {
    const counted = used.filter((l) => l.keyId === k.id).length
    if (counted !== k.uses) faults.push(`key ${k.id} (${k.use}): ${k.uses} uses counted, ${counted} lines`)
  }
  if (keys.reduce((n, k) => n + k.uses, 0) !== used.length) faults.push('a line names no key')
  const health = await must(line.call<SignerHealth>('GET', '/v1/health'))
  if (health.signatures !== sods.length) faults.push(`${health.signatures} signatures counted, ${sods.length} lines`)
  if (health.lastAnchor?.number !== last?.number) faults.push('the last anchor of health is not the journal\'s')
  return { lines, faults }
}

const dated = (value: unknown): object[] => [{ from: '2026-01-01', value, rule: 'test' }]
/** Requests in flight together, and documents in each. */
const [LANES, DOCUMENTS] = [3, 8]

/** A signer that is killed while several ask it, and who remembers every answer. */
export async function openSignerKills() {
  const f = partFolder(TODAY)
  const [file, settings] = [join(f.folder, 'point'), join(f.folder, 'settings.json')]
  writeFileSync(settings, JSON.stringify({ passphraseMemory: dated(8_192), passphrasePasses: dated(1), documentsPerKey: dated(1_000_000) }))
  const s = await signerStage(f, { args: ['--settings', settings, '--faults', file] })
  await s.certify()
  const answers = new Map<string, { readonly ask: Asked<unknown>; readonly given: string }>()
  const requests = new Map<string, string>()
  const faults: string[] = []
  let made = 0
  /** An answer that was given is for ever. */
  const keep = (name: string, ask: Asked<unknown>, given: string): void => {
    const before = answers.get(name)
    if (before !== undefined && before.given !== given) faults.push(`${name} was answered in two ways`)
    answers.set(name, { ask, given })
  }
  const fresh = (): readonly SodRequest[] => Array.from({ length: DOCUMENTS }, () => request(`K${String(made += 1).padStart(8, '0')}`))
  const documents = async (batch: readonly SodRequest[]): Promise<void> => {
    const ask = async (requests: readonly SodRequest[]): Promise<readonly Result<SodAnswer, Refusal>[]> => (await must(s.part.line.call<{ readonly answers: readonly Result<SodAnswer, Refusal>[] }>('POST', '/v1/sods', { requests }, 20_000))).answers
    const all = await insist<readonly SodAnswer[]>(async () => {
      const got = await ask(batch).catch(() => undefined)
      if (got === undefined) return { ok: false, error: { code: 'part-unreachable' } }
      const wrong = got.find((a) => !a.ok)
      return wrong?.ok === false ? wrong : { ok: true, value: got.flatMap((a) => (a.ok ? [a.value] : [])) }
    })
    for (const [i, r] of batch.entries()) keep(`sod ${r.requestId}`, async () => { const a = (await ask([r]))[0]!; return a.ok ? { ok: true, value: a.value.sod } : a }, all[i]!.sod)
  }
  const chip = new Uint8Array(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ type: 'spki', format: 'der' }))
  const agreement = { agreement: 'ECDH', cipher: 'AES-128' } as const
  const infos = base64(encodeSecurityInfos({ infos: [paceInfo({ ...agreement, mapping: 'CAM', parameterId: 12 }), chipAuthenticationInfo(agreement), chipAuthenticationKey(chip)] }))
  /** Writes acts down that ask for a file of a chip each. */
  const cardSecurity = async (count: number): Promise<readonly CardSecurityRequest[]> => {
    const list = Array.from({ length: count }, (): CardSecurityRequest => { made += 1; return { requestId: `cs-${made}`, office: OFFICE, authority: { kind: 'job', id: `cs${made}`, version: 1 }, documentNumber: `C${made}`, infos, chipKey: base64(chip) } })
    for (const r of list) s.journal.add({ kind: 'job', stream: r.authority.id, version: 1, event: 'job-card-security-fixed', body: JSON.stringify({ request: r.requestId, digest: cardSecurityDigest(r) }) })
    await must(s.journal.anchor())
    return list
  }
  const outputs = async (list: readonly CardSecurityRequest[]): Promise<void> => {
    await Promise.all(list.map(async (r) => {
      const ask: Asked<string> = async () => { const a = await s.ask<CardSecurityAnswer>('/v1/card-security', r); return a.ok ? { ok: true, value: a.value.cardSecurity } : a }
      keep(r.requestId, ask, await insist(ask))
    }))
  }
  /** Two ask at once; who comes after the other's answer finds that nothing is left to be anchored. */
  const anchor: Asked<unknown> = async () => {
    const r = await s.journal.anchor()
    return !r.ok && r.error.details?.['why'] === 'no entries' ? { ok: true, value: undefined } : r
  }
  const certificate = async (): Promise<string> => {
    const { keyId, request, signature } = await insist<CertificateRequestAnswer>(async () => s.ask('/v1/certificate-request', {}))
    const before = requests.get(keyId)
    if (before !== undefined && before !== `${request} ${signature}`) faults.push(`key ${keyId} asked for its certificate in two ways`)
    requests.set(keyId, `${request} ${signature}`)
    return keyId
  }
  return {
    /** Kills the signer at a point while documents, and what comes to that point, are asked for side by side. */
    kill: async (point: SignerPoint): Promise<void> => {
      const batches = Array.from({ length: LANES }, fresh)
      await s.journal.authorise(...batches.flat())
      const cards = await cardSecurity(LANES)
      if (point.startsWith('anchor')) s.journal.add({ kind: 'unit', stream: 'u', version: (made += 1), event: 'unit-changed', body: '{}' })
      arm(file, point)
      const asked = [
        killAt(file, point, s.part.pid), outputs(cards),
        // the same batch twice at once: what one asker signs is the other's answer
        ...[...batches, batches[0]!].map(documents),
        ...(point.startsWith('anchor') ? Array.from({ length: 2 }, async () => insist(anchor)) : []),
        ...(/^(?:ceremony|request)/.test(point) ? [certificate(), certificate()] : []),
      ]
      await Promise.all(asked)
      if (!/^(?:ceremony|request)/.test(point)) return
      // a key of a ceremony that was cut short is the one that waits, and no second one
      const id = await certificate()
      const waiting = (await must(s.part.line.call<readonly SignerKey[]>('GET', '/v1/keys'))).filter((k) => k.state === 'waiting')
      if (waiting.length !== 1 || waiting[0]!.id !== id) faults.push(`${waiting.length} keys wait after ${point}`)
      await s.certify()
    },
    /** Everything that is not as it must be, after all kills. */
    examine: async (): Promise<readonly string[]> => {
      const before = await examineSigner(s.part.line)
      const asked = new Set([...answers.keys()])
      const sods = before.lines.flatMap((l) => (l.kind === 'sod' ? [[`sod ${l.requestId}`, l.sod] as const] : []))
      const cards = before.lines.flatMap((l) => (l.kind === 'output' ? [[l.requestId, (JSON.parse(l.answer) as CardSecurityAnswer).cardSecurity] as const] : []))
      for (const [name, bytes] of [...sods, ...cards]) {
        if (answers.get(name)?.given !== bytes) faults.push(`${name} was written down and answered otherwise`)
        asked.delete(name)
      }
      for (const name of asked) faults.push(`${name} was answered and never written down`)
      await s.part.fell()
      for (const [name, { ask, given }] of answers) if ((await insist(ask)) !== given) faults.push(`${name} is another after a restart`)
      const after = await examineSigner(s.part.line)
      const uses = (lines: readonly RecordLine[]): number => lines.filter((l) => l.kind !== 'ceremony').length
      if (uses(after.lines) !== uses(before.lines)) faults.push('asking again signed again')
      return [...faults, ...before.faults, ...after.faults]
    },
    count: () => answers.size,
    stop: async (): Promise<void> => { await s.stop(); f.remove() },
  }
}

const IN_ROUND = 3
/** Persons of a group, at most. @source journey, R-07 */
const GROUP = 6

/** The whole platform, whose server or database is killed between the two acts of a signature. */
export async function openServerKills() {
  const { stage: s, file, stop } = await openKillStage()
  const jobs: { readonly id: string; readonly number: string }[] = []
  let [persons, blanks, missions] = [0, 0, 0]
  const quietly = async <T>(login: string, path: string, body?: object): Promise<T> => { const key = `k${Math.random()}`; return stubborn(async () => s.as(login).send<T>('POST', path, body, key)) }
  /** Travellers of one mission whose jobs have their blanks. */
  const prepare = async (count: number): Promise<readonly { readonly id: string; readonly number: string }[]> => {
    missions += 1
    const [today, clerk] = [START, s.as('clerk')]
    const personIds: string[] = []
    for (let i = 0; i < count; i++) personIds.push(await newPerson(clerk, persons += 1))
    const form = await goodForm(clerk, { today, personIds, depart: addDays(today, 20) })
    const { id } = await quietly<{ id: string }>('clerk', '/api/missions', { form })
    for (const [login, act] of [['signatory', 'sign'], ['receiver', 'accept'], ['reviewer', 'check'], ['approver', 'approve']] as const) await quietly(login, `/api/missions/${id}/${act}`, { opinion: '同意' })
    const face = await demoFace(missions)
    await Promise.all(personIds.map(async (p) => s.as('enroller').upload(`/api/persons/${p}/enrolment`, { field: 'photo', filename: 'f.jpg', bytes: face, type: 'image/jpeg', fields: { consent: true, fingers: 'not-collected', fingersReason: 'no-device' } })))
    const { permits } = await quietly<{ permits: readonly string[] }>('documents', `/api/missions/${id}/permits`)
    const { rows } = await s.as('keeper').get<{ rows: readonly { id: string; permitNumber: string }[] }>('/api/jobs')
    const made = rows.filter((j) => permits.includes(j.permitNumber)).map((j) => ({ id: j.id, number: j.permitNumber }))
    for (const j of made) await quietly('keeper', `/api/jobs/${j.id}/blank`, { serial: `SB${String(blanks += 1).padStart(6, '0')}` })
    return made
  }
  return {
    prepare: async (count: number): Promise<readonly { readonly id: string; readonly number: string }[]> => {
      const made: { readonly id: string; readonly number: string }[] = []
      while (made.length < count) made.push(...await prepare(Math.min(GROUP, count - made.length)))
      return made
    },
    inRound: IN_ROUND,
    /** Has jobs produced side by side, with the victim killed at one point after the other. */
    kill: async (victim: Victim, points: readonly string[], these: readonly { readonly id: string; readonly number: string }[]): Promise<void> => {
      jobs.push(...these)
      const killing = (async () => { for (const point of points) { arm(file, point); await killAt(file, point, pidOf(s, victim)) } })()
      await Promise.all([killing, ...these.map(async (j) => quietly('producer', `/api/jobs/${j.id}/produce`))])
      for (const { id } of these) {
        for (const end = Date.now() + 60_000; ; await pause(60)) {
          const { state } = await stubborn(async () => s.as('inspector').get<{ state: string }>(`/api/jobs/${id}`))
          if (state === 'written') break
          if (state === 'failed' || Date.now() > end) throw new Error(`job ${id} is ${state}`)
        }
      }
    },
    examine: async (): Promise<readonly string[]> => {
      const text = new TextDecoder().decode(await stubborn(async () => s.as('auditor').bytes('/api/journal/export')))
      const entries = text.split('\n').filter((l) => l.includes('"type":"entry"')).map((l) => JSON.parse(l) as { readonly event: string; readonly stream: string; readonly body: string })
      const line = openLine(join(s.platform.state.run, 'signer.sock'), 'signer')
      const { lines, faults: own } = await examineSigner(line)
      const faults = [...own]
      const sods = lines.flatMap((l) => (l.kind === 'sod' ? [l] : []))
      if (sods.length !== jobs.length) faults.push(`${sods.length} signatures for ${jobs.length} jobs`)
      for (const j of jobs) {
        const [fixed, signed] = ['job-content-fixed', 'job-signed'].map((event) => entries.filter((e) => e.event === event && e.stream === j.id))
        if (fixed!.length !== 1 || signed!.length !== 1) faults.push(`job ${j.id}: fixed ${fixed!.length} times, signed ${signed!.length} times`)
        const wanted = fixed![0] && JSON.parse(fixed![0].body) as { readonly request: string; readonly digest: string }
        const mine = sods.filter((l) => l.documentNumber === j.number)
        if (mine.length !== 1 || mine[0]!.requestId !== wanted?.request || mine[0]!.contentHash !== wanted.digest) faults.push(`the signer's journal does not say what job ${j.id} asked for`)
      }
      const witness = await must(openLine(join(s.platform.state.run, 'hub.sock'), 'hub').call<readonly Anchor[]>('GET', `/v1/witness?office=${OFFICE}`))
      const { anchorKey } = await must(line.call<SignerHealth>('GET', '/v1/health'))
      const verdict = verifyJournal(text, parseAnchorKeys(anchorKey), witness)
      return verdict.intact ? faults : [...faults, `the journal does not verify: ${JSON.stringify(verdict.faults[0])}`]
    },
    stop,
  }
}
