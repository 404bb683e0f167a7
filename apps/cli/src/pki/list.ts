import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'

import {
  buildCrl, buildDeviationList, buildMasterList, countryOf, isSameName, parseCrl, parseDeviationList,
  parseMasterList, readTrust, renderName, verifyList, type Certificate, type Crl, type DeviationList,
  type DeviationListOrder, type DeviantDocuments, type DeviationNote,
  type ListVerdict, type MasterList, type TrustFile,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { EXIT, Impossible } from '../command.ts'
import { openIssuer, withStore } from './authority.ts'
import { answer, bytesOf, certificateOf, derOf, momentOf, needed, numberOf, say, writeNew, type Values } from './option.ts'

const crypto = nodeCrypto()
const DAY = 86_400_000
const dayOf = (d: Date | undefined): string => d?.toISOString().slice(0, 10) ?? '?'

/** The files at a path: itself, or all in a folder. */
function filesAt(path: string): readonly TrustFile[] {
  if (!existsSync(path)) throw new Impossible('file-missing', `${path} is not there`)
  if (statSync(path).isDirectory()) return readdirSync(path).sort().flatMap((f) => filesAt(join(path, f)))
  return [{ name: basename(path), bytes: bytesOf(path) }]
}

async function masterListOf(path: string): Promise<MasterList> {
  const list = await parseMasterList(derOf(path), crypto)
  if (list === undefined) throw new Impossible('masterlist-invalid', `${path} is no master list`)
  return list
}

async function deviationListOf(path: string): Promise<DeviationList> {
  const list = await parseDeviationList(derOf(path), crypto)
  if (list === undefined) throw new Impossible('deviation-invalid', `${path} is no deviation list`)
  return list
}

export function crlOf(path: string): Crl {
  const list = parseCrl(derOf(path))
  if (list === undefined) throw new Impossible('crl-invalid', `${path} is no revocation list`)
  return list
}

/** `masterlist make`: the certificates of files and folders, signed. */
export async function makeMasterList(values: Values, paths: readonly string[]): Promise<number> {
  const [out, signerFile] = [needed(values, 'out'), needed(values, 'signer')]
  if (paths.length === 0) throw new Impossible('usage', 'pki masterlist make ENTRY… --signer FILE --out FILE')
  const { trust, unread } = await readTrust(paths.flatMap(filesAt), crypto)
  for (const name of unread) process.stderr.write(`entry-unread: ${name}\n`)
  const entries = [...trust.anchors, ...trust.links]
  if (entries.length === 0) throw new Impossible('masterlist-empty', 'there is no CSCA certificate among the entries')
  return withStore(values, async (store) => {
    const signer = await openIssuer(store, values, { file: signerFile, key: values['signer-key'] })
    const der = await buildMasterList(
      { entries, signer: signer.certificate, chain: (values.chain ?? []).map(certificateOf), at: momentOf(values) },
      signer.signer, crypto,
    )
    writeNew(out, der)
    answer(
      values, { file: out, entries: entries.length, signer: renderName(signer.certificate.subject) },
      [say({ zh: `主列表 ${out}：${entries.length} 张证书`, en: `master list ${out}: ${entries.length} certificates` })],
    )
    return EXIT.done
  })
}

const entryOf = (c: Certificate): unknown => ({
  country: countryOf(c.subject), subject: renderName(c.subject), issuer: renderName(c.issuer), serial: c.serial,
  notBefore: c.notBefore.toISOString(), notAfter: c.notAfter.toISOString(), keyId: c.subjectKeyId,
})

const signatureOf = (l: MasterList | DeviationList): Readonly<Record<string, unknown>> => ({
  signed: l.signed, signer: l.signer && renderName(l.signer.subject), signedAt: l.signedAt?.toISOString(),
  unread: l.unread,
})

/** `masterlist show`. */
export async function showMasterList(values: Values, path: string): Promise<number> {
  const list = await masterListOf(path)
  const countries = new Set(list.certificates.map((c) => countryOf(c.subject)?.toUpperCase()))
  answer(values, { kind: 'master-list', ...signatureOf(list), countries: countries.size, certificates: list.certificates.map(entryOf) }, [
    say({
      zh: `主列表：${list.certificates.length} 张证书，${countries.size} 个国家，签名${list.signed ? '有效' : '无效'}，${dayOf(list.signedAt)}`,
      en: `master list of ${list.certificates.length} certificates of ${countries.size} States, ${list.signed ? 'signed' : 'NOT SIGNED'}, ${dayOf(list.signedAt)}`,
    }),
    ...list.certificates.map(
      (c) =>
        `  ${(countryOf(c.subject) ?? '??').padEnd(3)} ${dayOf(c.notBefore)} ${dayOf(c.notAfter)} ${isSameName(c.subject, c.issuer) ? ' ' : '→'} ${renderName(c.subject)}`
    ),
    ...list.unread.map((u) => `  ! ${u.index} at byte ${u.offset}: ${u.says}`),
  ])
  return EXIT.done
}

function report(values: Values, verdict: ListVerdict, list: MasterList | DeviationList): number {
  answer(values, {
    outcome: verdict.outcome, trouble: verdict.trouble, says: verdict.says,
    path: verdict.path.map((c) => renderName(c.subject)), notes: verdict.notes, ...signatureOf(list),
  }, [
    `${{ passed: say({ zh: '可信', en: 'BELIEVED' }), failed: say({ zh: '不可信', en: 'NOT BELIEVED' }), 'not-done': say({ zh: '无法判断', en: 'UNDECIDED' }) }[verdict.outcome]}: ${verdict.says}`,
    ...verdict.notes.map((n) => `  ! ${n.code}: ${n.says}`), ...list.unread.map((u) => `  ! ${u.index} at byte ${u.offset}: ${u.says}`),
  ])
  return verdict.outcome === 'passed' && list.unread.length === 0 ? EXIT.done : EXIT.faulty
}

/** `masterlist verify` and `deviation verify`: the signature, the signer's purpose, path and revocation. */
export async function verifySigned(values: Values, path: string, kind: 'master-list' | 'deviation-list'): Promise<number> {
  const list = kind === 'master-list' ? await masterListOf(path) : await deviationListOf(path)
  const { trust, unread } = await readTrust((values.trust ?? []).flatMap(filesAt), crypto)
  for (const name of unread) process.stderr.write(`trust-unread: ${name}\n`)
  return report(values, await verifyList(list, trust, { at: momentOf(values), crypto }), list)
}

/** Serial numbers to revoke, each with its moment where one is given: `7777` or `7777@2026-01-31`. */
function revocations(values: Values, now: Date): readonly { readonly serial: string; readonly at: Date }[] {
  return (values.revoke ?? []).map((r) => {
    const [number, day] = r.split('@')
    const at = day === undefined ? now : new Date(day)
    if (
      number === undefined || !/^[0-9a-f]{1,40}$/i.test(number) || Number.isNaN(at.getTime())
    ) throw new Impossible('revocation-invalid', `${r} is no SERIAL or SERIAL@DATE`)
    return { serial: BigInt(`0x${number}`).toString(16), at }
  })
}

/** `crl make`: what the list before had, and more; numbered on from it. */
export async function makeCrl(values: Values): Promise<number> {
  const [file, out, now] = [needed(values, 'csca'), needed(values, 'out'), momentOf(values)]
  const before = values.previous === undefined ? undefined : crlOf(values.previous)
  return withStore(values, async (store) => {
    const issuer = await openIssuer(store, values, { file, key: values['csca-key'] })
    if (
      before !== undefined && !isSameName(
        before.issuer, issuer.certificate.subject,
      ) && countryOf(before.issuer) !== countryOf(issuer.certificate.subject)
    ) throw new Impossible('crl-foreign', `${String(values.previous)} is of another authority`)
    const revoked = new Map(
      [
        ...[...(before?.revoked ?? [])].map(([serial, at]) => ({ serial, at })), ...revocations(values, now),
      ].reverse().map((r) => [r.serial, r.at])
    )
    const number = numberOf(values, 'number', (before?.number ?? 0) + 1)
    const nextUpdate = new Date(now.getTime() + numberOf(values, 'days', 90) * DAY)
    const former = before === undefined || isSameName(before.issuer, issuer.certificate.subject)
      ? before?.formerNames ?? []
      : [...before.formerNames, before.issuer]
    const der = await buildCrl(
      { number, thisUpdate: now, nextUpdate, revoked: [...revoked].reverse().map(([serial, at]) => ({ serial, at })), formerNames: former },
      issuer.certificate, issuer.signer,
    )
    writeNew(out, der)
    answer(
      values,
      { file: out, number, revoked: revoked.size, thisUpdate: now.toISOString(), nextUpdate: nextUpdate.toISOString() },
      [say({ zh: `吊销列表 ${out}：第 ${number} 号，${revoked.size} 张`, en: `revocation list ${out}: number ${number}, ${revoked.size} revoked, next by ${dayOf(nextUpdate)}` })],
    )
    return EXIT.done
  })
}

/** `crl show`. */
export function showCrl(values: Values, path: string): number {
  const l = crlOf(path)
  answer(values, {
    kind: 'crl', issuer: renderName(l.issuer), number: l.number, thisUpdate: l.thisUpdate.toISOString(),
    nextUpdate: l.nextUpdate?.toISOString(), keyId: l.authorityKeyId,
    revoked: [...l.revoked].map(([serial, at]) => ({ serial, at: at.toISOString() })),
  }, [
    say({
      zh: `${renderName(l.issuer)} 第 ${l.number ?? '?'} 号吊销列表，${dayOf(l.thisUpdate)} 至 ${dayOf(l.nextUpdate)}`,
      en: `revocation list ${l.number ?? '?'} of ${renderName(l.issuer)}, ${dayOf(l.thisUpdate)} to ${dayOf(l.nextUpdate)}`,
    }),
    ...[...l.revoked].map(([serial, at]) => `  ${serial}  ${dayOf(at)}`),
  ])
  return EXIT.done
}

/** What a JSON file says of deviations, in the words of `deviation show`; signers are named by key, digest, or a certificate file. */
interface Described {
  readonly documents: Omit<DeviantDocuments, 'issued' | 'signer'> & {
    readonly issued?: { readonly from: string; readonly to: string }
    readonly signer?: { readonly keyId?: string; readonly digest?: string; readonly certificate?: string }
  }
  readonly descriptions: readonly DeviationNote[]
}

function documentsOf(d: Described['documents']): DeviantDocuments {
  const { issued, signer, ...rest } = d
  const c = signer?.certificate === undefined ? undefined : certificateOf(signer.certificate)
  const named: DeviantDocuments['signer'] = c !== undefined
    ? { kind: 'issuer', issuer: c.issuer, serial: c.serial }
    : signer?.keyId !== undefined
    ? { kind: 'key', keyId: signer.keyId }
    : signer?.digest !== undefined
    ? { kind: 'digest', digest: signer.digest }
    : undefined
  return {
    ...rest, ...(named === undefined ? {} : { signer: named }),
    ...(issued === undefined ? {} : { issued: { from: new Date(issued.from), to: new Date(issued.to) } }),
  }
}

/** `deviation make`: from a JSON file `[{ "documents": {…}, "descriptions": [{ "code": "chip", … }] }]`. */
export async function makeDeviationList(values: Values, path: string): Promise<number> {
  const [out, signerFile] = [needed(values, 'out'), needed(values, 'signer')]
  let deviations: DeviationListOrder['deviations']
  try {
    deviations = (JSON.parse(new TextDecoder().decode(bytesOf(path))) as Described[]).map(
      (d) => ({ documents: documentsOf(d.documents), descriptions: d.descriptions })
    )
  } catch (error) {
    if (error instanceof Impossible) throw error
    throw new Impossible('deviation-invalid', `${path}: ${(error as Error).message}`)
  }
  return withStore(values, async (store) => {
    const signer = await openIssuer(store, values, { file: signerFile, key: values['signer-key'] })
    let der: Uint8Array
    try {
      der = await buildDeviationList(
        { deviations, signer: signer.certificate, chain: (values.chain ?? []).map(certificateOf), at: momentOf(values) },
        signer.signer, crypto,
      )
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) throw new Impossible('deviation-invalid', `${path}: ${error.message}`)
      throw error
    }
    writeNew(out, der)
    answer(
      values, { file: out, entries: deviations.length, signer: renderName(signer.certificate.subject) },
      [say({ zh: `偏差列表 ${out}：${deviations.length} 条`, en: `deviation list ${out}: ${deviations.length} entries` })],
    )
    return EXIT.done
  })
}

