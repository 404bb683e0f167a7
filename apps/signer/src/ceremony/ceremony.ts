import { createHash, randomBytes } from 'node:crypto'

import { type Clock, type FaultPoint } from '@causeway/ground'
import { ok, type Refusal, type Result } from '@causeway/kernel'
import {
  ceremonyDigest, type BackupAnswer, type CarryOut, type CertificateImport, type CeremonyList, type CredentialImport, type CeremonyOrder, type CeremonySubject, type CeremonyView, type Confirmation, type Founding, type Words,
} from '@causeway/signing'

import { type Book } from '../book.ts'
import { type Keeper } from '../custody/keeper.ts'
import { CustodyFault, type KeyRecord, type KeyType } from '../custody/port.ts'
import { COST_OF_RANDOM, enrol, openSeat, recover, type Custodian, type Roster } from '../custody/roster.ts'
import { refuse } from '../document.ts'
import { settingAt, type SignerSettings } from '../setting.ts'
import { type CeremonyLine } from './line.ts'

type Answer<T> = Result<T, Refusal>

export interface CeremonyOptions {
  readonly keeper: Keeper
  readonly book: Book
  readonly clock: Clock
  readonly settings: SignerSettings
  /** Puts a certificate beside its key, by all rules of the signer. */
  readonly importCertificate: (r: CertificateImport) => Promise<Answer<unknown>>
  /** Puts a certificate beside a key of seals or bar codes. */
  readonly importCredential: (r: CredentialImport) => Promise<Answer<unknown>>
  /** Told when a key was retired. */
  readonly onRetired: () => void
  readonly faultPoint: FaultPoint
}

export interface Ceremonies {
  readonly list: () => CeremonyList
  readonly find: (id: string) => Answer<CeremonyView>
  readonly found: (r: Founding, o?: { readonly demonstration: boolean }) => Promise<Answer<CeremonyView>>
  readonly open: (r: CeremonyOrder) => Promise<Answer<CeremonyView>>
  readonly confirm: (r: Confirmation) => Promise<Answer<CeremonyView>>
  readonly carryOut: (r: CarryOut) => Promise<Answer<BackupAnswer>>
  /** What stands in the way of the keys, in words; nothing when they are activated. */
  readonly obstacles: () => readonly Words[]
}

/** A ceremony that waits for its people. Shares lie in memory only, and are wiped when it ends. */
interface Pending {
  readonly order: CeremonyOrder
  readonly subject: CeremonySubject
  readonly digest: string
  readonly opened: Date
  readonly expires: Date
  readonly roster: Roster
  /** Who comes new, with a passphrase of their own already. */
  readonly newcomer: Custodian | undefined
  readonly confirmations: { readonly custodian: string; readonly at: string; readonly share: Uint8Array }[]
}

const fingerprint = (b: Uint8Array): string => createHash('sha256').update(b).digest('hex')
const of64 = (text: string): string => fingerprint(Buffer.from(text, 'base64'))
/** A certificate, its authority, and the links that lead to it from one that is known. */
const certificateSubject = (r: Pick<CertificateImport, 'certificate' | 'csca' | 'links'>): CeremonySubject => ({ certificate: of64(r.certificate), authority: of64(r.csca), ...(r.links?.length ? { links: fingerprint(Buffer.from(r.links.map(of64).join('\n'))) } : {}) })
const credentialSubject = (r: CredentialImport): CeremonySubject => ({ use: r.use, ...certificateSubject({ ...r, csca: r.authority }) })
/** The name of the key that a ceremony makes: asked for again, it is the same key. */
const keyIdOfCeremony = (id: string): string => fingerprint(Buffer.from(`causeway-key-1\n${id}`)).slice(0, 16)

/** Ceremonies that may wait for their people at one time. */
const MOST_PENDING = 32

const DEMONSTRATORS = /^demonstration-\d+$/
/** Whether custodians are those of a demonstration, whose passphrases lie beside the keys. */
export const isDemonstration = (r: Roster | undefined): boolean => r !== undefined && r.seats.every((s) => DEMONSTRATORS.test(s.name))

