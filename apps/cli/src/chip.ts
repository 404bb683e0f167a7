import { parseArgs } from 'node:util'

import {
  chipKeyOf, decodeDg1, inspect, lockedChip, missingAt, mrzInformation, readChip, readMrzInformation, readTrust, unwrapPem, virtualChip,
  type ChipAccess, type ChipKey, type ChipReading, type ChipState, type Password, type Transmit,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'
import { collectFiles, type Found } from './file.ts'
import { asJson, dumpOf, policyIn, timeIn } from './inspect.ts'
import { openReader } from './reader.ts'
import { renderReport } from './report-words.ts'
import { insertCard } from './vpcd.ts'

const crypto = nodeCrypto()
const ACCESS: readonly ChipAccess[] = ['open', 'bac', 'pace', 'pace-and-bac']
const VPCD_PORT = 35_963

/** What opens a document: the zone itself, or number, birth and expiry with slashes between. */
function zonePassword(text: string): Password {
  const [number, birth, expiry, more] = text.split('/')
  if (number !== undefined && birth !== undefined && expiry !== undefined && more === undefined && /^\d{6}$/.test(birth) && /^\d{6}$/.test(expiry)) {
    return { kind: 'mrz', text: mrzInformation({ documentNumber: number, birthDate: birth, expiryDate: expiry }) }
  }
  const information = readMrzInformation(text)
  if (information === undefined) throw new Impossible('mrz-unreadable', 'give the lines of the zone, or number/YYMMDD/YYMMDD: document number, birth, expiry')
  return { kind: 'mrz', text: information }
}

function passwordOf(values: { readonly mrz?: string | undefined; readonly can?: string | undefined }): readonly Password[] {
  if (values.can !== undefined && !/^\d{6,12}$/.test(values.can)) throw new Impossible('can-invalid', 'a card access number has 6 digits')
  return [...(values.can === undefined ? [] : [{ kind: 'can', text: values.can } as const]), ...(values.mrz === undefined ? [] : [zonePassword(values.mrz)])]
}

/** The zone of a dump opens the chip that is made of it. */
function informationOf(dump: Readonly<Record<string, Uint8Array>>): string | undefined {
  const dg1 = dump['DG1'] && decodeDg1(dump['DG1'])
  return dg1?.ok === true ? readMrzInformation(dg1.value.mrz) : undefined
}

/** A simulated chip as its station keeps it. */
function keptChip(files: readonly Found[]): ChipState | undefined {
  const file = files.find((f) => f.name === 'chip.json')
  if (file === undefined) return undefined
  try {
    const state = JSON.parse(new TextDecoder().decode(file.bytes)) as ChipState
    if (state.life !== 'locked' || typeof state.files !== 'object') throw new Impossible('chip-unreadable', 'chip.json is no finished chip')
    return state
  } catch (error) {
    if (error instanceof Impossible) throw error
    throw new Impossible('chip-unreadable', 'chip.json is no chip')
  }
}

const isKey = (k: ChipKey | undefined): k is ChipKey => k !== undefined

/** The chip of a folder: the one that a station kept there, or one that is made of the dump and of the private keys beside it. */
function chipIn(path: string, o: { readonly access?: string | undefined; readonly can?: string | undefined }): ChipState {
  const found = collectFiles([path])
  const kept = keptChip(found)
  if (kept !== undefined && o.access === undefined && o.can === undefined) return kept
  const files = dumpOf(found)
  const mrz = informationOf(files)
  if (mrz === undefined) throw new Impossible('zone-missing', 'DG1 has no zone to open the chip with')
  const access = o.access ?? (files['EF.CardAccess'] === undefined ? 'bac' : 'pace')
  if (!ACCESS.includes(access as ChipAccess)) throw new Impossible('access-unknown', `${access} is none of ${ACCESS.join(', ')}`)
  const keys = kept?.keys ?? found.flatMap((f) => unwrapPem(f.bytes)).map((der) => chipKeyOf(der, files, crypto)).filter(isKey)
  const copy = [['DG14', 'chip-authentication'], ['DG15', 'active-authentication']] as const
  for (const [file, use] of copy) if (files[file] !== undefined && !keys.some((k) => k.use === use)) process.stderr.write(`copy: no private key for ${file}; the chip will be found to be a copy if it is asked for ${use}\n`)
  return lockedChip({ files, access: access as ChipAccess, secrets: { mrz, ...(o.can === undefined ? {} : { can: o.can }) }, keys })
}

async function serve(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { vpcd: { type: 'string', default: `127.0.0.1:${VPCD_PORT}` }, access: { type: 'string' }, can: { type: 'string' } } })
  const [folder, more] = positionals
  if (folder === undefined || more !== undefined) throw new Impossible('usage', chipCommand.usage)
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(values.vpcd) ?? []
  if (host === undefined || Number(port) > 65_535) throw new Impossible('address-invalid', `${values.vpcd} is no HOST:PORT`)
  const state = chipIn(folder, values)
  let chip = virtualChip(state, crypto)
  const inserted = await insertCard({ reset: () => { chip = virtualChip(chip.state(), crypto) }, transmit: async (command) => chip.transmit(command) }, { host, port: Number(port) })
  process.stdout.write(language() === 'zh' ? `芯片已放入虚拟读卡器 ${values.vpcd}；Ctrl-C 取出。\n` : `the chip is in the virtual reader at ${values.vpcd}; Ctrl-C takes it out.\n`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { inserted.remove() })
  await inserted.gone
  return EXIT.done
}

