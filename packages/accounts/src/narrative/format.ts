import { type Passage } from './passage.ts'
import { type Said, type TextRelation, at } from './tell.ts'

const PAIRS: readonly (readonly [string, string])[] = [['（', '）'], ['“', '”'], ['《', '》'], ['【', '】']]

/** Offsets of half-width marks between Chinese characters, in the printed text. */
function halfWidth(p: Passage): readonly number[] {
  const out: number[] = []
  for (const m of p.printed.matchAll(/[\u4e00-\u9fff\d%”）)] ?[,;:] ?(?=[\u4e00-\u9fff“])|\([^()]*[\u4e00-\u9fff][^()]*\)|[\u4e00-\u9fff]\(|[\u4e00-\u9fff]\)/g)) out.push(m.index)
  return out
}

const toPlain = (p: Passage, printed: number): number => Math.max(0, p.plain.map.findIndex((o) => o >= printed))

function readMarks(p: Passage, said: Said): void {
  const half = halfWidth(p)
  const lines = p.joints.map((j, i) => [j, p.joints[i + 1] ?? p.printed.length] as const)
  for (const [from, to] of lines) {
    const own = half.filter((o) => o >= from && o < to)
    const first = own[0]
    if (first === undefined) continue
    const start = toPlain(p, Math.max(from, first - 4))
    said.findings.push(at(p, 'plain', start, Math.min(p.plain.text.length, toPlain(p, first) + 8), { relation: 'N-fmt', severity: 'info', class: 'style', published: p.printed.slice(first, first + 3).trim(), expected: '全角标点', zh: `中文句中使用半角标点（本行 ${own.length} 处），应统一为全角。`, en: `Half-width punctuation among Chinese characters (${own.length} on this line): use full width throughout.` }))
  }
  for (const [open, close] of PAIRS) {
    const text = open === '（' ? p.plain.text.replace(/(?:^|[；。，：])\d{1,2}）/g, '') : p.printed
    const a = text.split(open).length, b = text.split(close).length
    if (a !== b && p.kind === 'prose' && text.length > 20 && Math.abs(a - b) === 1 && /[。；]$/.test(p.plain.text)) said.findings.push(at(p, 'plain', 0, Math.min(30, p.plain.text.length), { relation: 'N-fmt', severity: 'info', class: 'style', published: a > b ? open : close, expected: `${open}${close}`, zh: `括号或引号不成对：“${a > b ? open : close}”多一个。`, en: 'A bracket or quotation mark has no partner.' }))
  }
}

interface Habit { readonly find: RegExp; readonly severity: 'info' | 'warning'; readonly zh: string; readonly en: string; readonly expected: (m: RegExpMatchArray) => string }

const HABITS: readonly Habit[] = [
  { find: /(?:增长|下降|降低|占|(?<=万元，)(?:增加|减少)|完成(?:年初|全年)?预算的?)(\d+\.\d+)(?=[，。；]|$)/g, severity: 'warning', zh: '百分比缺“%”', en: 'the sign % is missing', expected: (m) => `${m[1]}%` },
  { find: /(\d(?:\.\d+)?万)(?=[（，。；、）])/g, severity: 'info', zh: '“万”后缺“元”', en: '元 is missing after 万', expected: (m) => `${m[1]}元` },
  { find: /主要(?:原因)?是一是|主要是因为一是/g, severity: 'info', zh: '“主要是一是”语病，应为“主要是：一是”或“一是”', en: '主要是一是 is clumsy: 一是 alone is enough', expected: () => '主要是：一是' },
  { find: /([。，；、：])\1|[，；、]。|。[，；、]|[，、]；|；，|，、|、，/g, severity: 'info', zh: '标点重复或连用', en: 'two punctuation marks in a row', expected: () => '一个标点' },
  { find: /%%|万元万元|万万元|元元(?!宝)|年年(?=度|初)|年度年度/g, severity: 'warning', zh: '单位重复', en: 'a unit is doubled', expected: (m) => m[0].slice(m[0].length / 2) },
  { find: /(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)\.(?:\d|\d{3,})(?=万元)|(?<![\d.,年月第至])\d+(?=万元(?!（含|以上|以下|及以))/g, severity: 'info', zh: '金额未保留两位小数', en: 'the amount does not have two decimals', expected: (m) => two(m[0]) },
]

