import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { openLine, type Line } from '@causeway/ground'
import { anchorHash, anchorText, GENESIS, linkEntry, type Anchor } from '@causeway/journal'
import { type Refusal, type Result } from '@causeway/kernel'
import { encodeSm2Spki, generateSm2Key, signSm2 } from '@causeway/national'
import { certificateRequestText, messageText, type AnchorAnswer, type CertificateRequestAnswer, type MessageRequest, type SignedMessage, type SignerHealth } from '@causeway/signing'
import fc from 'fast-check'
import { buildRequest, cscaDefects, dsDefects, isSignedBy, parseCertificate, parseCrl, parseMasterList, renderName, wrapPem } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testServer, type TestServer } from '../../../test/database.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { der, must, refusalOf } from '../../../test/signer-stage.ts'
import { revocationText, type RevocationReceipt } from './certification.ts'
import { receiptText, type Receipt } from './ledger.ts'

const crypto = nodeCrypto()
const OFFICE = '370699'
const TODAY = '2026-03-02T01:00:00.000Z'

let db: TestServer
let f: PartFolder
let hub: TestPart
let operator: Line
let signer: TestPart

const signed = async (m: Omit<MessageRequest, 'office'>): Promise<SignedMessage> => must(signer.line.call<SignedMessage>('POST', '/v1/message', { office: OFFICE, ...m }))
const deliver = async (m: unknown): Promise<Result<Receipt, Refusal>> => hub.line.call<Receipt>('POST', '/v1/messages', m)
const crl = async (query = '') => parseCrl(der((await must(hub.line.call<{ crl: string }>('GET', `/v1/crl${query}`))).crl))!
const csca = async () => parseCertificate(der((await must(hub.line.call<{ csca: string }>('GET', '/v1/csca'))).csca))!
const certify = async () => {
  const { request, signature } = await must(signer.line.call<CertificateRequestAnswer>('POST', '/v1/certificate-request', {}))
  return hub.line.call<{ certificate: string; csca: string; links: readonly string[]; documents: number }>('POST', '/v1/ds', { office: OFFICE, request, signature })
}
const openssl = (...args: readonly string[]): string => {
  const out = spawnSync('openssl', [...args], { encoding: 'utf8' })
  return out.stdout + out.stderr
}

const codeFor = async (office: string): Promise<string> => (await must(operator.call<{ code: string }>('POST', '/v1/office-codes', { office }))).code
const freshKey = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { privateKey, anchorKey: publicKey.export({ format: 'pem', type: 'spki' }) as string, spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })) }
}

/** An office whose key the test holds: for what our signer would never sign. */
async function freeOffice(office: string) {
  const { privateKey, anchorKey } = freshKey()
  const { keyId } = await must(hub.line.call<{ keyId: string }>('POST', '/v1/offices', { office, anchorKey, code: await codeFor(office) }))
  const by = (text: string): string => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex')
  return {
    keyId, by,
    message: (m: Omit<MessageRequest, 'office'>): SignedMessage => ({ office, ...m, keyId, signature: by(messageText({ office, ...m, keyId })) }),
    anchor: (a: Omit<Anchor, 'signature'>): Anchor => ({ ...a, signature: by(anchorText(a)) }),
  }
}

beforeAll(async () => {
  db = await testServer()
  const { ownerUrl } = await db.fresh()
  f = partFolder(TODAY)
  hub = await startPart(f, 'hub', { env: { CAUSEWAY_DATABASE_URL: ownerUrl } })
  operator = openLine(join(hub.dir, 'operator.sock'), 'hub')
  signer = await startPart(f, 'signer')
})
afterAll(async () => {
  await signer.stop()
  await hub.stop()
  await db.stop()
  f.remove()
})

