import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type SignerPage } from '@causeway/contract'
import { type Browser, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { START } from '../test/road.ts'
import { openStage, PASSWORD, type Stage } from '../test/stage.ts'
import { accessFaults, openBrowser, openPage, signIn } from './browser.ts'

let s: Stage
let browser: Browser
const faults: string[] = []
const pictures = join(import.meta.dirname, '../reports/pictures')

beforeAll(async () => {
  s = await openStage(`${START}T09:00:00+08:00`)
  await s.as('admin').send('POST', '/api/accounts', { login: 'keykeeper', name: '密钥管理员 钥恒', password: PASSWORD, roles: ['keykeeper'] })
  browser = await openBrowser()
  for (let i = 0; i < 100; i++) {
    const p = await s.as('auditor').get<SignerPage>('/api/signer')
    if (p.ready && p.certificates.length === 3) break
    await new Promise((r) => { setTimeout(r, 300) })
  }
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await s?.stop()
})

const desk = async (login: string, language: 'zh' | 'en'): Promise<Page> => {
  const page = await openPage(browser, s, { language, faults })
  await signIn(page, s, { entry: 'office', login })
  await page.goto(`${s.platform.url}/office/signer`)
  await page.locator('#ceremonies tbody tr').first().waitFor()
  return page
}
const shot = async (page: Page, name: string, language: 'zh' | 'en'): Promise<readonly string[]> => {
  mkdirSync(join(pictures, language), { recursive: true })
  await page.screenshot({ path: join(pictures, language, `${name}.png`), fullPage: true })
  return accessFaults(page, `${name} ${language}`)
}

describe('the operator’s page of the signer', () => {
  it.each([['keykeeper', 'zh', '仅供试用', '可以签发'], ['auditor', 'en', 'for trying out', 'ready to sign']] as const)('%s sees keys, certificates, what is due and ceremonies in %s', async (login, language, trying, ready) => {
    const page = await desk(login, language)
    const health = page.locator('section').first()
    expect(await health.textContent()).toContain(ready)
    await health.locator('.state-trying', { hasText: trying }).first().waitFor()
    expect(await page.locator('#keys tbody tr').count()).toBeGreaterThanOrEqual(3)
    expect(await page.locator('#certificates tbody tr').count()).toBe(3)
    expect(await page.locator('#keys tr', { hasText: '/ 100000' }).locator('progress').count()).toBeGreaterThan(0)
    await page.locator('#due tr', { hasText: language === 'zh' ? '演示所设' : 'demonstration' }).first().waitFor()
    await page.locator('summary').click()
    await page.getByText('causeway signer ceremony activate --minutes FILE.pdf').waitFor()
    expect(await shot(page, 'signer', language)).toEqual([])
    await page.setViewportSize({ width: 390, height: 800 })
    expect(await shot(page, 'signer-narrow', language)).toEqual([])
    await page.context().close()
  })

  it('the minutes of a ceremony are a PDF; of none there are none; nobody else may ask', async () => {
    const page = await desk('security', 'zh')
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#ceremonies a').last().click()])
    expect((await readFile(await download.path())).subarray(0, 5).toString()).toBe('%PDF-')
    await page.context().close()
    const said = async (login: string, path: string): Promise<string> => s.as(login).get(path).then(() => 'told', (e: { code: string }) => e.code)
    expect(await said('auditor', '/api/signer/ceremonies/no-such/minutes')).toBe('ceremony-unknown')
    expect(await said('producer', '/api/signer')).toBe('not-allowed')
    expect(await said('admin', '/api/signer')).toBe('not-allowed')
  })

  it('a signer that does not answer is told in words', async () => {
    const page = await desk('auditor', 'zh')
    await s.platform.parts.signer.stop()
    await page.getByRole('alert').filter({ hasText: '没有回应' }).waitFor({ timeout: 20_000 })
    await page.context().close()
  })

  it('asked nothing of anybody else, and no page broke', () => { expect([...new Set(faults)].filter((f) => !f.includes('503'))).toEqual([]) })
})
