import { parseMrz } from '../mrz/parse.ts'
import type { Outcome } from '../report.ts'
import type { Feature } from './feature.ts'
import type { SealCheck, SealIndication } from './seal-report.ts'
import { etdZoneOf, profileFindings, visaOf, type VdsProfile } from './vds-profile.ts'

/** Zones as they are printed, line by line: of the sealed document, and of the passport that a visa is in. */
export interface PrintedZones {
  readonly document?: readonly string[]
  readonly passport?: readonly string[]
}

const VISA = 'Doc 9303-7 §9.4'
const ETD = 'Doc 9303-8 Appendix A'

interface Finding {
  readonly outcome: Outcome
  readonly says: string
  readonly indication?: SealIndication
}

const check = (name: string, clause: string, f: Finding): SealCheck => ({ name, clause, ...f })
const failed = (indication: SealIndication, says: string): Finding => ({ outcome: 'failed', says, indication })
const absent: Finding = { outcome: 'not-applicable', says: 'no printed zone was given' }

/** Features against their profile: what is missing or too long fails, what is unknown is only named. */
export function profileCheck(profile: VdsProfile, features: readonly Feature[]): SealCheck {
  const clause = profile === 'visa' ? 'Doc 9303-7 §9.1.3' : 'Doc 9303-8 §6.1.3'
  const findings = profileFindings(profile, features)
  const grave = findings.filter((f) => f.code !== 'feature-unknown')
  if (grave.length > 0) return check('seal-profile', clause, failed('WRONG_FORMAT', grave.map((f) => f.says).join('; ')))
  const read = profile === 'visa' ? visaOf(features) : etdZoneOf(features)
  if (read === undefined) return check('seal-profile', clause, failed('WRONG_FORMAT', 'the features cannot be read'))
  if (findings.length === 0) return check('seal-profile', clause, { outcome: 'passed', says: 'as the profile prescribes' })
  return check('seal-profile', clause, { outcome: 'passed', says: findings.map((f) => f.says).join('; '), indication: 'UNKNOWN_FEATURE' })
}

/** The first place where a printed line differs from what is sealed of it. */
function difference(sealed: readonly string[], printed: readonly string[]): string | undefined {
  if (sealed.length !== printed.length) return `${printed.length} lines are printed, ${sealed.length} sealed`
  for (const [i, line] of sealed.entries()) {
    const at = Array.from(line).findIndex((c, j) => printed[i]![j] !== c)
    if (at >= 0) return `line ${i + 1} differs from character ${at + 1} on`
    // only the last line may be cut in the seal
    if (i < sealed.length - 1 && printed[i]!.length !== line.length)
      return `line ${i + 1} has ${printed[i]!.length} characters, not ${line.length}`
  }
  return undefined
}

function visaChecks(features: readonly Feature[], printed: PrintedZones): readonly SealCheck[] {
  const visa = visaOf(features)
  if (visa === undefined) return []
  const document = (lines: readonly string[]): Finding => {
    if (!parseMrz(lines).valid) return failed('INVALID_VISA_MRZ', 'the check digits of the printed visa are wrong')
    const where = difference(visa.zone, lines)
    return where === undefined ? { outcome: 'passed', says: 'the printed visa is the sealed one' } : failed('SEAL_VISA_MISMATCH', where)
  }
  const passport = (lines: readonly string[]): Finding => {
    const zone = parseMrz(lines)
    if (!zone.valid) return failed('INVALID_PASSPORT_MRZ', 'the check digits of the passport are wrong')
    const number = zone.fields['documentNumber'] ?? ''
    return number === visa.passportNumber
      ? { outcome: 'passed', says: `the visa is for passport ${number}` }
      : failed('SEAL_PASSPORT_MISMATCH', `the visa is for passport ${visa.passportNumber}, not ${number}`)
  }
  return [
    check('document-zone', VISA, printed.document === undefined ? absent : document(printed.document)),
    check('passport-zone', VISA, printed.passport === undefined ? absent : passport(printed.passport)),
  ]
}

function etdChecks(features: readonly Feature[], printed: PrintedZones): readonly SealCheck[] {
  const zone = etdZoneOf(features)
  if (zone === undefined) return []
  const document = (lines: readonly string[]): Finding => {
    if (!parseMrz(lines).valid) return failed('INVALID_PRINTED_MRZ', 'the check digits of the printed zone are wrong')
    const where = difference(zone, lines)
    return where === undefined ? { outcome: 'passed', says: 'the printed zone is the sealed one' } : failed('SEAL_DOCUMENT_MISMATCH', where)
  }
  return [
    check(
      'seal-zone',
      ETD,
      parseMrz(zone).valid
        ? { outcome: 'passed', says: 'the check digits of the sealed zone are right' }
        : failed('INVALID_SEAL_MRZ', 'the check digits of the sealed zone are wrong'),
    ),
    check('document-zone', ETD, printed.document === undefined ? absent : document(printed.document)),
  ]
}

/** What is sealed, held against itself and against what is printed. @source Doc 9303-7 §9.4, Doc 9303-8 Appendix A */
export function contentChecks(profile: VdsProfile, features: readonly Feature[], printed: PrintedZones): readonly SealCheck[] {
  return [profileCheck(profile, features), ...(profile === 'visa' ? visaChecks(features, printed) : etdChecks(features, printed))]
}

/** The document code of the sealed zone, which the signer must be allowed to seal. */
export function documentCodeOf(profile: VdsProfile, features: readonly Feature[]): string | undefined {
  const line = (profile === 'visa' ? visaOf(features)?.zone : etdZoneOf(features))?.[0]
  return line?.slice(0, 2).replace(/<$/, '')
}
