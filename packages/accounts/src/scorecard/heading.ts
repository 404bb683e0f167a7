import { type Slot } from './layout.ts'
import { plain } from './phrase.ts'

/** What a column of a performance form holds. */
export type Role =
  | 'level1' | 'level2' | 'level3' | 'target' | 'actual' | 'weight' | 'score' | 'rate' | 'reason' | 'method' | 'explain' | 'operator' | 'unit'
  | 'planned' | 'available' | 'spent' | 'execution' | 'number' | 'project' | 'body' | 'grade'

/** Words of headings, the more particular first; `(A)`, `(10分)`, `(B/A)` behind them say nothing of the role. */
const VOCABULARY: readonly (readonly [Role, RegExp])[] = [
  ['level1', /^一级(指标)?$/], ['level2', /^二级(指标)?$/], ['level3', /^(三级(指标)?|四级指标|指标名称|绩效指标名称|指标内容|具体指标|明细指标)$/],
  ['reason', /(偏差|未完成|扣分|差异|未达标|偏离|未实现).*(原因|措施|分析|说明|理由)|^原因(分析|说明)|^改进措施|^得分(说明|理由)|^评分(说明|理由)/],
  ['method', /(得分|评分|计分|打分)(计算)?(方法|标准|规则|办法|细则)|^评价标准$/], ['explain', /^指标(解释|说明)|^评价(要点|内容)|^数据来源/],
  ['rate', /^得分率/], ['execution', /^(预算)?执行率/],
  ['target', /^(年度|年初|全年|本年|绩效|预期|预算|设定的?|申报)*(指标值|目标值|计划值|预期值|计划完成值|指标目标值|标杆值)$/],
  ['actual', /^(全年|年度|本年|实际|自评)*(实际)?(完成(指标)?(值|情况|结果|数)|实际值|完成指标值|执行值|达成值|实现值)$/],
  ['grade', /^(自评|评价|绩效|绩效评价|评定|综合)*(等级|等次|评级|级别)$/],
  ['score', /^(自评|实际|评价|最终|考核|单位|指标|综合|复核|项目|绩效)*(得分|评分|得分值|自评分|评分值)$/],
  ['weight', /^(指标|标准)*(分值|权重|满分|满分值|标准分|分数|权重分|分值权重)%?$/],
  ['operator', /^(指标)?(性质|方向|运算符号?|符号)$|^指标类型$/], ['unit', /^(计量|度量|指标|计算)单位$|^单位$/],
  ['planned', /^(年初)(部门)?预算(数|金额|资金|批复数)?$/], ['available', /^(全年|调整后?|年度|当年|本年)?(调整)?预算(数|金额|资金|总额|安排数?)$/], ['spent', /^(全年|实际|本年|年度|当年|预算)?(执行|支出|使用)(数|金额|资金)$/],
  ['number', /^序号$|^编号$/], ['project', /^(项目名称|项目|自评项目|评价项目)$/], ['body', /^(资金)?(使用|实施|执行|预算|主管|承担|责任)(单位|部门)(名称)?$|^项目(实施)?单位$|^单位名称$/],
]

export type Columns = ReadonlyMap<Role, { readonly col: number; readonly end: number; readonly text: string }>

const BEHIND = /\([^()]*\)$/

/** The role of a heading, whatever spaces, width and brackets it is printed with. */
export function roleOf(words: string): Role | undefined {
  const core = words.replace(BEHIND, '').replace(/[:：*]$/, '')
  return VOCABULARY.find(([, r]) => r.test(core))?.[0]
}

/** The columns of a row of headings; the first of two with one role counts. */
export function columnsOf(row: readonly Slot[]): Columns {
  const columns = new Map<Role, { readonly col: number; readonly end: number; readonly text: string }>()
  for (const s of row) {
    const role = s.above ? undefined : roleOf(s.plain)
    if (role !== undefined && !columns.has(role)) columns.set(role, { col: s.col, end: s.end, text: s.text })
    // two headings that were drawn close stand in one cell, the cell before it is empty
    const [left, right, ...more] = role === undefined && !s.above ? s.text.trim().split(/\s+/).map((w) => roleOf(plain(w))) : []
    const before = row.find((o) => o.end === s.col && o.plain === '')
    if (left === undefined || right === undefined || more.length > 0 || before === undefined || columns.has(left) || columns.has(right)) continue
    columns.set(left, { col: before.col, end: before.end, text: s.text })
    columns.set(right, { col: s.col, end: s.end, text: s.text })
  }
  return columns
}

const has = (c: Columns, ...roles: readonly Role[]): boolean => roles.every((r) => c.has(r))

/** 年初预算数, 全年执行数, 执行率 or 得分: the head of the money part. */
export const isFundHeading = (c: Columns): boolean => has(c, 'spent') && (has(c, 'available') || has(c, 'planned')) && (has(c, 'execution') || has(c, 'score')) && !has(c, 'project')

/** Levels of indicators beside what is wanted, done, or earned. */
export const isIndicatorHeading = (c: Columns): boolean =>
  (has(c, 'level3') || has(c, 'level1', 'level2')) && (has(c, 'score') || has(c, 'target', 'actual') || has(c, 'explain') || has(c, 'method') || (has(c, 'weight') && has(c, 'level1', 'level2')))

/** Projects beside their scores or grades. */
export const isSummaryHeading = (c: Columns): boolean => has(c, 'project') && (has(c, 'score') || has(c, 'grade')) && !has(c, 'level1') && !has(c, 'level3')
