import { spawnSync } from 'node:child_process'
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openLine, type Line } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'
import { type CertificateRequestAnswer, type SignerHealth } from '@causeway/signing'
import {
  buildCsca, buildLink, buildRequest, checkRevocation, findPath, isSignedBy, kindOf, lintCertificate, lintCrl, lintList, parseCertificate, parseCrl, parseDeviationList, parseMasterList,
  readTrust, renderName, sealKeyExcess, verifyList, wrapPem, type Certificate, type Trust,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testServer, type TestServer } from '../../../test/database.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { der, must, refusalOf } from '../../../test/signer-stage.ts'
import { UTOPIA } from './authority.ts'
import { openLineage } from './lineage.ts'
import { openVault } from './vault.ts'

const crypto = nodeCrypto()
const OFFICE = '370699'
const START = '2026-03-02T01:00:00.000Z'
const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const certificate = (text: string): Certificate => parseCertificate(der(text))!

interface Lineage { readonly csca: string; readonly links: readonly string[]; readonly generations: readonly { readonly number: number; readonly state: string; readonly certificate: string; readonly usableUntil: string }[] }
interface Certified { readonly certificate: string; readonly csca: string; readonly links: readonly string[]; readonly documents: number; readonly authority: string }

let db: TestServer
let f: PartFolder
let hub: TestPart
let url: string
let operator: Line
let signer: TestPart

const lineage = async (): Promise<Lineage> => must(hub.line.call('GET', '/v1/csca'))
const lists = async (query = ''): Promise<readonly ReturnType<typeof parseCrl>[]> => (await must(hub.line.call<{ crls: readonly string[] }>('GET', `/v1/crl${query}`))).crls.map((c) => parseCrl(der(c)))
const rollOver = async (o: object = {}): Promise<Result<Lineage, Refusal>> => operator.call('POST', '/v1/csca/roll-over', o)
/** Everything that the hub publishes, as an inspector sorts it. */
async function trust(): Promise<Trust> {
  const { links, generations } = await lineage()
  const { crls } = await must(hub.line.call<{ crls: readonly string[] }>('GET', '/v1/crl?fresh=yes'))
  return (await readTrust([...generations.map((g) => g.certificate), ...links, ...crls].map((c, i) => ({ name: String(i), bytes: der(c) })), crypto)).trust
}

const keyPair = (): { readonly key: KeyObject; readonly spki: Uint8Array } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { key: privateKey, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) }
}
const signerOf = (key: KeyObject) => ({ sign: (m: Uint8Array) => new Uint8Array(sign('sha256', m, key)), hash: 'SHA-256' as const })
async function requestFor(o: { readonly type?: 'rsa'; readonly name?: string } = {}): Promise<string> {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 })
  const pair = o.type === 'rsa' ? { key: rsa.privateKey, spki: new Uint8Array(rsa.publicKey.export({ format: 'der', type: 'spki' })) } : keyPair()
  const how = o.type === 'rsa' ? { sign: (m: Uint8Array) => new Uint8Array(sign('sha256', m, pair.key)), scheme: { kind: 'rsa-pkcs1', hash: 'SHA-256' } as const } : signerOf(pair.key)
  return base64(await buildRequest({ country: 'UT', organisation: '岚海市样本机构', commonName: o.name ?? 'DS by hand', spki: pair.spki }, how))
}
const byHand = async (path: string, request: string): Promise<Result<Certified, Refusal>> => operator.call('POST', path, { office: OFFICE, request })

function openssl(...args: readonly string[]): string {
  const out = spawnSync('openssl', [...args], { encoding: 'utf8', cwd: f.folder })
  return `${out.status} ${out.stdout}${out.stderr}`
}
const put = (name: string, content: string | Uint8Array): string => { writeFileSync(join(f.folder, name), content); return name }

