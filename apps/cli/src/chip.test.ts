import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Impossible } from './command.ts'
import { ATR, insertCard } from './vpcd.ts'

const SET = join(import.meta.dirname, '../../../packages/icao9303/vectors/synthetic')
const bin = join(import.meta.dirname, '../bin/causeway.mjs')
const TRUST = ['--trust', join(SET, 'pki/csca-g2.der'), '--trust', join(SET, 'lists/UTO.crl'), '--at', '2026-03-10']
let folder: string
let document: string
let copy: string
const run = (...args: string[]) => spawnSync(process.execPath, [bin, 'chip', ...args], { encoding: 'utf8', env: { ...process.env, CAUSEWAY_LANG: 'en' } })

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cw-chip-'))
  document = join(folder, 'document')
  copy = join(folder, 'copy')
  for (const to of [document, copy]) {
    mkdirSync(to)
    for (const f of ['EF.COM', 'EF.DG1', 'EF.DG2', 'EF.DG11', 'EF.DG12', 'EF.DG14', 'EF.DG15', 'EF.CardAccess']) cpSync(join(SET, 'lds', `${f}.bin`), join(to, `${f}.bin`))
    cpSync(join(SET, 'sod/ecdsa-p256-sha256.bin'), join(to, 'any-name.dat'))
  }
  for (const k of ['chip-ca-ec', 'chip-aa-ec']) cpSync(join(SET, 'keys', `${k}.pk8.pem`), join(document, `${k}.pem`))
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

interface Report { readonly verdict: string; readonly checks: readonly { readonly name: string; readonly outcome: string }[]; readonly reading: { readonly access: string; readonly exchanges: number; readonly files: Record<string, number> } }
const outcomes = (r: Report): Record<string, string> => Object.fromEntries(r.checks.map((c) => [c.name, c.outcome]))

describe('causeway chip read --sim', () => {
  it('reads a whole chip by PACE, has it prove itself twice, and finds it genuine', () => {
    const done = run('read', '--sim', document, ...TRUST, '--json')
    const report = JSON.parse(done.stdout) as Report
    expect([done.status, done.stderr, report.verdict, report.reading.access]).toEqual([0, '', 'genuine', 'PACE'])
    expect(outcomes(report)).toMatchObject({ access: 'passed', 'chip-authentication': 'passed', 'active-authentication': 'passed', 'card-access': 'passed', 'terminal-authentication': 'not-applicable' })
    expect(Object.keys(report.reading.files).toSorted()).toEqual(['DG1', 'DG11', 'DG12', 'DG14', 'DG15', 'DG2', 'EF.COM', 'EF.CardAccess', 'EF.SOD'])
  })

  it('finds a copy that has every file and no private key', () => {
    const done = run('read', '--sim', copy, ...TRUST, '--json')
    const report = JSON.parse(done.stdout) as Report
    expect([done.status, report.verdict, outcomes(report)['chip-authentication'], outcomes(report)['sod-signature']]).toEqual([1, 'faulty', 'failed', 'passed'])
    expect(done.stderr).toMatch(/^copy: no private key for DG14/)
  })

  it('prints for people how it was read', () => {
    const done = run('read', '--sim', document, ...TRUST)
    expect(done.stdout).toMatch(/^read by PACE in \d+ exchanges: EF\.CardAccess \d+, EF\.COM \d+, /)
    expect(done.stdout).toContain('GENUINE')
  })

  it.each([
    ['another zone', ['read', '--sim', 'DOC', '--mrz', 'L898902C3/740812/120415'], /^chip-unreadable: access PACE mutual-authentication: 6300/m],
    ['a zone that is none', ['read', '--sim', 'DOC', '--mrz', 'rubbish'], /^mrz-unreadable: /m],
    ['a card number that is none', ['read', '--sim', 'DOC', '--can', '12'], /^can-invalid: /m],
    ['a folder that is not there', ['read', '--sim', '/nowhere/at/all'], /^file-missing: /m],
    ['a folder without a document', ['read', '--sim', SET.replace('synthetic', 'synthetic/keys')], /^no-document: /m],
    ['reader and simulation at once', ['read', '--sim', 'DOC', '--reader', 'x'], /^usage: /m],
    ['no verb', [], /^usage: /m],
    ['another verb', ['eat'], /^usage: /m],
    ['an option that is none', ['read', '--force'], /^usage: /m],
    ['an access that is none', ['serve', '--access', 'magic', 'DOC'], /^access-unknown: /m],
    ['an address that is none', ['serve', '--vpcd', 'here', 'DOC'], /^address-invalid: /m],
    ['a virtual reader that is not there', ['serve', '--vpcd', '127.0.0.1:1', 'DOC'], /^vpcd-unreachable: /m],
  ])('refuses %s in one line', (_, args, line) => {
    const done = run(...args.map((a) => (a === 'DOC' ? document : a)))
    expect([done.status, done.stdout]).toEqual([2, ''])
    expect(done.stderr).toMatch(line)
    expect(done.stderr).not.toMatch(/\n\s+at /)
  })

  it('tells what a kept chip does otherwise than the standard has it', () => {
    const odd = join(folder, 'kept')
    mkdirSync(odd)
    const mrz = 'L898902C36908061940623'.padEnd(24, '6')
    const state = { life: 'locked', files: { DG1: `615b5f1f58${'41'.repeat(88)}` }, writes: [], access: 'bac', secrets: { mrz } }
    writeFileSync(join(odd, 'chip.json'), JSON.stringify(state))
    expect(run('read', '--sim', odd).stdout).toMatch(/^read by BAC in \d+ exchanges: DG1 93\n(?! {2}~)/)
    writeFileSync(join(odd, 'chip.json'), JSON.stringify({ ...state, behaviours: [{ kind: 'at-most', bytes: 64, says: '6700' }] }))
    expect(run('read', '--sim', odd).stdout).toContain('  ~ DG1: 85 bytes at a time are refused; 64 are asked for (short-answers, Doc 9303-10 §3.6.3)')
  })

  it('refuses a kept chip that is none', () => {
    const odd = join(folder, 'odd')
    cpSync(document, odd, { recursive: true })
    for (const text of ['{', '{"life":"blank","files":{}}', '[]', 'null']) {
      writeFileSync(join(odd, 'chip.json'), text)
      const done = run('read', '--sim', odd)
      expect([done.status, done.stderr.split(':')[0]]).toEqual([2, 'chip-unreadable'])
    }
  })
})

