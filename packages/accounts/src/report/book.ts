import { type District, markOf } from './district.ts'
import { RELATIONS } from './ledger.ts'
import { type Report, type ReportFinding, type Spot, spotWords, titleOf } from './report.ts'
import { CAUSE_WORDS, CLASS_WORDS, OUTCOME_WORDS, type Says, SEVERITY_WORDS } from './word.ts'

export interface BookColumn { readonly name: string; readonly width: number; readonly count?: true }

/** A report as rows of text, for whatever writes it: a Word file, a workbook. `width` of a column in characters. */
export interface Book {
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string])[]
  readonly sheets: readonly { readonly name: string; readonly heading: string; readonly note?: string; readonly columns: readonly BookColumn[]; readonly rows: readonly (readonly string[])[] }[]
}

const both = (s: Says): string => `${s.zh} ${s.en}`
const two = (s: Says): string => `${s.zh}\n${s.en}`
const column = (zh: string, en: string, width: number): BookColumn => ({ name: both({ zh, en }), width })
const count = (zh: string, en: string): BookColumn => ({ ...column(zh, en, 8), count: true })
const FORMULAS = new Map(RELATIONS.map((r) => [r.id, r]))
const placed = (s: Spot): string => both(spotWords(s))

const FINDING_COLUMNS = [column('性质', 'Severity', 10), column('关系', 'Relation', 12), column('类别', 'Class', 14), column('章节', 'Section', 22), column('位置', 'Place', 16), column('原文', 'Quote', 40), column('公布', 'Published', 14), column('应为', 'Expected', 18), column('原因', 'Cause', 18), column('说明与处理', 'What and remedy', 60), column('证据', 'Proof', 40)]
const findingRow = (f: ReportFinding): readonly string[] => [
  both(SEVERITY_WORDS[f.severity]), f.relation, two(CLASS_WORDS[f.class]), f.section ?? '', placed(f), f.quote, f.published ?? '', f.expected ?? '', f.cause === null ? '' : two(CAUSE_WORDS[f.cause]), two({ zh: f.says, en: f.saysEn }),
  f.against.map((a) => `${spotWords(a).zh}：${a.quote}`).join('\n'),
]

export const factsOf = (r: Report): readonly (readonly [Says, string])[] => [
  [{ zh: '单位', en: 'Unit' }, r.document.unit ?? '—'], [{ zh: '年度', en: 'Year' }, r.document.year === null ? '—' : String(r.document.year)], [{ zh: '文件', en: 'File' }, r.file], [{ zh: '版式', en: 'Layout' }, r.document.profile],
  [{ zh: '读到的表', en: 'Tables read' }, `${r.document.tables.filter((t) => t.found).length}/9`],
  [{ zh: '执行的核对关系', en: 'Relations run' }, String(r.relations.run)], [{ zh: '未执行', en: 'Not run' }, String(r.relations.notRun)], [{ zh: '不适用', en: 'Not applicable' }, String(r.relations.notApplicable)],
  [{ zh: '错误', en: 'Errors' }, String(r.counts.error)], [{ zh: '提醒', en: 'Warnings' }, String(r.counts.warning)], [{ zh: '提示', en: 'Remarks' }, String(r.counts.info)],
]

/** The report of one document. */
export function bookOf(r: Report): Book {
  return {
    title: `决算公开文本核对报告 ${titleOf(r)}`, facts: factsOf(r).map(([n, v]) => [both(n), v]),
    sheets: [
      { name: '问题 Findings', heading: '问题 Findings', columns: FINDING_COLUMNS, rows: r.findings.map(findingRow) },
      { name: '尾数 Rounding', heading: '尾数差异（不是问题） Rounding, no fault', columns: [column('关系', 'Relation', 12), column('位置', 'Place', 16), column('原文', 'Quote', 50), column('公布', 'Published', 14), column('计算', 'Computed', 14), column('允许范围', 'Envelope', 24)], rows: r.rounding.map((x) => [x.relation, placed(x), x.quote, x.published, x.computed, x.envelope]) },
      {
        name: '核对关系 Relations', heading: '全部核对关系与执行情况 Every relation and what became of it',
        columns: [column('关系', 'Relation', 12), column('内容', 'Formula', 60), column('结果', 'Outcome', 16), count('次数', 'Tried'), count('问题', 'Findings'), column('未执行的原因', 'Why not run', 60)],
        rows: r.ledger.map((l) => [l.relation, two(FORMULAS.get(l.relation)?.formula ?? { zh: '', en: '' }).trim(), both(OUTCOME_WORDS[l.outcome]), String(l.tried), String(l.findings), l.why.map(two).join('\n')]),
      },
    ],
  }
}

/** The table of units × relations: a column for each relation of a workbook, which is wide; on paper those with findings, in words. */
function unitSheet(d: District, on: 'workbook' | 'paper'): Book['sheets'][number] {
  const first = [column('单位', 'Unit', 40), column('文件', 'File', 30), count('错误', 'Errors'), count('提醒', 'Warnings'), count('提示', 'Remarks'), count('执行', 'Run')]
  const told = (u: District['units'][number]): readonly string[] => (on === 'workbook' ? u.cells.map(markOf) : [u.cells.flatMap((c, i) => (c.findings > 0 ? [`${d.relations[i]!}×${c.findings}`] : [])).join(' ')])
  return {
    name: '汇总 Units', heading: '单位与核对关系 Units × relations', note: '数字为问题数；✓ 相符，≈ 尾数差异，? 未执行，– 不适用。 A number counts findings; ✓ passed, ≈ rounding, ? not run, – not applicable.',
    columns: [...first, ...(on === 'workbook' ? d.relations.map((name): BookColumn => ({ name, width: 8, count: true })) : [column('有问题的关系', 'Relations with findings', 60)])],
    rows: d.units.map((u) => [u.title, u.file, ...[u.error, u.warning, u.info, u.run].map(String), ...told(u)]),
  }
}

/** The report of a district: the table of units × relations first, then all findings. */
export function districtBook(d: District, reports: readonly Report[], on: 'workbook' | 'paper' = 'workbook'): Book {
  return {
    title: '决算公开文本批量核对报告 Examination of a district',
    facts: [['单位 Units', String(d.units.length)], ['不能核对 Not examined', String(d.unexamined.length)], ['错误 Errors', String(sum(d, 'error'))], ['提醒 Warnings', String(sum(d, 'warning'))]],
    sheets: [
      unitSheet(d, on),
      { name: '问题 Findings', heading: '问题 Findings', columns: [column('单位', 'Unit', 30), ...FINDING_COLUMNS], rows: reports.flatMap((r) => r.findings.map((f) => [titleOf(r), ...findingRow(f)])) },
      { name: '不能核对 Unread', heading: '不能核对的文件 Files that could not be examined', columns: [column('文件', 'File', 40), column('代码', 'Code', 20), column('说明', 'Why', 70)], rows: d.unexamined.map((u) => [u.file, u.code, two({ zh: u.says, en: u.saysEn })]) },
    ],
  }
}

const sum = (d: District, key: 'error' | 'warning'): number => d.units.reduce((n, u) => n + u[key], 0)
