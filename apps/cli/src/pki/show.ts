import {
  itemsOf, kindOf, lintCertificate, lintCrl, lintList, parseCertificate, parseCrl, parseDeviationList,
  parseLdif, parseMasterList, parseRequest, renderName, unwrapPem, type Certificate, type LintDefect,
} from 'icao9303'
import { nodeCrypto } from 'icao9303/node'

import { EXIT, Impossible } from '../command.ts'
import { answer, bytesOf, certificateOf, say, type Values } from './option.ts'
import { showCrl, showDeviationList, showMasterList } from './list.ts'

const crypto = nodeCrypto()

function describe(c: Certificate): Readonly<Record<string, unknown>> {
  return {
    kind: kindOf(c), subject: renderName(c.subject), issuer: renderName(c.issuer), serial: c.serial,
    notBefore: c.notBefore.toISOString(), notAfter: c.notAfter.toISOString(),
    key: c.curve === undefined ? `RSA ${c.keyBits ?? '?'}` : `${c.curve.name} (${c.curve.explicit ? 'explicit' : 'named'})`,
    scheme: c.scheme, keyUsage: c.keyUsage,
    privateKeyUsage: c.privateKeyUsage && { from: c.privateKeyUsage.from?.toISOString(), to: c.privateKeyUsage.to?.toISOString() },
    documentTypes: c.documentTypes, issuingStates: c.issuingStates, extendedKeyUsage: c.extendedKeyUsage,
    keyId: c.subjectKeyId, issuerKeyId: c.authorityKeyId, extensions: [...c.extensions].map(([id, e]) => ({ id, critical: e.critical })),
  }
}

const lines = (o: Readonly<Record<string, unknown>>): readonly string[] => Object.entries(o).filter(([, v]) => v !== undefined).map(
  ([k, v]) => `${k.padEnd(17)} ${typeof v === 'string' ? v : JSON.stringify(v)}`
)

/** `show`: whatever it is, by its content. */
export async function showFile(values: Values, path: string): Promise<number> {
  const bytes = bytesOf(path)
  const der = unwrapPem(bytes)[0] ?? bytes
  const certificate = parseCertificate(der)
  if (certificate !== undefined) { const o = describe(certificate); answer(values, o, lines(o)); return EXIT.done }
  if (parseCrl(der) !== undefined) return showCrl(values, path)
  if (await parseMasterList(der, crypto) !== undefined) return showMasterList(values, path)
  if (await parseDeviationList(der, crypto) !== undefined) return showDeviationList(values, path)
  const request = await parseRequest(der, crypto)
  if (request !== undefined) {
    const o = { kind: 'request', subject: renderName(request.subject), key: request.curve ?? `RSA ${request.keyBits}` }
    answer(values, o, lines(o))
    return EXIT.done
  }
  const { entries, defects } = parseLdif(bytes)
  if (entries.length === 0) throw new Impossible('file-unknown', `${path} is no certificate, request, list or LDIF`)
  const items = entries.flatMap(
    (e) => itemsOf(e).map(
      (i) => ({ dn: i.dn, line: e.line, attribute: i.attribute, country: i.country, pkdVersion: i.pkdVersion, bytes: i.bytes.length })
    )
  )
  answer(
    values, { kind: 'ldif', entries: entries.length, items, defects },
    [
      say({ zh: `LDIF：${entries.length} 个条目`, en: `LDIF of ${entries.length} entries` }),
      ...items.map((i) => `  ${i.country ?? '??'} ${i.attribute} ${i.bytes}`),
      ...defects.map((d) => `  ! line ${d.line}: ${d.says}`),
    ],
  )
  return EXIT.done
}

async function defectsOf(der: Uint8Array, issuer: Certificate | undefined): Promise<{
  readonly kind: string
  readonly defects: readonly LintDefect[]
} | undefined> {
  const certificate = parseCertificate(der)
  if (certificate !== undefined) return {
    kind: kindOf(certificate), defects: lintCertificate(certificate, issuer === undefined ? {} : { issuer }),
  }
  const crl = parseCrl(der)
  if (crl !== undefined) return { kind: 'crl', defects: lintCrl(crl, issuer) }
  const list = await parseMasterList(der, crypto) ?? await parseDeviationList(der, crypto)
  return list === undefined ? undefined : { kind: list.kind, defects: lintList(list) }
}

/** `lint`: departures from the profile, each with its clause. Faulty when one is grave or an error. */
export async function lintFile(values: Values, path: string): Promise<number> {
  const bytes = bytesOf(path)
  const found = await defectsOf(
    unwrapPem(bytes)[0] ?? bytes,
    values['issued-by'] === undefined ? undefined : certificateOf(values['issued-by']),
  )
  if (found === undefined) throw new Impossible('file-unknown', `${path} is no certificate and no list`)
  answer(values, found, [
    say({ zh: `${found.kind}：${found.defects.length} 处偏离规范`, en: `${found.kind}: ${found.defects.length} departures from the profile` }),
    ...found.defects.map((d) => `  ${d.severity.padEnd(8)} ${d.code}: ${d.says}  [${d.clause}]`),
  ])
  return found.defects.some((d) => d.severity === 'grave' || d.severity === 'error') ? EXIT.faulty : EXIT.done
}