export function openCeremonies(o: CeremonyOptions): Ceremonies {
  const { keeper, book, clock, settings } = o
  const pending = new Map<string, Pending>()
  /** Wrong passphrases in a row, by custodian, and when the last one came. */
  const tries = new Map<string, { count: number; at: Date }>()
  const now = (): Date => clock.now()
  const minutes = (): number => settingAt(settings, 'ceremonyMinutes', now())
  const wipe = (p: Pending): void => { for (const c of p.confirmations) c.share.fill(0) }
  const isExpired = (p: Pending): boolean => now() > p.expires

  const ended = (id: string): CeremonyLine | undefined => book.find('ceremony', `${id}/done`) ?? book.find('ceremony', `${id}/failed`)
  const viewOfLine = (l: CeremonyLine): CeremonyView => ({
    id: l.id, kind: l.ceremony, subject: l.subject, digest: l.digest, state: l.phase === 'authorised' ? 'open' : l.phase, threshold: l.threshold, seats: l.seats, opened: l.opened, expires: l.at,
    confirmations: l.confirmations, outcome: l.outcome, journal: book.place('ceremony', `${l.id}/${l.phase}`), demonstration: l.demonstration, keyStore: l.keyStore,
  })
  const viewOf = (p: Pending): CeremonyView => ({
    id: p.order.id, kind: p.order.kind, subject: p.subject, digest: p.digest, state: isExpired(p) ? 'expired' : 'open', threshold: p.roster.threshold, seats: p.roster.seats.length,
    opened: p.opened.toISOString(), expires: p.expires.toISOString(), confirmations: p.confirmations.map(({ custodian, at }) => ({ custodian, at })), outcome: {}, journal: undefined,
    demonstration: isDemonstration(p.roster), keyStore: keeper.kind,
  })

  const keyById = (id: string): Answer<KeyRecord> => {
    const key = keeper.keys().find((k) => k.id === id)
    if (key === undefined) return refuse('key-unknown', { keyId: id })
    return key.retired === true ? refuse('key-retired', { keyId: id }) : ok(key)
  }
  const newcomerOf = async (name: string, passphrase: string, others: readonly string[]): Promise<Answer<Custodian>> => {
    if (others.includes(name)) return refuse('custodian-exists', { name })
    const least = settingAt(settings, 'passphraseLength', now())
    if ([...passphrase].length < least) return refuse('credential-weak', { least })
    const cost = DEMONSTRATORS.test(name) ? COST_OF_RANDOM : { memory: settingAt(settings, 'passphraseMemory', now()), passes: settingAt(settings, 'passphrasePasses', now()), parallelism: 1 }
    return ok(await enrol(name, passphrase, cost))
  }

  /** What will be done, in words that can be confirmed, and who comes new. Refused before anybody is asked to confirm it. */
  const subjectOf = async (r: CeremonyOrder, roster: Roster): Promise<Answer<{ readonly subject: CeremonySubject; readonly newcomer?: Custodian }>> => {
    switch (r.kind) {
      case 'activate': return ok({ subject: { epoch: String(roster.epoch) } })
      case 'create-key': return ok({ subject: { use: r.use, type: r.type, keyId: keyIdOfCeremony(r.id) } })
      case 'import-certificate': return ok({ subject: certificateSubject(r) })
      case 'import-credential': return ok({ subject: credentialSubject(r) })
      case 'retire-key': {
        const key = keyById(r.keyId)
        return key.ok ? ok({ subject: { keyId: r.keyId, use: key.value.use, type: key.value.type, fingerprint: fingerprint(key.value.spki), reason: r.reason } }) : key
      }
      case 'export-backup': return ok({ subject: { epoch: String(roster.epoch), keys: String(keeper.keys().length) } })
      case 'add-custodian':
      case 'replace-custodian': {
        const names = roster.seats.map((s) => s.name)
        const replaces = r.kind === 'replace-custodian' ? r.replaces : undefined
        if (replaces !== undefined && !names.includes(replaces)) return refuse('custodian-unknown', { name: replaces })
        const newcomer = await newcomerOf(r.name, r.passphrase, names)
        return newcomer.ok ? ok({ subject: { name: r.name, fingerprint: of64(newcomer.value.key), ...(replaces === undefined ? {} : { replaces }) }, newcomer: newcomer.value }) : newcomer
      }
    }
  }

  /** Whether an order asks for what a ceremony of its id was opened for. */
  const isSame = (before: { readonly kind: string; readonly subject: CeremonySubject }, r: CeremonyOrder): boolean => {
    if (before.kind !== r.kind) return false
    const { subject } = before
    switch (r.kind) {
      case 'activate': case 'export-backup': return true
      case 'create-key': return subject['use'] === r.use && subject['type'] === r.type
      case 'import-certificate': return JSON.stringify(subject) === JSON.stringify(certificateSubject(r))
      case 'import-credential': return JSON.stringify(subject) === JSON.stringify(credentialSubject(r))
      case 'retire-key': return subject['keyId'] === r.keyId && subject['reason'] === r.reason
      case 'add-custodian': return subject['name'] === r.name
      case 'replace-custodian': return subject['name'] === r.name && subject['replaces'] === r.replaces
    }
  }

  const open = async (r: CeremonyOrder): Promise<Answer<CeremonyView>> => {
    const over = ended(r.id)
    if (over !== undefined) return isSame({ kind: over.ceremony, subject: over.subject }, r) ? ok(viewOfLine(over)) : refuse('ceremony-changed', { id: r.id })
    const before = pending.get(r.id)
    if (before !== undefined && !isExpired(before)) return isSame({ kind: before.order.kind, subject: before.subject }, r) ? ok(viewOf(before)) : refuse('ceremony-changed', { id: r.id })
    const roster = keeper.roster()
    if (roster === undefined) return refuse('custody-not-founded')
    for (const [id, p] of pending) if (isExpired(p)) { wipe(p); pending.delete(id) }
    if (pending.size >= MOST_PENDING) return refuse('busy')
    const made = await subjectOf(r, roster)
    if (!made.ok) return made
    const { subject, newcomer } = made.value
    const opened = now()
    const p: Pending = { order: r, subject, digest: ceremonyDigest(r.id, r.kind, subject), opened, expires: new Date(opened.getTime() + minutes() * 60_000), roster, newcomer, confirmations: [] }
    pending.set(r.id, p)
    return ok(viewOf(p))
  }

  /** The ceremony that may still be confirmed or carried out. */
  const waiting = (r: { readonly id: string; readonly digest: string }): Answer<Pending> => {
    const over = ended(r.id)
    if (over !== undefined) return refuse('ceremony-over', { id: r.id })
    const p = pending.get(r.id)
    if (p === undefined) return refuse('ceremony-unknown', { id: r.id })
    if (isExpired(p)) { wipe(p); return refuse('ceremony-expired', { id: r.id, expired: p.expires.toISOString() }) }
    if (p.digest !== r.digest || p.roster.epoch !== keeper.roster()?.epoch) return refuse('ceremony-changed', { id: r.id })
    return ok(p)
  }

  const confirm = async (r: Confirmation): Promise<Answer<CeremonyView>> => {
    const found = waiting(r)
    if (!found.ok) return found
    const p = found.value
    const seat = p.roster.seats.find((s) => s.name === r.custodian)
    if (seat === undefined) return refuse('custodian-unknown', { name: r.custodian })
    if (p.confirmations.some((c) => c.custodian === r.custodian)) return refuse('same-person', { name: r.custodian })
    const tried = tries.get(r.custodian)
    const until = new Date((tried?.at.getTime() ?? 0) + minutes() * 60_000)
    if (tried !== undefined && tried.count >= settingAt(settings, 'credentialTries', now()) && now() < until) return refuse('credential-locked', { until: until.toISOString() })
    const share = await openSeat(p.roster, seat, r.passphrase)
    if (share === undefined) {
      tries.set(r.custodian, { count: (tried !== undefined && now() < until ? tried.count : 0) + 1, at: now() })
      return refuse('credential-wrong', { name: r.custodian })
    }
    tries.delete(r.custodian)
    p.confirmations.push({ custodian: r.custodian, at: now().toISOString(), share })
    return ok(viewOf(p))
  }

  const lineOf = (p: Pending, phase: CeremonyLine['phase'], outcome: CeremonyLine['outcome']): CeremonyLine => {
    const v = viewOf(p)
    return {
      kind: 'ceremony', id: v.id, phase, ceremony: v.kind, subject: v.subject, digest: v.digest, threshold: v.threshold, seats: v.seats, opened: v.opened, confirmations: v.confirmations, outcome,
      demonstration: v.demonstration, keyStore: v.keyStore, at: now().toISOString(),
    }
  }

  /** What a ceremony does. Each is the same when it is done again. */
  const effect = async (p: Pending, master: Uint8Array): Promise<Answer<CeremonyLine['outcome']>> => {
    const { order: r, roster } = p
    const seated = (names: readonly Custodian[]) => keeper.appoint(master, { threshold: roster.threshold, custodians: names })
    switch (r.kind) {
      case 'activate': {
        await keeper.open(master)
        await ensureAnchor(keeper, master, settingAt(settings, 'anchorKeyType', now()) as KeyType)
        return ok({ keys: String(keeper.keys().length) })
      }
      case 'create-key': {
        const key = await keeper.make(master, { id: keyIdOfCeremony(r.id), use: r.use, type: r.type })
        return ok({ keyId: key.id, fingerprint: key.spki.length === 0 ? '' : fingerprint(key.spki) })
      }
      case 'import-certificate': {
        const taken = await o.importCertificate({ certificate: r.certificate, csca: r.csca, ...(r.links === undefined ? {} : { links: r.links }) })
        return taken.ok ? ok({ certificate: of64(r.certificate) }) : taken
      }
      case 'import-credential': {
        const { use, certificate, authority, links } = r
        const taken = await o.importCredential({ use, certificate, authority, ...(links === undefined ? {} : { links }) })
        return taken.ok ? ok({ certificate: of64(r.certificate) }) : taken
      }
      case 'retire-key': await keeper.retire(master, r.keyId); o.onRetired(); return ok({ keyId: r.keyId })
      case 'export-backup': return ok({ backup: fingerprint(Buffer.from(keeper.backup().content)) })
      case 'add-custodian': await seated([...roster.seats, p.newcomer!]); break
      case 'replace-custodian': await seated(roster.seats.map((s) => (s.name === r.replaces ? p.newcomer! : s))); break
    }
    return ok({ epoch: String(keeper.roster()!.epoch), custodians: keeper.roster()!.seats.map((s) => s.name).join('、') })
  }

  const carryOut = async (r: CarryOut): Promise<Answer<BackupAnswer>> => {
    const over = ended(r.id)
    if (over !== undefined) return over.digest === r.digest ? ok({ ceremony: viewOfLine(over) }) : refuse('ceremony-changed', { id: r.id })
    const found = waiting(r)
    if (!found.ok) return found
    const p = found.value
    if (p.confirmations.length < p.roster.threshold) return refuse('second-person-missing', { has: p.confirmations.length, needs: p.roster.threshold })
    const master = await recover(p.roster, p.confirmations.map((c) => c.share))
    try {
      if (!keeper.proves(master)) return refuse('credential-wrong', {}) // shares of a file that was exchanged under us
      if (book.find('ceremony', `${r.id}/authorised`) === undefined) book.write([lineOf(p, 'authorised', {})])
      o.faultPoint('ceremony:authorised')
      const file = p.order.kind === 'export-backup' ? keeper.backup() : undefined
      const done = await attempted(async () => effect(p, master))
      o.faultPoint('ceremony:done')
      const line = done.ok ? lineOf(p, 'done', done.value) : failureOf((phase, outcome) => lineOf(p, phase, outcome), done.error)
      book.write([line])
      pending.delete(r.id)
      return done.ok ? ok({ ceremony: viewOfLine(line), ...(file === undefined ? {} : { file: { name: file.name, content: file.content } }) }) : done
    } finally {
      wipe(p)
      master.fill(0)
    }
  }

  const found = async (r: Founding, { demonstration } = { demonstration: false }): Promise<Answer<CeremonyView>> => {
    const names = r.custodians.map((c) => c.name)
    const subject = { custodians: names.join('、'), threshold: String(r.threshold) }
    const over = ended(r.id)
    if (over !== undefined) return over.digest === ceremonyDigest(r.id, 'found', subject) ? ok(viewOfLine(over)) : refuse('ceremony-changed', { id: r.id })
    if (keeper.roster() !== undefined) return refuse('custody-founded')
    if (keeper.kind === 'token' && r.pin === undefined) return refuse('pin-needed')
    if (new Set(names).size !== names.length || r.threshold > names.length || (!demonstration && names.some((n) => DEMONSTRATORS.test(n)))) return refuse('custodians-invalid', { threshold: r.threshold, custodians: names.length })
    const custodians: Custodian[] = []
    for (const c of r.custodians) {
      const made = await newcomerOf(c.name, c.passphrase, [])
      if (!made.ok) return made
      custodians.push(made.value)
    }
    const [opened, master] = [now().toISOString(), new Uint8Array(randomBytes(32))]
    const line = (phase: CeremonyLine['phase'], outcome: CeremonyLine['outcome']): CeremonyLine => ({
      kind: 'ceremony', id: r.id, phase, ceremony: 'found', subject, digest: ceremonyDigest(r.id, 'found', subject), threshold: r.threshold, seats: names.length, opened,
      confirmations: names.map((custodian) => ({ custodian, at: opened })), outcome, demonstration, keyStore: keeper.kind, at: now().toISOString(),
    })
    try {
      book.write([line('authorised', {})])
      o.faultPoint('ceremony:authorised')
      const done = await attempted(async () => {
        await keeper.found({ master, threshold: r.threshold, custodians, pin: r.pin })
        o.faultPoint('ceremony:founded')
        const anchor = await ensureAnchor(keeper, master, settingAt(settings, 'anchorKeyType', now()) as KeyType)
        return ok({ keys: String(keeper.keys().length), anchorKey: anchor.id, fingerprint: fingerprint(anchor.spki) })
      })
      o.faultPoint('ceremony:done')
      const last = done.ok ? line('done', done.value) : failureOf(line, done.error)
      book.write([last])
      return done.ok ? ok(viewOfLine(last)) : done
    } finally {
      master.fill(0)
    }
  }

  let turn: Promise<unknown> = Promise.resolve()
  /** One thing after the other: passphrases cost memory, and a ceremony is carried out once. */
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  settle(o)
  return {
    list: () => {
      const roster = keeper.roster()
      const past = book.all('ceremony').filter((l) => l.phase !== 'authorised').slice(-50).map(viewOfLine)
      return {
        custodians: roster?.seats.map((s) => s.name) ?? [], threshold: roster?.threshold ?? 0, epoch: roster?.epoch ?? 0, demonstration: isDemonstration(roster), keyStore: keeper.kind,
        activated: keeper.isOpen(), ceremonies: [...past, ...[...pending.values()].map(viewOf)],
      }
    },
    find: (id) => {
      const line = ended(id)
      const p = pending.get(id)
      if (line !== undefined) return ok(viewOfLine(line))
      return p === undefined ? refuse('ceremony-unknown', { id }) : ok(viewOf(p))
    },
    found: async (r, more) => inTurn(async () => found(r, more)),
    open: async (r) => inTurn(async () => open(r)),
    confirm: async (r) => inTurn(async () => confirm(r)),
    carryOut: async (r) => inTurn(async () => carryOut(r)),
    obstacles: () => {
      if (keeper.isOpen()) return []
      const roster = keeper.roster()
      if (roster === undefined) return [{ zh: '密钥尚未启用：尚未设立保管人', en: 'keys not activated: no custodians are set up' }]
      const has = Math.max(0, ...[...pending.values()].filter((p) => p.order.kind === 'activate' && !isExpired(p)).map((p) => p.confirmations.length))
      return [{ zh: `密钥尚未启用：${roster.threshold} 名保管人中已到 ${has} 名`, en: `keys not activated: ${has} of ${roster.threshold} custodians` }, ...keeper.says()]
    },
  }
}

