import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { encodeSecurityInfos, gainAccess, paceInfo, readChip, readMrzInformation, terminalChannel } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openReader, type ReaderCard } from '../../apps/cli/src/reader.ts'

const SET = join(import.meta.dirname, '../../packages/icao9303/vectors/synthetic')
const BIN = join(import.meta.dirname, '../../apps/cli/bin/causeway.mjs')
const PYTHON = '/usr/lib/python3/site-packages/virtualsmartcard'
const SLOT = ['Virtual PCD 00 00', 'Virtual PCD 00 01'] as const
const PORT = [35_963, 35_964] as const
const crypto = nodeCrypto()

const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status === 0
const service = has('pcscd') && existsSync('/usr/lib/pcsc/drivers/serial/libifdvpcd.so') && process.getuid?.() === 0
const pcsc = service && existsSync(join(import.meta.dirname, '../../node_modules/smartcard/build'))
const openpace = service && spawnSync('pkg-config', ['--exists', 'libeac', 'libpcsclite']).status === 0 && has('gcc')
const vicc = service && existsSync(PYTHON) && existsSync('/usr/lib/python3/dist-packages/Cryptodome')
const missing = [[service, 'pcscd with vpcd, as root'], [service && has('opensc-tool'), 'opensc'], [openpace, 'libeac-dev and libpcsclite-dev'], [vicc, 'vsmartcard-vpicc with pycryptodome'], [pcsc, 'the package smartcard']]
  .filter(([there]) => there !== true).map(([, name]) => String(name))
if (missing.length > 0) process.stdout.write(`left out of the foreign programs: what needs ${missing.join('; ')}\n`)

let folder: string
let document: string
const children: ChildProcess[] = []

/** A process of the test's own, ended with it. */
function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  children.push(child)
  return child
}

async function until(what: string, is: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    if (is()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`waited in vain for ${what}`)
}
const cards = (): string => spawnSync('opensc-tool', ['--list-readers'], { encoding: 'utf8' }).stdout
const isCardIn = (slot: number): boolean => new RegExp(`^${slot}\\s+Yes`, 'm').test(cards())

