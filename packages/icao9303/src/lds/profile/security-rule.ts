import { readTlv } from '../../asn1/tlv.ts'
import { hex, isSame } from '../../asn1/value.ts'
import { type HashName, HASH_LENGTH } from '../../crypto.ts'
import { readKey } from '../../pki/key.ts'
import { CURVES } from '../../pki/curve.ts'
import { type ChipAuthenticationPublicKeyInfo, encodeSecurityInfos, type PaceInfo, type SecurityInfo } from '../security-info.ts'
import { OID_DH_PKCS3, OID_DH_X942, OID_STANDARDIZED_PARAMETERS, protocolName } from '../security-protocol.ts'
import { type FileRule, type Finding, type Subject, when } from './subject.ts'

type InfoFile = 'EF.CardAccess' | 'EF.CardSecurity' | 'DG14'
const INFO_FILES: readonly InfoFile[] = ['EF.CardAccess', 'EF.CardSecurity', 'DG14']
const DH_IDS: readonly number[] = [0, 1, 2]
const EC_IDS: readonly number[] = [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]
const P224 = 10
const APPLICATION = 'a0000002471001'
const LDS2 = 'a00000024720'

/** A chip says what it can do in a dozen entries; rules look at no more than this, and whoever has more is told so. */
const MANY = 256
const infosOf = (s: Subject, file: InfoFile): readonly SecurityInfo[] => (s.values[file]?.infos ?? []).slice(0, MANY)
const nameOf = (i: SecurityInfo): string => (i.oid === undefined ? 'an entry' : protocolName(i.oid) ?? i.oid)
const entry = (i: number): string => `infos[${i}]`
const isStandard = (id: number | undefined): boolean => id !== undefined && id >= 0 && id <= 31
const isKey = (i: SecurityInfo): i is ChipAuthenticationPublicKeyInfo => i.kind === 'chip-authentication-public-key'
const paces = (list: readonly SecurityInfo[]): readonly PaceInfo[] => list.filter((i): i is PaceInfo => i.kind === 'pace')

/** A rule about each entry of each of the three files. */
function entryRule(o: Omit<FileRule, 'file' | 'find'> & { readonly find: (i: SecurityInfo, all: readonly SecurityInfo[]) => string | undefined }): readonly FileRule[] {
  return INFO_FILES.map((file) => ({
    ...o, file,
    find: (s) => infosOf(s, file).flatMap((i, n, all): readonly Finding[] => { const says = o.find(i, all); return says === undefined ? [] : [{ path: entry(n), says }] }),
  }))
}

/** A rule about all entries of each of the three files. */
function setRule(o: Omit<FileRule, 'file' | 'find'> & { readonly find: (all: readonly SecurityInfo[]) => string | undefined }): readonly FileRule[] {
  return INFO_FILES.map((file) => ({
    ...o, file, find: (s) => { const says = s.values[file] === undefined ? undefined : o.find(infosOf(s, file)); return says === undefined ? [] : [{ path: 'infos', says }] },
  }))
}

const VERSIONS = { pace: 2, 'chip-authentication': 1, 'terminal-authentication': 1, 'active-authentication': 1 } as const

