import { constants, createPrivateKey, generateKeyPairSync, sign as signWith } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { oid, tlv } from '../asn1/write.ts'
import { buildChat, mayRead, rightsOf, type Chat, type CvcRole } from '../cvc/authorization.ts'
import { buildCvc, type CvcSigner } from '../cvc/build.ts'
import { decodeCvc, encodeCvcParts, type CvcContent, type CvCertificate } from '../cvc/certificate.ts'
import { cvcAlgorithmOf, cvcAlgorithmOid, withoutParameters, type CvcPublicKey } from '../cvc/public-key.ts'
import { cvcTrustPoint, type CvcTrust } from '../cvc/trust.ts'
import { type HashName } from '../crypto.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES } from '../pki/curve.ts'
import { ecdsaSigner } from './active-authentication-chip.ts'
import { type Command, type Response } from './apdu.ts'
import { compressElement } from './chip-authentication-key.ts'
import { type Exchange } from './exchange.ts'
import { curveGroup, randomScalar, standardGroup } from './group.ts'
import { mrzInformation } from './key.ts'
import {
  authenticateTerminal, bacChipId, externalAuthenticate, getTerminalChallenge, paceChipId, presentCvcs, setDst, setTerminalAt, terminalProofBytes, verifyCertificate, type TerminalAuthenticationRun,
} from './terminal-authentication.ts'
import { terminalAuthenticationChip, type TerminalAuthenticationChip, type TerminalSessionFacts } from './terminal-authentication-chip.ts'

const crypto = nodeCrypto()
const read = (b: Uint8Array): CvCertificate => {
  const d = decodeCvc(b)
  if (!d.ok) throw new Error(JSON.stringify(d.defects))
  return d.value
}
function ecKey(curve: string, hash: HashName): CvcSigner {
  const group = curveGroup(curve)!
  const scalar = randomScalar(group, crypto)
  const key: CvcPublicKey = { kind: 'ec', oid: cvcAlgorithmOid({ kind: 'ecdsa', hash }), point: group.multiply(group.generator, scalar), parameters: { curve, cofactor: 'given' } }
  return { key, sign: ecdsaSigner({ curve, scalar, hash, crypto }) }
}
const NAMES: Readonly<Record<string, string>> = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-512': 'sha512' }
function rsaKey(kind: 'rsa-pkcs1' | 'rsa-pss', hash: HashName): CvcSigner {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const jwk = key.export({ format: 'jwk' })
  const padding = kind === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : { padding: constants.RSA_PKCS1_PADDING }
  return {
    key: { kind: 'rsa', oid: cvcAlgorithmOid({ kind, hash }), modulus: new Uint8Array(Buffer.from(jwk.n!, 'base64url')), exponent: new Uint8Array(Buffer.from(jwk.e!, 'base64url')) },
    sign: (m) => signWith(NAMES[hash]!, m, { key, ...padding }),
  }
}
const chat = (role: CvcRole, rights: readonly string[] = ['read-dg3', 'read-dg4']): Chat => buildChat({ type: 'inspection', role, rights })

interface Border { readonly trust: CvcTrust; readonly root: CvcSigner; readonly terminal: CvcSigner; readonly dvCvc: CvCertificate; readonly terminalCvc: CvCertificate; readonly chain: readonly CvCertificate[] }
const content = (o: Partial<CvcContent> & Pick<CvcContent, 'publicKey'>): CvcContent => ({
  profile: 0, car: 'UTCVCAUTO00001', chr: 'UTCVCAUTO00001', chat: chat('cvca'), effective: '2026-01-01', expires: '2028-01-01', extensions: [], ...o,
})
async function border(make: () => CvcSigner = () => ecKey('brainpoolP256r1', 'SHA-256'), rights: readonly string[] = ['read-dg3']): Promise<Border> {
  const [root, dv, terminal] = [make(), make(), make()]
  const dvCvc = read(await buildCvc(content({ chr: 'UTDVBORDERUT001', chat: chat('dv-domestic'), effective: '2026-03-01', expires: '2026-05-01', publicKey: withoutParameters(dv.key) }), root))
  const terminalCvc = read(await buildCvc(content({ car: dvCvc.chr, chr: 'UTGATE1UT001', chat: chat('terminal', rights), effective: '2026-03-05', expires: '2026-03-20', publicKey: withoutParameters(terminal.key) }), dv))
  const point = (await cvcTrustPoint(read(await buildCvc(content({ publicKey: root.key }), root)), crypto))!
  return { trust: { points: [point], date: '2026-02-01' }, root, terminal, dvCvc, terminalCvc, chain: [dvCvc, terminalCvc] }
}

