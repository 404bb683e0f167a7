import { type Passage } from './passage.ts'
import { topicOf } from './subject.ts'
import { type Said, type Text, type TextRelation, at, notRun } from './tell.ts'

const LABEL = /^(?:(?:编制|填报|公开|预算|填表|报送)?(?:单位|部门)(?:名称)?|项目(?:实施|承担)?单位|项目实施单位|主管部门|资金使用单位|实施单位|预算单位|报告单位|评价单位)$/
const INLINE = /^(?:(?:编制|填报|公开|预算|填表|报送)?(?:单位|部门)(?:名称)?|预算单位|项目实施单位|报告单位|评价单位)：([^，。；：]{4,50})$/
const PLACE_OR_MONEY = /^(?:万元|元|亿元|人民币|%|人|个|辆|台)|万元|金额/

const strip = (s: string): string => s.replace(/（?本级）?$|（公章）$|（盖章）$|（汇总）$/g, '').replace(/\d{4}年度?.*$/, '')

/** Names that mean the same body: with and without 本级, each of `A（B）`. */
function forms(name: string): readonly string[] {
  const plain = strip(name)
  const both = /^(.+?)（(.{4,})）$/.exec(plain)
  return [name, plain, ...(both ? [both[1] ?? '', both[2] ?? ''] : [])].filter((n) => n.length >= 4)
}

/** The number of single characters to change, at most `limit` + 1. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length] ?? limit + 1
}

const ORDINALS = /^[一二三四五六七八九十东西南北中上下\d]$/
/** `第一人民医院` and `第二人民医院` are two bodies, not two writings of one. */
const isBrother = (a: string, b: string): boolean => a.length === b.length && [...a].every((c, i) => c === b[i] || ORDINALS.test(c) && ORDINALS.test(b[i] ?? ''))

interface Named { readonly p: Passage; readonly from: number; readonly name: string }

/** Names that stand behind a label, in a line or in the next cell. */
function labelled(text: Text): readonly Named[] {
  const out: Named[] = []
  const cells = text.passages.filter((p) => p.cell !== undefined)
  const columns = new Map<string, { row: number }>()
  text.passages.forEach((p) => {
    const inline = p.plain.text.includes('：') ? INLINE.exec(p.plain.text) : null
    if (inline?.[1] && !PLACE_OR_MONEY.test(inline[1])) out.push({ p, from: p.plain.text.length - inline[1].length, name: inline[1] })
  })
  for (const [i, p] of cells.entries()) {
    const key = `${p.cell!.grid} ${p.cell!.column}`
    const head = columns.get(key)
    if (head && p.cell!.row > head.row && p.plain.text.length >= 5 && /[\u4e00-\u9fff]{5}/.test(p.plain.text) && !PLACE_OR_MONEY.test(p.plain.text)) out.push({ p, from: 0, name: p.plain.text })
    if (!LABEL.test(p.plain.text)) continue
    const next = cells[i + 1]
    const beside = next?.cell?.grid === p.cell!.grid && next.cell.row === p.cell!.row
    if (beside && !LABEL.test(next.plain.text) && /[\u4e00-\u9fff]{5}/.test(next.plain.text) && !/项目名称|得分|等级|电话|名称$/.test(next.plain.text) && /[局委厅办室院校园所站心处队部会馆社]$|本级）?$|）$/.test(next.plain.text)) out.push({ p: next, from: 0, name: next.plain.text })
    else columns.set(key, { row: p.cell!.row })
  }
  return out
}

/** The unit whose accounts these are: as read, or the name on most titles. */
export function unitOf(text: Text): string | undefined {
  const counts = new Map<string, number>()
  const count = (n: string): void => { const k = n.replace(/^第[一二三四五六七八九十]+部分/, ''); if (k.length >= 5 && k.length <= 44) counts.set(k, (counts.get(k) ?? 0) + 1) }
  for (const p of text.passages) {
    if (p.kind === 'cell' || !/决算|概况$|^单位：/.test(p.plain.text)) continue
    const title = /^([\u4e00-\u9fff（）]{5,44}?)(?:部门)?\d{4}年度?(?:部门|单位)?决算/.exec(p.plain.text) ?? /^第.部分([\u4e00-\u9fff（）]{5,44}?)概况$/.exec(p.plain.text)
    if (title?.[1]) count(title[1])
    const inline = INLINE.exec(p.plain.text)
    if (inline?.[1] && p.plain.text.startsWith('单位：') && !PLACE_OR_MONEY.test(inline[1])) count(inline[1])
  }
  const best = [...counts].sort((a, b) => b[1] - a[1])[0]
  const read = text.accounts.unit?.replace(/\s/g, '').replaceAll('(', '（').replaceAll(')', '）')
  return best && best[1] >= 2 ? best[0] : read ?? best?.[0]
}

