import { generateKeyPairSync, sign as nodeSign } from 'node:crypto'

import { beforeAll, describe, expect, it } from 'vitest'

import { ecdsaSigner } from '../access/active-authentication-chip.ts'
import { curveGroup, randomScalar } from '../access/group.ts'
import { hex, unhex } from '../asn1/value.ts'
import { tlv } from '../asn1/write.ts'
import { buildChat, encodeChat, type Chat, type CvcRole } from '../cvc/authorization.ts'
import { buildCvc, type CvcSigner } from '../cvc/build.ts'
import { decodeCvc, type CvcContent, type CvCertificate } from '../cvc/certificate.ts'
import { cvcAlgorithmOid, withoutParameters } from '../cvc/public-key.ts'
import { buildCardSecurity } from '../lds/card-security.ts'
import { encodeDg14 } from '../lds/dg14.ts'
import { encodeDg15 } from '../lds/dg15.ts'
import { encodeSecurityInfos } from '../lds/security-info.ts'
import { activeAuthenticationInfo, chipAuthenticationInfo, chipAuthenticationKey, paceInfo, terminalAuthenticationInfo } from '../lds/security-info-build.ts'
import { nodeCrypto } from '../node.ts'
import { bytesOf } from '../number.ts'
import { buildCsca, buildDs } from '../pki/build.ts'
import { parseCertificate, type Certificate } from '../pki/certificate.ts'
import { CURVES, explicitSpki } from '../pki/curve.ts'
import { lockedChip } from './locked-chip.ts'
import { personaliseChip } from './personalisation.ts'
import { type TerminalCredential } from './proof.ts'
import { readChip, type ChipReading, type ReadOrder } from './reader.ts'
import { BLANK_CHIP, type ChipAccess, type ChipKey, type ChipState } from './state.ts'
import { virtualChip, type VirtualChip } from './virtual-chip.ts'

const crypto = nodeCrypto()
const mrz = 'L898902C36908061940623'.padEnd(24, '6')
const order: ReadOrder = { passwords: [{ kind: 'mrz', text: mrz }], crypto }
const group = curveGroup('P-256')!
interface Pair { readonly key: ChipKey; readonly spki: Uint8Array }
function pair(): Pair {
  const scalar = randomScalar(group, crypto)
  return { key: { use: 'chip-authentication', kind: 'ec', curve: 'P-256', secret: hex(bytesOf(scalar, 32)), keyId: 12 }, spki: explicitSpki(CURVES.find((c) => c.name === 'P-256')!, group.multiply(group.generator, scalar)) }
}
const offer = (mapping: 'GM' | 'CAM'): ReturnType<typeof paceInfo> => paceInfo({ agreement: 'ECDH', mapping, cipher: 'AES-128', parameterId: 12 })
const cardAccess = (...mappings: readonly ('GM' | 'CAM')[]): Uint8Array => encodeSecurityInfos({ infos: mappings.map(offer) })
const groups = { DG1: tlv(0x61, tlv(0x5f1f, new Uint8Array(88).fill(65))), DG3: tlv(0x63, new Uint8Array(700).fill(3)), DG4: tlv(0x76, new Uint8Array(300).fill(4)) }
async function readOf(state: ChipState, o: Partial<ReadOrder> = {}): Promise<ChipReading> {
  const r = await readChip(virtualChip(state, crypto).transmit, { ...order, ...o })
  if (!r.ok) throw new Error(JSON.stringify(r.error))
  return r.value
}
const send = async (chip: VirtualChip, command: string): Promise<string> => hex(await chip.transmit(unhex(command)))

