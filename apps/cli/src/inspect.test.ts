import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Impossible } from './command.ts'
import { collectFiles } from './file.ts'
import { dumpOf } from './inspect.ts'

const SET = join(import.meta.dirname, '../../../packages/icao9303/vectors/synthetic')
const bin = join(import.meta.dirname, '../bin/causeway.mjs')
let folder: string
let document: string

/** A zip made by hand, so that each of its numbers can lie. */
function zip(entries: readonly { readonly name: string; readonly bytes: Uint8Array; readonly size?: number; readonly crc?: number; readonly flags?: number }[]): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []]
  let at = 0
  for (const e of entries) {
    const packed = deflateRawSync(e.bytes)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt16LE(8, 8)
    head.writeUInt16LE(e.name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(e.flags ?? 0, 8)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(e.crc ?? crc32(e.bytes), 16)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(e.size ?? e.bytes.length, 24)
    entry.writeUInt16LE(e.name.length, 28)
    entry.writeUInt32LE(at, 42)
    locals.push(head, Buffer.from(e.name), packed)
    centrals.push(entry, Buffer.from(e.name))
    at += 30 + e.name.length + packed.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(Buffer.concat(centrals).length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, ...centrals, end])
}

const files = (): { name: string; bytes: Uint8Array }[] => readdirSync(document).map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(document, name))) }))
const put = (name: string, bytes: Uint8Array): string => { const path = join(folder, name); writeFileSync(path, bytes); return path }
const run = (...args: string[]) => spawnSync(process.execPath, [bin, 'inspect', ...args], { encoding: 'utf8', env: { ...process.env, CAUSEWAY_LANG: 'en' } })
const refusal = (act: () => unknown): string => { try { act() } catch (error) { if (error instanceof Impossible) return error.code; throw error } return 'none' }

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'inspect-'))
  document = join(folder, 'document')
  mkdirSync(document)
  for (const f of ['EF.COM', 'EF.DG1', 'EF.DG2', 'EF.DG11', 'EF.DG12', 'EF.DG14', 'EF.DG15', 'EF.CardAccess']) cpSync(join(SET, 'lds', `${f}.bin`), join(document, `${f}.bin`))
  cpSync(join(SET, 'sod/ecdsa-p256-sha256.bin'), join(document, 'any-name.dat'))
  writeFileSync(join(document, 'face.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('causeway inspect', () => {
  const trust = ['--trust', join(SET, 'pki/csca-g2.der'), '--trust', join(SET, 'lists/UTO.crl')]

  it('answers a folder with one JSON value, 0 for genuine, 1 for anything else', () => {
    const good = run(document, ...trust, '--at', '2026-03-10', '--outlook', '2030-01-01', '--json')
    expect([good.status, good.stderr]).toEqual([0, ''])
    const report = JSON.parse(good.stdout) as { verdict: string; checks: { name: string; outcome: string; evidence?: { signed?: string } }[]; document: object; outlook: { code: string }[]; defects: unknown[] }
    expect(report).toMatchObject({ verdict: 'genuine', genuine: true, policy: 'strict', defects: [], document: { country: 'UTO', dataGroups: [1, 2, 11, 12, 14, 15] } })
    expect(report.checks.find((c) => c.name === 'hash-dg1')?.evidence?.signed).toMatch(/^[0-9a-f]{64}$/)
    expect(report.outlook.map((o) => o.code)).toEqual(['document-code', 'bac', 'face-encoding'])
    const bare = run(document, '--at', '2026-03-10', '--json')
    expect([bare.status, (JSON.parse(bare.stdout) as { verdict: string }).verdict]).toEqual([1, 'undetermined'])
  })

  it('ends with 2 and one line with a stable code for what it cannot do', () => {
    for (const [args, code] of [
      [[], 'usage'], [['--nonsense'], 'usage'], [[join(folder, 'nowhere')], 'file-missing'], [[document, '--at', 'March'], 'time-invalid'],
      [[document, '--policy', 'lax'], 'policy-unknown'], [[join(SET, 'pki')], 'no-document'],
    ] as const) {
      const done = run(...args)
      expect([done.status, done.stdout, done.stderr.split(':')[0], done.stderr.trimEnd().split('\n').length]).toEqual([2, '', code, 1])
    }
  })

  it('speaks Chinese where the caller does', () => {
    const says = execFileSync(process.execPath, [bin, 'inspect', document, ...trust, '--at', '2026-03-10'], { encoding: 'utf8', env: { ...process.env, CAUSEWAY_LANG: 'zh' } })
    expect(says).toMatch(/^真实（严格规则）\n {2}✓ EF\.COM 与 EF\.SOD 所列数据组一致：通过，EF\.COM 与 EF\.SOD 所列数据组相同\n/)
  })
})

