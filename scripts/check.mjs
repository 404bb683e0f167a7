// `npm run check`: the gate before a commit. Types, lint, walls, dead code, and the tests that need no browser.
import { setup } from './setup.mjs'
import { dead, lint, types, units, walls } from './stage.mjs'

setup()
let failed = 0
for (const stage of [types, lint, walls, dead, units]) failed += stage().failed
process.exitCode = failed > 0 ? 1 : 0
