import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { isAnchorSigned, linkEntry, parseAnchorKeys, GENESIS, anchorHash, type Entry } from '@causeway/journal'
import { openLine, parsePlace } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'
import { SIGNER_RULES, type AnchorAnswer, type CertificateRequestAnswer, type SignedMessage, type SignerKey, type SodAnswer, type SodRequest } from '@causeway/signing'
import fc from 'fast-check'
import { contentInfoOf, encodeDg1, wrapPem, type Certificate } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { partFolder, type PartFolder, type TestPart } from '../../../test/part.ts'
import { base64, der, nationalSide, OFFICE, must, refusalOf, request, signerStage, TODAY, zone, type NationalSide, type SignerStage } from '../../../test/signer-stage.ts'
import { openBook } from './book.ts'
import { checkDg1 } from './document.ts'

const crypto = nodeCrypto()

let f: PartFolder
let stage: SignerStage
let part: TestPart
let faults: string
let national: NationalSide
let ds: Certificate
const { sod, ask, bring, requestKey, health } = {
  sod: async (r: SodRequest) => stage.sod(r), ask: async <T>(path: string, body: unknown) => stage.ask<T>(path, body), bring: async (c: Certificate, csca?: Certificate) => stage.bring(c, csca),
  requestKey: async () => stage.requestKey(), health: async () => stage.health(),
}

function chain(n: number, office = OFFICE): readonly Entry[] {
  const entries: Entry[] = []
  for (let i = 0; i < n; i++) {
    const head = entries.at(-1) ?? { seq: 0, hash: GENESIS }
    entries.push(linkEntry({ office, at: `2026-03-01T00:00:${String(i).padStart(2, '0')}.000Z`, actor: 'a', role: 'clerk', act: 'x', request: `r${i}`, kind: 'unit', stream: `u${i % 3}`, version: Math.floor(i / 3) + 1, event: 'unit-registered', body: '{}' }, head))
  }
  return entries
}

beforeAll(async () => {
  f = partFolder(TODAY)
  faults = join(f.folder, 'point')
  stage = await signerStage(f, { args: ['--faults', faults] })
  ;({ part, national } = stage)
})
afterAll(async () => { await part.stop(); f.remove() })

