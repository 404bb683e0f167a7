import { spawnSync, execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openLine, type Line } from '@causeway/ground'
import { verifyPdfSignature } from '@causeway/pades'
import { readApprovalSeal, verifyEndorsement, type EndorsementCheck, type EndorsementRecord } from '@causeway/signing'
import { parseCertificate, parseCrl, verifySeal, visaOf, type SealReport, type Trust } from 'icao9303'
import { nodeCrypto } from 'icao9303/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

import { START, walkRoad, type Travelled } from './road.ts'
import { must } from './signer-stage.ts'
import { openStage, type Stage } from './stage.ts'

const crypto = nodeCrypto()
const has = (tool: string): boolean => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const der = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

let s: Stage
let folder: string
let travelled: Travelled
let hub: Line
let signer: Line

async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((r) => setTimeout(r, 100))) {
    const value = await ask()
    if (value !== undefined) return value
  }
  throw new Error(`waited in vain for ${what}`)
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cw-paper-'))
  s = await openStage('2024-03-04T09:00:00+08:00') // the day before: the clock of the road only goes on
  ;[hub, signer] = [openLine(join(s.platform.state.run, 'hub.sock'), 'hub'), openLine(join(s.platform.state.run, 'signer.sock'), 'signer')]
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'))).buffer }, fireImmediately: true })
  await s.as('keeper').send('POST', '/api/blanks', { batch: 'B1', first: 'SB000001', count: 5 })
  travelled = await walkRoad(s, { n: 1, today: START, serial: 'SB000001' })
}, 120_000)
afterAll(async () => {
  await s.stop()
  rmSync(folder, { recursive: true, force: true })
})

const paperOf = async (): Promise<Uint8Array> => {
  const kept = await until('the sealed paper', async () => (await s.as('reviewer').get<{ documents: readonly { id: string; kind: string }[] }>(`/api/missions/${travelled.missionId}`)).documents.find((d) => d.kind === 'approval'))
  return s.as('reviewer').bytes(`/api/missions/${travelled.missionId}/documents/${kept.id}`)
}
const barCodeTrust = async (): Promise<Trust> => {
  const { generations } = await must(hub.call<{ generations: readonly { certificate: string }[] }>('GET', '/v1/csca'))
  const signers = await must(hub.call<readonly { der: string }[]>('GET', '/v1/certificates?kind=bar-code'))
  const { crls } = await must(hub.call<{ crls: readonly string[] }>('GET', '/v1/crl?fresh=yes'))
  return { anchors: generations.map((g) => parseCertificate(der(g.certificate))!), links: [], signers: signers.map((c) => parseCertificate(der(c.der))!), crls: crls.map((c) => parseCrl(der(c))!) }
}

/** What a reader of others finds in the picture of a page, examined. */
async function sealIn(pdf: Uint8Array, page = 1): Promise<SealReport> {
  const file = join(folder, 'seen.pdf')
  writeFileSync(file, pdf)
  const png = execFileSync('pdftoppm', ['-r', '200', '-f', String(page), '-l', String(page), '-png', '-singlefile', file], { maxBuffer: 64 * 1024 * 1024 })
  const codes = await readBarcodes(new Uint8Array(png), { formats: ['DataMatrix', 'QRCode'] })
  expect(codes.map((c) => c.format)).toEqual(['DataMatrix'])
  return verifySeal(codes[0]!.bytes.slice(), { trust: await barCodeTrust(), at: new Date(`${START}T09:00:00+08:00`), policy: 'field', crypto })
}

