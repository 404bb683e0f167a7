import { type Day, daysBetween, type Paragraph, parseDay } from '@causeway/kernel'

import { type Outcome } from '../finding.ts'
import { type Mark } from './form.ts'
import { plain } from './phrase.ts'
import { isHeading, LEADER, markOf, opensReport, squeeze } from './statement.ts'
import { type Says, tally, type Tally } from './tally.ts'
import { ABSENT, executionOf, formsOf, type View } from './view.ts'

const NO_REPORT: Says = { zh: '文中没有绩效评价报告', en: 'the document has no evaluation report' }
const whole = (p: Paragraph): Mark => ({ text: p.text.trim(), place: p.spans[0]?.place ?? {} })

/** An evaluation report among the annexes: its title and its body, without the lines of its contents. */
interface Report { readonly title: Mark; readonly body: readonly Paragraph[] }

function reportsOf(view: View): readonly Report[] {
  const reports: { title: Mark; body: Paragraph[] }[] = []
  for (const b of view.content.blocks) {
    if (b.kind !== 'paragraph') continue
    const open = reports.at(-1)
    if (opensReport(b)) { if (open === undefined || open.body.some(isHeading)) reports.push({ title: whole(b), body: [] }) }
    else if (!LEADER.test(b.text)) open?.body.push(b)
  }
  return reports.filter((r) => r.body.filter(isHeading).length >= 3)
}

/** What a report must hold; `in` says under which part. @source 财预〔2020〕10号, annex: outline of an evaluation report */
const OUTLINE: readonly { readonly part: string; readonly en: string; readonly words: RegExp; readonly in: 'work' | 'report'; readonly anywhere: boolean }[] = [
  { part: '基本情况', en: 'basic facts', words: /基本(情况|概况)|项目概况/, in: 'report', anywhere: false },
  { part: '绩效目标', en: 'targets', words: /绩效目标|总体目标/, in: 'report', anywhere: false },
  { part: '评价目的、对象和范围', en: 'purpose, object, scope', words: /评价(的)?目的|评价(的)?对象/, in: 'report', anywhere: true },
  { part: '评价指标体系', en: 'framework', words: /指标体系/, in: 'work', anywhere: true },
  { part: '评价原则', en: 'principles', words: /评价(的)?原则/, in: 'work', anywhere: true },
  { part: '评价方法', en: 'methods', words: /评价(的)?方法|(比较|因素分析|公众评判|成本效益分析|最低成本)法/, in: 'work', anywhere: true },
  { part: '评价标准', en: 'standards', words: /评价(的)?标准|(计划|行业|历史)标准/, in: 'work', anywhere: true },
  { part: '评价工作过程', en: 'process', words: /(评价|工作)(实施)?过程|组织实施情况|评价工作(开展|实施|步骤)/, in: 'work', anywhere: true },
  { part: '评价结论', en: 'conclusion', words: /评价结论|综合评价|评价结果|总体结论/, in: 'report', anywhere: false },
  { part: '决策分析', en: 'analysis of decision', words: /决策|投入/, in: 'report', anywhere: false },
  { part: '过程分析', en: 'analysis of process', words: /过程(情况|指标|分析)|管理(情况|指标|分析)/, in: 'report', anywhere: false },
  { part: '产出分析', en: 'analysis of output', words: /产出/, in: 'report', anywhere: false },
  { part: '效益分析', en: 'analysis of effect', words: /效益|效果/, in: 'report', anywhere: false },
  { part: '主要经验及做法', en: 'experience', words: /经验|做法/, in: 'report', anywhere: false },
  { part: '存在的问题', en: 'problems', words: /问题/, in: 'report', anywhere: false },
  { part: '有关建议', en: 'proposals', words: /建议|改进(措施|意见)|下一步/, in: 'report', anywhere: false },
]