describe('a card in a virtual reader', () => {
  /** The reader's end of the line, as vpcd speaks. */
  async function reader(work: (ask: (message: number[]) => Promise<Buffer>, tell: (message: number[]) => void, server: Server) => Promise<void>): Promise<void> {
    let socket: Socket | undefined
    let heard = Buffer.alloc(0)
    const waiting: ((b: Buffer) => void)[] = []
    const server = createServer((s) => {
      socket = s
      s.on('data', (chunk) => {
        heard = Buffer.concat([heard, chunk])
        while (heard.length >= 2 && heard.length >= 2 + heard.readUInt16BE(0)) {
          waiting.shift()?.(heard.subarray(2, 2 + heard.readUInt16BE(0)))
          heard = heard.subarray(2 + heard.readUInt16BE(0))
        }
      })
    })
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve) })
    const resets: string[] = []
    const card = await insertCard({ reset: () => { resets.push('reset') }, transmit: async (c) => Promise.resolve(Uint8Array.of(...c, 0x90, 0)) }, { host: '127.0.0.1', port: (server.address() as AddressInfo).port })
    const tell = (message: number[]): void => { socket!.write(Buffer.from([message.length >> 8, message.length & 255, ...message])) }
    const ask = async (message: number[]): Promise<Buffer> => { const answer = new Promise<Buffer>((resolve) => { waiting.push(resolve) }); tell(message); return answer }
    await work(ask, tell, server)
    socket!.destroy()
    await card.gone
    server.close()
    expect(resets).toEqual(['reset', 'reset', 'reset'])
  }

  it('gives its answer to reset, forgets when the power goes, and answers commands of any length in their order', async () => {
    await reader(async (ask, tell) => {
      tell([1])
      expect([...await ask([4])]).toEqual([...ATR])
      expect([...await ask([0, 0xa4, 0, 0])]).toEqual([0, 0xa4, 0, 0, 0x90, 0])
      tell([0])
      tell([2])
      const long = Array.from({ length: 40_000 }, (_, i) => i & 255)
      const both = await Promise.all([ask(long), ask([9, 9])])
      expect(both.map((b) => b.length)).toEqual([40_002, 4])
    })
  })

  it('has an answer to reset whose check byte is right', () => {
    expect(ATR.subarray(1).reduce((x, b) => x ^ b, 0)).toBe(0)
  })

  it('says that there is no reader', async () => {
    await expect(insertCard({ reset: () => undefined, transmit: async (c) => Promise.resolve(c) }, { host: '127.0.0.1', port: 1 })).rejects.toThrow(Impossible)
  })
})
