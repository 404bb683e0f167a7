import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { hex, unhex } from '../asn1/value.ts'
import { setOf } from '../asn1/write.ts'
import { type Crypto } from '../crypto.ts'
import { decodeSecurityInfos } from '../lds/security-info.ts'
import { nodeCrypto } from '../node.ts'
import { numberOf } from '../number.ts'
import { encodeResponse, parseCommand } from './apdu.ts'
import { bacChip, performBac } from './bac.ts'
import { standardGroup, type Group } from './group.ts'
import { bacSeed, deriveKey, passwordKey, passwordSecret, type Password, type SessionKeys } from './key.ts'
import { MODP } from './modp.ts'
import { performPace, type PaceSession } from './pace.ts'
import { paceChip } from './pace-chip.ts'
import { authenticationToken, cipherNonce, isChipMapping, openChipData, publicValue, secretOf, tokenInput, type PaceChance } from './pace-key.ts'
import { mapGeneric, mapIntegrated, pseudoRandom } from './pace-mapping.ts'
import { paceOffers, type PaceOffer } from './pace-offer.ts'
import { sessionCiphers } from './secure-object.ts'

const crypto = nodeCrypto()
const vectors = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors', name), 'utf8'))
const DOC = vectors('doc9303-11-worked-examples.json').vectors
const BSI = vectors('bsi-pace-worked-example.json')
const upper = (b: Uint8Array): string => hex(b).toUpperCase()
type Values = Readonly<Record<string, unknown>>

let checked = 0
/** Every value of the example is either computed here and compared, or an input or a remark and named as such. */
function compare(example: Values, computed: Readonly<Record<string, string | undefined>>, given: readonly string[]): void {
  expect([...Object.keys(computed), ...given].sort()).toEqual(Object.keys(example).sort())
  for (const [name, value] of Object.entries(computed)) {
    expect(value, name).toBe(example[name])
    checked += 1
  }
}

/** Chance that gives what is written down, in this order. */
function scripted(random: readonly Uint8Array[], scalars: readonly string[]): PaceChance {
  const [bytes, numbers] = [[...random], [...scalars]]
  return { random: (n) => { expect(bytes[0]).toHaveLength(n); return bytes.shift()! }, scalar: () => BigInt(`0x${numbers.shift()!}`) }
}

/** The crypto port, but one password has the key that the example prints. */
function withPasswordKey(key: Uint8Array): Crypto {
  return { ...crypto, hash: (name, b) => (hex(b).endsWith('00000003') ? Uint8Array.of(...key, 0, 0, 0, 0) : crypto.hash(name, b)) }
}

interface Party { readonly random?: readonly Uint8Array[]; readonly scalars: readonly string[] }
interface Run { readonly session: PaceSession; readonly chip: SessionKeys; readonly apdus: readonly (readonly [string, string])[] }

async function run(offer: PaceOffer, o: { readonly password: Password; readonly terminal: Party; readonly chip: Party; readonly port?: Crypto; readonly staticKey?: bigint }): Promise<Run> {
  const port = o.port ?? crypto
  const chip = paceChip({ offers: [offer], passwords: [o.password], crypto: port, chance: scripted(o.chip.random ?? [], o.chip.scalars), staticKeys: new Map([[offer.parameterId!, o.staticKey ?? 1n]]) })
  const apdus: [string, string][] = []
  let keys: SessionKeys | undefined
  const result = await performPace(async (bytes) => {
    const step = chip.answer(parseCommand(bytes)!)!
    keys = step.keys
    const response = encodeResponse(step.response)
    apdus.push([upper(bytes), upper(response)])
    return Promise.resolve(response)
  }, { offer, password: o.password, crypto: port, chance: scripted(o.terminal.random ?? [], o.terminal.scalars), parameterReference: 'only-if-several' })
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return { session: result.value, chip: keys!, apdus }
}