function describedSigner(s: DeviantDocuments['signer']): unknown {
  if (s === undefined) return undefined
  if (s.kind === 'issuer') return { issuer: renderName(s.issuer), serial: s.serial }
  return s.kind === 'key' ? { keyId: s.keyId } : { digest: s.digest }
}

/** `deviation show`. */
export async function showDeviationList(values: Values, path: string): Promise<number> {
  const list = await deviationListOf(path)
  const entries = list.entries.map((e) => ({
    documents: { ...e.documents, signer: describedSigner(e.documents.signer) },
    descriptions: e.descriptions.map(
      (d) => ({ ...d, ...(d.nationalUse === undefined ? {} : { nationalUse: Buffer.from(d.nationalUse).toString('hex') }) })
    ),
  }))
  answer(values, { kind: 'deviation-list', ...signatureOf(list), digest: list.digest, entries }, [
    say({
      zh: `偏差列表：${list.entries.length} 条，签名${list.signed ? '有效' : '无效'}，${dayOf(list.signedAt)}`,
      en: `deviation list of ${list.entries.length} entries, ${list.signed ? 'signed' : 'NOT SIGNED'}, ${dayOf(list.signedAt)}`,
    }),
    ...entries.flatMap(
      (e) => [
        `  ${JSON.stringify(e.documents)}`,
        ...e.descriptions.map(
          (d) => `    ${d.code ?? d.type} ${d.place === undefined ? '' : JSON.stringify(d.place)} ${d.text ?? ''}`.trimEnd()
        ),
      ]
    ),
  ])
  return EXIT.done
}
