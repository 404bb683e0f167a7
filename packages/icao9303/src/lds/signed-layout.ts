import { childrenOf, Malformed, readTlv, valueOf, type Tlv } from '../asn1/tlv.ts'
import { hex, integerOf, oidOf, TAG } from '../asn1/value.ts'
import { type SignedData } from '../cms/signed-data.ts'
import { renderName } from '../pki/name.ts'
import { type Reading } from './decoded.ts'

const ATTRIBUTE_NAMES: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.9.3': 'contentType', '1.2.840.113549.1.9.4': 'messageDigest', '1.2.840.113549.1.9.5': 'signingTime',
}

interface Walk { readonly reading: Reading; readonly signed: SignedData; readonly file: Uint8Array }

const partsOf = (t: Tlv | undefined, w: Walk): readonly Tlv[] => (t === undefined ? [] : childrenOf(t, w.reading.policy))
const identifierIn = (t: Tlv | undefined, w: Walk): string => {
  const first = partsOf(t, w)[0]
  return first === undefined ? '' : oidOf(first)
}

function lay(w: Walk, path: string, o: { readonly at: Tlv | undefined; readonly value?: string | undefined }): void {
  if (o.at !== undefined) w.reading.lay(path, o.at, o.value)
}

function layCertificates(set: Tlv | undefined, w: Walk): void {
  for (const [i, t] of partsOf(set, w).entries()) {
    const known = w.signed.certificates.find((c) => c.der.buffer === w.file.buffer && c.der.byteOffset - w.file.byteOffset === t.start)
    lay(w, `certificates[${i}]`, { at: t, value: known === undefined ? `${t.next - t.start} bytes` : renderName(known.subject) })
  }
}

function layAttributes(set: Tlv | undefined, w: Walk): void {
  for (const t of partsOf(set, w)) {
    const [type, values] = partsOf(t, w)
    const value = partsOf(values, w)[0]
    if (type === undefined || value === undefined) continue
    const id = oidOf(type)
    const text = value.tag === TAG.oid ? oidOf(value) : value.tag === TAG.octets ? hex(valueOf(value)) : String.fromCharCode(...valueOf(value).subarray(0, 64))
    lay(w, `signer.${ATTRIBUTE_NAMES[id] ?? id}`, { at: value, value: text })
  }
}

function laySigner(signer: Tlv | undefined, w: Walk): void {
  lay(w, 'signer', { at: signer })
  const [version, id, digest, ...rest] = partsOf(signer, w)
  const attributes = rest[0]?.tag === 0xa0 ? rest[0] : undefined
  const [algorithm, signature] = attributes === undefined ? rest : rest.slice(1)
  lay(w, 'signer.version', { at: version, value: version && String(integerOf(version)) })
  lay(w, 'signer.id', { at: id, value: w.signed.signer.id.kind === 'key' ? w.signed.signer.id.keyId : renderName(w.signed.signer.id.issuer) })
  lay(w, 'signer.digestAlgorithm', { at: digest, value: w.signed.signer.digest })
  layAttributes(attributes, w)
  lay(w, 'signer.signatureAlgorithm', { at: algorithm, value: identifierIn(algorithm, w) })
  lay(w, 'signer.signature', { at: signature, value: signature && `${signature.end - signature.body} bytes` })
}

function walk(contentInfo: Tlv, w: Walk): void {
  const signedData = partsOf(partsOf(contentInfo, w)[1], w)[0]
  const [version, digests, encapsulated, ...rest] = partsOf(signedData, w)
  lay(w, 'version', { at: version, value: version && String(integerOf(version)) })
  lay(w, 'digestAlgorithms', { at: digests, value: partsOf(digests, w).map((d) => identifierIn(d, w)).join(' ') })
  const [type] = partsOf(encapsulated, w)
  lay(w, 'contentType', { at: type, value: w.signed.contentType })
  layCertificates(rest.find((t) => t.tag === 0xa0), w)
  laySigner(partsOf(rest.find((t) => t.tag === TAG.set), w)[0], w)
}

/**
 * Lays out the parts of SignedData that was already read, but for what is signed. Whatever is odd was named when it
 * was read: here it only ends the layout.
 */
export function laySignedData(file: Uint8Array, at: number, o: { readonly reading: Reading; readonly signed: SignedData }): void {
  const reading = quietly(o.reading)
  try {
    walk(readTlv(file, at, file.length, reading.policy), { reading, signed: o.signed, file })
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
}

/** A reading that lays out and says nothing of what is odd. */
export const quietly = (reading: Reading): Reading => ({ ...reading, note: () => undefined, policy: { mode: 'ber' } })
