import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ecdsaDer } from '@causeway/token'
import { isSignedBy, kindOf, lintCertificate, parseCertificate, parseCrl, unwrapPem, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { EXIT, lineOf } from './command.ts'
import { pkiCommand } from './pki.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const crypto = nodeCrypto()
let folder: string
const at = (...parts: string[]): string => join(folder, ...parts)

interface Ran { readonly code: number; readonly out: string; readonly err: string }

const ENV = { CAUSEWAY_LANG: 'en', CAUSEWAY_PKI_PASSPHRASE: 'correct horse', CAUSEWAY_PKI_PIN: '' }

/** Runs the command here, as `main` does, with what it writes kept apart. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const kept = { out: process.stdout.write, err: process.stderr.write }
  Object.assign(process.env, ENV, env)
  process.stdout.write = ((text: string) => { out.push(text); return true }) as typeof process.stdout.write
  process.stderr.write = ((text: string) => { err.push(text); return true }) as typeof process.stderr.write
  try {
    return { code: await pkiCommand.run(args), out: out.join(''), err: err.join('') }
  } catch (error) {
    return { code: EXIT.impossible, out: out.join(''), err: `${err.join('')}${lineOf(error)}` }
  } finally {
    for (const name of Object.keys({ ...ENV, ...env })) delete process.env[name]
    process.stdout.write = kept.out
    process.stderr.write = kept.err
  }
}

/** Runs what must succeed, and reads its one JSON value. */
async function json(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Record<string, unknown>> {
  const { code, out, err } = await run([...args, '--json'], env)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${code} ${err} ${out}`)
  return JSON.parse(out) as Record<string, unknown>
}

const certificate = (file: string): Certificate => parseCertificate(unwrapPem(new Uint8Array(readFileSync(file)))[0]!)!
const STATE = [
  '--country', 'UT', '--state', 'UTO', '--organisation', 'Utopia', '--contact', 'pki@specimen.example',
  '--crl-url', 'https://pki.specimen.example/uto.crl',
]

beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'causeway-pki-')) })
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

describe('a document PKI from the command line', () => {
  it('founds an authority, certifies, renews, links, lists, revokes, publishes deviations, and everything is of the profile', async () => {
    const made = await json(['csca', 'new', ...STATE, '--out', at('g1'), '--at', '2026-01-01T00:00:00Z'])
    expect(made).toMatchObject({
      subject: 'C=UT, O=Utopia, CN=CSCA-UTO', notBefore: '2026-01-01T00:00:00.000Z',
      certificate: at('g1/csca.pem'), key: at('g1/csca.key'),
    })
    expect(statSync(at('g1/csca.key')).mode & 0o777).toBe(0o600)
    expect(readFileSync(at('g1/csca.key'), 'utf8')).toContain('BEGIN ENCRYPTED PRIVATE KEY')
    await json(['ds', 'new', '--csca', at('g1/csca.pem'), '--types', 'P,ID', '--out', at('ds1'), '--at', '2026-02-01T00:00:00Z'])
    await json(['ds', 'renew', '--ds', at('ds1/ds.pem'), '--csca', at('g1/csca.pem'), '--out', at('ds2'), '--at', '2026-05-01T00:00:00Z'])
    await json([
      'csca', 'new', ...STATE, '--name', 'CSCA-UTO 2', '--key-type', 'rsa2048', '--signature', 'pkcs1', '--out',
      at('g2'), '--at', '2026-06-01T00:00:00Z',
    ])
    await json(['link', '--old', at('g1/csca.pem'), '--new', at('g2/csca.pem'), '--out', at('link.pem'), '--at', '2026-06-01T00:00:00Z'])
    await json(['signer', 'new', 'masterlist', '--csca', at('g1/csca.pem'), '--out', at('mls'), '--at', '2026-02-01T00:00:00Z'])
    await json([
      'signer', 'new', 'deviation', '--csca', at('g1/csca.pem'), '--out', at('dls'), '--at',
      '2026-02-01T00:00:00Z', '--key-type', 'bp256',
    ])
    await json([
      'signer', 'new', 'barcode', '--csca', at('g1/csca.pem'), '--reference', 'V1', '--types', 'V', '--out',
      at('bcs'), '--at', '2026-02-01T00:00:00Z',
    ])

    const [g1, g2] = [certificate(at('g1/csca.pem')), certificate(at('g2/csca.pem'))]
    for (
      const [file, kind, issuer] of [
        ['g1/csca.pem', 'csca', g1], ['g2/csca.pem', 'csca', g2], ['link.pem', 'link', g1],
        ['ds1/ds.pem', 'ds', g1], ['ds2/ds.pem', 'ds', g1], ['mls/mls.pem', 'master-list-signer', g1],
        ['dls/dls.pem', 'deviation-list-signer', g1], ['bcs/bcs.pem', 'bar-code-signer', g1],
      ] as const
    ) {
      const c = certificate(at(file))
      expect([file, kindOf(c), lintCertificate(c, { issuer }), await isSignedBy(c, issuer, crypto)]).toEqual([file, kind, [], true])
    }
    const [ds1, ds2] = [certificate(at('ds1/ds.pem')), certificate(at('ds2/ds.pem'))]
    expect([
      ds2.documentTypes, ds2.notAfter.getTime() - ds2.notBefore.getTime(),
      ds2.subjectKeyId === ds1.subjectKeyId,
    ]).toEqual([ds1.documentTypes, ds1.notAfter.getTime() - ds1.notBefore.getTime(), false])
    expect(g2.scheme).toEqual({ kind: 'rsa-pkcs1', hash: 'SHA-256' })

    expect(
      await json([
        'masterlist', 'make', at('g1'), at('g2'), at('link.pem'), '--signer', at('mls/mls.pem'), '--chain',
        at('g1/csca.pem'), '--out', at('uto.ml'), '--at', '2026-06-02T00:00:00Z',
      ])
    ).toMatchObject({ entries: 3 })
    expect(await json(['masterlist', 'show', at('uto.ml')])).toMatchObject({ kind: 'master-list', signed: true, countries: 1 })
    expect(await json(['masterlist', 'verify', at('uto.ml'), '--trust', at('g1/csca.pem')])).toMatchObject({ outcome: 'passed' })

    await json([
      'crl', 'make', '--csca', at('g1/csca.pem'), '--revoke', `${ds1.serial}@2026-03-01`, '--out', at('1.crl'),
      '--at', '2026-03-02T00:00:00Z',
    ])
    expect(
      await json([
        'crl', 'make', '--csca', at('g2/csca.pem'), '--signature', 'pkcs1', '--previous', at('1.crl'),
        '--revoke', '7777', '--out', at('2.crl'), '--at', '2026-06-02T00:00:00Z',
      ])
    ).toMatchObject({ number: 2, revoked: 2 })
    const crl = parseCrl(new Uint8Array(readFileSync(at('2.crl'))))!
    expect([
      [...crl.revoked.keys()], crl.formerNames.length,
      await crypto.verify({ spki: g2.spki, scheme: crl.scheme, message: crl.tbs, signature: crl.signature }),
    ]).toEqual([[ds1.serial, '7777'], 1, true])
    expect(await json(['crl', 'show', at('2.crl')])).toMatchObject({
      number: 2, revoked: [{ serial: ds1.serial, at: '2026-03-01T00:00:00.000Z' }, { serial: '7777' }],
    })

    writeFileSync(
      at('d.json'),
      JSON.stringify([{
        documents: { documentType: 'P<', signer: { certificate: at('ds1/ds.pem') }, issued: { from: '2026-02-01', to: '2026-03-01' } },
        descriptions: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG12' }, text: 'DG12' }],
      }]),
    )
    await json(['deviation', 'make', at('d.json'), '--signer', at('dls/dls.pem'), '--out', at('uto.dl'), '--at', '2026-06-02T00:00:00Z'])
    expect(await json(['deviation', 'show', at('uto.dl')])).toMatchObject({
      signed: true,
      entries: [{ documents: { documentType: 'P<', signer: { serial: ds1.serial } }, descriptions: [{ code: 'group-malformed' }] }],
    })
    expect(await json(['deviation', 'verify', at('uto.dl'), '--trust', at('g1/csca.pem')])).toMatchObject({ outcome: 'passed' })
  })

  it('certifies the request of another key, and shows and lints what it is given', async () => {
    execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', at('k.pem')])
    execFileSync('openssl', ['req', '-new', '-key', at('k.pem'), '-subj', '/C=UT/CN=DS by request', '-out', at('r.pem')])
    expect(await json(['show', at('r.pem')])).toEqual({ kind: 'request', subject: 'C=UT, CN=DS by request', key: 'P-256' })
    expect(
      await json(['ds', 'new', '--csca', at('g1/csca.pem'), '--types', 'P', '--request', at('r.pem'), '--out', at('ds3')])
    ).not.toHaveProperty('key')
    expect(existsSync(at('ds3/ds.key'))).toBe(false)
    expect(await json(['show', at('ds3/ds.pem')])).toMatchObject({ kind: 'ds', documentTypes: ['P'], issuingStates: ['UTO'] })
    expect((await run(['lint', at('ds3/ds.pem'), '--issued-by', at('g1/csca.pem')])).code).toBe(0)
    const wrong = await run(['lint', at('ds3/ds.pem'), '--issued-by', at('g2/csca.pem')])
    expect([wrong.code, wrong.out.includes('issuer-name')]).toEqual([1, true])
    expect(
      await run(['masterlist', 'verify', at('uto.ml'), '--trust', at('g2/csca.pem')])
    ).toMatchObject({ code: 1, out: expect.stringContaining('UNDECIDED') as string })
  })

  it.each([
    [['csca', 'new'], 'usage: '], [['nothing'], 'usage: '],
    [['csca', 'new', ...STATE.slice(2), '--out', 'X'], 'usage: --country'],
    [['show', 'absent'], 'file-missing: '], [['show', 'k.pem'], 'file-unknown: '],
    [['ds', 'new', '--csca', 'g1/csca.pem', '--types', 'PPP', '--out', 'X1'], 'value-unfit: '],
    [['csca', 'new', ...STATE, '--out', 'X2', '--key-type', 'dsa'], 'key-type-unknown: '],
    [['csca', 'new', ...STATE, '--out', 'g1'], 'file-exists: '],
    [['ds', 'new', '--csca', 'g1/csca.pem', '--csca-key', 'k.pem', '--types', 'P', '--out', 'X3'], 'key-exposed: '],
    [['crl', 'make', '--csca', 'g1/csca.pem', '--revoke', 'xyz', '--out', 'x.crl'], 'revocation-invalid: '],
    [['ds', 'new', '--csca', 'g1/csca.pem', '--types', 'P', '--request', 'd.json', '--out', 'X4'], 'request-invalid: '],
    [['masterlist', 'show', '2.crl'], 'masterlist-invalid: '], [['crl', 'show', 'uto.ml'], 'crl-invalid: '],
    [['masterlist', 'make', 'ds1/ds.pem', '--signer', 'mls/mls.pem', '--out', 'x.ml'], 'masterlist-empty: '],
    [['csca', 'new', ...STATE, '--out', 'X5', '--pkcs11', '/none.so'], 'usage: '],
    [['csca', 'new', ...STATE, '--out', 'X6', '--pkcs11', '/none.so', '--token', 'x'], 'pin-missing: '],
    [['show', 'x', '--unknown'], 'usage: '],
    [['csca', 'new', ...STATE, '--out', 'X7', '--hash', 'md5'], 'hash-unknown: '],
    [['csca', 'new', ...STATE, '--out', 'X8', '--at', 'soon'], 'time-invalid: '],
  ])('%j cannot be done: one clear line with a code', async (args, line) => {
    const files = new Set([
      'absent', 'k.pem', 'd.json', 'g1', 'ds1/ds.pem', 'x.crl', 'x.ml', '2.crl', 'uto.ml', 'g1/csca.pem',
      'mls/mls.pem', ...Array.from({ length: 9 }, (_, i) => `X${i === 0 ? '' : i}`),
    ])
    if (existsSync(at('k.pem'))) chmodSync(at('k.pem'), 0o644)
    const { code, out, err } = await run(args.map((a) => (files.has(a) ? at(a) : a)))
    expect([code, out, err.startsWith(line), err.trim().split('\n').length], err).toEqual([2, '', true, 1])
  })

  it('keeps keys closed: a wrong passphrase, a short one, none at all, another key', async () => {
    const ds = ['ds', 'new', '--csca', at('g1/csca.pem'), '--types', 'P', '--out', at('y')]
    expect(await run(ds, { CAUSEWAY_PKI_PASSPHRASE: 'wrong' })).toMatchObject({
      code: 2, err: expect.stringMatching(/^key-unreadable: /) as string,
    })
    expect(await run(ds, { CAUSEWAY_PKI_PASSPHRASE: '' })).toMatchObject({
      code: 2, err: expect.stringMatching(/^passphrase-missing: /) as string,
    })
    expect(await run([...ds, '--csca-key', at('g2/csca.key')])).toMatchObject({
      code: 2, err: expect.stringMatching(/^key-differs: /) as string,
    })
    expect(
      await run(['csca', 'new', ...STATE, '--out', at('z')], { CAUSEWAY_PKI_PASSPHRASE: 'short' })
    ).toMatchObject({ code: 2, err: expect.stringMatching(/^passphrase-short: /) as string })
    writeFileSync(at('pass'), 'correct horse\n', { mode: 0o600 })
    expect(
      await json([...ds, '--passphrase-file', at('pass')], { CAUSEWAY_PKI_PASSPHRASE: '' })
    ).toMatchObject({ certificate: at('y/ds.pem') })
    chmodSync(at('pass'), 0o640)
    expect(await run([...ds, '--passphrase-file', at('pass')])).toMatchObject({
      code: 2, err: expect.stringMatching(/^key-exposed: /) as string,
    })
  })

  it('runs as a command: one JSON value on the standard output, one line and exit code 2 where it cannot', () => {
    const as = (...args: string[]) => spawnSync(process.execPath, [MAIN, 'pki', ...args], { encoding: 'utf8', input: '' })
    const shown = as('show', at('g1/csca.pem'), '--json')
    expect([shown.status, (JSON.parse(shown.stdout) as { kind: string }).kind, shown.stderr]).toEqual([0, 'csca', ''])
    const absent = as('show', at('absent'))
    expect([absent.status, absent.stdout, absent.stderr]).toEqual([2, '', `file-missing: ${at('absent')} is not there\n`])
  })

  it('speaks Chinese where the user does', async () => {
    expect((await run(['lint', at('g1/csca.pem')], { CAUSEWAY_LANG: 'zh' })).out).toContain('处偏离规范')
  })
})

describe('the signatures of a token', () => {
  it.each([
    ['01'.padStart(64, '0') + '02'.padStart(64, '0'), '3006020101020102'],
    ['ff'.padStart(64, '0') + '7f'.padStart(64, '0'), '3007020200ff02017f'],
    ['00'.repeat(64), '3006020100020100'],
  ])('%s has its DER form', (raw, der) => {
    expect(Buffer.from(ecdsaDer(Buffer.from(raw, 'hex'))).toString('hex')).toBe(der)
  })
})

const MODULE = [
  '/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so',
  '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so',
].find((f) => existsSync(f))
const bound = await import('pkcs11js' as string).then(() => true, () => false)
describe.skipIf(MODULE === undefined || !bound)('keys in a PKCS#11 token (SoftHSM)', () => {
  let env: Readonly<Record<string, string>>
  const token = ['--pkcs11', MODULE ?? '', '--token', 'utopia']
  beforeAll(() => {
    mkdirSync(at('tokens'))
    writeFileSync(at('softhsm2.conf'), `directories.tokendir = ${at('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`)
    env = { SOFTHSM2_CONF: at('softhsm2.conf'), CAUSEWAY_PKI_PIN: '4321', CAUSEWAY_PKI_PASSPHRASE: '' }
    execFileSync(
      'softhsm2-util', ['--init-token', '--free', '--label', 'utopia', '--pin', '4321', '--so-pin', '8765'],
      { env: { ...process.env, ...env }, stdio: 'ignore' },
    )
  })

  it.each(
    [
      ['p256', 'bp384', []], ['bp256', 'rsa2048', ['--signature', 'pss']],
      ['p521', 'rsa2048', ['--signature', 'pkcs1', '--hash', 'sha512']],
    ] as const
  )('a %s document signer under a %s authority, both in the token, no key in a file', async (dsType, cscaType, how) => {
    const name = `${dsType}-${cscaType}-${how.length}`
    await json(
      [
        'csca', 'new', ...STATE, '--name', name, '--key-type', cscaType, ...how, '--out', at(name), '--at',
        '2026-01-01T00:00:00Z', ...token,
      ],
      env,
    )
    expect(
      await json(
        [
          'ds', 'new', '--csca', at(name, 'csca.pem'), ...how, '--types', 'P', '--key-type', dsType, '--out',
          at(name), '--at', '2026-02-01T00:00:00Z', ...token,
        ],
        env,
      )
    ).toMatchObject({ key: 'pkcs11:utopia' })
    await json(
      ['crl', 'make', '--csca', at(name, 'csca.pem'), ...how, '--out', at(name, 'crl'), '--at', '2026-02-01T00:00:00Z', ...token],
      env,
    )
    const [csca, ds] = [certificate(at(name, 'csca.pem')), certificate(at(name, 'ds.pem'))]
    expect([
      await isSignedBy(csca, csca, crypto), await isSignedBy(ds, csca, crypto), lintCertificate(csca),
      lintCertificate(ds, { issuer: csca }),
    ]).toEqual([true, true, [], []])
    const crl = parseCrl(new Uint8Array(readFileSync(at(name, 'crl'))))!
    expect(await crypto.verify({ spki: csca.spki, scheme: crl.scheme, message: crl.tbs, signature: crl.signature })).toBe(true)
    expect([existsSync(at(name, 'csca.key')), existsSync(at(name, 'ds.key'))]).toEqual([false, false])
  })

  it('keys cannot leave the token', async () => {
    const p11 = (await import('pkcs11js' as string)) as {
      readonly PKCS11: new () => Record<string, (...a: unknown[]) => unknown>,
    } & Record<string, number>
    const p = new p11.PKCS11()
    process.env['SOFTHSM2_CONF'] = at('softhsm2.conf')
    p['load']!(MODULE)
    p['C_Initialize']!()
    try {
      const [slot] = p['C_GetSlotList']!(true) as Buffer[]
      const session = p['C_OpenSession']!(slot, p11['CKF_SERIAL_SESSION'])
      p['C_Login']!(session, p11['CKU_USER'], '4321')
      p['C_FindObjectsInit']!(session, [{ type: p11['CKA_CLASS'], value: p11['CKO_PRIVATE_KEY'] }])
      const keys = p['C_FindObjects']!(session, 20) as Buffer[]
      expect(keys.length).toBe(6)
      for (const key of keys) {
        const flags = (
          p['C_GetAttributeValue']!(
            session, key,
            [{ type: p11['CKA_EXTRACTABLE'] }, { type: p11['CKA_SENSITIVE'] }, { type: p11['CKA_NEVER_EXTRACTABLE'] }],
          ) as { value: Buffer }[]
        ).map((a) => a.value[0])
        expect(flags).toEqual([0, 1, 1])
        expect(() => p['C_GetAttributeValue']!(session, key, [{ type: p11['CKA_VALUE'] }])).toThrow()
      }
    } finally {
      p['C_Finalize']!()
    }
  })

  it.each([
    [{ CAUSEWAY_PKI_PIN: '0000' }, ['utopia', ''], 'pin-wrong: '], [{}, ['atlantis', ''], 'token-missing: '],
    [{}, ['utopia', '/none.so'], 'pkcs11-module: '],
  ])('%j %j cannot be done', async (more, [label, module], line) => {
    const { code, err } = await run(
      ['csca', 'new', ...STATE, '--out', at('t'), '--pkcs11', module === '' ? (MODULE ?? '') : module!, '--token', label!],
      { ...env, ...more },
    )
    expect([code, err.startsWith(line)], err).toEqual([2, true])
  })

  it('a certificate whose key is not in the token is refused', async () => {
    expect(
      await run(['crl', 'make', '--csca', at('g1/csca.pem'), '--out', at('no.crl'), ...token], env)
    ).toMatchObject({ code: 2, err: expect.stringMatching(/^key-missing: /) as string })
  })
})
