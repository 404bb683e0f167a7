import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { writeXlsx } from 'hucre/xlsx'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { lineOf } from './command.ts'
import { performanceCommand } from './performance.ts'

const main = join(import.meta.dirname, 'main.ts')
const docs = join(import.meta.dirname, '../../../docs')
const example = (kind: string): string => join(docs, `performance-score.${kind}.json`)

let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'performance-')) })
afterAll(() => { rmSync(folder, { recursive: true }) })

interface Run { readonly code: number | null; readonly out: string; readonly err: string }

/** The command in a process of its own: what a shell sees. */
async function spawned(args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, ['--no-warnings', main, 'performance', 'score', ...args], { env: { ...process.env, CAUSEWAY_LANG: 'en' } })
  let [out, err] = ['', '']
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  child.stderr.on('data', (d: Buffer) => { err += d.toString() })
  const code = await new Promise<number | null>((done) => { child.on('close', done) })
  return { code, out, err }
}

/** The command in this process, with what it writes kept. */
async function score(args: readonly string[], lang = 'en'): Promise<Run> {
  let out = ''
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => { out += String(text); return true })
  vi.stubEnv('CAUSEWAY_LANG', lang)
  try {
    const code = await performanceCommand.run(['score', ...args])
    return { code, out, err: '' }
  } catch (error) {
    return { code: 2, out, err: lineOf(error) }
  } finally {
    write.mockRestore()
    vi.unstubAllEnvs()
  }
}

const file = (name: string, content: unknown): string => { const path = join(folder, name); writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content)); return path }
const given = (kind = 'self-evaluation'): Record<string, unknown> => JSON.parse(readFileSync(example(kind), 'utf8')) as Record<string, unknown>

