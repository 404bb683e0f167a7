import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { become, ensureUser, giveTo, keptKey, keptSecret, openClock, openFaultPoints, openLine, openLog, parsePlace, reportReady } from '@causeway/ground'
import { RULES, STATE_COUNCIL } from '@causeway/journey'
import { openPress, prepareBarCodes } from '@causeway/paper'
import { pinyin } from 'pinyin-pro'

import { buildApp } from './app.ts'
import { openExaminer } from './gateway/examiner.ts'
import { anchorNow, fetchTrust, keepCertified } from './gateway/national.ts'
import { keepCredentials } from './gateway/signing.ts'
import { handTrust } from './gateway/verification.ts'
import { ACCESS, BOOK, type House, type TrustMaterial } from './house.ts'
import { startJobs } from './jobs.ts'
import { DEMO_ACCOUNTS, DEMO_OFFICE, DEMO_PASSWORD } from './office.ts'
import { plantAdministrators, plantSample } from './sample.ts'
import { migrate } from './store/migrate.ts'
import { openReadingBook } from './store/read.ts'
import { openStore } from './store/store.ts'

const { values } = parseArgs({
  options: {
    keys: { type: 'string' }, port: { type: 'string', default: '8700' }, host: { type: 'string', default: '127.0.0.1' }, signer: { type: 'string' }, hub: { type: 'string' }, station: { type: 'string' }, verifier: { type: 'string' },
    web: { type: 'string' }, clock: { type: 'string' }, user: { type: 'string' }, demo: { type: 'boolean', default: false }, faults: { type: 'string' }, 'trust-proxy': { type: 'string' },
    'seal-with': { type: 'string', default: 'international' },
  },
})
const env = { url: process.env['CAUSEWAY_DATABASE_URL'], ownerUrl: process.env['CAUSEWAY_OWNER_URL'], appRole: process.env['CAUSEWAY_APP_ROLE'] ?? 'causeway_app' }
if (env.url === undefined || values.keys === undefined || values.signer === undefined || values.hub === undefined || values.station === undefined || values.verifier === undefined) throw new Error('the database, --keys and the four sockets are needed')

const sealWith = values['seal-with']
if (sealWith !== 'international' && sealWith !== 'national') throw new Error('--seal-with is international or national')

const clock = openClock(values.clock)
const log = openLog('server', clock.now)
const user = values.user === undefined ? undefined : ensureUser(values.user)

// everything that the server's own user may not reach is opened first: code, fonts, the built web, the owner's connection
if (env.ownerUrl !== undefined) await migrate(env.ownerUrl, env.appRole)
const press = openPress()
await prepareBarCodes()
mkdirSync(values.keys, { recursive: true, mode: 0o700 })
const firstPassword = keptSecret(join(values.keys, 'first-password.secret'))
const secret = keptKey(join(values.keys, 'kek.secret'))
giveTo(values.keys, user)

const store = openStore({
  url: env.url, office: DEMO_OFFICE.id, book: BOOK, access: ACCESS, secret, sealWith, now: clock.now, faultPoint: openFaultPoints(values.faults),
  onLost: (error) => { log.warn('database-connection-lost', { error }) },
})
let trust: TrustMaterial | undefined
const house: House = {
  store, clock, log, press, office: DEMO_OFFICE, rules: RULES, calendar: STATE_COUNCIL, readingBook: openReadingBook(store), demo: values.demo,
  readings: (c) => pinyin(c, { toneType: 'none', type: 'array', multiple: true }),
  signer: openLine(parsePlace(values.signer), 'signer'), station: openLine(parsePlace(values.station), 'station'), hub: openLine(parsePlace(values.hub), 'hub'), verifier: openLine(values.verifier, 'verifier'), examiner: openExaminer(), trust: () => trust,
  hubCode: process.env['CAUSEWAY_HUB_CODE'],
}
const app = await buildApp({
  house, webFolder: values.web ?? join(import.meta.dirname, '../../web/dist'), anchorNow: async () => anchorNow(house), trustProxy: values['trust-proxy'],
  demoAccounts: values.demo ? DEMO_ACCOUNTS.map((a) => ({ login: a.login, password: DEMO_PASSWORD, says: a.says })) : [],
})
await app.ready()
await house.examiner.ready()
become(user)
process.umask(0o077)

if (values.demo) await plantSample(house)
else await plantAdministrators(house, firstPassword)
await keepCertified(house)
await keepCredentials(house)
trust = await fetchTrust(house)
await handTrust(house)
await app.listen({ port: Number(values.port), host: values.host })
const jobs = startJobs(house, (t) => { trust = t })
const address = app.server.address()
log.info('ready')
reportReady({ port: typeof address === 'object' ? address?.port : undefined }, async () => {
  await jobs.stop()
  app.server.closeAllConnections()
  await app.close()
  await house.readingBook.flush().catch(() => undefined)
  await house.examiner.end()
  await store.pool.end()
})
