import { type Said, type Text, type TextRelation, at, notRun } from './tell.ts'

/** The year that most titles and headings name, when the reading does not know it. */
export function yearOf(text: Text): number | undefined {
  if (text.accounts.year !== undefined) return text.accounts.year
  const counts = new Map<number, number>()
  for (const p of text.passages) for (const m of p.plain.text.matchAll(/(20[0-4]\d)年度?(?:部门|单位)?决算/g)) counts.set(Number(m[1]), (counts.get(Number(m[1])) ?? 0) + 1)
  const best = [...counts].sort((a, b) => b[1] - a[1])
  return best[0] && (best.length === 1 || best[0][1] >= 2 * (best[1]?.[1] ?? 0)) ? best[0][0] : undefined
}

interface Mention { readonly find: RegExp; readonly right: (year: number) => number; readonly also?: () => readonly number[]; readonly zh: string; readonly en: string; readonly heading?: true }

/** Where a year must be the year of the accounts, or the one before. */
const MENTIONS: readonly Mention[] = [
  { find: /截[至止](\d{4})年12月31日/g, right: (y) => y, zh: '截止日应为决算年度末', en: 'the closing day is that of the year of the accounts' },
  { find: /(?:与|较|比)(\d{4})年(?:度)?(?!.{0,6}(?:预算|疫情))(?:决算数?)?(?:相比|，|增加|减少|增长|下降)/g, right: (y) => y - 1, also: () => [2019], zh: '比较的年度应为上年', en: 'the year compared with is the one before' },
  { find: /(\d{4})年度?(?:部门|单位)?决算(?:表|情况说明|公开|报告)?$/g, right: (y) => y, zh: '标题年度与决算年度不符', en: 'the year of the heading is not that of the accounts', heading: true },
  { find: /(?:^|[。；])(?:[^，。；\d]{2,40}(?<![与比较于至]))?(\d{4})年度?(?:[^，。；]{0,30})(?:收、支|收入支出|收支|收入合计|支出合计|本年收入|本年支出|财政拨款收|财政拨款支出|基本支出决算|三公经费[^，。；]{0,12}(?:预算为|支出决算为)|机关运行经费支出|政府采购支出总额)[^，。；]{0,16}(?:均为|为|合计|总计)?\d/g, right: (y) => y, zh: '本年数前写成了其他年度', en: 'a figure of this year is printed under another year' },
]

export const YEAR_RELATION: TextRelation = {
  id: 'N-year', formula: { zh: '封面、目录、标题、表、日期的年度一致；上年＝本年－1；截至本年12月31日', en: 'one year on the cover, in headings, tables and dates; last year = year − 1; closing day is 31 December' }, tolerance: '0', severity: 'error', source: 'accounts.md 3.3',
  run: (t: Text, said: Said) => {
    const year = yearOf(t)
    if (year === undefined) { said.notRun.push(notRun('N-year', '未能确定决算年度', 'the year of the accounts is not known')); return }
    const compared = t.passages.flatMap((p) => [...p.plain.text.matchAll(/(?:与|较|比)(\d{4})年/g)].map((m) => Number(m[1])))
    const right = compared.filter((y) => y === year - 1 || y === year).length
    if (right >= 3 && compared.length - right >= 3) { said.notRun.push(notRun('N-year', '文件中有两个以上的比较年度，可能由几份文件合成', 'several years are compared with: perhaps several documents in one')); return }
    for (const p of t.passages) {
      if (p.kind === 'cell' || !/(?:19|20)\d\d年/.test(p.plain.text)) continue
      for (const m of MENTIONS) {
        if (m.heading && p.kind !== 'heading' && p.plain.text.length > 44) continue
        for (const hit of p.plain.text.matchAll(m.find)) {
          const said_ = Number(hit[1])
          said.tried++
          if (said_ === m.right(year) || m.also?.().includes(said_)) continue
          // a sentence that names both years compares them
          if (p.plain.text.slice(hit.index + 1).split('。')[0]?.includes(`${m.right(year)}年`)) continue
          const start = hit.index + hit[0].indexOf(hit[1] ?? '')
          said.findings.push(at(p, 'plain', hit.index, Math.max(start + 5, Math.min(hit.index + hit[0].length, start + 16)), { relation: 'N-year', severity: 'error', class: 'logic', published: `${said_}年`, expected: `${m.right(year)}年`, ...(said_ < m.right(year) ? { cause: 'last-year-kept' as const } : {}), zh: `${m.zh}：文中为 ${said_} 年，应为 ${m.right(year)} 年。`, en: `${m.en}: ${said_}, expected ${m.right(year)}.` }))
        }
      }
    }
  },
}
