import { parseArgs } from 'node:util'

import { openPart, openProcess, PART_OPTIONS, socketIn, type Handler } from '@causeway/ground'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { parseSignedMessage } from '@causeway/signing'

import { openAuthority, plusDays } from './authority.ts'
import { openCertification } from './certification.ts'
import { isWritable, parseDeviation } from './deviation.ts'
import { openLedger } from './ledger.ts'
import { openLineage, type Generation } from './lineage.ts'
import { openPublication } from './publication.ts'
import { parseAsked, parseOffice, parseRegistration, parseRevocation, parseRollOver, parseSetting } from './question.ts'
import { openSealAuthority } from './seal-authority.ts'
import { RULES, settingsAt } from './setting.ts'
import { openVault } from './vault.ts'

const { values } = parseArgs({ options: { ...PART_OPTIONS, 'passphrase-file': { type: 'string' } } })
const url = process.env['CAUSEWAY_DATABASE_URL']
if (url === undefined) throw new Error('CAUSEWAY_DATABASE_URL is needed')
const { dir, clock, log, serve } = await openProcess('hub', values)
const MARK = 'SPECIMEN 样本'

const vault = openVault(dir, values['passphrase-file'])
const lineage = openLineage(dir, vault)
const receiptKey = vault.keys('receipt')[0] ?? await vault.make('receipt', 'P-256')
const ledger = await openLedger({ url, now: clock.now, signReceipt: receiptKey.signText })
let set = await ledger.settings()
const settings = (at: Date) => settingsAt(set, at)
const authority = await openAuthority({ vault, lineage, settings, now: clock.now() })
const seals = await openSealAuthority({ vault, lineage, settings, now: clock.now() })
const certification = openCertification({ ledger, authority, seals, settings, now: clock.now, signText: receiptKey.signText })
const publication = openPublication({ folder: dir, vault, lineage, authority, seals, book: ledger, now: clock.now, settings })
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')

/** The books name every certificate of the authority, so that each can be revoked. */
async function enterGenerations(): Promise<void> {
  for (const { certificate, link } of authority.generations()) {
    await ledger.keepCertificate({ serial: certificate.serial, office: 'hub', der: base64(certificate.der), kind: 'csca', authority: 'csca' })
    if (link !== undefined) await ledger.keepCertificate({ serial: link.serial, office: 'hub', der: base64(link.der), kind: 'link', authority: 'csca' })
  }
}
await enterGenerations()

let turn: Promise<unknown> = Promise.resolve()
/** One after the other: a list's number and a key's certificate are looked up before they are made. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work)
  turn = mine.catch(() => undefined)
  return mine
}

function stateOf(g: Generation, now: Date): 'resting' | 'current' | 'earlier' {
  const { number } = authority.current(now)
  return g.number === number ? 'current' : g.number < number ? 'earlier' : 'resting'
}

/** All generations with their links; `csca` is the one that certifies now. */
function lineageNow() {
  const now = clock.now()
  return {
    mark: MARK, csca: base64(authority.current(now).certificate.der),
    links: authority.generations().flatMap((g) => (g.link === undefined ? [] : [base64(g.link.der)])),
    generations: authority.generations().map((g) => ({
      number: g.number, state: stateOf(g, now), certificate: base64(g.certificate.der), usableFrom: g.usableFrom.toISOString(), usableUntil: g.certificate.privateKeyUsage?.to?.toISOString(),
    })),
  }
}

/** What the operator should do, in words. */
function due(): readonly string[] {
  const [now, says] = [clock.now(), [`${MARK}：参考国家端 / reference national side`]]
  const [current, newest] = [authority.current(now), authority.generations().at(-1)!]
  const until = current.certificate.privateKeyUsage?.to ?? current.certificate.notAfter
  const days = Math.floor((until.getTime() - now.getTime()) / 86_400_000)
  if (newest.number > current.number) says.push(`第${newest.number}代根证书自 ${newest.usableFrom.toISOString().slice(0, 10)} 起签发 / CSCA generation ${newest.number} signs from then on`)
  else if (days < 0) says.push('根证书密钥使用期已过 / the usage period of the CSCA key is over')
  else if (days <= settings(now)('csca.announce.days')) says.push(`根证书密钥使用期还有 ${days} 天，请换代 / the CSCA key may sign for ${days} days more: roll over`)
  return says
}

/** A route whose body is read strictly before any rule sees it; one after the other. */
const taking = <T>(parse: (body: unknown) => Result<T, Refusal>, answer: (asked: T) => Promise<Result<unknown, Refusal>>): Handler => async (body) => {
  const asked = parse(body)
  const result = asked.ok ? await inTurn(async () => answer(asked.value)) : asked
  if (!result.ok) log.warn('refused', { code: result.error.code, at: result.error.at })
  return result
}
const how = (query: URLSearchParams): 'force' | 'daily' => (query.get('fresh') === 'yes' ? 'force' : 'daily')

