import { spawnSync } from 'node:child_process'
import { createCipheriv, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, scryptSync } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { decodeSm2Spki, verifySm2 } from '@causeway/national'
import { cryptokiBinding, type Binding, type Module } from '@causeway/token'
import { cmac } from '@noble/ciphers/aes.js'
import fc from 'fast-check'
import { type Scheme } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { hasToken, SOFT_TOKEN, softToken } from '../../../../test/soft-token.ts'
import { openFileKeeper } from './file.ts'
import { type Keeper } from './keeper.ts'
import { startPool, type Pool } from './pool.ts'
import { hashOf, schemeOf, type KeyType, type KeyUse } from './port.ts'
import { COST_OF_RANDOM, enrol, openSeat, recover, shareOut, type Custodian, type Roster } from './roster.ts'
import { openTokenKeeper } from './token.ts'

const crypto = nodeCrypto()
const text = new TextEncoder().encode('what is signed')
let folder: string
let count = 0
const fresh = (): string => { const dir = join(folder, `d${(count += 1)}`); mkdirSync(dir); return dir }
const names = ['wang', 'ouyang', 'shan']
let custodians: readonly Custodian[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cw-custody-'))
  custodians = await Promise.all(names.map(async (n) => enrol(n, `passphrase of ${n}`, COST_OF_RANDOM)))
})
afterAll(async () => { await pool?.close(); rmSync(folder, { recursive: true, force: true }) })

const shareOf = async (r: Roster, name: string, passphrase = `passphrase of ${name}`): Promise<Uint8Array | undefined> => openSeat(r, r.seats.find((s) => s.name === name)!, passphrase)
/** The master key as these people have it together. */
const together = async (r: Roster, ...who: readonly string[]): Promise<Uint8Array> => recover(r, await Promise.all(who.map(async (n) => (await shareOf(r, n))!)))

describe('a roster of custodians', () => {
  it('any two of three have the master key, each pair the same, and one alone has other bytes', async () => {
    const master = randomBytes(32)
    const r = await shareOut(master, { threshold: 2, epoch: 1, custodians })
    for (const [a, b] of [['wang', 'ouyang'], ['ouyang', 'shan'], ['shan', 'wang']] as const) expect(Buffer.from(await together(r, a, b)).equals(master)).toBe(true)
    const one = (await shareOf(r, 'wang'))!
    expect(Buffer.from(one).includes(master)).toBe(false)
    await expect(recover(r, [one])).rejects.toThrow()
    await expect(recover(r, [one, one])).rejects.toThrow()
  })

  it('a wrong passphrase, another’s passphrase and a changed seat open nothing', async () => {
    const r = await shareOut(randomBytes(32), { threshold: 2, epoch: 1, custodians })
    expect(await shareOf(r, 'wang', 'passphrase of shan')).toBeUndefined()
    const seat = r.seats[0]!
    for (const change of [{ name: 'else' }, { key: r.seats[1]!.key }, { sealed: r.seats[1]!.sealed }]) expect(await openSeat(r, { ...seat, ...change }, 'passphrase of wang')).toBeUndefined()
    expect(await openSeat({ ...r, epoch: 2 }, seat, 'passphrase of wang')).toBeUndefined()
    expect(await openSeat({ ...r, threshold: 1 }, seat, 'passphrase of wang')).toBeUndefined()
  })

  it('for any N and M the key comes back from M of them in any order', async () => {
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 3 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.shuffledSubarray(names, { minLength: 3 }), async (threshold, master, order) => {
      const r = await shareOut(master, { threshold, epoch: 1, custodians })
      expect(Buffer.from(await together(r, ...order.slice(0, threshold))).equals(Buffer.from(master))).toBe(true)
    }), { numRuns: 8 })
  })

  it('a passphrase counts however its accents were typed, and costs memory to try', async () => {
    const c = await enrol('é', 'caf\u00e9 au lait au lait', { memory: 65_536, passes: 3, parallelism: 1 })
    const r = await shareOut(randomBytes(32), { threshold: 1, epoch: 1, custodians: [c] })
    expect(await openSeat(r, r.seats[0]!, 'cafe\u0301 au lait au lait')).toBeDefined()
    expect(r.seats[0]).toMatchObject({ memory: 65_536, passes: 3, parallelism: 1 })
  })
})

