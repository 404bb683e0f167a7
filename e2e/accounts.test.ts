import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readDocx } from '@causeway/accounts'
import { type Browser, type Page } from '@playwright/test'
import { Document, Packer, Paragraph } from 'docx'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { accessFaults, openBrowser } from './browser.ts'

const root = join(import.meta.dirname, '..')
const pictures = join(root, 'reports', 'pictures')
const folder = mkdtempSync(join(tmpdir(), 'cw-desk-'))

/** A small document of a unit that does not exist. */
const text = (o: { readonly share: string; readonly word?: string }): string => `海州市档案馆2024年度单位决算公开

一、收入支出决算总体情况说明

2024年度收、支总计均为 1,200.00 万元。与2023年度相比，收、支总计各增加 200.00 万元，增长 20.00%，主要原因是项目支出增加。

二、支出决算情况说明

2024年度本年支出合计 1,150.00 万元，其中：基本支出 920.00 万元，占 80.00%；项目支出 230.00 万元，占 20.00%。

三、政府采购支出情况

2024年度政府采购支出总额 20.00 万元，其中：政府采购货物支出 12.00 万元、政府采购工程支出 0 万元、政府采购服务支出 8.00 万元。授予中小企业合同金额 15.00 万元，占政府采购支出总额的 ${o.share}，其中：授予小微企业合同金额 5.00 万元，占政府采购支出总额的 25%。

四、其他情况

${o.word ?? '本单位按规定公开。'}联系电话：0535-1234567。
`
const BAD = text({ share: '57%', word: 'XX单位对本年度项目开展了绩效评价。' })
const MENDED = text({ share: '75%', word: '本单位按规定公开，，内容完整。' })

let child: ChildProcess
let browser: Browser
let url = ''
const faults: string[] = []

beforeAll(async () => {
  child = spawn(process.execPath, [join(root, 'apps/cli/src/main.ts'), 'accounts', 'serve', '--port', '0'], { env: { ...process.env, CAUSEWAY_LANG: 'en' }, stdio: ['ignore', 'pipe', 'inherit'] })
  url = await new Promise<string>((done, failed) => {
    child.stdout!.on('data', (b: Buffer) => { const found = /http:\S+/.exec(b.toString())?.[0]; if (found !== undefined) done(found) })
    child.on('exit', () => { failed(new Error('the page does not open')) })
  })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  child?.kill('SIGTERM')
  rmSync(folder, { recursive: true, force: true })
})

async function desk(language: 'zh' | 'en'): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 950 }, reducedMotion: 'reduce', acceptDownloads: true })
  await context.addInitScript((l) => { localStorage.setItem('language', l) }, language)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  page.on('request', (r) => { if (!r.url().startsWith(url) && !/^(blob|data):/.test(r.url())) faults.push(`a request to elsewhere: ${r.url()}`) })
  page.on('pageerror', (e) => { faults.push(`page error: ${e.message}`) })
  await page.goto(url)
  await page.waitForSelector('main h1')
  return page
}
const shot = async (page: Page, name: string, language: 'zh' | 'en'): Promise<readonly string[]> => {
  mkdirSync(join(pictures, language), { recursive: true })
  await page.screenshot({ path: join(pictures, language, `accounts-${name}.png`), fullPage: true })
  return accessFaults(page, `${name} ${language}`)
}
const txt = (name: string, body: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(body) })
const give = async (page: Page, ...files: { readonly name: string; readonly mimeType: string; readonly buffer: Buffer }[]): Promise<void> => page.locator('.drop input[type=file]').setInputFiles(files)

