import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type TrustListRow } from '@causeway/contract'
import { no, ok, type Refusal, type Result } from '@causeway/kernel'
import { endorsementKeyId } from '@causeway/signing'
import { isSameName, parseCertificate, parseCrl, parseDeviationList, parseMasterList, renderName } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { fromBase64 } from './judge.ts'
import { type HeldTrust, type TrustFileText, type TrustOrder } from './standing.ts'

const crypto = nodeCrypto()
const DAY = 86_400_000
/** Days before its end at which a list says so. */
const SOON = 14
const LIMIT = { files: 5_000, bytes: 24 * 1024 * 1024 } as const

/** Lists are kept on the disk: this part works while everything else is away, and says how old they are. */
export interface TrustStore {
  readonly held: () => HeldTrust | undefined
  /** Takes lists; `changed` when they are others than before. */
  readonly take: (order: unknown) => Result<{ readonly changed: boolean; readonly version: string }, Refusal>
}

const isDays = (v: unknown): boolean => typeof v === 'number' && v >= 0 && v <= 3_650

function parse(value: unknown): Result<TrustOrder, Refusal> {
  const bad = (at: string) => no<Refusal>({ code: 'body-malformed', at })
  if (typeof value !== 'object' || value === null) return bad('trust')
  const { asOf, settings, files } = value as Partial<TrustOrder>
  if (typeof asOf !== 'string' || Number.isNaN(new Date(asOf).getTime())) return bad('asOf')
  if (typeof settings !== 'object' || ![settings.freshDays, settings.lateDays, settings.offlineDays].every(isDays)) return bad('settings')
  if (!Array.isArray(files) || files.length > LIMIT.files || files.some((f) => typeof f?.name !== 'string' || typeof f.base64 !== 'string' || (f.use !== undefined && f.use !== 'papers' && f.use !== 'endorsements'))) return bad('files')
  return files.reduce((n, f) => n + f.base64.length, 0) > LIMIT.bytes ? bad('files') : ok({ asOf, settings, files })
}

export function openTrustStore(folder: string): TrustStore {
  const file = join(folder, 'trust.json')
  let held = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as HeldTrust) : undefined
  return {
    held: () => held,
    take: (value) => {
      const order = parse(value)
      if (!order.ok) return order
      const { files, settings, asOf } = order.value
      const version = createHash('sha256').update(JSON.stringify(files.map((f) => `${f.use ?? ''} ${f.base64}`).sort())).digest('hex').slice(0, 16)
      const changed = held?.version !== version
      const next: HeldTrust = { asOf, settings, files: files.map((f) => ({ name: f.name.slice(0, 80), base64: f.base64, ...(f.use === undefined ? {} : { use: f.use }) })), version }
      const isNews = changed || JSON.stringify(held?.settings) !== JSON.stringify(settings) || Math.abs(new Date(held!.asOf).getTime() - new Date(asOf).getTime()) > 60_000
      held = next
      if (isNews) {
        writeFileSync(`${file}.new`, JSON.stringify(next), { mode: 0o600 })
        renameSync(`${file}.new`, file)
      }
      return ok({ changed: isNews, version })
    },
  }
}

async function rowOf({ name, base64, use }: TrustFileText, at: Date): Promise<TrustListRow> {
  const bytes = fromBase64(base64)
  const until = (to: Date | undefined): Pick<TrustListRow, 'standing' | 'until'> => ({
    standing: to === undefined ? 'good' : to < at ? 'over' : to.getTime() - at.getTime() < SOON * DAY ? 'ends-soon' : 'good', ...(to === undefined ? {} : { until: to.toISOString() }),
  })
  const certificate = parseCertificate(bytes)
  if (certificate !== undefined) {
    const kind = !certificate.isCa ? 'signer' : isSameName(certificate.subject, certificate.issuer) ? 'csca' : 'link'
    return { name, kind, says: renderName(certificate.subject), from: certificate.notBefore.toISOString(), ...until(certificate.notAfter) }
  }
  const crl = parseCrl(bytes)
  if (crl !== undefined) return { name, kind: 'crl', says: `${renderName(crl.issuer)}, ${crl.revoked.size}`, from: crl.thisUpdate.toISOString(), ...until(crl.nextUpdate) }
  const master = await parseMasterList(bytes, crypto)
  if (master !== undefined) return { name, kind: 'master-list', says: `${master.certificates.length} CSCA`, standing: 'good' }
  if (use === 'endorsements') return { name, kind: 'endorsement-key', says: endorsementKeyId(bytes), standing: 'good' }
  const deviations = await parseDeviationList(bytes, crypto)
  return deviations === undefined ? { name, kind: 'unread', says: `${bytes.length} bytes`, standing: 'over' } : { name, kind: 'deviation-list', says: String(deviations.entries.length), standing: 'good' }
}

/** Every list that is held, in words, with the days from and until which it holds. */
export async function trustRows(held: HeldTrust | undefined, at: Date): Promise<readonly TrustListRow[]> {
  return Promise.all((held?.files ?? []).map(async (f) => rowOf(f, at)))
}
