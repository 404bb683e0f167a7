import { type Cause, type FindingClass, type Severity } from '../finding.ts'
import { type LedgerOutcome } from './ledger.ts'

export interface Says { readonly zh: string; readonly en: string }
const t = (zh: string, en: string): Says => ({ zh, en })

export const SEVERITY_WORDS: Readonly<Record<Severity, Says>> = { error: t('错误', 'error'), warning: t('提醒', 'warning'), info: t('提示', 'remark') }

export const CLASS_WORDS: Readonly<Record<FindingClass, Says>> = {
  arithmetic: t('计算', 'arithmetic'), logic: t('逻辑', 'logic'), naming: t('名称', 'naming'), template: t('模板残留', 'template left in'), 'text-table': t('文表不符', 'text and table'), 'duplicated-text': t('文字重复', 'doubled text'),
  truncation: t('文字截断', 'cut off'), 'wrong-word': t('错别字', 'wrong word'), contradiction: t('前后矛盾', 'contradiction'), toc: t('目录不符', 'contents'), wording: t('用语', 'wording'), style: t('格式', 'style'),
  implausible: t('疑点', 'implausible'), remark: t('备注', 'remark'), 'personal-data': t('个人信息', 'personal data'),
}

export const CAUSE_WORDS: Readonly<Record<Cause, Says>> = {
  'difference-as-rate': t('把差额写成了百分比', 'the difference stands as a percentage'), 'swapped-operands': t('两个数颠倒了', 'the two figures are swapped'), 'wrong-base': t('基数用错', 'wrong base'),
  'wrong-numerator': t('分子用错', 'wrong numerator'), 'wrong-denominator': t('分母用错', 'wrong denominator'), 'carry-over-left-out': t('漏计结转结余', 'the carry-over is left out'), 'row-shifted': t('串行，用了别行的数', 'the figure of another row'),
  'unit-of-money': t('金额单位用错', 'wrong unit of money'), 'transposed-digits': t('数字前后颠倒', 'digits changed places'), 'last-year-kept': t('沿用了上年的内容', 'last year’s words were kept'), 'change-as-rate': t('把增减额当作了比率', 'a change stands as a rate'),
  'rate-as-change': t('把比率当作了增减额', 'a rate stands as a change'), 'misplaced-point': t('小数点错位', 'the point is misplaced'), 'sign-lost': t('正负号相反', 'the sign is the other way round'), 'template-default': t('模板默认值未改', 'the default of the template'), 'item-left-out': t('漏列项目', 'an item is left out'),
  'old-name': t('旧名称', 'an old name'), doubled: t('重复', 'doubled'), 'cut-off': t('截断', 'cut off'),
}

export const OUTCOME_WORDS: Readonly<Record<LedgerOutcome, Says>> = { passed: t('相符', 'passed'), failed: t('有问题', 'failed'), rounding: t('尾数差异', 'rounding'), 'not-run': t('未执行', 'not run'), 'not-applicable': t('不适用', 'not applicable') }
