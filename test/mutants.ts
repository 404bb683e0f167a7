/** How many broken objects a reader is given: 200,000 where a change lands, fewer at a desk. `MUTANTS` says otherwise. */
export const MUTANTS = Number(process.env['MUTANTS'] ?? (process.env['CI'] === undefined ? 5_000 : 200_000))

const MINUTE = 60_000
const share = Math.max(1, MUTANTS / 200_000)

/** What a test of that many may take before it is given up. */
export const MUTANT_TIMEOUT = 3 * MINUTE * share

/** The numbers of the rounds: all of them, or as many as a minute has room for (ten in a run of two million). */
export function* rounds(count = MUTANTS): Generator<number> {
  const end = performance.now() + MINUTE * share
  for (let n = 0; n < count && (n % 256 !== 0 || performance.now() < end); n++) yield n
}