beforeAll(async () => {
  db = await testServer()
  url = (await db.fresh()).ownerUrl
  f = partFolder(START)
  // the keys of an older hub lie bare in its folder
  mkdirSync(join(f.folder, 'hub'))
  const [old, receipt] = [keyPair(), keyPair()]
  const csca = await buildCsca({
    authority: UTOPIA, commonName: 'CSCA-UTO SPECIMEN', spki: old.spki, serial: new Uint8Array(randomBytes(16)),
    validity: { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2036-06-01T00:00:00Z') }, keyUse: { from: new Date('2026-01-05T00:00:00Z'), to: new Date('2031-01-04T00:00:00Z') },
  }, signerOf(old.key), crypto)
  writeFileSync(join(f.folder, 'hub', 'csca.der'), csca)
  for (const [name, key] of [['csca.key', old.key], ['receipt.key', receipt.key]] as const) writeFileSync(join(f.folder, 'hub', name), key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 })
  hub = await startPart(f, 'hub', { env: { CAUSEWAY_DATABASE_URL: url } })
  operator = openLine(join(hub.dir, 'operator.sock'), 'hub')
  signer = await startPart(f, 'signer')
  const { anchorKey } = await must(signer.line.call<SignerHealth>('GET', '/v1/health'))
  const { code } = await must(operator.call<{ code: string }>('POST', '/v1/office-codes', { office: OFFICE }))
  await must(hub.line.call('POST', '/v1/offices', { office: OFFICE, anchorKey, code }))
  expect(base64(csca)).toBe((await lineage()).csca)
})
afterAll(async () => {
  await signer.stop()
  await hub.stop()
  await db.stop()
  f.remove()
})

/** The signer's request to the hub; and what it says to the answer. */
async function ask(): Promise<Certified> {
  const { request, signature } = await must(signer.line.call<CertificateRequestAnswer>('POST', '/v1/certificate-request', {}))
  return must(hub.line.call<Certified>('POST', '/v1/ds', { office: OFFICE, request, signature }))
}
const bring = async (c: Pick<Certified, 'certificate' | 'csca'> & { readonly links?: readonly string[] }): Promise<Result<SignerHealth, Refusal>> => signer.line.call('POST', '/v1/certificate', {
  certificate: c.certificate, csca: c.csca, ...(c.links === undefined ? {} : { links: c.links }),
})

describe('the keys of the national side', () => {
  it('lie in one sealed file that says what it is; those that lay bare are taken in and gone', () => {
    const files = readdirSync(hub.dir).filter((n) => statSync(join(hub.dir, n)).isFile())
    expect(files.filter((n) => n.endsWith('.key'))).toEqual([])
    for (const n of files) expect(readFileSync(join(hub.dir, n), 'latin1'), n).not.toMatch(/PRIVATE KEY|pkcs8/)
    const sealed = JSON.parse(readFileSync(join(hub.dir, 'keys.sealed'), 'utf8')) as { mark: string }
    expect(sealed).toMatchObject({ kdf: 'argon2id', mark: expect.stringMatching(/SPECIMEN.*trying out/) as string })
    expect(statSync(join(hub.dir, 'keys.sealed')).mode & 0o777).toBe(0o600)
  })
})

