import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

import { demoFace, drawDataMatrix, examinePhoto, openPress, SEAL_SIZE, unprintable, type MinutesPaper } from './index.ts'

const press = openPress()
const at = new Date('2024-03-01T00:00:00Z')
const limits = { maxMegapixels: 16, minWidth: 354, maxBytes: 81_920, minLight: 205, minSharpness: 3 }
const approval = {
  office: '岚海市委台港澳工作办公室', number: '岚港澳出〔2024〕1号', title: '任务批件', unit: '岚海市商务局',
  body: '批准由欧阳吕等2人组团，自2024年3月20日至3月23日赴香港执行经贸洽谈任务，在境外停留4天。',
  members: [{ name: '欧阳吕', sex: '女', post: '岚海市商务局 副局长', role: '团长' }, { name: '单赟', sex: '男', post: '岚海市商务局 科长', role: '团员' }],
  cost: '派出单位负担', returnDays: 7, reportDays: 15, date: '2024年3月1日',
}
const page = { type: 'PO', state: 'UTO', number: 'SP0000001', nameCn: '欧阳吕', surname: 'OUYANG', given: 'LYU', sex: '女 / F', birthDate: '1980-02-29', birthPlace: '岚海', issued: '2024-03-01', expiry: '2029-02-28', authority: '岚海市委台港澳工作办公室（样本）', mrz: ['POUTOOUYANG<<LYU<<<<<<<<<<<<<<<<<<<<<<<<<<<<', 'SP00000011UTO8002299F2902283<<<<<<<<<<<<<<02'] }
const has = (tool: string): boolean => { try { execFileSync('which', [tool], { stdio: 'ignore' }); return true } catch { return false } }

beforeAll(async () => {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true })
})

describe('documents', () => {
  it('draws the same approval twice to the same bytes', () => {
    const [a, b] = [press.approval(approval, at), press.approval(approval, at)]
    expect(a.ok && b.ok && Buffer.from(a.value.pdf).equals(Buffer.from(b.value.pdf))).toBe(true)
  })

  it.skipIf(!has('pdftotext'))('has a text layer that can be read, embedded fonts and the size of A4', () => {
    const folder = mkdtempSync(join(tmpdir(), 'paper-'))
    const file = join(folder, 'a.pdf')
    const drawn = press.approval(approval, at)
    writeFileSync(file, drawn.ok ? drawn.value.pdf : '')
    const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
    for (const part of ['岚港澳出〔2024〕1号', '出国', '赴港澳', '欧阳吕', 'SPECIMEN']) expect(text).toContain(part)
    expect(text).toMatch(/—\s*1\s*—/)
    expect(execFileSync('pdfinfo', [file], { encoding: 'utf8' })).toContain('A4')
    const fonts = execFileSync('pdffonts', [file], { encoding: 'utf8' }).split('\n').slice(2).filter((l) => l.trim() !== '')
    expect(fonts.length).toBeGreaterThan(0)
    for (const f of fonts) expect(f).toMatch(/yes\s+yes\s+yes/)
  })

  it.skipIf(!has('pdftotext'))('prints the zone of the data page exactly', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'paper-'))
    const drawn = press.dataPage(page, await demoFace(1), at)
    expect(drawn.ok).toBe(true)
    if (!drawn.ok) return
    writeFileSync(join(folder, 'p.pdf'), drawn.value.pdf)
    const text = execFileSync('pdftotext', ['-raw', join(folder, 'p.pdf'), '-'], { encoding: 'utf8' }).replace(/\s/g, '')
    for (const line of page.mrz) expect(text).toContain(line)
    expect((await sharp(drawn.value.png).metadata()).width).toBe(1_250)
  })

  it('keeps the colour of SPECIMEN in the picture', async () => {
    const drawn = press.dataPage(page, await demoFace(1), at)
    expect(drawn.ok).toBe(true)
    if (!drawn.ok) return
    const { data, info } = await sharp(drawn.value.png).extract({ left: 960, top: 25, width: 240, height: 40 }).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    let red = 0
    for (let i = 0; i < data.length; i += info.channels) if (data[i]! > 170 && data[i + 1]! < 60 && data[i + 2]! < 90) red++
    expect(red).toBeGreaterThan(500)
  })

  it.skipIf(!has('pdftotext'))('sets 22 lines of 28 characters on a page', () => {
    const folder = mkdtempSync(join(tmpdir(), 'paper-'))
    const drawn = press.approval({ ...approval, body: '岚'.repeat(28 * 40) }, at)
    writeFileSync(join(folder, 'b.pdf'), drawn.ok ? drawn.value.pdf : '')
    const text = execFileSync('pdftotext', ['-f', '2', '-l', '2', '-raw', join(folder, 'b.pdf'), '-'], { encoding: 'utf8' })
    const lines = text.split('\n').filter((l) => /^岚+$/.test(l.trim()))
    expect(lines.length).toBe(22)
    for (const l of lines) expect([...l.trim()].length).toBe(28)
  })

  it.skipIf(!has('pdftoppm'))('prints a bar code that a reader of others reads to the byte, beside the place for the seal', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'paper-'))
    for (const length of [20, 90, 180]) {
      const held = Uint8Array.from({ length }, (_, i) => (i * 89 + length) & 0xff)
      const drawn = press.approval({ ...approval, barCode: await drawDataMatrix(held) }, at)
      if (!drawn.ok) throw new Error(drawn.error.code)
      writeFileSync(join(folder, 'v.pdf'), drawn.value.pdf)
      const png = execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', join(folder, 'v.pdf')], { maxBuffer: 64 * 1024 * 1024 })
      const [code, ...more] = await readBarcodes(new Uint8Array(png), { formats: ['DataMatrix', 'QRCode'] })
      expect([more.length, code?.format, Buffer.from(code?.bytes ?? []).equals(Buffer.from(held))]).toEqual([0, 'DataMatrix', true])
      // the middle of the seal is over office and date, on the right half of the only page
      expect([drawn.value.seal.page, drawn.value.seal.x > 300 && drawn.value.seal.x < 520, drawn.value.seal.y > 100 && drawn.value.seal.y < 500]).toEqual([0, true, true])
    }
  })

  it('draws a seal of red outlines alone, the same each time, whatever the length of the name', () => {
    for (const office of ['岚海办', '岚海市委台港澳工作办公室', '岚海市委台湾工作办公室（岚海市人民政府台湾港澳事务办公室）']) {
      const [first, again] = [0, 1].map(() => press.seal({ office, signer: 'SEAL-UTO SPECIMEN', at: '2024-03-01 08:00' }))
      if (first?.ok !== true || again?.ok !== true) throw new Error('no seal')
      const drawn = first.value
      expect(again.value.content).toBe(drawn.content)
      expect([...new Set(drawn.content.match(/^.* (rg|RG \d.*w)$/gm)?.map((l) => l.slice(0, 17)))]).toEqual(['0.784 0.063 0.180'])
      expect(drawn.content).not.toMatch(/NaN|undefined|Tj|Do/)
      for (const n of drawn.content.match(/-?\d+\.\d+/g)!.map(Number)) expect(n > -1 && n < SEAL_SIZE + 1).toBe(true)
    }
  })

  it.skipIf(!has('pdftotext'))('minutes of a ceremony stand on one page, with who confirmed, both languages and the marks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'paper-'))
    const hash = 'ab12cd34'.repeat(8)
    const words = (zh: string, en: string) => ({ zh, en })
    const paper: MinutesPaper = {
      office: '岚海市委台港澳工作办公室', kind: words('导入证书', 'Import of a certificate'), state: words('已完成', 'Done'), isDone: true, id: 'c-1', opened: '2026-03-02T01:00:00.000Z', digest: hash, threshold: 2, seats: 3,
      subject: [{ ...words('证书指纹', 'Fingerprint'), value: hash }, { ...words('签发者', 'Authority'), value: hash }], outcome: [{ ...words('密钥编号', 'Key id'), value: '0123456789abcdef' }],
      confirmations: [{ custodian: '王保管', at: '2026-03-02T01:02:11.000Z' }, { custodian: '单保管', at: '2026-03-02T01:03:00.000Z' }], journal: { seq: 42, hash },
      keyStore: words('加密密钥文件', 'encrypted key file'), isTrial: true, isDemonstration: true,
    }
    const drawn = press.minutes(paper, at)
    writeFileSync(join(folder, 'm.pdf'), drawn.ok ? drawn.value : '')
    expect(execFileSync('pdfinfo', [join(folder, 'm.pdf')], { encoding: 'utf8' })).toMatch(/Pages:\s+1\n/)
    const text = execFileSync('pdftotext', ['-layout', join(folder, 'm.pdf'), '-'], { encoding: 'utf8' })
    for (const part of ['密钥仪式记录', 'Minutes of a Key Ceremony', '仅供试用', 'FOR TRYING OUT', '王保管', '单保管', '2026-03-02T01:03:00.000Z', 'ab12cd34 ab12cd34', '0123456789abcdef', '42', 'SPECIMEN']) expect(text, part).toContain(part)
    expect(press.minutes({ ...paper, office: '𪚥办' }, at)).toMatchObject({ ok: false, error: { code: 'name-unprintable' } })
  })

  it('refuses a name with a character that cannot be printed, and names it', () => {
    expect(unprintable('欧阳单翀赟𪚥')).toEqual(['𪚥'])
    expect(press.approval({ ...approval, unit: '𪚥局' }, at)).toMatchObject({ ok: false, error: { code: 'name-unprintable', details: { characters: ['𪚥'] } } })
  })
})