function tell(said: Said, n: Named, unit: string, severity: 'error' | 'warning', old: boolean): void {
  said.findings.push(at(n.p, 'plain', n.from, n.from + n.name.length, {
    relation: 'N-unit', severity, class: 'naming', published: n.name, expected: unit, ...(old ? { cause: 'old-name' as const } : {}),
    zh: `单位名称“${n.name}”与本文件单位名称“${unit}”不一致，疑为旧称或误写。请统一为规范名称。`, en: `The name of the unit differs from ${unit}: an old name or a slip. Use one name throughout.`,
  }))
}

/** Names in running text that are almost the unit's own. */
function inText(text: Text, bases: readonly string[], accepted: ReadonlySet<string>, unit: string, said: Said): void {
  for (const p of text.passages) {
    const topic = topicOf(p.path)
    const titled = p.plain.text.length <= 44 && /(?:决算表?|决算公开)$/.test(p.plain.text)
    if (topic === 'duties' && p.kind === 'prose' && !titled || topic === 'glossary' || p.kind === 'cell' && !/决算(?:表|公开|情况说明)$/.test(p.plain.text)) continue
    for (const base of bases) {
      if (base.length < 8) continue
      const head = base.slice(0, 2), tail = base.slice(-2)
      const words = p.plain.text
      const title = p.kind === 'heading' || words.length <= 44 && /(?:决算表?|决算公开|概况|情况说明)$/.test(words)
      for (let end = words.indexOf(tail); end >= 0; end = words.indexOf(tail, end + 1)) {
        const stop = end + tail.length
        const start = words.lastIndexOf(head, end)
        if (start < 0 || stop - start > base.length + 4 || stop - start < base.length - 4) continue
        const name = words.slice(start, stop)
        if (accepted.has(name) || bases.some((b) => b.includes(name)) || /[，。；：、]/.test(name)) continue
        const d = distance(name, base, 4)
        const swapped = name.length === base.length && d <= 2
        if (isBrother(name, base) || !(swapped || title && d <= 4 && name.length < base.length)) continue
        said.tried++
        tell(said, { p, from: start, name }, unit, title ? 'error' : 'warning', false)
        break
      }
    }
  }
}

export const UNIT_RELATION: TextRelation = {
  id: 'N-unit', formula: { zh: '单位名称前后一致（以下简称除外）', en: 'one name of the unit throughout, aliases apart' }, tolerance: '–', severity: 'error', source: 'accounts.md 3.3',
  run: (t, said) => {
    const unit = unitOf(t)
    if (unit === undefined) { said.notRun.push(notRun('N-unit', '未能确定单位名称', 'the name of the unit is not known')); return }
    const aliases = t.passages.flatMap((p) => [...p.plain.text.matchAll(/以下(?:简称|称)[：]?([\u4e00-\u9fff]{2,20})/g)].map((m) => m[1] ?? ''))
    const own = forms(unit)
    const accepted = new Set([...own, ...aliases, `${strip(unit)}本级`, `${strip(unit)}（本级）`])
    const bases = [...new Set(own)].filter((n) => !/（|本级/.test(n))
    for (const n of labelled(t)) {
      const name = strip(n.name)
      said.tried++
      if (accepted.has(n.name) || accepted.has(name) || own.some((o) => o.includes(name)) || bases.some((b) => name.includes(b))) continue
      const near = bases.map((b) => ({ b, d: distance(name, b, 4) })).sort((x, y) => x.d - y.d)[0]
      if (near && !isBrother(name, near.b) && near.d <= 4 && near.d <= near.b.length / 3 && name.slice(0, 2) === near.b.slice(0, 2) && name.slice(-1) === near.b.slice(-1)) tell(said, n, unit, 'error', true)
    }
    inText(t, bases, accepted, unit, said)
  },
}