/** How the reading went, for people. */
function renderReading(reading: ChipReading, zh: boolean): string {
  const files = Object.entries(reading.files).map(([name, bytes]) => `${name} ${bytes.length}`).join(', ')
  return [
    zh ? `读取：${reading.access}，${reading.exchanges.length} 次交换；${files}` : `read by ${reading.access} in ${reading.exchanges.length} exchanges: ${files}`,
    ...reading.failures.map((f) => `  ! ${f.protocol} ${f.step}: ${f.says}${f.statusWord === undefined ? '' : ` (${f.statusWord})`}`),
    ...reading.oddities.map((o) => `  ~ ${o.at}: ${o.says} (${o.code}, ${o.clause})`), '',
  ].join('\n')
}

const READ_OPTIONS = {
  reader: { type: 'string' }, sim: { type: 'string' }, mrz: { type: 'string' }, can: { type: 'string' }, bac: { type: 'boolean', default: false }, trust: { type: 'string', multiple: true, default: [] as string[] },
  at: { type: 'string' }, policy: { type: 'string', default: 'strict' }, json: { type: 'boolean', default: false },
} as const

async function read(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: READ_OPTIONS })
  if (positionals.length > 0 || (values.reader !== undefined && values.sim !== undefined)) throw new Impossible('usage', chipCommand.usage)
  const at = timeIn(values.at) ?? new Date()
  const policy = policyIn(values.policy)
  const simulated = values.sim === undefined ? undefined : chipIn(values.sim, {})
  const given = passwordOf(values)
  const own = simulated?.secrets?.mrz
  const passwords: readonly Password[] = given.length > 0 || own === undefined ? given : [{ kind: 'mrz', text: own }]
  const { trust, unread } = await readTrust(collectFiles(values.trust), crypto)
  for (const name of unread) process.stderr.write(`trust-unread: ${name} is neither certificate, list nor CRL\n`)
  const card = simulated === undefined ? await openReader(values.reader) : undefined
  try {
    const transmit: Transmit = card?.transmit ?? virtualChip(simulated!, crypto).transmit
    const result = await readChip(transmit, { passwords, policy: values.bac ? 'bac-allowed' : 'pace-preferred', crypto })
    if (!result.ok) {
      const { step, file, statusWord, says } = result.error
      throw new Impossible('chip-unreadable', `${step} ${file}: ${[statusWord, says].filter((x) => x !== undefined && x !== '').join(', ')}`)
    }
    const reading = result.value
    const report = await inspect(reading.files, { trust, at, policy, crypto, chip: reading.session })
    const outlook = missingAt({ dump: reading.files }, at)
    if (values.json) printJson({ ...asJson(report, outlook), reading: { access: reading.access, failures: reading.failures, oddities: reading.oddities, exchanges: reading.exchanges.length, files: Object.fromEntries(Object.entries(reading.files).map(([k, v]) => [k, v.length])) } })
    else process.stdout.write(renderReading(reading, language() === 'zh') + renderReport({ report, outlook, then: at }, language()))
    return report.genuine ? EXIT.done : EXIT.faulty
  } finally {
    card?.end()
  }
}

export const chipCommand: Command = {
  name: 'chip',
  usage: 'chip serve [--vpcd HOST:PORT] [--access open|bac|pace|pace-and-bac] [--can DIGITS] DIR | chip read [--reader NAME|--sim DIR] [--mrz ZONE|--can DIGITS] [--bac] [--trust PATH…] [--at ISO-TIME] [--policy strict|field] [--json]',
  says: { zh: '把证件数据作为读卡器里的虚拟芯片；读取并检查芯片', en: 'a virtual chip as a card in a PC/SC reader; read and inspect a chip' },
  run: async ([verb, ...args]) => {
    if (verb === 'serve') return serve(args)
    if (verb === 'read') return read(args)
    throw new Impossible('usage', chipCommand.usage)
  },
}