describe('causeway performance score', () => {
  it.each([['self-evaluation', '96.59'], ['evaluation', '97.29']])('the example of a %s is of the schema, has no fault, and its total is right', async (kind, total) => {
    expect([...Value.Errors(JSON.parse(readFileSync(join(docs, 'performance-score.schema.json'), 'utf8')) as object, given(kind))]).toEqual([])
    const run = await score([example(kind), '--json'])
    expect([run.code, run.err]).toEqual([0, ''])
    expect(JSON.parse(run.out)).toMatchObject({ kind, total, full: '100', grade: '优', printed: { total, grade: '优' }, byHeadings: null, findings: [] })
  })
  it('from a shell: exit codes, one value on the standard output, one line on the standard error', async () => {
    const [good, bad] = await Promise.all([spawned([example('evaluation'), '--json']), spawned([join(folder, 'nowhere.json')])])
    expect([good.code, good.err, bad.code, bad.out]).toEqual([0, '', 2, ''])
    expect(bad.err).toMatch(/^file-missing: .*\n$/)
    expect(JSON.parse(good.out)).toMatchObject({ kind: 'evaluation' })
  })
  it('every line has its rule and its formula', async () => {
    const { indicators } = JSON.parse((await score([example('self-evaluation'), '--json'])).out) as { indicators: { score: string; rule: string; says: string }[] }
    expect(indicators.map((i) => [i.rule, i.score])).toEqual([['execution', '8.29'], ['positive', '20'], ['equal', '9.8'], ['date', '10'], ['inverse', '10'], ['positive', '13.5'], ['qualitative', '15'], ['positive', '10']])
    expect(indicators[5]!.says).toBe('positive, min(B/A, 1) = min(2700/3000, 1) = 90% × 15 = 13.50')
  })
  it('faults come with relation, pointer, what is printed and what is due, and exit 1', async () => {
    const wrong = given()
    ;(wrong['indicators'] as { score: string }[])[0]!.score = '15'
    const run = await score([file('wrong.json', wrong), '--json'])
    expect(run.code).toBe(1)
    expect(JSON.parse(run.out)).toMatchObject({ total: '96.59', findings: [{ relation: 'PS-3', at: '/total', published: '96.59', expected: '91.59' }, { relation: 'PS-6', at: '/indicators/0', published: '15/20', expected: '20/20', severity: 'error' }] })
    const shown = await score([join(folder, 'wrong.json')], 'zh')
    expect(shown.out).toContain('✗ PS-6 /indicators/0  指标值“≥12间”，完成“12间”')
  })
  it('full marks of 110 are told, with the total that the headings promise', async () => {
    const card = given()
    const rows = card['indicators'] as { weight: string; score: string }[]
    rows[0]!.weight = '30'
    const run = await score([file('110.json', { ...card, total: '96.59' }), '--json'])
    expect(JSON.parse(run.out)).toMatchObject({ total: '106.59', full: '110', findings: [{ relation: 'PS-1' }, { relation: 'PS-2', at: '/groups/0/points' }, { relation: 'PS-6' }, { relation: 'PS-6', at: '/total' }] })
  })
  it.each([
    ['no file', ['nowhere.json'], 'file-missing'], ['no JSON', [['a.json', '{']], 'scorecard-not-json'], ['a list', [['b.json', []]], 'scorecard-malformed: / must be an object'], ['an unknown kind', [['c.json', { kind: 'budget', indicators: [] }]], 'scorecard-kind-unknown: /kind'],
    ['no indicators', [['d.json', {}]], 'scorecard-field-missing: /indicators'], ['an empty list', [['e.json', { indicators: [] }]], 'scorecard-empty'], ['points with a unit', [['f.json', { indicators: [{ path: ['a'], weight: '15 points' }] }]], 'scorecard-number-invalid: /indicators/0/weight'],
    ['a text that is an object', [['g.json', { indicators: [{ path: ['a'], weight: 5, target: {} }] }]], 'scorecard-text-invalid: /indicators/0/target'], ['money without what was spent', [['h.json', { budget: { available: 5 }, indicators: [{ path: ['a'], weight: 5 }] }]], 'scorecard-field-missing: /budget/spent'],
    ['too many', [['i.json', { indicators: Array.from({ length: 501 }, () => ({ path: ['a'], weight: 1 })) }]], 'scorecard-too-large: /indicators'], ['a broken workbook', [['j.xlsx', 'PK\u0003\u0004 nothing']], 'file-broken: j.xlsx'], ['a folder', ['.'], 'file-unreadable'], ['a text without forms', [['k.txt', '一、概况\n']], 'scorecard-none'],
  ] as const)('%s: one line, a stable code, exit 2', async (_, args, says) => {
    const run = await score(args.map((a) => (typeof a === 'string' ? join(folder, a) : file(a[0], a[1]))))
    expect([run.code, run.out]).toEqual([2, ''])
    expect(run.err).toMatch(new RegExp(`^${says.replaceAll(/[/.]/g, '\\$&')}.*\n$`))
  })
  it('a workbook as the form is handed out, with merged cells and numbers as numbers', async () => {
    const rows = [
      ['项目支出绩效自评表'], ['项目名称', '', '', '档案馆库房改造'], ['项目资金（万元）', '', '', '年初预算数', '全年预算数（A）', '全年执行数（B）', '分值', '执行率（B/A）', '得分'], ['', '', '年度资金总额', 50, 48.5, 40.2, 10, '82.89%', 8.29], ['', '', '其中：财政拨款', 50, 48.5, 40.2, '-', '', '-'], ['', '', '上年结转资金'], ['', '', '其他资金'],
      ['绩效指标', '一级指标', '二级指标', '三级指标', '年度指标值（A）', '实际完成值（B）', '分值', '得分', '偏差原因分析及改进措施'], ['', '产 出 指 标（60分）', '数量指标', '改造库房间数', '≥12间', 12, 30, 30], ['', '', '质量指标', '验收合格率', '100%', '98%', 30, 25, '返修两处，已整改，预算有结余'], ['', '效益指标（30分）', '社会效益指标', '保管条件', '明显改善', '明显改善', 30, 30], ['总分', '', '', '', '', '', 100, 93.29],
    ]
    const bytes = await writeXlsx({ sheets: [{ name: '自评表', rows, merges: [{ startRow: 8, startCol: 1, endRow: 9, endCol: 1 }, { startRow: 3, startCol: 0, endRow: 6, endCol: 1 }, { startRow: 11, startCol: 0, endRow: 11, endCol: 5 }] }] })
    const path = join(folder, 'form.xlsx')
    writeFileSync(path, bytes)
    const run = await score([path, '--json'])
    expect(JSON.parse(run.out)).toMatchObject({ kind: 'self-evaluation', project: '档案馆库房改造', total: '97.69', full: '100', printed: { total: '93.29' }, indicators: [{ rule: 'execution', score: '8.29' }, { path: ['产出指标', '数量指标', '改造库房间数'], score: '30' }, { score: '29.4', printed: '25' }, { rule: 'qualitative' }], findings: [{ relation: 'PS-6', severity: 'warning', published: '25/30', expected: '29.4/30', at: '自评表!D10' }] })
    expect(run.code).toBe(0)
  })
  it('a card that nothing decides has no total', async () => {
    const run = await score([file('open.json', { indicators: [{ path: ['效益', '影响'], weight: '100' }] }), '--json'])
    expect(run.code).toBe(1)
    expect(JSON.parse(run.out)).toMatchObject({ total: null, grade: null, indicators: [{ score: null, rule: null }] })
  })
})

const SEED = join(process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../shared/data'), 'accounts/yantai-tga-2024.txt')

it.skipIf(!existsSync(SEED))('both scorecards of the labelled document: 109.08 of 110 or 99.08 of 100; 98.04 against 98.4', async () => {
  const run = await score([SEED, '--json'])
  expect(run.code).toBe(1)
  expect(JSON.parse(run.out)).toMatchObject({ scorecards: [{ kind: 'self-evaluation', total: '109.08', full: '110', byHeadings: { total: '99.08', full: '100' }, printed: { total: '99.1' } }, { kind: 'evaluation', total: '98.04', full: '100', printed: { total: '98.4' } }] })
})
