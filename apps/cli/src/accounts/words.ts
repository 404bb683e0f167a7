import { CAUSE_WORDS, CLASS_WORDS, readingSays, SEVERITY_WORDS, spotWords, titleOf, markOf, type District, type Report, type ReportFinding } from '@causeway/accounts'

type Language = 'zh' | 'en'

const MARK = { error: '✗', warning: '!', info: 'i' } as const
/** What the standard output is read for: control characters of a document are none of its words. */
// oxlint-disable-next-line no-control-regex
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()

function findingLines(f: ReportFinding, l: Language): readonly string[] {
  const zh = l === 'zh'
  const figures = [
    f.published === null ? '' : `${zh ? '公布' : 'published'} ${f.published}`, f.expected === null ? '' : `${zh ? '应为' : 'expected'} ${f.expected}`, f.cause === null ? '' : `${zh ? '原因' : 'cause'}${zh ? '：' : ': '}${CAUSE_WORDS[f.cause][l]}`,
  ].filter((x) => x !== '').join(zh ? '，' : ', ')
  return [`  ${MARK[f.severity]} ${f.relation}  ${spotWords(f)[l]}  ${CLASS_WORDS[f.class][l]}${f.section === null ? '' : `  ${f.section}`}`, `      “${f.quote}”`, ...(figures === '' ? [] : [`      ${figures}`]), `      ${zh ? f.says : f.saysEn}`].map((x) => x.replace(/\S.*/s, (t) => plain(t)))
}

/** The report of one document for people. */
export function renderAccounts(r: Report, l: Language): string {
  const zh = l === 'zh'
  const { run, notRun, notApplicable } = r.relations
  const head = zh
    ? `错误 ${r.counts.error}，提醒 ${r.counts.warning}，提示 ${r.counts.info}；执行核对关系 ${run} 项，未执行 ${notRun} 项，不适用 ${notApplicable} 项；尾数差异 ${r.rounding.length} 处（不是问题）；读到 ${r.document.tables.filter((t) => t.found).length}/9 张表`
    : `errors ${r.counts.error}, warnings ${r.counts.warning}, remarks ${r.counts.info}; relations run ${run}, not run ${notRun}, not applicable ${notApplicable}; roundings ${r.rounding.length} (no fault); tables read ${r.document.tables.filter((t) => t.found).length}/9`
  return [
    `${plain(titleOf(r))}  ${r.file}  (${r.document.profile})`, head,
    ...(['error', 'warning', 'info'] as const).flatMap((s) => { const own = r.findings.filter((f) => f.severity === s); return own.length === 0 ? [] : [`${SEVERITY_WORDS[s][l]} (${own.length})`, ...own.flatMap((f) => findingLines(f, l))] }),
    ...(r.unread.length === 0 ? [] : [zh ? '未能读取' : 'not read', ...r.unread.map((u) => `  ? ${spotWords(u)[l]} ${readingSays(u)[l]}`)]),
    ...(r.notRun.length === 0 ? [] : [zh ? '未执行' : 'not run', ...r.notRun.map((n) => `  ? ${n.relation}  ${zh ? n.why : n.whyEn}`)]), '',
  ].join('\n')
}

/** Columns that a text takes on a terminal: Chinese characters take two. */
const width = (text: string): number => [...text].reduce((n, c) => n + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(c) ? 2 : 1), 0)
const padded = (text: string, n: number): string => text + ' '.repeat(Math.max(0, n - width(text)))
function cut(text: string, n: number): string {
  if (width(text) <= n) return text
  let out = ''
  for (const c of text) { if (width(out + c) > n - 1) break; out += c }
  return `${out}…`
}

/** The table of units × relations: the relations with findings, the most frequent first, as many as fit; what does not fit is counted. */
export function renderDistrict(d: District, l: Language, columns: number): string {
  const zh = l === 'zh'
  const total = (i: number): number => d.units.reduce((n, u) => n + u.cells[i]!.findings, 0)
  const failing = d.relations.map((id, i) => ({ id, i, n: total(i) })).filter((x) => x.n > 0).toSorted((a, b) => b.n - a.n)
  const first = Math.min(34, Math.max(12, ...d.units.map((u) => width(u.title))))
  const heads = zh ? ['错误', '提醒', '提示', '执行'] : ['err', 'warn', 'note', 'run']
  let room = columns - first - 1 - heads.reduce((n, h) => n + Math.max(4, width(h)) + 1, 0) - 6
  const shown = failing.filter((x) => { room -= Math.max(3, width(x.id)) + 1; return room >= 0 })
  const rest = failing.filter((x) => !shown.includes(x))
  const line = (name: string, counts: readonly string[], cells: readonly string[], more: string): string =>
    [padded(cut(plain(name), first), first), ...counts.map((c, i) => c.padStart(Math.max(4, width(heads[i]!)) - (width(c) - c.length))), ...cells.map((c, i) => c.padStart(Math.max(3, shown[i]!.id.length))), ...(rest.length === 0 ? [] : [more])].join(' ').trimEnd()
  return [
    line(zh ? '单位' : 'unit', heads, shown.map((x) => x.id), zh ? '其他' : 'rest'),
    ...d.units.map((u) => line(u.title, [u.error, u.warning, u.info, u.run].map(String), shown.map((x) => markOf(u.cells[x.i]!)), `+${rest.reduce((n, x) => n + u.cells[x.i]!.findings, 0)}`)),
    ...d.unexamined.map((u) => `✗ ${u.file}  ${u.code}: ${zh ? u.says : u.saysEn}`), '',
  ].join('\n')
}
