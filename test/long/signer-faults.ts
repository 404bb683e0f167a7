// Every point around a use of a key twenty times, bounded by the clock: `npm run test:long -- signer-faults [--short]`.
import { openServerKills, openSignerKills, SERVER_POINTS, SIGNER_POINTS } from '../signer-kill.ts'

const short = process.argv.includes('--short')
const rounds = short ? 1 : 20
const until = Date.now() + (short ? 6 : 120) * 60_000
let [kills, skipped] = [0, 0]
const faults: string[] = []
const tell = (says: string): void => { process.stdout.write(`${says}\n`) }

const signer = await openSignerKills()
try {
  for (let round = 1; round <= rounds; round++) {
    if (Date.now() > until) { skipped += SIGNER_POINTS.length; continue }
    const from = Date.now()
    for (const point of SIGNER_POINTS) { await signer.kill(point); kills += 1 }
    tell(`round ${round}: signer killed at ${SIGNER_POINTS.length} points, ${Date.now() - from} ms`)
  }
  faults.push(...await signer.examine())
} finally {
  await signer.stop()
}

const server = await openServerKills()
try {
  for (let round = 1; round <= rounds; round++) {
    if (Date.now() > until) { skipped += SERVER_POINTS.length * 2; continue }
    const from = Date.now()
    const jobs = [...await server.prepare(4 * server.inRound)]
    for (const victim of ['server', 'database'] as const) {
      for (const half of ['before-commit', 'after-commit']) {
        const points = SERVER_POINTS.filter((p) => p.endsWith(half))
        await server.kill(victim, points, jobs.splice(0, server.inRound))
        kills += points.length
      }
    }
    tell(`round ${round}: server and database killed at ${SERVER_POINTS.length} points each, ${Date.now() - from} ms`)
  }
  faults.push(...await server.examine())
} finally {
  await server.stop()
}
for (const f of faults) tell(`✗ ${f}`)
tell(`${kills} kills, ${faults.length} faults${skipped > 0 ? `, ${skipped} kills not done in the time` : ''}`)
process.exit(faults.length > 0 || skipped > 0 ? 1 : 0)
