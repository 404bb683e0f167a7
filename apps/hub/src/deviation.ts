import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { buildDeviationList, DEVIATIONS, type Certificate, type DeviantDocuments, type DeviationCode, type DeviationListOrder, type DeviationNote, type DeviationPlace } from 'icao9303'

import { crypto } from './authority.ts'

/** An entry of the deviation list as an operator writes it. `signer` is the key identifier of a document signer. */
export interface DeviationText {
  readonly documents: { readonly documentType?: string; readonly signer?: string; readonly issued?: { readonly from: string; readonly to: string }; readonly numbers?: readonly string[] }
  readonly descriptions: readonly { readonly code: string; readonly place?: DeviationPlace; readonly text?: string }[]
}

type Entry = DeviationListOrder['deviations'][number]
const malformed = (at: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'deviation-malformed', at, rule: 'Doc 9303-12 §10.2' })
const isObject = (v: unknown): v is Readonly<Record<string, unknown>> => typeof v === 'object' && v !== null && !Array.isArray(v)
const isText = (v: unknown): v is string => typeof v === 'string' && v.length > 0 && v.length <= 400
const isList = (v: unknown): v is readonly unknown[] => Array.isArray(v) && v.length > 0 && v.length <= 1_000
const moment = (v: unknown): Date | undefined => { const d = isText(v) ? new Date(v) : undefined; return d === undefined || Number.isNaN(d.getTime()) ? undefined : d }

function documentsOf(v: unknown): Result<DeviantDocuments, Refusal> {
  if (!isObject(v)) return malformed('documents')
  const { documentType, signer, issued, numbers } = v
  if (documentType !== undefined && (!isText(documentType) || !/^[A-Z0-9<]{2}$/.test(documentType))) return malformed('documents.documentType')
  if (signer !== undefined && (!isText(signer) || !/^([0-9a-f]{2})+$/.test(signer))) return malformed('documents.signer')
  if (numbers !== undefined && !(isList(numbers) && numbers.every((n) => isText(n) && /^[A-Z0-9]{1,9}$/.test(n)))) return malformed('documents.numbers')
  const [from, to] = isObject(issued) ? [moment(issued['from']), moment(issued['to'])] : [undefined, undefined]
  if (issued !== undefined && (from === undefined || to === undefined || from > to)) return malformed('documents.issued')
  return ok({
    ...(documentType === undefined ? {} : { documentType }), ...(signer === undefined ? {} : { signer: { kind: 'key' as const, keyId: signer } }),
    ...(from === undefined || to === undefined ? {} : { issued: { from, to } }), ...(numbers === undefined ? {} : { numbers: numbers as readonly string[] }),
  })
}

/** An entry, or the first place that is not of its form. */
export function parseDeviation(v: unknown): Result<{ readonly entry: Entry; readonly text: DeviationText }, Refusal> {
  if (!isObject(v)) return malformed('body')
  const documents = documentsOf(v['documents'])
  if (!documents.ok) return documents
  const descriptions = v['descriptions']
  if (!isList(descriptions)) return malformed('descriptions')
  const wrong = descriptions.findIndex((d) => !isObject(d) || !isText(d['code']) || !Object.hasOwn(DEVIATIONS, d['code']) || (d['text'] !== undefined && !isText(d['text'])) || (d['place'] !== undefined && !isObject(d['place'])))
  if (wrong !== -1) return malformed(`descriptions.${wrong}`)
  const notes = (descriptions as DeviationText['descriptions']).map((d): DeviationNote => ({ code: d.code as DeviationCode, ...(d.place === undefined ? {} : { place: d.place }), ...(d.text === undefined ? {} : { text: d.text }) }))
  return ok({ entry: { documents: documents.value, descriptions: notes }, text: v as unknown as DeviationText })
}

/** Whether an entry can be written: a place of another kind than its deviation has, or a text outside the alphabet, cannot. */
export async function isWritable(entry: Entry, any: Certificate): Promise<boolean> {
  try {
    await buildDeviationList({ deviations: [entry], signer: any, chain: [], at: any.notBefore }, { sign: () => Uint8Array.of(1), hash: 'SHA-256' }, crypto)
    return true
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return false
    throw error
  }
}
