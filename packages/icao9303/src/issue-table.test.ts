import { constants, generateKeyPairSync, privateEncrypt, createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { readTlv } from './asn1/tlv.ts'
import { concat, hex, unhex } from './asn1/value.ts'
import { tlv } from './asn1/write.ts'
import { bytesOf } from './number.ts'
import { CURVES, explicitSpki } from './pki/curve.ts'
import {
  activeAuthenticationInfo, chipAuthenticationInfo, chipAuthenticationKey, composeMrz, convertFaces, curveGroup, decodeDg11, decodeDg12, decodeDg2, decodeDg7, decodeFile,
  decodeSecurityInfos, encodeAtrInfo, encodeCom, encodeDg14, encodeDg15, encodeDg2, encodeDg7, encodeDirectory, encodeSecurityInfos, faceImageOf, inspect, lockedChip, paceInfo, parseMrz,
  randomScalar, readChip, readTrust, virtualChip, type ChipAccess, type ChipBehaviour, type ChipKey, type ChipReading, type ChipResult, type HashName, type ReadOrder, type SecurityInfo, type SessionCipher, type VirtualChip,
} from './index.ts'
import { BEHAVIOURS } from './chip/behaviour.ts'
import { nodeCrypto } from './node.ts'

const crypto = nodeCrypto()
const SET = join(import.meta.dirname, '../vectors/synthetic')
const file = (...path: string[]): Uint8Array => new Uint8Array(readFileSync(join(SET, ...path)))
const vectors = JSON.parse(readFileSync(join(SET, '../lds-examples.json'), 'utf8')) as { oddities: readonly { readonly file: string; readonly hex: string }[] }
const index = JSON.parse(readFileSync(join(SET, 'index.json'), 'utf8')) as { files: readonly { readonly file: string; readonly facts: Readonly<Record<string, unknown>> }[] }

const mrz = 'L898902C36908061940623'.padEnd(24, '6')
const com = (groups: readonly number[]): Uint8Array => encodeCom({ ldsVersion: '0107', unicodeVersion: '040000', groups })
const bytes = (n: number, fill: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 7 + fill) % 251)
const files = { 'EF.COM': com([1, 2]), 'EF.SOD': tlv(0x77, bytes(900, 9)), DG1: tlv(0x61, tlv(0x5f1f, bytes(88, 65))), DG2: tlv(0x75, bytes(3_000, 3)) }
type Pace = Parameters<typeof paceInfo>[0]
const GM: Pace = { agreement: 'ECDH', mapping: 'GM', cipher: 'AES-128', parameterId: 12 }
const pace = (...list: readonly Pace[]): Uint8Array => encodeSecurityInfos({ infos: list.map((p) => paceInfo(p)) })
const order: ReadOrder = { passwords: [{ kind: 'mrz', text: mrz }], crypto }

interface Card { readonly access?: ChipAccess; readonly offers?: readonly Pace[]; readonly files?: Readonly<Record<string, Uint8Array>>; readonly keys?: readonly ChipKey[]; readonly behaviours?: readonly ChipBehaviour[] }
function chip(o: Card): VirtualChip {
  const access = o.access ?? 'pace'
  const offered = access === 'pace' || access === 'pace-and-bac' ? { 'EF.CardAccess': pace(...(o.offers ?? [GM])) } : {}
  return virtualChip({ ...lockedChip({ files: { ...files, ...offered, ...o.files }, access, secrets: { mrz, can: '123456' }, keys: o.keys ?? [] }), behaviours: o.behaviours ?? [] }, crypto)
}
const value = <T>(r: ChipResult<T>): T => { if (!r.ok) throw new Error(JSON.stringify(r.error)); return r.value }
const readOf = async (o: Card, by: Partial<ReadOrder> = {}): Promise<ChipReading> => value(await readChip(chip(o).transmit, { ...order, ...by }))
const errorOf = async (o: Card, by: Partial<ReadOrder> = {}): Promise<unknown> => { const r = await readChip(chip(o).transmit, { ...order, ...by }); return r.ok ? r.value : r.error }
/** The chip with the behaviour, and without. */
const bothOf = async (behaviour: ChipBehaviour, o: Card = {}, by: Partial<ReadOrder> = {}): Promise<readonly [ChipReading, ChipReading]> => [await readOf({ ...o, behaviours: [behaviour] }, by), await readOf(o, by)]
const wordsOf = (r: ChipReading, step: string): readonly string[] => r.exchanges.filter((e) => e.step === step).map((e) => `${e.command} ${e.statusWord}`)
const codes = (r: ChipReading): readonly string[] => r.oddities.map((o) => `${o.code} ${o.at}`)
const raw = async (c: VirtualChip, command: string): Promise<string> => hex(await c.transmit(unhex(command)))
const APPLICATION = '00a4040c07a0000002471001'
const long = { 'EF.ATR/INFO': encodeAtrInfo({ capabilities: { bytes: Uint8Array.of(0x84, 0x01, 0xe0) }, lengths: { command: 1_000, response: 1_000 } }) }
const without = (name: string): { readonly files: Readonly<Record<string, Uint8Array>> } => ({ files: { 'EF.COM': com([1, 2, 12]), ...(name === '' ? { DG12: tlv(0x6c, tlv(0x5c, Uint8Array.of(0x5f, 0x26)), tlv(0x5f26, bytesOf(0x3230323430343135n, 8))) } : {}) } })

