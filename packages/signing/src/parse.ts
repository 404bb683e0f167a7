import { type Anchor } from '@causeway/journal'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { type Static, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

import { EndorsementQuestion, EndorsementRequest } from './endorsement.ts'
import { AnchorForm, AnchorRequest, CertificateImport, MessageRequest, SIGNER_RULES, SignedMessage, SodBatch, SodRequest } from './message.ts'
import { CardSecurityRequest, CredentialImport, CredentialQuestion, SealRequest, VisibleSealRequest } from './seal.ts'

type Parsed<T> = Result<T, Refusal>
type Parse<T> = (value: unknown) => Parsed<T>

const malformed = (at: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'request-malformed', at, rule: SIGNER_RULES['request-malformed'] })

/** The path of the first field that is not of its form: `entries.1.hash`; `body` for the whole. */
function placeOf(e: { readonly keyword: string; readonly instancePath: string; readonly params: object }): string {
  const missing = e.keyword === 'required' ? (e.params as { readonly requiredProperties: readonly string[] }).requiredProperties[0] : undefined
  return [...e.instancePath.split('/').slice(1), ...(missing === undefined ? [] : [missing])].join('.') || 'body'
}

/** A reader of one form: the value as it came, or the first field that is not of its form. Nothing is repaired. */
export function strictly<S extends TSchema>(schema: S): Parse<Static<S>> {
  const form = Compile(schema)
  return (value) => {
    if (form.Check(value)) return ok(value)
    const [first] = form.Errors(value)
    return malformed(first === undefined ? 'body' : placeOf(first))
  }
}

const sodForm = strictly(SodRequest)
const isGroup = (n: string): boolean => /^([1-9]|1[0-6])$/.test(n)
const refuse = (code: keyof typeof SIGNER_RULES, at: string): Parsed<never> => no({ code, at, rule: SIGNER_RULES[code] })

/** Groups that the signer reads. */
const READ = ['1', '14', '15']

/** Base64 in its one form. */
export const isBase64 = (text: string): boolean => text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)

/**
 * A request for an EF.SOD, or the first field that is not of its form. Nothing is repaired.
 *
 * @param isEncoded - whether a group is base64 in its one form; where groups are large, something quicker than ours
 * @source Doc 9303-10 §3.11 for the numbers of data groups
 */
export function parseSodRequest(value: unknown, isEncoded: (text: string) => boolean = isBase64): Parsed<SodRequest> {
  const form = sodForm(value)
  if (!form.ok) return form
  const { dataGroups, hashes = {} } = form.value
  const strange = [...Object.keys(dataGroups).map((n) => ['dataGroups', n] as const), ...Object.keys(hashes).map((n) => ['hashes', n] as const)].find(([, n]) => !isGroup(n))
  if (strange !== undefined) return refuse('data-group-unknown', strange.join('.'))
  const garbled = Object.entries(dataGroups).find(([, text]) => !isEncoded(text))
  if (garbled !== undefined) return malformed(`dataGroups.${garbled[0]}`)
  const unread = Object.keys(hashes).find((n) => READ.includes(n))
  if (unread !== undefined) return refuse('data-group-unread', `hashes.${unread}`)
  const twice = Object.keys(hashes).find((n) => n in dataGroups)
  if (twice !== undefined) return malformed(`hashes.${twice}`)
  return '1' in dataGroups ? form : refuse('dg1-unreadable', 'dataGroups.1')
}

/** A batch of requests, each still to be read. */
export const parseSodBatch: Parse<SodBatch> = strictly(SodBatch)
/** Entries to anchor, every one of them whole. */
export const parseAnchorRequest: Parse<AnchorRequest> = strictly(AnchorRequest)
/** A numbered message to sign. */
export const parseMessageRequest: Parse<MessageRequest> = strictly(MessageRequest)
/** A message as it comes to the national side, before its signature was looked at. */
export const parseSignedMessage: Parse<SignedMessage> = strictly(SignedMessage)
/** A certificate that came back from the national side. */
export const parseCertificateImport: Parse<CertificateImport> = strictly(CertificateImport)

/** Check values for endorsements. */
export const parseEndorsementRequest: Parse<EndorsementRequest> = strictly(EndorsementRequest)
export const parseEndorsementQuestion: Parse<EndorsementQuestion> = strictly(EndorsementQuestion)
/** An approval seal for a PDF. */
export const parseSealRequest: Parse<SealRequest> = strictly(SealRequest)
/** A visible digital seal for an approval. */
export const parseVisibleSealRequest: Parse<VisibleSealRequest> = strictly(VisibleSealRequest)
export const parseCardSecurityRequest: Parse<CardSecurityRequest> = strictly(CardSecurityRequest)
export const parseCredentialQuestion: Parse<CredentialQuestion> = strictly(CredentialQuestion)
export const parseCredentialImport: Parse<CredentialImport> = strictly(CredentialImport)

const anchorForm = Compile(AnchorForm)

/** The anchor in the body of a message; undefined when it is none. Its signature is not looked at. */
export function parseAnchor(text: string): Anchor | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return anchorForm.Check(value) ? value : undefined
  } catch {
    return undefined
  }
}