/** The key of anchors: made with the first set-up, or at the activation after a fall in it. */
async function ensureAnchor(keeper: Keeper, master: Uint8Array, type: KeyType): Promise<KeyRecord> {
  return keeper.keys().find((k) => k.use === 'anchor' && k.retired !== true) ?? keeper.make(master, { id: randomBytes(8).toString('hex'), use: 'anchor', type })
}

const failureOf = (line: (phase: 'failed', outcome: CeremonyLine['outcome']) => CeremonyLine, error: Refusal): CeremonyLine => line('failed', {
  code: error.code, ...(typeof error.details?.['why'] === 'string' ? { why: error.details['why'] } : {}),
})

/** What the custody could not do is a refusal. */
async function attempted<T>(work: () => Promise<Answer<T>>): Promise<Answer<T>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CustodyFault) return refuse(error.code, { why: error.message })
    throw error
  }
}

/** Whether what a ceremony was to do is there. */
function isThere(o: CeremonyOptions, l: CeremonyLine): boolean {
  const { keeper, book } = o
  const { subject } = l
  switch (l.ceremony) {
    case 'found': return keeper.roster()?.seats.map((s) => s.name).join('、') === subject['custodians']
    case 'create-key': return keeper.keys().some((k) => k.id === subject['keyId'])
    case 'retire-key': return keeper.keys().some((k) => k.id === subject['keyId'] && k.retired === true)
    case 'import-credential': return book.all('credential').some((c) => of64(c.certificate) === subject['certificate'])
    case 'import-certificate': return book.all('certificate').some((c) => of64(c.certificate) === subject['certificate'])
    case 'add-custodian': case 'replace-custodian': return keeper.roster()?.seats.some((s) => s.name === subject['name'] && of64(s.key) === subject['fingerprint']) ?? false
    default: return false
  }
}

/**
 * Ceremonies that a fall cut off between the journal's first line and its last: each is over, and the journal says
 * whether it was done. Carried out once or not at all, never twice.
 */
function settle(o: CeremonyOptions): void {
  const { book } = o
  for (const l of book.all('ceremony')) {
    if (l.phase !== 'authorised' || book.find('ceremony', `${l.id}/done`) !== undefined || book.find('ceremony', `${l.id}/failed`) !== undefined) continue
    const done = isThere(o, l)
    book.write([{ ...l, phase: done ? 'done' : 'failed', outcome: done ? { ...l.subject, settled: 'after a fall' } : { code: 'interrupted' }, at: o.clock.now().toISOString() }])
  }
}