describe.skipIf(!has('pdftoppm'))('the paper of an approval', () => {
  it('carries the office’s seal under the national side’s seal authority, for this number and this act', async () => {
    const pdf = await paperOf()
    const seals = await must(hub.call<{ certificate: string; crl: string }>('GET', '/v1/seal-authority?fresh=yes'))
    const authority = parseCertificate(der(seals.certificate))!
    const report = await verifyPdfSignature(pdf, { trust: { authorities: [authority], timeAuthorities: [], crls: [parseCrl(der(seals.crl))!] }, at: new Date(`${START}T12:00:00+08:00`), policy: 'field', crypto })
    expect([report.verdict, report.seals.length, report.seals[0]!.statement]).toEqual(['genuine', 1, `approval ${travelled.documentNo} mission/${travelled.missionId}`])
    if (!has('pdfsig') || !has('certutil')) return
    const db = join(folder, 'nss')
    mkdirSync(db)
    writeFileSync(join(folder, 'a.der'), authority.der)
    execFileSync('certutil', ['-d', db, '-N', '--empty-password'])
    execFileSync('certutil', ['-d', db, '-A', '-n', 'seals', '-t', 'CT,C,C', '-i', join(folder, 'a.der')])
    writeFileSync(join(folder, 'p.pdf'), pdf)
    const said = spawnSync('pdfsig', ['-nssdir', db, join(folder, 'p.pdf')], { encoding: 'utf8' }).stdout
    for (const line of ['Signature is Valid.', 'Total document signed', 'ETSI.CAdES.detached']) expect(said).toContain(line)
    // the clock of this road is in 2024, and a certificate of two years may be over on the day on which the test runs
    expect(said).toMatch(/Certificate is Trusted|Certificate has Expired/)
  })

  it('carries a visible digital seal that a camera reads, and that says the same', async () => {
    const report = await sealIn(await paperOf())
    expect(report.checks.filter((c) => c.outcome === 'failed')).toEqual([])
    expect(report.genuine).toBe(true)
    const seal = report.seal?.kind === 'vds' ? report.seal.value : undefined
    expect(seal && readApprovalSeal(seal)).toMatchObject({ ok: true, value: { number: travelled.documentNo, places: ['HKG'], persons: 1, days: 4 } })
  })

  it('keeps no draft that can be opened, and nothing of it in the case', async () => {
    const page = await s.as('reviewer').get<{ documents: readonly { kind: string }[] }>(`/api/missions/${travelled.missionId}`)
    expect(page.documents.map((d) => d.kind).filter((k) => k.startsWith('approval'))).toEqual(['approval'])
  })
})

interface Shown { readonly checks: readonly (EndorsementCheck & { readonly number: string; readonly place: string })[]; readonly endorsements: readonly { readonly from: string; readonly to: string; readonly stayDays: number }[]; readonly issued: string }

describe('the endorsements of a permit', () => {
  const shown = async (): Promise<Shown> => until('the check values', async () => { const p = await s.as('counter').get<Shown>(`/api/permits/${travelled.number}`); return p.checks.length > 0 ? p : undefined })

  it('have check values that the signer and anybody can hold against the record', async () => {
    const p = await shown()
    const [{ number, place: _, ...check }, e] = [p.checks[0]!, p.endorsements[0]!]
    const record: EndorsementRecord = {
      viseNo: number, visaIndex: 1, permit: travelled.number, visitPlaceCode: 'HKG', viseType: 'visit', viseTimes: 1, visaStartDate: e.from, effectiveDate: e.to, latestLeaveDate: e.to, stayDays: e.stayDays, timeUnit: 1, issueDate: p.issued, issueUnitCode: '370699',
    }
    const pems = await must(signer.call<Readonly<Record<string, string>>>('GET', '/v1/endorsement-keys'))
    const keys = new Map(Object.entries(pems).map(([id, pem]) => [id, new Uint8Array(createPublicKey(pem).export({ type: 'spki', format: 'der' }))]))
    for (const [r, outcome] of [[record, 'passed'], [{ ...record, stayDays: record.stayDays + 1 }, 'failed']] as const) {
      expect(await must(signer.call('POST', '/v1/endorsement-check', { record: r, macIndex: check.macIndex, macSign: check.macSign }))).toMatchObject({ outcome })
      expect((await verifyEndorsement(r, check, { keys, crypto })).find((c) => c.name === 'endorsement-signature')?.outcome).toBe(outcome)
    }
  })

  it.skipIf(!has('pdftoppm'))('are printed with a visa seal that a camera reads', async () => {
    const p = await shown()
    const report = await sealIn(await s.as('counter').bytes(`/api/permits/${travelled.number}/endorsements`))
    expect(report.checks.filter((c) => c.outcome === 'failed')).toEqual([])
    expect(report.genuine).toBe(true)
    const visa = report.seal?.kind === 'vds' ? visaOf(report.seal.value.features) : undefined
    expect([visa?.passportNumber, visa?.entries, visa?.zone[1]!.slice(0, 9)]).toEqual([travelled.number, 1, p.checks[0]!.number])
  })
})
