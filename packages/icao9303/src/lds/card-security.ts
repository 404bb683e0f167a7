import { Malformed, readTlv } from '../asn1/tlv.ts'
import { buildSignedData } from '../cms/build.ts'
import { readContentInfo, signerCertificate, verifySignedData, type SignedData } from '../cms/signed-data.ts'
import { type Crypto } from '../crypto.ts'
import { type Certificate } from '../pki/certificate.ts'
import { type Signer } from '../pki/signer.ts'
import { decoding, type Decoded, type Reading } from './decoded.ts'
import { encodeSecurityInfos, readSecurityInfos, type SecurityInfos } from './security-info.ts'
import { OID_CARD_SECURITY } from './security-protocol.ts'
import { laySignedData } from './signed-layout.ts'

const CLAUSE = 'Doc 9303-10 §3.11.4'

/** EF.CardSecurity: what the chip says that it can do, signed. Whether it is signed is told by `verifyCardSecurity`. @source Doc 9303-10 §3.11.4 */
export interface CardSecurity extends SecurityInfos {
  readonly signed: SignedData
  /** The certificate of the signer, where the file carries it. */
  readonly signer: Certificate | undefined
}

/** The entries inside: in the file itself where they stand in one piece, so that their places are places in the file. */
function readContent(file: Uint8Array, signed: SignedData, reading: Reading): SecurityInfos {
  const [bytes, at] = signed.contentAt === undefined ? [signed.content, 0] : [file, signed.contentAt]
  const end = at + signed.content.length
  const set = readTlv(bytes, at, end, reading.policy)
  if (set.next < end) throw new Malformed(CLAUSE, set.next, 'nothing after the entries')
  return readSecurityInfos(set, reading)
}

/** Reads EF.CardSecurity. */
export function decodeCardSecurity(bytes: Uint8Array): Decoded<CardSecurity> {
  return decoding((note, reading) => {
    const signed = readContentInfo(bytes, (d) => { note({ code: d.code, offset: d.offset, says: d.says, clause: CLAUSE }) })
    if (signed.contentType !== OID_CARD_SECURITY) throw new Malformed(CLAUSE, 0, 'the content type id-SecurityObject')
    const signer = signerCertificate(signed.signer.id, signed.certificates)
    if (signer === undefined) note({ code: 'signer-missing', offset: 0, says: 'the certificate of the signer is not in the file', clause: CLAUSE })
    laySignedData(bytes, 0, { reading, signed })
    const { infos } = readContent(bytes, signed, reading)
    return { infos, signed, signer }
  })
}

/**
 * Whether the signer that the file carries made its signature. That the signer may be trusted is another question:
 * it is a document signer, and its path is checked as that of EF.SOD.
 */
export async function verifyCardSecurity(c: CardSecurity, crypto: Crypto): Promise<{ readonly ok: boolean; readonly says: string }> {
  if (c.signer === undefined) return { ok: false, says: 'the certificate of the signer is not in the file' }
  const { ok, says } = await verifySignedData(c.signed, c.signer, crypto)
  return { ok, says }
}

export interface CardSecurityOrder {
  readonly infos: SecurityInfos['infos']
  /** The document signer, whose certificate goes into the file. */
  readonly ds: Certificate
  readonly at: Date
}

/** EF.CardSecurity in DER. @source Doc 9303-10 §3.11.4 */
export async function buildCardSecurity(o: CardSecurityOrder, signer: Signer, crypto: Crypto): Promise<Uint8Array> {
  return buildSignedData({ contentType: OID_CARD_SECURITY, content: encodeSecurityInfos(o), signer: o.ds, chain: [], at: o.at }, signer, crypto)
}