describe('offices', () => {
  it('certifies nothing for an office that it does not know', async () => {
    expect(refusalOf(await certify())).toMatchObject({ code: 'office-unknown', details: { office: OFFICE } })
  })

  it('takes an office’s key with a code of the operator: its own, once, and in time', async () => {
    const { anchorKey } = await must(signer.line.call<SignerHealth>('GET', '/v1/health'))
    const register = async (more: object) => hub.line.call('POST', '/v1/offices', { office: OFFICE, anchorKey, ...more })
    const [code, foreign] = [await codeFor(OFFICE), await codeFor('110000')]
    expect(refusalOf(await register({}))).toMatchObject({ code: 'office-code-missing', details: { office: OFFICE } })
    for (const wrong of [foreign, 'AAAA-AAAA-AAAA-AAAA', `${code}2`]) expect(refusalOf(await register({ code: wrong }))?.code).toBe('office-code-wrong')
    f.clock('2026-03-09T01:00:01.000Z')
    expect(refusalOf(await register({ code }))?.code).toBe('office-code-wrong')
    f.clock(TODAY)
    const first = await must(register({ code: ` ${code.toLowerCase().replaceAll('-', ' ')}` })) // read out by telephone
    expect(await must(register({}))).toEqual(first)
    expect(refusalOf(await register({ anchorKey: freshKey().anchorKey }))?.code).toBe('office-has-another-key')
    expect(refusalOf(await register({ anchorKey: freshKey().anchorKey, code }))?.code).toBe('office-code-wrong') // used
    for (const none of ['no key', '-----BEGIN PUBLIC KEY-----\n!!\n-----END PUBLIC KEY-----']) expect(refusalOf(await register({ anchorKey: none, code }))?.code).toBe('anchor-key-malformed')
    expect(refusalOf(await hub.line.call('POST', '/v1/offices', { office: '1' }))).toMatchObject({ code: 'body-malformed', at: 'anchorKey' })
  })

  it('takes another key by a message that the key before signed, or by a new code; the former key then opens nothing', async () => {
    const [office, next, third] = [await freeOffice('moves'), freshKey(), freshKey()]
    const first = office.message({ number: 1, kind: 'permit-issued', body: '{}' })
    const receipt = await must(deliver(first))
    expect(refusalOf(await deliver(office.message({ number: 2, kind: 'office-key', body: '{"anchorKey":"none"}' })))?.code).toBe('anchor-key-malformed')
    await must(deliver(office.message({ number: 2, kind: 'office-key', body: JSON.stringify({ anchorKey: next.anchorKey }) })))
    expect(refusalOf(await deliver(office.message({ number: 3, kind: 'permit-issued', body: '{}' })))?.code).toBe('office-key-former')
    expect(await must(deliver(first))).toEqual(receipt) // its receipt was lost: it comes again as it was signed
    await must(hub.line.call('POST', '/v1/offices', { office: 'moves', anchorKey: next.anchorKey }))
    await must(hub.line.call('POST', '/v1/offices', { office: 'moves', anchorKey: third.anchorKey, code: await codeFor('moves') }))
    const keys = await must(hub.line.call<readonly { how: string; anchorKey: string }[]>('GET', '/v1/office-keys?office=moves'))
    expect(keys.map((k) => k.how)).toEqual(['code', 'message 2', 'code'])
    expect(keys.at(-1)?.anchorKey).toBe(third.anchorKey)
  })

  it('answers the operator alone in what is the operator’s', async () => {
    for (const path of ['/v1/office-codes', '/v1/csca/roll-over', '/v1/revocations', '/v1/settings', '/v1/deviations']) {
      expect(refusalOf(await hub.line.call('POST', path, {}))?.code).toBe('no-such-route')
      expect(refusalOf(await operator.call('POST', path, { reason: 1, keyType: 1 }))?.code).toMatch(/^(body|deviation)-malformed$/)
    }
  })
})

