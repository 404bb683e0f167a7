/** What pairing items with slots in their order costs: infinite where a pair is impossible. */
export interface Matching { readonly items: number; readonly slots: number; readonly cost: (item: number, slot: number) => number; readonly skipItem: number | ((item: number) => number); readonly skipSlot: number | ((slot: number) => number) }

/** The slot of each item, undefined where it is left over; `sure` is by how much the next best choice for that item is worse. */
export interface Matched { readonly slot: readonly (number | undefined)[]; readonly sure: readonly number[] }

/** Items paired with slots, both in their order, each slot once, at the least cost. */
export function matchInOrder({ items, slots, cost, skipItem, skipSlot }: Matching): Matched {
  const item = typeof skipItem === 'number' ? () => skipItem : skipItem
  const slot = typeof skipSlot === 'number' ? () => skipSlot : skipSlot
  const costs = Array.from({ length: items }, (_, i) => Array.from({ length: slots }, (_, j) => cost(i, j)))
  const ahead = table(items, slots)
  for (let i = 0; i <= items; i += 1) {
    for (let j = 0; j <= slots; j += 1) {
      if (i === 0 && j === 0) continue
      ahead[i]![j] = Math.min(i > 0 ? ahead[i - 1]![j]! + item(i - 1) : Infinity, j > 0 ? ahead[i]![j - 1]! + slot(j - 1) : Infinity, i > 0 && j > 0 ? ahead[i - 1]![j - 1]! + costs[i - 1]![j - 1]! : Infinity)
    }
  }
  const back = table(items, slots)
  for (let i = items; i >= 0; i -= 1) {
    for (let j = slots; j >= 0; j -= 1) {
      if (i === items && j === slots) continue
      back[i]![j] = Math.min(i < items ? back[i + 1]![j]! + item(i) : Infinity, j < slots ? back[i]![j + 1]! + slot(j) : Infinity, i < items && j < slots ? back[i + 1]![j + 1]! + costs[i]![j]! : Infinity)
    }
  }
  const chosen: (number | undefined)[] = []
  const sure: number[] = []
  for (let i = 0, from = 0; i < items; i += 1) {
    const ways = costs[i]!.map((c, j) => ahead[i]![j]! + c + back[i + 1]![j + 1]!)
    let left = Infinity
    for (let j = 0; j <= slots; j += 1) left = Math.min(left, ahead[i]![j]! + item(i) + back[i + 1]![j]!)
    const best = Math.min(left, ...ways)
    // ties go to the first slot behind the last one taken, so that the choices fit together
    const at = best >= left - 1e-9 && !ways.some((w, j) => j >= from && w <= best + 1e-9) ? undefined : ways.findIndex((w, j) => j >= from && w <= best + 1e-9)
    chosen.push(at)
    sure.push(Math.min(at === undefined ? Infinity : left, ...ways.filter((_, j) => j !== at)) - best)
    if (at !== undefined) from = at + 1
  }
  return { slot: chosen, sure }
}

function table(items: number, slots: number): number[][] {
  return Array.from({ length: items + 1 }, () => Array.from({ length: slots + 1 }, () => 0))
}

/** Groups of intervals that overlap, directly or through others, from left to right. */
export function overlapping<T extends { readonly from: number; readonly to: number }>(intervals: readonly T[]): T[][] {
  const out: { to: number; members: T[] }[] = []
  for (const it of [...intervals].sort((a, b) => a.from - b.from)) {
    const open = out.at(-1)
    if (open !== undefined && it.from < open.to) {
      open.members.push(it)
      open.to = Math.max(open.to, it.to)
    } else out.push({ to: it.to, members: [it] })
  }
  return out.map((g) => g.members)
}
