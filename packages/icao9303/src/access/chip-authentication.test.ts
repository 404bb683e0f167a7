import { createPrivateKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { concat, hex, unhex } from '../asn1/value.ts'
import { bits, integer, oid, octets, sequence, tlv } from '../asn1/write.ts'
import { decodeSecurityInfos, encodeSecurityInfos, type SecurityInfo } from '../lds/security-info.ts'
import { chipAuthenticationInfo, chipAuthenticationKey } from '../lds/security-info-build.ts'
import { chipAuthenticationOid, OID_DH_PKCS3, OID_DH_X942, OID_STANDARDIZED_PARAMETERS, type KeyAgreement } from '../lds/security-protocol.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf, numberOf } from '../number.ts'
import { CURVES, explicitSpki, namedSpki } from '../pki/curve.ts'
import { OK, parseCommand, type Command, type Response } from './apdu.ts'
import { authenticateChip, chipAuthenticationCommands, establishChipAuthentication, type ChipAuthenticationPlan, type ChipAuthenticationRun } from './chip-authentication.ts'
import { chipAuthenticationChip, type ChipAgreement, type ChipAuthenticationFault, type ChipAuthenticationSecret, type ChipAuthenticationSetup } from './chip-authentication-chip.ts'
import { agreeSecret, compressElement, decodeAgreementKey } from './chip-authentication-key.ts'
import { verifyChipMapping } from './chip-authentication-mapping.ts'
import { planChipAuthentication } from './chip-authentication-plan.ts'
import { type Exchange } from './exchange.ts'
import { curveGroup, dhGroup, randomScalar, standardGroup, type Group } from './group.ts'
import { sessionKeys, type SessionCipher } from './key.ts'
import { MODP } from './modp.ts'
import { encodeDynamic, openChipData, type ChipMappingEvidence } from './pace-key.ts'
import { chipChannel, terminalChannel } from './secure-messaging.ts'

const crypto = nodeCrypto()
const vectors = join(import.meta.dirname, '../../vectors')
const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const CIPHERS: readonly SessionCipher[] = ['3DES', 'AES-128', 'AES-192', 'AES-256']
const agreementOf = (group: Group): KeyAgreement => (group.kind === 'ec' ? 'ECDH' : 'DH')

/** A key of a chip: the secret, and what EF.DG14 says of it. */
interface ChipKey { readonly secret: ChipAuthenticationSecret; readonly spki: Uint8Array; readonly group: Group }
const dhSpki = (element: Uint8Array, o: { readonly form: 'pkcs3' | 'x942'; readonly p: bigint; readonly g: bigint; readonly q: bigint }): Uint8Array =>
  sequence(sequence(oid(o.form === 'pkcs3' ? OID_DH_PKCS3 : OID_DH_X942), sequence(integer(o.p), integer(o.g), ...(o.form === 'x942' ? [integer(o.q)] : [integer(160)]))), bits(integer(numberOf(element))))
function keyOn(group: Group, o: { readonly ciphers?: readonly SessionCipher[]; readonly keyId?: number; readonly spki?: (element: Uint8Array) => Uint8Array } = {}): ChipKey {
  const scalar = randomScalar(group, crypto)
  const element = group.multiply(group.generator, scalar)
  const curve = CURVES.find((c) => c.name === group.name)
  const modp = MODP.find((m) => m.name === group.name)
  const n = (h: string): bigint => BigInt(`0x${h}`)
  const spki = o.spki?.(element) ?? (curve === undefined ? dhSpki(element, { form: 'pkcs3', p: n(modp!.p), g: n(modp!.g), q: n(modp!.q) }) : explicitSpki(curve, element))
  return { secret: { group, scalar, ciphers: o.ciphers ?? CIPHERS, ...(o.keyId === undefined ? {} : { keyId: o.keyId }) }, spki, group }
}
const infosOf = (k: ChipKey, ciphers: readonly SessionCipher[], keyId?: number): readonly SecurityInfo[] =>
  [...ciphers.map((cipher) => chipAuthenticationInfo({ agreement: agreementOf(k.group), cipher, ...(keyId === undefined ? {} : { keyId }) })), chipAuthenticationKey(k.spki, keyId)]

interface Wire extends Exchange { readonly seen: Command[]; readonly agreed: () => ChipAgreement | undefined }
function wired(setup: Omit<ChipAuthenticationSetup, 'crypto'>): Wire {
  const chip = chipAuthenticationChip({ ...setup, crypto })
  const seen: Command[] = []
  let agreed: ChipAgreement | undefined
  const exchange = (c: Command): Response => {
    seen.push(c)
    const answer = chip.handle(c)
    agreed = answer?.agreed ?? agreed
    return answer?.response ?? { data: new Uint8Array(), sw: 0x6d00 }
  }
  return Object.assign(exchange, { seen, agreed: () => agreed })
}
const step = (run: ChipAuthenticationRun): string => (run.outcome === 'agreed' ? 'agreed' : `${run.step} ${run.reason.code} ${run.sw?.toString(16)}`)
const shown = (p: ChipAuthenticationPlan): string => `${p.cipher} ${p.command} ${p.keyId ?? '-'}`

/** The first command under new keys: does the chip understand, and the terminal its answer? */
function firstCommand(run: ChipAuthenticationRun, chip: ChipAgreement): string {
  if (run.outcome !== 'agreed') return 'no keys'
  const [terminal, other] = [terminalChannel(run.keys, crypto), chipChannel(chip.keys, crypto)]
  const got = other.open(parseCommand(terminal.protect({ cla: 0, ins: 0xb0, p1: 0x9e, p2: 0, data: new Uint8Array(), le: 4 }))!)
  const answer = terminal.open(got.ok ? other.protect({ data: unhex('60145f01'), sw: OK }) : Uint8Array.of(got.sw >> 8, got.sw & 0xff))
  return answer.outcome === 'protected' ? hex(answer.response.data) : `${answer.outcome} ${got.ok ? '' : got.code}`
}

const groups: readonly Group[] = [...CURVES.map((c) => curveGroup(c.name)!), ...[0, 1, 2].map((i) => standardGroup(i, crypto)!)]

describe('Chip Authentication, both sides', () => {
  it.each(groups.map((g) => [g.name, g] as const))('E20 agrees on the same keys in %s with each cipher, and the first command holds', async (_, group) => {
    const key = keyOn(group, { keyId: 7 })
    for (const cipher of CIPHERS) {
      const { plans, defects } = planChipAuthentication(infosOf(key, [cipher], 7), { crypto })
      expect(defects).toEqual([])
      const chip = wired({ keys: [key.secret] })
      const { run, before } = await establishChipAuthentication(chip, plans, crypto)
      expect([step(run), before]).toEqual(['agreed', []])
      expect(run.outcome === 'agreed' && run.keys).toEqual(chip.agreed()!.keys)
      expect(run.outcome === 'agreed' && run.ephemeral).toEqual(chip.agreed()!.ephemeral)
      expect(firstCommand(run, chip.agreed()!)).toBe('60145f01')
      expect(chip.seen.map((c) => hex(Uint8Array.of(c.ins, c.p1, c.p2)))).toEqual(cipher === '3DES' ? ['2241a6'] : ['2241a4', '860000'])
    }
  })

  it('E21 a clone without the key is found out by the first command, in every cipher', async () => {
    for (const group of [curveGroup('brainpoolP224r1')!, standardGroup(0, crypto)!]) {
      const [genuine, clone] = [keyOn(group), keyOn(group)]
      for (const cipher of CIPHERS) {
        const chip = wired({ keys: [clone.secret] })
        const { run } = await establishChipAuthentication(chip, planChipAuthentication(infosOf(genuine, [cipher]), { crypto }).plans, crypto)
        expect(step(run)).toBe('agreed')
        expect(firstCommand(run, chip.agreed()!)).toBe('bare checksum-wrong')
      }
    }
  })

  it('E21 version 2: the token proves the key, and only the key that the terminal vouched for is taken', async () => {
    for (const group of [curveGroup('P-256')!, standardGroup(2, crypto)!]) {
      const [key, clone] = [keyOn(group, { keyId: 1 }), keyOn(group, { keyId: 1 })]
      for (const cipher of CIPHERS) {
        const infos = infosOf(key, [cipher], 1).map((i) => (i.kind === 'chip-authentication' ? { ...i, version: 2 } : i))
        expect(planChipAuthentication(infos, { crypto }).plans).toEqual([])
        const [plan] = planChipAuthentication(infos, { crypto, version: 2 }).plans
        const scalar = randomScalar(group, crypto)
        const own = compressElement(group, group.multiply(group.generator, scalar), crypto)
        const genuine = wired({ keys: [key.secret], committed: () => own })
        const run = await authenticateChip(genuine, plan!, { crypto, scalar })
        expect([step(run), run.outcome === 'agreed' && run.keys]).toEqual(['agreed', genuine.agreed()!.keys])
        expect(firstCommand(run, genuine.agreed()!)).toBe('60145f01')
        expect(step(await authenticateChip(wired({ keys: [clone.secret], committed: () => own }), plan!, { crypto, scalar }))).toBe('general-authenticate ca-token-wrong undefined')
        expect(step(await authenticateChip(wired({ keys: [key.secret], committed: () => own }), plan!, { crypto }))).toBe('general-authenticate ca-refused 6300')
        expect(step(await authenticateChip(wired({ keys: [key.secret], committed: () => undefined }), plan!, { crypto, scalar }))).toBe('general-authenticate ca-refused 6300')
        expect(step(await authenticateChip(wired({ keys: [key.secret] }), plan!, { crypto, scalar }))).toBe('general-authenticate ca-no-proof undefined')
        // a changed byte of nonce or token
        for (const place of [4, 11, 14, 21]) {
          const inner = wired({ keys: [key.secret], committed: () => own })
          const meddled: Exchange = async (c) => {
            const answer = (await inner(c))!
            return c.ins === 0x86 ? { sw: answer.sw, data: answer.data.map((b, i) => (i === place ? b ^ 1 : b)) } : answer
          }
          expect(step(await authenticateChip(meddled, plan!, { crypto, scalar }))).toBe('general-authenticate ca-token-wrong undefined')
        }
      }
    }
  })

  const example = (JSON.parse(readFileSync(join(vectors, 'eac-worked-example.json'), 'utf8')) as { cases: Record<string, string | number>[] }).cases
  it.each(example.map((e) => [String(e['id']), e] as const))('E23 reproduces the values of the worked example, %s', async (id, e) => {
    const value = (name: string): Uint8Array => unhex(String(e[name]))
    const group = standardGroup(Number(e['domain']), crypto)!
    const chipKey = { group, element: value('ca_picc_pub_key') }
    const [picc, pcd] = [numberOf(value('ca_picc_priv_key')), numberOf(value('ca_pcd_priv_key'))]
    const oidOfCa = chipAuthenticationOid({ agreement: agreementOf(group), cipher: 'AES-128' })
    const nonce = value('ca_nonce')
    const done: [string, string, unknown][] = []
    const same = (name: string, got: Uint8Array): void => { done.push([name, hex(got).toUpperCase(), e[name]]) }
    expect(oidOfCa).toBe(e['ca_oid'])
    same('ca_picc_pub_key', group.multiply(group.generator, picc % group.order))
    const plan: ChipAuthenticationPlan = { version: 2, oid: oidOfCa, cipher: 'AES-128', command: 'set-at', keyId: undefined, key: chipKey, defects: [] }
    const setup = { keys: [{ group, scalar: picc, ciphers: CIPHERS }], crypto: { ...crypto, random: () => nonce }, committed: () => compressElement(group, value('ca_pcd_pub_key'), crypto) }
    const chip = chipAuthenticationChip(setup)
    const seen: Response[] = []
    const run = await authenticateChip((c) => {
      const { response } = chip.handle(c)!
      seen.push(response)
      return response
    }, plan, { crypto, scalar: pcd })
    if (run.outcome !== 'agreed') throw new Error(step(run))
    same('ca_pcd_pub_key', run.ephemeral)
    same('ca_shared_secret_k', agreeSecret(group, chipKey.element, pcd)!)
    expect(hex(agreeSecret(group, run.ephemeral, picc)!).toUpperCase()).toBe(e['ca_shared_secret_k'])
    same('ca_k_enc', run.keys.encryption)
    same('ca_k_mac', run.keys.mac)
    expect(hex(seen[1]!.data)).toBe(`7c148108${hex(nonce)}8208${String(e['ca_picc_token']).toLowerCase()}`)
    same('ca_picc_token', seen[1]!.data.subarray(-8))
    same('ca_nonce', seen[1]!.data.subarray(4, 12))
    expect(done.map(([name, got]) => [name, got])).toEqual(done.map(([name, , want]) => [name, want]))
    expect([id, done.length]).toEqual([id, 7])
  })

  it('E20 refuses what is no element, and commands that are wrong', () => {
    const key = keyOn(curveGroup('P-256')!, { keyId: 1, ciphers: ['3DES', 'AES-128'] })
    const second = keyOn(standardGroup(0, crypto)!, { keyId: 2, ciphers: ['AES-256'] })
    const chip = chipAuthenticationChip({ keys: [key.secret, second.secret], crypto })
    const put = (p2: number, data: Uint8Array): number | undefined => chip.handle({ cla: 0, ins: 0x22, p1: 0x41, p2, data })?.response.sw
    const general = (data: Uint8Array): number | undefined => chip.handle({ cla: 0, ins: 0x86, p1: 0, p2: 0, data, le: 256 })?.response.sw
    const at = (id: string, ...more: readonly Uint8Array[]): Uint8Array => concat(tlv(0x80, oid(id).subarray(2)), ...more)
    const number = (n: number): Uint8Array => tlv(0x84, Uint8Array.of(n))
    const [g, off] = [key.group.generator, key.group.generator.map((b, i) => (i === 64 ? b ^ 1 : b))]
    expect([put(0xa6, concat(tlv(0x91, g), number(1))), put(0xa6, tlv(0x91, g)), put(0xa6, concat(tlv(0x91, g), number(3))), put(0xa6, concat(tlv(0x91, g), number(2))), put(0xa6, concat(tlv(0x91, off), number(1))), put(0xa6, number(1)), put(0xa6, unhex('9141'))]).toEqual([0x9000, 0x6a88, 0x6a88, 0x6a88, 0x6a80, 0x6a80, 0x6a80])
    const [aes, dh, pace] = [chipAuthenticationOid({ agreement: 'ECDH', cipher: 'AES-128' }), chipAuthenticationOid({ agreement: 'DH', cipher: 'AES-256' }), '0.4.0.127.0.7.2.2.4.2.2']
    expect([put(0xa4, at(aes, number(1))), put(0xa4, at(dh, number(1))), put(0xa4, at(dh, number(2))), put(0xa4, at(aes)), put(0xa4, at(pace)), put(0xa4, new Uint8Array()), put(0xb6, g)]).toEqual([0x9000, 0x6a80, 0x9000, 0x6a88, undefined, undefined, undefined])
    // nothing is selected after a refusal, and after each run
    expect(general(encodeDynamic([0x80, g]))).toBeUndefined()
    for (const bad of [encodeDynamic([0x80, off]), encodeDynamic(), encodeDynamic([0x81, g]), encodeDynamic([0x80, g], [0x81, g]), g]) {
      expect(put(0xa4, at(aes, number(1)))).toBe(0x9000)
      expect(general(bad)).toBe(0x6a80)
      expect(general(encodeDynamic([0x80, g]))).toBeUndefined()
    }
    expect(put(0xa4, at(aes, number(1)))).toBe(0x9000)
    expect(chip.handle({ cla: 0, ins: 0x86, p1: 1, p2: 0, data: encodeDynamic([0x80, g]), le: 256 })?.response.sw).toBe(0x6a86)
    expect([general(encodeDynamic([0x80, g])), general(encodeDynamic([0x80, g]))]).toEqual([0x9000, undefined])
    // a residue comes without its leading zeros; of order two it is none
    expect(put(0xa4, at(dh, number(2)))).toBe(0x9000)
    expect(general(encodeDynamic([0x80, bytesOf(numberOf(unhex(MODP[0]!.p)) - 1n, 128)]))).toBe(0x6a80)
  })
})

describe('what a document offers', () => {
  const p256 = keyOn(curveGroup('P-256')!, { keyId: 1 })
  const plansOf = (infos: readonly SecurityInfo[]) => {
    const { plans, defects } = planChipAuthentication(infos, { crypto })
    return { plans: plans.map(shown), defects: defects.map((d) => d.code) }
  }
  it('E22 takes the strongest first, whatever the order of EF.DG14', () => {
    const all = infosOf(p256, CIPHERS, 1)
    const wanted = ['AES-256 set-at 1', 'AES-256 set-at -', 'AES-192 set-at 1', 'AES-192 set-at -', 'AES-128 set-at 1', 'AES-128 set-at -', '3DES set-kat 1', '3DES set-at 1', '3DES set-kat -', '3DES set-at -']
    expect(plansOf(all)).toEqual({ plans: wanted, defects: [] })
    expect(plansOf([...all].reverse())).toEqual({ plans: wanted, defects: [] })
    // the file with its entries in another order than DER wants, as it is met in the field
    const unsorted = tlv(0x31, ...[...all].reverse().map((i) => encodeSecurityInfos({ infos: [i] }).subarray(2)).map((b, n) => (n === 0 ? encodeSecurityInfos({ infos: [all.at(-1)!] }).subarray(encodeSecurityInfos({ infos: [all.at(-1)!] })[1]! < 0x80 ? 2 : 4) : b)))
    const read = decodeSecurityInfos(unsorted)
    expect(read.ok && plansOf(read.value.infos).plans).toEqual(wanted)
  })

  it('E22 takes each key under its number, the longer first', () => {
    const [short, long, dh] = [keyOn(curveGroup('P-224')!, { keyId: 1 }), keyOn(curveGroup('P-384')!, { keyId: 2 }), keyOn(standardGroup(1, crypto)!, { keyId: 3 })]
    const infos = [...infosOf(short, ['AES-128'], 1), ...infosOf(long, ['AES-128'], 2), ...infosOf(dh, ['3DES'], 3)]
    const { plans } = planChipAuthentication(infos, { crypto })
    expect(plans.map((p) => `${p.key.group.name} ${shown(p)}`)).toEqual(['P-384 AES-128 set-at 2', 'P-224 AES-128 set-at 1', 'modp2048-224 3DES set-kat 3', 'modp2048-224 3DES set-at 3'])
  })

  it('E22 old files with a key and no entry mean 3DES, and say so', async () => {
    for (const keyId of [undefined, 4]) {
      const key = keyOn(curveGroup('brainpoolP224r1')!, keyId === undefined ? {} : { keyId })
      const { plans, defects } = planChipAuthentication([chipAuthenticationKey(key.spki, keyId)], { crypto })
      expect([plans[0] && shown(plans[0]), defects.map((d) => d.code)]).toEqual([`3DES set-kat ${keyId ?? '-'}`, ['ca-info-missing']])
      expect(plans[0]!.oid).toBe('0.4.0.127.0.7.2.2.3.2.1')
      expect(step((await establishChipAuthentication(wired({ keys: [key.secret] }), plans, crypto)).run)).toBe('agreed')
    }
    expect(planChipAuthentication([chipAuthenticationKey(p256.spki)], { crypto, version: 2 }).plans).toEqual([])
  })

  it('E22 a number in one entry only, an entry without a cipher, and what does not fit', () => {
    const info = chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128' })
    expect(plansOf([info, chipAuthenticationKey(p256.spki, 5)])).toEqual({ plans: ['AES-128 set-at 5', 'AES-128 set-at -'], defects: ['ca-key-id-one-sided'] })
    expect(plansOf([{ ...info, keyId: 6 }, chipAuthenticationKey(p256.spki)])).toEqual({ plans: ['AES-128 set-at 6', 'AES-128 set-at -'], defects: ['ca-key-id-one-sided'] })
    expect(plansOf([{ ...info, keyId: 6 }, chipAuthenticationKey(p256.spki, 5)])).toEqual({ plans: [], defects: ['ca-key-missing'] })
    expect(plansOf([info, chipAuthenticationKey(p256.spki, 5), chipAuthenticationKey(p256.spki, 6)])).toEqual({ plans: [], defects: ['ca-key-missing'] })
    expect(plansOf([chipAuthenticationInfo({ agreement: 'DH', cipher: 'AES-128' }), chipAuthenticationKey(p256.spki)])).toEqual({ plans: [], defects: ['ca-key-missing'] })
    const { cipher: _, ...bare } = info
    expect(plansOf([bare, chipAuthenticationKey(p256.spki)])).toEqual({ plans: ['3DES set-kat -', '3DES set-at -'], defects: ['ca-cipher-missing'] })
    const { version: __, ...ageless } = info
    expect(plansOf([ageless, chipAuthenticationKey(p256.spki)])).toEqual({ plans: ['AES-128 set-at -'], defects: [] })
    expect(plansOf([{ ...info, version: 3 }, chipAuthenticationKey(p256.spki)])).toEqual({ plans: [], defects: ['ca-version'] })
    expect(plansOf([info, { ...chipAuthenticationKey(p256.spki), agreement: 'DH' }])).toEqual({ plans: ['AES-128 set-at -'], defects: ['ca-agreement-other'] })
    expect(plansOf([info, { ...chipAuthenticationKey(p256.spki), publicKey: sequence() }])).toEqual({ plans: [], defects: ['ca-key-unreadable', 'ca-key-missing'] })
    expect(plansOf([])).toEqual({ plans: [], defects: [] })
  })

  it('E22 says what is odd, and by which clause', () => {
    const info = chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128' })
    const told = (infos: readonly SecurityInfo[]): readonly unknown[] => planChipAuthentication(infos, { crypto }).defects.map((d) => [d.says, d.clause])
    const { cipher: _, ...bare } = info
    expect(told([{ ...bare, keyId: 1 }, chipAuthenticationKey(p256.spki)])).toEqual([
      ['the key has a number in one of its entries only', 'Doc 9303-11 §9.2.5'], ['the entry names no cipher: 3DES is taken', 'Doc 9303-11 §9.2.5'],
    ])
    expect(told([info])).toEqual([['no key without a number for 0.4.0.127.0.7.2.2.3.2.2', 'Doc 9303-11 §9.2.5']])
    expect(told([{ ...info, keyId: 9 }])).toEqual([['no key 9 for 0.4.0.127.0.7.2.2.3.2.2', 'Doc 9303-11 §9.2.5']])
    expect(told([{ ...info, version: 3 }])).toEqual([['version 3', 'Doc 9303-11 §9.2.5']])
    expect(told([chipAuthenticationKey(p256.spki)])).toEqual([['a key and no entry of 0.4.0.127.0.7.2.2.3: version 1 with 3DES is taken', 'BSI TR-03110-3 A.1.1']])
    expect(told([info, { ...chipAuthenticationKey(p256.spki), agreement: 'DH' }])).toEqual([['a key for ECDH is announced for DH', 'Doc 9303-11 §9.2.6']])
    expect(told([{ ...chipAuthenticationKey(p256.spki), publicKey: sequence() }])).toEqual([['expected an algorithm', 'Doc 9303-11 §9.5']])
    // the plan carries what concerns it
    expect(planChipAuthentication([{ ...info, keyId: 1 }, chipAuthenticationKey(p256.spki)], { crypto }).plans[0]!.defects.map((d) => d.code)).toEqual(['ca-key-id-one-sided'])
  })

  it('E22 says what became of a run, and by which clause', async () => {
    const [plan] = planChipAuthentication(infosOf(p256, ['AES-128'], 1), { crypto }).plans
    const told = (run: ChipAuthenticationRun): readonly unknown[] => (run.outcome === 'failed' ? [run.reason.says, run.reason.clause] : [])
    expect(told(await authenticateChip(() => undefined, plan!, { crypto }))).toEqual(['the chip gave no answer that counts', 'Doc 9303-11 §6.2.4'])
    expect(told((await establishChipAuthentication(() => undefined, [], crypto)).run)).toEqual(['no key that can be used', 'Doc 9303-11 §9.2'])
    const two: ChipAuthenticationPlan = { ...plan!, version: 2 }
    expect(told(await authenticateChip(() => ({ data: new Uint8Array(), sw: OK }), two, { crypto }))).toEqual(['no nonce and token in the answer', 'BSI TR-03110-3 B.2'])
    expect(told(await authenticateChip(() => ({ data: encodeDynamic([0x81, new Uint8Array(8)], [0x82, new Uint8Array(8)]), sw: OK }), two, { crypto }))).toEqual(['the token is not of a chip that has the key', 'BSI TR-03110-3 A.2.4'])
    // a key of order two, where nobody told the order of the group
    const m = MODP[2]!
    const p = BigInt(`0x${m.p}`)
    const weak = dhGroup({ name: 'own', prime: unhex(m.p), generator: unhex(m.g), order: p - 1n }, crypto)!
    const order = BigInt(`0x${m.q}`)
    expect(told(await authenticateChip(() => ({ data: encodeDynamic(), sw: OK }), { ...plan!, key: { group: weak, element: unhex(m.g) } }, { crypto, scalar: order + 1n }))).toEqual([])
    expect(agreeSecret(weak, unhex(m.g), order)).toBeUndefined()
    expect(agreeSecret(weak, unhex(m.g), order + 1n)).toEqual(unhex(m.g))
  })

  const faults: readonly (readonly [string, readonly ChipAuthenticationFault[], readonly SessionCipher[], readonly string[]])[] = [
    ['nothing odd', [], ['3DES'], ['2241a6']],
    ['a chip without MSE: Set KAT', ['no-set-kat'], ['3DES'], ['2241a6', '2241a4', '860000']],
    ['a chip that wants no number, 3DES', ['no-key-id'], ['3DES'], ['2241a6', '2241a4', '2241a6']],
    ['a chip that wants no number and has no MSE: Set KAT', ['no-key-id', 'no-set-kat'], ['3DES'], ['2241a6', '2241a4', '2241a6', '2241a4', '860000']],
    ['a chip that wants no number, AES', ['no-key-id'], ['AES-128'], ['2241a4', '2241a4', '860000']],
  ]
  it.each(faults)('E22 authenticates %s', async (_, odd, ciphers, commands) => {
    // the Russian documents have P-192 and 3DES; a reader that takes AES-256 for granted fails on them
    for (const group of [curveGroup('P-192')!, curveGroup('P-256')!]) {
      const key = keyOn(group, { keyId: 1, ciphers })
      const chip = wired({ keys: [key.secret], faults: odd })
      const { run, before } = await establishChipAuthentication(chip, planChipAuthentication([...infosOf(key, ciphers, 1)].reverse(), { crypto }).plans, crypto)
      expect([step(run), chip.seen.map((c) => hex(Uint8Array.of(c.ins, c.p1, c.p2)))]).toEqual(['agreed', commands])
      expect(firstCommand(run, chip.agreed()!)).toBe('60145f01')
      expect(before.every((r) => r.outcome === 'failed' && r.reason.code === 'ca-refused' && r.sw !== undefined)).toBe(true)
      const presumed: ChipAuthenticationPlan = { ...planChipAuthentication(infosOf(key, ['AES-256'], 1), { crypto }).plans[0]!, keyId: undefined }
      expect(step(await authenticateChip(wired({ keys: [key.secret], faults: odd }), presumed, { crypto }))).toBe('set-at ca-refused 6a80')
    }
  })

  it('E22 tells at which step all failed, and stops when the chip is gone', async () => {
    const plans = planChipAuthentication(infosOf(p256, ['AES-128', '3DES'], 1), { crypto }).plans
    const refused = await establishChipAuthentication(() => ({ data: new Uint8Array(), sw: 0x6982 }), plans, crypto)
    expect([step(refused.run), refused.before.map(step)]).toEqual(['set-at ca-refused 6982', ['set-at ca-refused 6982', 'set-at ca-refused 6982', 'set-kat ca-refused 6982', 'set-at ca-refused 6982', 'set-kat ca-refused 6982']])
    expect(refused.run).toMatchObject({ reason: { says: 'set-at: 6982, security status not satisfied', clause: 'Doc 9303-11 §6.2.4' } })
    const gone = await establishChipAuthentication(() => undefined, plans, crypto)
    expect([step(gone.run), gone.before]).toEqual(['set-at ca-no-answer undefined', []])
    expect(step((await establishChipAuthentication(() => undefined, [], crypto)).run)).toBe('none ca-not-offered undefined')
  })

  it('E20 writes the commands of Part 11', () => {
    const [kat] = planChipAuthentication(infosOf(p256, ['3DES'], 0x1234), { crypto }).plans
    const element = p256.group.generator
    const c = chipAuthenticationCommands(kat!, element)
    expect(c.map((x) => [hex(Uint8Array.of(x.cla, x.ins, x.p1, x.p2)), hex(x.data), x.le])).toEqual([['002241a6', `9141${hex(element)}84021234`, undefined]])
    const at = chipAuthenticationCommands({ ...kat!, command: 'set-at', keyId: 0 }, element)
    expect(at.map((x) => [hex(Uint8Array.of(x.cla, x.ins, x.p1, x.p2)), hex(x.data), x.le])).toEqual([['002241a4', '800a04007f00070202030201840100', undefined], ['00860000', `7c438041${hex(element)}`, 256]])
  })
})

describe('keys in EF.DG14', () => {
  it('E24 recognises explicit, named and standardized parameters, PKCS #3 and X9.42', () => {
    const read = (spki: Uint8Array): string => {
      const d = decodeAgreementKey(spki, crypto)
      return d.ok ? d.value.group.name : d.defects.map((x) => x.says).join()
    }
    for (const [i, name] of ['P-192', 'brainpoolP192r1', 'P-224', 'brainpoolP224r1', 'P-256', 'brainpoolP256r1', 'brainpoolP320r1', 'P-384', 'brainpoolP384r1', 'brainpoolP512r1', 'P-521'].entries()) {
      const curve = CURVES.find((c) => c.name === name)!
      const g = curveGroup(name)!.generator
      expect([read(explicitSpki(curve, g)), read(namedSpki(curve, g)), read(sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(8 + i)), bits(g)))]).toEqual([name, name, name])
    }
    for (const [i, m] of MODP.entries()) {
      const group = standardGroup(i, crypto)!
      const n = { p: BigInt(`0x${m.p}`), g: BigInt(`0x${m.g}`), q: BigInt(`0x${m.q}`) }
      const y = group.multiply(group.generator, 5n)
      expect([read(dhSpki(y, { form: 'pkcs3', ...n })), read(dhSpki(y, { form: 'x942', ...n })), read(sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(i)), bits(integer(numberOf(y)))))]).toEqual([m.name, m.name, m.name])
    }
  })

  it('E24 takes a prime of the issuer’s own, and refuses what is none of its elements', async () => {
    // the prime of the 2048-bit group with another generator: no standard names it
    const m = MODP[2]!
    const [p, q] = [BigInt(`0x${m.p}`), BigInt(`0x${m.q}`)]
    const g = numberOf(standardGroup(2, crypto)!.multiply(unhex(m.g), 3n))
    for (const form of ['pkcs3', 'x942'] as const) {
      const group = dhGroup({ name: 'own', prime: unhex(m.p), generator: bytesOf(g, 256), order: form === 'pkcs3' ? p - 1n : q }, crypto)!
      const key = keyOn(group, { spki: (y) => dhSpki(y, { form, p, g, q }) })
      const read = decodeAgreementKey(key.spki, crypto)
      expect(read.ok && [read.value.group.name, read.value.group.order]).toEqual(['modp2048-explicit', form === 'pkcs3' ? p - 1n : q])
      const chip = wired({ keys: [{ ...key.secret, group: read.ok ? read.value.group : group }] })
      const { run } = await establishChipAuthentication(chip, planChipAuthentication(infosOf(key, ['AES-256']), { crypto }).plans, crypto)
      expect(run.outcome === 'agreed' && run.keys).toEqual(chip.agreed()!.keys)
    }
    const own = (y: bigint, o: { readonly p?: bigint; readonly g?: bigint; readonly q?: bigint } = {}): string => {
      const d = decodeAgreementKey(sequence(sequence(oid(OID_DH_X942), sequence(integer(o.p ?? p), integer(o.g ?? g), integer(o.q ?? q))), bits(integer(y))), crypto)
      return d.ok ? 'read' : d.defects[0]!.says
    }
    expect([own(g), own(0n), own(1n), own(p - 1n), own(p), own(p + g), own(2n)]).toEqual(['read', ...Array.from({ length: 6 }, () => 'expected an element of modp2048-explicit')])
    const unusable = 'expected domain parameters that are known or can be used'
    expect([own(g, { p: p - 1n }), own(g, { p: 23n, g: 5n }), own(g, { g: 0n }), own(g, { g: 1n }), own(g, { g: p }), own(g, { q: q + 2n }), own(g, { p: 0n })]).toEqual(Array.from({ length: 7 }, () => unusable))
  })

  it('E24 names the place of what cannot be read', () => {
    const g = curveGroup('P-256')!.generator
    const curve = CURVES.find((c) => c.name === 'P-256')!
    const place = (b: Uint8Array): unknown => {
      const d = decodeAgreementKey(b, crypto)
      return d.ok ? 'read' : d.defects.map((x) => [x.offset, x.says])
    }
    expect(place(new Uint8Array())).toEqual([[0, 'expected more bytes']])
    expect(place(sequence(sequence(oid('1.2.3'), integer(1)), bits(g)))).toEqual([[2, 'expected domain parameters that are known or can be used']])
    expect(place(sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(3)), bits(g)))).toEqual([[2, 'expected domain parameters that are known or can be used']])
    expect(place(sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS)), bits(g)))).toEqual([[13, 'expected domain parameters']])
    const off = g.map((b, i) => (i === 64 ? b ^ 1 : b))
    expect(place(namedSpki(curve, off))).toEqual([[23, 'expected an element of P-256']])
    expect(place(namedSpki(curve, concat(Uint8Array.of(2 + (g[64]! & 1)), g.subarray(1, 33))))).toEqual([[23, 'expected an element of P-256']])
    expect(place(sequence(sequence(oid('1.2.840.10045.2.1'), oid(curve.oid)), bits(g), octets(g)))).toEqual([[92, 'expected nothing more']])
    expect(place(sequence(sequence(oid(OID_STANDARDIZED_PARAMETERS), integer(0)), bits(unhex('0201ff'))))).toEqual([[0, 'expected a number from zero up']])
  })
})

