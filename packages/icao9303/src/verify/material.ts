import { Malformed } from '../asn1/tlv.ts'
import { signerCertificate } from '../cms/signed-data.ts'
import { type Crypto } from '../crypto.ts'
import { decodeDg1 } from '../lds/dg1.ts'
import { decodeSod, type DecodedSod } from '../lds/security-object.ts'
import { parseMrz } from '../mrz/parse.ts'
import { type Mrz } from '../mrz/reading.ts'
import { type Certificate } from '../pki/certificate.ts'
import { type Trust } from '../pki/path.ts'
import { type InspectionCheck, type CheckName, type ChipSession, type Defect, type Outcome, type Policy } from '../report.ts'
import { said, type Said } from '../sentence.ts'
import { type Memory } from './memory.ts'

/** The files of a document by name: `EF.COM`, `EF.SOD`, `DG1` to `DG16`, `EF.CardAccess`, `EF.CardSecurity`. */
export type Dump = Readonly<Record<string, Uint8Array>>

/** What an inspection needs to know besides the document and the trust material. */
export interface InspectionCase {
  readonly at: Date
  readonly policy: Policy
  /** What the reader did with the chip; absent for a dump alone. */
  readonly chip?: ChipSession
  /** `judged` by default. `hashed`: what is inside DG2 to DG16 is not looked at, and the verdict does not say so. */
  readonly groups?: 'judged' | 'hashed'
}

/** Everything that the checks look at, read once. */
export interface Material extends InspectionCase {
  readonly dump: Dump
  readonly trust: Trust
  readonly crypto: Crypto
  readonly memory: Memory
  readonly sod: DecodedSod | undefined
  /** Why there is no `sod`. */
  readonly sodSays: Said
  readonly ds: Certificate | undefined
  readonly mrz: Mrz | undefined
  readonly defects: Defect[]
}

export const PA = 'Doc 9303-11 §5.1'

export const check = (name: CheckName, outcome: Outcome, clause: string, { says, reason }: Said): InspectionCheck => ({ name, outcome, clause, says, reason })

/** What is unknown stands in the way under `strict`, and is a named defect under `field`. */
export function unknown(m: Material, name: CheckName, clause: string, sentence: Said): InspectionCheck {
  if (m.policy === 'strict') return check(name, 'not-done', clause, sentence)
  m.defects.push({ code: name, at: 'trust', says: sentence.says, clause })
  return { ...check(name, 'not-done', clause, sentence), excused: true }
}

/** When EF.SOD says that it was signed. */
export const signingTime = (m: Material): Date | undefined => m.sod?.signed.signer.attributes?.signingTime

interface Bench { readonly trust: Trust; readonly crypto: Crypto; readonly memory: Memory }

/** Reads what the checks will look at; what cannot be read becomes a defect with its place. */
export function gather(dump: Dump, order: InspectionCase, bench: Bench): Material {
  const defects: Defect[] = []
  let sod: DecodedSod | undefined
  let sodSays = said('no-sod')
  const bytes = dump['EF.SOD']
  if (bytes !== undefined) {
    try {
      sod = decodeSod(bytes, bench.memory)
      for (const d of sod.deviations) defects.push({ code: d.code, at: 'EF.SOD', offset: d.offset, says: d.says, clause: d.clause })
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      sodSays = said('sod-unreadable', { offset: String(error.offset), expected: error.expected })
      defects.push({ code: 'malformed', at: 'EF.SOD', offset: error.offset, says: `expected ${error.expected}`, clause: error.clause })
    }
  }
  const id = sod?.signed.signer.id
  const ds = id && sod && (signerCertificate(id, sod.signed.certificates) ?? signerCertificate(id, bench.trust.signers))
  return { ...order, ...bench, dump, sod, sodSays, ds, defects, mrz: zoneIn(dump['DG1'], defects) }
}

/** The zone of a DG1 without a flaw, which nearly all are: its bytes are looked at once. */
function plainZone(b: Uint8Array): string | undefined {
  const n = b.length - 5
  if ((n !== 88 && n !== 72 && n !== 90) || b[0] !== 0x61 || b[1] !== n + 3 || b[2] !== 0x5f || b[3] !== 0x1f || b[4] !== n) return undefined
  return String.fromCharCode.apply(null, b.subarray(5) as unknown as number[])
}

function zoneIn(bytes: Uint8Array | undefined, defects: Defect[]): Mrz | undefined {
  if (bytes === undefined) return undefined
  const plain = plainZone(bytes)
  if (plain !== undefined) return parseMrz(plain)
  const dg1 = decodeDg1(bytes)
  for (const d of dg1.defects) defects.push({ code: d.code, at: 'DG1', offset: d.offset, says: d.says, clause: d.clause })
  return dg1.ok ? parseMrz(dg1.value.mrz) : undefined
}
