import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { inspect, parseMasterList, readTrust, recogniseFile, type InspectionReport, type Trust } from './index.ts'
import { nodeCrypto } from './node.ts'

const SET = join(import.meta.dirname, '../vectors/synthetic')
const crypto = nodeCrypto()
const at = new Date('2026-03-10T00:00:00Z')
const read = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(SET, ...path)))
const index = JSON.parse(readFileSync(join(SET, 'index.json'), 'utf8')) as { files: { file: string; facts: Record<string, unknown> }[] }
const groups = (numbers: readonly number[]) => Object.fromEntries(numbers.map((n) => [`DG${n}`, read('lds', `EF.DG${n}.bin`)]))
const pki = (...names: string[]) => names.map((name) => ({ name, bytes: read(name) }))

/** What each check is called that must speak for the reason the set gives. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/contentType attribute/, 'sod-signature'], [/not in the SOD/, 'com-sod-agree'], [/hash mismatch/, 'hash-dg2'], [/documentTypeList/, 'ds-document-type'],
  [/signingTime after DS notAfter/, 'ds-validity'], [/key usage/, 'ds-profile'], [/UTO\.crl/, 'revocation'], [/messageDigest/, 'sod-signature'],
  [/algorithm identifiers/, 'sod-signature'], [/SOD signature/, 'sod-signature'], [/not trusted/, 'trust-path'],
]

/** The files of a member of the set, and what it is to be judged against. */
async function documentOf(name: string, facts: Record<string, unknown>): Promise<{ files: Record<string, Uint8Array>; trust: Trust }> {
  const numbers = facts['dgs'] as number[]
  const sod = read('sod', `${name}.bin`)
  const files: Record<string, Uint8Array> = { 'EF.SOD': sod, ...groups(name === 'bad-dg-not-in-sod' ? [...numbers, 15] : numbers) }
  files['EF.COM'] = read('lds', 'EF.COM.bin')
  const anchor = facts['trustOnly'] === undefined ? `pki/${String(facts['csca'])}.der` : String(facts['trustOnly'])
  const more = typeof facts['needs'] === 'string' ? [/pki\/[\w.-]+\.der/.exec(facts['needs'])![0]] : []
  const { trust } = await readTrust(pki(anchor, 'lists/UTO.crl', ...more), crypto)
  return { files, trust }
}

/** Defects under `field`, and the checks that stand in the way under `field` and under `strict`; `?` marks one that was not done. */
const FACTS: Readonly<Record<string, readonly [string, string, string]>> = {
  'bad-content-type-attr': ['', 'sod-signature', 'sod-signature'],
  'bad-dg-not-in-sod': ['', 'com-sod-agree hash-dg15?', 'com-sod-agree hash-dg15?'],
  'bad-dg2-hash': ['', 'hash-dg2', 'hash-dg2'],
  'bad-document-type': ['', 'ds-document-type', 'ds-document-type'],
  'bad-ds-expired-at-signing': ['issuer-key-use', 'ds-validity', 'ds-validity'],
  'bad-ds-keyusage': ['ds-key-usage', 'ds-profile', 'ds-profile'],
  'bad-ds-revoked': ['', 'revocation', 'revocation'],
  'bad-message-digest': ['', 'sod-signature', 'sod-signature'],
  'bad-sigalg-hash-claim': ['digest-algorithms', 'sod-signature', 'sod-profile sod-signature'],
  'bad-signature': ['', 'sod-signature', 'sod-signature'],
  'bad-unknown-csca': ['', 'trust-path', 'trust-path'],
  'dev-after-private-key-usage': ['signed-later private-key-usage', '', 'ds-validity'],
  'dev-attrs-unsorted': ['attributes-unsorted', '', 'sod-profile'],
  'dev-ber-indefinite': ['ber-indefinite-length ber-segmented-octets', '', 'sod-profile'],
  'dev-dg1-only': ['few-hashes com-lists-absent', '', 'com-sod-agree sod-profile'],
  'dev-legacy-oid-icao': ['legacy-oid-icao', '', 'sod-profile'],
  'dev-legacy-oid-sdu': ['legacy-oid-sdu', '', 'sod-profile'],
  'dev-no-signed-attrs': ['no-signed-attributes', '', 'sod-profile'],
  'dev-raw-ecdsa-signature': ['raw-ecdsa-signature', '', 'sod-signature'],
  'dev-sid-name-other-string-type': ['sid-name', '', 'sod-profile'],
  'dev-trailing-zeros': ['trailing-bytes', '', 'sod-profile'],
  'dghash-sha1-sig-sha256': ['sha-1', '', ''],
  'ecdsa-p256named-sha256': ['ds-named-curve', '', ''],
  // the RSA authority has issued no revocation list
  'mixed-ec-ds-under-rsa-csca': ['revocation', '', 'revocation?'],
  'no-certificate': ['no-certificate', '', ''],
  'rsa2048e3-pkcs1-sha1': ['signature-sha-1 sha-1', '', ''],
  'two-certificates': ['more-certificates', '', ''],
}

/** Where OpenSSL answers otherwise than we: it takes any contentType attribute, and no plain ECDSA signature. */
const OTHERWISE = ['bad-content-type-attr', 'dev-raw-ecdsa-signature']