describe('a roll-over', () => {
  it('makes a new key with its certificate and a link; the new key rests two days; the old one certifies meanwhile', async () => {
    const first = await ask()
    await must(bring(first))
    const made = await must(rollOver({ keyType: 'brainpoolP256r1' }))
    expect(made.generations.map((g) => g.state)).toEqual(['current', 'resting'])
    const [g1, g2, link] = [certificate(made.generations[0]!.certificate), certificate(made.generations[1]!.certificate), certificate(made.links[0]!)]
    expect([kindOf(g2), lintCertificate(g2), kindOf(link), lintCertificate(link, { issuer: g1 }), await isSignedBy(g2, g2, crypto), await isSignedBy(link, g1, crypto)]).toEqual(['csca', [], 'link', [], true, true])
    expect(refusalOf(await rollOver())?.code).toBe('roll-over-pending')
    expect((await byHand('/v1/ds', await requestFor())).ok && (await lineage()).csca).toBe(made.generations[0]!.certificate)
    f.clock('2026-03-04T01:00:00.000Z')
    const now = await lineage()
    expect([now.csca, now.generations.map((g) => g.state)]).toEqual([made.generations[1]!.certificate, ['earlier', 'current']])
    const next = await must(byHand('/v1/ds', await requestFor()))
    expect([next.csca, next.links, await isSignedBy(certificate(next.certificate), g2, crypto), lintCertificate(certificate(next.certificate), { issuer: g2 })]).toEqual([now.csca, now.links, true, []])
    await hub.fell()
    expect(await lineage()).toEqual(now)
  })

  it('reaches the signer by its link: without it, with a foreign one, or under a root of the same name, nothing is taken', async () => {
    const [answer, { generations }] = [await ask(), await lineage()]
    const g1 = certificate(generations[0]!.certificate)
    expect(refusalOf(await bring({ certificate: answer.certificate, csca: answer.csca }))?.code).toBe('authority-unknown')
    // somebody with a key of his own: a root of our name, a link that he signed himself, a document signer's certificate as a link
    const rogue = keyPair()
    const root = parseCertificate(await buildCsca({
      authority: UTOPIA, commonName: 'CSCA-UTO SPECIMEN', spki: rogue.spki, serial: new Uint8Array(randomBytes(16)), validity: { from: g1.notBefore, to: g1.notAfter }, keyUse: { from: g1.notBefore, to: g1.notAfter },
    }, signerOf(rogue.key), crypto))!
    const forged = await buildLink({ root, serial: new Uint8Array(randomBytes(16)), validity: { from: g1.notBefore, to: g1.notAfter } }, g1, signerOf(rogue.key), crypto)
    for (const links of [[base64(forged)], [answer.certificate], [base64(root.der)], answer.links]) {
      expect(refusalOf(await bring({ certificate: answer.certificate, csca: base64(root.der), links }))?.code).toBe('authority-unknown')
    }
    expect(refusalOf(await bring({ ...answer, links: ['no base64!'] }))?.code).toBe('request-malformed')
    expect(await must(bring(answer))).toMatchObject({ ready: true, ds: { certificate: answer.certificate } })
    // the key before is still listed, and still of use: documents signed with it are good
    const listed = await must(hub.line.call<readonly { der: string; revokedAt?: string }[]>('GET', '/v1/certificates'))
    expect(listed.filter((c) => c.revokedAt === undefined).length).toBeGreaterThanOrEqual(3)
  })

  it('may change the name: link, root and list say so, and two roll-overs that a signer missed are made up for', async () => {
    await must(rollOver({ commonName: 'CSCA-UTO NEW SPECIMEN', organisation: 'Utopia New Specimen Authority', keyType: 'P-384' }))
    f.clock('2026-03-06T01:00:00.000Z')
    await must(rollOver())
    f.clock('2026-03-08T01:00:00.000Z')
    const { generations, links } = await lineage()
    const [, , g3, g4] = generations.map((g) => certificate(g.certificate))
    expect(renderName(g4!.subject)).toBe('C=UT, O=Utopia New Specimen Authority, CN=CSCA-UTO NEW SPECIMEN')
    expect(links.map((l) => lintCertificate(certificate(l)))).toEqual([[], [], []])
    expect([g3, certificate(links[1]!), certificate(links[2]!)].map((c) => c!.extensions.has('2.23.136.1.1.6.1'))).toEqual([true, true, false])
    const answer = await ask()
    expect(refusalOf(await bring({ ...answer, links: links.slice(0, 1) }))?.code).toBe('authority-unknown')
    expect(refusalOf(await bring({ ...answer, links: [links[0]!, links[2]!] }))?.code).toBe('authority-unknown')
    expect((await must(bring({ ...answer, links: [...links].reverse() }))).ready).toBe(true)
  })

  it('its lists: by the newest key first, then by each earlier one, all of the same content; numbers rise', async () => {
    const all = (await lists('?fresh=yes')).map((l) => l!)
    const { generations } = await lineage()
    const issuers = generations.map((g) => certificate(g.certificate)).reverse()
    expect(all.length).toBe(4)
    for (const [i, l] of all.entries()) {
      expect([lintCrl(l, issuers[i]), await crypto.verify({ spki: issuers[i]!.spki, scheme: l.scheme, message: l.tbs, signature: l.signature })]).toEqual([[], true])
      const [pem, name] = [put(`g${i}.pem`, wrapPem('CERTIFICATE', issuers[i]!.der)), put(`l${i}.crl`, l.der)]
      expect(openssl('crl', '-inform', 'DER', '-in', name, '-noout', '-CAfile', pem)).toContain('verify OK')
    }
    expect(all[0]!.formerNames.map(renderName)).toEqual(['C=UT, O=Utopia Specimen Authority, CN=CSCA-UTO SPECIMEN'])
    const numbers = all.map((l) => l.number!)
    expect(numbers).toEqual(numbers.map((_, i) => numbers[0]! + i))
    expect((await lists()).map((l) => l!.number)).toEqual(numbers) // no list anew before its time
  })

  it('the master list has all generations and links, and is believed; of all document signers only the revoked one is not', async () => {
    const { generations, links } = await lineage()
    const list = (await parseMasterList(der((await must(hub.line.call<{ masterList: string }>('GET', '/v1/masterlist'))).masterList), crypto))!
    expect([lintList(list), new Set(list.certificates.map((c) => base64(c.der)))]).toEqual([[], new Set([...generations.map((g) => g.certificate), ...links])])
    const now = new Date('2026-03-08T01:00:00.000Z')
    expect((await verifyList(list, await trust(), { at: now, crypto })).outcome).toBe('passed')
    const documents = (await must(hub.line.call<readonly { der: string; serial: string }[]>('GET', '/v1/certificates'))).map((c) => certificate(c.der))
    const verdicts = async (): Promise<readonly string[]> => {
      const t = await trust()
      return Promise.all(documents.map(async (d) => `${(await findPath(d, t, { at: now, crypto })).outcome} ${(await checkRevocation(d, t, { at: now, crypto })).outcome}`))
    }
    expect(new Set(await verdicts())).toEqual(new Set(['passed passed']))
    await must(operator.call('POST', '/v1/revocations', { serial: documents[0]!.serial, reason: 'key-compromise' }))
    expect(await verdicts()).toEqual(documents.map((_, i) => (i === 0 ? 'passed failed' : 'passed passed')))
    for (const l of await lists('?fresh=yes')) expect([...l!.revoked.keys()]).toEqual([documents[0]!.serial])
  })
})