const PACE_RULES: readonly FileRule[] = [
  ...INFO_FILES.map((file): FileRule => ({
    file, code: 'info-many', clause: 'Doc 9303-11 §9.2', severity: 'grave', asks: `there are no more than ${MANY} entries: those after them are not looked at`,
    find: (s) => when((s.values[file]?.infos.length ?? 0) > MANY, `${s.values[file]?.infos.length} entries`, 'infos'),
  })),
  ...entryRule({
    code: 'info-version', clause: 'Doc 9303-11 §9.2', severity: 'error', asks: 'PACE has version 2, Chip, Terminal and Active Authentication version 1',
    find: (i) => (i.kind in VERSIONS && 'version' in i && i.version !== VERSIONS[i.kind as keyof typeof VERSIONS] ? `${nameOf(i)} of version ${i.version}` : undefined),
  }),
  ...entryRule({
    code: 'pace-parameters', clause: 'Doc 9303-11 §9.5.1', severity: 'error', asks: 'standardized domain parameters are of the kind of the protocol, and not reserved',
    find: (i) => {
      if (i.kind !== 'pace' || i.parameterId === undefined || !isStandard(i.parameterId)) return undefined
      if (!(i.agreement === 'DH' ? DH_IDS : EC_IDS).includes(i.parameterId)) return `${nameOf(i)} with parameters ${i.parameterId}`
      return i.mapping === 'IM' && i.parameterId === P224 ? 'P-224 cannot be used with integrated mapping' : undefined
    },
  }),
  ...entryRule({
    code: 'pace-parameters-missing', clause: 'Doc 9303-11 §9.2.1', severity: 'error', asks: 'PACE names its parameters unless there is one set of explicit ones',
    find: (i, all) => {
      if (i.kind !== 'pace' || i.parameterId !== undefined) return undefined
      const explicit = all.filter((x) => x.kind === 'pace-domain-parameters' && x.agreement === i.agreement && x.mapping === i.mapping)
      return i.mapping !== 'CAM' && explicit.length === 1 ? undefined : `${nameOf(i)} does not name its parameters`
    },
  }),
  ...entryRule({
    code: 'explicit-reserved', clause: 'Doc 9303-11 §9.5', severity: 'error', asks: 'explicit domain parameters have no number that is reserved for standardized ones',
    find: (i) => (i.kind === 'pace-domain-parameters' && isStandard(i.parameterId) ? `explicit parameters under the number ${i.parameterId}` : undefined),
  }),
  ...setRule({
    code: 'pace-standardized', clause: 'Doc 9303-11 §9.2', severity: 'error', asks: 'where there is PACE, it is there with standardized domain parameters',
    find: (all) => (paces(all).length > 0 && !paces(all).some((p) => isStandard(p.parameterId)) ? 'PACE with explicit domain parameters only' : undefined),
  }),
  ...setRule({
    code: 'cam-alone', clause: 'Doc 9303-11 §4.4', severity: 'error', asks: 'a chip with chip authentication mapping has generic or integrated mapping as well',
    find: (all) => (paces(all).some((p) => p.mapping === 'CAM') && !paces(all).some((p) => p.mapping !== 'CAM') ? 'chip authentication mapping only' : undefined),
  }),
  ...entryRule({
    code: 'triple-des', clause: 'Doc 9303-11 §4.4.3, §6.2.3', severity: 'note', asks: '3DES may become deprecated',
    find: (i) => ((i.kind === 'pace' || i.kind === 'chip-authentication') && i.cipher === '3DES' ? nameOf(i) : undefined),
  }),
  ...entryRule({
    code: 'info-twice', clause: 'Doc 9303-11 §9.2', severity: 'warning', asks: 'each entry is there once',
    find: (i, all) => (all.findIndex((x) => isSameInfo(x, i)) < all.indexOf(i) ? `${nameOf(i)} is there twice` : undefined),
  }),
]

const isSameInfo = (a: SecurityInfo, b: SecurityInfo): boolean => isSame(encodeSecurityInfos({ infos: [a] }), encodeSecurityInfos({ infos: [b] }))

function keyWords(i: ChipAuthenticationPublicKeyInfo): string | undefined {
  if (i.algorithm === OID_DH_X942) return 'the key is written as X9.42 has it, not as PKCS #3'
  if (i.algorithm === OID_DH_PKCS3) return undefined
  if (i.algorithm === OID_STANDARDIZED_PARAMETERS) return undefined
  const key = attempt(() => readKey(readTlv(i.publicKey, 0)))
  if (key?.kind !== 'ec') return `a key of ${protocolName(i.algorithm) ?? i.algorithm} whose parameters are not explicit`
  if (key.point[0] !== 4) return 'the point of the key is compressed'
  return key.explicit ? undefined : 'the curve of the key is named, not described'
}

