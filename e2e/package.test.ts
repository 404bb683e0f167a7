import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'

import { type Browser, type Page } from '@playwright/test'
import { inspect, readTrust } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { ec, judged, rsa, sent, signature, text } from '../test/judged.ts'
import { EXAMPLES, installPacked, type Guest } from '../test/packed.ts'
import { openBrowser } from './browser.ts'

const SET = join(import.meta.dirname, '../packages/icao9303/vectors/synthetic')
const KINDS: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' }
const crypto = nodeCrypto()
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex')
const at = '2026-03-10T00:00:00Z'

/** Modules as they lie in node_modules, found by an import map: no bundler has touched them. */
const PAGE = `<!doctype html><title>icao9303</title>
<script type="importmap">{"imports":{"icao9303":"/node_modules/icao9303/index.js","icao9303/web":"/node_modules/icao9303/web.js","@noble/ciphers/":"/node_modules/@noble/ciphers/","@noble/curves/":"/node_modules/@noble/curves/","@noble/hashes/":"/node_modules/@noble/hashes/"}}</script>
<script type="module">
import * as whole from 'icao9303'
import * as web from 'icao9303/web'
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (x) => parseInt(x, 16))
const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
const port = web.webCrypto()
const software = web.webCrypto({ getRandomValues: (b) => crypto.getRandomValues(b) })
globalThis.guest = { ...whole, ...web, bytes, hex, port, software }
document.title = 'ready'
</script>`

function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname)
    try {
      const body = path === '/' ? PAGE : readFileSync(join(folder, path))
      response.writeHead(200, { 'content-type': KINDS[extname(path)] ?? 'text/html' }).end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  return new Promise((done) => { server.listen(0, '127.0.0.1', () => { done(server) }) })
}