function offerOf(paceInfo: string): PaceOffer {
  const infos = decodeSecurityInfos(setOf(unhex(paceInfo)))
  if (!infos.ok) throw new Error('not a PACEInfo')
  return paceOffers(infos.value, crypto)[0]!
}
/** The inside of an element: points without the leading 04, as the Part prints them. */
const plain = (group: Group, element: Uint8Array): string => upper(group.kind === 'ec' ? element.subarray(1) : element)
const power = (group: Group, secret: string): Uint8Array => group.multiply(group.generator, BigInt(`0x${secret}`))

describe('Doc 9303-11, Appendix D', () => {
  it('A18 Basic Access Control runs as printed, on both sides', async () => {
    const v = DOC.BAC['D.3']
    const information = 'L898902C<369080619406236'
    const fixed = (...values: readonly string[]): Crypto => { const left = values.map(unhex); return { ...crypto, random: () => left.shift()! } }
    const chip = bacChip({ information, crypto: fixed(v['RND.IC'], v['K.IC']) })
    const sent: string[] = []
    const got: string[] = []
    let keys: SessionKeys | undefined
    const result = await performBac(async (bytes) => {
      const step = chip.answer(parseCommand(bytes)!)!
      keys = step.keys
      sent.push(upper(bytes))
      got.push(upper(step.response.data))
      return Promise.resolve(encodeResponse(step.response))
    }, { information, crypto: fixed(v['RND.IFD'], v['K.IFD']) })
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    expect(result.value).toEqual(keys)
    expect([sent[0], got[0]]).toEqual(['0084000008', v['RND.IC']])
    const seed = bacSeed(information, crypto)
    const key = deriveKey(seed, { cipher: '3DES', purpose: 'encryption', crypto })
    const open = (text: string): string => upper(crypto.cipher({ cipher: '3DES', mode: 'CBC', direction: 'decrypt', key, iv: new Uint8Array(8), bytes: unhex(text) }))
    compare(v, {
      KEnc: upper(key), KMAC: upper(deriveKey(seed, { cipher: '3DES', purpose: 'mac', crypto })),
      S: open(sent[1]!.slice(10, 74)), 'E.IFD': sent[1]!.slice(10, 74), 'M.IFD': sent[1]!.slice(74, 90), commandAPDU: sent[1],
      R: open(got[1]!.slice(0, 64)), 'E.IC': got[1]!.slice(0, 64), 'M.IC': got[1]!.slice(64),
      KSeed: upper(unhex(v['K.IC']).map((b, i) => b ^ unhex(v['K.IFD'])[i]!)),
      KSEnc: upper(result.value.encryption), KSMAC: upper(result.value.mac), SSC: result.value.counter.toString(16).toUpperCase().padStart(16, '0'),
    }, ['RND.IC', 'RND.IFD', 'K.IFD', 'K.IC'])
  })
})