const facts: TerminalSessionFacts = { chipId: bacChipId(mrzInformation({ documentNumber: 'L898902C', birthDate: '690806', expiryDate: '940623' })), ephemeral: unhex('00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef') }
interface Wire extends Exchange { readonly chip: TerminalAuthenticationChip; readonly seen: readonly string[]; readonly refusals: readonly string[]; readonly words: readonly string[] }
function wired(trust: CvcTrust, session: () => TerminalSessionFacts | undefined = () => facts, version?: 1 | 2): Wire {
  const chip = terminalAuthenticationChip({ trust, crypto, session, ...(version === undefined ? {} : { version }) })
  const seen: string[] = []
  const refusals: string[] = []
  const words: string[] = []
  const exchange = async (c: Command): Promise<Response> => {
    seen.push(hex(Uint8Array.of(c.ins, c.p1, c.p2)))
    const answer = await chip.handle(c)
    if (answer?.refusal !== undefined) {
      refusals.push(answer.refusal.code)
      words.push(`${answer.refusal.says} (${answer.refusal.clause})`)
    }
    return answer?.response ?? { data: new Uint8Array(), sw: 0x6d00 }
  }
  return Object.assign(exchange, { chip, seen, refusals, words })
}
const order = (b: Border, o: Partial<TerminalSessionFacts> = {}) => ({ chain: b.chain, signer: b.terminal, chipId: o.chipId ?? facts.chipId, ephemeral: o.ephemeral ?? facts.ephemeral! })
const step = (run: TerminalAuthenticationRun): string => (run.outcome === 'passed' ? 'passed' : `${run.step} ${run.holder} ${run.sw?.toString(16)} ${run.reason.code}`)
const word = async (wire: Wire, c: Command): Promise<string> => (await wire(c))!.sw.toString(16)

