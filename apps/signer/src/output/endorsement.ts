import { timingSafeEqual } from 'node:crypto'

import { ok } from '@causeway/kernel'
import {
  endorsementDigest, endorsementKeyId, endorsementText, type EndorsementAnswer, type EndorsementCheck, type EndorsementQuestion, type EndorsementRecord, type EndorsementRequest, type EndorsementVerdict,
} from '@causeway/signing'
import { parseMrz, visaFeatures, VDS_PROFILES, type Scheme } from 'icao9303'

import { used, type Answer } from '../answer.ts'
import { type KeyRecord } from '../custody/port.ts'
import { base64, crypto, hex, refuse } from '../document.ts'
import { type Memory } from '../memory.ts'
import { keyFor, putOut, type Part } from './output.ts'
import { makeVisibleSeal } from './visible-seal.ts'

const PLAIN: Scheme = { kind: 'ecdsa', hash: 'SHA-256', form: 'plain' }
const messageOf = (r: EndorsementRecord): Uint8Array => new TextEncoder().encode(endorsementText(r))

/** MAC keys in the order in which they were made: an index of a check value means one for ever. */
const macKeys = (m: Memory): readonly KeyRecord[] => m.o.custody.keys().filter((k) => k.use === 'endorsement-mac')

const yymmdd = (day: string): string => day.replaceAll('-', '').slice(2)

/** What a record must say before it is protected. */
function checkRecord(m: Memory, r: EndorsementRecord, digest: string): Answer<true> {
  if (r.visaStartDate > r.effectiveDate || r.latestLeaveDate > r.effectiveDate || r.latestLeaveDate < r.visaStartDate) return refuse('endorsement-dates', { from: r.visaStartDate, to: r.effectiveDate })
  const taken = m.o.book.lastAbout('output', `endorsement/${r.viseNo}`)
  return taken === undefined || taken.contentHash === digest ? ok(true) : refuse('endorsement-number-used', { number: r.viseNo, request: taken.requestId })
}

/** The zone is read and held against the record. @source Doc 9303-7 §4.2.2, Doc 9303-3 §4.9 */
function checkZone(r: EndorsementRecord, zone: readonly string[]): Answer<true> {
  const mrz = parseMrz(zone)
  const differs = (field: string): Answer<true> => refuse('zone-differs', { field, number: r.viseNo })
  if (!mrz.valid || mrz.format !== 'MRV-B') return differs('format')
  if (mrz.fields['documentNumber'] !== r.viseNo) return differs('documentNumber')
  if (mrz.fields['expiryDate'] !== yymmdd(r.effectiveDate)) return differs('expiryDate')
  return mrz.fields['optionalData']?.startsWith(r.visitPlaceCode) === true ? ok(true) : differs('optionalData')
}

/** The stay of a record as a seal has it. */
const stayOf = (r: EndorsementRecord): { readonly days: number; readonly months: number; readonly years: number } => ({ days: r.timeUnit === 1 ? r.stayDays : 0, months: r.timeUnit === 2 ? r.stayDays : 0, years: r.timeUnit === 3 ? r.stayDays : 0 })
/** Many times is without limit in a seal. @source Doc 9303-7 §9.1.3 */
const entriesOf = (r: EndorsementRecord): number => (r.viseTimes === 3 ? 0 : r.viseTimes)

interface Keys { readonly mac: KeyRecord; readonly macIndex: number; readonly signing: KeyRecord }

async function keysFor(m: Memory): Promise<Answer<Keys>> {
  const mac = await keyFor(m, 'endorsement-mac', 'aes-256')
  if (!mac.ok) return mac
  const signing = await keyFor(m, 'endorsement', 'P-256')
  return signing.ok ? ok({ mac: mac.value, macIndex: macKeys(m).findIndex((k) => k.id === mac.value.id) + 1, signing: signing.value }) : signing
}