describe('Doc 9303-11, Appendices G and I', () => {
  it.each(['PACE-ECDH-GM (G.1)', 'PACE-DH-GM (G.2)', 'PACE-ECDH-CAM (I.1)'])('A19 %s comes out value by value and, where they are printed, APDU by APDU', async (name) => {
    const v = DOC[name] as Readonly<Record<string, string>>
    const offer = offerOf(v['PACEInfo']!)
    const { group } = offer
    const password: Password = { kind: 'mrz', text: v['mrzInformation']! }
    const terminal: Party = { scalars: [v['map.terminalPrivate']!, v['terminalPrivate']!] }
    const chip: Party = { random: [unhex(v['nonce']!)], scalars: [v['map.chipPrivate']!, v['chipPrivate']!] }
    // the static key of I.1 is not printed, but its quotient with the mapping key is: it makes the printed data
    const cam = (v as Values)['chipAuthentication'] as Readonly<Record<string, string>> | undefined
    const inverse = (n: bigint): bigint => numberOf(crypto.power(unhex(n.toString(16).padStart(64, '0')), unhex((group.order - 2n).toString(16)), unhex(group.order.toString(16))))
    const staticKey = cam === undefined ? 1n : (BigInt(`0x${v['map.chipPrivate']!}`) * inverse(BigInt(`0x${cam['chipAuthenticationData']!}`))) % group.order
    const r = await run(offer, { password, terminal, chip, staticKey })
    expect(r.chip).toEqual(r.session.keys)

    const key = passwordKey(password, { cipher: offer.cipher, crypto })
    const map = { terminal: power(group, v['map.terminalPrivate']!), chip: power(group, v['map.chipPrivate']!) }
    const shared = group.multiply(map.chip, BigInt(`0x${v['map.terminalPrivate']!}`))
    const generator = mapGeneric(group, unhex(v['nonce']!), shared)!
    const mapped = group.withGenerator(generator)
    const ours = { terminal: power(mapped, v['terminalPrivate']!), chip: power(mapped, v['chipPrivate']!) }
    const token = (element: Uint8Array): string => upper(authenticationToken(offer, element, { mac: r.session.keys.mac, crypto }))
    compare(v, {
      K: upper(passwordSecret(password, crypto)), Kpi: upper(key), oid: offer.oid,
      'map.terminalPublic': plain(group, map.terminal), 'map.chipPublic': plain(group, map.chip), 'map.sharedSecretH': plain(group, shared), mappedGenerator: plain(group, generator),
      terminalPublic: plain(group, ours.terminal), chipPublic: plain(group, ours.chip),
      sharedSecret: upper(secretOf(group, mapped.multiply(ours.chip, BigInt(`0x${v['terminalPrivate']!}`)))),
      nonce: upper(cipherNonce('decrypt', unhex(v['encryptedNonce']!), { cipher: offer.cipher, key, crypto })),
      encryptedNonce: upper(cipherNonce('encrypt', unhex(v['nonce']!), { cipher: offer.cipher, key, crypto })),
      KSEnc: upper(r.session.keys.encryption), KSMAC: upper(r.session.keys.mac),
      tokenInputIFD: upper(tokenInput(offer, ours.chip)), tokenInputIC: upper(tokenInput(offer, ours.terminal)), 'T.IFD': token(ours.chip), 'T.IC': token(ours.terminal),
    }, ['mrzInformation', 'PACEInfo', 'domain', 'map.terminalPrivate', 'map.chipPrivate', 'terminalPrivate', 'chipPrivate',
      ...(group.kind === 'ec' ? ['apdus', 'password'] : ['p', 'g', 'q', 'note']), ...(cam === undefined ? [] : ['chipAuthentication'])])
    expect(upper(r.session.chipKey)).toBe(upper(ours.chip))
    if (group.kind === 'dh') {
      expect([v['p'], v['g'], v['q']].map((n) => n!.toLowerCase())).toEqual([MODP[0]!.p, MODP[0]!.g, MODP[0]!.q])
      expect(v['p']!.length / 2).toBe(group.size)
    } else {
      expect(r.apdus).toEqual((v as Values)['apdus'])
      checked += r.apdus.flat().length
    }

    if (cam === undefined) return
    const evidence = r.session.chipMapping!
    compare(cam, {
      chipAuthenticationData: upper(openChipData(group, unhex(cam['encryptedChipAuthenticationData']!), { keys: r.session.keys, crypto })!),
      encryptedChipAuthenticationData: r.apdus.at(-1)![1].slice(-100, -4),
      IV: upper(crypto.cipher({ cipher: 'AES', mode: 'ECB', direction: 'encrypt', key: r.session.keys.encryption, bytes: new Uint8Array(16).fill(0xff) })),
      chipPublicKey: plain(group, group.multiply(group.generator, staticKey)),
    }, ['chipAuthenticationPublicKeyInfo'])
    expect(upper(evidence.data)).toBe(cam['chipAuthenticationData'])
    expect([plain(group, evidence.mappingKey), evidence.keyId]).toEqual([v['map.chipPublic'], 13])
    const publicKey = unhex(`04${cam['chipPublicKey']!}`)
    expect(cam['chipAuthenticationPublicKeyInfo']).toContain(cam['chipPublicKey'])
    expect(isChipMapping(evidence, publicKey)).toBe(true)
    expect(isChipMapping(evidence, map.chip)).toBe(false)
  })

  it('A19 the response of G.2 with a trust point that nobody asked for is read all the same', async () => {
    const v = DOC['PACE-DH-GM (G.2)'] as Readonly<Record<string, string>>
    const printed = /7C1B[0-9A-F]+/.exec(v['note']!)![0]
    const answers = ['', `7C128010${v['encryptedNonce']!}`, `7C8183828180${v['map.chipPublic']!}`, `7C8183848180${v['chipPublic']!}`, printed].map((a) => `${a}9000`)
    const result = await performPace(async () => Promise.resolve(unhex(answers.shift()!)), {
      offer: offerOf(v['PACEInfo']!), password: { kind: 'mrz', text: v['mrzInformation']! }, crypto, chance: scripted([], [v['map.terminalPrivate']!, v['terminalPrivate']!]),
    })
    if (!result.ok) throw new Error(JSON.stringify(result.error))
    expect(result.value.authorities).toEqual(['DETESTCVCA00003'])
    expect(upper(result.value.keys.encryption)).toBe(v['KSEnc'])
  })
})

