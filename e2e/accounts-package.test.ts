import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { type Browser, type Page } from '@playwright/test'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { PUBLISHED, toWord } from '../test/accounts/guest.ts'
import { installPacked, type Guest } from '../test/packed.ts'
import { openBrowser } from './browser.ts'

describe('accounts as others get it, in Chromium', () => {
  let guest: Guest
  let server: Server
  let browser: Browser
  let page: Page
  let bundle: Buffer
  beforeAll(async () => {
    guest = installPacked('accounts')
    const entry = join(guest.folder, 'entry.js')
    writeFileSync(entry, `export { examine, readDocx, readText } from '@causeway/accounts'`)
    await build({ root: guest.folder, configFile: false, logLevel: 'error', build: { outDir: 'bundle', minify: true, lib: { entry, formats: ['es'], fileName: 'accounts' } } })
    bundle = readFileSync(join(guest.folder, 'bundle', 'accounts.js'))
    server = createServer((request, response) => { response.writeHead(200, { 'content-type': request.url === '/' ? 'text/html' : 'text/javascript' }).end(request.url === '/' ? '<!doctype html><title>guest</title>' : bundle) })
    await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done) })
    browser = await openBrowser()
    page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
    guest?.remove()
  })

  it('examines a text and a Word file in the page, and is small enough for it', async () => {
    const gzipped = gzipSync(bundle, { level: 9 }).length
    process.stdout.write(`accounts: ${(bundle.length / 1024).toFixed(0)} kB minified, ${(gzipped / 1024).toFixed(0)} kB gzipped\n`)
    const found = await page.evaluate(`import('/accounts.js').then(({ examine, readDocx, readText }) => [readText(${JSON.stringify(PUBLISHED)}, 'a.txt'), readDocx(Uint8Array.from(${JSON.stringify([...await toWord(PUBLISHED)])}), 'a.docx').value].map((c) => examine(c).value.findings.filter((f) => f.severity === 'error').map((f) => f.relation)))`)
    expect(found).toEqual([['CG-2'], ['CG-2']])
    expect(gzipped).toBeLessThan(160 * 1024)
  })
})
