import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { kindOf, parseCertificate, readTrust, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testServer, type TestServer } from '../../../test/database.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { lineOf } from './command.ts'
import { hubCommand } from './hub.ts'

let db: TestServer
let f: PartFolder
let hub: TestPart
const at = (name: string): string => join(f.folder, name)

interface Ran { readonly code: number; readonly out: string; readonly err: string }
/** Runs the command here, as `main` does, with what it writes kept apart. */
async function run(...args: readonly string[]): Promise<Ran> {
  const out: string[] = []
  const kept = process.stdout.write
  process.env['CAUSEWAY_LANG'] = 'en'
  process.stdout.write = ((text: string) => { out.push(text); return true }) as typeof process.stdout.write
  try {
    return { code: await hubCommand.run([...args, ...(args.includes('--folder') ? [] : ['--folder', hub.dir])]), out: out.join(''), err: '' }
  } catch (error) {
    return { code: 2, out: out.join(''), err: lineOf(error) }
  } finally {
    delete process.env['CAUSEWAY_LANG']
    process.stdout.write = kept
  }
}
const json = async (...args: readonly string[]): Promise<Record<string, unknown>> => {
  const { out, err } = await run(...args, '--json')
  if (err !== '') throw new Error(err)
  return JSON.parse(out) as Record<string, unknown>
}
const certificate = (base64: string): Certificate => parseCertificate(new Uint8Array(Buffer.from(base64, 'base64')))!

beforeAll(async () => {
  db = await testServer()
  f = partFolder('2026-03-02T01:00:00.000Z')
  hub = await startPart(f, 'hub', { env: { CAUSEWAY_DATABASE_URL: (await db.fresh()).ownerUrl } })
})
afterAll(async () => {
  await hub.stop()
  await db.stop()
  f.remove()
})

describe('the operator’s desk', () => {
  it('registers an office, certifies a request that openssl made and somebody carried in, revokes it, rolls over, publishes', async () => {
    const { code } = await json('code', '--office', '370699')
    execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('k.pem')])
    execFileSync('openssl', ['req', '-new', '-key', at('k.pem'), '-subj', '/C=UT/O=Utopia/CN=DS by hand', '-out', at('r.pem')])
    const sign = async (out: string): Promise<Ran> => run('sign', at('r.pem'), '--office', '370699', '--out', at(out))
    expect(await sign('a.json')).toMatchObject({ code: 2, err: expect.stringMatching(/^office-unknown: Office 370699 is not registered/) as string })
    const anchorKey = execFileSync('openssl', ['ec', '-in', at('k.pem'), '-pubout'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    expect((await hub.line.call('POST', '/v1/offices', { office: '370699', anchorKey, code })).ok).toBe(true)
    expect((await sign('a.json')).code).toBe(0)
    expect(await sign('a.json')).toMatchObject({ code: 2, err: expect.stringMatching(/^file-exists: /) as string })
    const answer = JSON.parse(readFileSync(at('a.json'), 'utf8')) as { certificate: string; csca: string; links: string[] }
    expect([kindOf(certificate(answer.certificate)), kindOf(certificate(answer.csca)), answer.links]).toEqual(['ds', 'csca', []])

    const { serial } = certificate(answer.certificate)
    expect(await run('revoke', serial, '--reason', 'bored')).toMatchObject({ code: 2, err: 'body-malformed: The request is not of the right form (reason).\n' })
    expect(JSON.parse((await run('revoke', serial.toUpperCase(), '--reason', 'key-compromise', '--out', at('new.crl'))).out)).toMatchObject({ serial, reason: 'key-compromise' })
    expect(execFileSync('openssl', ['crl', '-inform', 'DER', '-in', at('new.crl'), '-noout', '-text'], { encoding: 'utf8' })).toMatch(new RegExp(`Serial Number: ${serial}`, 'i'))

    expect(await run('roll-over', '--key-type', 'dsa')).toMatchObject({ code: 2, err: 'body-malformed: The request is not of the right form (keyType).\n' })
    expect((await run('roll-over', '--key-type', 'P-384')).out).toContain('generation 2 is made and certifies from 2026-03-04')
    f.clock('2026-03-04T02:00:00.000Z')
    expect((await run('show')).out).toMatch(/1 earlier[\s\S]*2 current/)
    await json('publish', '--out', at('published'))
    const files = readdirSync(at('published'))
    expect(files.sort()).toEqual(['csca-1.pem', 'csca-2.pem', 'csca-earlier-1.crl', 'csca.crl', 'deviationlist.dl', 'link-1-2.pem', 'masterlist.ml', 'seal-authority.crl', 'seal-authority.pem'])
    const { trust, unread } = await readTrust(files.filter((n) => !n.startsWith('seal')).map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(at('published'), name))) })), nodeCrypto())
    expect([trust.anchors.length, trust.links.length, trust.crls.map((l) => [...l.revoked.keys()]), unread]).toEqual([2, 1, [[serial], [serial]], []])
  })

  it('says in one line what cannot be done', async () => {
    expect(await run('nothing')).toMatchObject({ code: 2, err: expect.stringMatching(/^usage: hub show/) as string })
    expect(await run('sign', at('r.pem'), '--office', '370699')).toMatchObject({ code: 2, err: 'usage: --out is needed\n' })
    expect(await run('sign', at('absent'), '--office', '370699', '--out', at('b.json'))).toMatchObject({ code: 2, err: expect.stringMatching(/^file-missing: /) as string })
    expect(existsSync(at('b.json'))).toBe(false)
    writeFileSync(at('c.json'), '{"request":')
    expect(await run('sign', at('c.json'), '--office', '370699', '--out', at('b.json'))).toMatchObject({ code: 2, err: expect.stringMatching(/^request-invalid: /) as string })
    expect(await run('show', '--folder', f.folder)).toMatchObject({ code: 2, err: expect.stringMatching(/^part-unreachable: /) as string })
    expect(await run('show', '--folder', at('absent'))).toMatchObject({ code: 2, err: expect.stringMatching(/^folder-missing: /) as string })
  })
})
