import { squeezed } from './title.ts'

/** Rows of the two summary tables that have no code, by their words. The first that fits wins. @source accounts.md 2.2 */
const INCOME: readonly (readonly [string, RegExp])[] = [
  ['income.general', /^一般公共预算(?:财政)?(?:拨款)?(?:收入)?$/], ['income.fund', /^政府性基金(?:预算)?(?:财政)?(?:拨款)?(?:收入)?$/], ['income.capital', /^国有资本经营(?:预算)?(?:财政)?(?:拨款)?(?:收入)?$/],
  ['income.superior', /^上级补助收入$/], ['income.business', /^事业收入$/], ['income.operating', /^经营收入$/], ['income.affiliate', /^附属单位上缴收入$/], ['income.other', /^其他收入$/],
  ['income.fiscal', /^财政拨款收入$/],
  ['income.year', /^本年收入(?:合计)?$|^收入合计$|^(?:当年|本年)财政拨款收入合计$/], ['surplus.used', /^使用(?:非财政拨款|专用)结余|^用事业基金弥补收支差额$/],
  ['carry.opening', /^(?:年初|上年)(?:财政拨款)?结转(?:和|与|及)?(?:结余)?$/], ['total.income', /^(?:收入)?总计$|^收入总计$/],
]
const EXPENDITURE: readonly (readonly [string, RegExp])[] = [
  ['expenditure.year', /^本年支出(?:合计)?$|^支出合计$/], ['surplus.shared', /^结余分配$/], ['carry.closing', /^(?:年末|结转下年)(?:财政拨款)?(?:结转)?(?:和|与|及)?(?:结余)?$|^年末结转$/], ['total.expenditure', /^(?:支出)?总计$|^支出总计$/],
]

/** A row's words without its number `一、`, its mark 其中 and its asides. */
export const bareLabel = (text: string): string => squeezed(text).replace(/^(?:其中[：:]?)?(?:[一二三四五六七八九十]{1,3}[、.．]|（[一二三四五六七八九十]{1,3}）|\d{1,2}[、.．])?(?:其中[：:]?)?/, '').replace(/（[^）]*）/g, '').replace(/[：:]$/, '')

const of = (rows: readonly (readonly [string, RegExp])[], text: string): string | undefined => rows.find(([, words]) => words.test(bareLabel(text)))?.[0]
export const incomeKey = (text: string): string | undefined => of(INCOME, text)
export const expenditureKey = (text: string): string | undefined => of(EXPENDITURE, text)

/** The row that adds up a table of codes. */
export const isTotal = (text: string): boolean => /^(?:合计|总计|本年合计|本年(?:收入|支出)合计)$/.test(bareLabel(text))

/** Rows that only count rows or columns. */
export const isOrdinal = (text: string): boolean => /^(?:栏次|行次)$/.test(squeezed(text))

/** What a column or row of the three public expenses is of. */
export function expenseOf(text: string): 'total' | 'abroad' | 'car' | 'purchase' | 'running' | 'reception' | undefined {
  const t = squeezed(text)
  if (/出国/.test(t)) return 'abroad'
  if (/接待/.test(t)) return 'reception'
  if (/购置(?:费|支出|经费)?(?:及|和|与|、)?运行|购置和运行|购置及运行/.test(t)) return 'car'
  if (/购置/.test(t)) return 'purchase'
  if (/运行/.test(t)) return 'running'
  if (/^小计$/.test(t)) return 'car'
  if (/^(?:合计|总计|支出合计|三公经费(?:合计|支出)?)$/.test(t)) return 'total'
  return undefined
}

export const phaseOf = (text: string): 'budget' | 'final' | undefined => (/决算/.test(squeezed(text)) && !/预决算/.test(squeezed(text)) ? 'final' : /预算/.test(squeezed(text)) && !/一般公共预算|基金预算|经营预算|预决算/.test(squeezed(text)) ? 'budget' : undefined)

/** The rows of expenditure by function in the summary tables, with the names that they bore in other years. @source accounts.md 2.2, functional_2024_partial.csv */
const CLASSES: readonly (readonly [string, RegExp])[] = [
  ['201', /^一般公共(?:预算)?服务/], ['202', /^外交/], ['203', /^国防/], ['204', /^公共安全/], ['205', /^教育/], ['206', /^科学技术/], ['207', /^文化(?:旅游)?体育与传媒/], ['208', /^社会保障和就业/], ['209', /^社会保险基金/],
  ['210', /^(?:卫生健康|医疗卫生与计划生育|医疗卫生)/], ['211', /^节能环保/], ['212', /^城乡社区/], ['213', /^农林水/], ['214', /^交通运输/], ['215', /^资源勘探(?:工业)?(?:信息|电力信息)等/], ['216', /^商业服务业/], ['217', /^金融/],
  ['219', /^援助其他地区/], ['220', /^(?:自然资源海洋气象|国土海洋气象)/], ['221', /^住房保障/], ['222', /^粮油物资储备/], ['223', /^国有资本经营预算/], ['224', /^灾害防治及应急管理/], ['229', /^其他支出$/], ['231', /^债务还本/], ['232', /^债务付息/], ['233', /^债务发行费用/], ['234', /^抗疫特别国债/],
]
/** The class of a row of expenditure by function. */
export const classOf = (text: string): string | undefined => { const t = bareLabel(text); return CLASSES.find(([, words]) => words.test(t))?.[0] }
