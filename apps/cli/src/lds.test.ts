import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { decodeDg1, decodeDg2, decodeDg11, decodeDg14, decodeDg15, faceImageOf, lintFiles, recogniseFile, type FaceFormat } from 'icao9303'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

import { Impossible } from './command.ts'
import { ldsCommand } from './lds.ts'
import { buildFiles, readDescription } from './lds-description.ts'
import { renderContent } from './lds-words.ts'

const SET = join(import.meta.dirname, '../../../packages/icao9303/vectors/synthetic')
const bin = join(import.meta.dirname, '../bin/causeway.mjs')
let folder: string

/** The command in a process of its own, as people start it. */
const started = (...args: string[]) => spawnSync(process.execPath, [bin, 'lds', ...args], { encoding: 'utf8', env: { ...process.env, CAUSEWAY_LANG: 'en' }, cwd: folder })
/** The same within this one; words that are files in the folder stand for them. */
async function run(...args: string[]): Promise<{ status: number; stdout: string; refused: string | undefined }> {
  const write = process.stdout.write.bind(process.stdout)
  let stdout = ''
  process.stdout.write = (text: string | Uint8Array) => { stdout += String(text); return true }
  try {
    const status = await ldsCommand.run(args.map((a, i) => (i > 0 && (existsSync(join(folder, a)) || args[i - 1] === '--out') ? join(folder, a) : a)))
    return { status, stdout, refused: undefined }
  } catch (error) {
    if (error instanceof Impossible) return { status: 2, stdout, refused: error.code }
    throw error
  } finally { process.stdout.write = write }
}
const put = (name: string, bytes: Uint8Array | string): string => { const path = join(folder, name); writeFileSync(path, bytes); return path }
const refusal = (act: () => unknown): string => { try { act(); return 'none' } catch (error) { if (error instanceof Impossible) return `${error.code}: ${error.message}`; throw error } }

interface Description { [key: string]: unknown }
const description = (): Description => ({
  mrz: { format: 'TD3', fields: { documentCode: 'P', issuingState: 'UTO', documentNumber: 'L898902C3', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA MARIA', birthDate: '740812', sex: 'F', expiryDate: '340415' } },
  face: 'face.jpg', dg3: { filler: '0011223344556677' }, portraits: ['face.jpg'], signatures: ['face.jpg'],
  dg11: { fullName: '埃里克松<<安娜', otherNames: ['SMITH<<ANNA'], fullBirthDate: '19740812', birthPlace: ['ZENITH', 'UTOPIA'] },
  dg12: { issuingAuthority: 'MINISTRY OF TRAVEL', issueDate: '20240415', personalised: '20240415103000' }, dg13: '5301aa',
  dg14: { pace: [{ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 13 }], chipAuthentication: [{ cipher: 'AES-128', key: 'keys/ca.pem', keyId: 1 }], activeAuthentication: 'SHA-256' },
  dg15: 'keys/aa.der', contacts: [{ recorded: '20240101', name: 'A<<B', telephone: '123', address: ['X', 'Y'] }],
})
const built = (d: Description, face: FaceFormat = 'ISO/IEC 39794-5') => buildFiles(readDescription(put('d.json', JSON.stringify(d))), face)
/** The description with one value changed, by its path. */
function changed(path: string, value: unknown): Description {
  const d = structuredClone(description())
  const keys = path.split('.')
  let at = d as Record<string, unknown>
  for (const k of keys.slice(0, -1)) at = at[k] as Record<string, unknown>
  if (value === undefined) delete at[keys.at(-1)!]
  else at[keys.at(-1)!] = value
  return d
}

beforeAll(() => {
  vi.stubEnv('CAUSEWAY_LANG', 'zh')
  folder = mkdtempSync(join(tmpdir(), 'lds-'))
  mkdirSync(join(folder, 'keys'))
  const dg2 = new Uint8Array(readFileSync(join(SET, 'lds/EF.DG2.jpeg.bin')))
  put('face.jpg', faceImageOf(dg2)!.image)
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })
  put('keys/ca.pem', publicKey.export({ format: 'pem', type: 'spki' }))
  put('keys/aa.der', new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })))
  put('keys/private.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }))
  mkdirSync(join(folder, 'dump'))
  for (const f of ['EF.COM', 'EF.DG1', 'EF.DG11', 'EF.DG14']) cpSync(join(SET, 'lds', `${f}.bin`), join(folder, 'dump', `${f}.bin`))
  put('dump/photo.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))
})
afterAll(() => { vi.unstubAllEnvs(); rmSync(folder, { recursive: true, force: true }) })

