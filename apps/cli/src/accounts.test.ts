import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { readDocx } from '@causeway/accounts'
import { strToU8, zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'cw-accounts-'))
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const GOOD = `海州市档案馆2024年度单位决算公开

一、政府采购支出情况

2024年度政府采购支出总额 20.00 万元，其中：政府采购货物支出 12.00 万元、政府采购工程支出 0 万元、政府采购服务支出 8.00 万元。授予中小企业合同金额 15.00 万元，占政府采购支出总额的 75%，其中：授予小微企业合同金额 5.00 万元，占政府采购支出总额的 25%。
`
const BAD = GOOD.replace('占政府采购支出总额的 75%', '占政府采购支出总额的 57%').replace('档案馆', '图书馆')

async function run(...args: string[]): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'accounts', ...args], { cwd: folder, env: { ...process.env, CAUSEWAY_LANG: 'zh' } })
  let [out, err] = ['', '']
  child.stdout.on('data', (b: Buffer) => { out += b.toString() })
  child.stderr.on('data', (b: Buffer) => { err += b.toString() })
  const code = await new Promise<number | null>((done) => { child.on('close', done) })
  return { code, out, err }
}

writeFileSync(join(folder, 'good.txt'), GOOD)
writeFileSync(join(folder, 'bad.txt'), BAD)

describe('causeway accounts', () => {
  it('checks a document: 0 without errors, 1 with, the JSON as promised and nothing else on the output', async () => {
    const [good, bad] = [await run('check', 'good.txt'), await run('check', 'bad.txt', '--json', '--report', 'bad.docx')]
    expect([good.code, bad.code, bad.err]).toEqual([0, 1, ''])
    expect(good.out).toMatch(/海州市档案馆.*\n错误 0/)
    const r = JSON.parse(bad.out) as { document: { unit: string; year: number }; findings: { relation: string; line: number; severity: string }[]; notRun: unknown[]; relations: { run: number } }
    expect(r.document).toMatchObject({ unit: '海州市图书馆', year: 2024 })
    expect(r.findings.filter((f) => f.severity === 'error')).toMatchObject([{ relation: 'CG-2', line: 5, page: null, published: '57%' }])
    const report = readDocx(new Uint8Array(readFileSync(join(folder, 'bad.docx'))), 'bad.docx')
    expect(report.ok && JSON.stringify(report.value.blocks)).toContain('57%')
  }, 60_000)

  it('checks a folder and a zip of a district in threads: a table of units × relations, and what could not be read', async () => {
    mkdirSync(join(folder, 'district', 'inner'), { recursive: true })
    writeFileSync(join(folder, 'district', 'a.txt'), GOOD)
    writeFileSync(join(folder, 'district', 'inner', 'b.txt'), BAD)
    writeFileSync(join(folder, 'district', 'scan.jpg'), new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2]))
    writeFileSync(join(folder, 'district.zip'), zipSync({ 'a.txt': strToU8(GOOD), '图书馆/b.txt': strToU8(BAD), 'c.docx': new Uint8Array([0x50, 0x4b, 3, 4, 9]) }))
    const plain = await run('check', 'district', '--report', 'district.html')
    expect(plain.code).toBe(1)
    expect(plain.out).toMatch(/CG-2/)
    expect(plain.out).toMatch(/✗ district\/scan.jpg {2}file-is-picture: 这是一张图片/)
    expect(readFileSync(join(folder, 'district.html'), 'utf8')).toContain('海州市图书馆')
    const zipped = await run('check', 'district.zip', '--json')
    const value = JSON.parse(zipped.out) as { documents: { file: string }[]; district: { relations: string[]; units: { title: string; cells: { findings: number }[] }[]; unexamined: { file: string; code: string }[] } }
    expect(value.documents.map((d) => d.file)).toEqual(['district.zip/a.txt', 'district.zip/图书馆/b.txt'])
    const at = value.district.relations.indexOf('CG-2')
    expect(value.district.units.map((u) => u.cells[at]?.findings)).toEqual([0, 1])
    expect(value.district.unexamined).toMatchObject([{ file: 'district.zip/c.docx', code: 'file-broken' }])
  }, 60_000)

  it('says in one line with a code what it cannot do', async () => {
    writeFileSync(join(folder, 'letter.txt'), '您好，来信收到。')
    writeFileSync(join(folder, 'empty.txt'), '')
    const told = await Promise.all([run('check', 'letter.txt'), run('check', 'empty.txt'), run('check', 'none.txt'), run('check', 'good.txt', '--profile', 'atlantis'), run('check', 'good.txt', '--report', 'x.pdf'), run('check'), run('import', 'letter.txt', '--out', 'x.json'), run('check', 'good.txt', '--report', 'nowhere/x.html'), run('check', 'good.txt', '--profile', '.'), run('import', 'bad.txt', '--out', '.')])
    expect(told.map((t) => [t.code, t.out, t.err.split(':')[0], t.err.split('\n').length])).toEqual(['not-final-accounts', 'file-empty', 'file-missing', 'profile-unknown', 'report-format-unknown', 'usage', 'not-final-accounts', 'file-refused', 'profile-unknown', 'file-refused'].map((code) => [2, '', code, 2]))
    expect(readdirSync(folder).filter((f) => f.endsWith('.part'))).toEqual([]) // whole or not at all
  }, 60_000)

  it('runs relations of an office of its own, and refuses a list that is not of its form', async () => {
    writeFileSync(join(folder, 'own.json'), JSON.stringify([{ id: 'U-1', formula: 'T1[total.income].final = T1[total.expenditure].final' }]))
    writeFileSync(join(folder, 'wrong.json'), '{}')
    const [own, wrong] = [await run('check', 'good.txt', '--json', '--relations', 'own.json'), await run('check', 'good.txt', '--relations', 'wrong.json')]
    expect((JSON.parse(own.out) as { ledger: { relation: string; outcome: string }[] }).ledger.find((l) => l.relation === 'U-1')?.outcome).toBe('not-run')
    expect([wrong.code, wrong.err.split(':')[0]]).toEqual([2, 'relations-not-a-list'])
  }, 60_000)

  it('takes a document into data', async () => {
    const done = await run('import', 'bad.txt', '--out', 'data.json')
    expect(done.code).toBe(0)
    expect(JSON.parse(readFileSync(join(folder, 'data.json'), 'utf8'))).toMatchObject({ unit: '海州市图书馆', year: 2024, tables: [] })
  }, 60_000)
})
