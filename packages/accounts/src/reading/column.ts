import { headingsOf, middle, TOTAL, type Item, type Kind } from './item.ts'
import { matchInOrder, overlapping } from './match.ts'

/** A column of a table without drawn lines. `head` is its heading, put together of its printed lines; `over` a heading that it has with its neighbours. */
export interface Column { readonly kind: Kind; readonly from: number; readonly to: number; readonly items: readonly Item[]; readonly head: readonly Item[]; readonly over?: readonly Item[] }

/** Words that stand above several columns: anywhere in a heading, or in its first line only. */
const GROUP = /^(项\s*目|本年支出|支出功能分类|功能分类|经济分类|人员经费|公用经费|.*[“"]三公[”"]经费.{0,6}|公务用车购置及运行(维护)?费)$/
const TOP = /^(收\s*入|支\s*出|决\s*算\s*数?|预\s*算\s*数?)$/

/** The columns of the body, from left to right: things of one kind that stand under each other. */
export function columnsOf(body: readonly Item[]): Column[] {
  const of = (kind: Kind, items: readonly Item[]): Column[] => overlapping(items.filter((i) => i.kind === kind)).flatMap(apart)
    .map((found) => ({ kind, items: found, head: [], from: Math.min(...found.map((i) => i.from)), to: Math.max(...found.map((i) => i.to)) }))
  const codes = of('code', body)
  // 合计 may stand in the place of the code: it is a name
  const totals = body.filter((i) => i.kind === 'text' && TOTAL.test(i.text) && codes.some((c) => middle(i) > c.from - 2 && middle(i) < c.to + 2))
  const words = of('text', body.filter((i) => !totals.includes(i)))
  const names = words.filter((w) => codes.some((c) => c.from < w.from))
  const strayed = names.length === 0 ? of('text', totals) : []
  if (names.length > 0) for (const t of totals) {
    const at = words.indexOf(names.find((w) => w.from > t.from) ?? names.at(-1)!)
    words[at] = { ...words[at]!, items: [...words[at]!.items, t] }
  }
  return withoutTwins([...codes, ...of('amount', body), ...words, ...strayed].sort((a, b) => order(a) - order(b)))
}

/** Words close beside each other that never share a line are one column, set a little apart (a name glued to its code stands further left). */
function withoutTwins(columns: readonly Column[]): Column[] {
  const out: Column[] = []
  for (const c of columns) {
    const last = out.at(-1)
    const twin = last !== undefined && last.kind === 'text' && c.kind === 'text' && c.from - last.to < 4 && !c.items.some((i) => last.items.some((l) => Math.abs(l.y - i.y) < 0.5))
    if (twin) out[out.length - 1] = { ...last, from: Math.min(last.from, c.from), to: Math.max(last.to, c.to), items: [...last.items, ...c.items] }
    else out.push(c)
  }
  return out
}

const order = (c: Column): number => c.kind === 'text' ? c.from + 0.5 : c.kind === 'code' ? c.from : mean(c.items.map(middle))

function mean(ns: readonly number[]): number {
  return ns.reduce((a, b) => a + b, 0) / Math.max(1, ns.length)
}

/** Two things of one printed line are never in one column: such a group is cut where the gap between its middles is widest. */
function apart(items: Item[]): Item[][] {
  const lines = new Map<number, number>()
  for (const i of items) lines.set(Math.round(i.y * 4), (lines.get(Math.round(i.y * 4)) ?? 0) + 1)
  if (Math.max(...lines.values()) < 2) return [items]
  const sorted = [...items].sort((a, b) => middle(a) - middle(b))
  let cut = 1
  for (let i = 1; i < sorted.length; i += 1) if (middle(sorted[i]!) - middle(sorted[i - 1]!) > middle(sorted[cut]!) - middle(sorted[cut - 1]!)) cut = i
  return [...apart(sorted.slice(0, cut)), ...apart(sorted.slice(cut))]
}

interface Stack { from: number; to: number; readonly items: Item[]; over?: readonly Item[] }

const headOf = (s: Stack | undefined): Pick<Column, 'head' | 'over'> => ({ head: s?.items ?? [], ...s?.over === undefined ? {} : { over: s.over } })

export interface Headed { readonly columns: readonly Column[]; readonly groups: readonly Item[] }

/**
 * Headings put to their columns: lines of a heading that stand under each other are one, those over several are groups,
 * and a heading over nothing is an empty column.
 */
