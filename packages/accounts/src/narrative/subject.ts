/** Which part of the document a heading opens: the same subject word means another table there. */
export type Topic =
  | 'overall' | 'income' | 'expenditure' | 'fiscal' | 'general' | 'basic' | 'fund' | 'capital' | 'official' | 'running' | 'procurement' | 'asset' | 'performance' | 'glossary' | 'duties' | 'carry-over'

const TOPICS: readonly (readonly [Topic, RegExp])[] = [
  ['glossary', /名词解释/], ['duties', /(主要|单位|部门|工作)?(职责|职能)$|机构设置|构成|概况$/],
  ['official', /三公/], ['running', /(机关|机构)运行经费/], ['procurement', /政府采购/], ['asset', /国有资产/],
  ['performance', /绩效/],
  ['basic', /一般公共预算.*基本支出|财政拨款基本支出/],
  ['fiscal', /财政拨款(收入支出|收支|收入、支出)决算?(总体)?|财政拨款收入决算|财政拨款支出决算情况(说明)?$/],
  ['fund', /政府性基金/], ['capital', /国有资本经营/], ['general', /一般公共预算/],
  ['carry-over', /结转和?结余/],
  ['overall', /收入支出(决算)?总体|收支总体|收、支总体/], ['income', /收入决算|收入情况/], ['expenditure', /支出决算|支出情况/],
]

const KNOWN = new WeakMap<readonly string[], Topic | 'none'>()

/** The topic of the innermost heading that has one. */
export function topicOf(headings: readonly string[]): Topic | undefined {
  const known = KNOWN.get(headings)
  if (known !== undefined) return known === 'none' ? undefined : known
  const topic = findTopic(headings)
  KNOWN.set(headings, topic ?? 'none')
  return topic
}

/** Headings that only divide the section above them: `（三）财政拨款支出决算具体情况` under that of the general budget. */
const DIVIDES = /^(?:（[一二三四五六七八九十]+）|\d{1,2}[.、])?(?:财政拨款)?支出决算(?:总体|结构|具体)情况/

