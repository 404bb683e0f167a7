import { mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { demoFace } from '@causeway/paper'
import { type Browser, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { addDays } from '@causeway/kernel'

import { goodForm, newPerson, START } from '../test/road.ts'
import { openStage, type Stage } from '../test/stage.ts'
import { accessFaults, openBrowser, openPage, signIn } from './browser.ts'

let s: Stage
let browser: Browser
const faults: string[] = []
const pictures = join(import.meta.dirname, '../reports/pictures')
const depart = addDays(START, 25)
let person = ''
let mission = ''
let permit = ''
let job = ''

beforeAll(async () => {
  rmSync(pictures, { recursive: true, force: true })
  s = await openStage(`${START}T09:00:00+08:00`)
  browser = await openBrowser()
  person = await newPerson(s.as('clerk'), 1)
  await newPerson(s.as('clerk'), 2)
})
afterAll(async () => {
  await browser?.close()
  await s?.stop()
})

const pageOf = async (entry: 'portal' | 'office', login: string, language: 'zh' | 'en' = 'zh'): Promise<Page> => {
  const page = await openPage(browser, s, { language, faults })
  await signIn(page, s, { entry, login })
  return page
}
/** Types into the element that has the focus, as somebody without a mouse does. */
const type = async (page: Page, id: string, text: string): Promise<void> => {
  await page.locator(`[id="${id}"]`).focus()
  await page.keyboard.type(text)
}
const date = async (page: Page, id: string, d: string): Promise<void> => { await page.locator(`[id="${id}"]`).fill(d) }
const next = async (page: Page): Promise<void> => { await page.getByRole('button', { name: '下一步' }).focus(); await page.keyboard.press('Enter') }

describe('the unit clerk', () => {
  it('files a mission by keyboard alone, is told every problem at its place, and loses nothing', async () => {
    const page = await pageOf('portal', 'clerk')
    await page.getByRole('link', { name: '新建团组' }).focus()
    await page.keyboard.press('Enter')
    await type(page, 'f-name', '赴香港经贸洽谈团')
    await type(page, 'f-task', '洽谈合作项目')
    await date(page, 'f-departDate', depart)
    await date(page, 'f-returnDate', addDays(depart, 8))
    await page.locator('[id="f-isSecret"]').focus()
    await page.keyboard.press('Space')
    await next(page)
    await date(page, 'f-places.0.arrive', depart)
    await date(page, 'f-places.0.leave', addDays(depart, 8))
    await type(page, 'f-places.0.inviter', '香港中华总商会（样本）')
    await next(page)
    await page.locator('[id="f-members"]').focus()
    await page.locator('[id="f-members"]').selectOption(person)
    await page.getByRole('button', { name: '加入', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('group', { name: '张三' }).waitFor()
    await next(page)
    await page.locator('[id="f-itinerary"]').focus()
    await page.keyboard.press('Enter')
    await type(page, 'f-itinerary.0.activity', '拜会商会')
    await next(page)
    await date(page, 'f-publicity.from', addDays(START, -10))
    await date(page, 'f-publicity.to', addDays(START, -1))
    for (const kind of ['invitation', 'schedule', 'publicity']) {
      await page.getByLabel('附件种类').selectOption(kind)
      await page.locator('[id="f-attachments"]').setInputFiles({ name: `${kind}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF') })
      await page.locator('.lines li').filter({ hasText: `${kind}.pdf` }).waitFor()
    }
    await next(page)
    const problems = page.locator('.problems')
    await problems.waitFor()
    expect(await problems.textContent()).toMatch(/本系统不受理涉密团组/)
    expect(await problems.textContent()).toMatch(/停留 9 天，超过上限 5 天.*R-04/)
    await page.getByText('草稿已保存').waitFor()
    await page.reload() // nothing is lost over a reload
    await page.waitForSelector('.steps')
    expect(await page.locator('[id="f-name"]').inputValue()).toBe('赴香港经贸洽谈团')
    await page.locator('[id="f-isSecret"]').focus()
    await page.keyboard.press('Space')
    await date(page, 'f-returnDate', addDays(depart, 3))
    await next(page)
    await date(page, 'f-places.0.leave', addDays(depart, 3))
    await page.getByRole('button', { name: /检查并报送/ }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.good').first().waitFor()
    await page.getByRole('button', { name: '报送', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/portal\/missions\/[\w-]+$/)
    mission = page.url().split('/').at(-1)!
    await page.locator('h1 .state').filter({ hasText: '待签批' }).waitFor()
    await page.context().close()
  })

  it('registers a person whose name is proposed, and is told of a wrong ID number and an unprintable character', async () => {
    const page = await pageOf('portal', 'clerk')
    await page.getByRole('link', { name: '人员' }).click()
    await page.getByLabel('姓名', { exact: true }).fill('欧阳吕')
    await page.getByRole('button', { name: '生成拼音' }).click()
    await page.getByRole('button', { name: /OUYANG, LYU/ }).waitFor()
    await page.getByLabel('出生日期').fill('1980-02-29')
    await page.getByLabel('身份证号').fill('370699198002291012')
    await page.getByLabel('出生地点').fill('山东')
    await page.getByLabel('职务').fill('科长')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    expect(await page.getByRole('alert').first().textContent()).toMatch(/校验位不正确（GB 11643）/)
    expect(await page.getByLabel('姓名', { exact: true }).inputValue()).toBe('欧阳吕')
    await page.getByLabel('姓名', { exact: true }).fill('欧阳𪚥')
    await page.getByRole('button', { name: '登记', exact: true }).click()
    await page.getByText('没有可打印的字形').first().waitFor()
    await page.context().close()
  })

  it('is signed off by the signatory', async () => {
    const page = await pageOf('portal', 'signatory')
    await page.getByRole('link', { name: /1\s*待签批/ }).click()
    await page.getByRole('link', { name: '赴香港经贸洽谈团' }).click()
    await page.getByRole('button', { name: '签批报送' }).click()
    await page.getByRole('textbox', { name: '意见' }).fill('同意报送')
    await page.getByRole('button', { name: '确定' }).click()
    await page.locator('h1 .state').filter({ hasText: '待受理' }).waitFor()
    await page.context().close()
  })
})

describe('reviewer and approver', () => {
  const step = async (login: string, queue: RegExp, button: string, state: string): Promise<void> => {
    const page = await pageOf('office', login)
    await page.getByRole('link', { name: queue }).click()
    await page.getByRole('link', { name: '赴香港经贸洽谈团' }).click()
    await page.getByRole('button', { name: button, exact: true }).click()
    await page.getByRole('textbox', { name: '意见' }).fill('同意')
    await page.getByRole('button', { name: '确定' }).click()
    await page.locator('h1 .state').filter({ hasText: state }).waitFor()
    await page.context().close()
  }
  it('take the mission to its approval, with a numbered paper', async () => {
    await step('receiver', /1\s*待受理/, '受理', '待审核')
    await step('reviewer', /1\s*待审核/, '审核通过', '待审批')
    await step('approver', /1\s*待审批/, '批准', '已批准')
    const page = await pageOf('office', 'approver')
    await page.goto(`${s.platform.url}/office/missions/${mission}`)
    const paper = page.getByRole('link', { name: /任务批件 岚港澳出〔2024〕1号/ })
    await paper.waitFor()
    const bytes = await s.as('approver').bytes(await paper.getAttribute('href') ?? '')
    expect(new TextDecoder().decode(bytes.subarray(0, 5))).toBe('%PDF-')
    await page.context().close()
  })
})

describe('enrolment and the production line', () => {
  it('refuses a spreadsheet as photo, and takes a photo', async () => {
    const page = await pageOf('office', 'enroller')
    await page.getByRole('link', { name: /1\s*待采集/ }).click()
    await page.getByRole('button', { name: '办理' }).click()
    await page.getByLabel(/已取得本人单独同意/).check()
    await page.getByLabel('选择照片文件').setInputFiles({ name: 'photo.xlsx', mimeType: 'application/vnd.ms-excel', buffer: Buffer.from('PK\u0003\u0004 workbook') })
    await page.getByRole('button', { name: '采集', exact: true }).click()
    expect(await page.getByRole('alert').textContent()).toMatch(/不是 JPEG 或 PNG 照片.*GA\/T 1180.*请选择照片文件/)
    expect(await page.getByLabel(/已取得本人单独同意/).isChecked()).toBe(true)
    await page.getByLabel('选择照片文件').setInputFiles({ name: 'photo.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(await demoFace(2)) })
    await page.getByRole('button', { name: '采集', exact: true }).click()
    await page.getByText('采集完成').waitFor()
    await page.context().close()
  })

  it('makes the permit: keeper, operator, inspector, each at his desk', async () => {
    await s.as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 10 })
    const documents = await pageOf('office', 'documents')
    await documents.goto(`${s.platform.url}/office/missions/${mission}`)
    await documents.getByRole('button', { name: '下达制证任务' }).click()
    await documents.locator('h1 .state').filter({ hasText: '制证中' }).waitFor()
    await documents.context().close()
    const keeper = await pageOf('office', 'keeper')
    await keeper.getByRole('link', { name: /1\s*待发空白/ }).click()
    await keeper.getByRole('button', { name: '发空白证件' }).click()
    await keeper.getByLabel('空白证件号').selectOption('SB000001')
    await keeper.getByRole('button', { name: '确定' }).click()
    await keeper.context().close()
    const producer = await pageOf('office', 'producer')
    await producer.getByRole('link', { name: /1\s*待制证/ }).click()
    await producer.getByRole('button', { name: '开始制证' }).click()
    await producer.goto(`${s.platform.url}/office/jobs`)
    await producer.locator('.state').filter({ hasText: '待质检' }).waitFor()
    await producer.context().close()
    const inspector = await pageOf('office', 'inspector')
    await inspector.getByRole('link', { name: /1\s*待质检/ }).click()
    await inspector.getByRole('link', { name: /SP0000001/ }).click()
    await inspector.getByRole('button', { name: '读回质检' }).click()
    await inspector.getByRole('heading', { name: '质检结论：通过' }).waitFor()
    job = inspector.url().split('/').at(-1)!
    permit = 'SP0000001'
    expect(await inspector.locator('.state-verdict-failed').count()).toBe(0)
    await inspector.context().close()
  })

  it('hands the permit out at the counter', async () => {
    const page = await pageOf('office', 'counter')
    await page.getByRole('link', { name: /1\s*在库待发/ }).click()
    await page.getByRole('button', { name: '发证' }).click()
    await page.getByLabel('领证人').fill('专办员 于晓舟')
    await page.getByRole('button', { name: '确定' }).click()
    await page.getByText('没有内容').waitFor()
    await page.context().close()
  })
})

/** Every page and state that people see: entry, who, where. */
const PAGES: readonly (readonly [string, 'portal' | 'office', string, () => string])[] = [
  ['portal-home', 'portal', 'clerk', () => '/'], ['portal-wizard', 'portal', 'clerk', () => '/missions/new'], ['portal-missions', 'portal', 'clerk', () => '/missions'], ['portal-case', 'portal', 'clerk', () => `/missions/${mission}`], ['portal-returned', 'portal', 'clerk', () => '/missions?queue=returned'],
  ['portal-persons', 'portal', 'clerk', () => '/persons'], ['portal-person', 'portal', 'clerk', () => `/persons/${person}`], ['portal-permits', 'portal', 'clerk', () => '/permits'], ['portal-homecomings', 'portal', 'clerk', () => '/homecomings'], ['portal-controls', 'portal', 'clerk', () => '/controls'],
  ['office-home', 'office', 'receiver', () => '/'], ['office-queue', 'office', 'receiver', () => '/missions?queue=submitted'], ['office-case', 'office', 'approver', () => `/missions/${mission}`], ['office-enrolments', 'office', 'enroller', () => '/enrolments'],
  ['office-jobs', 'office', 'inspector', () => '/jobs'], ['office-job', 'office', 'inspector', () => `/jobs/${job}`], ['office-blanks', 'office', 'keeper', () => '/blanks'], ['office-permits', 'office', 'counter', () => '/permits'], ['office-permit', 'office', 'counter', () => `/permits/${permit}`],
  ['office-homecomings', 'office', 'counter', () => '/homecomings'], ['office-controls', 'office', 'approver', () => '/controls'], ['office-statistics', 'office', 'statistician', () => '/statistics'], ['office-journal', 'office', 'auditor', () => '/journal'], ['office-accounts', 'office', 'admin', () => '/accounts'],
  ['office-rules', 'office', 'approver', () => '/rules'], ['office-platform', 'office', 'admin', () => '/platform'], ['office-lost', 'office', 'approver', () => '/nowhere'],
]

describe('every page, in both languages', () => {
  it('one more mission waits, one was returned', async () => {
    const clerk = s.as('clerk')
    const second = await newPerson(clerk, 3)
    const form = await goodForm(clerk, { today: START, personIds: [second], depart: addDays(depart, 10) })
    const { id } = await clerk.send<{ id: string }>('POST', '/api/missions', { form })
    await s.as('signatory').send('POST', `/api/missions/${id}/sign`, { opinion: '' })
    const third = await newPerson(clerk, 4)
    const other = await clerk.send<{ id: string }>('POST', '/api/missions', { form: { ...(await goodForm(clerk, { today: START, personIds: [third], depart: addDays(depart, 20) })), name: '赴港参展团' } })
    await s.as('signatory').send('POST', `/api/missions/${other.id}/sign`, { opinion: '' })
    await s.as('receiver').send('POST', `/api/missions/${other.id}/return`, { items: [{ at: '附件', says: '邀请函缺少签署页' }] })
  })

  it.each(['zh', 'en'] as const)('is drawn, accessible and quiet (%s)', async (language) => {
    mkdirSync(join(pictures, language), { recursive: true })
    const found: string[] = []
    const sign = await openPage(browser, s, { language, faults })
    for (const entry of ['portal', 'office'] as const) {
      await sign.goto(`${s.platform.url}/${entry}`)
      await sign.waitForSelector('form')
      await sign.screenshot({ path: join(pictures, language, `${entry}-sign-in.png`), fullPage: true })
      found.push(...(await accessFaults(sign, `${entry} sign-in ${language}`)))
    }
    await sign.context().close()
    let page: Page | undefined
    let who = ''
    for (const [name, entry, login, path] of PAGES) {
      if (who !== entry + login) {
        await page?.context().close()
        page = await pageOf(entry, login, language)
        who = entry + login
      }
      await page!.goto(`${s.platform.url}/${entry}${path()}`)
      await page!.waitForSelector('main h1')
      await page!.waitForLoadState('networkidle')
      await page!.screenshot({ path: join(pictures, language, `${name}.png`), fullPage: true })
      found.push(...(await accessFaults(page!, `${name} ${language}`)))
    }
    await page?.setViewportSize({ width: 390, height: 800 })
    await page?.goto(`${s.platform.url}/office/rules`)
    await page?.waitForSelector('table')
    await page?.screenshot({ path: join(pictures, language, 'narrow.png'), fullPage: true })
    await page?.context().close()
    expect(found).toEqual([])
    for (const [name] of PAGES) expect(statSync(join(pictures, language, `${name}.png`)).size, name).toBeGreaterThan(5_000)
  }, 240_000)

  it('asked nothing of anybody else, and no page broke', () => { expect([...new Set(faults)]).toEqual([]) })
})
