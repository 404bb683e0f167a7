import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

import {
  activeAuthenticationInfo, certifiedKey, chipAuthenticationInfo, chipAuthenticationKey, composeMrz, encodeCom, encodeDg1, encodeDg11, encodeDg12, encodeDg14, encodeDg15, encodeDg16, encodeDg2,
  encodeDg3, encodeDg4, encodeDg5, encodeDg7, encodeOpenContent, encodeSecurityInfos, examineMrzFields, imageFactsOf, mediaTypeOf, paceInfo, terminalAuthenticationInfo, unwrapPem,
  type FaceFormat, type MrzFields, type SecurityInfo,
} from 'icao9303'

import { Impossible } from './command.ts'

const LIMIT = 16 * 1024 * 1024

/** A place in the description: what stands there, and how one gets there. Every fault is told with this path. */
interface Spot { readonly value: unknown; readonly path: string; readonly folder: string }

type Reader<T> = (at: Spot) => T

function refuse(at: Spot | string, says: string): never {
  throw new Impossible('description-invalid', `${typeof at === 'string' ? at : at.path}: ${says}`)
}

const kindOf = (v: unknown): string => (v === null ? 'null' : Array.isArray(v) ? 'a list' : typeof v === 'object' ? 'an object' : `${JSON.stringify(v).slice(0, 40)}`)

/** The members of an object, none of them unknown: a field that is misspelt would be missing in the document. */
function membersOf(at: Spot, names: readonly string[]): (name: string) => Spot | undefined {
  if (typeof at.value !== 'object' || at.value === null || Array.isArray(at.value)) refuse(at, `an object is expected, not ${kindOf(at.value)}`)
  const object = at.value as Readonly<Record<string, unknown>>
  for (const key of Object.keys(object)) if (!names.includes(key)) refuse(`${at.path}.${key}`, `no such field; there are ${names.join(', ')}`)
  return (name) => (Object.hasOwn(object, name) ? { value: object[name], path: `${at.path}.${name}`, folder: at.folder } : undefined)
}

function textAt(at: Spot): string {
  return typeof at.value === 'string' ? at.value : refuse(at, `a text is expected, not ${kindOf(at.value)}`)
}

function itemsOf(at: Spot): readonly Spot[] {
  if (!Array.isArray(at.value)) refuse(at, `a list is expected, not ${kindOf(at.value)}`)
  return (at.value as readonly unknown[]).map((value, i) => ({ value, path: `${at.path}[${i}]`, folder: at.folder }))
}

const textsAt = (at: Spot): readonly string[] => itemsOf(at).map(textAt)

function numberAt(at: Spot): number {
  return Number.isSafeInteger(at.value) && (at.value as number) >= 0 ? at.value as number : refuse(at, `a whole number from 0 is expected, not ${kindOf(at.value)}`)
}

function isTrue(at: Spot): boolean {
  return typeof at.value === 'boolean' ? at.value : refuse(at, `true or false is expected, not ${kindOf(at.value)}`)
}

function oneOf<T extends string>(at: Spot, choices: readonly T[]): T {
  const choice = choices.find((c) => c === at.value)
  return choice ?? refuse(at, `one of ${choices.join(', ')} is expected, not ${kindOf(at.value)}`)
}

const digitsAt = (length: number): Reader<string> => (at) => (new RegExp(`^\\d{${length}}$`).test(textAt(at)) ? textAt(at) : refuse(at, `${length} digits are expected, not ${kindOf(at.value)}`))