describe('certificates', () => {
  it('its CSCA is of the profile and signed by itself, and openssl reads it', async () => {
    const c = await csca()
    expect(cscaDefects(c)).toEqual([])
    expect(await isSignedBy(c, c, crypto)).toBe(true)
    expect(renderName(c.subject)).toContain('SPECIMEN')
    const file = join(f.folder, 'csca.pem')
    writeFileSync(file, wrapPem('CERTIFICATE', c.der))
    expect(openssl('x509', '-in', file, '-noout', '-text')).toMatch(/C ?= ?UT[\s\S]*CA:TRUE, pathlen:0/)
  })

  it('certifies the key of a request: profile, document type, usage period; the signer takes it', async () => {
    const answer = await must(certify())
    const ds = parseCertificate(der(answer.certificate))!
    expect(dsDefects(ds)).toEqual([])
    expect(await isSignedBy(ds, await csca(), crypto)).toBe(true)
    expect(ds.documentTypes).toEqual(['PO'])
    expect(ds.privateKeyUsage?.from?.toISOString()).toBe('2026-03-02T00:00:00.000Z')
    expect(Math.round((ds.privateKeyUsage!.to!.getTime() - ds.privateKeyUsage!.from!.getTime()) / 86_400_000)).toBe(92)
    expect(ds.notAfter.getTime() - ds.privateKeyUsage!.to!.getTime()).toBeGreaterThanOrEqual(5 * 365 * 86_400_000)
    const file = join(f.folder, 'ds.pem')
    writeFileSync(file, wrapPem('CERTIFICATE', ds.der))
    expect(openssl('x509', '-in', file, '-noout', '-text')).toMatch(/Digital Signature/)
    expect(await must(certify())).toEqual(answer) // the answer was lost, or asked for twice
    const { documents, ...material } = answer
    expect(documents).toBe(100_000)
    expect(await must(signer.line.call<SignerHealth>('POST', '/v1/certificate', material))).toMatchObject({ ready: true })
    expect((await must(certify())).certificate).not.toBe(answer.certificate) // the next key, its own certificate
  })

  it('certifies no request that proves no key, is of another State, or is none', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }))
    const by = async (country: string) => buildRequest({ country, organisation: 'X', commonName: 'DS', spki }, { sign: (m) => new Uint8Array(sign('sha256', m, privateKey)), hash: 'SHA-256' })
    const good = await by('UT')
    const spoiled = good.slice()
    spoiled[40]! ^= 1
    for (const request of [spoiled, await by('DE'), good.slice(0, 50), Uint8Array.of(1)]) {
      expect(refusalOf(await operator.call('POST', '/v1/ds', { office: OFFICE, request: Buffer.from(request).toString('base64') }))?.code).toBe('certificate-request-refused')
    }
  })

  it('certifies over the line only what the office’s key signed, for that use; what is carried in by hand the operator answers for', async () => {
    const [office, key] = [await freeOffice('careful'), freshKey()]
    const request = Buffer.from(await buildRequest({ country: 'UT', organisation: 'X', commonName: 'DS', spki: key.spki }, { sign: (m) => new Uint8Array(sign('sha256', m, key.privateKey)), hash: 'SHA-256' })).toString('base64')
    const ask = async (more: object) => hub.line.call<{ certificate: string }>('POST', '/v1/ds', { office: 'careful', request, ...more })
    for (const more of [{}, { signature: '0'.repeat(128) }, { signature: office.by(certificateRequestText('seal', request)) }, { office: 'twin', signature: office.by(certificateRequestText('document', request)) }]) {
      expect(refusalOf(await ask(more))?.code).toMatch(/^(request-signature|office-unknown)$/)
    }
    const { certificate } = await must(ask({ signature: office.by(certificateRequestText('document', request)) }))
    expect(await must(operator.call('POST', '/v1/ds', { office: 'careful', request }))).toMatchObject({ certificate })
    expect(refusalOf(await operator.call('POST', '/v1/seal-certificate', { office: 'careful', request }))).toMatchObject({ code: 'key-of-another-use', details: { use: 'document' } })
  })

  it('publishes a master list that its own signer made and that openssl verifies', async () => {
    const bytes = der((await must(hub.line.call<{ masterList: string }>('GET', '/v1/masterlist'))).masterList)
    const list = (await parseMasterList(bytes, crypto))!
    expect(list).toMatchObject({ signed: true, unread: [] })
    expect(list.certificates.map((c) => c.serial)).toEqual([(await csca()).serial])
    const file = join(f.folder, 'ml.der')
    writeFileSync(file, bytes)
    expect(() => execFileSync('openssl', ['cms', '-verify', '-noverify', '-binary', '-inform', 'DER', '-in', file, '-out', join(f.folder, 'ml.content')], { stdio: 'ignore' })).not.toThrow()
  })
})

