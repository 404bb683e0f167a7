// What a document of today will lack under the rules to come: document codes, PACE, the end of BAC, the encoding of faces.
import { missingAt } from 'icao9303'

import { day, foundPki, issue } from './utopia.ts'

const { ds, sign } = await foundPki()
const dump = await issue(ds, sign)

for (const on of ['2026-06-01', '2027-06-01', '2030-06-01']) {
  console.log(on, missingAt({ dump, accepts: ['BAC'] }, day(on)).map((i) => `${i.code} (${i.clause})`).join('; ') || 'nothing')
}

// Prints:
// 2026-06-01 nothing
// 2027-06-01 no-pace (Doc 9303-11 §4.1)
// 2030-06-01 no-pace (Doc 9303-11 §4.1); bac (Doc 9303-11 §4.1); face-encoding (Doc 9303-10 §4.5.6, Doc 9303-9 §3.1)