describe('Chip Authentication Mapping', () => {
  let ds: Certificate
  const signer = (): { readonly spki: Uint8Array; readonly signer: { readonly hash: 'SHA-256'; readonly sign: (m: Uint8Array) => Uint8Array } } => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'brainpoolP256r1' })
    return { spki: new Uint8Array(publicKey.export({ format: 'der', type: 'spki' })), signer: { hash: 'SHA-256', sign: (m) => new Uint8Array(nodeSign('sha256', m, privateKey)) } }
  }
  const [csca, dsKeys] = [signer(), signer()]
  beforeAll(async () => {
    const authority = { country: 'UT', issuingState: 'UTO', organisation: 'Utopia Specimen Authority', contact: 'pki@specimen.example', crlUrl: 'http://pki.specimen.example/uto.crl' }
    const period = { from: new Date('2024-01-01'), to: new Date('2034-01-01') }
    const root = parseCertificate(await buildCsca({ authority, commonName: 'CSCA-UTO', spki: csca.spki, serial: unhex('4000000000000001'), validity: period, keyUse: period }, csca.signer, crypto))!
    ds = parseCertificate(await buildDs({ authority, commonName: 'DS-UTO', spki: dsKeys.spki, serial: unhex('4000000000000002'), validity: period, keyUse: period, documentTypes: ['P'] }, root, csca.signer, crypto))!
  })
  const security = async (p: Pair): Promise<Uint8Array> => buildCardSecurity({ infos: [offer('CAM'), chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 12 }), chipAuthenticationKey(p.spki, 12)], ds, at: new Date('2025-01-01') }, dsKeys.signer, crypto)

  it('C9 proves the chip by its key of EF.CardSecurity, which is read within PACE only', async () => {
    const own = pair()
    const files = { ...groups, 'EF.CardAccess': cardAccess('CAM', 'GM'), 'EF.CardSecurity': await security(own) }
    const state = lockedChip({ files, access: 'pace-and-bac', secrets: { mrz }, keys: [own.key] })
    const read = await readOf(state)
    expect([read.session.access.says, read.session.chipAuthentication]).toEqual(['PACE with CAM on P-256, AES-128', { outcome: 'passed', reason: { code: 'mapping-shown', values: { group: 'P-256' } }, says: 'the chip did the mapping of PACE with its key of EF.CardSecurity: P-256' }])
    expect(read.files).toEqual(files)
    expect(await send(virtualChip(state, crypto), '00a4020c02011d')).toBe('6982')
    // with the Generic Mapping the file is there and proves nothing
    const generic = await readOf(state, { preference: { mappings: ['GM'], agreements: ['ECDH'], ciphers: ['AES-128'] } })
    expect([generic.session.chipAuthentication.outcome, Object.keys(generic.files).includes('EF.CardSecurity')]).toEqual(['not-applicable', true])
    const bac = await readOf({ ...state, files: { ...state.files, 'EF.CardAccess': '' } }, { policy: 'bac-allowed' })
    expect([bac.access, Object.keys(bac.files)]).toEqual(['BAC', ['DG1', 'DG3', 'DG4']])
  })

  it('C9 fails for a chip with another key, for a file that is not there, and says so beside a good Chip Authentication', async () => {
    const [own, other] = [pair(), pair()]
    const base = { access: 'pace', secrets: { mrz }, keys: [own.key] } as const
    const files = { ...groups, 'EF.CardAccess': cardAccess('CAM') }
    const outcome = async (more: Readonly<Record<string, Uint8Array>>): Promise<readonly string[]> => { const { outcome: o, says } = (await readOf(lockedChip({ ...base, files: { ...files, ...more } }))).session.chipAuthentication; return [o, says] }
    expect(await outcome({ 'EF.CardSecurity': await security(other) })).toEqual(['failed', 'the mapping was not done with the key of EF.CardSecurity'])
    expect(await outcome({})).toEqual(['failed', 'the mapping of PACE cannot be checked: EF.CardSecurity cannot be read'])
    const dg14 = encodeDg14({ infos: [chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 12 }), chipAuthenticationKey(own.spki, 12)] })
    expect(await outcome({ DG14: dg14, 'EF.CardSecurity': await security(other) })).toEqual(['failed', 'the mapping was not done with the key of EF.CardSecurity'])
    expect(await outcome({ DG14: dg14, 'EF.CardSecurity': await security(own) })).toEqual(['passed', 'the chip did the mapping of PACE with its key of EF.CardSecurity: P-256; the chip has the private key of DG14: P-256, AES-128'])
  })
})

