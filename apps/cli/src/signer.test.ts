import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { parseRequest } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { base64, der, nationalSide, TODAY } from '../../../test/signer-stage.ts'
import { EXIT, lineOf } from './command.ts'
import { signerCommand } from './signer.ts'

let f: PartFolder
let part: TestPart
const at = (...path: string[]): string => join(f.folder, ...path)
const PEOPLE = ['王保管', '欧阳保管', '单保管'] as const
const [WANG, OUYANG, SHAN] = PEOPLE

interface Ran { readonly code: number; readonly out: string; readonly err: string }

/** Runs the command here, as `main` does, with what it writes kept apart. */
async function run(...args: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const kept = { out: process.stdout.write, err: process.stderr.write, lang: process.env['CAUSEWAY_LANG'] }
  process.env['CAUSEWAY_LANG'] = 'zh'
  process.stdout.write = ((text: string) => { out.push(text); return true }) as typeof process.stdout.write
  process.stderr.write = ((text: string) => { err.push(text); return true }) as typeof process.stderr.write
  try {
    return { code: await signerCommand.run([...args, '--folder', part.dir]), out: out.join(''), err: err.join('') }
  } catch (error) {
    return { code: EXIT.impossible, out: out.join(''), err: `${err.join('')}${lineOf(error)}` }
  } finally {
    process.stdout.write = kept.out
    process.stderr.write = kept.err
    if (kept.lang === undefined) delete process.env['CAUSEWAY_LANG']
    else process.env['CAUSEWAY_LANG'] = kept.lang
  }
}
const json = async <T = Record<string, unknown>>(...args: readonly string[]): Promise<T> => {
  const ran = await run(...args, '--json')
  if (ran.err !== '') throw new Error(`${args.join(' ')}: ${ran.err}`)
  return JSON.parse(ran.out) as T
}
const secrets = (...who: readonly string[]): readonly string[] => who.flatMap((n) => ['--passphrase', `${n}=${at('secrets', n)}`])
const by = (...who: readonly string[]): readonly string[] => [...who.flatMap((n) => ['--custodian', n]), ...secrets(...who)]

beforeAll(async () => {
  f = partFolder(TODAY)
  mkdirSync(at('secrets'))
  for (const name of [...PEOPLE, '李保管']) writeFileSync(at('secrets', name), `passphrase of ${name}\n`, { mode: 0o600 })
  writeFileSync(at('settings.json'), JSON.stringify({ passphraseMemory: [{ from: '2001-01-01', value: 8_192, rule: 'test' }], passphrasePasses: [{ from: '2001-01-01', value: 1, rule: 'test' }] }))
  part = await startPart(f, 'signer', { args: ['--custodians', 'people', '--settings', at('settings.json')] })
}, 30_000)
afterAll(async () => { await part.stop(); f.remove() })