describe('a restored backup', () => {
  it('takes no number back and no revocation: both lie beside the keys too', async () => {
    const before = (await lists('?fresh=yes')).map((l) => l!)
    const last = (await must(hub.line.call<readonly { serial: string; der: string }[]>('GET', '/v1/certificates'))).at(-1)!
    const pool = new pg.Pool({ connectionString: url })
    await pool.query("delete from crl; update certificate set revoked_at = null, reason = null, recorded_at = null")
    await pool.query('delete from certificate where serial = $1', [last.serial])
    await pool.end()
    await hub.fell()
    const after = (await lists('?fresh=yes')).map((l) => l!)
    expect(Math.min(...after.map((l) => l.number!))).toBeGreaterThan(Math.max(...before.map((l) => l.number!)))
    for (const l of after) expect([...l.revoked]).toEqual([...before[0]!.revoked])
    // a certificate that the books forgot is revoked by itself; a foreign one is not
    const revoke = async (c: string): Promise<Result<object, Refusal>> => operator.call('POST', '/v1/revocations', { certificate: c, reason: 'superseded' })
    expect(refusalOf(await operator.call('POST', '/v1/revocations', { serial: last.serial, reason: 'superseded' }))?.code).toBe('not-found')
    await must(revoke(last.der))
    const stranger = keyPair()
    expect(refusalOf(await revoke(base64(await buildCsca({ authority: UTOPIA, commonName: 'CSCA-UTO SPECIMEN', spki: stranger.spki, serial: new Uint8Array(randomBytes(16)), validity: { from: new Date(START), to: new Date('2036-01-01') }, keyUse: { from: new Date(START), to: new Date('2031-01-01') } }, signerOf(stranger.key), crypto))))?.code).toBe('not-found')
    expect((await lists())[0]!.revoked.size).toBe(2)
  })

  it('opens no certificates whose keys are not there', () => {
    const other = partFolder(START)
    cpSync(join(hub.dir, 'lineage.json'), join(other.folder, 'lineage.json'))
    expect(() => openLineage(other.folder, openVault(other.folder)).of('csca')).toThrow('the key of generation 1 of csca is not in the vault')
    other.remove()
  })
})