describe('Terminal Authentication', () => {
  const newKey = (): CvcSigner => {
    const scalar = randomScalar(group, crypto)
    return { key: { kind: 'ec', oid: cvcAlgorithmOid({ kind: 'ecdsa', hash: 'SHA-256' }), point: group.multiply(group.generator, scalar), parameters: { curve: 'P-256', cofactor: 'given' } }, sign: ecdsaSigner({ curve: 'P-256', scalar, hash: 'SHA-256', crypto }) }
  }
  const cvc = async (o: Partial<CvcContent> & Pick<CvcContent, 'publicKey'>, by: CvcSigner): Promise<{ readonly bytes: Uint8Array; readonly read: CvCertificate }> => {
    const bytes = await buildCvc({ profile: 0, car: 'UTCVCAUTO00001', chr: 'UTCVCAUTO00001', chat: chat('cvca', ['read-dg3', 'read-dg4']), effective: '2026-01-01', expires: '2028-01-01', extensions: [], ...o }, by)
    const d = decodeCvc(bytes)
    if (!d.ok) throw new Error(JSON.stringify(d.defects))
    return { bytes, read: d.value }
  }
  const chat = (role: CvcRole, rights: readonly string[]): Chat => buildChat({ type: 'inspection', role, rights })
  const [root, dv, gate, next] = [newKey(), newKey(), newKey(), newKey()]
  const own = pair()
  const dg14 = encodeDg14({ infos: [chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 12 }), chipAuthenticationKey(own.spki, 12), terminalAuthenticationInfo()] })
  let point: Uint8Array
  beforeAll(async () => { point = (await cvc({ publicKey: root.key }, root)).bytes })

  async function credential(rights: readonly string[], o: { readonly expires?: string; readonly linked?: 'linked' } = {}): Promise<TerminalCredential> {
    const link = await cvc({ chr: 'UTCVCAUTO00002', publicKey: next.key, effective: '2026-02-01', expires: '2029-01-01' }, root)
    const [car, by] = o.linked === undefined ? ['UTCVCAUTO00001', root] as const : ['UTCVCAUTO00002', next] as const
    const d = await cvc({ car, chr: 'UTDVBORDERUT001', chat: chat('dv-domestic', ['read-dg3', 'read-dg4']), effective: '2026-03-01', expires: '2026-05-01', publicKey: withoutParameters(dv.key) }, by)
    const t = await cvc({ car: 'UTDVBORDERUT001', chr: 'UTGATE1UT001', chat: chat('terminal', rights), effective: '2026-03-05', expires: o.expires ?? '2026-03-20', publicKey: withoutParameters(gate.key) }, dv)
    return { certificates: [t.read, d.read, ...(o.linked === undefined ? [] : [link.read])], holder: 'UTGATE1UT001', signer: gate }
  }
  const state = (access: ChipAccess): ChipState => lockedChip({
    files: { ...groups, DG14: dg14, ...(access === 'bac' ? {} : { 'EF.CardAccess': cardAccess('GM') }) }, access, secrets: { mrz }, keys: [own.key], trustPoints: [point],
  })
  const guarded = (r: ChipReading): readonly string[] => Object.keys(r.files).filter((n) => n === 'DG3' || n === 'DG4')

  it.each(['pace', 'bac'] as const)('C10 after %s opens to a terminal the groups that it has the right for, and no others', async (access) => {
    for (const [rights, open] of [[['read-dg3'], ['DG3']], [['read-dg4'], ['DG4']], [['read-dg3', 'read-dg4'], ['DG3', 'DG4']], [[], []]] as const) {
      const read = await readOf(state(access), { terminal: await credential(rights) })
      expect([read.session.terminalAuthentication, guarded(read), read.oddities]).toEqual([{ outcome: 'passed', says: 'the chip took UTGATE1UT001 under UTCVCAUTO00001', reason: { code: 'terminal-taken', values: { holder: 'UTGATE1UT001', authority: 'UTCVCAUTO00001' } } }, open, []])
    }
    const nobody = await readOf(state(access))
    expect([nobody.session.terminalAuthentication.says, guarded(nobody), Object.keys(nobody.files).includes('DG1'), nobody.oddities]).toEqual(['the terminal has no certificate to show', [], true, []])
  })

  it('C10 refuses a terminal that cannot sign, one whose way does not lead to the chip, and one without Chip Authentication', async () => {
    const good = await credential(['read-dg3'])
    const outcome = async (s: ChipState, terminal: TerminalCredential): Promise<readonly unknown[]> => { const r = await readOf(s, { terminal }); return [r.session.terminalAuthentication.outcome, r.session.terminalAuthentication.says, guarded(r)] }
    expect(await outcome(state('pace'), { ...good, signer: { ...gate, sign: newKey().sign } })).toEqual(['not-done', 'external-authenticate for UTGATE1UT001: 6300, authentication failed', []])
    expect(await outcome(state('pace'), { ...good, certificates: good.certificates.slice(0, 1) })).toEqual(['not-done', 'no certificates lead from UTCVCAUTO00001 to UTGATE1UT001', []])
    const copy = { ...state('pace'), keys: [pair().key] }
    expect(await outcome(copy, good)).toEqual(['not-done', 'Terminal Authentication needs a session that Chip Authentication made', []])
  })

  it('C10 keeps the day and the new trust point that it learned, also while it sleeps', async () => {
    const chip = virtualChip(state('pace'), crypto)
    const first = await readChip(chip.transmit, { ...order, terminal: await credential(['read-dg3'], { linked: 'linked' }) })
    expect(first.ok && guarded(first.value)).toEqual(['DG3'])
    const slept = JSON.parse(JSON.stringify(chip.state())) as ChipState
    expect([slept.today, slept.trustPoints?.length]).toEqual(['2026-03-05', 2])
    const expired = await readOf(slept, { terminal: await credential(['read-dg3'], { expires: '2026-03-04' }) })
    expect([expired.session.terminalAuthentication.says, guarded(expired)]).toEqual(['verify-certificate for UTGATE1UT001: 6985, conditions of use not satisfied', []])
    const again = await readOf(slept, { terminal: await credential(['read-dg3'], { linked: 'linked' }) })
    expect([again.session.terminalAuthentication.says, guarded(again)]).toEqual(['the chip took UTGATE1UT001 under UTCVCAUTO00002', ['DG3']])
  })

  it('C10 names its authorities in PACE to a terminal that says what it is, and in EF.CVCA to any other', async () => {
    const terminal = await credential(['read-dg3'])
    const asked = await readOf(state('pace'), { terminal, pace: { authorization: encodeChat(chat('terminal', ['read-dg3'])) } })
    const told = await readOf(state('pace'), { terminal })
    const steps = (r: ChipReading): readonly number[] => ['select EF.CVCA', 'read EF.CVCA', 'terminal authentication'].map((s) => r.exchanges.filter((e) => e.step === s).length)
    expect([steps(asked), guarded(asked), steps(told), guarded(told)]).toEqual([[0, 0, 7], ['DG3'], [1, 1, 7], ['DG3']])
    const { trustPoints: _, ...simple } = state('pace')
    const none = await readOf(simple, { terminal })
    expect([none.session.terminalAuthentication.outcome, guarded(none)]).toEqual(['not-applicable', ['DG3', 'DG4']])
  })

  it('C10 has its trust points from personalisation', async () => {
    const chip = virtualChip({ ...BLANK_CHIP, keys: [own.key] }, crypto)
    expect(await personaliseChip(chip.transmit, { files: { ...groups, DG14: dg14, 'EF.CardAccess': cardAccess('GM') }, access: 'pace', secrets: { mrz }, trustPoints: [point] })).toEqual({ ok: true, value: true })
    expect(guarded(await readOf(chip.state(), { terminal: await credential(['read-dg4']) }))).toEqual(['DG4'])
    expect(guarded(await readOf(chip.state()))).toEqual([])
  })
})