function attempt<T>(read: () => T): T | undefined {
  try { return read() } catch { return undefined }
}

const CHIP_RULES: readonly FileRule[] = [
  ...entryRule({
    code: 'ca-key-missing', clause: 'Doc 9303-11 §9.2', severity: 'error', asks: 'Chip Authentication has a key of its kind and number',
    find: (i, all) => (i.kind === 'chip-authentication' && !all.some((k) => isKey(k) && k.agreement === i.agreement && (i.keyId === undefined || k.keyId === i.keyId)) ? `${nameOf(i)} without its key` : undefined),
  }),
  ...entryRule({
    code: 'ca-info-missing', clause: 'Doc 9303-11 §9.2', severity: 'warning', asks: 'a key of Chip Authentication goes with what it is used for',
    find: (i, all) => {
      if (!isKey(i)) return undefined
      const used = all.some((x) => (x.kind === 'chip-authentication' && x.agreement === i.agreement && (x.keyId === undefined || x.keyId === i.keyId)) || (x.kind === 'pace' && x.mapping === 'CAM' && x.parameterId === i.keyId))
      return used ? undefined : `${nameOf(i)} without ChipAuthenticationInfo`
    },
  }),
  ...entryRule({
    code: 'key-id-missing', clause: 'Doc 9303-11 §9.2.6', severity: 'error', asks: 'where there are several keys, each has a number',
    find: (i, all) => (isKey(i) && i.keyId === undefined && all.filter(isKey).length > 1 ? 'one of several keys, without a number' : undefined),
  }),
  ...entryRule({
    code: 'ca-key-parameters', clause: 'Doc 9303-11 §9.2, §9.5.2', severity: 'error', asks: 'the key of Chip Authentication has explicit domain parameters, in DH as PKCS #3 has them',
    find: (i) => (isKey(i) ? keyWords(i) : undefined),
  }),
  // BSI TR-03110-3 §A.1.1.1 allows a number, and readers of PACE know all of them
  ...entryRule({
    code: 'ca-key-by-number', clause: 'Doc 9303-11 §9.2', severity: 'warning', asks: 'the key of Chip Authentication has explicit domain parameters, not the number of standardized ones',
    find: (i) => (isKey(i) && i.algorithm === OID_STANDARDIZED_PARAMETERS ? 'the parameters of the key are told by their number' : undefined),
  }),
  {
    file: 'EF.CardSecurity', code: 'cam-key-missing', clause: 'Doc 9303-11 §9.2.1', severity: 'error', asks: 'chip authentication mapping has its key in EF.CardSecurity, under the number of its parameters',
    find: (s) => (s.values['EF.CardSecurity'] === undefined ? [] : paces([...infosOf(s, 'EF.CardAccess'), ...infosOf(s, 'EF.CardSecurity')]).filter((p) => p.mapping === 'CAM')
      .flatMap((p) => when(!infosOf(s, 'EF.CardSecurity').some((k) => isKey(k) && k.keyId === p.parameterId), `no key ${p.parameterId ?? ''} for ${nameOf(p)}`, 'infos'))).slice(0, 1),
  },
]

const bitsOf = (key: NonNullable<NonNullable<Subject['values']['DG15']>['key']>): number => (key.kind === 'rsa' ? key.bits : 4 * (CURVES.find((c) => c.name === key.curve)?.p.length ?? 0))
const ALLOWED: readonly HashName[] = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']

