import { dayInChina, no, ok, parseDay, type Refusal, type Result } from '@causeway/kernel'
import { type RequestedUse } from '@causeway/signing'
import { parseCertificate } from 'icao9303'

import { type RollOver } from './authority.ts'
import { REASONS, type Reason } from './certificate-book.ts'
import { type Asked, type RevocationOrder } from './certification.ts'
import { RULES, type Setting, type SettingKey } from './setting.ts'
import { KEY_TYPES, type KeyType } from './vault.ts'

type Fields = Readonly<Record<string, unknown>>
type Parsed<T> = Result<T, Refusal>

const malformed = (at: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'body-malformed', at })
const fieldsOf = (body: unknown): Fields => (typeof body === 'object' && body !== null ? body as Fields : {})
const isText = (v: unknown): v is string => typeof v === 'string' && v !== '' && v.length <= 100_000
const isOptionalText = (v: unknown): v is string | undefined => v === undefined || isText(v)

export function parseRegistration(body: unknown): Parsed<{ readonly office: string; readonly anchorKey: string; readonly code: string | undefined }> {
  const { office, anchorKey, code } = fieldsOf(body)
  if (!isText(office)) return malformed('office')
  if (!isText(anchorKey)) return malformed('anchorKey')
  return isOptionalText(code) ? ok({ office, anchorKey, code }) : malformed('code')
}

export function parseOffice(body: unknown): Parsed<{ readonly office: string }> {
  const { office } = fieldsOf(body)
  return isText(office) && /^[\x21-\x7e]{1,200}$/.test(office) ? ok({ office }) : malformed('office')
}

export const parseAsked = (use: RequestedUse) => (body: unknown): Parsed<Asked> => {
  const { office, request, signature } = fieldsOf(body)
  if (!isText(office)) return malformed('office')
  if (!isText(request)) return malformed('request')
  return signature === undefined || (isText(signature) && /^[0-9a-f]{128}$/.test(signature)) ? ok({ use, office, request, signature }) : malformed('signature')
}

/** Names go into certificates as text: short, and without what no name has. */
const isName = (v: unknown): v is string | undefined => v === undefined || (isText(v) && v.length <= 64 && /^[\p{L}\p{N} .,'()/-]+$/u.test(v))

export function parseRollOver(body: unknown): Parsed<RollOver> {
  const { keyType = 'P-256', commonName, organisation } = fieldsOf(body)
  if (!KEY_TYPES.includes(keyType as KeyType)) return malformed('keyType')
  if (!isName(commonName)) return malformed('commonName')
  if (!isName(organisation)) return malformed('organisation')
  return ok({ keyType: keyType as KeyType, ...(commonName === undefined ? {} : { commonName }), ...(organisation === undefined ? {} : { organisation }) })
}

/** By serial number, or by the certificate itself where the books may not know it. */
export function parseRevocation(body: unknown, now: Date): Parsed<RevocationOrder> {
  const { serial, certificate: text, reason, at } = fieldsOf(body)
  const certificate = isText(text) ? parseCertificate(new Uint8Array(Buffer.from(text, 'base64'))) : undefined
  if (text !== undefined && certificate === undefined) return malformed('certificate')
  const number = certificate?.serial ?? serial
  if (!isText(number) || !/^[0-9a-f]{1,40}$/.test(number)) return malformed('serial')
  if (!REASONS.includes(reason as Reason)) return malformed('reason')
  const moment = at === undefined ? now : isText(at) ? new Date(at) : new Date(Number.NaN)
  return Number.isNaN(moment.getTime()) ? malformed('at') : ok({ serial: number, reason: reason as Reason, at: moment, certificate })
}

/** A new version of a figure: within its rule's bounds, and not from a day that is past. */
export function parseSetting(body: unknown, now: Date): Parsed<Setting> {
  const { key, value, from, basis } = fieldsOf(body)
  if (!isText(key) || !Object.hasOwn(RULES, key)) return malformed('key')
  const rule = RULES[key as SettingKey]
  if (typeof value !== 'number' || !Number.isInteger(value)) return malformed('value')
  if (value < rule.least || value > rule.most) return no({ code: 'setting-out-of-bounds', at: 'value', rule: rule.number, details: { least: rule.least, most: rule.most, basis: rule.basis } })
  const [day, today] = [isText(from) ? parseDay(from) : undefined, dayInChina(now)]
  if (day === undefined) return malformed('from')
  if (day < today) return no({ code: 'setting-in-the-past', at: 'from', rule: rule.number, details: { from: day, today } })
  return isText(basis) && basis.length <= 400 ? ok({ key: key as SettingKey, value, from: day, basis }) : malformed('basis')
}