function two(text: string): string {
  const [whole = '', part = ''] = text.split('.')
  return `${whole}.${part.padEnd(2, '0').slice(0, 2)}`
}

function readHabits(p: Passage, said: Said): void {
  if (p.kind === 'cell') return
  for (const h of HABITS) for (const m of p.plain.text.matchAll(h.find)) {
    const end = m.index + m[0].length
    const unit = /^(?:万元|%)/.exec(p.plain.text.slice(end))?.[0].length ?? 0
    said.findings.push(at(p, 'plain', Math.max(0, m.index - (h.severity === 'warning' ? 4 : 0)), end + unit, { relation: 'N-fmt', severity: h.severity, class: 'style', published: m[0], expected: h.expected(m), zh: `${h.zh}：“${m[0]}”。`, en: `${h.en}.` }))
  }
  readListNumbers(p, said)
}

/** In a list `1. … 2 …` one number lost its dot. */
function readListNumbers(p: Passage, said: Said): void {
  const dotted = [...p.printed.matchAll(/(?<![\d.])(\d{1,2})[.．、]\s?(?=[\u4e00-\u9fff“])/g)]
  for (const m of dotted) {
    const next = Number(m[1]) + 1
    if (dotted.some((o) => Number(o[1]) === next)) continue
    const bare = new RegExp(`(?<=[。；;]\\s?)${next}\\s?(?=[\\u4e00-\\u9fff“])(?!名|人|个|年|月|日|辆|批|项|次|万|家|条|台)`, 'g')
    bare.lastIndex = m.index + m[0].length
    const hit = bare.exec(p.printed)
    if (!hit || hit.index - m.index > 120) continue
    const from = toPlain(p, hit.index)
    said.findings.push(at(p, 'plain', from, from + 10, { relation: 'N-fmt', severity: 'info', class: 'style', published: `${next} `, expected: `${next}. `, zh: `列举序号“${next}”后缺点号。`, en: 'A list number lacks its dot.' }))
  }
}

/** Thousands written with commas in some places and without in others. */
function readThousands(passages: readonly Passage[], said: Said): void {
  const amounts = passages.filter((p) => p.kind === 'prose').flatMap((p) => [...p.plain.text.matchAll(/(?<![\d.,])(\d{1,3}(?:,\d{3})+|\d{4,})(?:\.\d+)?(?=万元)/g)].map((m) => ({ p, m })))
  const commas = amounts.filter(({ m }) => m[0].includes(','))
  if (commas.length === 0 || commas.length === amounts.length) return
  const odd = commas.length * 2 <= amounts.length ? commas : amounts.filter(({ m }) => !m[0].includes(','))
  const first = odd[0]
  if (first) said.findings.push(at(first.p, 'plain', first.m.index, first.m.index + first.m[0].length + 2, { relation: 'N-fmt', severity: 'info', class: 'style', published: first.m[0], expected: '统一的千分位写法', zh: `千分位写法不统一：${commas.length} 处带逗号，${amounts.length - commas.length} 处不带。`, en: 'Some amounts have thousands commas and some have not.' }))
}

export const FORMAT_RELATION: TextRelation = {
  id: 'N-fmt', formula: { zh: '两位小数、一种数字写法、单位完整、全角标点、括号成对', en: 'two decimals, one number style, full units, full-width punctuation, paired brackets' }, tolerance: '–', severity: 'info', source: 'accounts.md 3.3',
  run: (t, said) => {
    for (const p of t.passages) {
      if (p.cell && p.plain.text.length <= 12) continue
      said.tried++
      if (p.kind !== 'cell' || p.plain.text.length > 12) readMarks(p, said)
      readHabits(p, said)
    }
    readThousands(t.passages, said)
  },
}