export function headed(columns: readonly Column[], header: readonly Item[]): Headed {
  const items = header.flatMap(headingsOf)
  const paired = inPairs(items)
  const { stacks, groups } = paired ?? stacked(items)
  if (columns.length === 0) return { columns: stacks.map((s) => ({ kind: kindUnder(s) ?? 'amount', from: s.from, to: s.to, items: [], head: s.items, ...s.over === undefined ? {} : { over: s.over } })), groups }
  const slot = slotsOf(stacks, columns)
  const named = columns.map((c, j) => ({ ...c, ...headOf(stacks[slot.indexOf(j)]) }))
  const lastWords = columns.findLastIndex((c) => c.kind !== 'amount')
  const more: Column[] = []
  stacks.forEach((s, i) => {
    if (slot[i] !== undefined) return
    const before = slot.slice(0, i).findLast((x) => x !== undefined)
    const overAmounts = before === undefined ? columns[0]!.kind === 'amount' : columns[before]!.kind === 'amount' || before === lastWords
    if (overAmounts) more.push({ kind: 'amount', from: s.from, to: s.to, items: [], ...headOf(s) })
    else groups.push(...s.items)
  })
  return { columns: inPlace(named, more, stacks, slot), groups }
}

/** Which column each heading stands over, at the least distance; a column may be empty only where there is room for it between its neighbours. */
function slotsOf(stacks: readonly Stack[], columns: readonly Column[]): (number | undefined)[] {
  if (stacks.length === columns.length && !stacks.some((s, i) => clash(kindUnder(s), columns[i]!.kind))) return columns.map((_, i) => i)
  // the column of sums is never the one that is empty
  const skip = stacks.map((s) => /[合小]计$/.test(wordsOf(s)) ? 40 : 16)
  const wide = stacks.map((s) => Math.max(...s.items.map((i) => i.to - i.from)))
  const room = columns.map((c, j) => j === 0 ? Infinity : roomBetween(columns[j - 1]!, c))
  const cost = (i: number, j: number): number => distance(stacks, i, columns[j]!) + (clash(kindUnder(stacks[i]!), columns[j]!.kind) ? 12 : 0)
  const skipped = (from: number, to: number): number => skip.slice(from, to).reduce((a, b) => a + b, 0)
  const best = stacks.map(() => columns.map(() => ({ cost: Infinity, from: -1, at: -1 })))
  let end = { cost: skipped(0, stacks.length) + 16 * columns.length, from: -1, at: -1 }
  for (let i = 0; i < stacks.length; i += 1) {
    for (let j = 0; j < columns.length; j += 1) {
      let here = { cost: skipped(0, i) + 16 * j, from: -1, at: -1 }
      for (let a = 0; a < i; a += 1) {
        for (let b = 0; b < j; b += 1) {
          const needed = wide.slice(a + 1, i).reduce((x, y) => x + y, 0)
          const squeezed = b === j - 1 && columns[b]!.kind === 'amount' && columns[j]!.kind === 'amount' && needed > room[j]! + 1 ? 60 : 0
          const c = best[a]![b]!.cost + skipped(a + 1, i) + 16 * (j - b - 1) + squeezed
          if (c < here.cost) here = { cost: c, from: a, at: b }
        }
      }
      best[i]![j] = { ...here, cost: here.cost + cost(i, j) }
      const whole = best[i]![j]!.cost + skipped(i + 1, stacks.length) + 16 * (columns.length - j - 1)
      if (whole < end.cost) end = { cost: whole, from: i, at: j }
    }
  }
  const slot: (number | undefined)[] = stacks.map(() => undefined)
  for (let [i, j] = [end.from, end.at]; i >= 0;) {
    slot[i] = j
    const { from, at } = best[i]![j]!
    ;[i, j] = [from, at]
  }
  return slot
}

/** The narrowest space between things of two columns on one line. */
function roomBetween(left: Column, right: Column): number {
  const gaps = right.items.flatMap((r) => left.items.filter((l) => Math.abs(l.y - r.y) < 0.5).map((l) => r.from - l.to))
  return gaps.length > 0 ? Math.min(...gaps) : right.from - left.to
}

/** Empty columns go between the columns whose headings stand beside theirs. */
function inPlace(named: readonly Column[], more: readonly Column[], stacks: readonly Stack[], slot: readonly (number | undefined)[]): Column[] {
  const out: Column[] = []
  let s = 0
  named.forEach((column, j) => {
    const at = slot.indexOf(j)
    if (at >= 0) {
      for (; s < at; s += 1) out.push(...more.filter((m) => m.head === stacks[s]!.items))
      s = at + 1
    }
    out.push(column)
  })
  for (; s < stacks.length; s += 1) out.push(...more.filter((m) => m.head === stacks[s]!.items))
  return out
}

/** How far a heading is from a column: next to nothing where they overlap, or where the column lies between this heading and its neighbour. */
function distance(stacks: readonly Stack[], i: number, column: Column): number {
  const stack = stacks[i]!
  const overlap = Math.min(stack.to, column.to) - Math.max(stack.from, column.from)
  const within = (column.from >= stack.from - 1 && column.to <= (stacks[i + 1]?.from ?? -Infinity) + 0.5) || (column.to <= stack.to + 1 && column.from >= (stacks[i - 1]?.to ?? Infinity) - 0.5)
  return Math.min(Math.abs(middle(stack) - middle(column)), overlap > 0 ? 4 : within ? 5 : Infinity)
}

