import { spawn } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const main = join(import.meta.dirname, 'main.ts')
const TD3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10']
const TD1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<']

interface Run { readonly code: number | null; readonly out: string; readonly err: string; readonly ms: number }
let folder = ''
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'mrz-')) })
afterAll(() => { rmSync(folder, { recursive: true }) })

async function run(args: readonly string[], o: { readonly input?: string | Uint8Array; readonly lang?: string } = {}): Promise<Run> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--no-warnings', main, 'mrz', ...args], { env: { ...process.env, CAUSEWAY_LANG: o.lang ?? 'en' } })
  let [out, err] = ['', '']
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  child.stderr.on('data', (d: Buffer) => { err += d.toString() })
  child.stdin.on('error', () => undefined) // it need not read all of it
  child.stdin.end(o.input ?? '')
  const code = await new Promise<number | null>((done) => { child.on('close', done) })
  return { code, out, err, ms: performance.now() - began }
}
/** Many calls of the command in one process: exit code, stable code and words of each, and what it wrote. */
async function runAll(cases: readonly (readonly string[])[]): Promise<readonly { readonly code: number; readonly out: string; readonly err: string }[]> {
  const script = `
    const { mrzCommand } = await import(${JSON.stringify(join(import.meta.dirname, 'mrz.ts'))})
    const write = process.stdout.write.bind(process.stdout)
    const results = []
    for (const args of JSON.parse(process.argv[1])) {
      let out = ''
      process.stdout.write = (text) => { out += text; return true }
      const answer = await mrzCommand.run(args).then((code) => ({ code, err: '' }), (e) => ({ code: 2, err: e.code.startsWith('ERR_PARSE_ARGS') ? 'usage: ' + e.message : e.code + ': ' + e.message }))
      results.push({ ...answer, out })
    }
    write(JSON.stringify(results))`
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script, JSON.stringify(cases)], { env: { ...process.env, CAUSEWAY_LANG: 'en' } })
  let [out, err] = ['', '']
  child.stdout.on('data', (d: Buffer) => { out += d.toString() })
  child.stderr.on('data', (d: Buffer) => { err += d.toString() })
  await new Promise((done) => { child.on('close', done) })
  expect(err).toBe('')
  return JSON.parse(out) as { code: number; out: string; err: string }[]
}

const file = (name: string, content: string | Uint8Array): string => { const path = join(folder, name); writeFileSync(path, content); return path }