describe('Doc 9303-11, Appendix H', () => {
  it.each([['PACE-ECDH-IM (H.1)', 13], ['PACE-DH-IM (H.2)', 0]])('A20 %s comes out value by value, from the printed key of the password', async (name, parameterId) => {
    const v = DOC[name] as Readonly<Record<string, string>>
    const group = standardGroup(parameterId, crypto)!
    const [agreement, mapping] = [group.kind === 'ec' ? 'ECDH' : 'DH', 'IM'] as const
    const offer: PaceOffer = { oid: v['oid']!, agreement, mapping, cipher: 'AES-128', group, parameterId, groups: 'one' }
    const key = unhex(v['Kpi']!)
    const nonces = { s: unhex(v['nonce']!), t: unhex(v['nonceT']!), cipher: 'AES-128', crypto } as const
    const r = await run(offer, {
      password: { kind: 'can', text: '' }, port: withPasswordKey(key),
      terminal: { random: [nonces.t], scalars: [v['terminalPrivate']!] }, chip: { random: [nonces.s], scalars: [v['chipPrivate']!] },
    })
    const generator = mapIntegrated(group, nonces)!
    const mapped = group.withGenerator(generator)
    const ours = { terminal: power(mapped, v['terminalPrivate']!), chip: power(mapped, v['chipPrivate']!) }
    const p = group.kind === 'dh' ? BigInt(`0x${MODP[0]!.p}`) : 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377n
    const R = pseudoRandom(nonces, p.toString(2).length)
    const token = (element: Uint8Array): string => upper(authenticationToken(offer, element, { mac: r.session.keys.mac, crypto }))
    compare(v, {
      nonce: upper(cipherNonce('decrypt', unhex(v['encryptedNonce']!), { cipher: 'AES-128', key, crypto })),
      encryptedNonce: r.apdus[1]![1].slice(8, 40),
      R: upper(R), Rp: (numberOf(R) % p).toString(16).toUpperCase().padStart(2 * group.size, '0'), mappedGenerator: plain(group, generator),
      terminalPublic: plain(group, ours.terminal), chipPublic: plain(group, ours.chip), sharedSecret: upper(secretOf(group, mapped.multiply(ours.chip, BigInt(`0x${v['terminalPrivate']!}`)))),
      KEnc: upper(r.session.keys.encryption), KMAC: upper(r.session.keys.mac),
      tokenInputIC: upper(tokenInput(offer, ours.terminal)), tokenInputIFD: upper(tokenInput(offer, ours.chip)), 'T.IC': token(ours.terminal), 'T.IFD': token(ours.chip),
    }, ['Kpi', 'oid', 'domain', 'nonceT', 'chipPrivate', 'terminalPrivate', ...(group.kind === 'ec' ? ['note'] : [])])
    expect(r.chip).toEqual(r.session.keys)
    // terminal's nonce in the clear, nothing from the chip, then the keys
    const value = (element: Uint8Array): string => upper(publicValue(group, element))
    expect(r.apdus[2]).toEqual([`10860000147C128110${v['nonceT']!}00`, '7C0282009000'])
    expect(r.apdus[3]![0]).toContain(value(ours.terminal))
    expect(r.apdus[3]![1]).toContain(value(ours.chip))
  })
})

