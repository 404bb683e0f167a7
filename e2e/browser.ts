import { existsSync } from 'node:fs'

import AxeBuilder from '@axe-core/playwright'
import { chromium, type Browser, type Page } from '@playwright/test'

import { PASSWORD, type Stage } from '../test/stage.ts'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((f) => existsSync(f))

/** A real Chromium, the one that the system has. @param more - switches for a stand-in of a device */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  if (CHROMIUM === undefined) throw new Error('no Chromium is installed: apt-get install -y --no-install-recommends chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', ...more] })
}

/** A page of its own for one person, which fails on any request to elsewhere and on any error of the console. */
export async function openPage(browser: Browser, s: Stage, o: { readonly language?: 'zh' | 'en'; readonly faults: string[] }): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: o.language === 'en' ? 'en-GB' : 'zh-CN', reducedMotion: 'reduce' })
  await context.addInitScript((l) => { localStorage.setItem('language', l) }, o.language ?? 'zh')
  const page = await context.newPage()
  page.setDefaultTimeout(8_000)
  page.on('request', (r) => { if (!r.url().startsWith(s.platform.url) && !/^(blob|data):/.test(r.url())) o.faults.push(`a request to elsewhere: ${r.url()}`) })
  page.on('pageerror', (e) => { o.faults.push(`page error: ${e.message}`) })
  page.on('console', (m) => { if (m.type() === 'error' && !/status of 4\d\d/.test(m.text())) o.faults.push(`console: ${m.text()}`) })
  return page
}

export async function signIn(page: Page, s: Stage, o: { readonly entry: 'portal' | 'office'; readonly login: string }): Promise<void> {
  await page.goto(`${s.platform.url}/${o.entry}`)
  await page.locator('input[autocomplete=username]').fill(o.login)
  await page.locator('input[type=password]').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.waitForSelector('nav')
}

/** What axe finds that is serious, in words. */
export async function accessFaults(page: Page, where: string): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze()
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => `${where}: ${v.id} ${v.nodes[0]?.html ?? ''}`)
}