const ACTIVE_RULES: readonly FileRule[] = [
  ...entryRule({
    code: 'aa-algorithm', clause: 'Doc 9303-11 §6.1.2.3', severity: 'error', asks: 'Active Authentication signs with plain ECDSA and SHA-224 to SHA-512',
    find: (i) => (i.kind === 'active-authentication' && !(i.form === 'plain' && i.hash !== undefined && ALLOWED.includes(i.hash)) ? `signs with ${protocolName(i.signatureAlgorithm) ?? i.signatureAlgorithm}` : undefined),
  }),
  {
    file: 'DG14', code: 'aa-info-missing', clause: 'Doc 9303-11 §9.2.4', severity: 'error', asks: 'where DG15 holds an EC key, DG14 says how it signs',
    find: (s) => when(s.values.DG15?.key?.kind === 'ec' && s.values.DG14 !== undefined && !infosOf(s, 'DG14').some((i) => i.kind === 'active-authentication'), 'DG15 holds an EC key and DG14 does not say how it signs', 'infos'),
  },
  {
    file: 'DG15', code: 'aa-hash', clause: 'Doc 9303-11 §6.1.2.3', severity: 'error', asks: 'the hash is not longer than the EC key',
    find: (s) => {
      const key = s.values.DG15?.key
      const info = infosOf(s, 'DG14').find((i) => i.kind === 'active-authentication')
      if (key?.kind !== 'ec' || info?.kind !== 'active-authentication' || info.hash === undefined) return []
      return when(8 * HASH_LENGTH[info.hash] > bitsOf(key), `${info.hash} with a key of ${bitsOf(key)} bits`, 'publicKey')
    },
  },
  {
    file: 'DG15', code: 'aa-key-size', clause: 'Doc 9303-11 §6.1.4', severity: 'warning', asks: 'the key is long enough for the life of the document: catalogues ask for 2048 bits of RSA, 224 of EC',
    find: ({ values: { DG15: d } }) => (d?.key === undefined ? [] : when(bitsOf(d.key) < (d.key.kind === 'rsa' ? 2048 : 224), `a key of ${bitsOf(d.key)} bits`, 'publicKey')),
  },
  {
    file: 'DG15', code: 'aa-key-long', clause: 'Doc 9303-11 §6.1.4', severity: 'note', asks: 'keys of more than 1792 bits need extended length under secure messaging',
    find: ({ values: { DG15: d } }) => (d?.key?.kind === 'rsa' ? when(d.key.bits > 1792, `${d.key.bits} bits: chip and reader must speak extended length`, 'publicKey') : []),
  },
  {
    file: 'DG15', code: 'aa-key-form', clause: 'Doc 9303-11 §6.1.2', severity: 'error', asks: 'the key is RSA, or EC on a known prime curve',
    find: ({ values: { DG15: d } }) => when(d !== undefined && d.key === undefined, 'a key that cannot be used', 'publicKey'),
  },
]

/** Entries of EF.CardAccess that a signed file does not repeat: what nobody signed may have been put there, or taken out elsewhere. */
function unsigned(s: Subject, file: 'DG14' | 'EF.CardSecurity'): readonly Finding[] {
  if (s.values[file] === undefined) return []
  const signed = infosOf(s, file)
  return infosOf(s, 'EF.CardAccess').flatMap((i, n) => when(!signed.some((x) => isSameInfo(x, i)), `${nameOf(i)} is not in ${file}`, entry(n)))
}