/** The status words and data that opensc-tool shows for some commands. */
function ask(...commands: readonly string[]): readonly string[] {
  const out = execFileSync('opensc-tool', ['--reader', '0', ...commands.flatMap((c) => ['-s', c])], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  return [...out.matchAll(/Received \(SW1=0x(..), SW2=0x(..)\)/g)].map((m) => `${m[1]}${m[2]}`.toLowerCase())
}

const zoneOf = (dump: string): string => readMrzInformation(readFileSync(join(dump, 'EF.DG1.bin')).subarray(5).toString('latin1'))!

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cw-foreign-'))
  document = join(folder, 'document')
  mkdirSync(document)
  for (const f of ['EF.COM', 'EF.DG1', 'EF.DG2', 'EF.DG11', 'EF.DG12', 'EF.DG14', 'EF.DG15']) cpSync(join(SET, 'lds', `${f}.bin`), join(document, `${f}.bin`))
  // of what DG14 offers EF.CardAccess shows only what OpenPACE knows: it refuses a file with Chip Authentication Mapping
  writeFileSync(join(document, 'EF.CardAccess.bin'), encodeSecurityInfos({ infos: [paceInfo({ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 })] }))
  cpSync(join(SET, 'sod/ecdsa-p256-sha256.bin'), join(document, 'EF.SOD.bin'))
  for (const k of ['chip-ca-ec', 'chip-aa-ec']) cpSync(join(SET, 'keys', `${k}.pk8.pem`), join(document, `${k}.pem`))
  if (!service) return
  if (!existsSync('/run/pcscd/pcscd.comm') || spawnSync('pgrep', ['-x', 'pcscd']).status !== 0) start('pcscd', ['--foreground'])
  await until('the virtual reader', () => cards().includes(SLOT[0]))
  start(process.execPath, [BIN, 'chip', 'serve', document])
  await until('the card', () => isCardIn(0))
}, 60_000)
afterAll(() => {
  for (const c of children.toReversed()) c.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

describe.skipIf(!service || !has('opensc-tool'))('opensc-tool', () => {
  it('sees the chip in a reader, selects the application, reads EF.CardAccess and is refused elsewhere', () => {
    expect(execFileSync('opensc-tool', ['--reader', '0', '--atr'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()).toBe('3b:87:80:01:80:73:00:21:40:81:00:15')
    expect(ask('00A4020C02011C', '00B0000008', '00A4040C07A0000002471001', '00B0810000', '00A4020C020101', '00B0000000')).toEqual(['9000', '9000', '9000', '6982', '6982', '6986'])
  })
})

describe.skipIf(!openpace)('a reader built on OpenPACE', () => {
  it('runs PACE under the zone and reads the whole chip, byte for byte', () => {
    const [program, out] = [join(folder, 'pace-reader'), join(folder, 'read')]
    mkdirSync(out)
    const flags = execFileSync('pkg-config', ['--cflags', '--libs', 'libeac', 'libpcsclite'], { encoding: 'utf8' }).trim().split(/\s+/)
    execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-O1', '-o', program, join(import.meta.dirname, 'pace-reader.c'), ...flags, '-lcrypto'])
    const said = execFileSync(program, [SLOT[0], zoneOf(document), out], { encoding: 'utf8' })
    expect(said).toMatch(/SELECT 9000\nDG1 in the clear 6982\nPACE id-PACE-ECDH-GM-AES-CBC-CMAC-128 parameter 13\n[^]*DG3 6A82\n[^]*DONE\n$/)
    expect(readdirSync(out).toSorted()).toEqual(['DG1', 'DG11', 'DG12', 'DG14', 'DG15', 'DG2', 'EF.COM', 'EF.SOD'].map((f) => `${f}.bin`))
    for (const f of readdirSync(out)) expect(readFileSync(join(out, f)).equals(readFileSync(join(document, f.startsWith('DG') ? `EF.${f}` : f))), f).toBe(true)
  }, 60_000)

  it('is refused under another zone', () => {
    const done = spawnSync(join(folder, 'pace-reader'), [SLOT[0], 'L898902C36908061940623X', join(folder, 'read')], { encoding: 'utf8' })
    expect([done.status, done.stdout.split('\n').slice(-3, -1)]).toEqual([1, ['SW 6300', 'FAILED general authenticate']])
  }, 60_000)
})

describe.skipIf(!pcsc)('causeway chip read', () => {
  it('reads and inspects the chip through PC/SC, with Chip and Active Authentication, and sees what was struck out of EF.CardAccess', () => {
    const done = spawnSync(process.execPath, [BIN, 'chip', 'read', '--reader', SLOT[0], '--mrz', zoneText(document), '--trust', join(SET, 'pki/csca-g2.der'), '--trust', join(SET, 'lists/UTO.crl'), '--at', '2026-03-10', '--json'], { encoding: 'utf8' })
    const report = JSON.parse(done.stdout) as { verdict: string; checks: { name: string; outcome: string }[]; reading: { access: string } }
    expect([done.status, report.checks.filter((c) => !['passed', 'not-applicable'].includes(c.outcome)).map((c) => c.name), report.reading.access]).toEqual([1, ['card-access'], 'PACE'])
    expect(report.checks.filter((c) => ['access', 'chip-authentication', 'active-authentication'].includes(c.name)).map((c) => c.outcome)).toEqual(['passed', 'passed', 'passed'])
  }, 60_000)
})

const zoneText = (dump: string): string => readFileSync(join(dump, 'EF.DG1.bin')).subarray(5).toString('latin1')

describe.skipIf(!pcsc || !vicc)('the virtual passport of vsmartcard', () => {
  let card: ReaderCard
  beforeAll(async () => {
    const [python, dump] = [join(folder, 'python'), join(folder, 'passport')]
    mkdirSync(python)
    mkdirSync(dump)
    symlinkSync('/usr/lib/python3/dist-packages/Cryptodome', join(python, 'Crypto'))
    for (const [from, to] of [['EF.DG1', 'DG1'], ['EF.DG2', 'DG2'], ['EF.SOD', 'EF.SOD']]) writeFileSync(join(dump, `${to}.bin`), readFileSync(join(document, `${from}.bin`)))
    start('/usr/bin/python3', [join(import.meta.dirname, 'epass.py'), dump, String(PORT[1])], { ...process.env, PYTHONPATH: `${python}:${PYTHON}` })
    await until('the passport', () => isCardIn(1))
    card = await openReader(SLOT[1])
  }, 60_000)
  afterAll(() => { card?.end() })

  it('is read whole although it has no EF.COM (row 39), and asks nobody for a password', async () => {
    const read = await readChip(card.transmit, { passwords: [], crypto })
    expect(read.ok, JSON.stringify(read)).toBe(true)
    expect(read.ok && [read.value.access, Object.keys(read.value.files).toSorted()]).toEqual(['none', ['DG1', 'DG2', 'EF.SOD']])
    for (const [name, bytes] of Object.entries(read.ok ? read.value.files : {})) expect(Buffer.from(bytes).equals(readFileSync(join(folder, 'passport', `${name}.bin`))), name).toBe(true)
  }, 60_000)

  it('lets us in by BAC; its secure messaging fails under Python 3, and what it says bare is not taken for data', async () => {
    const { transmit } = card
    const admission = await gainAccess(transmit, { cardAccess: undefined, passwords: [{ kind: 'mrz', text: zoneOf(document) }], policy: 'pace-preferred', crypto })
    expect(admission.ok && [admission.value.protocol, admission.value.failures]).toEqual(['BAC', []])
    if (!admission.ok) return
    const channel = terminalChannel(admission.value.keys, crypto)
    const answer = channel.open(await transmit(channel.protect({ cla: 0, ins: 0xa4, p1: 2, p2: 0x0c, data: Uint8Array.of(1, 1) })))
    expect([answer, channel.state()]).toEqual([{ outcome: 'bare', sw: 0x6988 }, 'interrupted'])
  }, 60_000)
})
