// Every kill point twenty times for each victim, bounded by the clock: `npm run test:long -- faults`.
import { examineHouse, openKillStage, POINTS, walkWithKills, type Victim } from '../kill.ts'
import { type Travelled } from '../road.ts'

const short = process.argv.includes('--short')
const rounds = short ? 1 : 20
const minutes = short ? 5 : 120
const s = await openKillStage()
const travelled: Travelled[] = []
const until = Date.now() + minutes * 60_000
let failed = 0
try {
  for (let round = 1; round <= rounds && Date.now() < until; round++) {
    for (const victim of ['server', 'database', 'signer'] as const satisfies readonly Victim[]) {
      for (const half of ['before-commit', 'after-commit']) {
        const from = Date.now()
        travelled.push(await walkWithKills(s.stage, s.file, { n: travelled.length + 1, kills: POINTS.filter((p) => p.endsWith(half)).map((point) => ({ point, victim })) }))
        process.stdout.write(`round ${round}: ${victim} killed at 8 points ${half}, ${Date.now() - from} ms\n`)
      }
    }
  }
  const faults = await examineHouse(s.stage, travelled)
  for (const f of faults) process.stdout.write(`✗ ${f}\n`)
  failed = faults.length
} finally {
  await s.stop()
}
process.stdout.write(`${travelled.length * 8} kills, ${failed} faults\n`)
process.exit(failed > 0 ? 1 : 0)
