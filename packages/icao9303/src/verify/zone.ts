import { type InspectionCheck } from '../report.ts'
import { said, together } from '../sentence.ts'
import { check, type Material } from './material.ts'

/** Every check digit of the zone in DG1. */
export function mrzCheck(m: Material): InspectionCheck {
  const name = 'mrz-check-digits'
  const clause = 'Doc 9303-3 §4.9'
  if (m.mrz === undefined) return m.dump['DG1'] === undefined ? check(name, 'not-done', clause, said('zone-absent')) : check(name, 'failed', clause, said('zone-unreadable'))
  const wrong = m.mrz.checks.filter((c) => c.outcome === 'failed').map((c) => c.field)
  for (const d of m.mrz.defects) m.defects.push({ code: `mrz-${d.code}`, at: `DG1/${d.at}`, says: d.says, clause: d.clause })
  if (wrong.length > 0 || m.mrz.checks.length === 0) return check(name, 'failed', clause, wrong.length > 0 ? said('digits-wrong', { fields: wrong.join(', ') }) : said('zone-format'))
  const odd = m.policy === 'strict' ? m.defects.filter((d) => d.at === 'DG1') : []
  if (odd.length > 0) return check(name, 'failed', 'Doc 9303-10 §4.7.1', said('zone-form', together(odd)))
  return check(name, 'passed', clause, said('digits-right'))
}
