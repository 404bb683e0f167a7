import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openLine } from '@causeway/ground'
import { addDays } from '@causeway/kernel'
import { drawDataMatrix } from '@causeway/paper'
import { type Browser, type Page } from '@playwright/test'
import { buildRequest, composeMrz, encodeCom, encodeDg1, etdFeatures, parseCertificate, signVds, VDS_PROFILES } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { simply, START, walkRoad, type Travelled } from '../test/road.ts'
import { openStage, type Stage } from '../test/stage.ts'
import { ecPair } from '../test/utopia.ts'
import { accessFaults, openBrowser, openPage, signIn } from './browser.ts'

let s: Stage
let browser: Browser
let folder = ''
let made: Travelled
let chip: Record<string, Uint8Array>
const faults: string[] = []
const pictures = join(import.meta.dirname, '../reports/pictures')
const zone = composeMrz('TD2', { documentCode: 'PO', issuingState: 'UTO', documentNumber: 'SP1234567', nationality: 'UTO', primaryIdentifier: 'OONISHI', secondaryIdentifier: 'ZOE', birthDate: '900228', sex: 'F', expiryDate: '260930' }).lines

/** A seal whose signer the national side has certified: as a bar code on a page that lies before a camera. */
async function sealPicture(): Promise<Uint8Array> {
  const pair = ecPair()
  const request = await buildRequest({ country: 'UT', organisation: 'Utopia Specimen Authority', commonName: 'BAR CODES', spki: pair.spki }, { sign: pair.signer.sign, hash: 'SHA-256' })
  const asked = await openLine(join(s.platform.state.hub, 'operator.sock'), 'hub').call<{ certificate: string }>('POST', '/v1/bar-code-certificate', { office: '370699', request: Buffer.from(request).toString('base64') })
  if (!asked.ok) throw new Error(JSON.stringify(asked.error))
  const certificate = parseCertificate(new Uint8Array(Buffer.from(asked.value.certificate, 'base64')))!
  const on = certificate.notBefore.toISOString().slice(0, 10)
  const seal = await signVds({ certificate, crypto: nodeCrypto(), header: { version: 4, country: 'UTO', issued: on, signed: on, ...VDS_PROFILES['emergency-travel-document'] }, features: etdFeatures(zone) }, pair.signer.sign)
  const code = await sharp(Buffer.from(await drawDataMatrix(seal)), { density: 72 * 6 }).resize(420, 420, { kernel: 'nearest' }).png().toBuffer()
  return sharp({ create: { width: 1280, height: 720, channels: 3, background: '#e9e4d8' } })
    .composite([{ input: code, left: 430, top: 150 }]).blur(0.6).jpeg({ quality: 88 }).toBuffer()
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cw-camera-'))
  s = await openStage(`${START}T09:00:00+08:00`)
  await s.as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 5 })
  made = await walkRoad(s, { n: 1, today: addDays(START, 1), serial: 'SB000001' })
  const read = await simply('', async () => s.as('inspector').get<{ files: Record<string, string> }>(`/api/permits/${made.number}/chip`))
  chip = Object.fromEntries(Object.entries(read.files).map(([k, v]) => [k, new Uint8Array(Buffer.from(v, 'base64'))]))
  const frame = await sealPicture()
  writeFileSync(join(folder, 'camera.mjpeg'), Buffer.concat(Array.from({ length: 10 }, () => Buffer.from(frame))))
  browser = await openBrowser(['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${join(folder, 'camera.mjpeg')}`])
  for (let i = 0; i < 100; i++) {
    const t = await s.as('verifier').get<{ standing: { age: string }; rows: readonly { name: string }[] }>('/api/verification/trust')
    if (t.standing.age === 'fresh' && t.rows.some((r) => r.name.startsWith('bar-code-signer'))) break
    await new Promise((r) => { setTimeout(r, 200) })
  }
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await s?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const desk = async (login: string, language: 'zh' | 'en' = 'zh'): Promise<Page> => {
  const page = await openPage(browser, s, { language, faults })
  await page.context().grantPermissions(['camera'], { origin: s.platform.url })
  await signIn(page, s, { entry: 'office', login })
  await page.goto(`${s.platform.url}/office/verification`)
  await page.waitForSelector('main h1')
  return page
}
const shot = async (page: Page, name: string, language: 'zh' | 'en' = 'zh'): Promise<readonly string[]> => {
  mkdirSync(join(pictures, language), { recursive: true })
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(pictures, language, `${name}.png`), fullPage: true })
  return accessFaults(page, `${name} ${language}`)
}
const filesOf = (dump: Readonly<Record<string, Uint8Array>>) => Object.entries(dump).map(([name, b]) => ({ name: `${name}.bin`, mimeType: 'application/octet-stream', buffer: Buffer.from(b) }))

