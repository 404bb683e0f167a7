// 300 faults in correct documents of five layouts, as text, as Word files and as PDF: `npm run test:long -- accounts-mutation [FAULTS]`.
// What was missed, told with a wrong cause, or reported of a correct document goes to reports/long/accounts-mutation-ROAD.json.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { asDocx, asOfficeDocx, asOfficePdf, asPrintedPdf } from '../accounts/files.ts'
import { asText, missed, run, scoreOf, wrongCause } from '../accounts/mutation.ts'

const [FOUND, CAUSE] = [0.97, 0.9]
const faults = Number(process.argv[2] ?? 300)
const folder = join(resolve(import.meta.dirname, '../..'), 'reports/long')
mkdirSync(folder, { recursive: true })
let bad = 0
for (const [name, road] of Object.entries({ text: asText, docx: asDocx, 'office-docx': asOfficeDocx, 'office-pdf': asOfficePdf, 'printed-pdf': asPrintedPdf })) {
  const r = await run({ faults, seed: Number(process.env['SEED'] ?? 1) % 100_000, road })
  const s = scoreOf(r)
  const wrong = r.false.filter((f) => f.finding.severity === 'error')
  if (s.found / s.faults < FOUND || s.rightCause / s.withCause < CAUSE || wrong.length > 0) bad += 1
  writeFileSync(join(folder, `accounts-mutation-${name}.json`), `${JSON.stringify({ ...s, missed: missed(r), wrongCause: wrongCause(r), falseErrors: wrong.map((f) => `${f.layout} ${f.seed} ${f.finding.relation} ${f.finding.quote}`) }, null, 2)}\n`)
  process.stdout.write(`${name}: ${s.faults} faults of ${s.kinds} kinds, ${(100 * s.found / s.faults).toFixed(1)} % found, cause right ${(100 * s.rightCause / s.withCause).toFixed(1)} % of ${s.withCause}; ${wrong.length} errors on ${s.documents} correct documents\n`)
}
process.exit(bad > 0 ? 1 : 0)
