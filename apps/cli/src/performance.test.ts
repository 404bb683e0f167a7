import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

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
    ['too many', [['i.json', { indicators: Array.from({ length: 501 }, () => ({ path: ['a'], weight: 1 })) }]], 'scorecard-too-large: /indicators'], ['another format', [['j.odt', 'x']], 'format-unknown'], ['a text without forms', [['k.txt', '一、概况\n']], 'scorecard-none'],
  ] as const)('%s: one line, a stable code, exit 2', async (_, args, says) => {
    const run = await score(args.map((a) => (typeof a === 'string' ? a : file(a[0], a[1]))))
    expect([run.code, run.out]).toEqual([2, ''])
    expect(run.err).toMatch(new RegExp(`^${says.replaceAll(/[/.]/g, '\\$&')}.*\n$`))
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