describe('the worked example of the BSI', () => {
  it.each([['ecdh', 13, '2'], ['dh', 0, '1']])('A21 PACE with %s and a PIN comes out value by value', async (kind, parameterId, arc) => {
    const v = BSI[kind] as Readonly<Record<string, string>>
    const infos = decodeSecurityInfos(unhex(v['ef_cardaccess']!))
    const offers = infos.ok ? paceOffers(infos.value, crypto) : []
    expect(offers.map((o) => [o.oid, o.parameterId, o.groups])).toEqual([[`0.4.0.127.0.7.2.2.4.${arc}.2`, parameterId, 'one']])
    const offer = offers[0]!
    const { group } = offer
    const password: Password = { kind: 'pin', text: '123456' }
    const r = await run(offer, {
      password, terminal: { scalars: [v['map_pcd_priv_key']!, v['pcd_priv_key']!] },
      chip: { random: [unhex(v['nonce']!)], scalars: [v['map_picc_priv_key']!, v['picc_priv_key']!] },
    })
    expect(r.chip).toEqual(r.session.keys)
    const key = passwordKey(password, { cipher: offer.cipher, crypto })
    const shared = group.multiply(power(group, v['map_picc_priv_key']!), BigInt(`0x${v['map_pcd_priv_key']!}`))
    const generator = mapGeneric(group, unhex(v['nonce']!), shared)!
    const mapped = group.withGenerator(generator)
    const ours = { terminal: power(mapped, v['pcd_priv_key']!), chip: power(mapped, v['picc_priv_key']!) }
    const token = (element: Uint8Array): string => upper(authenticationToken(offer, element, { mac: r.session.keys.mac, crypto }))
    const sealed = sessionCiphers(r.session.keys, crypto)
    compare({ ...v, pcd_pub_key: v['pcd_pub_key']!.replace(/^00/, '') }, {
      nonce: upper(cipherNonce('decrypt', unhex(v['nonce_enc']!), { cipher: offer.cipher, key, crypto })), nonce_enc: r.apdus[1]![1].slice(8, 40),
      map_pcd_pub_key: upper(power(group, v['map_pcd_priv_key']!)), map_picc_pub_key: upper(power(group, v['map_picc_priv_key']!)), map_shared_secret_h: upper(shared), map_generator: upper(generator),
      pcd_pub_key: upper(ours.terminal), picc_pub_key: upper(ours.chip), shared_secret_k: upper(secretOf(group, mapped.multiply(ours.chip, BigInt(`0x${v['pcd_priv_key']!}`)))),
      k_mac: upper(r.session.keys.mac), k_enc: upper(r.session.keys.encryption), authentication_token_pcd: token(ours.chip), authentication_token_picc: token(ours.terminal),
      // the first protected exchange after it
      e1: upper(sealed.seal(unhex(v['d1']!), { counter: 1n, ins: 0x22 })).slice(6), a1: upper(sealed.checksum(unhex(v['ad1']!), 2n)).slice(4),
    }, ['ef_cardaccess', 'map_pcd_priv_key', 'map_picc_priv_key', 'pcd_priv_key', 'picc_priv_key', 'd1', 'ad1'])
  })
})

it('A22 all values were compared that the examples compute', () => {
  expect(checked).toBe(149)
})
