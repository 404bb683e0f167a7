import { type Accounts } from '../document.ts'
import { type Outcome, type Severity } from '../finding.ts'
import { type RelationRow } from '../relation/relation.ts'
import { formLeftovers, inTime, outline } from './annex.ts'
import { grades, inAccounts, projectShare, sameProjects } from './coverage.ts'
import { counts, oneScore, rates, scoreSums, twoViews, weights } from './evaluation.ts'
import { deviations, execution, explained, fullMarks, groupMarks, measurable, moneyParts, scores, totalScore } from './self-evaluation.ts'
import { type View, viewOf } from './view.ts'

/** A relation of performance as a row. */
export interface PerformanceRelation extends RelationRow { readonly look: (view: View) => Outcome }

type Said = readonly [zh: string, en: string]
const row = (id: string, [zh, en]: Said, [tolerance, severity]: readonly [RelationRow['tolerance'], Severity], look: PerformanceRelation['look']): PerformanceRelation => ({ id, formula: { zh, en }, tolerance, severity, source: '财预〔2020〕10号', look })

/** @source accounts.md 3.5 and the annexes' part of 3.3 */
export const PERFORMANCE: readonly PerformanceRelation[] = [
  row('PS-1', ['Σ分值（执行率与全部三级指标）= 100', 'Σ full marks (execution and all indicators) = 100'], ['0', 'error'], fullMarks),
  row('PS-2', ['一级指标表头分值 = Σ所属三级指标分值', 'points of a first-level heading = Σ points of its indicators'], ['A', 'error'], groupMarks),
  row('PS-3', ['总分 = Σ得分；0 ≤ 得分 ≤ 分值', 'total = Σ scores; 0 ≤ score ≤ full marks'], ['A', 'error'], totalScore),
  row('PS-4', ['执行率 = B/A；得分 = min(B/A, 1) × 分值', 'rate = B/A; score = min(B/A, 1) × full marks'], ['P', 'error'], execution),
  row('PS-5', ['年度资金总额 = 财政拨款 + 上年结转 + 其他资金', 'year’s money = budget + carried over + other'], ['A', 'error'], moneyParts),
  row('PS-6', ['得分 = 计分规则（指标值，完成值）× 分值', 'score = rule (target, result) × full marks'], ['B', 'error'], scores),
  row('PS-7', ['得分 < 分值，或执行率 ≠ 100% → 有偏差原因', 'score < full marks, or execution ≠ 100 % → a reason'], ['0', 'warning'], deviations),
  row('PS-8', ['等级 = 总分所在等次，用词为优、良、中、差', 'grade = band of the total, in the words of the grades'], ['0', 'error'], grades),
  row('PS-9', ['总分 < 80 → 有说明', 'total < 80 → an explanation'], ['0', 'error'], explained),
  row('PS-10', ['汇总表 = 自评表 = 正文个数', 'list = forms = count in the text'], ['0', 'error'], sameProjects),
  row('PS-11', ['全年执行数 ≤ 决算项目支出；正文 = 自评表', 'money spent ≤ project expenditure; text = form'], ['B', 'error'], inAccounts),
  row('PS-12', ['占比 = Σ项目预算 / 项目支出总额', 'share = Σ project budgets / all project money'], ['P', 'error'], projectShare),
  row('PS-13', ['指标值可比、名称完整、超额30%以上有说明', 'targets comparable, names whole, more than 30 % beyond explained'], ['0', 'warning'], measurable),
  row('PE-1', ['Σ分值 = 100；一级 = Σ二级 = Σ三级', 'Σ full marks = 100; each level = Σ of the next'], ['0', 'error'], weights),
  row('PE-2', ['总分 = Σ得分；得分率 = 得分/满分', 'total = Σ scores; rate = score / full marks'], ['P', 'error'], scoreSums),
  row('PE-3', ['“n个二级、m个三级指标” = 得分表', 'counts of indicators = table'], ['0', 'error'], counts),
  row('PE-4', ['到位率、执行率、成本节约率重算，得分随之', 'rates computed again, points follow'], ['P', 'error'], rates),
  row('PE-5', ['正文得分 = 表 = 报告；等级 = 得分所在等次；产出+效益 ≥ 60', 'one score in text, table and report; grade of that score; output + effect ≥ 60'], ['0', 'error'], oneScore),
  row('PE-6', ['评价报告提纲完整', 'outline of the report complete'], ['0', 'warning'], outline),
  row('PE-7', ['同一指标自评与评价不一致 → 有理由', 'one indicator scored differently → a reason'], ['B', 'warning'], twoViews),
  row('TM-1', ['公开日 − 批复日 ≤ 20；报告日期 ≤ 公开日', 'publication − approval ≤ 20 days; report ≤ publication'], ['0', 'warning'], inTime),
  row('N-tpl', ['自评表其中项不计分；注中栏名 = 表头', 'parts of the money take no points; columns named in notes are those of the form'], ['0', 'warning'], formLeftovers),
]

/** What all relations of performance say of a document. */
export function examinePerformance(accounts: Accounts): readonly Outcome[] {
  const view = viewOf(accounts)
  return PERFORMANCE.map((r) => r.look(view))
}