describe('Terminal Authentication, both sides', () => {
  const kinds: readonly (readonly [string, () => CvcSigner])[] = [
    ...CURVES.map((c) => [`ECDSA on ${c.name}`, () => ecKey(c.name, 'SHA-256')] as const),
    ...(['SHA-1', 'SHA-224', 'SHA-384', 'SHA-512'] as const).map((h) => [`ECDSA with ${h}`, () => ecKey('P-384', h)] as const),
    ...(['SHA-1', 'SHA-256', 'SHA-512'] as const).flatMap((h) => [[`PKCS #1 with ${h}`, () => rsaKey('rsa-pkcs1', h)] as const, ...(h === 'SHA-512' ? [] : [[`PSS with ${h}`, () => rsaKey('rsa-pss', h)] as const])]),
  ]
  it.each(kinds)('E30 lets a terminal prove itself by %s, in both versions, and grants what its chain grants', async (_, make) => {
    const b = await border(make)
    for (const version of [1, 2] as const) {
      const wire = wired(b.trust, version === 1 ? () => facts : () => ({ chipId: facts.chipId }), version)
      expect(wire.chip.granted()).toBeUndefined()
      expect(step(await authenticateTerminal(wire, { ...order(b), version }))).toBe('passed')
      expect([mayRead(wire.chip.granted(), 'DG3'), mayRead(wire.chip.granted(), 'DG4'), wire.chip.trust().date]).toEqual([true, false, '2026-03-05'])
      expect(wire.seen).toEqual(['2281b6', '2a00be', '2281b6', '2a00be', '2281a4', '840000', '820000'])
      expect(wire.chip.committed()?.ephemeral).toEqual(version === 1 ? undefined : facts.ephemeral)
    }
  })

  it('E31 refuses another key, chip, session or challenge, and grants nothing', async () => {
    const [b, stranger] = [await border(), await border()]
    const denied = async (run: Promise<TerminalAuthenticationRun>, wire: Wire): Promise<readonly unknown[]> => [step(await run), wire.refusals, wire.chip.granted()]
    const wrong = ['external-authenticate UTGATE1UT001 6300 ta-refused', ['ta-signature-wrong'], undefined]
    let wire = wired(b.trust)
    expect(await denied(authenticateTerminal(wire, { ...order(b), signer: stranger.terminal }), wire)).toEqual(wrong)
    expect(wire.words).toEqual(['the terminal did not sign this challenge (Doc 9303-11 §7.1.5)'])
    wire = wired(b.trust)
    expect(await denied(authenticateTerminal(wire, order(b, { chipId: bacChipId(mrzInformation({ documentNumber: 'L898902D', birthDate: '690806', expiryDate: '940623' })) })), wire)).toEqual(wrong)
    wire = wired(b.trust)
    expect(await denied(authenticateTerminal(wire, order(b, { ephemeral: facts.chipId })), wire)).toEqual(wrong)
    wire = wired(b.trust)
    const replayed: Exchange = async (c) => (c.ins === 0x84 ? { ...(await wire(c))!, data: new Uint8Array(8) } : wire(c))
    expect(await denied(authenticateTerminal(replayed, order(b)), wire)).toEqual(wrong)
    wire = wired(b.trust)
    expect(await denied(authenticateTerminal(wire, { ...order(b), chain: stranger.chain }), wire)).toEqual(['verify-certificate UTDVBORDERUT001 6300 ta-refused', ['cvc-signature'], undefined])
    // each bit of the signature
    wire = wired(b.trust)
    expect(await presentCvcs(wire, b.chain)).toBeUndefined()
    for (let i = 0; i < 64; i++) {
      await wire(setTerminalAt('UTGATE1UT001'))
      const { data: challenge } = (await wire(getTerminalChallenge))!
      const der = await b.terminal.sign(terminalProofBytes({ ...facts, ephemeral: facts.ephemeral!, challenge }))
      const plain = concat(...[der.subarray(4, 4 + der[3]!), der.subarray(6 + der[3]!)].map((v) => bytesOf(numberOf(v), 32)))
      plain[i]! ^= 1 << (i % 8)
      expect(await word(wire, externalAuthenticate(plain)), `byte ${i}`).toBe('6300')
      expect(wire.chip.granted()).toBeUndefined()
    }
  })

  it('E31 refuses each changed byte of a certificate on the wire', async () => {
    const b = await border(() => ecKey('P-224', 'SHA-224'))
    const parts = encodeCvcParts(b.dvCvc)
    const wire = wired(b.trust)
    for (let i = 0; i < parts.length; i++) {
      const data = parts.slice()
      data[i]! ^= 1 << (i % 8)
      await wire(setDst('UTCVCAUTO00001'))
      expect(['6a80', '6300', '6985'], `byte ${i}`).toContain(await word(wire, { ...verifyCertificate(b.dvCvc), data }))
      expect(wire.chip.trust()).toEqual(b.trust)
    }
    await wire(setDst('UTCVCAUTO00001'))
    expect(await word(wire, verifyCertificate(b.dvCvc))).toBe('9000')
  })

  it('E32 is done once in a session that Chip Authentication made, step by step', async () => {
    const b = await border()
    let session: TerminalSessionFacts | undefined = facts
    const wire = wired(b.trust, () => session)
    const prove = async (): Promise<string> => {
      const { data: challenge } = (await wire(getTerminalChallenge))!
      const der = await b.terminal.sign(terminalProofBytes({ ...facts, ephemeral: facts.ephemeral!, challenge }))
      return word(wire, externalAuthenticate(concat(...[der.subarray(4, 4 + der[3]!), der.subarray(6 + der[3]!)].map((v) => bytesOf(numberOf(v), 32)))))
    }
    // out of order
    expect([await word(wire, verifyCertificate(b.dvCvc)), await word(wire, setDst('UTDVBORDERUT001')), await word(wire, setTerminalAt('UTGATE1UT001')), await word(wire, externalAuthenticate(new Uint8Array(64)))]).toEqual(['6985', '6a88', '6a88', '6985'])
    expect(wire.refusals).toEqual(['ta-key-unset', 'ta-key-unknown', 'ta-key-unknown', 'ta-not-begun'])
    expect(wire.words).toEqual(['no key is set for verification', 'no such key', 'no terminal of this name has shown its certificate', 'no terminal is chosen, or no challenge was given'].map((w) => `${w} (Doc 9303-11 §7.1.5)`))
    expect(await presentCvcs(wire, [b.dvCvc])).toBeUndefined()
    // the key of a document verifier is no terminal's, a trust point is none
    expect([await word(wire, setTerminalAt('UTDVBORDERUT001')), await word(wire, setTerminalAt('UTCVCAUTO00001'))]).toEqual(['6a88', '6a88'])
    // a key that was set is used once
    await wire(setDst('UTDVBORDERUT001'))
    expect([await word(wire, verifyCertificate(b.terminalCvc)), await word(wire, verifyCertificate(b.terminalCvc))]).toEqual(['9000', '6985'])
    // the key of the document verifier is gone once the terminal's is there
    expect(await word(wire, setDst('UTDVBORDERUT001'))).toBe('6a88')
    expect(await word(wire, externalAuthenticate(new Uint8Array(64)))).toBe('6985')
    expect(await word(wire, setTerminalAt('UTGATE1UT001'))).toBe('9000')
    expect(await word(wire, externalAuthenticate(new Uint8Array(64)))).toBe('6985')
    for (const none of [undefined, { chipId: facts.chipId }]) {
      session = none
      expect(await prove()).toBe('6982')
    }
    session = facts
    expect(await prove()).toBe('9000')
    expect(wire.chip.granted()).toEqual(chat('terminal', ['read-dg3']))
    // a challenge is good for one signature, a session for one terminal
    expect(await word(wire, externalAuthenticate(new Uint8Array(64)))).toBe('6982')
    expect(step(await authenticateTerminal(wire, order(b)))).toBe('external-authenticate UTGATE1UT001 6982 ta-refused')
    expect(wire.refusals.at(-1)).toBe('ta-done-before')
    expect([wire.words.at(-1), wire.words.includes('no session that Chip Authentication made (Doc 9303-11 §7.1.5)')]).toEqual(['Terminal Authentication is done once in a session (Doc 9303-11 §7.1.5)', true])
    expect(wire.chip.granted()).toEqual(chat('terminal', ['read-dg3']))
    wire.chip.end()
    expect([wire.chip.granted(), wire.chip.trust().date, await word(wire, setTerminalAt('UTGATE1UT001'))]).toEqual([undefined, '2026-03-05', '6a88'])
    expect(step(await authenticateTerminal(wire, order(b)))).toBe('passed')
    // a wrong signature uses the challenge up
    const other = wired(b.trust)
    expect(step(await authenticateTerminal(other, { ...order(b), signer: (await border()).terminal }))).toBe('external-authenticate UTGATE1UT001 6300 ta-refused')
    expect(await word(other, externalAuthenticate(new Uint8Array(64)))).toBe('6985')
  })

  it('E32 answers malformed commands with a status word and leaves those of others alone', async () => {
    const b = await border()
    const wire = wired(b.trust)
    await presentCvcs(wire, b.chain)
    const mse = (p2: number, data: Uint8Array): Command => ({ cla: 0, ins: 0x22, p1: 0x81, p2, data })
    const name = Buffer.from('UTGATE1UT001')
    expect([await word(wire, mse(0xb6, new Uint8Array())), await word(wire, mse(0xb6, unhex('8305'))), await word(wire, mse(0xa4, unhex('8305'))), await word(wire, mse(0xa4, concat(tlv(0x83, name), tlv(0x83, name)))), await word(wire, mse(0xa4, new Uint8Array())), await word(wire, mse(0xa4, tlv(0x83, name)))]).toEqual(['6a88', '6a88', '6a80', '6a80', '6a88', '9000'])
    expect([await word(wire, { ...getTerminalChallenge, le: 4 }), await word(wire, { ...getTerminalChallenge, le: undefined }), await word(wire, { ...getTerminalChallenge, data: Uint8Array.of(1) })]).toEqual(['6700', '6700', '6700'])
    expect(wire.refusals).toEqual(['ta-key-unknown', 'ta-key-unknown', 'ta-data-malformed', 'ta-data-malformed', 'ta-key-unknown', 'ta-challenge-length', 'ta-challenge-length', 'ta-challenge-length'])
    expect([wire.words[2], wire.words[5]]).toEqual(['not the data objects of this command (Doc 9303-11 §7.1.5)', 'eight bytes are given (Doc 9303-11 §7.1.5)'])
    await wire(setDst('UTCVCAUTO00001'))
    expect(await word(wire, { ...verifyCertificate(b.dvCvc), data: new Uint8Array(9) })).toBe('6a80')
    expect([wire.refusals.at(-1), wire.words.at(-1)]).toEqual(['ta-certificate-unreadable', 'expected a certificate body at 0 (Doc 9303-11 §7.1.5)'])
    for (const c of [{ ins: 0xb0 }, { ins: 0x22, p1: 0x41, p2: 0xa4 }, { ins: 0x22, p1: 0xc1, p2: 0xa4 }, { ins: 0x2a, p1: 0, p2: 0xae }, { ins: 0x84, p1: 1 }, { ins: 0x82, p2: 1 }]) {
      expect(await wire.chip.handle({ cla: 0, p1: 0, p2: 0, data: new Uint8Array(), ...c }), JSON.stringify(c)).toBeUndefined()
    }
  })

  it('E32 version 2 wants the algorithm of the certificate and the compressed key, and signs what is said besides', async () => {
    const b = await border()
    const wire = wired(b.trust, () => ({ chipId: facts.chipId }), 2)
    await presentCvcs(wire, b.chain)
    const two = { oid: b.terminal.key.oid, ephemeral: facts.ephemeral! }
    expect([await word(wire, setTerminalAt('UTGATE1UT001')), await word(wire, setTerminalAt('UTGATE1UT001', { ...two, oid: '0.4.0.127.0.7.2.2.2.2.5' })), await word(wire, setTerminalAt('UTGATE1UT001', two))]).toEqual(['6a80', '6a80', '9000'])
    expect([wire.refusals, wire.words[0]]).toEqual([['ta-algorithm-other', 'ta-algorithm-other'], 'algorithm and compressed key are wanted, as the certificate has it (Doc 9303-11 §7.1.5)'])
    const bare = setTerminalAt('UTGATE1UT001', two)
    expect(await word(wire, { ...bare, data: bare.data.subarray(0, bare.data.length - 34) })).toBe('6a80')
    const auxiliary = tlv(0x67, tlv(0x73, oid('0.4.0.127.0.7.3.1.4.2'), tlv(0x53, Buffer.from('20260310'))))
    expect(step(await authenticateTerminal(wire, { ...order(b), version: 2, auxiliary }))).toBe('passed')
    expect(wire.chip.committed()).toEqual({ ephemeral: facts.ephemeral, auxiliary })
    wire.chip.end()
    expect(wire.chip.committed()).toBeUndefined()
    // auxiliary data that somebody changed on the way
    const meddled: Exchange = (c) => wire(c.ins === 0x22 && c.p2 === 0xa4 ? { ...c, data: unhex(hex(c.data).replace('3230323630333130', '3230323630333131')) } : c)
    expect(step(await authenticateTerminal(meddled, { ...order(b), version: 2, auxiliary }))).toBe('external-authenticate UTGATE1UT001 6300 ta-refused')
  })

  it('E33 brings trust points and day up to date over links, without a terminal', async () => {
    const b = await border()
    const next = ecKey('P-384', 'SHA-384')
    const link = read(await buildCvc(content({ chr: 'UTCVCAUTO00002', publicKey: next.key, effective: '2026-06-01', expires: '2029-01-01' }), b.root))
    const wire = wired(b.trust)
    expect(await presentCvcs(wire, [link])).toBeUndefined()
    expect([wire.chip.trust().points.map((p) => p.chr), wire.chip.trust().date, wire.chip.granted()]).toEqual([['UTCVCAUTO00002', 'UTCVCAUTO00001'], '2026-06-01', undefined])
    // the same again is known already; the document verifier of the old root has expired meanwhile
    expect(await presentCvcs(wire, [link])).toMatchObject({ step: 'verify-certificate', holder: 'UTCVCAUTO00002', sw: 0x6985 })
    expect(step(await authenticateTerminal(wire, order(b)))).toBe('verify-certificate UTDVBORDERUT001 6985 ta-refused')
    expect(wire.refusals).toEqual(['cvc-known', 'cvc-expired'])
    // under the new root
    const dv = ecKey('P-384', 'SHA-384')
    const dvCvc = read(await buildCvc(content({ car: link.chr, chr: 'UTDVBORDERUT002', chat: chat('dv-foreign'), effective: '2026-06-02', expires: '2026-08-01', publicKey: withoutParameters(dv.key) }), next))
    const terminalCvc = read(await buildCvc(content({ car: dvCvc.chr, chr: 'UTGATE1UT002', chat: chat('terminal'), effective: '2026-06-10', expires: '2026-06-20', publicKey: withoutParameters(b.terminal.key) }), dv))
    const other = ecKey('P-384', 'SHA-384')
    const again = read(await buildCvc(content({ ...terminalCvc, publicKey: withoutParameters(other.key) }), dv))
    expect(step(await authenticateTerminal(wire, { ...order(b), chain: [dvCvc, again], signer: other }))).toBe('passed')
    expect([rightsOf(wire.chip.granted()!), wire.chip.trust().date]).toEqual([['read-dg3', 'read-dg4'], '2026-06-02'])
    // and from what was kept when the power went
    const woken = wired(wire.chip.trust())
    expect(step(await authenticateTerminal(woken, { ...order(b), chain: [dvCvc, again], signer: other }))).toBe('passed')
  })

  it('E30 tells where it failed', async () => {
    const b = await border()
    const silent = async (ins: number): Promise<string> => {
      const wire = wired(b.trust)
      return step(await authenticateTerminal((c) => (c.ins === ins ? undefined : wire(c)), order(b)))
    }
    expect([await silent(0x22), await silent(0x2a), await silent(0x84), await silent(0x82)]).toEqual(['set-dst UTDVBORDERUT001 undefined ta-no-answer', 'verify-certificate UTDVBORDERUT001 undefined ta-no-answer', 'get-challenge UTGATE1UT001 undefined ta-no-answer', 'external-authenticate UTGATE1UT001 undefined ta-no-answer'])
    const wire = wired(b.trust)
    expect(step(await authenticateTerminal(async (c) => (c.ins === 0x84 ? { data: new Uint8Array(4), sw: 0x9000 } : wire(c)), order(b)))).toBe('get-challenge UTGATE1UT001 9000 ta-challenge-length')
    expect(step(await authenticateTerminal(wired({ ...b.trust, points: [] }), order(b)))).toBe('set-dst UTDVBORDERUT001 6a88 ta-refused')
    const refused = await authenticateTerminal(wired({ ...b.trust, points: [] }), order(b))
    expect(refused).toMatchObject({ reason: { says: 'set-dst for UTDVBORDERUT001: 6a88, referenced data not found', clause: 'Doc 9303-11 §7.1.5' } })
    expect(await authenticateTerminal(() => undefined, order(b))).toMatchObject({ reason: { says: 'set-dst: the chip gave no answer that counts', clause: 'Doc 9303-11 §7.1.5' } })
    expect(await authenticateTerminal(async (c) => (c.ins === 0x84 ? { data: new Uint8Array(4), sw: 0x9000 } : wired(b.trust)(c)), { ...order(b), chain: [b.dvCvc] })).toMatchObject({ outcome: 'failed' })
    await expect(authenticateTerminal(wired(b.trust), { ...order(b), chain: [] })).rejects.toThrow(RangeError)
  })

  it('E30 names the chip by its document number, or by its key of PACE', () => {
    const id = (documentNumber: string): string => Buffer.from(bacChipId(mrzInformation({ documentNumber, birthDate: '690806', expiryDate: '940623' }))).toString()
    expect([id('L898902C'), id('D23145890'), id('D231458907349')]).toEqual(['L898902C<3', 'D231458907', expect.stringMatching(/^D231458907349\d$/)])
    for (const bad of ['', 'L898902C369080619406236'.slice(0, 20), 'l898902c<369080619406236']) expect(() => bacChipId(bad)).toThrow(RangeError)
    const group = standardGroup(0, crypto)!
    expect(paceChipId(group, group.generator, crypto)).toEqual(crypto.hash('SHA-1', group.generator))
    const ec = curveGroup('P-521')!
    expect(paceChipId(ec, ec.generator, crypto)).toEqual(ec.generator.subarray(1, 67))
  })
})

