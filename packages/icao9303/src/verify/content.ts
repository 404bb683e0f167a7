import { lintFiles } from '../lds/profile.ts'
import { type InspectionCheck } from '../report.ts'
import { said, together } from '../sentence.ts'
import { check, type Material } from './material.ts'

const NAME = 'group-content'
const CLAUSE = 'Doc 9303-10 §4.7'
const GROUP = /^DG\d+$/

const UNREAD: InspectionCheck = { ...check(NAME, 'not-done', CLAUSE, said('content-unread')), excused: true }

/**
 * What is inside DG2 to DG16, as far as the standard says how it is to be. A file that cannot be read fails under
 * `strict`; one that departs from its form is as little spoken for as a signer that does.
 *
 * @source Doc 9303-10 §4.7, Doc 9303-11 §9.2
 */
export function contentCheck(m: Material): InspectionCheck {
  if (m.groups === 'hashed') return UNREAD
  const groups = Object.entries(m.dump).filter(([name]) => GROUP.test(name))
  if (!groups.some(([name]) => name !== 'DG1')) return check(NAME, 'not-applicable', CLAUSE, said('content-none'))
  // the zone has a check of its own; what merely might be better is left to the linter
  const found = lintFiles(Object.fromEntries(groups)).filter((f) => f.file !== 'DG1' && (f.severity === 'grave' || f.severity === 'error'))
  for (const { file, code, offset, says, clause } of found) m.defects.push({ code, at: file, offset, says, clause })
  if (found.length === 0) return check(NAME, 'passed', CLAUSE, said('content-good'))
  const odd = together(found.map(({ file, code, says }) => ({ code: `${file}/${code}`, says: `${file}: ${says}` })))
  if (m.policy === 'field') return check(NAME, 'passed', CLAUSE, said('content-read', odd))
  return check(NAME, found.some((f) => f.severity === 'grave') ? 'failed' : 'not-done', CLAUSE, said('content-odd', odd))
}