describe('revocation', () => {
  it('one list in two days, another when asked for; numbers rise; openssl reads it', async () => {
    const first = await crl()
    expect((await crl()).number).toBe(first.number)
    const fresh = await Promise.all(Array.from({ length: 5 }, async () => crl('?fresh=yes')))
    expect(fresh.map((l) => l.number).sort()).toEqual([1, 2, 3, 4, 5].map((n) => first.number! + n))
    f.clock('2026-03-04T00:59:00.000Z')
    expect((await crl()).number).toBe(first.number! + 5)
    f.clock('2026-03-04T01:00:00.000Z')
    const next = await crl()
    expect(next.number).toBeGreaterThan(first.number! + 5)
    expect(next.thisUpdate).toEqual(new Date('2026-03-04T01:00:00.000Z'))
    expect(crypto.verify({ spki: (await csca()).spki, scheme: next.scheme, message: next.tbs, signature: next.signature })).toBe(true)
    f.clock(TODAY)
    const file = join(f.folder, 'crl.der')
    writeFileSync(file, next.der)
    expect(openssl('crl', '-inform', 'DER', '-in', file, '-noout', '-text')).toMatch(/No Revoked Certificates/)
  })

  it('a revoked certificate is in every list from then on, once, dated, with a signed receipt; an unknown one is refused', async () => {
    const [certificate] = await must(hub.line.call<readonly { serial: string; der: string }[]>('GET', '/v1/certificates'))
    const revoke = async (more: object) => operator.call<{ crl: string; receipt: RevocationReceipt }>('POST', '/v1/revocations', { serial: certificate!.serial, reason: 'key-compromise', ...more })
    expect(refusalOf(await revoke({ reason: 'bored' }))).toMatchObject({ code: 'body-malformed', at: 'reason' })
    expect(refusalOf(await revoke({ at: '2026-03-02T01:00:01Z' }))?.code).toBe('revocation-ahead')
    expect(refusalOf(await revoke({ at: '2026-03-01T23:59:59Z' }))?.code).toBe('revocation-before-issue')
    expect(refusalOf(await revoke({ serial: (await csca()).serial }))?.code).toBe('authority-in-use')
    const { crl: now, receipt } = await must(revoke({ at: '2026-03-02T00:30:00.000Z' }))
    expect([...parseCrl(der(now))!.revoked]).toEqual([[certificate!.serial, new Date('2026-03-02T00:30:00.000Z')]])
    const { signature, ...bare } = receipt
    const { publicKey } = await must(hub.line.call<{ publicKey: string }>('GET', '/v1/receipt-key'))
    expect(verify('sha256', Buffer.from(revocationText(bare)), { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'hex'))).toBe(true)
    expect(bare).toEqual({ serial: certificate!.serial, reason: 'key-compromise', revokedAt: '2026-03-02T00:30:00.000Z', recordedAt: TODAY })
    expect(refusalOf(await revoke({}))?.code).toBe('not-found')
    expect(refusalOf(await revoke({ serial: 'ff' }))?.code).toBe('not-found')
    await hub.fell()
    expect([...(await crl('?fresh=yes')).revoked.keys()]).toEqual([certificate!.serial])
    expect(await must(hub.line.call('GET', '/v1/certificates'))).toContainEqual(expect.objectContaining({ serial: certificate!.serial, reason: 'key-compromise' }))
  })
})

