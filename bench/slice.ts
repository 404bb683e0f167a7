/** One measured ratio. @source cli.md, "Scripts of the checkout" */
export interface Ratio { readonly name: string; readonly ours: number; readonly reference: number; readonly unit: string; readonly ratio: number; readonly aim?: number; readonly says: string }

/** Something that is done over and over; the argument counts up. */
export type Work = (i: number) => unknown

const SLICE_MS = 20

/** Processor time of this thread in milliseconds: what else the machine does is not counted. */
function spent(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

/** Runs of a work in about so many milliseconds, as a rate per second of processor time. Promises are waited for. */
async function slice(work: Work, from: number, ms: number): Promise<{ readonly rate: number; readonly next: number }> {
  const start = spent()
  let [i, now] = [from, start]
  while (now - start < ms) {
    // the clock is looked at every few runs, so that it is no part of what is measured
    for (let k = 0; k < 4; k++) {
      const made = work(i++)
      if (made instanceof Promise) await made
    }
    now = spent()
  }
  return { rate: ((i - from) * 1_000) / (now - start), next: i }
}

export function median(list: readonly number[]): number {
  const sorted = list.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Rates of two works in alternating slices of one process: the machine's load meets both alike. The ratio is the
 * median of the ratios of neighbours; who goes first changes with every round.
 */
export async function compare(ours: Work, reference: Work, rounds: number): Promise<{ readonly ours: number; readonly reference: number; readonly ratio: number }> {
  let [a, b] = [0, 0]
  const rates: (readonly [number, number])[] = []
  await slice(ours, 0, 150)
  await slice(reference, 0, 150)
  for (let round = 0; round < rounds; round++) {
    const mine = async (): Promise<number> => { const s = await slice(ours, a, SLICE_MS); a = s.next; return s.rate }
    const theirs = async (): Promise<number> => { const s = await slice(reference, b, SLICE_MS); b = s.next; return s.rate }
    if (round % 2 === 0) rates.push([await mine(), await theirs()])
    else { const r = await theirs(); rates.push([await mine(), r]) }
  }
  return { ours: median(rates.map(([m]) => m)), reference: median(rates.map(([, r]) => r)), ratio: median(rates.map(([m, r]) => m / r)) }
}

/** The median rate of one work alone. */
export async function rateOf(work: Work, rounds: number): Promise<number> {
  const rates: number[] = []
  let i = 0
  await slice(work, 0, 150)
  for (let round = 0; round < rounds; round++) { const s = await slice(work, i, SLICE_MS); i = s.next; rates.push(s.rate) }
  return median(rates)
}