async function protect(m: Memory, e: EndorsementRequest['endorsements'][number], keys: Keys): Promise<Answer<readonly Part[]>> {
  const { record, zone } = e
  const message = messageOf(record)
  const mac = await used(m.o.custody.mac(keys.mac.id, message))
  if (!mac.ok) return mac
  const signature = await used(m.o.custody.sign(keys.signing.id, message, PLAIN))
  if (!signature.ok) return signature
  if (!(await crypto.verify({ spki: keys.signing.spki, scheme: PLAIN, message, signature: signature.value }))) return refuse('own-output-wrong')
  const parts: Part[] = [
    { keyId: keys.mac.id, about: `mac/${record.viseNo}`, answer: { macIndex: keys.macIndex, macSign: hex(mac.value) } },
    { keyId: keys.signing.id, about: record.viseNo, answer: { keyId: endorsementKeyId(keys.signing.spki), signature: hex(signature.value) } },
  ]
  if (zone === undefined) return ok(parts)
  const features = visaFeatures({ format: 'MRV-B', zone, entries: entriesOf(record), stay: stayOf(record), passportNumber: record.permit })
  const seal = await makeVisibleSeal(m, { definition: VDS_PROFILES.visa, features, issued: record.issueDate, type: zone[0]!.slice(0, 2).replace('<', '') })
  return seal.ok ? ok([...parts, { keyId: seal.value.keyId, about: `seal/${record.viseNo}`, answer: { seal: base64(seal.value.seal) } }]) : seal
}

/** Parts in their order make the answers again: a MAC begins the next one. */
function gather(parts: readonly Partial<EndorsementCheck & { seal: string }>[]): EndorsementAnswer {
  const list: { check: EndorsementCheck; seal?: string }[] = []
  for (const p of parts) {
    if (p.macSign !== undefined) list.push({ check: p as EndorsementCheck })
    else if (p.seal !== undefined) list[list.length - 1] = { ...list.at(-1)!, seal: p.seal }
    else list[list.length - 1] = { check: { ...list.at(-1)!.check, ...p } }
  }
  return { endorsements: list }
}

/** Check values for the endorsements of a permit, and their visible digital seals. */
export async function protectEndorsements(m: Memory, r: EndorsementRequest): Promise<Answer<EndorsementAnswer>> {
  const digest = endorsementDigest(r)
  const make = async (): Promise<Answer<readonly Part[]>> => {
    for (const { record, zone } of r.endorsements) {
      const may = checkRecord(m, record, digest)
      if (!may.ok) return may
      const fits = zone === undefined ? ok(true as const) : checkZone(record, zone)
      if (!fits.ok) return fits
      if (record.issueUnitCode !== r.office) return refuse('other-office', { office: record.issueUnitCode })
    }
    const keys = await keysFor(m)
    if (!keys.ok) return keys
    const parts: Part[] = []
    for (const e of r.endorsements) {
      const made = await protect(m, e, keys.value)
      if (!made.ok) return made
      parts.push(...made.value)
    }
    return ok(parts)
  }
  return putOut(m, { output: 'endorsement', request: r, digest }, { make, read: gather })
}

/** Whether a MAC is ours: made again under the key of its index. Counts as no signature: nothing leaves but a word. */
export async function checkEndorsement(m: Memory, q: EndorsementQuestion): Promise<Answer<EndorsementVerdict>> {
  const key = macKeys(m)[q.macIndex - 1]
  if (key === undefined) return ok({ outcome: 'not-done', says: `there is no MAC key ${q.macIndex}` })
  const mac = await used(m.o.custody.mac(key.id, messageOf(q.record)))
  if (!mac.ok) return mac
  return ok(timingSafeEqual(mac.value, Buffer.from(q.macSign, 'hex')) ? { outcome: 'passed', says: 'the check value is ours' } : { outcome: 'failed', says: 'the check value is not over this endorsement' })
}

/** The public halves by which anybody may check signatures of endorsements: PEM by key id. */
export const endorsementKeys = (m: Memory): Readonly<Record<string, string>> => Object.fromEntries(m.o.custody.keys().filter((k) => k.use === 'endorsement').map((k) => [endorsementKeyId(k.spki), k.publicPem]))