describe('other certificates', () => {
  it('a seal certificate is an ordinary one that openssl verifies, until it is revoked', async () => {
    const answer = await must(byHand('/v1/seal-certificate', await requestFor({ name: '岚海市印章 SPECIMEN' })))
    const own = await must(hub.line.call<{ certificate: string; crl: string }>('GET', '/v1/seal-authority'))
    expect(answer.authority).toBe(own.certificate)
    const [ca, leaf] = [put('seal-ca.pem', wrapPem('CERTIFICATE', der(own.certificate))), put('seal.pem', wrapPem('CERTIFICATE', der(answer.certificate)))]
    const verify = async (): Promise<string> => {
      const { crl } = await must(hub.line.call<{ crl: string }>('GET', '/v1/seal-authority'))
      const list = put('seal-crl.pem', wrapPem('X509 CRL', der(crl)))
      return openssl('verify', '-x509_strict', '-attime', String(Date.parse('2026-03-08T02:00:00Z') / 1_000), '-CAfile', ca, '-crl_check', '-CRLfile', list, leaf)
    }
    expect(await verify()).toContain('seal.pem: OK')
    expect(openssl('x509', '-in', leaf, '-noout', '-text', '-nameopt', 'utf8')).toMatch(/CN=岚海市印章 SPECIMEN[\s\S]*Digital Signature, Non Repudiation[\s\S]*1\.3\.6\.1\.5\.5\.7\.3\.36|Document Signing/)
    expect(refusalOf(await byHand('/v1/seal-certificate', await requestFor({ type: 'rsa' })))).toBeUndefined()
    await must(operator.call('POST', '/v1/revocations', { serial: certificate(answer.certificate).serial, reason: 'cessation' }))
    expect(await verify()).toContain('certificate revoked')
    expect((await lists('?fresh=yes'))[0]!.revoked.has(certificate(answer.certificate).serial)).toBe(false) // it is on its own authority's list
  })

  it('a bar code signer is of the profile, its serial fits into a seal, and the year has five keys', async () => {
    const made: Certificate[] = []
    for (let i = 0; i < 5; i++) made.push(certificate((await must(byHand('/v1/bar-code-certificate', await requestFor()))).certificate))
    const { csca } = await lineage()
    for (const c of made) expect([kindOf(c), lintCertificate(c, { issuer: certificate(csca) }), await isSignedBy(c, certificate(csca), crypto), renderName(c.subject), c.serial.length <= 5]).toEqual(['bar-code-signer', [], true, 'C=UT, CN=01', true])
    expect([new Set(made.map((c) => c.serial)).size, sealKeyExcess(made)]).toEqual([5, []])
    expect(refusalOf(await byHand('/v1/bar-code-certificate', await requestFor()))).toMatchObject({ code: 'bar-code-keys-used-up', details: { year: 2026 } })
    expect(refusalOf(await byHand('/v1/bar-code-certificate', await requestFor({ type: 'rsa' })))?.code).toBe('certificate-request-refused')
  })
})