describe('PACE with chip authentication mapping', () => {
  const example = (JSON.parse(readFileSync(join(vectors, 'doc9303-11-worked-examples.json'), 'utf8')) as { vectors: Record<string, Record<string, unknown>> }).vectors['PACE-ECDH-CAM (I.1)']!
  const value = (name: string): Uint8Array => unhex(String(example[name]))
  const chip = example['chipAuthentication'] as Record<string, string>
  const group = curveGroup('brainpoolP256r1')!
  const keys = { ...sessionKeys(value('sharedSecret'), { cipher: 'AES-128', crypto }) }
  const infos = decodeSecurityInfos(concat(Uint8Array.of(0x31, chip['chipAuthenticationPublicKeyInfo']!.length / 2), unhex(chip['chipAuthenticationPublicKeyInfo']!)))
  const list = infos.ok ? infos.value.infos : []
  const evidence: ChipMappingEvidence = {
    group, mappingKey: concat(Uint8Array.of(4), value('map.chipPublic')), keyId: 13,
    data: openChipData(group, unhex(chip['encryptedChipAuthenticationData']!), { keys, crypto })!,
  }
  it('E25 finds the chip of the worked example genuine, and no other', () => {
    expect(hex(evidence.data).toUpperCase()).toBe(chip['chipAuthenticationData'])
    expect([hex(keys.encryption).toUpperCase(), hex(keys.mac).toUpperCase()]).toEqual([example['KSEnc'], example['KSMAC']])
    expect(verifyChipMapping(evidence, list, crypto)).toEqual({ outcome: 'passed', keyId: 13 })
    const fails = (o: Partial<ChipMappingEvidence>, of: readonly SecurityInfo[] = list): string => {
      const v = verifyChipMapping({ ...evidence, ...o }, of, crypto)
      return v.outcome === 'failed' ? v.reason.code : 'passed'
    }
    for (let i = 0; i < 32; i++) expect(fails({ data: evidence.data.map((b, n) => (n === i ? b ^ (1 << (i % 8)) : b)) })).toBe('cam-key-differs')
    expect([fails({ mappingKey: group.generator }), fails({ data: new Uint8Array(32) }), fails({ keyId: 12 })]).toEqual(['cam-key-differs', 'cam-key-differs', 'cam-key-missing'])
    expect(fails({ group: curveGroup('P-256')! })).toBe('cam-group-other')
    const numberless = list.map((i) => (i.kind === 'chip-authentication-public-key' ? chipAuthenticationKey(i.publicKey) : i))
    expect([fails({}, numberless), fails({}, [...numberless, ...numberless]), fails({}, []), fails({}, [...numberless, ...list])]).toEqual(['passed', 'cam-key-missing', 'cam-key-missing', 'passed'])
    expect(fails({}, [{ ...chipAuthenticationKey(explicitSpki(CURVES[0]!, curveGroup('P-192')!.generator), 13), publicKey: sequence() }])).toBe('cam-key-unreadable')
    const told = (o: Partial<ChipMappingEvidence>, of: readonly SecurityInfo[] = list): readonly unknown[] => {
      const v = verifyChipMapping({ ...evidence, ...o }, of, crypto)
      return v.outcome === 'failed' ? [v.reason.says, v.reason.clause] : []
    }
    expect(told({ keyId: 12 })).toEqual(['EF.CardSecurity has no key 12', 'Doc 9303-11 §9.2.1'])
    expect(told({ group: curveGroup('P-256')! })).toEqual(['the key is of brainpoolP256r1, the mapping was done in P-256', 'Doc 9303-11 §9.2.1'])
    expect(told({ mappingKey: group.generator })).toEqual(['the mapping was not done with the key of EF.CardSecurity', 'Doc 9303-11 §4.4.3.5.2'])
    expect(told({}, [{ ...chipAuthenticationKey(namedSpki(CURVES[0]!, curveGroup('P-192')!.generator), 13), publicKey: sequence() }])).toEqual(['expected an algorithm', 'Doc 9303-11 §9.5'])
    const { keyId: _, ...numberlessEvidence } = evidence
    expect(verifyChipMapping(numberlessEvidence, [], crypto)).toMatchObject({ reason: { says: 'EF.CardSecurity has no key without a number' } })
    const other = keyOn(group)
    expect(fails({}, [chipAuthenticationKey(other.spki, 13)])).toBe('cam-key-differs')
  })
})

