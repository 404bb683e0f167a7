import { type Anchor } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { SIGNER_RULES, type AnchorRequest, type CertificateImport, type MessageRequest, type SignedMessage, type SodRequest } from './message.ts'

type Fields = Readonly<Record<string, unknown>>
type Parsed<T> = Result<T, Refusal>

/** A field of a request: its path, and whether a value may stand there. */
type Rule = readonly [path: string, may: (value: unknown) => boolean]

const malformed = (at: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'request-malformed', at, rule: SIGNER_RULES['request-malformed'] })
const isObject = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v)
const like = (form: RegExp) => (v: unknown): boolean => typeof v === 'string' && form.test(v)
const isText = (v: unknown): boolean => typeof v === 'string'
const isCount = (v: unknown): boolean => Number.isSafeInteger(v) && (v as number) >= 0
const isNumber = (v: unknown): boolean => isCount(v) && v !== 0

/** Identifiers are short and of printable ASCII: they stand in journals and in refusals. */
const isName = like(/^[\x21-\x7e]{1,200}$/)
/** Base64 in its one form, so that equal bytes are equal texts. */
const isBase64 = (v: unknown): boolean => typeof v === 'string' && v !== '' && v.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(v)
const isHash = like(/^[0-9a-f]{64}$/)
const isSignature = like(/^[0-9a-f]{128}$/)

/** The path of the first field that is not of its form; undefined when all are. */
function misfit(value: unknown, rules: readonly Rule[]): string | undefined {
  if (!isObject(value)) return 'body'
  const known = new Set(rules.map(([path]) => path))
  return rules.find(([path, may]) => !may(value[path]))?.[0] ?? Object.keys(value).find((k) => !known.has(k))
}

const AUTHORITY: readonly Rule[] = [['kind', isName], ['id', isName], ['version', isCount]]
const SOD: readonly Rule[] = [
  ['requestId', isName], ['office', isName], ['authority', (v) => misfit(v, AUTHORITY) === undefined], ['documentType', like(/^[A-Z]{1,2}$/)],
  ['issuingState', like(/^[A-Z]{1,3}$/)], ['documentNumber', like(/^[A-Z0-9]{1,9}$/)], ['dataGroups', isObject],
]
const MESSAGE: readonly Rule[] = [['office', isName], ['number', isNumber], ['kind', isName], ['body', isText]]
const SIGNED: readonly Rule[] = [...MESSAGE, ['keyId', like(/^[0-9a-f]{16}$/)], ['signature', isSignature]]
const CERTIFICATE: readonly Rule[] = [['certificate', isBase64], ['csca', isBase64], ['links', (v) => v === undefined || (Array.isArray(v) && v.length <= 100 && v.every(isBase64))]]
const ENTRY: readonly Rule[] = [
  ['office', isName], ['seq', isNumber], ['at', isText], ['actor', isText], ['role', isText], ['act', isText], ['request', isText], ['kind', isText], ['stream', isText],
  ['version', isNumber], ['event', isText], ['body', isText], ['prev', isHash], ['hash', isHash],
]
const ANCHOR: readonly Rule[] = [
  ['office', isName], ['number', isNumber], ['fromSeq', isNumber], ['toSeq', isNumber], ['head', isHash], ['previous', isHash], ['at', isText], ['keyId', isText], ['signature', isSignature],
]

/**
 * A request for an EF.SOD, or the first field that is not of its form. Nothing is repaired.
 *
 * @source Doc 9303-10 §3.11 for the numbers of data groups
 */
export function parseSodRequest(value: unknown): Parsed<SodRequest> {
  const wrong = misfit(value, SOD)
  if (wrong !== undefined) return malformed(wrong)
  const groups = Object.entries((value as SodRequest).dataGroups)
  const strange = groups.find(([n]) => !/^([1-9]|1[0-6])$/.test(n))
  if (strange !== undefined) return no({ code: 'data-group-unknown', at: `dataGroups.${strange[0]}`, rule: SIGNER_RULES['data-group-unknown'] })
  const unread = groups.find(([, text]) => !isBase64(text))
  if (unread !== undefined) return malformed(`dataGroups.${unread[0]}`)
  return groups.some(([n]) => n === '1') ? ok(value as SodRequest) : no({ code: 'dg1-unreadable', at: 'dataGroups.1', rule: SIGNER_RULES['dg1-unreadable'] })
}

/** Entries to anchor, every one of them whole. */
export function parseAnchorRequest(value: unknown): Parsed<AnchorRequest> {
  const wrong = misfit(value, [['office', isName], ['entries', Array.isArray]])
  if (wrong !== undefined) return malformed(wrong)
  const { entries } = value as AnchorRequest
  for (const [i, entry] of entries.entries()) {
    const at = misfit(entry, ENTRY)
    if (at !== undefined) return malformed(`entries.${i}.${at}`)
  }
  return ok(value as AnchorRequest)
}

/** A numbered message to sign. */
export function parseMessageRequest(value: unknown): Parsed<MessageRequest> {
  const wrong = misfit(value, MESSAGE)
  return wrong === undefined ? ok(value as MessageRequest) : malformed(wrong)
}

/** A message as it comes to the national side, before its signature was looked at. */
export function parseSignedMessage(value: unknown): Parsed<SignedMessage> {
  const wrong = misfit(value, SIGNED)
  return wrong === undefined ? ok(value as SignedMessage) : malformed(wrong)
}

/** A certificate that came back from the national side. */
export function parseCertificateImport(value: unknown): Parsed<CertificateImport> {
  const wrong = misfit(value, CERTIFICATE)
  return wrong === undefined ? ok(value as CertificateImport) : malformed(wrong)
}

/** The anchor in the body of a message; undefined when it is none. Its signature is not looked at. */
export function parseAnchor(text: string): Anchor | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return misfit(value, ANCHOR) === undefined ? (value as Anchor) : undefined
  } catch {
    return undefined
  }
}