const wordsOf = (s: Stack): string => s.items.map((i) => i.text).join('').replace(/\s/g, '')

function kindUnder(stack: Stack): Kind | undefined {
  const text = wordsOf(stack)
  if (/编码|^[类款项]$|序号/.test(text)) return 'code'
  if (/名称|^项目$|备注/.test(text)) return 'text'
  return /数$|额$|收入|支出|拨款|合计|小计|结余|费/.test(text) ? 'amount' : undefined
}

const clash = (a: Kind | undefined, b: Kind): boolean => a !== undefined && a !== b

function stacked(header: readonly Item[]): { readonly stacks: Stack[]; readonly groups: Item[] } {
  const stacks: Stack[] = []
  const groups: Item[] = []
  const isGroup = grouping(header)
  for (const item of [...header].sort((a, b) => b.y - a.y || a.from - b.from)) {
    const under = stacks.filter((s) => Math.min(s.to, item.to) > Math.max(s.from, item.from))
    if (under.length > 1 || isGroup(item)) groups.push(item)
    else if (under.length === 1) {
      under[0]!.items.unshift(item)
      under[0]!.from = Math.min(under[0]!.from, item.from)
      under[0]!.to = Math.max(under[0]!.to, item.to)
    } else stacks.push({ from: item.from, to: item.to, items: [item] })
  }
  return { stacks: stacks.sort((a, b) => middle(a) - middle(b)), groups: groups.sort((a, b) => a.y - b.y || a.from - b.from) }
}

/** Which headings stand above several columns by what they say, seeing what else the header says. */
function grouping(header: readonly Item[]): (item: Item) => boolean {
  const ys = header.map((h) => h.y)
  const [first, last] = [Math.min(...ys), Math.max(...ys)]
  const says = (r: RegExp): boolean => header.some((h) => r.test(h.text))
  const [split, subtotal, names] = [says(/^类$/) && says(/^款$/), says(/小\s*计/), says(/科目/) || says(/支\s*出$/)]
  return (item) => {
    if (split && /编码$|分类$/.test(item.text)) return true
    if (item.y > last - 0.5) return false
    if (TOP.test(item.text)) return item.y < first + 1.6 && (subtotal || !item.text.endsWith('数'))
    return GROUP.test(item.text) && (!item.text.startsWith('公务用车') || subtotal) && (!item.text.startsWith('项') || names && item.y < first + 1.6)
  }
}

/** A last line of headings that repeats in pairs (预算数 决算数, several times): each pair stands under one heading. */
function inPairs(header: readonly Item[]): { readonly stacks: Stack[]; readonly groups: Item[] } | undefined {
  const last = Math.max(...header.map((h) => h.y))
  const leaves = header.filter((h) => h.y > last - 0.6).sort((a, b) => a.from - b.from)
  if (leaves.length < 4 || leaves.length % 2 !== 0 || leaves[0]!.text === leaves[1]!.text || leaves.some((l, i) => l.text !== leaves[i % 2]!.text)) return undefined
  const above = stacked(header.filter((h) => !leaves.includes(h)))
  const pairs = leaves.flatMap((l, i) => i % 2 === 0 ? [{ from: l.from, to: leaves[i + 1]!.to }] : [])
  const { slot } = matchInOrder({ items: above.stacks.length, slots: pairs.length, skipItem: 30, skipSlot: 30, cost: (i, j) => Math.abs(middle(above.stacks[i]!) - middle(pairs[j]!)) })
  const over = pairs.map((_, j) => above.stacks[slot.indexOf(j)]?.items)
  return {
    stacks: leaves.map((l, i) => ({ from: l.from, to: l.to, items: [l], ...over[Math.floor(i / 2)] === undefined ? {} : { over: over[Math.floor(i / 2)]! } })),
    groups: [...above.groups, ...above.stacks.filter((_, i) => slot[i] === undefined).flatMap((s) => s.items)].sort((a, b) => a.y - b.y || a.from - b.from),
  }
}

/** The columns of a table that goes on without its header, put to those of its beginning: by kind, then by how far apart they stand. */
export function continued(columns: readonly Column[], master: readonly Column[]): readonly (number | undefined)[] {
  const base = columns[0] === undefined ? 0 : columns[0].from - (master[0]?.from ?? 0)
  return matchInOrder({
    items: columns.length, slots: master.length, skipItem: 200, skipSlot: 0,
    cost: (i, j) => (columns[i]!.kind === master[j]!.kind ? 0 : 60) + Math.abs(middle(columns[i]!) - base - middle(master[j]!)),
  }).slot
}
