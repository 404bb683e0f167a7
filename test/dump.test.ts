import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdtempSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, closeSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { openKept, readKept } from '../apps/signer/src/custody/kept.ts'
import { openSeat, recover } from '../apps/signer/src/custody/roster.ts'
import { START, walkRoad } from './road.ts'
import { openStage, type Stage } from './stage.ts'

/** A private key as it could lie in memory, by the name of the form. */
type Forms = ReadonlyMap<string, Buffer>

/** Base64 in which bytes stand at any of three offsets, in pieces short enough to lie whole on a line of PEM. */
function base64Of(bytes: Buffer): readonly (readonly [string, Buffer])[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').slice(4, -4)
    return [[`base64 +${shift} head`, Buffer.from(whole.slice(0, 14))], [`base64 +${shift} tail`, Buffer.from(whole.slice(16, 34))]] as const
  })
}

function formsOf(secret: Buffer): Forms {
  return new Map<string, Buffer>([
    ['as it is', secret], ['as OpenSSL has numbers', Buffer.from(secret).reverse()], ['hex', Buffer.from(secret.toString('hex'))], ['HEX', Buffer.from(secret.toString('hex').toUpperCase())],
    ['base64url', Buffer.from(secret.toString('base64url').slice(0, -1))], ['two-byte hex', Buffer.from(secret.toString('hex'), 'utf16le')], ...base64Of(secret),
  ])
}