describe('certificates', () => {
  it('says in words that it has none, and signs nothing', async () => {
    expect((await health())).toMatchObject({ ready: false, says: [{ zh: '尚无签发证书', en: 'no document signer certificate yet' }], signatures: 0 })
    expect(refusalOf(await ask('/v1/sod', request('SP0000001')))).toEqual({ code: 'no-certificate', rule: SIGNER_RULES['no-certificate'], details: {} })
  })

  it('asks with a PKCS#10 request that openssl finds good, for the same key until it is certified', async () => {
    const [a, b] = [await ask<CertificateRequestAnswer>('/v1/certificate-request', {}), await ask<CertificateRequestAnswer>('/v1/certificate-request', {})]
    if (!a.ok || !b.ok) throw new Error('refused')
    expect(a.value.keyId).toBe(b.value.keyId)
    const file = join(f.folder, 'request.der')
    writeFileSync(file, der(a.value.request))
    const out = spawnSync('openssl', ['req', '-inform', 'DER', '-in', file, '-verify', '-noout', '-text'], { encoding: 'utf8' })
    expect(out.stderr + out.stdout).toMatch(/verify OK/i)
    expect(out.stdout).toMatch(/C\s*=\s*UT/)
  })

  it('takes none that is for another key, signed by another, over, or unreadable', async () => {
    const [mine, other] = [await requestKey(), new Uint8Array(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ format: 'der', type: 'spki' }))]
    const rogue = await nationalSide()
    const good = await national.certify(mine)
    const spoiled = good.der.slice()
    spoiled[spoiled.length - 3]! ^= 1
    const table: readonly (readonly [string, Uint8Array, Uint8Array, string])[] = [
      ['another key', (await national.certify(other)).der, national.csca.der, 'for no key'],
      ['another authority of the same name', (await rogue.certify(mine)).der, national.csca.der, 'did not sign'],
      ['a changed signature', spoiled, national.csca.der, 'did not sign'],
      ['an authority that is none', good.der, good.der, 'did not sign'],
      ['a usage period that is over', (await national.certify(mine, { use: ['2025-01-01', '2025-04-01'] })).der, national.csca.der, 'over'],
      ['not valid yet', (await national.certify(mine, { use: ['2026-04-01', '2026-07-01'] })).der, national.csca.der, 'not valid today'],
      ['not valid any more', (await national.certify(mine, { use: ['2025-04-01', '2026-07-01'], valid: ['2025-04-01', '2026-01-01'] })).der, national.csca.der, 'not valid today'],
      ['no document type', national.without(good, '060767810801010602'), national.csca.der, 'no document type list'],
      ['no certificate', Uint8Array.of(0x30, 1, 2), national.csca.der, 'cannot be read'],
    ]
    for (const [what, certificate, csca, why] of table) {
      const refusal = refusalOf(await ask('/v1/certificate', { certificate: base64(certificate), csca: base64(csca) }))
      expect([what, refusal?.code, String(refusal?.details?.['why'])]).toEqual([what, 'certificate-unfit', expect.stringContaining(why)])
    }
    expect((await health()).ready).toBe(false)
  })

  it('takes the one that fits, and then no other authority', async () => {
    ds = await national.certify(await requestKey())
    expect(await bring(ds, national.csca)).toMatchObject({ ok: true, value: { ready: true, says: [{ en: 'ready to sign' }], ds: { serial: ds.serial } } })
    expect(await bring(ds, national.csca)).toMatchObject({ ok: true })
    const rogue = await nationalSide()
    expect(refusalOf(await bring(await rogue.certify(await requestKey()), rogue.csca))?.code).toBe('authority-unknown')
    const keys = await part.line.call<readonly SignerKey[]>('GET', '/v1/keys')
    expect(keys.ok && keys.value.map((k) => `${k.use} ${k.state}`).sort()).toEqual(['anchor active', 'document active', 'document waiting'])
  })
})