describe('the page of causeway accounts serve', () => {
  it('examines a text in the page itself; a finding leads to its marked place; filters narrow', async () => {
    const page = await desk('zh')
    const found = [...await shot(page, 'empty', 'zh')]
    let posts = 0
    page.on('request', (r) => { if (r.method() === 'POST') posts += 1 })
    await give(page, txt('海州市档案馆.txt', BAD))
    await page.getByRole('heading', { name: '海州市档案馆' }).waitFor()
    const finding = page.locator('.finding', { hasText: 'CG-2' })
    expect(await finding.locator('blockquote').innerText()).toContain('57%')
    await finding.getByRole('button', { name: '在文件中查看' }).click()
    expect(await page.locator('.paper mark.here').innerText()).toContain('57%')
    expect(await page.locator('.paper mark.here').evaluate((m) => { const [a, b] = [m.getBoundingClientRect(), m.closest('.paper')!.getBoundingClientRect()]; return a.top >= b.top && a.bottom <= b.bottom })).toBe(true)
    found.push(...await shot(page, 'finding', 'zh'))
    const all = await page.locator('.findings > .finding').count()
    await page.getByLabel('性质').selectOption('error')
    expect(await page.locator('.findings > .finding').count()).toBeLessThan(all)
    expect(await page.locator('.findings > .finding:not(.error)').count()).toBe(0)
    await page.getByRole('button', { name: /未执行/ }).click()
    await page.getByText('没有做的不等于没有问题').waitFor()
    found.push(...await shot(page, 'not-run', 'zh'))
    expect(posts).toBe(0)
    expect([...found, ...faults]).toEqual([])
  })

  it('tells after mending what is gone, what stays and what came', async () => {
    const page = await desk('zh')
    await give(page, txt('海州市档案馆.txt', BAD))
    await page.locator('.finding', { hasText: 'CG-2' }).waitFor()
    await page.locator('label', { hasText: '修改后重新核对' }).locator('input').setInputFiles([txt('改后.txt', MENDED)])
    await page.getByText(/与上次相比/).waitFor()
    await page.locator('.finding', { hasText: 'CG-2' }).filter({ hasText: '已改正' }).waitFor()
    expect(await page.locator('.finding', { hasText: '新出现' }).count()).toBeGreaterThan(0)
    expect([...await shot(page, 'mended', 'zh'), ...faults]).toEqual([])
  })

  it('takes several files, Word here and PDF by the machine, and says what it cannot read; in English', async () => {
    const page = await desk('en')
    const docx = await Packer.toBuffer(new Document({ sections: [{ children: BAD.split('\n').filter((x) => x !== '').map((x) => new Paragraph(x)) }] }))
    const printer = await browser.newPage()
    await printer.setContent(`<meta charset="utf-8"><style>body{font:14px "Noto Sans CJK SC",sans-serif}</style>${BAD.split('\n').map((x) => `<p>${x}</p>`).join('')}`)
    const pdf = await printer.pdf({ format: 'A4' })
    await printer.close()
    await give(page, { name: 'archive.docx', mimeType: '', buffer: docx }, { name: 'archive.pdf', mimeType: 'application/pdf', buffer: pdf }, txt('letter.txt', '您好，来信收到。'), { name: 'scan.png', mimeType: 'image/png', buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]) })
    await page.locator('tr', { hasText: 'scan.png' }).getByText('This is a picture').waitFor()
    await page.locator('tr', { hasText: 'letter.txt' }).getByText('no document of final accounts').waitFor()
    for (const name of ['archive.docx', 'archive.pdf']) {
      await page.locator('tr', { hasText: name }).getByRole('button', { name: 'Open' }).click()
      await page.locator('.facts', { hasText: name }).waitFor()
      await page.locator('.finding', { hasText: 'CG-2' }).getByRole('button', { name: 'Show in the document' }).click()
      expect((await page.locator('.paper mark.here').allInnerTexts()).join('')).toContain('57%')
    }
    const found = await shot(page, 'several', 'en')
    for (const form of ['html', 'docx', 'xlsx']) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `Download the report ${form}` }).click()])
      await download.saveAs(join(folder, `report.${form}`))
    }
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('57%')
    const word = readDocx(new Uint8Array(readFileSync(join(folder, 'report.docx'))), 'report.docx')
    expect(word.ok && JSON.stringify(word.value.blocks)).toContain('57%')
    expect(readFileSync(join(folder, 'report.xlsx')).subarray(0, 2).toString()).toBe('PK')
    expect([...found, ...faults]).toEqual([])
  })

  it('answers this machine alone: no other origin, no other name', async () => {
    const get = async (headers: Record<string, string>): Promise<number> => (await fetch(url, { headers })).status
    expect([await get({}), await get({ origin: 'https://elsewhere.example' })]).toEqual([200, 403])
    const { request } = await import('node:http')
    const named = await new Promise<number | undefined>((done) => { request(url, { headers: { host: 'elsewhere.example' } }, (r) => { r.resume(); done(r.statusCode) }).end() })
    expect(named).toBe(403)
    expect(new URL(url).hostname).toBe('127.0.0.1')
  })
})
