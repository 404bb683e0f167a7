import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { anchorHash, anchorText, GENESIS, linkEntry, type Anchor } from '@causeway/journal'
import { type Refusal, type Result } from '@causeway/kernel'
import { messageText, type AnchorAnswer, type CertificateRequestAnswer, type MessageRequest, type SignedMessage, type SignerHealth } from '@causeway/signing'
import fc from 'fast-check'
import { buildRequest, cscaDefects, dsDefects, isSignedBy, parseCertificate, parseCrl, parseMasterList, renderName, wrapPem } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { testServer, type TestServer } from '../../../test/database.ts'
import { partFolder, startPart, type PartFolder, type TestPart } from '../../../test/part.ts'
import { receiptText, type Receipt } from './ledger.ts'

const crypto = nodeCrypto()
const OFFICE = '370699'
const TODAY = '2026-03-02T01:00:00.000Z'
const der = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))
const refusalOf = (r: Result<unknown, Refusal>): Refusal | undefined => (r.ok ? undefined : r.error)

let db: TestServer
let f: PartFolder
let hub: TestPart
let signer: TestPart

async function must<T>(asked: Promise<Result<T, Refusal>>): Promise<T> {
  const r = await asked
  if (!r.ok) throw new Error(JSON.stringify(r.error))
  return r.value
}
const signed = async (m: Omit<MessageRequest, 'office'>): Promise<SignedMessage> => must(signer.line.call<SignedMessage>('POST', '/v1/message', { office: OFFICE, ...m }))
const deliver = async (m: unknown): Promise<Result<Receipt, Refusal>> => hub.line.call<Receipt>('POST', '/v1/messages', m)
const crl = async (query = '') => parseCrl(der((await must(hub.line.call<{ crl: string }>('GET', `/v1/crl${query}`))).crl))!
const csca = async () => parseCertificate(der((await must(hub.line.call<{ csca: string }>('GET', '/v1/csca'))).csca))!
const certify = async () => {
  const { request } = await must(signer.line.call<CertificateRequestAnswer>('POST', '/v1/certificate-request', {}))
  return hub.line.call<{ certificate: string; csca: string }>('POST', '/v1/ds', { office: OFFICE, request })
}
const openssl = (...args: readonly string[]): string => {
  const out = spawnSync('openssl', [...args], { encoding: 'utf8' })
  return out.stdout + out.stderr
}

/** An office whose key the test holds: for what our signer would never sign. */
async function freeOffice(office: string) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const { keyId } = await must(hub.line.call<{ keyId: string }>('POST', '/v1/offices', { office, anchorKey: publicKey.export({ format: 'pem', type: 'spki' }) }))
  const by = (text: string): string => sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('hex')
  return {
    keyId,
    message: (m: Omit<MessageRequest, 'office'>): SignedMessage => ({ office, ...m, keyId, signature: by(messageText({ office, ...m, keyId })) }),
    anchor: (a: Omit<Anchor, 'signature'>): Anchor => ({ ...a, signature: by(anchorText(a)) }),
  }
}

beforeAll(async () => {
  db = await testServer()
  const { ownerUrl } = await db.fresh()
  f = partFolder(TODAY)
  hub = await startPart(f, 'hub', { env: { CAUSEWAY_DATABASE_URL: ownerUrl } })
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

  it('knows an office by its key from the first time on, and no other key after that', async () => {
    const { anchorKey } = await must(signer.line.call<SignerHealth>('GET', '/v1/health'))
    const first = await must(hub.line.call('POST', '/v1/offices', { office: OFFICE, anchorKey }))
    expect(await must(hub.line.call('POST', '/v1/offices', { office: OFFICE, anchorKey }))).toEqual(first)
    const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).publicKey.export({ format: 'pem', type: 'spki' })
    expect(refusalOf(await hub.line.call('POST', '/v1/offices', { office: OFFICE, anchorKey: other }))?.code).toBe('office-has-another-key')
    expect(refusalOf(await hub.line.call('POST', '/v1/offices', { office: '1', anchorKey: 'no key' }))?.code).toBe('anchor-key-malformed')
    expect(refusalOf(await hub.line.call('POST', '/v1/offices', { office: '1' }))).toMatchObject({ code: 'body-malformed', at: 'anchorKey' })
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
    expect(await must(signer.line.call<SignerHealth>('POST', '/v1/certificate', answer))).toMatchObject({ ready: true })
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
      expect(refusalOf(await hub.line.call('POST', '/v1/ds', { office: OFFICE, request: Buffer.from(request).toString('base64') }))?.code).toBe('certificate-request-refused')
    }
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
  it('one list a day, another when asked for; numbers rise; openssl reads it', async () => {
    const first = await crl()
    expect((await crl()).number).toBe(first.number)
    const fresh = await Promise.all(Array.from({ length: 5 }, async () => crl('?fresh=yes')))
    expect(fresh.map((l) => l.number).sort()).toEqual([1, 2, 3, 4, 5].map((n) => first.number! + n))
    f.clock('2026-03-03T02:00:00.000Z')
    const next = await crl()
    expect(next).toMatchObject({ number: first.number! + 6, thisUpdate: new Date('2026-03-03T02:00:00.000Z') })
    expect(crypto.verify({ spki: (await csca()).spki, scheme: next.scheme, message: next.tbs, signature: next.signature })).toBe(true)
    f.clock(TODAY)
    const file = join(f.folder, 'crl.der')
    writeFileSync(file, next.der)
    expect(openssl('crl', '-inform', 'DER', '-in', file, '-noout', '-text')).toMatch(/No Revoked Certificates/)
  })

  it('a revoked certificate is in every list from then on, once; an unknown one is refused', async () => {
    const [certificate] = await must(hub.line.call<readonly { serial: string; der: string }[]>('GET', '/v1/certificates'))
    const { crl: now } = await must(hub.line.call<{ crl: string }>('POST', '/v1/revocations', { serial: certificate!.serial }))
    expect([...parseCrl(der(now))!.revoked.keys()]).toEqual([certificate!.serial])
    expect(refusalOf(await hub.line.call('POST', '/v1/revocations', { serial: certificate!.serial }))?.code).toBe('not-found')
    expect(refusalOf(await hub.line.call('POST', '/v1/revocations', { serial: 'ff' }))?.code).toBe('not-found')
    await hub.fell()
    expect([...(await crl('?fresh=yes')).revoked.keys()]).toEqual([certificate!.serial])
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
    expect(again).toMatchObject({ office: OFFICE, number: 1, receipt: 1, receivedAt: TODAY })
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
    expect((await must(deliver(second))).receipt).toBe(2)
  })

  it('refuses another content under a number that it has, though rightly signed', async () => {
    const twin = await freeOffice('twin')
    const by = (body: string): SignedMessage => twin.message({ number: 1, kind: 'permit-issued', body })
    const first = await must(deliver(by('{"a":1}')))
    expect(await must(deliver(by('{"a":1}')))).toEqual(first) // signed anew, the same content
    expect(refusalOf(await deliver(by('{"a":2}')))).toMatchObject({ code: 'message-differs', details: { number: 1 } })
  })

  it('no body makes it fall', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom('/v1/messages', '/v1/ds', '/v1/offices', '/v1/revocations'), fc.jsonValue(), async (path, body) => {
      expect(refusalOf(await hub.line.call('POST', path, body))?.code).toMatch(/^(message|body)-malformed$/)
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