interface Pair { readonly key: ChipKey; readonly spki: Uint8Array }
function ecPair(name: string, use: ChipKey['use']): Pair {
  const group = curveGroup(name)!
  const scalar = randomScalar(group, crypto)
  const curve = CURVES.find((c) => c.name === name)!
  return { key: { use, kind: 'ec', curve: name, secret: hex(bytesOf(scalar, group.size)) }, spki: explicitSpki(curve, group.multiply(group.generator, scalar)) }
}
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const jwk = rsa.privateKey.export({ format: 'jwk' })
const inHex = (text: string | undefined): string => Buffer.from(text!, 'base64url').toString('hex')
const rsaPair: Pair = { key: { use: 'active-authentication', kind: 'rsa', modulus: inHex(jwk.n), privateExponent: inHex(jwk.d) }, spki: new Uint8Array(rsa.publicKey.export({ format: 'der', type: 'spki' })) }
const signing = (p: Pair, dg14?: Uint8Array): Card => ({ keys: [p.key], files: { 'EF.COM': com([1, 2, 15]), DG15: encodeDg15(p.spki), ...(dg14 === undefined ? {} : { DG14: dg14 }) } })
const announcing = (hash: HashName): Uint8Array => encodeDg14({ infos: [activeAuthenticationInfo(hash)] })