describe('icao9303 as others get it, in Chromium', () => {
  let guest: Guest
  let server: Server
  let browser: Browser
  let page: Page
  const faults: string[] = []
  beforeAll(async () => {
    guest = installPacked()
    cpSync(join(EXAMPLES, 'page.html'), join(guest.folder, 'page.html'))
    server = await serve(guest.folder)
    browser = await openBrowser()
    page = await browser.newPage()
    page.on('pageerror', (e) => { faults.push(e.message) })
    page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('404')) faults.push(m.text()) })
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(`document.title === 'ready'`)
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
    guest?.remove()
  })

  it('loads without a bundler and reads a zone', async () => {
    expect(await page.evaluate(`guest.parseMrz(['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']).fields.documentNumber`)).toBe('L898902C3')
    expect(await page.evaluate(`guest.transliterate('Müller').text`)).toBe('MUELLER')
    expect(faults).toEqual([])
  })

  it('examines chosen files in the page of the examples', async () => {
    const own = await browser.newPage()
    own.on('pageerror', (e) => { faults.push(e.message) })
    await own.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page.html`)
    const verdicts: string[] = []
    for (const sod of ['ecdsa-bp256-sha256', 'bad-signature']) {
      await own.locator('#files').setInputFiles([join(SET, 'sod', `${sod}.bin`), ...['EF.COM', 'EF.DG1', 'EF.DG2'].map((f) => join(SET, 'lds', `${f}.bin`))])
      await own.locator('#trust').setInputFiles([...readdirSync(join(SET, 'pki')).filter((f) => f.startsWith('csca') && f.endsWith('.der')).map((f) => join(SET, 'pki', f)), join(SET, 'lists', 'UTO.crl')])
      await own.locator('#verdict').evaluate((p) => { p.textContent = '' })
      await own.locator('#go').click()
      await own.waitForFunction(`document.getElementById('verdict').textContent !== ''`)
      verdicts.push(await own.locator('#verdict').innerText(), await own.locator('#checks li', { hasText: 'sod-signature' }).innerText())
    }
    expect(verdicts).toEqual(['genuine', 'sod-signature: passed. the signature is good (Doc 9303-11 §5.1)', 'faulty', 'sod-signature: failed. the signature is not good (Doc 9303-11 §5.1)'])
    await own.close()
  })

  it('judges the synthetic set as Node does, check by check', async () => {
    const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(SET, ...path)))
    const groups = Object.fromEntries(readdirSync(join(SET, 'lds')).filter((f) => f.startsWith('EF.')).map((f) => [f.replace(/^EF\.(DG\d+)\.bin$/, '$1').replace(/\.bin$/, ''), read('lds', f)]))
    const anchors = [...readdirSync(join(SET, 'pki')).filter((f) => f.startsWith('csca') && f.endsWith('.der')).map((f) => ({ name: f, bytes: read('pki', f) })), { name: 'UTO.crl', bytes: read('lists', 'UTO.crl') }]
    const sods = readdirSync(join(SET, 'sod')).filter((f) => f.endsWith('.bin')).map((f) => [f, read('sod', f)] as const)
    const { trust } = await readTrust(anchors, crypto)
    const mine = await Promise.all(sods.map(async ([f, sod]) => {
      const r = await inspect({ ...groups, 'EF.SOD': sod }, { trust, at: new Date(at), policy: 'field', crypto })
      return [f, r.verdict, ...r.checks.map((c) => `${c.name} ${c.outcome}`)]
    }))
    const theirs = await page.evaluate(`(async ({ groups, anchors, sods, at }) => {
      const g = guest
      const files = Object.fromEntries(Object.entries(groups).map(([n, b]) => [n, g.bytes(b)]))
      const { trust } = await g.readTrust(anchors.map(([name, b]) => ({ name, bytes: g.bytes(b) })), g.port)
      return Promise.all(sods.map(async ([f, sod]) => {
        const r = await g.inspect({ ...files, 'EF.SOD': g.bytes(sod) }, { trust, at: new Date(at), policy: 'field', crypto: g.port })
        return [f, r.verdict, ...r.checks.map((c) => c.name + ' ' + c.outcome)]
      }))
    })(${JSON.stringify({ groups: Object.fromEntries(Object.entries(groups).map(([n, b]) => [n, hex(b)])), anchors: anchors.map(({ name, bytes }) => [name, hex(bytes)]), sods: sods.map(([f, b]) => [f, hex(b)]), at })})`)
    expect(mine).toHaveLength(47)
    expect(theirs).toEqual(mine)
  })

  it('judges every signature as Node does, with the platform\'s help and without', async () => {
    const list = await judged()
    expect(list.filter((c) => c.good).length).toBeGreaterThanOrEqual(15)
    const said = await page.evaluate(`(async (list) => {
      const g = guest
      const of = (s) => ({ spki: g.bytes(s.spki), scheme: s.scheme, message: g.bytes(s.message), signature: g.bytes(s.signature) })
      return Promise.all(list.map(async (s) => [await g.port.verify(of(s)), await g.software.verify(of(s))]))
    })(${JSON.stringify(list.map((c) => sent(c.signed)))})`) as [boolean, boolean][]
    const other = list.flatMap((c, i) => (said[i]![0] === c.good && said[i]![1] === c.good ? [] : [{ ...sent(c.signed), node: c.good, said: said[i] }]))
    expect(other).toEqual([])
  })

  it('signs a document with a key of the browser, and Node finds it genuine', async () => {
    const made = await page.evaluate(`(async () => {
      const g = guest
      const authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
      const day = (t) => new Date(t + 'T00:00:00Z')
      const key = async () => {
        const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
        return { spki: new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey)), sign: g.signWith(pair.privateKey, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }) }
      }
      const [root, own] = [await key(), await key()]
      const by = { sign: root.sign, hash: 'SHA-256' }
      const csca = await g.buildCsca({ authority, commonName: 'CSCA-UTO', spki: root.spki, serial: g.port.random(12), validity: { from: day('2026-01-01'), to: day('2041-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2031-01-01') } }, by, g.port)
      const ds = await g.buildDs({ authority, commonName: 'DS-UTO 1', spki: own.spki, serial: g.port.random(12), validity: { from: day('2026-01-01'), to: day('2036-04-01') }, keyUse: { from: day('2026-01-01'), to: day('2026-04-01') }, documentTypes: ['PP'] }, g.parseCertificate(csca), by, g.port)
      const crl = await g.buildCrl({ number: 1, thisUpdate: day('2026-03-01'), nextUpdate: day('2026-05-01'), revoked: [] }, g.parseCertificate(csca), by)
      const { lines } = g.composeMrz('TD3', { documentCode: 'PP', issuingState: 'UTO', documentNumber: 'SP1234567', nationality: 'UTO', primaryIdentifier: 'OONISHI', secondaryIdentifier: 'ZOE', birthDate: '900228', sex: 'F', expiryDate: '351130' })
      const dg1 = g.encodeDg1(lines)
      const canvas = new OffscreenCanvas(413, 531)
      canvas.getContext('2d').fillRect(100, 100, 213, 331)
      const image = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer())
      const dg2 = g.encodeDg2({ image, mediaType: 'image/jpeg', width: 413, height: 531 })
      const sod = await g.sodSigner({ ds: g.parseCertificate(ds), hash: 'SHA-256', lds: '1.7' }, g.port).make(g.hashGroups(new Map([[1, dg1], [2, dg2]]), 'SHA-256', g.port), own.sign)
      const files = { DG1: dg1, DG2: dg2, 'EF.COM': g.encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1, 2] }), 'EF.SOD': sod }
      return { csca: g.hex(csca), crl: g.hex(crl), files: Object.fromEntries(Object.entries(files).map(([n, b]) => [n, g.hex(b)])) }
    })()`) as { csca: string; crl: string; files: Record<string, string> }
    const bytes = (h: string): Uint8Array => new Uint8Array(Buffer.from(h, 'hex'))
    const { trust } = await readTrust([{ name: 'csca', bytes: bytes(made.csca) }, { name: 'crl', bytes: bytes(made.crl) }], crypto)
    const report = await inspect(Object.fromEntries(Object.entries(made.files).map(([n, h]) => [n, bytes(h)])), { trust, at: new Date(at), policy: 'strict', crypto })
    expect(report.verdict, JSON.stringify(report.checks)).toBe('genuine')
  })

  it('runs PACE between a chip and a terminal, both in the page', async () => {
    expect(await page.evaluate(`(async () => {
      const g = guest
      const told = []
      for (const [agreement, mapping, cipher, parameterId] of [['ECDH', 'GM', 'AES-128', 13], ['ECDH', 'IM', 'AES-256', 12], ['DH', 'GM', '3DES', 0]]) {
        const cardAccess = { infos: [g.paceInfo({ agreement, mapping, cipher, parameterId })] }
        const chip = g.paceChip({ offers: g.paceOffers(cardAccess, g.port), passwords: [{ kind: 'can', text: '123456' }], crypto: g.port })
        const transmit = async (b) => {
          const command = g.parseCommand(b)
          return g.encodeResponse((command && chip.answer(command))?.response ?? { data: new Uint8Array(), sw: 0x6d00 })
        }
        for (const text of ['123456', '654321']) told.push((await g.gainAccess(transmit, { cardAccess, passwords: [{ kind: 'can', text }], policy: 'pace-required', crypto: g.port })).ok)
      }
      return told
    })()`)).toEqual([true, false, true, false, true, false])
    expect(faults).toEqual([])
  })

  it('is small, and smaller where only a part is used', async () => {
    const sizes: Record<string, number> = {}
    for (const [name, code] of [
      ['everything', `export * from 'icao9303'; export * from 'icao9303/web'`], ['inspect', `export { inspect, readTrust } from 'icao9303'; export { webCrypto } from 'icao9303/web'`],
      ['zone', `export { parseMrz, composeMrz } from 'icao9303'`], ['signatures', `export { webCrypto } from 'icao9303/web'`],
    ] as const) {
      const entry = join(guest.folder, `${name}.js`)
      writeFileSync(entry, code)
      await build({ root: guest.folder, configFile: false, logLevel: 'error', build: { outDir: `bundle-${name}`, minify: true, lib: { entry, formats: ['es'], fileName: name } } })
      const bundle = readFileSync(join(guest.folder, `bundle-${name}`, `${name}.js`))
      sizes[name] = gzipSync(bundle, { level: 9 }).length
      process.stdout.write(`icao9303 ${name}: ${(bundle.length / 1024).toFixed(0)} kB minified, ${(sizes[name] / 1024).toFixed(1)} kB gzipped\n`)
    }
    expect(sizes['zone']).toBeLessThan(sizes['signatures']!)
    expect(sizes['signatures']).toBeLessThan(sizes['inspect']!)
    expect(sizes['inspect']).toBeLessThan(sizes['everything']!)
    expect(sizes['everything']).toBeLessThan(250 * 1024)
    expect(await page.evaluate(`import('/bundle-zone/zone.js').then((m) => m.parseMrz(['I']).valid)`)).toBe(false)
  })

  it('verifies fast enough to be used', async () => {
    const keys = [ec('P-256'), ec('brainpoolP256r1'), rsa(2048), rsa(4096)]
    const rates = await page.evaluate(`(async (list) => {
      const g = guest
      const told = []
      for (const s of list) {
        const signed = { spki: g.bytes(s.spki), scheme: s.scheme, message: g.bytes(s.message), signature: g.bytes(s.signature) }
        const rate = async (port) => {
          for (let i = 0; i < 20; i++) await port.verify(signed)
          const from = performance.now()
          let n = 0
          while (performance.now() - from < 400) { if (!(await port.verify(signed))) throw new Error('bad'); n++ }
          return Math.round(n / ((performance.now() - from) / 1000))
        }
        told.push([await rate(g.port), await rate(g.software)])
      }
      return told
    })(${JSON.stringify(keys.map((k) => sent({ spki: k.spki, scheme: k.scheme, message: text, signature: signature(k) })))})`) as [number, number][]
    for (const [i, k] of keys.entries()) process.stdout.write(`Chromium verifies ${k.name}: ${rates[i]![0]}/s, without crypto.subtle ${rates[i]![1]}/s\n`)
    // a tenth of what a quiet machine reaches
    for (const [platform, software] of rates) expect(Math.min(platform, software)).toBeGreaterThan(100)
  })
})