interface Place { readonly name: string; readonly open: (dir: string) => Promise<Keeper>; readonly pin: string | undefined; readonly types: readonly KeyType[] }

let pool: Pool | undefined
const places: readonly Place[] = [
  { name: 'a file', pin: undefined, types: ['P-256', 'P-384', 'brainpoolP256r1', 'brainpoolP384r1', 'rsa-3072', 'rsa-4096'], open: async (dir) => { pool ??= await startPool(2); return openFileKeeper(dir, { ...pool, close: async () => Promise.resolve() }) } }, // threads are slow to start: one pool for all starts
  ...(hasToken ? [{
    name: 'a token', pin: '4321', types: ['P-256', 'P-384', 'brainpoolP256r1', 'brainpoolP384r1', 'rsa-3072'] as const, open: async (dir: string) => {
      Object.assign(process.env, existsSync(join(dir, 'tokens')) ? { SOFTHSM2_CONF: join(dir, 'softhsm2.conf') } : softToken(dir, { label: 'utopia', pin: '4321' }).env)
      return openTokenKeeper(dir, { binding: await cryptokiBinding(), module: SOFT_TOKEN!, label: 'utopia', retryMs: 50 })
    },
  }] : []),
]

const code = async (work: Promise<unknown>): Promise<string> => work.then(() => 'done', (e: unknown) => (e as { code?: string }).code ?? String(e))

