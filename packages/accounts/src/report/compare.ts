import { type Report, type ReportFinding } from './report.ts'

/** What mending did: findings of the earlier document that are gone, those that stay, and those that came. */
export interface Comparison { readonly gone: readonly ReportFinding[]; readonly same: readonly ReportFinding[]; readonly come: readonly ReportFinding[] }

const squeeze = (text: string): string => text.replace(/\s+/g, '')
/** By what a finding is known again, the closest first: lines move when a document is mended. */
const KEYS: readonly ((f: ReportFinding) => string)[] = [
  (f) => [f.relation, f.class, squeeze(f.quote), f.published].join('|'),
  (f) => [f.relation, f.class, f.section, f.published, f.expected].join('|'),
]

/** Compares two examinations of one document. Each finding is paired once. `same` are the later ones. */
export function compareReports(before: Report, after: Report): Comparison {
  let gone = [...before.findings]
  let come = [...after.findings]
  const same = new Set<ReportFinding>()
  for (const key of KEYS) {
    const left = new Map<string, number>()
    for (const f of gone) left.set(key(f), (left.get(key(f)) ?? 0) + 1)
    const met = new Map<string, number>()
    for (const f of come) {
      const k = key(f)
      const n = left.get(k) ?? 0
      if (n === 0) continue
      left.set(k, n - 1)
      met.set(k, (met.get(k) ?? 0) + 1)
      same.add(f)
    }
    come = come.filter((f) => !same.has(f))
    gone = gone.filter((f) => {
      const n = met.get(key(f)) ?? 0
      if (n > 0) met.set(key(f), n - 1)
      return n === 0
    })
  }
  return { gone, same: after.findings.filter((f) => same.has(f)), come }
}