describe('the desk of another office', () => {
  it('is all that a verifier sees; a chip is genuine, a changed one is not, each with its reasons', async () => {
    const page = await openPage(browser, s, { faults })
    await signIn(page, s, { entry: 'office', login: 'verifier' })
    expect(await page.locator('nav a').allTextContents()).toEqual(['验签'])
    await page.getByText('最新').first().waitFor()
    await page.locator('input[type=file]').first().setInputFiles(filesOf(chip))
    await page.getByRole('heading', { name: '结论：真' }).waitFor()
    expect(await page.locator('*:focus').textContent()).toMatch(/结论：真/)
    expect(await page.locator('.state-verdict-failed, .state-verdict-not-done').count()).toBe(0)
    await page.getByText('EF.SOD 的签名').first().waitFor()
    const found = [...await shot(page, 'verification-genuine')]
    const changed = Uint8Array.from(chip['DG11']!)
    changed[changed.length - 2]! ^= 1
    await page.locator('input[type=file]').first().setInputFiles(filesOf({ ...chip, DG11: changed }))
    await page.getByRole('heading', { name: '结论：有误' }).waitFor()
    await page.locator('tr', { hasText: 'DG11 的杂凑值' }).locator('.state-verdict-failed').waitFor()
    found.push(...await shot(page, 'verification-faulty'))
    await page.locator('input[type=file]').first().setInputFiles([{ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear Sir') }])
    expect(await page.getByRole('alert').textContent()).toMatch(/没有可验证的内容/)
    await page.locator('input[type=file]').first().setInputFiles(filesOf({ 'EF.SOD': chip['EF.SOD']! }))
    await page.getByText('仅验证签名对象本身').waitFor()
    expect(found).toEqual([])
    await page.context().close()
  })

  it('a permit number is typed, and its state is told in words, by keyboard alone', async () => {
    const page = await desk('counter')
    await page.getByLabel('通行证号', { exact: true }).first().focus()
    await page.keyboard.type(made.number)
    await page.keyboard.press('Enter')
    await page.getByText('已收回保管：此证不应在持证人手中').waitFor()
    await page.getByLabel('通行证号', { exact: true }).first().fill('SP7654321')
    await page.keyboard.press('Enter')
    await page.locator('.state', { hasText: '查无此证' }).waitFor()
    await page.context().close()
  })
})

describe('the camera', () => {
  it('a seal before it is read and verified: genuine, and another when the printed zone differs', async () => {
    const page = await desk('inspector')
    await page.getByRole('button', { name: '打开摄像头' }).focus()
    await page.keyboard.press('Enter')
    await page.getByText('已识别条码 DataMatrix').waitFor({ timeout: 20_000 })
    await page.getByRole('heading', { name: '结论：真' }).waitFor()
    await page.getByText('可视数字印章').first().waitFor()
    await page.locator('tr', { hasText: '印章的签名' }).last().locator('.state-verdict-passed').waitFor()
    expect(await shot(page, 'verification-camera')).toEqual([])
    await page.getByRole('button', { name: '关闭摄像头' }).click()
    expect(await page.locator('video').count()).toBe(0)
    await page.getByLabel(/印刷的机读区/).fill(`${zone[0]!.replace('ZOE', 'EVE')}\n${zone[1]!}`)
    await page.getByRole('button', { name: '打开摄像头' }).click()
    await page.getByRole('heading', { name: '结论：有误' }).waitFor({ timeout: 20_000 })
    await page.context().close()
  })

  it('WebAssembly runs in its own thread only: the page may not compile any', async () => {
    const page = await openPage(browser, s, { faults: [] })
    await page.goto(`${s.platform.url}/office`)
    expect(await page.evaluate("WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).then(() => 'compiled', (e) => e.name)")).toBe('CompileError')
    await page.context().close()
  })
})

describe('batches, lists and the bundle', () => {
  it('a batch is uploaded, shows its progress, and its results are downloaded', async () => {
    const page = await desk('verifier')
    const line = (name: string, dump: Readonly<Record<string, Uint8Array>>): string => JSON.stringify({ name, files: Object.fromEntries(Object.entries(dump).map(([k, b]) => [k, Buffer.from(b).toString('base64')])) })
    const stray = { 'EF.COM': encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: [1] }), DG1: encodeDg1(composeMrz('TD3', { documentCode: 'P', issuingState: 'UTO', documentNumber: 'L898902C3', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', birthDate: '740812', sex: 'F', expiryDate: '120415' }).lines) }
    const lines = Array.from({ length: 180 }, (_, i) => (i % 60 === 9 ? line(`stray-${i}`, stray) : i % 60 === 19 ? '{"name":"broken"}' : line(`permit-${i}`, chip)))
    writeFileSync(join(folder, 'border.ndjson'), lines.join('\n'))
    await page.getByLabel('批量文件').setInputFiles(join(folder, 'border.ndjson'), { timeout: 30_000 })
    await page.getByRole('button', { name: '上传并验签' }).click()
    const row = page.locator('tr', { hasText: 'border.ndjson' })
    await row.locator('progress').waitFor()
    await row.locator('.state', { hasText: '完成' }).waitFor({ timeout: 60_000 })
    expect(await row.textContent()).toMatch(/已验 180 份.*真 174.*无法判定 3.*无法读取 3/s)
    const [download] = await Promise.all([page.waitForEvent('download'), row.getByRole('link', { name: '下载结果' }).click()])
    expect(readFileSync(await download.path(), 'utf8').trim().split('\n')).toHaveLength(180)
    expect(await shot(page, 'verification-batch')).toEqual([])
    await page.context().close()
  }, 120_000)

  it('the lists show their age; the bundle is downloaded', async () => {
    const page = await desk('inspector', 'en')
    await page.locator('summary', { hasText: 'List' }).click()
    for (const kind of ['CSCA', 'signer', 'revocation list', 'master list', 'deviation list']) await page.locator('#trust td', { hasText: kind }).first().waitFor()
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /off-line bundle/ }).click()])
    expect((JSON.parse(readFileSync(await download.path(), 'utf8')) as { statement: { kind: string } }).statement.kind).toBe('trust-bundle')
    expect(await shot(page, 'verification', 'en')).toEqual([])
    await page.setViewportSize({ width: 390, height: 800 })
    expect(await shot(page, 'verification-narrow', 'en')).toEqual([])
    await page.context().close()
  })

  it('asked nothing of anybody else, and no page broke', () => { expect([...new Set(faults)]).toEqual([]) })
})