describe('the chips of Utopia and of the BSI', () => {
  const scalarOf = (pkcs8: Parameters<typeof createPrivateKey>[0], length: number): bigint => {
    const sec1 = createPrivateKey(pkcs8).export({ format: 'der', type: 'sec1' })
    const at = sec1.indexOf(Buffer.from([0x02, 0x01, 0x01, 0x04, length])) + 5
    return numberOf(new Uint8Array(sec1.subarray(at, at + length)))
  }
  const inside = (file: Uint8Array): Uint8Array => file.subarray(file[1]! < 0x80 ? 2 : 2 + (file[1]! & 0x7f))
  const authenticated = async (dg14: Uint8Array, secret: ChipAuthenticationSecret): Promise<readonly string[]> => {
    const read = decodeSecurityInfos(inside(dg14))
    const { plans } = planChipAuthentication(read.ok ? read.value.infos : [], { crypto })
    const chip = wired({ keys: [secret] })
    const { run } = await establishChipAuthentication(chip, plans, crypto)
    return [run.outcome === 'agreed' ? `${run.plan.key.group.name} ${shown(run.plan)}` : step(run), firstCommand(run, chip.agreed()!)]
  }

  it('E20 authenticates the chip of Utopia with its key, and no other', async () => {
    const dg14 = new Uint8Array(readFileSync(join(vectors, 'synthetic/lds/EF.DG14.bin')))
    const scalar = scalarOf(Buffer.from(readFileSync(join(vectors, 'synthetic/keys/chip-ca-ec.pk8.pem'))), 32)
    const secret: ChipAuthenticationSecret = { group: curveGroup('brainpoolP256r1')!, scalar, ciphers: ['AES-128'], keyId: 1 }
    expect(await authenticated(dg14, secret)).toEqual(['brainpoolP256r1 AES-128 set-at 1', '60145f01'])
    expect(await authenticated(dg14, { ...secret, scalar: scalar + 1n })).toEqual(['brainpoolP256r1 AES-128 set-at 1', 'bare checksum-wrong'])
  })

  it.skipIf(!existsSync(join(PUBLIC, 'emrtd')))('E20 authenticates the chip of the reference set, explicit brainpoolP224r1 and 3DES', async () => {
    const bsi = (...path: readonly string[]): Uint8Array => new Uint8Array(readFileSync(join(PUBLIC, 'emrtd', ...path)))
    const scalar = scalarOf({ key: Buffer.from(bsi('bsi-tr03105-5', 'DG14_sk.pkcs8')), format: 'der', type: 'pkcs8' }, 28)
    const secret: ChipAuthenticationSecret = { group: curveGroup('brainpoolP224r1')!, scalar, ciphers: ['3DES'], keyId: 1 }
    expect(await authenticated(bsi('bsi-tr03105-5', 'Datagroup14.bin'), secret)).toEqual(['brainpoolP224r1 3DES set-kat -', '60145f01'])
    // the set of 2008 is of another chip: its file reads the same way, its key is not this one
    expect(await authenticated(bsi('bsi-2008', 'Datagroup14.bin'), secret)).toEqual(['brainpoolP224r1 3DES set-kat -', 'bare checksum-wrong'])
  })
})