const FILE_RULES: readonly FileRule[] = [
  { file: 'EF.CardAccess', code: 'card-access-unsigned', clause: 'Doc 9303-11 §4.2, §9.2.11', severity: 'grave', asks: 'every entry of EF.CardAccess is in DG14, which is signed', find: (s) => unsigned(s, 'DG14') },
  { file: 'EF.CardAccess', code: 'card-access-unsecured', clause: 'Doc 9303-11 §9.2.11', severity: 'grave', asks: 'every entry of EF.CardAccess is in EF.CardSecurity, where there is one', find: (s) => unsigned(s, 'EF.CardSecurity') },
  {
    file: 'EF.CardAccess', code: 'card-access-incomplete', clause: 'Doc 9303-11 §4.2, §9.2.11', severity: 'grave', asks: 'EF.CardAccess has every PACE that DG14 has: none was struck out on the way',
    find: (s) => (s.values['EF.CardAccess'] === undefined ? [] : paces(infosOf(s, 'DG14')).flatMap((p) => when(!infosOf(s, 'EF.CardAccess').some((x) => isSameInfo(x, p)), `${nameOf(p)} of DG14 is missing`, 'infos'))),
  },
  {
    file: 'EF.CardAccess', code: 'pace-missing', clause: 'Doc 9303-11 §9.2.11', severity: 'error', asks: 'EF.CardAccess says how PACE is done',
    find: (s) => when(s.values['EF.CardAccess'] !== undefined && paces(infosOf(s, 'EF.CardAccess')).length === 0, 'no PACE', 'infos'),
  },
  {
    file: 'EF.CardAccess', code: 'dg14-missing', clause: 'Doc 9303-11 §9.2.11', severity: 'error', asks: 'a chip with PACE has DG14',
    find: (s) => when(paces(infosOf(s, 'EF.CardAccess')).length > 0 && !s.names.has('DG14'), 'PACE, and no DG14', 'infos'),
  },
  {
    file: 'EF.CardAccess', code: 'card-security-missing', clause: 'Doc 9303-10 §3.11.4', severity: 'error', asks: 'a chip with chip authentication mapping has EF.CardSecurity',
    find: (s) => when(paces(infosOf(s, 'EF.CardAccess')).some((p) => p.mapping === 'CAM') && !s.names.has('EF.CardSecurity'), 'chip authentication mapping, and no EF.CardSecurity', 'infos'),
  },
  {
    file: 'EF.DIR', code: 'application-missing', clause: 'Doc 9303-10 §3.11.2', severity: 'error', asks: 'the eMRTD application is listed',
    find: ({ values: { 'EF.DIR': d } }) => when(d !== undefined && !d.applications.some((a) => a.aid === APPLICATION), 'the eMRTD application is not listed'),
  },
  {
    file: 'EF.DIR', code: 'directory-unsigned', clause: 'Doc 9303-10 §3.11.2, Doc 9303-11 §9.2.10', severity: 'grave', asks: 'with more applications of travel documents EF.CardSecurity holds a copy of EF.DIR',
    find: (s) => {
      const copies = infosOf(s, 'EF.CardSecurity').flatMap((i) => (i.kind === 'ef-dir' ? [i.efDir] : []))
      const hasMore = s.values['EF.DIR']?.applications.some((a) => a.aid.startsWith(LDS2)) === true
      if (copies.some((c) => !hex(s.bytes['EF.DIR'] ?? c).startsWith(hex(c)))) return [{ says: 'another than the copy in EF.CardSecurity' }]
      return when(hasMore && s.values['EF.CardSecurity'] !== undefined && copies.length === 0, 'no copy of it in EF.CardSecurity')
    },
  },
  {
    file: 'EF.ATR/INFO', code: 'lengths-small', clause: 'Doc 9303-10 Table 29', severity: 'warning', asks: 'commands and answers may have 1000 bytes at least',
    find: ({ values: { 'EF.ATR/INFO': a } }) => (a?.lengths === undefined ? [] : (['command', 'response'] as const).flatMap((k) => when(a.lengths![k] < 1000, `${a.lengths![k]} bytes`, `lengths.${k}`))),
  },
  {
    file: 'EF.ATR/INFO', code: 'lengths-missing', clause: 'Doc 9303-10 Table 29', severity: 'error', asks: 'where the capabilities say so, the lengths are there',
    find: ({ values: { 'EF.ATR/INFO': a } }) => when(a?.capabilities?.tellsLengths === true && a.lengths === undefined, 'lengths announced and missing', 'capabilities'),
  },
]

/** What the standard asks of the files that say how a chip is spoken to, and of their agreement. */
export const SECURITY_RULES: readonly FileRule[] = [...PACE_RULES, ...CHIP_RULES, ...ACTIVE_RULES, ...FILE_RULES]