describe.each(places)('keys in $name', ({ open, pin, types }) => {
  let dir: string
  let keeper: Keeper
  let master: Uint8Array
  const make = async (id: string, type: KeyType, use: KeyUse = 'document') => keeper.make(master, { id, use, type })

  beforeAll(async () => {
    dir = fresh()
    keeper = await open(dir)
    master = new Uint8Array(randomBytes(32))
    expect([keeper.isOpen(), keeper.roster(), keeper.keys()]).toEqual([false, undefined, []])
    await keeper.found({ master, threshold: 2, custodians, pin })
  }, 20_000)
  afterAll(async () => { await keeper.close() })

  it.each(types)('%s: made, found again under the same name, and what it signs verifies', async (type) => {
    const made = await make(`k-${type}`, type)
    expect(await make(`k-${type}`, type)).toEqual(made)
    const schemes: readonly Scheme[] = type.startsWith('rsa') ? [schemeOf(type), { kind: 'rsa-pkcs1', hash: 'SHA-256' }] : [schemeOf(type), { kind: 'ecdsa', hash: hashOf(type), form: 'plain' }]
    for (const scheme of schemes) {
      const signature = await keeper.sign(made.id, text, scheme)
      expect(crypto.verify({ spki: made.spki, scheme, message: text, signature }), JSON.stringify(scheme)).toBe(true)
    }
    expect(createPublicKey(made.publicPem).export({ format: 'der', type: 'spki' })).toEqual(Buffer.from(made.spki))
    expect(await code(keeper.sign(made.id, text, type.startsWith('rsa') ? { kind: 'ecdsa', hash: 'SHA-256', form: 'der' } : schemeOf('rsa-3072')))).toBe('token-fault')
  }, 30_000)

  it('a secret key makes the same 16 bytes again, and others for another message', async () => {
    const key = await make('m1', 'aes-256', 'endorsement-mac')
    expect([key.spki.length, key.publicPem]).toEqual([0, ''])
    const [a, b, c] = [await keeper.mac('m1', text), await keeper.mac('m1', text), await keeper.mac('m1', text.subarray(1))]
    expect([a.length, a]).toEqual([16, b])
    expect(a).not.toEqual(c)
    expect(await code(keeper.sign('m1', text, schemeOf('P-256')))).toBe('token-fault')
    expect(await code(keeper.mac('k-P-256', text))).toMatch(/^(token-fault|key-unknown)$/)
  })

  it('a hundred signatures at once are a hundred different ones, each good', async () => {
    await make('many', 'P-256')
    const [spki, scheme] = [keeper.keys().find((k) => k.id === 'many')!.spki, schemeOf('P-256')]
    const all = await Promise.all(Array.from({ length: 100 }, async (_, i) => keeper.sign('many', Uint8Array.of(i), scheme)))
    expect(all.every((signature, i) => crypto.verify({ spki, scheme, message: Uint8Array.of(i), signature }) === true)).toBe(true)
    expect(new Set(all.map((s) => Buffer.from(s).toString('hex'))).size).toBe(100)
  })

  it('opens after a start only to enough shares, with its public halves known before', async () => {
    await make('stays', 'P-256')
    await keeper.close()
    keeper = await open(dir)
    expect([keeper.isOpen(), keeper.keys().some((k) => k.id === 'stays')]).toEqual([false, true])
    expect(await code(keeper.sign('stays', text, schemeOf('P-256')))).toBe('keys-not-activated')
    const r = keeper.roster()!
    expect(await code(keeper.open((await shareOf(r, 'wang'))!.subarray(0, 32)))).toBe('keys-not-activated')
    expect(await code(keeper.open(randomBytes(32)))).toBe('keys-not-activated')
    expect(keeper.isOpen()).toBe(false)
    await keeper.open(await together(r, 'shan', 'wang'))
    const signature = await keeper.sign('stays', text, schemeOf('P-256'))
    expect(crypto.verify({ spki: keeper.keys().find((k) => k.id === 'stays')!.spki, scheme: schemeOf('P-256'), message: text, signature })).toBe(true)
  })

  it('a retired key signs nothing more, also after the next start; its public half stays', async () => {
    await make('old', 'P-256')
    await keeper.retire(master, 'old')
    expect(await code(keeper.sign('old', text, schemeOf('P-256')))).toBe('key-retired')
    await keeper.close()
    keeper = await open(dir)
    await keeper.open(master)
    expect(keeper.keys().find((k) => k.id === 'old')).toMatchObject({ retired: true })
    expect(await code(keeper.sign('old', text, schemeOf('P-256')))).toBe('key-retired')
    expect(await code(keeper.sign('none', text, schemeOf('P-256')))).toBe('key-unknown')
  })

  it('lies in a file that nobody else may read, and that does not open when anything in it is changed', async () => {
    const file = join(dir, 'custody.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { keys: { use: string; retired?: boolean }[]; roster: { threshold: number } }
    const before = readFileSync(file)
    const changes: ((k: typeof kept) => void)[] = [(k) => { k.keys[0]!.use = 'anchor' }, (k) => { delete k.keys.find((l) => l.retired)!.retired }, (k) => { k.roster.threshold = 1 }, (k) => { k.keys.pop() }]
    for (const change of changes) {
      const copy = structuredClone(kept)
      change(copy)
      writeFileSync(file, JSON.stringify(copy))
      await keeper.close()
      keeper = await open(dir)
      expect(await code(keeper.open(master))).toBe('keys-not-activated')
    }
    writeFileSync(file, before)
    await keeper.close()
    keeper = await open(dir)
    await keeper.open(master)
  })

  it('new custodians have a new master key: shares of before open nothing', async () => {
    const before = keeper.roster()!
    const young = await enrol('li', 'passphrase of li', COST_OF_RANDOM)
    await keeper.appoint(master, { threshold: 2, custodians: [custodians[0]!, young] })
    const after = keeper.roster()!
    expect([after.epoch, after.seats.map((s) => s.name)]).toEqual([before.epoch + 1, ['wang', 'li']])
    expect([keeper.proves(master), keeper.proves(await together(after, 'wang', 'li'))]).toEqual([false, true])
    const mixed = [(await shareOf(before, 'shan'))!, (await shareOf(after, 'li'))!]
    expect(keeper.proves(await recover(after, mixed).catch(() => new Uint8Array(32)))).toBe(false)
    master = await together(after, 'wang', 'li')
    await keeper.close()
    keeper = await open(dir)
    await keeper.open(master)
    expect(await keeper.mac('m1', text)).toHaveLength(16)
  })
})

describe('keys in a file', () => {
  const founded = async (dir: string, room?: number): Promise<{ keeper: Keeper; master: Uint8Array }> => {
    const master = new Uint8Array(randomBytes(32))
    const keeper = openFileKeeper(dir, await startPool(2, room))
    await keeper.found({ master, threshold: 2, custodians, pin: undefined })
    return { keeper, master }
  }

  it('keys of version 0.1 are taken over without loss, and the old file goes', async () => {
    const dir = fresh()
    const pairs = (['document', 'anchor'] as const).map((use, i) => ({ id: `${i}`.repeat(16), use, ...generateKeyPairSync('ec', { namedCurve: 'prime256v1' }) }))
    const [passphrase, salt, nonce] = ['one passphrase', randomBytes(16), randomBytes(12)]
    const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, { N: 32_768, r: 8, p: 1, maxmem: 128 * 1024 * 1024 }), nonce)
    const stored = pairs.map((p) => ({ id: p.id, use: p.use, pkcs8: p.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64') }))
    writeFileSync(join(dir, 'keys.sealed'), Buffer.concat([salt, nonce, cipher.update(JSON.stringify(stored)), cipher.final(), cipher.getAuthTag()]))
    writeFileSync(join(dir, 'passphrase'), `${passphrase}\n`)
    const { keeper } = await founded(dir)
    for (const p of pairs) {
      expect(keeper.keys().find((k) => k.id === p.id)).toMatchObject({ use: p.use, type: 'P-256', spki: new Uint8Array(p.publicKey.export({ format: 'der', type: 'spki' })) })
      const signature = await keeper.sign(p.id, text, schemeOf('P-256'))
      expect(crypto.verify({ spki: new Uint8Array(p.publicKey.export({ format: 'der', type: 'spki' })), scheme: schemeOf('P-256'), message: text, signature })).toBe(true)
    }
    expect([existsSync(join(dir, 'keys.sealed')), existsSync(join(dir, 'passphrase'))]).toEqual([false, false])
    await keeper.close()
  })

  it('no private key stands in the file in any form', async () => {
    const dir = fresh()
    const { keeper, master } = await founded(dir)
    await keeper.make(master, { id: 'a', use: 'document', type: 'P-256' })
    const kept = readFileSync(join(dir, 'custody.json'), 'utf8')
    expect(kept).toContain('SPECIMEN')
    const { createDecipheriv } = await import('node:crypto')
    const k = JSON.parse(kept) as Record<string, unknown> & { sealed: string }
    const sealed = Buffer.from(k.sealed, 'base64')
    const about = JSON.stringify([k['form'], k['mark'], k['kind'], k['roster'], k['keys'], null])
    const decipher = createDecipheriv('aes-256-gcm', master, sealed.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(-16))
    const [secret] = JSON.parse(Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString()) as [{ bytes: string }]
    const d = Buffer.from(createPrivateKey({ key: Buffer.from(secret.bytes, 'base64'), format: 'der', type: 'pkcs8' }).export({ format: 'jwk' }).d!, 'base64url')
    for (const form of [d.toString('hex'), d.toString('base64'), secret.bytes]) expect(kept).not.toContain(form)
    await keeper.close()
  })

  it('CMAC is that of NIST SP 800-38B', async () => {
    // Appendix D.3, AES-256
    const key = Buffer.from('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', 'hex')
    expect(Buffer.from(cmac(Buffer.from('6bc1bee22e409f96e93d7e117393172a', 'hex'), key)).toString('hex')).toBe('28a7023f452e8f82bd4bf28d8c37c35c')
    const own = await startPool(1)
    const { createSecretKey } = await import('node:crypto')
    own.hold([{ id: 'v', type: 'aes-256', key: createSecretKey(key) }])
    expect(Buffer.from(await own.run({ id: 'v', as: 'mac', message: Buffer.from('6bc1bee22e409f96e93d7e117393172a', 'hex') })).toString('hex')).toBe('28a7023f452e8f82bd4bf28d8c37c35c')
    await own.close()
  })

  it('SM2 signs with SM3 under the default user id, as openssl reads it', async () => {
    const dir = fresh()
    const { keeper, master } = await founded(dir)
    const key = await keeper.make(master, { id: 'a', use: 'seal', type: 'sm2' })
    const point = decodeSm2Spki(key.spki)!
    const [whole, plain] = [await keeper.sign('a', text, { kind: 'ecdsa', hash: 'SHA-256', form: 'der' }), await keeper.sign('a', text, { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' })]
    expect([verifySm2(point, text, whole), verifySm2(point, text, plain, { form: 'plain' }), verifySm2(point, text.subarray(1), whole), plain.length]).toEqual([true, true, false, 64])
    for (const [name, bytes] of [['key.pem', key.publicPem], ['text', text], ['signature', whole]] as const) writeFileSync(join(dir, name), bytes)
    const out = spawnSync('openssl', ['dgst', '-sm3', '-verify', join(dir, 'key.pem'), '-sigopt', 'distid:1234567812345678', '-signature', join(dir, 'signature'), join(dir, 'text')], { encoding: 'utf8' })
    expect(out.stdout + out.stderr).toMatch(/Verified OK/)
    await keeper.close()
  })

  it('takes no more than it may hold: busy, and none of those who were let in is lost', async () => {
    const { keeper, master } = await founded(fresh(), 50)
    await keeper.make(master, { id: 'a', use: 'document', type: 'brainpoolP256r1' })
    const all = await Promise.all(Array.from({ length: 80 }, async () => code(keeper.sign('a', text, schemeOf('brainpoolP256r1')))))
    expect([all.filter((c) => c === 'done').length, all.filter((c) => c === 'busy').length]).toEqual([50, 30])
    expect(await code(keeper.sign('a', text, schemeOf('brainpoolP256r1')))).toBe('done')
    await keeper.close()
    expect(await code(keeper.sign('a', text, schemeOf('brainpoolP256r1')))).toBe('keys-not-activated')
  })
})

describe.skipIf(!hasToken)('keys in a token', () => {
  let binding: Binding
  const founded = async (o: { readonly room?: number; readonly sessions?: number } = {}) => {
    binding = await cryptokiBinding()
    const dir = fresh()
    Object.assign(process.env, softToken(dir, { label: 'utopia', pin: '4321' }).env)
    const place = { binding, module: SOFT_TOKEN!, label: 'utopia', retryMs: 30, ...o }
    const keeper = openTokenKeeper(dir, place)
    const master = new Uint8Array(randomBytes(32))
    await keeper.found({ master, threshold: 2, custodians, pin: '4321' })
    return { dir, keeper, master, place }
  }
  /** The module as another program in this process has it: what it does to the token is done to all. */
  const beside = (): Module['p'] => { const p = new binding.PKCS11(); p.load(SOFT_TOKEN!); return p }

  it('private and secret keys are sensitive, never extractable, and cannot be read', async () => {
    const { keeper, master } = await founded()
    for (const [id, type] of [['a', 'P-256'], ['b', 'rsa-3072'], ['c', 'aes-256']] as const) await keeper.make(master, { id, use: 'document', type })
    const p = beside()
    const [slot] = p.C_GetSlotList(true)
    const s = p.C_OpenSession(slot!, binding['CKF_SERIAL_SESSION']!)
    for (const kind of ['CKO_PRIVATE_KEY', 'CKO_SECRET_KEY']) {
      p.C_FindObjectsInit(s, [{ type: binding['CKA_CLASS']!, value: binding[kind]! }])
      const keys = p.C_FindObjects(s, 10)
      p.C_FindObjectsFinal(s)
      expect(keys.length).toBe(kind === 'CKO_PRIVATE_KEY' ? 2 : 1)
      for (const key of keys) {
        const flags = p.C_GetAttributeValue(s, key, ['CKA_SENSITIVE', 'CKA_ALWAYS_SENSITIVE', 'CKA_EXTRACTABLE', 'CKA_NEVER_EXTRACTABLE', 'CKA_LOCAL'].map((a) => ({ type: binding[a]! })))
        expect(flags.map((f) => f.value[0])).toEqual([1, 1, 0, 1, 1])
        expect(() => p.C_GetAttributeValue(s, key, [{ type: binding['CKA_VALUE']! }])).toThrow()
      }
    }
    await keeper.close()
  }, 20_000)

  it('the PIN that was given opens the token no more, and nobody has seen the new one', async () => {
    const { dir, keeper } = await founded()
    await keeper.close()
    expect(readFileSync(join(dir, 'custody.json'), 'utf8')).toContain('"pinKnown": false')
    const p = beside()
    p.C_Initialize()
    const [slot] = p.C_GetSlotList(true)
    const s = p.C_OpenSession(slot!, binding['CKF_SERIAL_SESSION']!)
    expect(() => { p.C_Login(s, binding['CKU_USER']!, '4321') }).toThrow('CKR_PIN_INCORRECT')
    p.C_Finalize()
  })

  it('lost sessions: a clear state, no half signature, and back by itself when the token is back', async () => {
    const { keeper, master } = await founded()
    await keeper.make(master, { id: 'a', use: 'document', type: 'P-256' })
    const p = beside()
    p.C_CloseAllSessions(p.C_GetSlotList(true)[0]!)
    const outcomes = await Promise.all(Array.from({ length: 12 }, async () => code(keeper.sign('a', text, schemeOf('P-256')))))
    expect(new Set(outcomes)).toEqual(new Set(['token-fault']))
    expect(keeper.isOpen()).toBe(false)
    expect(keeper.says().some((w) => w.en.includes('CKR_'))).toBe(true)
    for (let i = 0; i < 100 && !keeper.isOpen(); i++) await new Promise((r) => { setTimeout(r, 20) })
    const signature = await keeper.sign('a', text, schemeOf('P-256'))
    expect(crypto.verify({ spki: keeper.keys()[0]!.spki, scheme: schemeOf('P-256'), message: text, signature })).toBe(true)
    expect(keeper.says()).toEqual([])
    await keeper.close()
  })

  it('another token under the same label is not taken for ours', async () => {
    const { dir, keeper, master, place } = await founded()
    await keeper.close()
    const other = fresh()
    Object.assign(process.env, softToken(other, { label: 'utopia', pin: '4321' }).env)
    const again = openTokenKeeper(dir, place)
    await expect(again.open(master)).rejects.toMatchObject({ code: 'token-fault', message: expect.stringContaining('serial number') as string })
    await again.close()
  })

  it('sessions are bounded: who finds no room is told busy', async () => {
    const { keeper, master } = await founded({ sessions: 2, room: 10 })
    await keeper.make(master, { id: 'a', use: 'document', type: 'rsa-3072' })
    const all = await Promise.all(Array.from({ length: 40 }, async () => code(keeper.sign('a', text, schemeOf('rsa-3072')))))
    expect([all.filter((c) => c === 'done').length, all.filter((c) => c === 'busy').length]).toEqual([12, 28])
    await keeper.close()
  }, 20_000)

  it.each([['none.so', 'utopia', 'cannot be used'], [SOFT_TOKEN ?? '', 'atlantis', 'there is no token atlantis']])('%s with %s: one clear line', async (module, label, says) => {
    const { dir, keeper, master } = await founded()
    await keeper.close()
    const lost = openTokenKeeper(dir, { binding, module, label })
    await expect(lost.open(master)).rejects.toMatchObject({ code: 'token-fault', message: expect.stringContaining(says) as string })
  })

  it('a folder of software keys is no folder of a token', async () => {
    const dir = fresh()
    const keeper = openFileKeeper(dir, await startPool(1))
    await keeper.found({ master: randomBytes(32), threshold: 1, custodians, pin: undefined })
    await keeper.close()
    expect(() => openTokenKeeper(dir, { binding, module: SOFT_TOKEN!, label: 'utopia' })).toThrow('holds software keys')
  })
})
