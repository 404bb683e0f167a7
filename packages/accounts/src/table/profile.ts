import { no, ok, type Refusal, type Result } from '@causeway/kernel'

import { type TableId } from '../document.ts'
import { squeezed } from './title.ts'

/** How a place lays its accounts out, as far as there is evidence for it. */
export interface Profile {
  readonly id: string
  readonly name: { readonly zh: string; readonly en: string }
  /** The nine in the order of the place; tables of its own stand under `more`. */
  readonly tables: readonly TableId[]
  readonly more?: readonly string[]
  /** Further titles that the place gives its tables: ends of a line, compared without blanks and quotation marks. */
  readonly titles?: Partial<Readonly<Record<TableId, readonly string[]>>>
  /** Words of names that say the place. */
  readonly places: readonly string[]
  /** Whether the text comes before the tables. */
  readonly textFirst?: boolean
  /** What the order of the tables rests on. */
  readonly evidence: string
}

const NATIONAL: readonly TableId[] = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9']
const THREE_EXPENSES_SEVENTH: readonly TableId[] = ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T9', 'T7', 'T8']

/** Layouts with evidence, the general one last. @source accounts.md 2.3 */
export const PROFILES: readonly Profile[] = [
  { id: 'shandong', name: { zh: '山东', en: 'Shandong' }, tables: NATIONAL, places: ['山东', '济南', '青岛', '淄博', '枣庄', '东营', '烟台', '潍坊', '济宁', '泰安', '威海', '日照', '临沂', '德州', '聊城', '滨州', '菏泽'], evidence: 'a unit of 2024, whole' },
  { id: 'shanghai', name: { zh: '上海', en: 'Shanghai' }, tables: THREE_EXPENSES_SEVENTH, places: ['上海'], evidence: 'the template of 2024 and two departments of 2024, whole' },
  { id: 'sichuan', name: { zh: '四川', en: 'Sichuan' }, tables: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9'], more: ['财政拨款支出决算明细表', '一般公共预算财政拨款支出决算明细表', '一般公共预算财政拨款项目支出决算表', '国有资本经营预算财政拨款收入支出决算表'], places: ['四川', '成都', '遂宁', '泸州', '达州', '渠县', '大英'], textFirst: true, evidence: 'contents list of 2024, excerpts of 2020 and 2022' },
  { id: 'inner-mongolia', name: { zh: '内蒙古', en: 'Inner Mongolia' }, tables: NATIONAL, more: ['项目收入支出决算表', '一般公共预算财政拨款项目支出决算明细表', '机构运行经费支出、国有资产占用情况及政府采购情况信息表'], places: ['内蒙古', '包头', '呼和浩特', '赤峰', '鄂尔多斯'], textFirst: true, evidence: 'contents list of 2022' },
  { id: 'yunnan', name: { zh: '云南', en: 'Yunnan' }, tables: NATIONAL, more: ['一般公共预算财政拨款项目支出决算表', '国有资产使用情况表', '部门整体支出绩效自评情况', '部门整体支出绩效自评表', '项目支出绩效自评表'], places: ['云南', '昆明', '保山', '迪庆', '弥勒'], evidence: 'contents lists of 2023 and 2024' },
  { id: 'beijing', name: { zh: '北京', en: 'Beijing' }, tables: NATIONAL, more: ['政府性基金预算财政拨款基本支出决算表', '政府采购情况表', '政府购买服务决算公开情况表'], places: ['北京'], evidence: 'contents lists of 2023' },
  { id: 'guangdong', name: { zh: '广东', en: 'Guangdong' }, tables: THREE_EXPENSES_SEVENTH, places: ['广东', '广州', '湛江', '深圳'], evidence: 'contents list of 2021, an excerpt of 2023' },
  { id: 'hubei', name: { zh: '湖北', en: 'Hubei' }, tables: THREE_EXPENSES_SEVENTH, places: ['湖北', '武汉', '随州'], evidence: 'contents list of 2021' },
  { id: 'gansu', name: { zh: '甘肃', en: 'Gansu' }, tables: THREE_EXPENSES_SEVENTH, places: ['甘肃', '兰州', '天水'], evidence: 'contents list of 2021, an excerpt of 2017' },
  { id: 'shaanxi', name: { zh: '陕西', en: 'Shaanxi' }, tables: THREE_EXPENSES_SEVENTH, more: ['“三公”经费及会议费、培训费支出决算表'], places: ['陕西', '西安', '柞水'], evidence: 'contents list of 2020' },
  { id: 'hunan', name: { zh: '湖南', en: 'Hunan' }, tables: NATIONAL, places: ['湖南', '长沙', '汨罗', '桃江'], evidence: 'contents lists of 2019 and 2024' },
  { id: 'guangxi', name: { zh: '广西', en: 'Guangxi' }, tables: NATIONAL, places: ['广西', '南宁', '梧州'], evidence: 'contents list of 2023, excerpts' },
  { id: 'zhejiang', name: { zh: '浙江', en: 'Zhejiang' }, tables: NATIONAL, places: ['浙江', '杭州', '金华', '绍兴', '宁波'], textFirst: true, evidence: 'contents lists of 2020 and 2021: tables in an annex' },
  { id: 'national', name: { zh: '国家通用', en: 'national' }, tables: NATIONAL, places: [], evidence: 'the tables of central departments, 2023' },
]

/** The profile of a document: the place that its unit's name says, else the first whose order of tables is the document's. */
export function profileOf(profiles: readonly Profile[], o: { readonly unit: string | undefined; readonly order: readonly TableId[] }): Profile {
  const name = squeezed(o.unit ?? '')
  const fits = (p: Profile): boolean => { const at = o.order.map((id) => p.tables.indexOf(id)); return at.every((n, i) => n >= 0 && (i === 0 || n > at[i - 1]!)) }
  return profiles.find((p) => p.places.some((w) => name.includes(w))) ?? profiles.find((p) => p.id === 'national' && fits(p)) ?? (o.order.length > 5 ? profiles.find(fits) : undefined) ?? profiles.at(-1)!
}

const isTexts = (v: unknown): v is readonly string[] => Array.isArray(v) && v.every((t) => typeof t === 'string' && t.trim() !== '')
const isTable = (v: unknown): v is TableId => typeof v === 'string' && /^T[1-9]$/.test(v)

/**
 * A profile of one's own, from JSON: `{ "id", "name": { "zh", "en" }, "tables": ["T1", …], "titles": { "T5": ["…表"] }, "places": ["…"], "evidence" }`.
 *
 * @returns refusal `profile-malformed` at the field that is not of its form
 */
export function parseProfile(json: string): Result<Profile, Refusal> {
  const wrong = (at: string, why: string): { readonly ok: false; readonly error: Refusal } => no({ code: 'profile-malformed', at, details: { why } })
  let v: unknown
  try { v = JSON.parse(json) } catch { return wrong('', 'no JSON') }
  if (typeof v !== 'object' || v === null || Array.isArray(v)) return wrong('', 'an object is wanted')
  const o = v as Readonly<Record<string, unknown>>
  const { id, name, tables, titles, places, more, textFirst, evidence } = o
  const strange = Object.keys(o).find((k) => !['id', 'name', 'tables', 'titles', 'places', 'more', 'textFirst', 'evidence'].includes(k))
  if (strange !== undefined) return wrong(strange, 'no such field')
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]{1,30}$/.test(id)) return wrong('id', 'small letters, digits and hyphens')
  const n = name as { readonly zh?: unknown; readonly en?: unknown } | undefined
  if (typeof n?.zh !== 'string' || typeof n.en !== 'string') return wrong('name', 'zh and en')
  if (!Array.isArray(tables) || tables.length === 0 || !tables.every(isTable) || new Set(tables).size < tables.length) return wrong('tables', 'T1 to T9, each once')
  if (!isTexts(places)) return wrong('places', 'a list of words')
  if (more !== undefined && !isTexts(more)) return wrong('more', 'a list of titles')
  if (textFirst !== undefined && typeof textFirst !== 'boolean') return wrong('textFirst', 'true or false')
  if (typeof evidence !== 'string' || evidence.trim() === '') return wrong('evidence', 'what the layout is known from')
  if (titles !== undefined) {
    if (typeof titles !== 'object' || titles === null || Array.isArray(titles)) return wrong('titles', 'an object of lists')
    for (const [key, list] of Object.entries(titles)) if (!isTable(key) || !isTexts(list)) return wrong(`titles.${key}`, 'T1 to T9, each with a list of titles')
  }
  return ok({ ...(v as Profile) })
}