function fileAt(at: Spot): Uint8Array {
  const path = resolve(at.folder, textAt(at))
  try {
    const bytes = readFileSync(path)
    return bytes.length <= LIMIT ? new Uint8Array(bytes) : refuse(at, `${path} has more than ${LIMIT} bytes`)
  } catch (error) {
    if (error instanceof Impossible) throw error
    return refuse(at, `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
}

function pictureAt(at: Spot) {
  const image = fileAt(at)
  const mediaType = mediaTypeOf(image)
  const facts = imageFactsOf(image)
  if (mediaType === 'unknown' || facts === undefined) refuse(at, `${textAt(at)} is no JPEG or JPEG 2000 picture`)
  return { image, mediaType, width: facts.width, height: facts.height }
}

function hexAt(at: Spot): Uint8Array {
  const text = textAt(at)
  return /^([0-9a-f]{2})*$/i.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : refuse(at, 'hexadecimal digits in pairs are expected')
}

/** SubjectPublicKeyInfo from a file in PEM or DER; the curve of an EC key described, as the standard wants it. */
function keyAt(at: Spot): Uint8Array {
  const bytes = fileAt(at)
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(Buffer.from(bytes.subarray(0, 4_000)).toString('latin1'))?.[1]
  if (label !== undefined && label !== 'PUBLIC KEY') refuse(at, `${textAt(at)} holds ${label}; a PUBLIC KEY is expected`)
  const key = unwrapPem(bytes)[0] ?? bytes
  try {
    return chipAuthenticationKey(key).agreement === 'DH' ? key : certifiedKey(key)
  } catch (error) {
    if (error instanceof RangeError) refuse(at, `${textAt(at)} holds no public key that can be used: ${error.message}`)
    return refuse(at, `${textAt(at)} holds no public key (SubjectPublicKeyInfo)`)
  }
}

/** What a writer of the library refuses, told with the place in the description. */
function written<T>(at: Spot, write: () => T): T {
  try {
    return write()
  } catch (error) {
    if (error instanceof RangeError) refuse(at, error.message)
    throw error
  }
}

/** An object of fields that may all be absent, each read by its own reader. */
function recordAt<T extends object>(at: Spot, readers: { readonly [K in keyof T]-?: Reader<NonNullable<T[K]>> }): T {
  const member = membersOf(at, Object.keys(readers))
  return Object.fromEntries(Object.entries(readers).flatMap(([name, read]) => {
    const there = member(name)
    return there === undefined ? [] : [[name, (read as Reader<unknown>)(there)]]
  })) as T
}

const FORMATS = ['TD1', 'TD2', 'TD3', 'MRV-A', 'MRV-B'] as const
const FIELDS = ['documentCode', 'issuingState', 'documentNumber', 'nationality', 'primaryIdentifier', 'secondaryIdentifier', 'birthDate', 'sex', 'expiryDate', 'optionalData', 'optionalData2'] as const

function zone(at: Spot): Uint8Array {
  const member = membersOf(at, ['lines', 'format', 'fields'])
  const lines = member('lines')
  if (lines !== undefined) return written(lines, () => encodeDg1(textsAt(lines)))
  const [format, fields] = [member('format'), member('fields')]
  if (format === undefined || fields === undefined) refuse(at, 'lines, or format and fields, are expected')
  const of = membersOf(fields, FIELDS)
  const values = Object.fromEntries(FIELDS.flatMap((f) => { const v = of(f); return v === undefined ? [] : [[f, textAt(v)]] }))
  for (const f of ['documentCode', 'documentNumber', 'birthDate', 'expiryDate']) if (values[f] === undefined) refuse(`${fields.path}.${f}`, 'is missing')
  const [name, zoneFields] = [oneOf(format, FORMATS), values as unknown as MrzFields]
  try {
    return encodeDg1(composeMrz(name, zoneFields).lines)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const [problem] = examineMrzFields(name, zoneFields)
    return refuse(problem === undefined ? fields.path : `${fields.path}.${problem.at}`, problem?.says ?? error.message)
  }
}

function dg14(at: Spot): { readonly infos: readonly SecurityInfo[]; readonly access: readonly SecurityInfo[] } {
  const member = membersOf(at, ['pace', 'chipAuthentication', 'activeAuthentication', 'terminalAuthentication'])
  const CIPHERS = ['3DES', 'AES-128', 'AES-192', 'AES-256'] as const
  const list = (name: string): readonly Spot[] => { const there = member(name); return there === undefined ? [] : itemsOf(there) }
  const need = (spot: Spot | undefined, path: string): Spot => spot ?? refuse(path, 'is missing')
  const pace = list('pace').map((p) => {
    const of = membersOf(p, ['agreement', 'mapping', 'cipher', 'parameterId'])
    return written(p, () => paceInfo({
      agreement: oneOf(need(of('agreement'), `${p.path}.agreement`), ['DH', 'ECDH']), mapping: oneOf(need(of('mapping'), `${p.path}.mapping`), ['GM', 'IM', 'CAM']),
      cipher: oneOf(need(of('cipher'), `${p.path}.cipher`), CIPHERS), parameterId: numberAt(need(of('parameterId'), `${p.path}.parameterId`)),
    }))
  })
  const chip = list('chipAuthentication').flatMap((c): readonly SecurityInfo[] => {
    const of = membersOf(c, ['cipher', 'key', 'keyId'])
    const number = of('keyId')
    const keyId = number && numberAt(number)
    const key = chipAuthenticationKey(keyAt(need(of('key'), `${c.path}.key`)), keyId)
    return [chipAuthenticationInfo({ agreement: key.agreement, cipher: oneOf(need(of('cipher'), `${c.path}.cipher`), CIPHERS), ...(keyId === undefined ? {} : { keyId }) }), key]
  })
  const [active, terminal] = [member('activeAuthentication'), member('terminalAuthentication')]
  return {
    access: pace,
    infos: [
      ...pace, ...chip, ...(active === undefined ? [] : [activeAuthenticationInfo(oneOf(active, ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']))]),
      ...(terminal !== undefined && isTrue(terminal) ? [terminalAuthenticationInfo()] : []),
    ],
  }
}

function empty(at: Spot): { readonly templates: []; readonly filler: Uint8Array } {
  const filler = membersOf(at, ['filler'])('filler')
  return { templates: [], filler: hexAt(filler ?? refuse(`${at.path}.filler`, 'is missing')) }
}

/** The description of a document, as JSON in a file; paths in it are seen from its folder. */
export function readDescription(file: string): Spot {
  const spot = { path: '$', folder: dirname(resolve(file)) }
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Impossible('file-missing', `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
  }
  try {
    return { ...spot, value: JSON.parse(text) as unknown }
  } catch (error) {
    throw new Impossible('description-invalid', `${file} is no JSON: ${(error as Error).message}`)
  }
}

const displayed = (at: Spot) => ({ images: itemsOf(at).map(pictureAt) })

/** Data groups, EF.COM and, where PACE is described, EF.CardAccess: by name, in the order of the numbers. */
export function buildFiles(description: Spot, face: FaceFormat): ReadonlyMap<string, Uint8Array> {
  const groups: Readonly<Record<number, Reader<Uint8Array>>> = {
    1: zone, 2: (at) => written(at, () => encodeDg2(pictureAt(at), face)), 3: (at) => encodeDg3(empty(at)), 4: (at) => encodeDg4(empty(at)),
    5: (at) => encodeDg5(displayed(at)), 7: (at) => encodeDg7(displayed(at)),
    11: (at) => written(at, () => encodeDg11(recordAt(at, {
      fullName: textAt, otherNames: textsAt, personalNumber: textAt, fullBirthDate: digitsAt(8), birthPlace: textsAt, address: textsAt, telephone: textAt, profession: textAt, title: textAt,
      summary: textAt, citizenship: fileAt, otherDocuments: textsAt, custody: textAt,
    }))),
    12: (at) => written(at, () => encodeDg12(recordAt(at, {
      issuingAuthority: textAt, issueDate: digitsAt(8), otherPersons: textsAt, endorsements: textAt, taxExit: textAt, frontImage: fileAt, rearImage: fileAt, personalised: digitsAt(14), personalisedBy: textAt,
    }))),
    13: (at) => encodeOpenContent(13, { content: hexAt(at) }), 14: (at) => encodeDg14(dg14(at)), 15: (at) => encodeDg15(keyAt(at)),
    16: (at) => written(at, () => encodeDg16({ contacts: itemsOf(at).map((c) => recordAt(c, { recorded: digitsAt(8), name: textAt, telephone: textAt, address: textsAt })) })),
  }
  const KEYS: Readonly<Record<number, string>> = { 1: 'mrz', 2: 'face', 5: 'portraits', 7: 'signatures', 16: 'contacts' }
  const keyOf = (n: number): string => KEYS[n] ?? `dg${n}`
  const numbers = Object.keys(groups).map(Number)
  const member = membersOf(description, ['ldsVersion', 'unicodeVersion', ...numbers.map(keyOf)])
  const made = numbers.flatMap((n): readonly (readonly [number, Uint8Array])[] => { const at = member(keyOf(n)); return at === undefined ? [] : [[n, groups[n]!(at)]] })
  if (member('mrz') === undefined) refuse(`${description.path}.mrz`, 'is missing')
  const version = (name: string, form: RegExp, usual: string): string => { const at = member(name); return at === undefined ? usual : form.test(textAt(at)) ? textAt(at) : refuse(at, `digits like ${usual} are expected`) }
  const com = encodeCom({ ldsVersion: version('ldsVersion', /^\d{4}$/, '0107'), unicodeVersion: version('unicodeVersion', /^\d{6}$/, '040000'), groups: made.map(([n]) => n) })
  const options = member('dg14')
  const access = options === undefined ? [] : dg14(options).access
  return new Map([
    ['EF.COM', com], ...made.map(([n, bytes]) => [`DG${n}`, bytes] as const),
    ...(access.length === 0 ? [] : [['EF.CardAccess', encodeSecurityInfos({ infos: access })] as const]),
  ])
}
