import { type InspectionReport } from 'icao9303'

import { type InspectionRecord } from './job.ts'

/** What the chip must say, by the permit's own record. */
export interface Expected { readonly documentNumber: string; readonly mrz: readonly string[]; readonly fullName: string | undefined; readonly fullNameOnChip: string | undefined }

type Line = InspectionRecord['checks'][number]

/**
 * The verdict list of the inspection desk: every check of the chip, and the chip against the permit.
 * Passed only when every line was done and passed. A data group that the permit does not have is not applicable.
 */
export function judgeInspection(report: InspectionReport, expected: Expected): { readonly passed: boolean; readonly checks: readonly Line[] } {
  const same = (name: string, is: boolean, says: readonly [string, string]): Line => ({ name, outcome: is ? 'passed' : 'failed', says: says[is ? 0 : 1] })
  const zone = report.document.mrz
  const checks: readonly Line[] = [
    ...report.checks.map((c) => ({ name: c.name, outcome: c.outcome, says: c.says, clause: c.clause })),
    same('number', zone?.['documentNumber'] === expected.documentNumber, ['the chip carries the number of the permit', 'the chip does not carry the number of the permit']),
    same('full-name', expected.fullName !== undefined && expected.fullName === expected.fullNameOnChip, ['the name in its own script is the holder’s', 'the name in its own script is not the holder’s']),
    { name: 'finger1', outcome: 'not-applicable', says: 'no fingerprint was collected' },
    { name: 'finger2', outcome: 'not-applicable', says: 'no fingerprint was collected' },
  ]
  return { passed: report.genuine && checks.every((c) => c.outcome === 'passed' || c.outcome === 'not-applicable'), checks }
}