describe('a chip that loses its power', () => {
  it.each(['pace', 'bac', 'open'] as const)('C14 once, at whatever command, is read whole and proves itself all the same; access: %s', async (access) => {
    const [own, signing] = [pair(), pair()]
    const infos = [chipAuthenticationInfo({ agreement: 'ECDH', cipher: 'AES-128', keyId: 12 }), chipAuthenticationKey(own.spki, 12), activeAuthenticationInfo('SHA-256')]
    const files = { ...(access === 'pace' ? { 'EF.CardAccess': cardAccess('GM') } : {}), DG1: groups.DG1, DG14: encodeDg14({ infos }), DG15: encodeDg15(signing.spki) }
    const aa: ChipKey = { ...signing.key, use: 'active-authentication' } as ChipKey
    const kept = lockedChip({ files, access, secrets: { mrz }, keys: [own.key, aa] })
    const quiet = await readOf(kept)
    expect(quiet.oddities).toEqual([])
    const seen = new Set<string>()
    for (let after = 0; after < quiet.exchanges.length; after++) {
      const { files: got, session, oddities } = await readOf({ ...kept, behaviours: [{ kind: 'loses-power', after }] })
      expect([after, got, session.chipAuthentication.outcome, session.activeAuthentication.outcome]).toEqual([after, files, 'passed', 'passed'])
      for (const o of oddities) seen.add(`${o.code} ${o.at}`)
    }
    const places = ['session-lost DG1', 'session-lost DG15', 'session-lost DG16', 'session-lost access', 'session-lost active authentication', 'session-lost chip authentication']
    expect([...seen]).toEqual(expect.arrayContaining(places))
  })
})