describe('documents', () => {
  it('signs what openssl verifies with the certificate, and what holds the hashes', async () => {
    const answer = await sod(request('SP0000001'))
    expect(answer).toMatchObject({ signer: ds.serial, counter: 1 })
    const [file, certificate] = [join(f.folder, 'sod.der'), join(f.folder, 'ds.pem')]
    writeFileSync(file, contentInfoOf(der(answer.sod))!)
    writeFileSync(certificate, wrapPem('CERTIFICATE', ds.der))
    const content = execFileSync('openssl', ['cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', file, '-certfile', certificate], { stdio: ['ignore', 'pipe', 'ignore'] })
    for (const group of Object.values(request('SP0000001').dataGroups)) {
      expect(content.includes(Buffer.from(crypto.hash('SHA-256', der(group))))).toBe(true)
    }
  })

  it('answers the same request with the same bytes: again, on a new blank, after kill -9', async () => {
    const first = await sod(request('SP0000001'))
    const swapped = request('SP0000001')
    expect(await sod({ ...swapped, dataGroups: Object.fromEntries(Object.entries(swapped.dataGroups).reverse()), authority: { ...swapped.authority, version: 9 } })).toEqual(first)
    await part.fell()
    expect(await sod(request('SP0000001'))).toEqual(first)
  })

  it('fifty askers of one request get one signature', async () => {
    await stage.journal.authorise(request('SP0000002'))
    const answers = await Promise.all(Array.from({ length: 50 }, async () => ask<SodAnswer>('/v1/sod', request('SP0000002'))))
    expect(new Set(answers.map((a) => (a.ok ? a.value.sod : a.error.code))).size).toBe(1)
    expect((await health()).signatures).toBe(2)
  })

  it('signs a number again for a later attempt of the same act, and then no earlier one', async () => {
    const of = (attempt: number, version: number) => request('SP0000033', { requestId: `job:33:${attempt}`, authority: { kind: 'job', id: '33', version } })
    const before = (await health()).signatures
    await sod(of(1, 4))
    expect(refusalOf(await ask('/v1/sod', of(2, 4)))?.code).toBe('number-signed-before')
    await sod(of(2, 9))
    expect(refusalOf(await ask('/v1/sod', of(3, 8)))?.code).toBe('number-signed-before')
    expect((await health()).signatures).toBe(before + 2)
    await part.fell()
    expect(refusalOf(await ask('/v1/sod', of(3, 8)))?.code).toBe('number-signed-before')
    expect((await health()).signatures).toBe(before + 2)
  })

  it('no body makes it fall or sign', async () => {
    const before = (await health()).signatures
    const parts = fc.oneof(fc.json(), fc.constant('{"requestId":{}}'), fc.record({ requestId: fc.string(), dataGroups: fc.dictionary(fc.string(), fc.jsonValue()) }).map((x) => JSON.stringify(x)))
    await fc.assert(fc.asyncProperty(fc.constantFrom('/v1/sod', '/v1/anchor', '/v1/message', '/v1/certificate'), parts, async (path, text) => {
      const refusal = refusalOf(await ask(path, JSON.parse(text)))
      expect(refusal?.code).toBe('request-malformed')
    }), { numRuns: 150, seed: 11 })
    expect((await health()).signatures).toBe(before)
  })

  it('no change of one byte of DG1 passes, but of what only the case knows: name, nationality, sex, optional data', () => {
    const good = encodeDg1(zone('SP0000009'))
    const asked = request('SP0000009')
    const isFree = (at: number): boolean => {
      const [line, column] = [Math.floor((at - 5) / 44), (at - 5) % 44]
      return at >= 5 && ((line === 0 && column >= 5) || (line === 1 && ((column >= 10 && column <= 12) || column === 20 || (column >= 28 && column <= 42))))
    }
    const passed: string[] = []
    for (let at = 0; at < good.length; at++) {
      if (isFree(at)) continue
      for (let mask = 1; mask < 256; mask++) {
        const changed = good.slice()
        changed[at]! ^= mask
        if (checkDg1(asked, changed).ok) passed.push(`${at}^${mask}`)
      }
    }
    expect(checkDg1(asked, good).ok).toBe(true)
    expect(passed).toEqual([])
  })
})

describe('kill -9', () => {
  it.each(['job.signed:before-sign', 'job.signed:after-sign', 'job.signed:after-record'])('at %s: the same request is signed once and gets the same bytes', async (point) => {
    for (const n of [1, 2]) {
      const number = `SK${String(['before-sign', 'after-sign', 'after-record'].indexOf(point.split(':')[1]!) * 2 + n).padStart(7, '0')}`
      const before = (await health()).signatures
      await stage.journal.authorise(request(number))
      writeFileSync(faults, point)
      chmodSync(faults, 0o666)
      const lost = ask('/v1/sod', request(number))
      for (const end = Date.now() + 10_000; !existsSync(`${faults}.hit`); await new Promise((r) => { setTimeout(r, 5) })) if (Date.now() > end) throw new Error('nobody came')
      process.kill(part.pid()!, 'SIGKILL')
      rmSync(`${faults}.hit`, { force: true })
      expect(refusalOf(await lost)?.code).toBe('part-unreachable')
      await part.up()
      const recorded = (await health()).signatures - before
      expect(recorded).toBe(point.endsWith('after-record') ? 1 : 0)
      const first = await sod(request(number))
      expect(await sod(request(number))).toEqual(first)
      expect((await health()).signatures).toBe(before + 1)
    }
  })

  it('the counter is the number of lines in its journal', async () => {
    const page = await must(part.line.call<{ lines: readonly { seq: number; hash: string; json: string }[] }>('GET', '/v1/journal?limit=1000'))
    const sods = page.lines.map((l) => JSON.parse(l.json) as { kind: string; requestId: string; keyId: string }).filter((l) => l.kind === 'sod')
    expect(sods.length).toBe((await health()).signatures)
    expect(new Set(sods.map((l) => l.requestId)).size).toBe(sods.length)
    const keys = await must(part.line.call<readonly SignerKey[]>('GET', '/v1/keys'))
    expect(keys.find((k) => k.id === sods[0]!.keyId)).toMatchObject({ documents: sods.length, uses: sods.length + 1 }) // and its own request for a certificate
    let head = ''
    for (const l of page.lines) {
      head = createHash('sha256').update(`${head}\n${l.json}`).digest('hex')
      expect(l.hash).toBe(head)
    }
  })
})