describe('what a caller may hand over', () => {
  it('is read from a zip as from a folder', () => {
    expect(dumpOf(collectFiles([put('good.zip', zip(files()))]))).toEqual(dumpOf(collectFiles([document])))
    expect(Object.keys(dumpOf(collectFiles([document]))).sort()).toEqual(['DG1', 'DG11', 'DG12', 'DG14', 'DG15', 'DG2', 'EF.COM', 'EF.CardAccess', 'EF.SOD'])
  })

  it('may be a damaged, lying, locked or bursting zip, and is named as such', () => {
    const whole = zip(files())
    for (let cut = 4; cut < whole.length; cut += 997) expect(refusal(() => collectFiles([put('cut.zip', whole.subarray(0, cut))])), `cut at ${cut}`).toBe('zip-unreadable')
    const bytes = new Uint8Array(1_000)
    expect(refusal(() => collectFiles([put('crc.zip', zip([{ name: 'a', bytes, crc: 1 }]))]))).toBe('zip-unreadable')
    expect(refusal(() => collectFiles([put('small.zip', zip([{ name: 'a', bytes, size: 999 }]))]))).toBe('zip-unreadable')
    expect(refusal(() => collectFiles([put('locked.zip', zip([{ name: 'a', bytes, flags: 1 }]))]))).toBe('zip-unreadable')
    expect(refusal(() => collectFiles([put('bomb.zip', zip([{ name: 'a', bytes: new Uint8Array(17 * 1024 * 1024) }]))]))).toBe('file-too-large')
    expect(refusal(() => collectFiles([put('bombs.zip', zip(Array.from({ length: 17 }, () => ({ name: 'a', bytes: new Uint8Array(16 * 1024 * 1024) }))))]))).toBe('too-much')
  }, 20_000)

  it('may be a loop of links, a huge file, a pipe, or two files for one', () => {
    const loop = join(folder, 'loop')
    cpSync(document, loop, { recursive: true })
    symlinkSync(loop, join(loop, 'again'))
    expect(Object.keys(dumpOf(collectFiles([loop])))).toHaveLength(9)
    const huge = put('huge.bin', new Uint8Array(0))
    truncateSync(huge, 4 * 1024 ** 3)
    expect(refusal(() => collectFiles([huge]))).toBe('file-too-large')
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(refusal(() => collectFiles([pipe]))).toBe('file-special')
    const sod = new Uint8Array(readFileSync(join(SET, 'sod/ecdsa-p256-sha256.bin')))
    expect(Object.keys(dumpOf([{ name: 'a', bytes: sod }, { name: 'b', bytes: sod.slice() }]))).toEqual(['EF.SOD'])
    expect(refusal(() => dumpOf([{ name: 'a', bytes: sod }, { name: 'b', bytes: Uint8Array.from([...sod, 0]) }]))).toBe('file-twice')
    let deep = join(folder, 'deep')
    for (let i = 0; i < 17; i++) deep = join(deep, 'd')
    mkdirSync(deep, { recursive: true })
    expect(refusal(() => collectFiles([join(folder, 'deep')]))).toBe('too-deep')
  })

  it('claims 4 GiB in a length and is judged all the same', () => {
    const bad = join(folder, 'bad')
    mkdirSync(bad)
    writeFileSync(join(bad, 'sod'), Uint8Array.of(0x77, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30, 0x80))
    const done = run(bad, '--json')
    expect([done.status, (JSON.parse(done.stdout) as { verdict: string }).verdict]).toEqual([1, 'faulty'])
  })
})