describe('the synthetic set of Utopia', () => {
  const sods = index.files.filter((f) => f.file.startsWith('synthetic/sod/'))
  it('P0 has 47 members', () => { expect(sods).toHaveLength(47) })

  it.each(sods.map((s) => [s.file.slice('synthetic/sod/'.length, -4), s.facts] as const))('P1 judges %s as the set says', async (name, facts) => {
    const { files, trust } = await documentOf(name, facts)
    const field = await inspect(files, { trust, at, policy: 'field', crypto })
    const strict = await inspect(files, { trust, at, policy: 'strict', crypto })
    if (facts['verdict'] === 'invalid') {
      const named = REASONS.find(([r]) => r.test(String(facts['reason'])))![1]
      expect(field.verdict, JSON.stringify(field.checks)).toBe('faulty')
      expect(field.checks.find((c) => c.name === named)?.outcome, JSON.stringify(field.checks)).toBe('failed')
      expect(strict.genuine).toBe(false)
    } else if (facts['verdict'] === 'valid-with-deviation') {
      expect(field.verdict, JSON.stringify(field.checks)).toBe('genuine')
      expect(field.defects.length).toBeGreaterThan(0)
      expect(strict.genuine, JSON.stringify(strict.checks)).toBe(false)
    } else {
      expect(field.verdict, JSON.stringify(field.checks)).toBe('genuine')
      // the RSA authority has issued no revocation list: strict cannot know
      expect(strict.verdict, JSON.stringify(strict.checks)).toBe(facts['csca'] === 'csca-rsa' ? 'undetermined' : 'genuine')
    }
  })

  it.each(sods.map((s) => [s.file.slice('synthetic/sod/'.length, -4), s.facts] as const))('P13 names exactly what is odd in %s, and what stands in the way', async (name, facts) => {
    const { files, trust } = await documentOf(name, facts)
    const [field, strict] = [await inspect(files, { trust, at, policy: 'field', crypto }), await inspect(files, { trust, at, policy: 'strict', crypto })]
    const inTheWay = (r: InspectionReport): string => r.checks.filter((c) => c.outcome === 'failed' || (c.outcome === 'not-done' && c.excused !== true)).map((c) => (c.outcome === 'failed' ? c.name : `${c.name}?`)).join(' ')
    expect([[...new Set(field.defects.map((d) => d.code))].join(' '), inTheWay(field), inTheWay(strict)]).toEqual(FACTS[name] ?? ['', '', ''])
    for (const d of field.defects) expect([d.clause, d.says].every((t) => t.length > 0)).toBe(true)
    const oracle = (facts['oracles'] as Record<string, string>)['openssl cms -verify -noverify']
    const ours = field.checks.find((c) => c.name === 'sod-signature')?.outcome === 'passed' ? 'ok' : 'fail'
    expect(ours === oracle).toBe(!OTHERWISE.includes(name))
  })

  it('P2 opens the master list and trusts what it holds', async () => {
    const list = (await parseMasterList(read('lists', 'UTO.ml'), crypto))!
    expect(list.signed).toBe(true)
    expect(list.certificates.length).toBeGreaterThan(0)
    expect(list.unread).toEqual([])
  })
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../shared/data')
describe.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('the public sets of the BSI, and the published master lists', () => {
  const none = { anchors: [], links: [], signers: [], crls: [] }
  it.each(['bsi-2008', 'bsi-tr03105-5'])('P3 P11 judges hashes and signature of %s and leaves the verdict open without an anchor', async (set) => {
    const files = Object.fromEntries(readdirSync(join(PUBLIC, 'emrtd', set)).filter((f) => f.endsWith('.bin')).map((f) => {
      const bytes = new Uint8Array(readFileSync(join(PUBLIC, 'emrtd', set, f)))
      return [recogniseFile(bytes)!, bytes]
    }))
    expect(Object.keys(files).sort()).toEqual(['DG1', 'DG14', 'DG15', 'EF.COM', 'EF.SOD'])
    for (const policy of ['field', 'strict'] as const) {
      const report = await inspect(files, { trust: none, at: new Date('2014-06-01T00:00:00Z'), policy, crypto })
      const outcome = (name: string) => report.checks.find((c) => c.name === name)?.outcome
      expect([outcome('sod-signature'), outcome('hash-dg1'), outcome('hash-dg14'), outcome('hash-dg2'), outcome('trust-path')]).toEqual(['passed', 'passed', 'passed', 'not-done', 'not-done'])
      expect(report.verdict, JSON.stringify(report.checks, null, 1)).toBe('undetermined')
      // P11: their signers lack what the profile demands
      expect(outcome('ds-profile')).toBe(policy === 'strict' ? 'not-done' : 'passed')
      expect(report.genuine).toBe(false)
    }
  })

  it.each([['DE_ML_2024-08-07-07-38-24.ml', 541], ['DE_ML_2026-05-28-08-28-45.ml', 588], ['NL_ML_2026-07-22.ml', 411]])('P4 reads all of %s', async (file, n) => {
    const list = (await parseMasterList(new Uint8Array(readFileSync(join(PUBLIC, 'emrtd/masterlists', file))), crypto))!
    expect([list.certificates.length + list.unread.length, list.signed]).toEqual([n, true])
    expect(list.unread).toEqual([])
  })
})