describe('anchors and messages', () => {
  const entries = chain(20)
  let f2: PartFolder
  let own: SignerStage
  const ask = async <T>(path: string, body: unknown): Promise<Result<T, Refusal>> => own.ask<T>(path, body)
  beforeAll(async () => { f2 = partFolder(TODAY); own = await signerStage(f2, { national }) })
  afterAll(async () => { await own.stop(); f2.remove() })
  const anchor = async (list: readonly Entry[], office = OFFICE): Promise<Result<AnchorAnswer, Refusal>> => ask('/v1/anchor', { office, entries: list })
  const anchored = async (list: readonly Entry[]) => {
    const a = await anchor(list)
    if (!a.ok) throw new Error(JSON.stringify(a.error))
    return a.value.anchor
  }

  it('refuses a chain that does not begin at the first entry, or is not whole', async () => {
    expect(refusalOf(await anchor(entries.slice(1)))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor([]))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor(entries.filter((e) => e.seq !== 4)))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor(entries.map((e) => (e.seq === 7 ? { ...e, body: '{"x":1}' } : e))))).toMatchObject({ code: 'chain-broken', details: { seq: 7 } })
    expect(refusalOf(await anchor(entries.map((e) => (e.seq === 2 ? { ...e, hash: 'x' } : e))))).toMatchObject({ code: 'request-malformed', at: 'entries.1.hash' })
  })

  it('numbers and chains anchors, and gives the same one for the same range, across kill -9', async () => {
    const key = parseAnchorKeys((await own.health()).anchorKey)[0]!
    const first = await anchored(entries.slice(0, 8))
    expect(first).toMatchObject({ number: 1, fromSeq: 1, toSeq: 8, head: entries[7]!.hash, previous: GENESIS })
    expect(isAnchorSigned(first, key)).toBe(true)
    expect(refusalOf(await anchor(chain(3, '110000'), '110000'))?.code).toBe('other-office')
    await own.part.fell()
    expect(await anchored(entries.slice(0, 8))).toEqual(first)
    const second = await anchored(entries.slice(8, 15))
    expect(second).toMatchObject({ number: 2, fromSeq: 9, toSeq: 15, previous: anchorHash(first) })
    expect(isAnchorSigned(second, key)).toBe(true)
  })

  it('gives the anchor that was missed to a server whose journal has grown since, then the rest', async () => {
    const missed = await anchored(entries.slice(8, 20))
    expect(missed).toMatchObject({ number: 2, toSeq: 15 })
    expect(await anchored(entries.slice(15, 20))).toMatchObject({ number: 3, fromSeq: 16, toSeq: 20 })
  })

  it('never signs a second history: a rewritten tail, a gap, a shorter journal', async () => {
    const other = linkEntry({ ...entries[15]!, body: '{"other":1}' }, entries[14]!)
    expect(refusalOf(await anchor([other]))?.code).toBe('chain-broken')
    const more = chain(24)
    expect(refusalOf(await anchor(more.slice(21)))?.code).toBe('chain-broken')
    expect(refusalOf(await anchor(entries.slice(0, 5)))?.code).toBe('chain-broken')
    expect((await anchored(more.slice(20))).number).toBe(4)
  })

  it('signs a message number for one content only, across kill -9', async () => {
    const message = { office: OFFICE, number: 1, kind: 'permit-issued', body: '{"permit":"SP0000001"}' }
    const first = await ask<SignedMessage>('/v1/message', message)
    expect(first.ok).toBe(true)
    await own.part.fell()
    expect(await ask('/v1/message', message)).toEqual(first)
    expect(refusalOf(await ask('/v1/message', { ...message, body: '{}' }))).toMatchObject({ code: 'message-differs', details: { number: 1 } })
    expect(refusalOf(await ask('/v1/message', { ...message, office: '110000', number: 2 }))?.code).toBe('other-office')
    expect(refusalOf(await ask('/v1/message', { ...message, number: 0 }))).toMatchObject({ code: 'request-malformed', at: 'number' })
  })
})

