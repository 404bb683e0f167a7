import { type InspectionReport, parseMrz } from 'icao9303'

import { type InspectionRecord } from './job.ts'

/** What the chip must say, by the permit's own record. `mrz`: the zone as it was composed, line by line; empty when unknown. */
export interface Expected { readonly documentNumber: string; readonly mrz: readonly string[]; readonly fullName: string | undefined; readonly fullNameOnChip: string | undefined }

type Line = InspectionRecord['checks'][number]

const judged = (name: string, is: boolean, says: readonly [string, string]): Line => ({ name, outcome: is ? 'passed' : 'failed', says: says[is ? 0 : 1] })

/** Field by field, so that the inspector reads which one differs. What is not known on our side is not done. */
function zoneCheck(zone: Readonly<Record<string, string>> | undefined, expected: Expected): Line {
  if (expected.mrz.length === 0) return { name: 'zone', outcome: 'not-done', says: 'the zone that the permit should have is not known' }
  if (zone === undefined) return { name: 'zone', outcome: 'not-done', says: 'the chip has no zone to compare' }
  const ours = parseMrz(expected.mrz.join('\n')).fields
  const differ = [...new Set([...Object.keys(ours), ...Object.keys(zone)])].filter((f) => ours[f] !== zone[f])
  return judged('zone', differ.length === 0, ['the zone on the chip is that of the permit', `the zone on the chip differs in ${differ.join(', ')}`])
}

/**
 * The verdict list of the inspection desk: every check of the chip, and the chip against the permit.
 * Passed only when every line was done and passed. A data group that the permit does not have is not applicable.
 */
export function judgeInspection(report: InspectionReport, expected: Expected): { readonly passed: boolean; readonly checks: readonly Line[] } {
  const zone = report.document.mrz
  const checks: readonly Line[] = [
    ...report.checks.map((c) => ({ name: c.name, outcome: c.outcome, says: c.says, clause: c.clause })),
    judged('number', zone?.['documentNumber'] === expected.documentNumber, ['the chip carries the number of the permit', 'the chip does not carry the number of the permit']),
    zoneCheck(zone, expected),
    judged('full-name', expected.fullName !== undefined && expected.fullName === expected.fullNameOnChip, ['the name in its own script is the holder’s', 'the name in its own script is not the holder’s']),
    { name: 'finger1', outcome: 'not-applicable', says: 'no fingerprint was collected' },
    { name: 'finger2', outcome: 'not-applicable', says: 'no fingerprint was collected' },
  ]
  return { passed: report.genuine && checks.every((c) => c.outcome === 'passed' || c.outcome === 'not-applicable'), checks }
}