const permit = (n: number) => ({ number: n, kind: 'permit-issued', body: `{"permit":"SP${String(n).padStart(7, '0')}"}` })

describe('messages', () => {
  it('acknowledges each once: the same again, in parallel and after kill -9, gets the same signed receipt', async () => {
    const message = await signed(permit(1))
    const receipts = await Promise.all(Array.from({ length: 20 }, async () => must(deliver(message))))
    expect(new Set(receipts.map((r) => JSON.stringify(r))).size).toBe(1)
    await hub.fell()
    const again = await must(deliver(message))
    expect(again).toEqual(receipts[0])
    expect(again).toMatchObject({ office: OFFICE, number: 1, receipt: 3, receivedAt: TODAY })
    const { publicKey } = await must(hub.line.call<{ publicKey: string }>('GET', '/v1/receipt-key'))
    const { signature, ...bare } = again
    expect(verify('sha256', Buffer.from(receiptText(bare)), { key: createPublicKey(publicKey), dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'hex'))).toBe(true)
    expect(bare.contentHash).toBe(createHash('sha256').update(messageText(message)).digest('hex'))
  })

  it('refuses a gap, another content, a false signature, a stranger, an unknown kind', async () => {
    const second = await signed(permit(2))
    expect(refusalOf(await deliver(await signed(permit(3))))).toMatchObject({ code: 'message-gap', details: { expected: 2 } })
    expect(refusalOf(await deliver({ ...second, body: '{}' }))?.code).toBe('message-signature')
    expect(refusalOf(await deliver({ ...second, number: 1 }))?.code).toBe('message-signature')
    expect(refusalOf(await deliver({ ...second, office: '110000' }))?.code).toBe('office-unknown')
    expect(refusalOf(await deliver({ ...second, keyId: '0'.repeat(16) }))?.code).toBe('office-unknown')
    expect(refusalOf(await deliver(await signed({ number: 9, kind: 'gossip', body: '{}' })))?.code).toBe('message-malformed')
    expect((await must(deliver(second))).receipt).toBe(4)
  })

  it('refuses another content under a number that it has, though rightly signed', async () => {
    const twin = await freeOffice('twin')
    const by = (body: string): SignedMessage => twin.message({ number: 1, kind: 'permit-issued', body })
    const first = await must(deliver(by('{"a":1}')))
    expect(await must(deliver(by('{"a":1}')))).toEqual(first) // signed anew, the same content
    expect(refusalOf(await deliver(by('{"a":2}')))).toMatchObject({ code: 'message-differs', details: { number: 1 } })
  })

  it('takes messages and anchors of an office that went over to a key of SM2, and refuses them changed', async () => {
    const before = await freeOffice('national')
    const { secret, point } = generateSm2Key()
    const by = (text: string): string => Buffer.from(signSm2(secret, Buffer.from(text), { form: 'plain' })).toString('hex')
    await must(deliver(before.message({ number: 1, kind: 'office-key', body: JSON.stringify({ anchorKey: wrapPem('PUBLIC KEY', encodeSm2Spki(point)) }) })))
    const { keyId } = (await must(hub.line.call<readonly { keyId: string }[]>('GET', '/v1/office-keys?office=national'))).at(-1)!
    const message = (number: number, kind: string, body: string): SignedMessage => {
      const bare = { office: 'national', number, kind, body, keyId }
      return { ...bare, signature: by(messageText(bare)) }
    }
    const second = message(2, 'permit-issued', '{"a":1}')
    expect(refusalOf(await deliver({ ...second, body: '{"a":2}' }))?.code).toBe('message-signature')
    expect(refusalOf(await deliver({ ...second, signature: before.by(messageText(second)) }))?.code).toBe('message-signature')
    expect(await must(deliver(second))).toMatchObject({ office: 'national', number: 2 })
    const bare = { office: 'national', number: 1, fromSeq: 1, toSeq: 5, head: 'a'.repeat(64), previous: GENESIS, at: TODAY, keyId }
    const anchor = { ...bare, signature: by(anchorText(bare)) }
    expect(refusalOf(await deliver(message(3, 'anchor', JSON.stringify({ ...anchor, head: 'b'.repeat(64) }))))).toMatchObject({ code: 'anchor-unfit' })
    await must(deliver(message(3, 'anchor', JSON.stringify(anchor))))
    expect(await must(hub.line.call('GET', '/v1/witness?office=national'))).toEqual([anchor])
  })

  it('no body makes it fall', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom('/v1/messages', '/v1/ds', '/v1/offices', '/v1/revocations', '/v1/office-codes', '/v1/settings', '/v1/deviations', '/v1/seal-certificate'), fc.jsonValue(), async (path, body) => {
      expect(refusalOf(await operator.call('POST', path, body))?.code).toMatch(/^(message|body|deviation)-malformed$/)
    }), { numRuns: 80, seed: 5 })
  })
})