describe('custody', () => {
  it('keeps keys in a closed folder, encrypted, and never in log or answers', async () => {
    expect(statSync(part.dir).mode & 0o777).toBe(0o700)
    for (const name of ['custody.json', 'demonstration-1.secret', 'demonstration-2.secret', 'journal.db']) expect(statSync(join(part.dir, name)).mode & 0o077).toBe(0)
    const sealed = readFileSync(join(part.dir, 'custody.json'))
    const pkcs8 = Buffer.from('308187020100301306072a8648ce3d0201', 'hex') // how every P-256 private key begins
    expect(sealed.includes(pkcs8) || sealed.includes('PRIVATE') || sealed.includes('pkcs8')).toBe(false)
    const said = readFileSync(part.log, 'utf8') + JSON.stringify([await part.line.call('GET', '/v1/keys'), await health()])
    expect(said).not.toMatch(/PRIVATE|pkcs8|MIGHAgEA/)
  })

  it.runIf(process.getuid?.() === 0)('another user of the machine can neither list the folder nor speak at the socket', () => {
    const probe = (script: string): string => spawnSync(process.execPath, ['-e', `process.setgroups([65534]);process.setgid(65534);process.setuid(65534);${script}`], { encoding: 'utf8', cwd: '/' }).stdout // root is laid down inside: the checkout may be closed to others
    chmodSync(f.folder, 0o711)
    for (const file of ['custody.json', 'demonstration-1.secret', 'demonstration-2.secret', 'journal.db']) {
      expect(probe(`try{require('fs').readFileSync(${JSON.stringify(join(part.dir, file))});console.log('read')}catch(e){console.log(e.code)}`).trim()).toBe('EACCES')
    }
    expect(probe(`require('net').connect(${JSON.stringify(part.socket)}).on('error',e=>console.log(e.code)).on('connect',()=>{console.log('in');process.exit()})`).trim()).toBe('EACCES')
  })
})