/** A member of the synthetic set, inspected: the checks that stand in the way, and what is odd. */
async function judged(name: string, trusted: 'trusted' | 'nothing' = 'trusted'): Promise<{ readonly ways: string; readonly defects: readonly string[]; readonly says: string }> {
  const facts = index.files.find((f) => f.file === `synthetic/sod/${name}.bin`)!.facts
  const dump = { 'EF.SOD': file('sod', `${name}.bin`), 'EF.COM': file('lds', 'EF.COM.bin'), ...Object.fromEntries((facts['dgs'] as number[]).map((n) => [`DG${n}`, file('lds', `EF.DG${n}.bin`)])) }
  const names = trusted === 'nothing' ? [] : [`pki/${String(facts['csca'])}.der`, 'lists/UTO.crl']
  const { trust } = await readTrust(names.map((n) => ({ name: n, bytes: file(...n.split('/')) })), crypto)
  const report = await inspect(dump, { trust, at: new Date('2026-03-10T00:00:00Z'), policy: 'field', crypto })
  const against = report.checks.filter((c) => c.outcome === 'failed' || (c.outcome === 'not-done' && c.excused !== true))
  return { ways: against.map((c) => c.name).join(' '), defects: report.defects.map((d) => d.code), says: against.map((c) => `${c.says} ${JSON.stringify(c.evidence ?? {})}`).join('; ') }
}
const oddity = (start: string): Uint8Array => unhex(vectors.oddities.find((o) => o.hex.startsWith(start))!.hex)
const defectsOf = (d: { readonly defects: readonly { readonly code: string }[] }): readonly string[] => d.defects.map((x) => x.code)
const TD3 = { documentCode: 'PP', issuingState: 'UTO', nationality: 'UTO', documentNumber: 'L898902C3', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA', birthDate: '740812', sex: 'F', expiryDate: '340415' }
const TD1 = { documentCode: 'I', issuingState: 'UTO', nationality: 'UTO', primaryIdentifier: 'ERIKSSON', secondaryIdentifier: 'ANNA', birthDate: '740812', sex: 'F', expiryDate: '340415' }

/** The rows of what users of other libraries report: each with the fault and without it. */
const ROWS: readonly (readonly [number, string, () => Promise<void> | void])[] = [
  [1, 'a bare 6700 to an extended read: resumed once, or access anew', async () => {
    const [on, off] = await bothOf({ kind: 'extended-refused', then: 'goes-on' }, { files: long })
    expect(on.files).toEqual(off.files)
    expect([wordsOf(on, 'read DG2').filter((w) => w.endsWith('9000')).length, wordsOf(off, 'read DG2').length]).toEqual([15, 5])
    expect([codes(on), codes(off)]).toEqual([['short-answers EF.SOD'], []])
    expect(wordsOf(on, 'read EF.SOD').slice(0, 3).map((w) => w.slice(-4))).toEqual(['9000', '6700', '9000'])
    const ended = await readOf({ files: long, behaviours: [{ kind: 'extended-refused', then: 'ends' }] })
    expect(ended.files).toEqual(off.files)
    expect(codes(ended)).toEqual(['short-answers EF.SOD', 'session-lost EF.SOD'])
    const speechless = await readOf({ files: { DG15: tlv(0x6f, bytes(30, 1)), DG14: tlv(0x6e, bytes(30, 1)) }, behaviours: [{ kind: 'bare-absent' }] })
    expect(Object.keys(speechless.files).sort()).toEqual(['DG1', 'DG14', 'DG15', 'DG2', 'EF.COM', 'EF.CardAccess', 'EF.SOD'])
    expect(new Set(codes(speechless).map((c) => c.split(' ')[0]))).toEqual(new Set(['bare-word', 'session-lost']))
    const deaf = chip({ files: long })
    const narrow = value(await readChip(async (c) => { if (c.length > 5 && c[4] === 0) throw new Error('too long'); return deaf.transmit(c) }, order))
    expect([narrow.files, codes(narrow)]).toEqual([off.files, ['session-lost EF.SOD']])
  }],
  [2, 'the number of the group is needed, or refused', async () => {
    const set = (r: ChipReading): readonly string[] => wordsOf(r, 'access').filter((w) => w.startsWith('0022'))
    const several = { offers: [GM, { ...GM, parameterId: 13 }] }
    const [needs, does] = await bothOf({ kind: 'parameter-reference', takes: 'required' }, several, { pace: { parameterReference: 'only-if-several' } })
    expect([set(needs), set(does)]).toEqual([['0022c1a4 9000'], ['0022c1a4 9000']])
    const [alone, easy] = await bothOf({ kind: 'parameter-reference', takes: 'required' }, {}, { pace: { parameterReference: 'only-if-several' } })
    expect([set(alone), set(easy)]).toEqual([['0022c1a4 6a80', '0022c1a4 9000'], ['0022c1a4 9000']])
    const [refuses, takes] = await bothOf({ kind: 'parameter-reference', takes: 'refused' })
    expect([set(refuses), set(takes)]).toEqual([['0022c1a4 6a80', '0022c1a4 9000'], ['0022c1a4 9000']])
    expect(refuses.files).toEqual(takes.files)
  }],
  [3, 'SELECT of the master file is refused in the standard form', async () => {
    for (const [takes, sw, tried] of [['with-answer', 0x6a87, 2], ['no-data', 0x6985, 3], ['nothing', 0x6985, 4]] as const) {
      const [on, off] = await bothOf({ kind: 'master-file', takes, sw })
      expect(on.files).toEqual(off.files)
      expect([wordsOf(on, 'select master file').length, wordsOf(off, 'select master file')]).toEqual([tried, ['00a4000c 9000']])
      expect([codes(on), codes(off)]).toEqual([['master-file-select select master file'], []])
    }
  }],
  [4, 'an expected length on SELECT or MSE is refused: none is sent', async () => {
    const [on, off] = await bothOf({ kind: 'strict-le' })
    const shape = (r: ChipReading): readonly string[] => r.exchanges.map((e) => `${e.command} ${e.statusWord}`)
    expect(shape(on)).toEqual(shape(off))
    expect([await raw(chip({ behaviours: [{ kind: 'strict-le' }] }), `${APPLICATION}00`), await raw(chip({}), `${APPLICATION}00`)]).toEqual(['6700', '9000'])
  }],
  [5, 'PACE only: BAC is 6A88, and the refusal says so', async () => {
    const wrong = { passwords: [{ kind: 'can', text: '999999' }, { kind: 'mrz', text: mrz }], policy: 'bac-allowed' } as const
    expect(await errorOf({ access: 'pace-and-bac', behaviours: [{ kind: 'no-bac' }] }, wrong)).toEqual({ step: 'access', file: 'BAC get-challenge', statusWord: '6a88', says: 'referenced data not found' })
    const off = await readOf({ access: 'pace-and-bac' }, wrong)
    expect([off.access, off.failures.map((f) => f.statusWord)]).toEqual(['BAC', ['6300']])
  }],
  [6, 'the application has another name', async () => {
    const id = 'e80704007f00070302'
    const own: Card = { files: { 'EF.DIR': encodeDirectory({ applications: [{ aid: id }] }) } }
    const [on, off] = await bothOf({ kind: 'application', id }, own, { applications: [id] })
    expect(on.files).toEqual(off.files)
    expect([codes(on), codes(off)]).toEqual([['application-other select application'], []])
    expect(wordsOf(on, 'select application')).toEqual(['0ca4040c 6a82', '0ca4040c 9000'])
    expect(await errorOf({ ...own, behaviours: [{ kind: 'application', id }] })).toEqual({ step: 'select', file: 'eMRTD application', statusWord: '6a82', says: `EF.DIR names ${id}` })
  }],
  [7, 'old chips give 160 to 231 bytes at a time', async () => {
    for (const most of [160, 200, 222, 231]) {
      for (const says of ['less', '6700', '6cxx'] as const) {
        const [on, off] = await bothOf({ kind: 'at-most', bytes: most, says })
        expect(on.files).toEqual(off.files)
        const refused = wordsOf(on, 'read EF.SOD').filter((w) => !/(9000|6282)$/.test(w))
        expect(refused.length > 0).toBe(says !== 'less' && most < 223)
        expect(wordsOf(on, 'read DG2').length).toBe(most >= 223 ? 15 : most === 222 && says !== '6700' ? 15 : most === 200 && says !== '6700' ? 16 : 20)
      }
    }
  }],
  [8, 'no signature at the longest length, or one that is cut', async () => {
    const [on, off] = await bothOf({ kind: 'signature-length', fault: { kind: 'empty-at-most' } }, signing(rsaPair))
    expect([on, off].map((r) => [r.session.activeAuthentication.outcome, wordsOf(r, 'active authentication').length])).toEqual([['passed', 2], ['passed', 1]])
    const cutting: Card = { ...signing(rsaPair), access: 'open', behaviours: [{ kind: 'signature-length', fault: { kind: 'cuts', at: 200 } }] }
    const sizes: number[] = []
    for (const c of [chip(cutting), chip({ ...cutting, behaviours: [] })]) {
      await raw(c, APPLICATION)
      sizes.push((await c.transmit(unhex('0088000008010203040506070800'))).length - 2)
    }
    expect(sizes).toEqual([200, 256])
    expect((await readOf({ ...cutting, access: 'pace' })).session.activeAuthentication.outcome).toBe('passed')
  }],
  [9, 'an answer of one length is spoilt: access anew, and shorter answers', async () => {
    for (const how of ['6988', 'checksum'] as const) {
      const [on, off] = await bothOf({ kind: 'breaks-at', lengths: [904 - 8 - 4 * 223], how })
      expect(on.files).toEqual(off.files)
      expect([codes(on), codes(off)]).toEqual([['session-lost EF.SOD'], []])
      expect([wordsOf(on, 'access').length, wordsOf(off, 'access').length]).toEqual([10, 5])
    }
  }],
  [10, 'EF.DIR cannot be read: the rest can', async () => {
    const dir: Card = { files: { 'EF.DIR': encodeDirectory({ applications: [{ aid: 'a0000002471001' }] }) } }
    const [on, off] = await bothOf({ kind: 'file-word', file: 'EF.DIR', sw: 0x6f00 }, dir)
    expect([codes(on), codes(off)]).toEqual([['file-unreadable EF.DIR'], []])
    expect({ ...on.files, ...dir.files }).toEqual(off.files)
  }],
  [11, 'DG12 is listed and absent', async () => {
    const [on, off] = [await readOf(without('DG12')), await readOf(without(''))]
    expect([codes(on), codes(off)]).toEqual([['listed-absent DG12'], []])
    expect([wordsOf(on, 'select DG12'), wordsOf(off, 'select DG12')].map((w) => w.map((x) => x.slice(-4)))).toEqual([['6a82'], ['9000']])
  }],
  [12, 'Integrated Mapping alone, on curves and residues', async () => {
    const off = await readOf({})
    for (const im of [{ ...GM, mapping: 'IM' }, { ...GM, mapping: 'IM', parameterId: 13, cipher: 'AES-256' }, { agreement: 'DH', mapping: 'IM', cipher: 'AES-128', parameterId: 0 }] as const) {
      const on = await readOf({ offers: [im] })
      expect({ ...on.files, 'EF.CardAccess': off.files['EF.CardAccess'] }).toEqual(off.files)
      expect([on.session.access.says.slice(0, 12), off.session.access.says.slice(0, 12)]).toEqual(['PACE with IM', 'PACE with GM'])
    }
    const lacking = { preference: { mappings: ['GM'], agreements: ['ECDH'], ciphers: ['AES-128'] } } as const
    expect(await errorOf({ offers: [{ ...GM, mapping: 'IM' }] }, lacking)).toMatchObject({ step: 'access', file: 'PACE choose', says: 'EF.CardAccess offers no PACE that this policy takes' })
  }],
  [13, 'every size of key; a refusal names step and status word', async () => {
    for (const cipher of ['3DES', 'AES-128', 'AES-192', 'AES-256'] as const satisfies readonly SessionCipher[]) {
      expect((await readOf({ offers: [{ ...GM, cipher }] })).session.access.says).toBe(`PACE with GM on P-256, ${cipher}`)
      expect(await errorOf({ offers: [{ ...GM, cipher }], behaviours: [{ kind: 'refuses-pace', step: 'set-at', sw: 0x6a80 }] })).toMatchObject({ step: 'access', file: 'PACE set-at', statusWord: '6a80' })
      expect(await errorOf({ offers: [{ ...GM, cipher }], behaviours: [{ kind: 'refuses-pace', step: 'general-authenticate', sw: 0x6300 }] })).toMatchObject({ step: 'access', file: 'PACE encrypted-nonce', statusWord: '6300' })
    }
  }],
  [14, 'a slow chip: answers in parts, within a budget of exchanges', async () => {
    const [on, off] = await bothOf({ kind: 'get-response', part: 16 })
    expect(on.files).toEqual(off.files)
    expect([wordsOf(on, 'access').length, wordsOf(off, 'access').length]).toEqual([14, 5])
    const budget = off.exchanges.length
    expect((await readOf({}, { budget })).files).toEqual(off.files)
    expect(await errorOf({ behaviours: [{ kind: 'get-response', part: 16 }] }, { budget: 12 })).toMatchObject({ step: 'access', file: 'PACE map-nonce' })
  }],
  [15, 'a PACE that fails does not become BAC in silence', async () => {
    const fault = { kind: 'refuses-pace', step: 'set-at', sw: 0x6f00 } as const
    expect(await errorOf({ access: 'pace-and-bac', behaviours: [fault] })).toMatchObject({ step: 'access', file: 'PACE set-at', statusWord: '6f00' })
    const allowed = await readOf({ access: 'pace-and-bac', behaviours: [fault] }, { policy: 'bac-allowed' })
    expect([allowed.access, allowed.session.access.says, allowed.failures.length]).toEqual(['BAC', 'BAC after a PACE that failed', 1])
    expect((await readOf({ access: 'pace-and-bac' })).access).toBe('PACE')
    const hidden = await readOf({ access: 'bac', files: { DG14: encodeDg14({ infos: [paceInfo(GM)] }) } })
    expect(codes(hidden)).toEqual(['pace-hidden EF.CardAccess'])
    expect(await errorOf({ access: 'bac', files: { 'EF.CardAccess': Uint8Array.of(0x31, 2, 0x30, 5) } })).toMatchObject({ step: 'access', file: 'PACE choose' })
  }],
  [16, 'data without protection is never taken for the file', async () => {
    const [on, off] = await bothOf({ kind: 'bare-data', file: 'DG2' })
    expect([Object.keys(on.files).includes('DG2'), off.files['DG2']]).toEqual([false, files.DG2])
    expect(codes(on)).toEqual([...Array.from({ length: 4 }, () => 'session-lost DG2'), 'file-unreadable DG2', 'listed-absent DG2'])
    expect(on.files['DG1']).toEqual(files.DG1)
  }],
  [17, 'Active Authentication in DER, SHA-256 under P-384, and no DG14', async () => {
    const [on, off] = await bothOf({ kind: 'signs', form: 'der', hash: 'SHA-256' }, signing(ecPair('P-384', 'active-authentication'), undefined))
    expect(on.session.activeAuthentication).toMatchObject({ outcome: 'passed', says: 'the chip signed with the key of DG15: ecdsa, SHA-256; EF.DG14 does not say how Active Authentication signs; the signature is in DER instead of r and s' })
    expect(off.session.activeAuthentication).toMatchObject({ outcome: 'passed', says: 'the chip signed with the key of DG15: ecdsa, SHA-256; EF.DG14 does not say how Active Authentication signs' })
  }],
  [18, 'plain ECDSA with each hash', async () => {
    for (const hash of ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512'] as const) {
      const [on, off] = await bothOf({ kind: 'signs', hash }, signing(ecPair('P-521', 'active-authentication'), announcing('SHA-256')))
      expect(on.session.activeAuthentication.says).toBe(`the chip signed with the key of DG15: ecdsa, ${hash}${hash === 'SHA-256' ? '' : `; signed with ${hash}; SHA-256 is announced`}`)
      expect(off.session.activeAuthentication.says).toBe('the chip signed with the key of DG15: ecdsa, SHA-256')
    }
  }],
  [19, 'zeros before a signature; a PKCS #1 block that only ends right', async () => {
    const [on, off] = await bothOf({ kind: 'signature-padded', zeros: 2 }, signing(rsaPair))
    expect([on, off].map((r) => [r.session.activeAuthentication.outcome, r.session.activeAuthentication.says.includes('258 bytes')])).toEqual([['passed', true], ['passed', false]])
    const message = bytes(40, 1)
    const info = concat(unhex('3031300d060960864801650304020105000420'), new Uint8Array(createHash('sha256').update(message).digest()))
    const block = (fill: number): Uint8Array => concat(Uint8Array.of(0, 1), new Uint8Array(256 - 3 - info.length).fill(fill), Uint8Array.of(0), info)
    const sign = (b: Uint8Array): Uint8Array => new Uint8Array(privateEncrypt({ key: rsa.privateKey, padding: constants.RSA_NO_PADDING }, b))
    const accepts = async (signature: Uint8Array): Promise<boolean> => crypto.verify({ spki: rsaPair.spki, scheme: { kind: 'rsa-pkcs1', hash: 'SHA-256' }, message, signature })
    expect([await accepts(sign(block(0xfe))), await accepts(sign(block(0xff)))]).toEqual([false, true])
  }],
  [20, 'a signature on another curve than the key: said, and the rest is read', async () => {
    const [shown, other] = [ecPair('P-256', 'active-authentication'), ecPair('P-384', 'active-authentication')]
    const [on, off] = [await readOf({ ...signing(shown), keys: [other.key] }), await readOf(signing(shown))]
    expect([on.session.activeAuthentication.outcome, off.session.activeAuthentication.outcome]).toEqual(['failed', 'passed'])
    expect(on.files).toEqual(off.files)
  }],
  [21, 'the issuer in the signer identifier has another string type', async () => {
    const [on, off] = [await judged('dev-sid-name-other-string-type'), await judged('ecdsa-p256-sha256')]
    expect([on.ways, on.defects.includes('sid-name'), off.ways, off.defects.includes('sid-name')]).toEqual(['', true, '', false])
  }],
  [22, 'old object identifiers', async () => {
    const off = await judged('ecdsa-p256-sha256')
    for (const [name, code] of [['dev-legacy-oid-icao', 'legacy-oid-icao'], ['dev-legacy-oid-sdu', 'legacy-oid-sdu']] as const) {
      const on = await judged(name)
      expect([on.ways, on.defects.includes(code), off.defects.includes(code)]).toEqual(['', true, false])
    }
  }],
  [23, 'RSASSA-PSS with SHA-512', async () => { expect([(await judged('rsa4096-pss-sha512')).ways, (await judged('bad-signature')).ways]).toEqual(['', 'sod-signature']) }],
  [24, 'signer and security object with other algorithms', async () => {
    expect([(await judged('mixed-ec-ds-under-rsa-csca')).ways, (await judged('bad-message-digest')).ways]).toEqual(['', 'sod-signature'])
  }],
  [25, 'key usage and validity at signing time count', async () => {
    expect([(await judged('bad-ds-keyusage')).ways, (await judged('bad-ds-expired-at-signing')).ways, (await judged('ecdsa-p256-sha256')).ways]).toEqual(['ds-profile', 'ds-validity', ''])
  }],
  [26, 'explicit parameters are what is expected; a named curve is said', async () => {
    const [on, off] = [await judged('ecdsa-p256-sha256'), await judged('ecdsa-p256named-sha256')]
    expect([on.ways, on.defects.includes('ds-named-curve'), off.ways, off.defects.includes('ds-named-curve')]).toEqual(['', false, '', true])
  }],
  [27, 'depth has a limit, the number of entries none', () => {
    const many = encodeSecurityInfos({ infos: Array.from({ length: 12_000 }, () => paceInfo(GM)) })
    const nestedIn = (depth: number): Uint8Array => concat(Uint8Array.of(0x77, 0x80), ...Array.from({ length: depth }, () => Uint8Array.of(0x30, 0x80)), new Uint8Array(2 * depth + 2))
    const [wide, deep] = [decodeSecurityInfos(many), decodeFile(nestedIn(50_000))]
    expect([wide.ok && wide.value.infos.length, deep?.decoded.ok]).toEqual([12_000, false])
    expect(deep?.decoded.defects.at(-1)?.says).toMatch(/at most 32 levels/)
  }],
  [28, 'lengths that overflow, counts that are not there', () => {
    for (const text of ['7584ffffffff', '7580', '75847fffffff00', '617f5f1f84ffffffff', '60165f01ff', '6e8431313131']) expect([text, decodeFile(unhex(text))?.decoded.ok]).toEqual([text, false])
    expect(decodeFile(file('lds', 'EF.DG2.bin'))?.decoded.ok).toBe(true)
  }],
  [29, 'dates in BCD', () => {
    const [on, off] = [decodeDg12(oddity('6C17')), decodeDg12(tlv(0x6c, tlv(0x5c, Uint8Array.of(0x5f, 0x26)), tlv(0x5f26, Uint8Array.from('20240415', (c) => c.charCodeAt(0)))))]
    expect([on.ok && on.value.issueDate, defectsOf(on)]).toEqual(['20240415', ['date-in-bcd', 'date-in-bcd']])
    expect([off.ok && off.value.issueDate, defectsOf(off)]).toEqual(['20240415', []])
  }],
  [30, 'fields that are empty or fillers only, and A0 templates', () => {
    const [fillers, empty, list] = [decodeDg11(oddity('6B0A')), decodeDg11(oddity('6B07')), decodeDg12(oddity('6C1B'))]
    expect([defectsOf(fillers), defectsOf(empty), defectsOf(list)]).toEqual([['filler-field'], ['empty-field'], []])
    expect(list.ok && list.value.otherPersons).toEqual(['SMITH<<BRENDA<P'])
  }],
  [31, 'the record of DG2 is some bytes longer or shorter than it says', () => {
    const dg2 = file('lds', 'EF.DG2.bin')
    const at = Buffer.from(dg2).indexOf('FAC\0') + 8
    const off = decodeDg2(dg2)
    for (const by of [-8, -1, 1, 8]) {
      const changed = dg2.slice()
      new DataView(changed.buffer).setUint32(at, new DataView(changed.buffer).getUint32(at) + by)
      const on = decodeDg2(changed)
      expect([by, on.ok && on.value.faces.length, defectsOf(on)]).toEqual([by, 1, ['record-length']])
    }
    expect(defectsOf(off)).toEqual([])
  }],
  [32, 'ISO/IEC 39794-5, read and written', () => {
    const old = decodeDg2(file('lds', 'EF.DG2.bin'))
    if (!old.ok) throw new Error('DG2')
    const made = encodeDg2({ templates: convertFaces(old.value, 'ISO/IEC 39794-5').templates })
    const on = decodeDg2(made)
    expect([on.ok && on.value.templates.map((t) => t.format), old.value.templates.map((t) => t.format)]).toEqual([['ISO/IEC 39794-5'], ['ISO/IEC 19794-5']])
    expect(faceImageOf(made)?.image).toEqual(faceImageOf(file('lds', 'EF.DG2.bin'))?.image)
  }],
  [33, 'the picture in one call, and the signature of DG7', () => {
    const dg2 = file('lds', 'EF.DG2.bin')
    expect([faceImageOf(dg2)?.mediaType, faceImageOf(dg2.subarray(0, 40))]).toEqual(['image/jp2', undefined])
    const image = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2)
    const read = decodeDg7(encodeDg7({ images: [{ image, mediaType: 'image/jpeg' }] }))
    expect(read.ok && read.value.images).toEqual([{ image, mediaType: 'image/jpeg' }])
  }],
  [34, 'long document numbers in a TD1', () => {
    for (const length of [9, 10, 14, 22]) {
      const documentNumber = 'AB123456789012345678901'.slice(0, length)
      const read = parseMrz(composeMrz('TD1', { ...TD1, documentNumber }).lines)
      expect([read.valid, read.fields['documentNumber']]).toEqual([true, documentNumber])
    }
    expect(() => composeMrz('TD1', { ...TD1, documentNumber: 'AB1234567890123456789012' })).toThrow(RangeError)
  }],
  [35, '`D<<`, short numbers and a wrong check digit are reported', () => {
    const german = parseMrz(composeMrz('TD3', { ...TD3, issuingState: 'D', nationality: 'D', documentNumber: 'L898902C' }).lines)
    expect([german.valid, german.fields['issuingState'], german.fields['documentNumber']]).toEqual([true, 'D', 'L898902C'])
    const lines = composeMrz('TD3', TD3).lines
    const wrong = parseMrz([lines[0]!, `${lines[1]!.slice(0, 9)}0${lines[1]!.slice(10)}`])
    expect([wrong.valid, wrong.fields['documentNumber'], wrong.checks.filter((c) => c.outcome === 'failed').map((c) => c.field)]).toEqual([false, 'L898902C3', ['documentNumber', 'composite']])
  }],
  [36, 'sex X is written as a filler and flagged when it stands there', () => {
    const lines = composeMrz('TD3', { ...TD3, sex: 'X' }).lines
    expect([lines[1]![20], parseMrz(lines).defects.map((d) => d.code)]).toEqual(['<', []])
    expect(parseMrz([lines[0]!, `${lines[1]!.slice(0, 20)}X${lines[1]!.slice(21)}`]).defects.map((d) => d.at)).toEqual(['sex'])
  }],
  [37, 'an empty surname and an impossible date do not lose the rest', () => {
    const lines = composeMrz('TD3', TD3).lines
    const nameless = parseMrz([`PPUTO${''.padEnd(39, '<')}`, lines[1]!])
    expect([nameless.fields['primaryIdentifier'], nameless.fields['documentNumber']]).toEqual(['', 'L898902C3'])
    const impossible = parseMrz([lines[0]!, `${lines[1]!.slice(0, 13)}991399${lines[1]!.slice(19)}`])
    expect([impossible.fields['birthDate'], impossible.fields['primaryIdentifier'], impossible.defects.some((d) => d.at === 'birthDate')]).toEqual(['991399', 'ERIKSSON', true])
    expect(parseMrz(lines).defects).toEqual([])
  }],
  [38, 'the report says which anchor is missing', async () => {
    const [on, off] = [await judged('ecdsa-p256-sha256', 'nothing'), await judged('ecdsa-p256-sha256')]
    expect([on.ways.split(' ').includes('trust-path'), off.ways]).toEqual([true, ''])
    expect(on.says).toMatch(/UT.*Utopia/)
  }],
  [39, 'a chip without EF.COM, and one that loses its power, are read', async () => {
    const bare = { ...files, 'EF.CardAccess': pace(GM) } as Record<string, Uint8Array>
    const { 'EF.COM': _, ...rest } = bare
    const read = await readChip(virtualChip(lockedChip({ files: rest, access: 'pace', secrets: { mrz } }), crypto).transmit, order)
    expect(Object.keys(value(read).files).sort()).toEqual(Object.keys(rest).sort())
    expect(value(read).oddities).toEqual([])
    const [on, off] = await bothOf({ kind: 'loses-power', after: 18 })
    expect([on.files, codes(on).length, codes(off)]).toEqual([off.files, 1, []])
  }],
  [40, 'readings side by side do not touch one another', async () => {
    const cards: readonly Card[] = [{}, { access: 'bac' }, { offers: [{ ...GM, mapping: 'IM' }] }, { access: 'open' }]
    const shape = (r: ChipReading): unknown => [r.files, r.access, r.exchanges.map((e) => `${e.command} ${e.statusWord}`)]
    const alone: unknown[] = []
    for (const c of cards) alone.push(shape(await readOf(c)))
    expect((await Promise.all(cards.map(async (c) => readOf(c)))).map(shape)).toEqual(alone)
  }],
  [41, 'Chip Authentication in one form only, entries in any order', async () => {
    const pair = ecPair('P-256', 'chip-authentication')
    const [info, key] = [chipAuthenticationInfo({ agreement: 'ECDH', cipher: '3DES', keyId: 7 }), chipAuthenticationKey(pair.spki, 7)]
    const held: ChipKey = { ...pair.key, keyId: 7 } as ChipKey
    const body = encodeDg14({ infos: [info, key] })
    const entry = (i: SecurityInfo): Uint8Array => { const set = encodeSecurityInfos({ infos: [i] }); return set.subarray(readTlv(set, 0).body) }
    const turned = [tlv(0x6e, tlv(0x31, entry(key), entry(info))), tlv(0x6e, tlv(0x31, entry(info), entry(key)))]
    const ca = (r: ChipReading): unknown => [r.session.chipAuthentication.outcome, wordsOf(r, 'chip authentication').map((w) => w.slice(2))]
    const card = (dg14: Uint8Array): Card => ({ keys: [held], files: { DG14: dg14, 'EF.COM': com([1, 2, 14]) } })
    expect(ca(await readOf(card(body)))).toEqual(['passed', ['2241a6 9000']])
    for (const dg14 of turned) expect(ca(await readOf(card(dg14)))).toEqual(['passed', ['2241a6 9000']])
    expect(ca(await readOf({ ...card(body), behaviours: [{ kind: 'chip-authentication', faults: ['no-set-kat'] }] }))).toEqual(['passed', ['2241a6 6d00', '2241a4 9000', '860000 9000']])
    expect(ca(await readOf({ ...card(body), behaviours: [{ kind: 'chip-authentication', faults: ['no-key-id'] }] }))).toEqual(['passed', ['2241a6 6a80', '2241a4 6a80', '2241a6 9000']])
    const copy = await readOf({ ...card(body), keys: [ecPair('P-256', 'chip-authentication').key] })
    expect([copy.session.chipAuthentication.outcome, Object.keys(copy.files).sort(), codes(copy)]).toEqual(['failed', ['DG1', 'DG14', 'DG2', 'EF.COM', 'EF.CardAccess', 'EF.SOD'], ['session-lost chip authentication', 'session-lost chip authentication']])
  }],
]

describe('the issue table', () => {
  it('C8 has every row once, and every behaviour belongs to one', () => {
    expect(ROWS.map(([n]) => n)).toEqual(Array.from({ length: 41 }, (_, i) => i + 1))
    expect(Object.values(BEHAVIOURS).filter((b) => !ROWS.some(([n]) => n === b.row))).toEqual([])
  })
  it.each(ROWS)('C8 row %i: %s', async (_, __, run) => { await run() })
})