describe('causeway lds show', () => {
  it('gives every field of every file with its offset, as one JSON value', () => {
    const done = started('show', 'dump', '--json')
    expect([done.status, done.stderr]).toEqual([0, ''])
    const shown = JSON.parse(done.stdout) as { files: { path: string; file: string; bytes: number; ok: boolean; fields: object[]; defects: object[] }[]; unknown: string[] }
    expect(shown.files.map((f) => [f.path, f.file, f.bytes, f.ok, f.defects])).toEqual([['EF.COM.bin', 'EF.COM', 26, true, []], ['EF.DG1.bin', 'DG1', 93, true, []], ['EF.DG11.bin', 'DG11', 101, true, []], ['EF.DG14.bin', 'DG14', 191, true, []]])
    expect(shown.unknown).toEqual(['photo.jpg'])
    expect(shown.files[1]!.fields).toContainEqual({ path: 'mrz.documentNumber', offset: 49, body: 49, length: 9, value: 'L898902C3' })
    expect(shown.files[2]!.fields).toContainEqual({ path: 'otherNames[0]', tag: '5F0F', offset: 40, body: 43, length: 11, value: 'SMITH<<ANNA' })
  })

  it('shows people a tree, with what is odd below it and 1 at the end', async () => {
    put('odd.bin', Uint8Array.from(Buffer.from('6c175c045f265f555f2604202404155f550720240415103000', 'hex').subarray(0, 25)))
    const odd = await run('show', 'odd.bin')
    expect(odd.status).toBe(1)
    expect(odd.stdout.split('\n')).toEqual([
      'DG12  odd.bin  25 字节',
      '    偏移    长度  标签  字段          内容',
      '       2       4  5C    tagList       5F26 5F55',
      '       8       4  5F26  issueDate     20240415',
      '      15       7  5F55  personalised  20240415103000',
      '  ! 11  date-in-bcd: the date is in packed digits instead of characters  [Doc 9303-10 §4.7.12]',
      '  ! 18  date-in-bcd: the date is in packed digits instead of characters  [Doc 9303-10 §4.7.12]', '',
    ])
    const tree = (await run('show', 'dump/EF.DG11.bin')).stdout.split('\n')
    expect(tree[4]).toBe('      35      17  A0    otherNames')
    expect(tree[6]).toBe('      40      11  5F0F    [0]       SMITH<<ANNA')
  })

  it('does not let a file write over the terminal, and cuts what is long', () => {
    const content = { name: 'DG13' as const, decoded: { ok: true as const, value: { content: new Uint8Array() }, defects: [], layout: [{ path: 'content', tag: '6D', offset: 0, body: 2, length: 4, value: `\u001b[2J\u202e${'x'.repeat(300)}` }] } }
    const text = renderContent({ path: 'a\u001b]0;x.bin', bytes: 4, content }, 'en')
    expect(text).not.toMatch(/[\u001b\u202e]/)
    expect(text).toContain(`\\u{1b}[2J\\u{202e}${'x'.repeat(155)}…`)
    expect(text).toContain('a\\u{1b}]0;x.bin')
    const many = { ...content, decoded: { ...content.decoded, layout: Array.from({ length: 2_003 }, (_, i) => ({ path: `f${i}`, tag: undefined, offset: i, body: i, length: 1, value: '' })) } }
    expect(renderContent({ path: 'x', bytes: 1, content: many }, 'en')).toContain('… 3 more fields')
    expect(renderContent({ path: 'x', bytes: 1, content: many }, 'zh')).toContain('另有 3 个字段')
  })

  it.each([
    [['show'], 'usage'], [['look', 'dump'], 'usage'], [['show', 'nowhere'], 'file-missing'], [['show', 'dump/photo.jpg'], 'no-document'],
    [['show', 'dump/photo.jpg', '--as', 'DG99'], 'file-name-unknown'], [['lint', 'dump/photo.jpg'], 'no-document'], [['build', 'none.json'], 'usage'], [['build', 'none.json', '--out', 'o'], 'file-missing'],
    [['build', 'none.json', '--out', 'o', '--face-format', '19795'], 'face-format-unknown'], [['build', 'none.json', '--out', 'o', '--at', 'soon'], 'time-invalid'],
    [['build', 'none.json', '--out', 'o', '--face-format', '19794', '--at', '2030-01-01'], 'face-format-not-allowed'],
  ])('ends %o with 2 and the code %s', async (args, code) => { expect(await run(...args)).toEqual({ status: 2, stdout: '', refused: code }) })

  it('tells what it cannot do in one line, without a stack', () => {
    for (const [args, code] of [[['show', 'dump/photo.jpg'], 'no-document'], [['show', 'dump', '--bogus'], 'usage']] as const) {
      const done = started(...args)
      expect([done.status, done.stdout, done.stderr.trim().split('\n').length, done.stderr.split(':')[0]]).toEqual([2, '', 1, code])
    }
  })

  it('reads a file as what it is said to be, whole or cut, and never fails on it', async () => {
    const whole = readFileSync(join(SET, 'lds/EF.DG14.bin'))
    for (const n of [0, 1, 2, 40, 190]) {
      put('cut.bin', whole.subarray(0, n))
      const done = await run('show', 'cut.bin', '--as', 'DG14', '--json')
      expect([n, done.status]).toEqual([n, 1])
      expect((JSON.parse(done.stdout) as { files: { ok: boolean; defects: { code: string }[] }[] }).files[0]).toMatchObject({ ok: false, defects: [{ code: 'malformed' }] })
    }
  })
})

