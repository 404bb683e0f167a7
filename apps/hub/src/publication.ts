import { readFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'

import { replaceFile } from '@causeway/ground'
import {
  authorityOf, buildDeviationList, buildDeviationListSigner, buildMasterList, buildMasterListSigner, parseCertificate, parseCrl,
  type Certificate, type DeviationListOrder,
} from 'icao9303'

import { crypto, dayOf, newSerial, plusDays, UTOPIA, type CertificationAuthority } from './authority.ts'
import { type CertificateBook, type KeptList } from './certificate-book.ts'
import { type Generation, type Lineage } from './lineage.ts'
import { type SealAuthority } from './seal-authority.ts'
import { type Settings } from './setting.ts'
import { type Vault } from './vault.ts'

/** What the national side publishes, base64 DER. */
export interface Publication {
  /** The CSCA's list, signed by its newest key; and the same again by each earlier key that may still sign. */
  readonly crls: (how: 'daily' | 'force') => Promise<{ readonly crl: string; readonly crls: readonly string[] }>
  readonly sealCrl: (how: 'daily' | 'force') => Promise<string>
  readonly masterList: () => Promise<string>
  readonly deviationList: () => Promise<string>
}

interface Opening {
  readonly folder: string
  readonly vault: Vault
  readonly lineage: Lineage
  readonly authority: CertificationAuthority
  readonly seals: SealAuthority
  readonly book: CertificateBook
  readonly now: () => Date
  readonly settings: (at: Date) => Settings
}

const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64')
const HOUR = 3_600_000
/** Seconds since this moment are the least number of a list: after a restore of everything, numbers still go on. */
const NUMBERS_FROM = Date.UTC(2020, 0, 1)
/** Days for which the signer of master or deviation lists signs, and for which its certificate is valid. */
const LISTER = { use: 300, valid: 400 } as const

type Authority = KeptList['authority']
interface Revoked { readonly serial: string; readonly at: Date }

/** The last list as it lies beside the keys: what it says was revoked stays so, whatever backup the database came from. */
function keptBeside(folder: string, authority: Authority) {
  const file = join(folder, `${authority}.crl`)
  return {
    read: () => (existsSync(file) ? parseCrl(new Uint8Array(readFileSync(file))) : undefined),
    write: (der: Uint8Array) => { replaceFile(file, der) },
  }
}

export function openPublication(o: Opening): Publication {
  const beside = { csca: keptBeside(o.folder, 'csca'), seal: keptBeside(o.folder, 'seal') } as const

  const revokedBy = async (authority: Authority): Promise<readonly Revoked[]> => {
    const revoked = new Map(beside[authority].read()?.revoked ?? [])
    for (const c of await o.book.certificates()) if (c.authority === authority && c.revokedAt !== undefined) revoked.set(c.serial, new Date(c.revokedAt))
    return [...revoked].map(([serial, at]) => ({ serial, at }))
  }
  const nextNumber = async (authority: Authority, now: Date): Promise<number> => Math.max(
    (await o.book.lastCrlNumber()) + 1, (beside[authority].read()?.number ?? 0) + 1, Math.floor((now.getTime() - NUMBERS_FROM) / 1_000),
  )
  const isFresh = (last: KeptList | undefined, by: number, now: Date): last is KeptList => last !== undefined && last.generation === by
    && new Date(last.at) <= now && now.getTime() - new Date(last.at).getTime() < o.settings(now)('crl.every.hours') * HOUR

  const cscaList = async (by: Generation, now: Date): Promise<string> => {
    const number = await nextNumber('csca', now)
    const der = await o.authority.revocationList(by, { number, now, revoked: await revokedBy('csca') })
    beside.csca.write(der)
    await o.book.keepCrl({ number, authority: 'csca', generation: by.number, der: base64(der), at: now.toISOString() })
    return base64(der)
  }

  /** The certified key that signs lists of a kind now: made anew when its use ends or the CSCA has rolled over. */
  const lister = async (use: 'master-list' | 'deviation-list', now: Date): Promise<Generation> => {
    const [last, by] = [o.lineage.of(use).at(-1), o.authority.current(now)]
    const until = last?.certificate.privateKeyUsage?.to
    if (last !== undefined && last.certificate.notBefore <= now && until !== undefined && until > now && last.certificate.authorityKeyId === by.certificate.subjectKeyId) return last
    const spare = o.vault.keys(use).at(-1)
    const key = spare === undefined || spare.id === last?.key.id ? await o.vault.make(use, 'P-256') : spare
    const from = dayOf(now)
    const order = {
      authority: authorityOf(by.certificate) ?? UTOPIA, commonName: use === 'master-list' ? 'MLS-UTO SPECIMEN' : 'DLS-UTO SPECIMEN', spki: key.spki, serial: newSerial(),
      validity: { from, to: plusDays(from, LISTER.valid) }, keyUse: { from, to: plusDays(from, LISTER.use) },
    }
    const build = use === 'master-list' ? buildMasterListSigner : buildDeviationListSigner
    const certificate = parseCertificate(await build(order, by.certificate, by.key.signer, crypto))!
    const made = o.lineage.add(use, { key, certificate, link: undefined, usableFrom: from })
    await o.book.keepCertificate({ serial: certificate.serial, office: 'hub', der: base64(certificate.der), kind: use, authority: 'csca' })
    return made
  }

  let master: { readonly state: string; readonly der: string } | undefined
  let deviation: { readonly state: string; readonly der: string } | undefined
  return {
    crls: async (how) => {
      const now = o.now()
      const crls: string[] = []
      for (const by of o.authority.listers(now)) {
        const last = await o.book.lastCrl('csca', by.number)
        crls.push(how === 'daily' && isFresh(last, by.number, now) ? last.der : await cscaList(by, now))
      }
      return { crl: crls[0]!, crls }
    },
    sealCrl: async (how) => {
      const now = o.now()
      const last = await o.book.lastCrl('seal', 1)
      if (how === 'daily' && isFresh(last, 1, now)) return last.der
      const number = await nextNumber('seal', now)
      const der = await o.seals.revocationList({ number, now, revoked: await revokedBy('seal') })
      beside.seal.write(der)
      await o.book.keepCrl({ number, authority: 'seal', generation: 1, der: base64(der), at: now.toISOString() })
      return base64(der)
    },
    masterList: async () => {
      const now = o.now()
      const generations = o.authority.generations()
      const state = [now.toISOString().slice(0, 10), o.authority.current(now).number, generations.length].join()
      if (master?.state === state) return master.der
      const by = await lister('master-list', now)
      const entries: readonly Certificate[] = generations.flatMap((g) => [g.certificate, ...(g.link === undefined ? [] : [g.link])]).filter((c) => c.notAfter >= now)
      const der = await buildMasterList({ entries, signer: by.certificate, chain: [o.authority.current(now).certificate], at: now }, by.key.signer, crypto)
      master = { state, der: base64(der) }
      return master.der
    },
    deviationList: async () => {
      const now = o.now()
      const deviations: DeviationListOrder['deviations'] = await o.book.deviations()
      const state = [now.toISOString().slice(0, 10), o.authority.current(now).number, deviations.length].join()
      if (deviation?.state === state) return deviation.der
      const by = await lister('deviation-list', now)
      const der = await buildDeviationList({ deviations, signer: by.certificate, chain: [o.authority.current(now).certificate], at: now }, by.key.signer, crypto)
      deviation = { state, der: base64(der) }
      return deviation.der
    },
  }
}
