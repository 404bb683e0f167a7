import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { openLine, type Line } from '@causeway/ground'
import { type CertificateRequestAnswer, type SignerHealth, type SignerKey, type SodAnswer, type SodRequest } from '@causeway/signing'
import {
  contentInfoOf, encodeCom, inspector, kindOf, lintCertificate, lintCrl, lintList, parseCertificate, parseCrl, parseMasterList, readTrust, verifyList, wrapPem, type Certificate, type Scheme, type Trust,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { fetchTrust } from '../apps/server/src/gateway/national.ts'
import { type House } from '../apps/server/src/house.ts'
import { custodians, PEOPLE, type Custodians } from './custodian.ts'
import { testServer, type TestServer } from './database.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from './part.ts'
import { base64, der, must, OFFICE, officeJournal, refusalOf, request, type OfficeJournal } from './signer-stage.ts'
import { hasToken, SOFT_TOKEN, softToken } from './soft-token.ts'

/** Costs that let a test run in seconds: what it costs to try a passphrase is measured elsewhere. */
const CHEAP = { passphraseMemory: [{ from: '2001-01-01', value: 8_192, rule: 'test' }], passphrasePasses: [{ from: '2001-01-01', value: 1, rule: 'test' }] }
const crypto = nodeCrypto()
const execute = promisify(execFile)
const [WANG, OUYANG, SHAN] = PEOPLE
const BATCH = 250

/** A document signer of the story: when it was brought in, what it signs, and what came back. */
interface Signer { readonly certificate: Certificate; readonly documents: { readonly r: SodRequest; readonly sod: Uint8Array }[] }
interface Certified { readonly certificate: string; readonly csca: string; readonly links: readonly string[] }

/** One office, one national side, one token; the parts of the test are the years of its life. */
describe.skipIf(!hasToken)('the life of the keys of an office, in a PKCS#11 token', () => {
  let db: TestServer
  let f: PartFolder
  let hub: TestPart
  let operator: Line
  let signer: TestPart
  let people: Custodians
  let journal: OfficeJournal
  let now = '2026-03-02T01:00:00.000Z'
  const signers: Signer[] = []
  const cscas: Certificate[] = []
  const links: Certificate[] = []

  const turnTo = (at: string): void => { now = at; f.clock(at) }
  const file = (name: string, content: string | Uint8Array): string => { writeFileSync(join(f.folder, name), content); return name }
  const pem = (name: string, c: Certificate): string => file(name, wrapPem('CERTIFICATE', c.der))
  /** Whatever openssl says, also where it refuses. */
  const openssl = async (...args: readonly string[]): Promise<string> => {
    const { stdout, stderr } = await execute('openssl', args, { cwd: f.folder }).catch((error: unknown) => error as { readonly stdout: string; readonly stderr: string })
    return `${stdout}${stderr}`
  }
  const at = (): string => String(Math.floor(Date.parse(now) / 1_000))
  const health = async (): Promise<SignerHealth> => must(signer.line.call<SignerHealth>('GET', '/v1/health'))

  /** What the server fetches for its inspections, sorted as the inspection desk sorts it. */
  async function trust(): Promise<Trust> {
    const material = await fetchTrust({ hub: hub.line, clock: { now: () => new Date(now) } } as unknown as House)
    const texts = [...material!.csca, ...material!.links, ...material!.crls, material!.masterList]
    const { trust: sorted, unread } = await readTrust(texts.map((t, i) => ({ name: String(i), bytes: der(t) })), crypto)
    expect(unread).toEqual([])
    return sorted
  }

  /** A key made by two people, its request signed by the office, and what the national side answers. */
  async function certified(type: 'P-256' | 'rsa-3072'): Promise<Certified> {
    const { ceremony } = await must(people.hold({ kind: 'create-key', use: 'document', type }))
    const asked = await must(signer.line.call<CertificateRequestAnswer>('POST', '/v1/certificate-request', {}))
    expect(asked.keyId).toBe(ceremony.outcome['keyId'])
    file('request.der', der(asked.request))
    expect(await openssl('req', '-inform', 'DER', '-in', 'request.der', '-noout', '-verify')).toContain('verify OK')
    const { certificate, csca, links: way } = await must(hub.line.call<Certified>('POST', '/v1/ds', { office: OFFICE, request: asked.request, signature: asked.signature }))
    return { certificate, csca, links: way }
  }

  async function bring(c: Certified): Promise<Signer> {
    await must(people.hold({ kind: 'import-certificate', ...c }, [SHAN, OUYANG]))
    expect((await health()).ds?.certificate).toBe(c.certificate)
    signers.push({ certificate: parseCertificate(der(c.certificate))!, documents: [] })
    return signers.at(-1)!
  }

  let issued = 0
  /** So many documents in batches, each authorised by an act that was anchored before. */
  async function sign(by: Signer, count: number): Promise<void> {
    const wanted = Array.from({ length: count }, () => request(`SP${String((issued += 1)).padStart(7, '0')}`))
    await journal.authorise(...wanted)
    for (let from = 0; from < wanted.length; from += BATCH) {
      const some = wanted.slice(from, from + BATCH)
      const { answers } = await must(signer.line.call<{ answers: readonly ({ ok: true; value: SodAnswer } | { ok: false; error: object })[] }>('POST', '/v1/sods', { requests: some }, 60_000))
      for (const [i, answer] of answers.entries()) {
        if (!answer.ok) throw new Error(JSON.stringify(answer.error))
        expect(answer.value.signer).toBe(by.certificate.serial)
        by.documents.push({ r: some[i]!, sod: der(answer.value.sod) })
      }
    }
  }

  beforeAll(async () => {
    db = await testServer()
    f = partFolder(now)
    const token = softToken(f.folder, { label: 'office', pin: '4321' })
    hub = await startPart(f, 'hub', { env: { CAUSEWAY_DATABASE_URL: (await db.fresh()).ownerUrl } })
    operator = openLine(join(hub.dir, 'operator.sock'), 'hub')
    const settings = join(f.folder, 'settings.json')
    writeFileSync(settings, JSON.stringify(CHEAP))
    signer = await startPart(f, 'signer', { args: ['--settings', settings, '--custodians', 'people', '--pkcs11', SOFT_TOKEN!, '--token', 'office'], env: token.env })
    people = custodians(() => signer)
    journal = officeJournal(() => signer, () => now)
  })
  afterAll(async () => {
    await signer.stop()
    await hub.stop()
    await db.stop()
    f.remove()
  })

  it('three people are set up, two of whom must come; the office is registered with a code; a key is made in the token, certified and brought in', async () => {
    await must(people.found({ threshold: 2, pin: '4321' }))
    const { code } = await must(operator.call<{ code: string }>('POST', '/v1/office-codes', { office: OFFICE }))
    await must(hub.line.call('POST', '/v1/offices', { office: OFFICE, anchorKey: (await health()).anchorKey, code }))
    cscas.push(parseCertificate(der((await must(hub.line.call<{ csca: string }>('GET', '/v1/csca'))).csca))!)
    const first = await bring(await certified('P-256'))
    expect([kindOf(first.certificate), lintCertificate(first.certificate, { issuer: cscas[0]! })]).toEqual(['ds', []])
    expect((await health()).trying).toBe(false)
  })

  it('after a start nothing is signed until two different people have come', async () => {
    await signer.fell()
    const [r] = [request('SP0000001')]
    expect(refusalOf(await signer.line.call('POST', '/v1/sod', r))?.code).toBe('keys-not-activated')
    expect(refusalOf(await people.hold({ kind: 'activate' }, [WANG]))?.code).toBe('second-person-missing')
    expect(refusalOf(await people.hold({ kind: 'activate' }, [WANG, WANG]))?.code).toBe('same-person')
    expect((await health()).activated).toBe(false)
    await must(people.hold({ kind: 'activate' }, [WANG, OUYANG]))
    await sign(signers[0]!, 400)
  })

  it('it is renewed before its usage period ends: both are listed, the new one signs from its import on', async () => {
    const end = signers[0]!.certificate.privateKeyUsage!.to!
    turnTo(new Date(end.getTime() - 13 * 86_400_000).toISOString())
    const renewed = await certified('P-256')
    await sign(signers[0]!, 50) // the old one, until the new one is brought in
    const second = await bring(renewed)
    expect(second.certificate.privateKeyUsage!.from! < end).toBe(true)
    await sign(second, 250)
    const listed = await must(hub.line.call<readonly { serial: string; revokedAt?: string }[]>('GET', '/v1/certificates'))
    expect(listed.map((c) => [c.serial, c.revokedAt])).toEqual(signers.map((s) => [s.certificate.serial, undefined]))
    const keys = await must(signer.line.call<readonly SignerKey[]>('GET', '/v1/keys'))
    expect(keys.filter((k) => k.use === 'document').map((k) => k.state)).toEqual(['replaced', 'active'])
  })

  it('the national authority rolls over; the office takes the new one only because the old one vouches for it', async () => {
    await must(operator.call('POST', '/v1/csca/roll-over', { keyType: 'rsa-3072' }, 30_000))
    turnTo(new Date(Date.parse(now) + 2 * 86_400_000).toISOString())
    const lineage = await must(hub.line.call<{ generations: readonly { certificate: string }[]; links: readonly string[] }>('GET', '/v1/csca'))
    cscas.push(parseCertificate(der(lineage.generations[1]!.certificate))!)
    links.push(parseCertificate(der(lineage.links[0]!))!)
    expect([lintCertificate(cscas[1]!), kindOf(links[0]!), lintCertificate(links[0]!, { issuer: cscas[0]! })]).toEqual([[], 'link', []])
    const answer = await certified('rsa-3072')
    expect(answer.csca).toBe(base64(cscas[1]!.der))
    expect(refusalOf(await people.hold({ kind: 'import-certificate', certificate: answer.certificate, csca: answer.csca }))?.code).toBe('authority-unknown')
    await sign(await bring(answer), 300)
    expect((await health()).signatures).toBe(1_000)
  })

  it('a document of each generation is genuine; when one signer is revoked, exactly its documents are refused', async () => {
    const outcomes = async (): Promise<readonly string[]> => {
      const judge = inspector(await trust(), crypto)
      const found = new Set<string>()
      for (const [i, s] of signers.entries()) {
        for (const { r, sod } of s.documents) {
          const groups = Object.fromEntries(Object.entries(r.dataGroups).map(([n, b]) => [`DG${n}`, der(b)]))
          const com = encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups: Object.keys(r.dataGroups).map(Number) })
          const report = await judge.inspect({ ...groups, 'EF.COM': com, 'EF.SOD': sod }, { at: new Date(now), policy: 'field' })
          found.add(`${i + 1} ${report.verdict} ${report.checks.filter((c) => c.outcome === 'failed').map((c) => c.name).join()}`)
        }
      }
      return [...found]
    }
    const [first, second, third] = ['1 genuine ', '2 genuine ', '3 genuine ']
    expect(await outcomes()).toEqual([first, second, third])
    await must(operator.call('POST', '/v1/revocations', { serial: signers[1]!.certificate.serial, reason: 'key-compromise' }))
    expect(await outcomes()).toEqual([first, '2 faulty revocation', third])
  }, 90_000)

  /** What openssl, and not we, says of one certificate: that its issuer's key made the signature. */
  const signedBy = async (c: Certificate, issuer: Certificate): Promise<string> => {
    file('tbs', c.tbs)
    file('signature', c.signature)
    file('key.pem', await openssl('x509', '-in', pem('issuer.pem', issuer), '-noout', '-pubkey'))
    const pss = (s: Scheme): readonly string[] => (s.kind === 'rsa-pss' ? ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${s.salt}`] : [])
    return openssl('dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', ...pss(c.scheme), 'tbs')
  }

  it('openssl checks every certificate, and every chain whose curves have names: explicit ones it only reads', async () => {
    const [g1, g2] = cscas
    for (const [c, issuer] of [[g1!, g1!], [g2!, g2!], [links[0]!, g1!], [signers[0]!.certificate, g1!], [signers[1]!.certificate, g1!], [signers[2]!.certificate, g2!]] as const) {
      expect(await openssl('x509', '-in', pem('c.pem', c), '-noout', '-serial')).toContain(c.serial.toUpperCase())
      expect(await signedBy(c, issuer)).toContain('Verified OK')
      expect(await signedBy({ ...c, tbs: c.tbs.map((b, i) => (i === 40 ? b ^ 1 : b)) }, issuer)).toContain('Verification failure')
    }
    const crls = (await must(hub.line.call<{ crls: readonly string[] }>('GET', '/v1/crl'))).crls.map((t) => parseCrl(der(t))!)
    const list = file('newest.crl.pem', wrapPem('X509 CRL', crls[0]!.der))
    pem('g2.pem', g2!)
    const verified = async (s: Signer): Promise<string> => openssl('verify', '-partial_chain', '-attime', at(), '-CAfile', 'g2.pem', '-crl_check', '-CRLfile', list, pem('ds.pem', s.certificate))
    expect(await verified(signers[2]!)).toContain('ds.pem: OK')
    expect(await verified(signers[0]!)).toMatch(/unable to get local issuer certificate|verification failed/)
  })

  it('openssl checks every revocation list: by the newest key for all, and the same by the earlier key', async () => {
    const { crls } = await must(hub.line.call<{ crls: readonly string[] }>('GET', '/v1/crl'))
    const issuers = [cscas[1]!, cscas[0]!]
    expect(crls.length).toBe(2)
    for (const [i, text] of crls.entries()) {
      const l = parseCrl(der(text))!
      expect([lintCrl(l, issuers[i]), [...l.revoked.keys()]]).toEqual([[], [signers[1]!.certificate.serial]])
      const says = await openssl('crl', '-inform', 'DER', '-in', file('list.crl', l.der), '-noout', '-text', '-CAfile', pem('by.pem', issuers[i]!))
      expect(says).toContain('verify OK')
      expect(says.toLowerCase()).toContain(`serial number: ${signers[1]!.certificate.serial}`)
      expect(await openssl('crl', '-inform', 'DER', '-in', 'list.crl', '-noout', '-CAfile', pem('by.pem', issuers[1 - i]!))).not.toContain('verify OK')
    }
  })

  it('openssl checks the CMS of every one of the thousand EF.SOD, and of the master list with all generations and links', async () => {
    const folder = join(f.folder, 'sods')
    mkdirSync(folder)
    for (const { r, sod } of signers.flatMap((s) => s.documents)) writeFileSync(join(folder, `${r.documentNumber}.der`), contentInfoOf(sod))
    const script = 'ls *.der | xargs -P 2 -n 50 sh -c \'for f; do openssl cms -verify -noverify -inform DER -in "$f" -out "$f.content" 2>/dev/null && echo "$f"; done\' -'
    const { stdout } = await execute('sh', ['-c', script], { cwd: folder, maxBuffer: 1 << 20 })
    expect(stdout.trim().split('\n').length).toBe(1_000)
    for (const s of signers) {
      const { r } = s.documents.at(-1)!
      const content = readFileSync(join(folder, `${r.documentNumber}.der.content`))
      for (const group of Object.values(r.dataGroups)) expect(content.includes(Buffer.from(crypto.hash('SHA-256', der(group))))).toBe(true)
    }
    // the newest generation has no curve: openssl leads it to the root, and knows a changed byte
    const { r, sod } = signers[2]!.documents[0]!
    const chain = async (bytes: Uint8Array): Promise<string> => openssl('cms', '-verify', '-purpose', 'any', '-partial_chain', '-attime', at(), '-CAfile', 'g2.pem', '-inform', 'DER', '-in', file('one.der', bytes), '-out', 'one.content')
    expect(await chain(contentInfoOf(sod)), r.documentNumber).toContain('successful')
    expect(await chain(contentInfoOf(sod).map((b, i, all) => (i === all.length - 20 ? b ^ 1 : b)))).not.toContain('successful')

    const bytes = der((await must(hub.line.call<{ masterList: string }>('GET', '/v1/masterlist'))).masterList)
    const list = (await parseMasterList(bytes, crypto))!
    expect([lintList(list), new Set(list.certificates.map((c) => c.serial))]).toEqual([[], new Set([...cscas, ...links].map((c) => c.serial))])
    expect((await verifyList(list, await trust(), { at: new Date(now), crypto })).outcome).toBe('passed')
    expect(await openssl('cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', file('list.ml', bytes), '-out', 'list.content')).toContain('successful')
    for (const c of [...cscas, ...links]) expect(readFileSync(join(f.folder, 'list.content')).includes(Buffer.from(c.der))).toBe(true)
  }, 240_000)
})