/** PE-6: the outline of the report is complete. */
export function outline(view: View): Outcome {
  const t = tally('PE-6')
  for (const r of reportsOf(view)) {
    const headings = r.body.filter(isHeading)
    const lines = headings.map((h) => plain(h.text))
    const text = plain(r.body.filter((p) => !isHeading(p)).map((p) => p.text).join('。'))
    // a title in a list of annexes opens no report
    if (OUTLINE.filter((o) => !o.anywhere && lines.some((l) => o.words.test(l))).length < 5) continue
    const missing = OUTLINE.filter((o) => !lines.some((l) => o.words.test(l)) && !(o.anywhere && o.words.test(text)))
    const work = headings.findLast((h) => /评价(工作|目的|指标体系|组织)/.test(plain(h.text)) && /^\s*[（(一二三四五六七八九十]/.test(h.text))
    report(t, missing.filter((m) => m.in === 'work'), work ?? headings.at(-1)!)
    report(t, missing.filter((m) => m.in === 'report'), headings.at(-1)!)
  }
  return t.outcome(NO_REPORT)
}

function report(t: Tally, missing: readonly { readonly part: string; readonly en: string }[], at: Paragraph): void {
  if (missing.length === 0) return t.pass()
  const parts = missing.map((m) => m.part).join('、')
  t.fail({ severity: 'warning', class: 'remark', section: whole(at).text, at: whole(at), published: '无', expected: parts, says: { zh: `评价报告缺少：${parts}；请按报告提纲补充。`, en: `The evaluation report lacks: ${missing.map((m) => m.en).join(', ')}.` } })
}

/** N-tpl in forms: a part of the money carries points of its own; a note names a column that the form has not. */
export function formLeftovers(view: View): Outcome {
  const t = tally('N-tpl')
  for (const f of formsOf(view, 'self-evaluation')) {
    const total = executionOf(f)
    for (const row of f.funds) {
      if (row === total || total?.kind !== 'total' || total.weight === undefined) continue
      if (row.weight === undefined && row.score === undefined) t.pass()
      else t.fail({ severity: 'warning', class: 'template', section: f.title?.text, at: row.label, published: `${row.weight?.text ?? ''}/${row.score?.text ?? ''}`, expected: '-', says: { zh: `“${plain(row.label.text)}”是其中项，不应另有分值和得分（应为“-”）；请删去。`, en: `“${plain(row.label.text)}” is a part of the total and takes no points of its own (“-”).` }, against: [row.weight, row.score].filter((x) => x !== undefined) })
    }
    const columns = f.headings.map((h) => plain(h.text))
    for (const note of f.notes) notedColumns(t, f.title?.text, note, columns)
  }
  return t.outcome(ABSENT['self-evaluation'])
}

/** Columns of a form that mean the same under another name. */
const MEANINGS: readonly RegExp[] = [/原因|措施/, /(实际|完成|执行).*(值|数|情况)/, /(指标|目标|计划|预期).*值/, /得分|评分/, /分值|权重/, /预算数/]

function notedColumns(t: Tally, section: string | undefined, note: Paragraph, columns: readonly string[]): void {
  const s = squeeze(note)
  const lettered = [...s.text.matchAll(/([\p{sc=Han}]{2,12})\(([A-Z])\)/gu)].map((m) => { const skip = (/^.*(应用|采用|使用|[用按为以将与是的])/u.exec(m[1]!)?.[0] ?? '').length; return { from: m.index + skip, to: m.index + m[0].length, name: m[0].slice(skip), letter: m[2]! } })
  const quoted = [...s.text.matchAll(/[请在按于]{1,2}[“"]([\p{sc=Han}]{3,16})[”"](?=中|栏|列)/gu)].map((m) => ({ from: m.index + m[0].indexOf(m[1]!), to: m.index + m[0].indexOf(m[1]!) + m[1]!.length, name: m[1]!, letter: undefined }))
  const told = new Set<string>()
  for (const n of [...lettered, ...quoted]) {
    const meaning = MEANINGS.find((m) => m.test(n.name))
    const letters = n.letter === undefined ? columns : columns.filter((c) => c.endsWith(`(${n.letter})`))
    if (meaning === undefined || columns.some((c) => c === n.name || n.name.endsWith(c))) { t.pass(); continue }
    const meant = letters.filter((c) => meaning.test(c) && /值/.test(c) === /值/.test(n.name))
    const column = meant.find((c) => /指标/.test(c)) ?? meant[0]
    if (column === undefined || told.has(n.name)) continue
    told.add(n.name)
    const at = markOf(s, n.from, n.to)
    t.fail({ severity: 'warning', class: 'naming', section, at, published: at.text, expected: column, says: { zh: `注中的“${at.text}”不是表中的栏名，应为“${column}”；请统一。`, en: `The note names a column “${at.text}” that the form has not; it is “${column}”.` } })
  }
}

const DATE = '(20\\d{2})年(\\d{1,2})月(\\d{1,2})日'

interface Dated { readonly day: Day; readonly mark: Mark }

function dateAfter(view: View, words: string): Dated | undefined {
  for (const b of view.content.blocks) {
    if (b.kind !== 'paragraph' || !/20\d{2}/.test(b.text)) continue
    const s = squeeze(b)
    const m = new RegExp(`(?:${words})(?:[^\\d。;]{0,12})${DATE}`).exec(s.text)
    const day = m === null ? undefined : parseDay(`${m[1]!}-${m[2]!.padStart(2, '0')}-${m[3]!.padStart(2, '0')}`)
    if (m !== null && day !== undefined) return { day, mark: markOf(s, m.index, m.index + m[0].length) }
  }
  return undefined
}

/** TM-1: published within 20 days of the approval; a report is not dated after the publication. @source 预算法 14条 */
export function inTime(view: View): Outcome {
  const t = tally('TM-1')
  const published = dateAfter(view, '公开(?:时间|日期|日)|发布(?:时间|日期)|公示(?:时间|日期)')
  const approved = dateAfter(view, '批复(?:时间|日期|日)|批复决算的?(?:时间|日期)|(?:财政部门|财政局|财政厅|主管部门)(?:于)?批复(?:时间)?')
  const reported = reportsOf(view).length === 0 ? undefined : dateAfter(view, '^日期|报告日期|^报告时间')
  if (published !== undefined) {
    if (approved !== undefined) {
      const days = daysBetween(approved.day, published.day)
      if (days >= 0 && days <= 20) t.pass()
      else t.fail({ severity: 'warning', class: 'logic', at: published.mark, published: published.day, expected: days < 0 ? `≥${approved.day}` : `≤${approved.day}+20`, against: [approved.mark], says: { zh: `批复日${approved.day}，公开日${published.day}，相隔${days}天；应在批复后20日内公开。`, en: `Approved on ${approved.day}, published on ${published.day}, ${days} days later; 20 days are allowed.` } })
    }
    if (reported !== undefined) {
      if (reported.day <= published.day) t.pass()
      else t.fail({ severity: 'warning', class: 'logic', at: reported.mark, published: reported.day, expected: `≤${published.day}`, against: [published.mark], says: { zh: `报告日期${reported.day}晚于公开日期${published.day}；请核对。`, en: `The report is dated ${reported.day}, after the publication on ${published.day}.` } })
    }
    if (approved === undefined && reported === undefined) t.skip({ zh: '文中没有批复日期', en: 'the day of approval is not in the document' })
  }
  return t.outcome({ zh: '文中没有公开日期', en: 'the day of publication is not in the document' })
}