describe('causeway mrz', () => {
  it('parses text, files, and the standard input, in the agreed shape', async () => {
    const runs = await Promise.all([run(['parse', TD3.join('\\n'), '--json']), run(['parse', file('z.txt', TD3.join('\n')), '--json']), run(['parse', '-', '--json'], { input: TD3.join('\r\n') }), run(['parse', '--json'], { input: TD3.join('') })])
    for (const r of runs) {
      expect([r.code, r.err]).toEqual([0, ''])
      expect(JSON.parse(r.out)).toMatchObject({
        format: 'TD3', valid: true, fields: { documentCode: 'P', issuingState: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', documentNumber: 'L898902C3', nationality: 'UTO', birthDate: '740812', sex: 'F', expiryDate: '120415', optionalData: 'ZE184226B' },
        checks: [{ field: 'documentNumber', given: '6', computed: '6', outcome: 'passed' }, { field: 'birthDate' }, { field: 'expiryDate' }, { field: 'optionalData' }, { field: 'composite' }], defects: [],
      })
    }
  })

  it('answers 1 for a wrong check digit, with what it may have been, and 2 for what is no zone', async () => {
    const [wrong, none, words] = await Promise.all([run(['parse', TD3.join('\n').replace('740812', '74O812'), '--json']), run(['parse', 'A<B', '--json']), run(['parse', TD1.join('\n'), '--at', '2026-11-25'], { lang: 'zh' })])
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.out)).toMatchObject({ valid: false, suggestions: [{ lines: TD3 }] })
    expect([none.code, none.err]).toEqual([2, 'no-format: 1 line of 3 characters: no format of Doc 9303\n'])
    expect(JSON.parse(none.out)).toMatchObject({ valid: false, defects: [{ code: 'no-format' }] })
    expect(words.code).toBe(0)
    expect(words.out).toMatch(/^TD1 {2}有效\n/)
    expect(words.out).toContain('出生 1974-08-12, 有效期至 2012-04-15（已过期）')
  })

  it('composes what it parsed, and says what does not fit', async () => {
    const parsed = await run(['parse', TD1.join('\n'), '--json'])
    const description = { format: 'TD3', documentCode: 'P', documentNumber: 'L898902C3', birthDate: '740812', expiryDate: '120415', issuingState: 'UTO', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', sex: 'F', optionalData: 'ZE184226B' }
    const cases = [
      [file('p.json', parsed.out), 0, TD1.join('\n'), ''],
      [file('d.json', JSON.stringify(description)), 0, TD3.join('\n'), ''],
      [file('long.json', JSON.stringify({ ...description, documentNumber: 'A'.repeat(10) })), 2, '', 'field-unfit: documentNumber has 9 places, not 10'],
      [file('bad.json', '{'), 2, '', 'json-unreadable: this is no JSON'],
      [file('list.json', '[]'), 2, '', 'description-wrong: an object is needed'],
      [file('null.json', 'null'), 2, '', 'description-wrong: an object is needed'],
      [file('format.json', '{"format":"TD9"}'), 2, '', 'format-unknown: format must be one of TD1, TD2, TD3, MRV-A, MRV-B, EEP-CARD'],
      [file('key.json', JSON.stringify({ ...description, surname: 'X' })), 2, '', 'description-wrong: there is no field "surname"'],
      [file('type.json', JSON.stringify({ ...description, sex: 1 })), 2, '', 'description-wrong: sex must be a text'],
      [file('lack.json', '{"format":"TD3","documentCode":"P"}'), 2, '', 'description-wrong: documentNumber is missing'],
      [file('digit.json', JSON.stringify({ ...description, emptyCheckDigit: '5' })), 2, '', 'description-wrong: emptyCheckDigit must be < or 0'],
      [join(folder, 'absent.json'), 2, '', /^file-missing: there is no file ".*…?"$/],
      [folder, 2, '', /^file-unreadable: /],
    ] as const
    const runs = await runAll(cases.map(([path]) => ['compose', path]))
    runs.forEach((r, i) => {
      const [, code, out, err] = cases[i]!
      expect([r.code, r.out.trim()], cases[i]![0]).toEqual([code, out])
      expect(r.err.trim()).toEqual(typeof err === 'string' ? err : expect.stringMatching(err))
    })
    const odd = await run(['compose', file('odd.json', JSON.stringify({ ...description, issuingState: 'QQQ' })), '--json'])
    expect(odd.code).toBe(1)
    expect(JSON.parse(odd.out)).toMatchObject({ lines: [expect.stringMatching(/^P<QQQ/), TD3[1]], defects: [{ code: 'state-unknown' }] })
  })

  it('answers hostile input with one clear line, a stable code and no trace', async () => {
    mkdirSync(join(folder, 'inner'))
    const noise = Uint8Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 256)
    const cases: readonly (readonly [readonly string[], string, (string | Uint8Array)?])[] = [
      [['parse', join(folder, 'inner')], 'file-unreadable'], [['parse', 'absent.txt'], 'file-missing'], [['parse', '/nowhere/at/all'], 'file-missing'], [['parse', ''], 'file-missing'], [['parse'], 'no-format', ''], [['parse', '-'], 'no-format', noise],
      [['parse', '-'], 'input-too-large', 'A'.repeat(3_000_000)], [['parse', file('huge.txt', '<'.repeat(100_001))], 'input-too-large'], [['parse', file('most.txt', '<'.repeat(100_000))], 'no-format'], [['parse', file('noise.bin', noise)], 'no-format'], [['parse', file('empty.txt', '')], 'no-format'],
      [['parse', '<'.repeat(100_000)], 'no-format'], [['parse', '\u001b[31m<\u0007'], 'no-format'], [['parse', TD3.join('\n'), '--at', 'yesterday'], 'day-invalid'], [['parse', TD3[0]!, TD3[1]!], 'usage'], [[], 'usage'], [['pares'], 'usage'], [['parse', '--what'], 'usage'],
      [['compose'], 'file-missing'], [['compose', file('noise.json', noise)], 'json-unreadable'], [['compose', file('huge.json', `"${'a'.repeat(200_000)}"`)], 'input-too-large'], [['compose', '-'], 'json-unreadable', ''], [['compose', '-'], 'description-wrong', '{"format":"TD3","__proto__":{"a":1},"constructor":"x"}'],
    ]
    const check = (r: { readonly code: number | null; readonly err: string }, [args, code]: (typeof cases)[number]): void => {
      expect([r.code, r.err.split(':')[0]], JSON.stringify(args).slice(0, 80)).toEqual([2, code])
      expect(r.err.trim()).toMatch(/^[^\n\u001b\u0007\0]{5,300}$/)
      expect(r.err).not.toMatch(/\.ts:|at .*\(/)
    }
    const [plain, piped] = [cases.filter((c) => c[2] === undefined), cases.filter((c) => c[2] !== undefined)]
    const answers = await runAll(plain.map(([args]) => args))
    answers.forEach((r, i) => { check(r, plain[i]!) })
    const runs = await Promise.all(piped.map(async ([args, , input]) => run(args, { input: input! })))
    runs.forEach((r, i) => { check(r, piped[i]!) })
    check(await run(['parse', '--what']), [['parse', '--what'], 'usage'])
  })

  it('speaks Chinese first', async () => {
    const [missing, none] = await Promise.all([run(['parse', 'absent.txt'], { lang: 'zh_CN' }), run(['parse', 'A<B'], { lang: '' })])
    expect(missing.err).toBe('file-missing: 没有文件 "absent.txt"\n')
    expect(none.err).toMatch(/^no-format: 不是任何已知格式的机读区/)
  })
})