describe('photos', () => {
  const code = async (bytes: Uint8Array): Promise<string> => { const r = await examinePhoto(bytes, limits); return r.ok ? 'taken' : r.error.code }
  const flat = (w: number, h: number, background: string) => sharp({ create: { width: w, height: h, channels: 3, background } })

  it('takes drawn faces and brings them to size', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const r = await examinePhoto(await demoFace(seed), limits)
      expect(r.ok, JSON.stringify(r)).toBe(true)
      if (r.ok) expect([r.value.width, r.value.height, r.value.jpeg.length <= limits.maxBytes]).toEqual([354, 472, true])
    }
  })

  it('refuses what is no photo, each by its name', async () => {
    expect(await code(new TextEncoder().encode('PK\u0003\u0004 xl/workbook.xml'))).toBe('photo-not-a-picture')
    expect(await code(new Uint8Array())).toBe('photo-not-a-picture')
    expect(await code((await demoFace(1)).subarray(0, 900))).toBe('photo-unreadable')
    expect(await code(new Uint8Array(await flat(3_900, 5_200, '#ffffff').jpeg().toBuffer()))).toBe('photo-too-large')
    expect(await code(new Uint8Array(await flat(200, 267, '#ffffff').jpeg().toBuffer()))).toBe('photo-too-small')
    expect(await code(new Uint8Array(await flat(600, 600, '#ffffff').jpeg().toBuffer()))).toBe('photo-wrong-shape')
    expect(await code(new Uint8Array(await flat(420, 560, '#335533').jpeg().toBuffer()))).toBe('photo-background')
    expect(await code(new Uint8Array(await flat(420, 560, '#ffffff').jpeg().toBuffer()))).toBe('photo-blurred')
  })
})
