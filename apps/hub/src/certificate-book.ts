import { type Day } from '@causeway/kernel'
import { type DeviationListOrder } from 'icao9303'
import type pg from 'pg'

import { parseDeviation, type DeviationText } from './deviation.ts'
import { RULES, type Setting, type SettingKey } from './setting.ts'

/** What a certificate of the national side is for. */
export type CertificateKind = 'document' | 'bar-code' | 'seal' | 'master-list' | 'deviation-list' | 'csca' | 'link'

/** Why a certificate was revoked. Lists of the CSCA carry no reasons; the books do. @source RFC 5280 §5.3.1, Doc 9303-12 Table 9 */
export const REASONS = ['unspecified', 'key-compromise', 'authority-compromise', 'affiliation-changed', 'superseded', 'cessation', 'privilege-withdrawn'] as const
export type Reason = (typeof REASONS)[number]

export interface IssuedCertificate {
  readonly serial: string
  readonly office: string
  readonly der: string
  readonly kind: CertificateKind
  /** Whose list it would be on. */
  readonly authority: 'csca' | 'seal'
  readonly issuedAt: string
  readonly revokedAt: string | undefined
  readonly reason: Reason | undefined
}

export interface KeptList { readonly number: number; readonly authority: 'csca' | 'seal'; readonly generation: number; readonly der: string; readonly at: string }
export interface Revocation { readonly serial: string; readonly at: string; readonly reason: Reason }

/** What was certified, revoked and published, and the figures that hold. */
export interface CertificateBook {
  readonly keepCertificate: (c: Pick<IssuedCertificate, 'serial' | 'office' | 'der' | 'kind' | 'authority'>) => Promise<void>
  readonly certificates: () => Promise<readonly IssuedCertificate[]>
  /** False when there is no such certificate, or it is revoked already. */
  readonly revoke: (r: Revocation) => Promise<boolean>
  readonly lastCrlNumber: () => Promise<number>
  readonly keepCrl: (l: KeptList) => Promise<void>
  readonly lastCrl: (authority: KeptList['authority'], generation: number) => Promise<KeptList | undefined>
  readonly keepDeviation: (d: DeviationText) => Promise<void>
  readonly deviations: () => Promise<DeviationListOrder['deviations']>
  readonly settings: () => Promise<readonly Setting[]>
  /** False when the key has a version of that day already: versions are added, never changed. */
  readonly keepSetting: (s: Setting) => Promise<boolean>
}

interface CertificateRow { readonly serial: string; readonly office_id: string; readonly der: string; readonly kind: CertificateKind; readonly authority: 'csca' | 'seal'; readonly issued_at: string; readonly revoked_at: string | null; readonly reason: Reason | null }

export function openCertificateBook(pool: pg.Pool, at: () => string): CertificateBook {
  return {
    keepCertificate: async (c) => {
      await pool.query('insert into certificate (serial, office_id, der, issued_at, kind, authority) values ($1, $2, $3, $4, $5, $6) on conflict do nothing', [c.serial, c.office, c.der, at(), c.kind, c.authority])
    },
    certificates: async () => {
      const { rows } = await pool.query<CertificateRow>('select serial, office_id, der, kind, authority, issued_at, revoked_at, reason from certificate order by issued_at')
      return rows.map((r) => ({ serial: r.serial, office: r.office_id, der: r.der, kind: r.kind, authority: r.authority, issuedAt: r.issued_at, revokedAt: r.revoked_at ?? undefined, reason: r.reason ?? undefined }))
    },
    revoke: async (r) => (await pool.query('update certificate set revoked_at = $2, reason = $3, recorded_at = $4 where serial = $1 and revoked_at is null', [r.serial, r.at, r.reason, at()])).rowCount === 1,
    lastCrlNumber: async () => Number((await pool.query<{ n: string }>('select coalesce(max(number), 0) as n from crl')).rows[0]!.n),
    keepCrl: async (l) => { await pool.query('insert into crl (number, authority, generation, der, issued_at) values ($1, $2, $3, $4, $5)', [l.number, l.authority, l.generation, l.der, l.at]) },
    lastCrl: async (authority, generation) => {
      const { rows } = await pool.query<{ number: string; der: string; issued_at: string }>('select number, der, issued_at from crl where authority = $1 and generation = $2 order by number desc limit 1', [authority, generation])
      return rows[0] && { number: Number(rows[0].number), authority, generation, der: rows[0].der, at: rows[0].issued_at }
    },
    keepDeviation: async (d) => { await pool.query('insert into deviation (body, made_at) values ($1, $2)', [JSON.stringify(d), at()]) },
    deviations: async () => {
      const { rows } = await pool.query<{ body: string }>('select body from deviation order by number')
      return rows.flatMap((r) => { const d = parseDeviation(JSON.parse(r.body)); return d.ok ? [d.value.entry] : [] })
    },
    settings: async () => {
      const { rows } = await pool.query<{ key: string; value: string; from_day: string; basis: string }>('select key, value, from_day, basis from setting order by from_day')
      return rows.filter((r) => Object.hasOwn(RULES, r.key)).map((r) => ({ key: r.key as SettingKey, value: Number(r.value), from: r.from_day as Day, basis: r.basis }))
    },
    keepSetting: async (s) => (await pool.query('insert into setting (key, from_day, value, basis, made_at) values ($1, $2, $3, $4, $5) on conflict do nothing', [s.key, s.from, s.value, s.basis, at()])).rowCount === 1,
  }
}
