import { type InspectionReport, parseMrz } from 'icao9303'

import { type InspectionRecord } from './job.ts'

/** What the chip must say, by the permit's own record. `mrz`: the zone as it was composed, line by line; empty when unknown. */
export interface Expected { readonly documentNumber: string; readonly mrz: readonly string[]; readonly fullName: string | undefined; readonly fullNameOnChip: string | undefined }

type Line = InspectionRecord['checks'][number]

interface Wording { readonly code: string; readonly says: string; readonly values?: Readonly<Record<string, string>> }

const line = (name: string, outcome: Line['outcome'], { says, ...reason }: Wording): Line => ({ name, outcome, says, reason })
const w = (code: string, says: string, values?: Readonly<Record<string, string>>): Wording => ({ code, says, ...(values === undefined ? {} : { values }) })

/** The verdict list of a chip that cannot be read: one line, with the step that failed and its status word. */
export const unreadInspection = (details: string): { readonly passed: false; readonly checks: readonly Line[] } => ({ passed: false, checks: [line('read', 'failed', w('chip-unread', details, { details }))] })

/** Field by field, so that the inspector reads which one differs. What is not known on our side is not done. */
function zoneCheck(zone: Readonly<Record<string, string>> | undefined, expected: Expected): Line {
  if (expected.mrz.length === 0) return line('zone', 'not-done', w('zone-unknown', 'the zone that the permit should have is not known'))
  if (zone === undefined) return line('zone', 'not-done', w('zone-missing', 'the chip has no zone to compare'))
  const ours = parseMrz(expected.mrz.join('\n')).fields
  const differ = [...new Set([...Object.keys(ours), ...Object.keys(zone)])].filter((f) => ours[f] !== zone[f])
  if (differ.length === 0) return line('zone', 'passed', w('zone-same', 'the zone on the chip is that of the permit'))
  const fields = differ.join(', ')
  return line('zone', 'failed', w('zone-differs', `the zone on the chip differs in ${fields}`, { fields }))
}

/**
 * The verdict list of the inspection desk: every check of the chip, and the chip against the permit.
 * Passed only when every line was done and passed. A data group that the permit does not have is not applicable.
 */
export function judgeInspection(report: InspectionReport, expected: Expected): { readonly passed: boolean; readonly checks: readonly Line[] } {
  const zone = report.document.mrz
  const checks: readonly Line[] = [
    ...report.checks.map((c) => ({ name: c.name, outcome: c.outcome, says: c.says, reason: c.reason, clause: c.clause })),
    zone?.['documentNumber'] === expected.documentNumber ? line('number', 'passed', w('number-same', 'the chip carries the number of the permit')) : line('number', 'failed', w('number-differs', 'the chip does not carry the number of the permit')),
    zoneCheck(zone, expected),
    expected.fullName !== undefined && expected.fullName === expected.fullNameOnChip ? line('full-name', 'passed', w('name-same', 'the name in its own script is the holder’s')) : line('full-name', 'failed', w('name-differs', 'the name in its own script is not the holder’s')),
    line('finger1', 'not-applicable', w('no-fingerprint', 'no fingerprint was collected')),
    line('finger2', 'not-applicable', w('no-fingerprint', 'no fingerprint was collected')),
  ]
  return { passed: report.genuine && checks.every((c) => c.outcome === 'passed' || c.outcome === 'not-applicable'), checks }
}