describe('the worked example of the BSI', () => {
  const cases = (JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/eac-worked-example.json'), 'utf8')) as { cases: Record<string, string | number>[] }).cases
  it.each(cases.map((e) => [String(e['id']), e] as const))('E34 reproduces Terminal Authentication version 2, %s', async (id, e) => {
    const value = (name: string): Uint8Array => unhex(String(e[name]))
    const group = standardGroup(Number(e['domain']), crypto)!
    const [root, dv, terminal] = ['cvca_cert', 'dv_cert', 'ta_cert'].map((n) => read(value(n)))
    const point = { ...(await cvcTrustPoint(root!, crypto))!, chat: { oid: dv!.chat.oid, bits: new Uint8Array(5).fill(0xff) } }
    const chipId = paceChipId(group, group.parse(value('picc_pub_key'))!, crypto)
    const ephemeral = compressElement(group, group.parse(value('ca_pcd_pub_key'))!, crypto)
    const session = terminalAuthenticationChip({ trust: { points: [point], date: '2010-01-01' }, crypto: { ...crypto, random: () => value('ta_nonce') }, session: () => ({ chipId }), version: 2 })
    const done: string[] = []
    const ask: Exchange = async (c) => (await session.handle(c))?.response
    expect(await presentCvcs(ask, [dv!, terminal!])).toBeUndefined()
    done.push('cvca_cert', 'dv_cert', 'ta_cert')
    expect((await ask(setTerminalAt(terminal!.chr, { oid: terminal!.publicKey.oid, ephemeral })))?.sw).toBe(0x9000)
    expect(hex((await ask(getTerminalChallenge))!.data).toUpperCase()).toBe(e['ta_nonce'])
    done.push('ta_nonce')
    // the signature of the example is good
    expect((await ask(externalAuthenticate(value('ta_pcd_signature'))))?.sw).toBe(0x9000)
    expect(rightsOf(session.granted()!)).toEqual(['can-allowed', 'read-eid-dg1'])
    done.push('ta_pcd_signature', 'picc_pub_key', 'ca_pcd_pub_key')
    // and its key signs the same: PKCS #1 to the byte
    const key = createPrivateKey({ key: Buffer.from(value('ta_pcd_key')), format: 'der', type: 'pkcs8' })
    const hash = { 'SHA-1': 'sha1', 'SHA-512': 'sha512' }[cvcAlgorithmOf(terminal!.publicKey)!.hash as 'SHA-1']
    const signer: CvcSigner = { key: id === 'ecdh' ? { ...terminal!.publicKey, parameters: (root!.publicKey as { parameters: undefined }).parameters } as CvcPublicKey : terminal!.publicKey, sign: (m) => signWith(hash, m, key) }
    const sent: Uint8Array[] = []
    session.end()
    const run = await authenticateTerminal(async (c) => {
      if (c.ins === 0x82) sent.push(c.data)
      return ask(c)
    }, { chain: [dv!, terminal!], signer, chipId, ephemeral, version: 2 })
    expect(step(run)).toBe('passed')
    if (id === 'dh') expect(hex(sent[0]!).toUpperCase()).toBe(e['ta_pcd_signature'])
    done.push('ta_pcd_key')
    expect(done.length).toBe(8)
  })
})