/** What offices may ask. */
const forOffices: Readonly<Record<string, Handler>> = {
  'GET /v1/health': async () => ok({ ready: true, says: due(), messages: await ledger.counts() }),
  'POST /v1/offices': taking(parseRegistration, ledger.register),
  'POST /v1/messages': async (body) => {
    const m = parseSignedMessage(body)
    return m.ok ? ledger.take(m.value) : no({ ...m.error, code: 'message-malformed' })
  },
  'POST /v1/ds': taking(parseAsked('document'), async (a) => certification.certify(a, 'office')),
  'POST /v1/seal-certificate': taking(parseAsked('seal'), async (a) => certification.certify(a, 'office')),
  'POST /v1/bar-code-certificate': taking(parseAsked('bar-code'), async (a) => certification.certify(a, 'office')),
  'GET /v1/csca': async () => Promise.resolve(ok(lineageNow())),
  'GET /v1/seal-authority': async (_, query) => inTurn(async () => ok({ mark: MARK, certificate: base64(seals.certificate().der), crl: await publication.sealCrl(how(query)) })),
  'GET /v1/receipt-key': async () => Promise.resolve(ok({ publicKey: receiptKey.publicPem })),
  'GET /v1/certificates': async (_, query) => ok((await ledger.certificates()).filter((c) => c.kind === (query.get('kind') ?? 'document'))),
  'GET /v1/crl': async (_, query) => inTurn(async () => ok(await publication.crls(how(query)))),
  'GET /v1/masterlist': async () => inTurn(async () => ok({ masterList: await publication.masterList() })),
  'GET /v1/deviationlist': async () => inTurn(async () => ok({ deviationList: await publication.deviationList() })),
  'GET /v1/settings': async () => Promise.resolve(ok({ rules: RULES, set, today: Object.fromEntries(Object.keys(RULES).map((k) => [k, settings(clock.now())(k as keyof typeof RULES)])) })),
  'GET /v1/office-keys': async (_, query) => ok(await ledger.keysOf(query.get('office') ?? '')),
  'GET /v1/witness': async (_, query) => ok(await ledger.witness(query.get('office') ?? '')),
}

/** What only the operator may: whoever can reach the socket in the hub's own folder, which is the hub's own user. */
const forOperator: Readonly<Record<string, Handler>> = {
  ...forOffices,
  'POST /v1/office-codes': taking(parseOffice, async ({ office }) => ok(await ledger.makeCode(office, plusDays(clock.now(), settings(clock.now())('office-code.days'))))),
  'POST /v1/ds': taking(parseAsked('document'), async (a) => certification.certify(a, 'operator')),
  'POST /v1/seal-certificate': taking(parseAsked('seal'), async (a) => certification.certify(a, 'operator')),
  'POST /v1/bar-code-certificate': taking(parseAsked('bar-code'), async (a) => certification.certify(a, 'operator')),
  'POST /v1/csca/roll-over': taking(parseRollOver, async (r) => {
    const made = await authority.rollOver(r, clock.now())
    if (!made.ok) return made
    await enterGenerations()
    log.info('rolled-over', { generation: made.value.number })
    return ok(lineageNow())
  }),
  'POST /v1/revocations': taking((body) => parseRevocation(body, clock.now()), async (r) => {
    const receipt = await certification.revoke(r)
    if (!receipt.ok) return receipt
    const seal = (await ledger.certificates()).some((c) => c.serial === r.serial && c.authority === 'seal')
    return ok({ receipt: receipt.value, ...(seal ? { crl: await publication.sealCrl('force') } : await publication.crls('force')) })
  }),
  'POST /v1/deviations': taking(parseDeviation, async (d) => {
    if (!(await isWritable(d.entry, authority.current(clock.now()).certificate))) return no({ code: 'deviation-malformed', at: 'descriptions', rule: 'Doc 9303-12 §10.2' })
    await ledger.keepDeviation(d.text)
    return ok({ deviationList: await publication.deviationList() })
  }),
  'POST /v1/settings': taking((body) => parseSetting(body, clock.now()), async (s) => {
    if (!(await ledger.keepSetting(s))) return no({ code: 'setting-exists', at: 'from', rule: RULES[s.key].number })
    set = await ledger.settings()
    return ok(s)
  }),
}

const operator = await openPart(socketIn(dir, 'operator.sock'), forOperator, (error) => { log.error('bug', { error }) })
serve(forOffices, {
  end: async () => {
    operator.closeAllConnections()
    await new Promise<void>((resolve) => { operator.close(() => { resolve() }) })
    await ledger.end()
  },
})