describe('deviations', () => {
  it('are written by the operator and believed by an inspector; a place that a deviation does not have is refused', async () => {
    const ds = certificate((await must(hub.line.call<readonly { der: string }[]>('GET', '/v1/certificates'))).at(-1)!.der)
    const entry = (more: object = {}): object => ({ documents: { documentType: 'PO', signer: ds.subjectKeyId, issued: { from: '2026-03-01', to: '2026-03-05' } }, descriptions: [{ code: 'group-malformed', place: { kind: 'file', file: 'DG12' }, text: 'DG12 without issuing authority', ...more }] })
    expect(refusalOf(await operator.call('POST', '/v1/deviations', entry({ place: { kind: 'mrz-field', field: 'sex' } })))?.code).toBe('deviation-malformed')
    expect(refusalOf(await operator.call('POST', '/v1/deviations', entry({ code: 'toString' })))).toMatchObject({ code: 'deviation-malformed', at: 'descriptions.0' })
    await must(operator.call('POST', '/v1/deviations', entry()))
    const list = (await parseDeviationList(der((await must(hub.line.call<{ deviationList: string }>('GET', '/v1/deviationlist'))).deviationList), crypto))!
    expect([list.entries.map((e) => [e.documents.documentType, e.documents.signer, e.descriptions[0]?.code]), lintList(list)]).toEqual([[['PO', { kind: 'key', keyId: ds.subjectKeyId }, 'group-malformed']], []])
    expect((await verifyList(list, await trust(), { at: new Date('2026-03-08T01:00:00.000Z'), crypto })).outcome).toBe('passed')
  })
})

describe('figures', () => {
  it('are dated: a new one holds from its day on, within its rule, and none is changed afterwards', async () => {
    const put = async (more: object): Promise<Result<object, Refusal>> => operator.call('POST', '/v1/settings', { key: 'ds.use.days', value: 30, from: '2026-03-10', basis: '样本：先用一个月', ...more })
    expect(refusalOf(await put({ value: 93 }))).toMatchObject({ code: 'setting-out-of-bounds', rule: 'H-04' })
    expect(refusalOf(await put({ from: '2026-03-07' }))).toMatchObject({ code: 'setting-in-the-past' })
    expect(refusalOf(await put({ key: 'toString' }))).toMatchObject({ code: 'body-malformed', at: 'key' })
    await must(put({}))
    expect(refusalOf(await put({ value: 31 }))?.code).toBe('setting-exists')
    await must(put({ key: 'ds.documents', value: 500 }))
    const use = async (): Promise<readonly [number, number]> => {
      const a = await must(byHand('/v1/ds', await requestFor()))
      const { from, to } = certificate(a.certificate).privateKeyUsage!
      return [(to!.getTime() - from!.getTime()) / 86_400_000, a.documents]
    }
    expect(await use()).toEqual([92, 100_000])
    f.clock('2026-03-10T01:00:00.000Z')
    await hub.fell()
    expect(await use()).toEqual([30, 500])
  })

  it('the end of the CSCA’s use is announced, and after it nothing is certified nor rolled over', async () => {
    const says = async (): Promise<string> => (await must(hub.line.call<{ says: readonly string[] }>('GET', '/v1/health'))).says.join()
    const { generations } = await lineage()
    const until = new Date(generations.at(-1)!.usableUntil)
    expect(await says()).not.toContain('roll over')
    f.clock(new Date(until.getTime() - 89 * 86_400_000).toISOString())
    expect(await says()).toContain('roll over')
    f.clock(new Date(until.getTime() + 1_000).toISOString())
    expect(await says()).toContain('is over')
    for (const refused of [await byHand('/v1/ds', await requestFor()), await byHand('/v1/bar-code-certificate', await requestFor()), await rollOver()]) expect(refusalOf(refused)?.code).toBe('authority-use-over')
  })
})