describe('its journal', () => {
  const line = (n: number) => ({ kind: 'message', office: OFFICE, number: n, contentHash: 'c', signature: 's', at: TODAY, keyId: 'k' }) as const
  const written = () => {
    const folder = partFolder(TODAY)
    const book = openBook(folder.folder)
    book.write([line(1), line(2)])
    book.write([line(3)])
    book.close()
    return folder
  }

  it('finds what was written: by name, by what it is about, by key; again after it was closed', () => {
    const folder = written()
    const book = openBook(folder.folder)
    expect([book.find('message', `${OFFICE}/2`), book.find('message', `${OFFICE}/9`), book.lastAbout('message', OFFICE)]).toEqual([line(2), undefined, line(3)])
    expect([book.count('message'), book.uses('k'), book.uses('x'), book.newest()]).toEqual([3, 3, 0, TODAY])
    book.close()
    folder.remove()
  })

  it('writes all lines of an act or none', () => {
    const folder = written()
    const book = openBook(folder.folder)
    expect(() => { book.write([line(4), line(2)]) }).toThrow()
    expect(() => { book.write([line(5)]) }).toThrow(/until a restart/)
    book.close()
    const again = openBook(folder.folder)
    expect(again.count('message')).toBe(3)
    again.write([line(4)])
    again.close()
    folder.remove()
  })

  it.each([
    ['a changed line', `update line set json = replace(json, '"number":2', '"number":7') where seq = 2`],
    ['a changed hash', `update line set hash = replace(hash, substr(hash, 1, 1), 'x') where seq = 1`],
    ['a line taken away', 'delete from line where seq = 2'],
    ['the last lines under other numbers', 'update line set seq = seq + 10 where seq > 1'],
    ['a name that is not the line’s', `update line set name = 'x' where seq = 3`],
    ['a key that is not the line’s', 'update line set key = null where seq = 3'],
  ])('stops at %s', (_, sql) => {
    const folder = written()
    const db = new DatabaseSync(join(folder.folder, 'journal.db'))
    expect(() => { db.exec(sql) }).toThrow(/never/)
    db.exec('drop trigger line_stays; drop trigger line_remains')
    db.exec(sql)
    db.close()
    expect(() => openBook(folder.folder)).toThrow(/was changed at line/)
    folder.remove()
  })

  it('is held by one process only', () => {
    const folder = written()
    const book = openBook(folder.folder)
    book.write([line(8)])
    expect(() => openBook(folder.folder)).toThrow(/locked/)
    book.close()
    folder.remove()
  })

  it('takes over the lines of a journal of version 0.1, and stops at one that was changed', () => {
    const folder = partFolder(TODAY)
    const file = join(folder.folder, 'signer.journal')
    let head = ''
    const text = [line(1), line(2)].map((l) => { head = createHash('sha256').update(`${head}\n${JSON.stringify(l)}`).digest('hex'); return `${head} ${JSON.stringify(l)}\n` }).join('')
    writeFileSync(file, text.replace('"number":1', '"number":6'))
    expect(() => openBook(folder.folder)).toThrow(/was changed at byte/)
    rmSync(join(folder.folder, 'journal.db'))
    writeFileSync(file, text)
    const book = openBook(folder.folder)
    expect(book.all('message')).toEqual([line(1), line(2)])
    expect(existsSync(file)).toBe(false)
    book.close()
    folder.remove()
  })
})

describe('on a machine of its own', () => {
  it('answers the same over TLS to the server it knows, and to nobody else', async () => {
    const folder = partFolder(TODAY)
    const at = (name: string): string => join(folder.folder, name)
    const openssl = (...args: readonly string[]): void => { execFileSync('openssl', args, { stdio: 'ignore' }) }
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('ca.key'), '-subj', '/CN=House', '-days', '2', '-out', at('ca.pem'))
    writeFileSync(at('ext'), 'subjectAltName=IP:127.0.0.1\n')
    for (const name of ['signer', 'server', 'other']) {
      openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at(`${name}.key`), '-subj', `/CN=${name}`, '-out', at('csr'))
      openssl('x509', '-req', '-in', at('csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('ext'), '-out', at(`${name}.pem`))
    }
    const port = 20_000 + Math.floor(Math.random() * 20_000)
    const s = await signerStage(folder, { args: ['--listen', `127.0.0.1:${port}`, '--tls-key', at('signer.key'), '--tls-certificate', at('signer.pem'), '--tls-authority', at('ca.pem'), '--callers', 'server'] })
    const from = (name: string) => openLine(parsePlace(`tls://127.0.0.1:${port}?key=${at(`${name}.key`)}&certificate=${at(`${name}.pem`)}&authority=${at('ca.pem')}`), 'signer')
    expect(await from('server').call('GET', '/v1/health')).toEqual({ ok: true, value: await s.health() })
    expect(refusalOf(await from('server').call('POST', '/v1/sod', request('SP0000001')))?.code).toBe('no-certificate')
    expect(refusalOf(await from('other').call('GET', '/v1/health'))?.code).toBe('caller-unknown')
    await s.stop()
    folder.remove()
  })
})
