import { hex } from '../asn1/value.ts'
import { type Crypto } from '../crypto.ts'
import { type Certificate } from './certificate.ts'
import { DEVIATIONS, type DeviantDocuments, type DeviationCode, type DeviationDescription } from './deviation.ts'
import { type DeviationList } from './deviation-list.ts'
import { countryOf, isSameName, renderName } from './name.ts'

/** What is known of a document, to look it up in deviation lists. */
export interface DocumentFacts {
  /** The document signer's certificate. */
  readonly signer?: Certificate
  /** As in the machine-readable zone: `PO` or `P<`, `UTO`, `L898902C3`. */
  readonly documentCode?: string
  readonly issuingState?: string
  readonly documentNumber?: string
  /** From DG12, or read by eye. */
  readonly issuedOn?: Date
}

/** A condition by which a list says which documents it means. */
export type DeviationCondition = 'document-type' | 'signer' | 'issuing-date' | 'document-number'

/** A deviation that a State has published and that the document at hand may have. */
export interface KnownDeviation extends DeviationDescription {
  /** What the deviation means, with the State's own words where it has some. */
  readonly says: string
  /** Conditions that hold, and those that could not be looked at. None that was looked at fails. */
  readonly holds: readonly DeviationCondition[]
  readonly open: readonly DeviationCondition[]
  /** Names of the checks of an inspection, and codes or places of its defects, that this explains. */
  readonly explains: readonly string[]
  /** Who published it. */
  readonly list: string
}

/** Checks and places that a deviation speaks of; a place is added for the file or field that it names. */
const EXPLAINS: Readonly<Record<DeviationCode, readonly string[]>> = {
  'certificate-or-key': ['ds-profile', 'trust-path'], 'ds-signature': ['trust-path'],
  'ds-encoding': ['ds-profile'], 'csca-encoding': ['trust-path'],
  'aa-key-compromised': ['active-authentication'],
  lds: ['sod-profile'], 'group-malformed': [], 'group-hash-wrong': [], 'sod-signature-wrong': ['sod-signature'],
  'com-inconsistent': ['com-sod-agree'],
  mrz: ['mrz-check-digits'], 'mrz-wrong-data': [], 'mrz-wrong-check-digit': ['mrz-check-digits'],
  chip: ['access', 'active-authentication', 'chip-authentication'], 'national-use': [],
}

function explainedBy(d: DeviationDescription): readonly string[] {
  const own = d.code === undefined ? [] : EXPLAINS[d.code]
  if (d.place?.kind === 'file') return [...own, d.code === 'group-hash-wrong' ? `hash-${d.place.file.toLowerCase()}` : d.place.file]
  return d.place?.kind === 'mrz-field' ? [...own, `DG1/${d.place.field}`] : own
}

const bare = (s: string): string => s.replace(/<+$/, '')

type Answer = 'holds' | 'fails' | 'open'

function signerIs(
  wanted: NonNullable<DeviantDocuments['signer']>,
  o: { readonly signer: Certificate | undefined; readonly list: DeviationList; readonly crypto: Crypto },
): Answer {
  const { signer } = o
  if (signer === undefined) return 'open'
  if (wanted.kind === 'issuer') return signer.serial === wanted.serial && isSameName(signer.issuer, wanted.issuer) ? 'holds' : 'fails'
  if (wanted.kind === 'digest') return hex(o.crypto.hash(o.list.digest, signer.der)) === wanted.digest ? 'holds' : 'fails'
  if (signer.subjectKeyId === undefined) return 'open'
  return signer.subjectKeyId === wanted.keyId ? 'holds' : 'fails'
}

const known = <T>(fact: T | undefined, test: (fact: T) => boolean): Answer => (fact === undefined ? 'open' : test(fact) ? 'holds' : 'fails')

function conditions(
  d: DeviantDocuments, f: DocumentFacts, o: { readonly list: DeviationList; readonly crypto: Crypto },
): readonly (readonly [DeviationCondition, Answer])[] {
  const { documentType, signer, issued, numbers } = d
  return [
    ...(documentType === undefined ? [] : [['document-type', known(f.documentCode, (c) => bare(c) === bare(documentType))] as const]),
    ...(signer === undefined ? [] : [['signer', signerIs(signer, { signer: f.signer, ...o })] as const]),
    ...(issued === undefined ? [] : [['issuing-date', known(f.issuedOn, (at) => issued.from <= at && at <= issued.to)] as const]),
    ...(
      numbers === undefined ? [] : [['document-number', known(f.documentNumber, (n) => numbers.some((m) => bare(m) === bare(n)))] as const]
    ),
  ]
}

/** A State speaks for its own documents only. */
function isOfState(list: DeviationList, f: DocumentFacts): boolean {
  const speaker = list.signer
  if (speaker === undefined) return false
  if (f.issuingState !== undefined && speaker.issuingStates.length > 0) return speaker.issuingStates.includes(bare(f.issuingState))
  const [theirs, ours] = [countryOf(speaker.issuer), f.signer && countryOf(f.signer.issuer)]
  return theirs !== undefined && theirs.toUpperCase() === ours?.toUpperCase()
}

/**
 * What the issuing State has published about documents like this one. Which lists to believe is for the caller to
 * decide (`verifyList`); a list counts only for documents of its own State, and an entry only when none of its
 * conditions fails and one holds, or when it has none.
 *
 * @source Doc 9303-3 §7.3.6
 */
export function deviationsFor(facts: DocumentFacts, lists: readonly DeviationList[], crypto: Crypto): readonly KnownDeviation[] {
  return lists.filter((l) => isOfState(l, facts)).flatMap((list) => list.entries.flatMap((entry) => {
    const answers = conditions(entry.documents, facts, { list, crypto })
    const those = (answer: Answer): readonly DeviationCondition[] => answers.filter(([, a]) => a === answer).map(([c]) => c)
    const [holds, open] = [those('holds'), those('open')]
    if (those('fails').length > 0 || (answers.length > 0 && holds.length === 0)) return []
    return entry.descriptions.map((d): KnownDeviation => ({
      ...d, holds, open, explains: explainedBy(d), list: list.signer === undefined ? '' : renderName(list.signer.subject),
      says: [
        d.code === undefined ? `a deviation that is not known (${d.type})` : DEVIATIONS[d.code].says,
        ...(d.text === undefined ? [] : [d.text]),
      ].join(': '),
    }))
  }))
}