describe('the witness', () => {
  it('keeps what the signer anchored', async () => {
    const entry = linkEntry({ office: OFFICE, at: '2026-03-01T00:00:00.000Z', actor: 'a', role: 'clerk', act: 'x', request: 'r', kind: 'unit', stream: 'u', version: 1, event: 'e', body: '{}' }, { seq: 0, hash: GENESIS })
    const { anchor } = await must(signer.line.call<AnchorAnswer>('POST', '/v1/anchor', { office: OFFICE, entries: [entry] }))
    await must(deliver(await signed(permit(3))))
    await must(deliver(await signed({ number: 4, kind: 'anchor', body: JSON.stringify(anchor) })))
    expect(await must(hub.line.call('GET', `/v1/witness?office=${OFFICE}`))).toEqual([anchor])
    expect(await must(hub.line.call('GET', '/v1/witness?office=nobody'))).toEqual([])
  })

  it('takes no anchor that does not continue those that it has, however well the message is signed', async () => {
    const liar = await freeOffice('liar')
    const bare = { office: 'liar', number: 1, fromSeq: 1, toSeq: 5, head: 'a'.repeat(64), previous: GENESIS, at: TODAY, keyId: liar.keyId }
    const one = liar.anchor(bare)
    const send = async (number: number, body: unknown) => deliver(liar.message({ number, kind: 'anchor', body: JSON.stringify(body) }))
    const unfit: readonly (readonly [string, unknown])[] = [
      ['no anchor', { no: 'anchor' }], ['no anchor', null], ['another office', liar.anchor({ ...bare, office: 'twin' })], ['signature', { ...one, head: 'b'.repeat(64) }],
      ['signature', liar.anchor({ ...bare, keyId: '0'.repeat(16) })], ['does not follow', liar.anchor({ ...bare, number: 2 })],
      ['does not follow', liar.anchor({ ...bare, previous: 'b'.repeat(64) })], ['range', liar.anchor({ ...bare, fromSeq: 2 })], ['range', liar.anchor({ ...bare, fromSeq: 3, toSeq: 2 })],
    ]
    for (const [why, body] of unfit) expect(refusalOf(await send(1, body))).toMatchObject({ code: 'anchor-unfit', details: { why: expect.stringContaining(why) as string } })
    await must(send(1, one))
    const next = { ...bare, number: 2, fromSeq: 6, toSeq: 9, previous: anchorHash(one) }
    for (const body of [one, liar.anchor({ ...next, fromSeq: 5 }), liar.anchor({ ...next, previous: GENESIS }), liar.anchor({ ...next, number: 3 })]) expect(refusalOf(await send(2, body))?.code).toBe('anchor-unfit')
    await must(send(2, liar.anchor(next)))
    expect((await must(hub.line.call<readonly Anchor[]>('GET', '/v1/witness?office=liar'))).map((x) => x.number)).toEqual([1, 2])
  })
})