/** The secrets of the demonstration, opened as its custodians do. */
async function secretsOf(dir: string): Promise<readonly Secret[]> {
  const kept = readKept(dir)!
  const shares = await Promise.all(kept.roster.seats.map(async (s) => (await openSeat(kept.roster, s, readFileSync(join(dir, `${s.name}.secret`), 'utf8').trim()))!))
  const stored = JSON.parse(openKept(kept, await recover(kept.roster, shares))!.toString('utf8')) as readonly { readonly id: string; readonly bytes: string }[]
  return stored.map(({ id, bytes }) => {
    const type = kept.keys.find((k) => k.id === id)!.type
    const raw = Buffer.from(bytes, 'base64')
    return { id, forms: formsOf(type === 'aes-256' || type === 'sm2' ? raw : Buffer.from(createPrivateKey({ key: raw, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' }).d!, 'base64url')) }
  })
}

interface Secret { readonly id: string; readonly forms: Forms }

/** What of the secrets stands in some bytes, each as `id form`: one look at every place, by the first two bytes of a form. */
function searcher(secrets: readonly Secret[]): (bytes: Buffer, found: Set<string>) => void {
  const needles = secrets.flatMap(({ id, forms }) => [...forms].map(([form, bytes]) => ({ name: `${id} ${form}`, bytes })))
  const begins: (typeof needles | undefined)[] = Array.from({ length: 65_536 })
  const has = new Uint8Array(65_536)
  for (const n of needles) {
    const first = n.bytes.readUInt16BE(0)
    begins[first] = [...begins[first] ?? [], n]
    has[first] = 1
  }
  return (bytes, found) => {
    for (let at = 0; at < bytes.length - 1; at++) {
      const first = bytes[at]! << 8 | bytes[at + 1]!
      if (has[first] === 0) continue
      for (const n of begins[first]!) if (n.bytes.equals(bytes.subarray(at, at + n.bytes.length))) found.add(n.name)
    }
  }
}

function searchFile(file: string, look: ReturnType<typeof searcher>): ReadonlySet<string> {
  const found = new Set<string>()
  const [fd, buffer, zeros] = [openSync(file, 'r'), Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)]
  for (let at = 0, n = readSync(fd, buffer, 0, CHUNK, at); n > 0; at += Math.max(1, n - OVERLAP), n = n < CHUNK ? 0 : readSync(fd, buffer, 0, CHUNK, at)) {
    const chunk = buffer.subarray(0, n)
    if (!chunk.equals(zeros.subarray(0, n))) look(chunk, found)
  }
  closeSync(fd)
  return found
}

const CHUNK = 4 * 1024 * 1024
const OVERLAP = 256
const PAGE = 4_096

/** All memory of a process that it ever touched and that is its own: page by page, as the kernel says which are there. */
function searchProcess(pid: number, look: ReturnType<typeof searcher>): { readonly found: ReadonlySet<string>; readonly bytes: number } {
  const found = new Set<string>()
  let bytes = 0
  const [mem, map] = [openSync(`/proc/${pid}/mem`, 'r'), openSync(`/proc/${pid}/pagemap`, 'r')]
  process.kill(pid, 'SIGSTOP')
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? []
      if (from === undefined || to === undefined || /\[v(var|syscall)/.test(line)) continue
      const [start, end] = [Number.parseInt(from, 16), Number.parseInt(to, 16)]
      const entries = Buffer.alloc(Math.min((end - start) / PAGE, 1 << 22) * 8)
      readSync(map, entries, 0, entries.length, (start / PAGE) * 8)
      const isThere = (page: number): boolean => (entries[page * 8 + 7]! & 0xc0) !== 0 // present, or in swap
      for (let page = 0; page < entries.length / 8; page++) {
        if (!isThere(page)) continue
        let last = page
        while (last + 1 < entries.length / 8 && isThere(last + 1) && last - page < CHUNK / PAGE) last += 1
        const run = Buffer.alloc((last - page + 1) * PAGE)
        const n = readSync(mem, run, 0, run.length, start + page * PAGE)
        look(run.subarray(0, n), found)
        bytes += n
        page = last - page < CHUNK / PAGE ? last : last - 1 // what lies across two runs is seen too
      }
    }
  } finally {
    process.kill(pid, 'SIGCONT')
    closeSync(mem)
    closeSync(map)
  }
  return { found, bytes }
}

/** The same over a core file of gdb, which has every reserved page in it: slow (eleven minutes), with CAUSEWAY_CORE=gcore, for those who trust no reader of ours. */
function searchCore(pid: number, look: ReturnType<typeof searcher>): { readonly found: ReadonlySet<string>; readonly bytes: number } {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-dump-'))
  const made = spawnSync('gcore', ['-o', join(folder, 'core'), String(pid)], { encoding: 'utf8' })
  const file = join(folder, `core.${pid}`)
  if (!existsSync(file)) throw new Error(`no dump: ${made.stdout}${made.stderr}`)
  try {
    return { found: searchFile(file, look), bytes: statSync(file).size }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const hasCore = process.env['CAUSEWAY_CORE'] === 'gcore'

const why = process.getuid?.() === 0 ? undefined : 'only root looks into processes of other users'

describe.skipIf(why !== undefined)(`the server never has a private key${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  let s: Stage
  let secrets: readonly Secret[]
  let look: ReturnType<typeof searcher>
  const dump = (part: 'server' | 'signer') => (hasCore ? searchCore : searchProcess)(s.platform.parts[part].pid()!, look)
  beforeAll(async () => {
    s = await openStage(`${START}T00:00:00.000Z`) // an hour before the road begins: its clock only goes on
    await s.as('keeper').send('POST', '/api/blanks', { batch: 'B-1', first: 'SB000001', count: 2 })
    await walkRoad(s, { n: 1, today: START, serial: 'SB000001' })
    secrets = await secretsOf(s.platform.state.signer)
    look = searcher(secrets)
  }, 120_000)
  afterAll(async () => { await s.stop() })

  it('no file that the server has open is the signer’s, or has a key in it', () => {
    const fds = `/proc/${s.platform.parts.server.pid()}/fd`
    const files = readdirSync(fds).flatMap((fd) => { try { return [readlinkSync(join(fds, fd))] } catch { return [] } })
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((f) => f.startsWith(`${s.platform.state.signer}/`))).toEqual([])
    for (const f of files.filter((name) => name.startsWith('/') && existsSync(name) && statSync(name).isFile())) expect([...searchFile(f, look)], f).toEqual([])
  })

  it('the server’s user of the operating system can neither read the key store, nor its process, nor speak as a custodian', () => {
    const status = readFileSync(`/proc/${s.platform.parts.server.pid()}/status`, 'utf8')
    const [uid, gid] = [/^Uid:\s+(\d+)/m.exec(status)![1], /^Gid:\s+(\d+)/m.exec(status)![1]]
    expect(uid).not.toBe(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${s.platform.parts.signer.pid()}/status`, 'utf8'))![1])
    const as = (script: string): string => spawnSync(process.execPath, ['-e', `process.setgroups([${gid}]);process.setgid(${gid});process.setuid(${uid});const fs=require('fs');const say=(f)=>{try{f();console.log('in')}catch(e){console.log(e.code)}};${script}`], { encoding: 'utf8', cwd: '/' }).stdout.trim()
    const dir = s.platform.state.signer
    for (const name of ['custody.json', 'demonstration-1.secret', 'demonstration-2.secret', 'journal.db']) expect(existsSync(join(dir, name)), name).toBe(true)
    for (const name of ['', 'custody.json', 'demonstration-1.secret', 'journal.db']) expect(as(`say(()=>fs.${name === '' ? 'readdirSync' : 'readFileSync'}(${JSON.stringify(join(dir, name))}))`), name).toBe('EACCES')
    expect(as(`say(()=>fs.openSync('/proc/${s.platform.parts.signer.pid()}/mem','r'))`)).toBe('EACCES')
    expect(as(`require('net').connect(${JSON.stringify(join(dir, 'custodian.sock'))}).on('error',e=>console.log(e.code)).on('connect',()=>{console.log('in');process.exit()})`)).toBe('EACCES')
    expect(as(`require('net').connect(${JSON.stringify(join(s.platform.state.run, 'signer.sock'))}).on('error',e=>console.log(e.code)).on('connect',()=>{console.log('in');process.exit()})`)).toBe('in') // the control: it may ask for signatures
  })

  it('a search that finds every key of the signer in its own dump finds none in the server’s', () => {
    expect(secrets.length).toBeGreaterThanOrEqual(2)
    const [signer, server] = [dump('signer'), dump('server')]
    for (const { id } of secrets) expect([...signer.found].some((f) => f.startsWith(`${id} `)), `key ${id} is in the signer's dump`).toBe(true)
    expect([...server.found]).toEqual([])
    expect(server.bytes).toBeGreaterThan(50_000_000)
  }, hasCore ? 900_000 : 120_000)
})