describe('the custodians’ desk', () => {
  it('sets up, activates, makes a key, carries a request and an answer, retires and backs up, all in a script', async () => {
    expect(await run('status')).toMatchObject({ code: EXIT.faulty, out: expect.stringContaining('尚未设立保管人') as string })
    expect(await json('found', '--threshold', '2', ...by(...PEOPLE))).toMatchObject({ state: 'done', threshold: 2, seats: 3 })
    await part.fell()
    expect((await run('status')).out).toContain('2 名保管人中已到 0 名')
    expect(await json('ceremony', 'activate', ...by(WANG, SHAN))).toMatchObject({ kind: 'activate', state: 'done' })
    const made = await json<{ outcome: { keyId: string } }>('ceremony', 'create-key', '--use', 'document', '--type', 'P-256', ...by(OUYANG, WANG))
    await json('request', '--out', at('request.json'))
    const asked = JSON.parse(readFileSync(at('request.json'), 'utf8')) as { request: string; keyId: string }
    expect(asked.keyId).toBe(made.outcome.keyId)
    const national = await nationalSide()
    const ds = await national.certify((await parseRequest(der(asked.request), nodeCrypto()))!.spki)
    writeFileSync(at('answer.json'), JSON.stringify({ certificate: base64(ds.der), csca: base64(national.csca.der) }))
    expect(await json('ceremony', 'import-certificate', '--answer', at('answer.json'), ...by(OUYANG, WANG))).toMatchObject({ state: 'done' })
    expect(await json('status')).toMatchObject({ health: { ds: { serial: ds.serial } }, custodians: [...PEOPLE], threshold: 2, demonstration: false })
    const backup = await json<{ outcome: { backup: string } }>('ceremony', 'export-backup', '--out', at('backup.json'), ...by(OUYANG, WANG))
    expect([statSync(at('backup.json')).mode & 0o777, backup.outcome.backup.length]).toEqual([0o600, 64])
    expect(await json('ceremony', 'replace-custodian', '--replaces', WANG, '--name', '李保管', '--new-passphrase-file', at('secrets', '李保管'), ...by(OUYANG, SHAN))).toMatchObject({ state: 'done' })
    expect(await json('ceremony', 'retire-key', '--key', made.outcome.keyId, '--reason', '怀疑泄露', ...by('李保管', SHAN))).toMatchObject({ state: 'done' })
  }, 60_000)

  it('people at different desks confirm step by step, and the minutes are printed', async () => {
    const opened = await json<{ id: string }>('open', 'create-key', '--use', 'seal', '--type', 'P-384', '--id', 'seal-2026')
    expect((await run('minutes', opened.id, '--out', at('early.pdf'))).err).toMatch(/^ceremony-open: /)
    expect((await run('confirm', opened.id, ...by(OUYANG))).out).toContain(`✓ ${OUYANG}`)
    expect((await run('carry-out', opened.id)).err).toMatch(/^second-person-missing: .*"has":1,"needs":2/)
    expect((await run('confirm', opened.id, ...by(OUYANG))).err).toContain('same-person: ')
    expect(await json('confirm', opened.id, ...by(SHAN))).toMatchObject({ state: 'open' })
    const done = await json<{ outcome: { fingerprint: string }; journal: { seq: number; hash: string } }>('carry-out', opened.id)
    expect(await json('carry-out', opened.id)).toEqual(done)
    await json('minutes', opened.id, '--out', at('minutes.pdf'), '--office', '岚海市委台港澳工作办公室')
    expect(readFileSync(at('minutes.pdf')).subarray(0, 5).toString()).toBe('%PDF-')
    let text = ''
    try { text = execFileSync('pdftotext', ['-layout', at('minutes.pdf'), '-'], { encoding: 'utf8' }) } catch { return } // poppler is not installed
    for (const part of ['生成密钥', 'Creation of a key', OUYANG, SHAN, `${done.journal.seq}`, done.journal.hash.slice(0, 8), done.outcome.fingerprint.slice(0, 8), 'FOR TRYING OUT', '岚海市委台港澳工作办公室']) expect(text, part).toContain(part)
  }, 60_000)

  it.each([
    ['usage: ', ['nothing']], ['usage: ', ['ceremony', 'dance']], ['usage: --use is needed', ['ceremony', 'create-key']], ['request-malformed: at type', ['ceremony', 'create-key', '--use', 'seal', '--type', 'rsa-512']],
    ['key-unknown: ', ['ceremony', 'retire-key', '--key', '0'.repeat(16), '--reason', 'x']], ['ceremony-unknown: ', ['confirm', 'none']], ['custodian-missing: ', ['ceremony', 'activate']],
    ['file-missing: ', ['ceremony', 'activate', '--custodian', SHAN, '--passphrase', `${SHAN}=/none`]], ['passphrase-missing: ', ['ceremony', 'activate', '--custodian', SHAN]], ['usage: ', ['found', '--threshold', 'x']],
    ['answer-invalid: ', ['ceremony', 'import-certificate', '--answer', import.meta.filename]],
  ] as const)('%s %j', async (line, args) => {
    const { code, err } = await run(...args, '--json')
    expect([code, err.startsWith(line)], err).toEqual([EXIT.impossible, true])
  })

  it('a passphrase file that others may read is refused, and a wrong passphrase is told', async () => {
    chmodSync(at('secrets', SHAN), 0o644)
    expect((await run('ceremony', 'activate', '--json', ...by(SHAN))).err).toMatch(/^key-exposed: /)
    chmodSync(at('secrets', SHAN), 0o600)
    writeFileSync(at('secrets', SHAN), 'another passphrase\n')
    expect((await run('ceremony', 'activate', '--json', ...by(SHAN))).err).toMatch(/^credential-wrong: /)
    expect(existsSync(at('early.pdf'))).toBe(false)
  })
})
