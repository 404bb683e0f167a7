import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { wrapPem } from '@causeway/national'
import { type Browser, type Page } from '@playwright/test'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import sm2 from '../packages/national/vectors/sm2.json' with { type: 'json' }
import sm4 from '../packages/national/vectors/sm4.json' with { type: 'json' }
import { openBrowser } from './browser.ts'

const root = join(import.meta.dirname, '..')
const PAGE = `<!doctype html><title>national</title>
<script type="module">
import * as national from '/national.js'
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (x) => parseInt(x, 16))
const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, '0')).join('')
globalThis.guest = { ...national, bytes, hex, text: (s) => new TextEncoder().encode(s) }
document.title = 'ready'
</script>`

describe('the national algorithms in Chromium', () => {
  let folder = ''
  let server: Server
  let browser: Browser
  let page: Page
  const faults: string[] = []
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'national-'))
    await build({ configFile: false, logLevel: 'error', root, build: { outDir: folder, emptyOutDir: false, lib: { entry: join(root, 'packages/national/src/index.ts'), formats: ['es'], fileName: () => 'national.js' } } })
    server = createServer((request, response) => {
      const script = /^\/[\w-]+\.js$/.test(request.url ?? '')
      response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' }).end(script ? readFileSync(join(folder, request.url!)) : PAGE)
    })
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
    browser = await openBrowser()
    page = await browser.newPage()
    page.on('pageerror', (e) => { faults.push(e.message) })
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    await page.waitForFunction(`document.title === 'ready'`)
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('computes the published examples', async () => {
    const c = sm2.signature
    const der = `guest.convertSignature(guest.bytes('${c.r}${c.s}'), 'plain', 'der')`
    expect(await page.evaluate(`[guest.verifySm2(guest.bytes('${c.point}'), guest.text('${c.message}'), ${der}), guest.verifySm2(guest.bytes('${c.point}'), guest.text('other'), ${der})]`)).toEqual([true, false])
    const { key, nonce, bound, plain, cipher, tag } = sm4.gcm
    expect(await page.evaluate(`guest.hex(guest.sealSm4({ key: guest.bytes('${key}'), nonce: guest.bytes('${nonce}'), bound: guest.bytes('${bound}'), bytes: guest.bytes('${plain}') }))`)).toBe(cipher + tag)
    expect(faults).toEqual([])
  })

  it('signs what openssl verifies', async () => {
    const { spki, signature } = await page.evaluate<{ spki: string; signature: string }>(`(() => {
      const key = guest.generateSm2Key()
      return { spki: guest.hex(guest.encodeSm2Spki(key.point)), signature: guest.hex(guest.signSm2(key.secret, guest.text('SPECIMEN'))) }
    })()`)
    const put = (name: string, content: string | Uint8Array): string => { writeFileSync(join(folder, name), content); return join(folder, name) }
    const args = ['dgst', '-sm3', '-sigopt', 'distid:1234567812345678', '-verify', put('key.pem', wrapPem('PUBLIC KEY', Buffer.from(spki, 'hex'))), '-signature', put('sig', Buffer.from(signature, 'hex')), put('message', 'SPECIMEN')]
    expect(spawnSync('openssl', args, { encoding: 'utf8' }).stdout).toBe('Verified OK\n')
    expect(faults).toEqual([])
  })
})