function findTopic(headings: readonly string[]): Topic | undefined {
  for (const [i, h] of headings.toReversed().entries()) {
    if (DIVIDES.test(h.replace(/\s/g, '').replaceAll('(', '（').replaceAll(')', '）')) && headings.slice(0, -i - 1).some((o) => /一般公共预算/.test(o))) continue
    const order = /一般公共预算/.test(h) && !/三公|基本支出/.test(h) ? TOPICS.filter(([t]) => t !== 'fiscal') : TOPICS
    const found = order.find(([, word]) => word.test(h.replace(/[\s“”"]/g, '')))
    if (found) return found[0]
  }
  return undefined
}

/**
 * What a sentence speaks of. A fixed slot (`income.fiscal`), a class `class:NAME`, an item `item:CLASS/GROUP/ITEM`, or a
 * `count.…` of things.
 */
export type Slot = string

interface Term { readonly slot: Slot; readonly ends: RegExp; readonly topics?: readonly Topic[]; readonly not?: RegExp }

const BOTH = '收(?:入)?(?:[、和,，])?支(?:出)?(?:决算)?'
const FISCAL = /财政拨款/

/** Subject phrases by their ends. The first row that fits wins. `topics`: only under such a heading. */
const TERMS: readonly Term[] = [
  { slot: 'procurement.sme.goods', ends: /货物(采购|支出)?中?[，]?授予中小企业(的)?(合同)?金额$/ },
  { slot: 'procurement.sme.works', ends: /工程(采购|支出)?中?[，]?授予中小企业(的)?(合同)?金额$/ },
  { slot: 'procurement.sme.services', ends: /服务(采购|支出)?中?[，]?授予中小企业(的)?(合同)?金额$/ },
  { slot: 'procurement.sme', ends: /授予中小企业(的)?(合同)?(金额|总额)$/ },
  { slot: 'procurement.micro', ends: /授予小(型)?微(型)?企业(的)?(合同)?(金额|总额)$/ },
  { slot: 'procurement.won.other', ends: /其他政府采购项目中[，]?由?中小企业(供应商)?(中标|成交).*金额$/ },
  { slot: 'procurement.won.micro', ends: /小微企业预留.*由?小微企业(供应商)?(中标|成交).*金额$/ },
  { slot: 'procurement.won.sme', ends: /中小企业预留.*由?中小企业(供应商)?(中标|成交).*金额$/ },
  { slot: 'procurement.reserved.micro', ends: /面向小微企业预留[^，。；]*金额$/ },
  { slot: 'procurement.reserved.sme', ends: /面向中小企业预留[^，。；]*金额$/ },
  { slot: 'procurement.total', ends: /政府采购(支出)?(总额|总金额|总支出|金额|支出|合计)$/ },
  { slot: 'procurement.goods', ends: /(?<!商品和)货物(类)?(采购)?(支出|金额|支出金额|采购金额|预算|总额)?$/, topics: ['procurement'] }, { slot: 'procurement.goods', ends: /(采购货物|货物(类)?采购)(支出|金额|支出金额)$/ },
  { slot: 'procurement.works', ends: /(?<!商品和)工程(类)?(采购)?(支出|金额|支出金额|采购金额|预算|总额)?$/, topics: ['procurement'] }, { slot: 'procurement.works', ends: /(采购工程|工程(类)?采购)(支出|金额|支出金额)$/ },
  { slot: 'procurement.services', ends: /(?<!商品和)服务(类)?(采购)?(支出|金额|支出金额|采购金额|预算|总额)?$/, topics: ['procurement'] }, { slot: 'procurement.services', ends: /(采购服务|服务(类)?采购)(支出|金额|支出金额)$/ },
  { slot: 'running', ends: /机关运行(经费)?(支出)?$|机构运行经费(支出)?$/ },
  { slot: 'official.purchase', ends: /(公务)?用?车(辆)?购置(费|费用|支出|经费)(支出)?$|公务用车购置$/, not: /运行/ },
  { slot: 'official.car', ends: /公务用车购置(及|和|费及|费和|、)运行(维护)?(费|费用|经费)?(支出)?$/ },
  { slot: 'official.running', ends: /(公务)?用?车(辆)?运行(维护)?(费|费用|支出|经费)(支出)?$|公务用车运行维护$/ },
  { slot: 'official.abroad', ends: /因公出国（境）(费|费用|经费|支出)?(支出)?$|因公出国\(境\)/ },
  { slot: 'official.reception.foreign', ends: /国（境）外(公务)?接待(费|支出)(支出)?$|外宾接待(费|支出)?(支出)?$|外事接待(费|支出)(支出)?$|接待外宾(费|支出)$/ },
  { slot: 'official.reception.home', ends: /国内(公务)?接待(费|支出|费用)?(支出)?$/ },
  { slot: 'official.reception', ends: /公务接待(费|费用|经费|支出)(支出)?$/ },
  { slot: 'official', ends: /三公(经费|支出|经费支出|经费财政拨款(支出)?|经费支出(总额|合计)?|经费(财政拨款)?(总支出|总额|支出总额))(合计)?$/ },
  { slot: 'general', ends: /一般公共预算(财政拨款)?支出(合计|总计|总额)$/ },
  { slot: 'fiscal.total.income', ends: /财政拨款收入(总计|总额|决算总计)$/ },
  { slot: 'fiscal.total.expenditure', ends: /财政拨款支出(总计|总额|决算总计)$/ },
  { slot: 'fiscal.total', ends: new RegExp(`财政拨款(?:决算)?${BOTH}(?:总计|总额|总体|总规模)(?:决算)?(?:均|各|均各)?$`) },
  { slot: 'fiscal.total.income', ends: /^收入(总计|总额)$/, topics: ['fiscal'] },
  { slot: 'fiscal.total.expenditure', ends: /^支出(总计|总额)$/, topics: ['fiscal'] },
  { slot: 'fiscal.total', ends: new RegExp(`^${BOTH}(?:总计|总额|总体)(?:均|各)?$`), topics: ['fiscal'] },
  { slot: 'fund.income', ends: /政府性基金(预算)?(财政拨款)?(当年|本年)?收入$/, topics: ['fund'] },
  { slot: 'fund', ends: /政府性基金(预算)?(财政拨款)?(当年|本年)?支出$/ },
  { slot: 'capital.income', ends: /国有资本经营(预算)?(财政拨款)?(当年|本年)?收入$/, topics: ['capital'] },
  { slot: 'capital', ends: /国有资本经营(预算)?(财政拨款)(当年|本年)?支出$/ },
  { slot: 'general.basic.staff', ends: /人员(经费|支出)(支出)?$/, topics: ['basic', 'general'] },
  { slot: 'general.basic.public', ends: /公用(经费|支出)(支出)?$/, topics: ['basic', 'general'] },
  { slot: 'general.basic', ends: /一般公共预算(财政拨款)?基本支出$/ },
  { slot: 'general.basic', ends: /基本支出$/, topics: ['general', 'basic'] },
  { slot: 'general.project', ends: /一般公共预算(财政拨款)?项目支出$/ },
  { slot: 'general.project', ends: /项目支出$/, topics: ['general'] },
  { slot: 'general', ends: /一般公共预算(财政拨款)?(本年|当年)?支出(合计|总计|总额)?$/ },
  { slot: 'income.general', ends: /一般公共预算(财政)?(拨款)?收入$/ },
  { slot: 'income.fund', ends: /政府性基金(预算)?(财政)?(拨款)?收入$/ },
  { slot: 'income.capital', ends: /国有资本经营(预算)?(财政)?(拨款)?收入$/ },
  { slot: 'income.fiscal', ends: /财政拨款收入$/ },
  { slot: 'income.general', ends: /一般公共预算(财政)?(拨款)?$/, topics: ['income'] }, { slot: 'income.fund', ends: /政府性基金(预算)?(财政拨款)?$/, topics: ['income'] },
  { slot: 'income.capital', ends: /国有资本经营预算(财政拨款)?$/, topics: ['income'] },
  { slot: 'income.superior', ends: /上级补助收入$/ },
  { slot: 'income.business', ends: /事业收入$/ },
  { slot: 'income.operating', ends: /经营收入$/, not: /国有资本/ },
  { slot: 'income.affiliate', ends: /附属单位上缴收入$/ },
  { slot: 'income.other', ends: /其他收入$/ },
  { slot: 'expenditure.basic', ends: /基本支出$/, not: FISCAL },
  { slot: 'expenditure.project', ends: /项目支出$/, not: FISCAL },
  { slot: 'expenditure.remit', ends: /上缴上级(支出)?$/ },
  { slot: 'expenditure.operating', ends: /经营支出$/ },
  { slot: 'expenditure.subsidy', ends: /对附属单位补助(支出)?$/ },
  { slot: 'fiscal.expenditure', ends: /(?<!预算)财政拨款支出$/ },
  { slot: 'surplus.used', ends: /使用非财政拨款结余$|使用专用结余$/ },
  { slot: 'surplus.shared', ends: /结余分配$/ },
  { slot: 'carry.opening', ends: /(年初|上年)(财政拨款)?结转(和|及)?结余(资金)?$/, not: FISCAL },
  { slot: 'carry.closing', ends: /(年末|结转下年|年末结转)(财政拨款)?(结转)?(和|及)?结余(资金)?$/, not: FISCAL },
  { slot: 'income.year', ends: /(本年|当年)收入(合计|总计|决算)?$|收入合计$|(?<!财政拨款|预算)收入决算(合计)?$/, not: FISCAL },
  { slot: 'expenditure.year', ends: /(本年|当年)支出(合计|总计|决算)?$|支出合计$|(?<!财政拨款|预算)支出决算合计$/, not: FISCAL },
  { slot: 'income.year', ends: /(单位|部门|我局|本院|本校)收入$/ }, { slot: 'expenditure.year', ends: /(单位|部门|我局|本院|本校)支出$/ },
  { slot: 'total', ends: new RegExp(`${BOTH}(?:总计|总额|总体|总规模)(?:均|各|均各)?$|收入支出总体$|收支总体$|^收[、]?支(?:决算)?$`), not: FISCAL },
  { slot: 'total.income', ends: /(收入(总计|总额|决算总计)|总收入)$/, not: FISCAL },
  { slot: 'total.expenditure', ends: /(支出(总计|总额|决算总计)|总支出)$/, not: FISCAL },
]

/** Words that carry no subject of their own: after them the sentence still speaks of what it spoke of. */
const EMPTY = /^(?:其中|均|各|共|共计|合计|总计|分别|当年|全年|本年|本年度|实际|实际支出|共计支出|费用|费用支出|执行数|实际执行数|支出|决算|决算数|支出决算|支出决算数|收入|金额|预算|预算数|总额|约|达|达到|年初|调整|实现|完成|安排|开支|比|较|即|差额|支出为|为|是|数|相比|度|资金|的|，|、|：|…)*$/

const STRIP = /(?:的)?(?:财政拨款)?(?:支出|收入)?(?:年初|全年|调整后?)?(?:决算|预算|决算数|预算数|决算总额|支出决算|决算支出)?(?:均为|分别为|各是|各为|合计为|共计|合计|总计为|约为|均|各|为|是|：)*$/

export interface Subject { readonly slot?: Slot; readonly phrase: string }

const CLASS = /([\u4e00-\u9fff、]{2,24})（类）(?:支出)?$/
const GROUPED = /(?:^|[，。；：、）])([^，。；：（）]{2,30}(?:（室）[^，。；：（）]{0,20})?)（款）([^，。；：（）]{2,40}(?:（室）[^，。；：（）]{0,20})?)（项）(?:支出)?$/
const ITEM = /([^，。；：（）]{2,30})（类）([^，。；：（）]{2,30}(?:（室）[^，。；：（）]{0,20})?)（款）([^，。；：（）]{2,40}(?:（室）[^，。；：（）]{0,20})?)（项）(?:支出)?$/

/** Tails of a phrase that a slot may hide behind: as it is, and without 支出决算为 and the like. */
function tails(phrase: string): readonly string[] {
  const noVerb = phrase.replace(/(?:均为|分别为|各是|各为|合计为|共计为|总计为|约为|共计|均|各|为|是|：|约|达|达到|合计)+$/, '')
  const noKind = noVerb.replace(/(?:年初|全年|调整后?|本年)?(?:支出)?(?:决算|预算)(?:数|总额|支出|金额)?$/, '')
  const bare = phrase.replace(STRIP, '')
  return [...new Set([phrase, noVerb, noKind, `${noKind}支出`, bare])].filter((t) => t !== '')
}

/**
 * The subject of a figure, from the words before it.
 *
 * @param phrase - canonical words from the last separator to the figure, without the words that tell the figure's role
 */
export function subjectOf(phrase: string, topic: Topic | undefined): Subject {
  const clean = phrase.replace(/^(?:其中|包括|即|主要包括|主要用于以下方面|含|等)+[：，]?/, '').replace(/^\d{4}年(?:度|)/, '')
  for (const tail of tails(clean)) {
    const item = ITEM.exec(tail)
    if (item) return { slot: `item:${item[1]}/${item[2]}/${item[3]}`, phrase: item[0] }
    // the class may stand in a heading above
    const grouped = GROUPED.exec(tail)
    if (grouped) return { slot: `item:/${grouped[1]}/${grouped[2]}`, phrase: grouped[0] }
    const cls = CLASS.exec(tail)
    if (cls?.[1]) return { slot: `class:${cls[1]}`, phrase: cls[0] }
    const term = TERMS.find((t) => t.ends.test(tail) && !t.not?.test(tail) && (t.topics === undefined || topic !== undefined && t.topics.includes(topic)))
    if (term) return { slot: term.slot, phrase: clean }
  }
  if (EMPTY.test(clean)) return { phrase: '' }
  const name = clean.replace(STRIP, '').replace(/^\d{1,2}[.、]/, '')
  if (topic === 'general' && /支出(?:决算)?(?:数|为|是)*$/.test(clean) && /^[\u4e00-\u9fff]{2,16}$/.test(name)) return { slot: `class:${name.replace(/支出$/, '')}`, phrase: clean }
  return { phrase: clean }
}

/** The slot of which a part is a share, and whose parts add up. */
export const WHOLES: Readonly<Record<string, Slot>> = {
  'income.fiscal': 'income.year', 'income.general': 'income.year', 'income.fund': 'income.year', 'income.capital': 'income.year', 'income.superior': 'income.year', 'income.business': 'income.year',
  'income.operating': 'income.year', 'income.affiliate': 'income.year', 'income.other': 'income.year',
  'expenditure.basic': 'expenditure.year', 'expenditure.project': 'expenditure.year', 'expenditure.remit': 'expenditure.year', 'expenditure.operating': 'expenditure.year', 'expenditure.subsidy': 'expenditure.year',
  'general.basic': 'general', 'general.project': 'general', 'general.basic.staff': 'general.basic', 'general.basic.public': 'general.basic',
  'official.abroad': 'official', 'official.car': 'official', 'official.reception': 'official',
  'procurement.sme': 'procurement.total', 'procurement.micro': 'procurement.total', 'procurement.goods': 'procurement.total', 'procurement.works': 'procurement.total', 'procurement.services': 'procurement.total',
  'procurement.sme.goods': 'procurement.goods', 'procurement.sme.works': 'procurement.works', 'procurement.sme.services': 'procurement.services',
}

export const wholeOf = (slot: Slot): Slot | undefined => slot.startsWith('class:') ? 'general' : WHOLES[slot]