describe('causeway lds lint', () => {
  it('names what departs from the standard, and ends with 1 for errors only', async () => {
    const done = await run('lint', 'dump', '--json')
    expect(done.status).toBe(0)
    expect((JSON.parse(done.stdout) as { defects: { file: string; code: string }[] }).defects.map((d) => [d.file, d.code])).toEqual([
      ['EF.COM', 'com-lists-absent'], ['EF.COM', 'com-lists-absent'], ['EF.COM', 'com-lists-absent'], ['DG14', 'ca-key-by-number'],
    ])
    expect((await run('lint', 'dump/EF.COM.bin', 'dump/EF.DG1.bin')).status).toBe(0)
    expect(await run('lint', 'dump/EF.DG1.bin')).toMatchObject({ stdout: '没有发现与标准不符之处\n' })
  })
})

describe('causeway lds build', () => {
  it('writes the data groups, EF.COM and EF.CardAccess, without a departure from the standard', async () => {
    put('good.json', JSON.stringify(description()))
    const done = await run('build', 'good.json', '--out', 'out', '--at', '2026-06-01', '--json')
    expect(done).toMatchObject({ status: 0, refused: undefined })
    expect((JSON.parse(done.stdout) as { defects: object[] }).defects).toEqual([])
    const files = Object.fromEntries(readdirSync(join(folder, 'out')).map((f) => [f, new Uint8Array(readFileSync(join(folder, 'out', f)))]))
    expect(Object.keys(files).sort()).toEqual(['DG1.bin', 'DG11.bin', 'DG12.bin', 'DG13.bin', 'DG14.bin', 'DG15.bin', 'DG16.bin', 'DG2.bin', 'DG3.bin', 'DG5.bin', 'DG7.bin', 'EF.COM.bin', 'EF.CardAccess.bin'])
    for (const [name, bytes] of Object.entries(files)) expect(`${recogniseFile(bytes)}.bin`).toBe(name)
    expect(decodeDg1(files['DG1.bin']!)).toMatchObject({ ok: true, value: { mrz: expect.stringContaining('P<UTOERIKSSON<<ANNA<MARIA') as string } })
    expect(decodeDg2(files['DG2.bin']!)).toMatchObject({ ok: true, value: { templates: [{ format: 'ISO/IEC 39794-5' }] } })
    expect(decodeDg11(files['DG11.bin']!)).toMatchObject({ ok: true, value: description()['dg11'] as object })
    expect(decodeDg14(files['DG14.bin']!)).toMatchObject({ ok: true, value: { infos: expect.arrayContaining([expect.objectContaining({ kind: 'chip-authentication', keyId: 1 })]) as unknown } })
    expect(decodeDg15(files['DG15.bin']!)).toMatchObject({ ok: true, value: { key: { kind: 'ec', curve: 'brainpoolP256r1', explicit: true } } })
    expect((await run('show', 'out', '--json')).status).toBe(0)
  })

  it('takes lines for a zone, the other encoding for a face, and as little as a zone', () => {
    expect([...built({ mrz: { lines: ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'] } }).keys()]).toEqual(['EF.COM', 'DG1'])
    const old = built({ ...description(), ldsVersion: '0108' }, 'ISO/IEC 19794-5')
    expect(decodeDg2(old.get('DG2')!)).toMatchObject({ ok: true, value: { templates: [{ format: 'ISO/IEC 19794-5' }] } })
    expect(lintFiles(Object.fromEntries(old))).toEqual([])
  })

  it.each([
    ['mrz', undefined, '$.mrz: is missing'], ['mrz', 'P<UTO', '$.mrz: an object is expected, not "P<UTO"'], ['mrz.lines', ['P<UTO'], '$.mrz.lines: a zone has 88, 72 or 90 characters, not 5'],
    ['mrz.format', 'TD4', '$.mrz.format: one of TD1, TD2, TD3, MRV-A, MRV-B is expected, not "TD4"'], ['mrz.format', undefined, '$.mrz: lines, or format and fields, are expected'],
    ['mrz.fields.birthDate', undefined, '$.mrz.fields.birthDate: is missing'], ['mrz.fields.documentNumber', 'L898902C3000', '$.mrz.fields.documentNumber: documentNumber has 9 places, not 12'],
    ['mrz.fields.birthday', '740812', '$.mrz.fields.birthday: no such field; there are documentCode, '], ['mrz.fields.sex', 1, '$.mrz.fields.sex: a text is expected, not 1'],
    ['face', 'none.jpg', '$.face: '], ['face', 'keys/ca.pem', '$.face: keys/ca.pem is no JPEG or JPEG 2000 picture'], ['signatures', 'face.jpg', '$.signatures: a list is expected, not "face.jpg"'],
    ['signatures', ['face.jpg', 'none.jpg'], '$.signatures[1]: '], ['dg3', {}, '$.dg3.filler: is missing'], ['dg3.filler', '001', '$.dg3.filler: hexadecimal digits in pairs are expected'],
    ['dg11.fullBirthDate', '1974-08-12', '$.dg11.fullBirthDate: 8 digits are expected, not "1974-08-12"'], ['dg11.otherNames', [1], '$.dg11.otherNames[0]: a text is expected, not 1'],
    ['dg11.name', 'x', '$.dg11.name: no such field; there are fullName, '], ['dg12.personalised', '20240415', '$.dg12.personalised: 14 digits are expected, not "20240415"'], ['dg12', null, '$.dg12: an object is expected, not null'],
    ['dg14.pace', [{ agreement: 'DH', mapping: 'CAM', cipher: 'AES-128', parameterId: 0 }], '$.dg14.pace[0]: no PACE with DH, CAM and AES-128'], ['dg14.pace', [{ agreement: 'ECDH' }], '$.dg14.pace[0].mapping: is missing'],
    ['dg14.pace', [{ agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: -1 }], '$.dg14.pace[0].parameterId: a whole number from 0 is expected, not -1'],
    ['dg14.chipAuthentication', [{ cipher: 'AES-128', key: 'keys/private.pem' }], '$.dg14.chipAuthentication[0].key: keys/private.pem holds PRIVATE KEY; a PUBLIC KEY is expected'],
    ['dg14.activeAuthentication', 'SHA-1', '$.dg14.activeAuthentication: one of SHA-224, SHA-256, SHA-384, SHA-512 is expected, not "SHA-1"'], ['dg14.terminalAuthentication', 'yes', '$.dg14.terminalAuthentication: true or false is expected, not "yes"'],
    ['dg15', 'face.jpg', '$.dg15: face.jpg holds no public key that can be used'], ['contacts', Array.from({ length: 16 }, () => ({})), '$.contacts: at most 15 persons'],
    ['ldsVersion', '1.7', '$.ldsVersion: digits like 0107 are expected'], ['dg99', {}, '$.dg99: no such field; there are ldsVersion, '],
  ])('names the place of %s when it is %o', (path, value, says) => {
    const told = refusal(() => built(changed(path, value)))
    expect(told.startsWith('description-invalid: '), told).toBe(true)
    expect(told.slice('description-invalid: '.length).startsWith(says), told).toBe(true)
  })

  it('refuses what is no JSON, and writes nothing when anything is refused', async () => {
    expect(refusal(() => readDescription(put('x.json', '{')))).toMatch(/^description-invalid: .*x\.json is no JSON/)
    put('bad.json', JSON.stringify(changed('dg15', 'none.pem')))
    expect(await run('build', 'bad.json', '--out', 'nothing')).toMatchObject({ refused: 'description-invalid' })
    expect(existsSync(join(folder, 'nothing'))).toBe(false)
  })
})
