import { execFile, spawnSync } from 'node:child_process'
import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { reports } from '../scripts/api-package.mjs'
import { judged, sent } from './judged.ts'
import { compile, EXAMPLES, examples, installPacked, nodeOf, promised, type Guest } from './packed.ts'

const run = promisify(execFile)
/** The oldest of each line that the package and its dependencies promise to run on, and the one that we run on. */
const NODES = ['20.19.0', '22.12.0', '24.21.0']

/** A page of somebody else's: types of the browser, none of Node. */
const PAGE = `import { inspect, parseMrz, readTrust, type Crypto, type InspectionReport } from 'icao9303'
import { signWith, webCrypto } from 'icao9303/web'

const port: Crypto = webCrypto(window.crypto)
export async function look(files: Record<string, Uint8Array>, anchors: Uint8Array): Promise<InspectionReport> {
  const { trust } = await readTrust([{ name: 'anchors', bytes: anchors }], port)
  return inspect(files, { trust, at: new Date(), policy: 'strict', crypto: port })
}
export const stamp = (key: CryptoKey) => signWith(key, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' })
export const name: string | undefined = parseMrz(['']).fields['primaryIdentifier']
`

/** Every port of a Node on signatures whose answers are known, and on powers that it computes twice. */
const PORTS = `import { readFileSync } from 'node:fs'
import { standardGroup } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { webCrypto } from 'icao9303/web'

const bytes = (text) => new Uint8Array(Buffer.from(text, 'hex'))
const ports = { node: nodeCrypto(), web: webCrypto(), software: webCrypto({ getRandomValues: (b) => crypto.getRandomValues(b) }) }
const list = JSON.parse(readFileSync('judged.json', 'utf8'))
let [asked, other] = [0, 0]
for (const { spki, scheme, message, signature, good } of list) for (const port of Object.values(ports)) {
  asked += 1
  if ((await port.verify({ spki: bytes(spki), scheme, message: bytes(message), signature: bytes(signature) })) !== good) other += 1
}
const cipher = (port, cipher) => Buffer.from(port.cipher({ cipher, mode: 'CBC', direction: 'encrypt', key: new Uint8Array(16), iv: new Uint8Array(cipher === 'AES' ? 16 : 8), bytes: new Uint8Array(32) })).toString('hex')
const keys = [0, 1, 2].map((id) => Object.values(ports).map((port) => { const g = standardGroup(id, port); return Buffer.from(g.multiply(g.generator, g.order - 5n)).toString('hex') }))
const same = (values) => new Set(values).size === 1
console.log(asked === 3 * list.length, other, keys.every(same), ['AES', '3DES'].every((c) => same(Object.values(ports).map((p) => cipher(p, c)))))
`

describe('icao9303 as others get it from npm', () => {
  let guest: Guest
  beforeAll(() => { guest = installPacked() })
  afterAll(() => { guest.remove() })

  it('is JavaScript with types, its pages and its licence, and nothing else', () => {
    const { files, packed, unpacked } = guest.tarball
    process.stdout.write(`icao9303: ${(packed / 1024).toFixed(0)} kB packed, ${(unpacked / 1024).toFixed(0)} kB unpacked, ${files.length} files\n`)
    expect(files.filter((f) => !/\.(js|d\.ts)$/.test(f)).sort()).toEqual(['LICENSE', 'README.md', 'SPEC.md', 'package.json'])
    expect(files.filter((f) => /test|vectors|example/.test(f))).toEqual([])
    for (const entry of ['index', 'node', 'web']) expect(files).toEqual(expect.arrayContaining([`${entry}.js`, `${entry}.d.ts`]))
    expect(packed).toBeLessThan(500 * 1024)
  })

  it('gives what its API reports say (`npm run -w packages/icao9303 api` writes them)', () => {
    expect(reports('check', 'icao9303', guest.built)).toEqual([])
  })

  it('has types that stand on their own in a strict project, in a page and under Node', () => {
    writeFileSync(join(guest.folder, 'page.ts'), PAGE)
    expect(compile(guest, { files: ['page.ts'], lib: ['es2022', 'dom'], types: [] })).toBe('')
    cpSync(EXAMPLES, join(guest.folder, 'examples'), { recursive: true })
    expect(compile(guest, { files: examples().map((f) => join('examples', f)), lib: ['es2023'], types: ['node'] })).toBe('')
  })

  it('opens its three entries only', () => {
    const look = (what: string): string => spawnSync(process.execPath, ['--input-type=module', '-e', `import(${JSON.stringify(what)}).then((m) => console.log(Object.keys(m).length > 0), (e) => console.log(e.code))`], { cwd: guest.folder, encoding: 'utf8' }).stdout.trim()
    expect(['icao9303', 'icao9303/node', 'icao9303/web', 'icao9303/index.js', 'icao9303/asn1/tlv.js'].map(look)).toEqual(['true', 'true', 'true', 'ERR_PACKAGE_PATH_NOT_EXPORTED', 'ERR_PACKAGE_PATH_NOT_EXPORTED'])
  })

  it('has signatures to judge, good and bad', async () => {
    const list = await judged()
    expect([list.filter((c) => c.good).length >= 15, list.filter((c) => !c.good).length > 150]).toEqual([true, true])
    writeFileSync(join(guest.folder, 'judged.json'), JSON.stringify(list.map((c) => ({ ...sent(c.signed), good: c.good }))))
    writeFileSync(join(guest.folder, 'ports.js'), PORTS)
  })

  describe.each(NODES)('under Node %s', (version) => {
    it('every port answers alike', () => {
      const done = spawnSync(nodeOf(version), ['ports.js'], { cwd: guest.folder, encoding: 'utf8' })
      expect({ told: done.stdout.trim(), complaints: done.stderr }).toEqual({ told: 'true 0 true true', complaints: '' })
    })

    it('every example prints what it promises', async () => {
      const told = await Promise.all(examples().map(async (file) => {
        const { stdout, stderr } = await run(nodeOf(version), [join('out', 'examples', file.replace(/\.ts$/, '.js'))], { cwd: guest.folder })
        return [file, stdout.trim(), stderr]
      }))
      expect(told).toEqual(examples().map((file) => [file, promised(file), '']))
    })
  })
})
