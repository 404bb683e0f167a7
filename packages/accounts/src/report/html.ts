import { type Severity } from '../finding.ts'
import { factsOf } from './book.ts'
import { type District, markOf } from './district.ts'
import { RELATIONS } from './ledger.ts'
import { type Report, type ReportFinding, spotWords, titleOf } from './report.ts'
import { CAUSE_WORDS, CLASS_WORDS, OUTCOME_WORDS, type Says, SEVERITY_WORDS } from './word.ts'

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
/** Text of a document is text, whatever it looks like. */
const h = (text: string): string => text.replace(/[&<>"']/g, (c) => SIGNS[c]!)
const both = (s: Says): string => `${h(s.zh)} <span lang="en">${h(s.en)}</span>`
const heading = (n: 1 | 2 | 3, zh: string, en: string): string => `<h${n}>${both({ zh, en })}</h${n}>`

const STYLE = `:root{font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;color:#1b2733;line-height:1.6}body{max-width:64rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{margin-top:2.2rem;border-bottom:2px solid #17324d;padding-bottom:.2rem}h3{font-size:1rem;color:#17324d;margin:1.4rem 0 .4rem}[lang=en]{color:#55636f;font-weight:400}
dl{display:flex;flex-wrap:wrap;gap:.4rem 2rem}dt{font-size:.85rem;color:#55636f}dd{margin:0;font-weight:600}article{border:1px solid #d9d4c8;border-left:5px solid #8b97a3;border-radius:6px;padding:.7rem 1rem;margin:.7rem 0;break-inside:avoid}
article.error{border-left-color:#a81028}article.warning{border-left-color:#8a5a00}article p{margin:.25rem 0}.meta{font-size:.88rem;color:#55636f}.meta b{color:#1b2733}blockquote{margin:.4rem 0;padding:.3rem .7rem;background:#f4f1ea;overflow-wrap:anywhere}
.figures{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem}.proof{font-size:.9rem;margin:.2rem 0;padding-left:1.2rem}table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{border:1px solid #d9d4c8;padding:.3rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#f1ede3}
.scroll{overflow-x:auto}td.n{text-align:center}td.bad{background:#f9dfe2;color:#7c0d1f;font-weight:600}@media print{body{max-width:none;margin:0}}`

const page = (title: string, body: string): string =>
  `<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${h(title)}</title><style>${STYLE}</style></head>\n<body>\n${body}\n</body></html>\n`

const facts = (r: Report): string => `<dl>${factsOf(r).map(([n, v]) => `<div><dt>${both(n)}</dt><dd>${h(v)}</dd></div>`).join('')}</dl>`

const FORMULAS = new Map(RELATIONS.map((r) => [r.id, r]))

function article(f: ReportFinding): string {
  const figures = [
    f.published === null ? '' : `<span>公布 <span lang="en">published</span> <b>${h(f.published)}</b></span>`, f.expected === null ? '' : `<span>应为 <span lang="en">expected</span> <b>${h(f.expected)}</b></span>`,
    f.cause === null ? '' : `<span>原因 <span lang="en">cause</span> <b>${both(CAUSE_WORDS[f.cause])}</b></span>`,
  ].join('')
  const rule = FORMULAS.get(f.relation)
  const proof = f.against.length === 0 ? '' : `<ul class="proof">${f.against.map((a) => `<li>${both(spotWords(a))}：${h(a.quote)}</li>`).join('')}</ul>`
  return `<article class="${f.severity}"><p class="meta"><b>${h(f.relation)}</b> · ${both(CLASS_WORDS[f.class])} · ${both(spotWords(f))}</p><blockquote>${h(f.quote)}</blockquote>${figures === '' ? '' : `<p class="figures">${figures}</p>`}<p>${h(f.says)}</p><p lang="en">${h(f.saysEn)}</p>${rule === undefined ? '' : `<p class="meta">依据 <span lang="en">rule</span>：${both(rule.formula)}（${h(rule.source)}）</p>`}${proof}</article>`
}

/** Findings of one severity, by section in the order of the document. */
function group(r: Report, severity: Severity): string {
  const own = r.findings.filter((f) => f.severity === severity)
  if (own.length === 0) return ''
  const sections = [...new Set(own.map((f) => f.section ?? ''))].map((name) => [name, own.filter((f) => (f.section ?? '') === name)] as const)
  return `${heading(2, `${SEVERITY_WORDS[severity].zh}（${own.length}）`, `${SEVERITY_WORDS[severity].en}s`)}${sections.map(([name, all]) => `<h3>${name === '' ? both({ zh: '（无标题）', en: 'without a heading' }) : h(name)}</h3>${all.map(article).join('\n')}`).join('\n')}`
}

const table = (columns: readonly Says[], rows: readonly (readonly string[])[]): string =>
  `<div class="scroll"><table><thead><tr>${columns.map((c) => `<th>${both(c)}</th>`).join('')}</tr></thead><tbody>${rows.map((x) => `<tr>${x.map((c) => `<td>${c}</td>`).join('')}</tr>`).join('\n')}</tbody></table></div>`

const c = (zh: string, en: string): Says => ({ zh, en })

function rest(r: Report): string {
  const missed = r.ledger.filter((l) => l.outcome === 'not-run' || l.outcome === 'not-applicable')
  const ran = r.ledger.filter((l) => !missed.includes(l))
  const why = (all: readonly Says[]): string => all.map((w) => `${h(w.zh)}<br><span lang="en">${h(w.en)}</span>`).join('<br>')
  const formula = (id: string): string => (FORMULAS.has(id) ? both(FORMULAS.get(id)!.formula) : '')
  return [
    r.unread.length === 0 ? '' : heading(2, '文件中未能读取的部分', 'Parts of the file that were not read') + table([c('位置', 'place'), c('代码', 'code')], r.unread.map((u) => [both(spotWords(u)), h(u.code)])),
    heading(2, '尾数差异（不是问题）', 'Rounding, no fault'), r.rounding.length === 0 ? '<p>—</p>' : table([c('关系', 'relation'), c('位置', 'place'), c('原文', 'quote'), c('公布', 'published'), c('计算', 'computed'), c('允许范围', 'envelope')], r.rounding.map((x) => [h(x.relation), both(spotWords(x)), h(x.quote), h(x.published), h(x.computed), h(x.envelope)])),
    heading(2, '未执行和不适用的核对关系', 'Relations that were not run or do not apply'), table([c('关系', 'relation'), c('内容', 'formula'), c('结果', 'outcome'), c('原因', 'why')], missed.map((l) => [h(l.relation), formula(l.relation), both(OUTCOME_WORDS[l.outcome]), why(l.why)])),
    heading(2, '已执行的核对关系', 'Relations that were run'), table([c('关系', 'relation'), c('内容', 'formula'), c('结果', 'outcome'), c('次数', 'tried'), c('问题', 'findings'), c('个别未执行', 'left out')], ran.map((l) => [h(l.relation), formula(l.relation), both(OUTCOME_WORDS[l.outcome]), String(l.tried), String(l.findings), why(l.why)])),
  ].join('\n')
}

/** The report of one document as a page that stands alone: no script, nothing loaded from elsewhere. */
export function reportHtml(r: Report): string {
  const none = r.findings.length === 0 ? `<p>${both({ zh: '没有发现问题。', en: 'No fault was found.' })}</p>` : ''
  return page(`核对报告 ${titleOf(r)}`, `${heading(1, '决算公开文本核对报告', 'Examination of final accounts')}\n${facts(r)}\n${none}${(['error', 'warning', 'info'] as const).map((s) => group(r, s)).join('\n')}\n${rest(r)}`)
}

/** The report of a district: the table of units × relations, then each unit. */
export function districtHtml(d: District, reports: readonly Report[]): string {
  const used = d.relations.map((id, i) => ({ id, i })).filter(({ i }) => d.units.some((u) => u.cells[i]!.outcome !== 'not-applicable'))
  const head = ['单位', '错误', '提醒', '提示', ...used.map((x) => x.id)].map((n) => `<th>${h(n)}</th>`).join('')
  const rows = d.units.map((u, n) => `<tr><td><a href="#u${n}">${h(u.title)}</a></td>${[u.error, u.warning, u.info].map((x) => `<td class="n">${x}</td>`).join('')}${used.map(({ i }) => `<td class="n${u.cells[i]!.findings > 0 ? ' bad' : ''}">${markOf(u.cells[i]!)}</td>`).join('')}</tr>`).join('\n')
  const refused = d.unexamined.length === 0 ? '' : heading(2, '不能核对的文件', 'Files that could not be examined') + table([c('文件', 'file'), c('代码', 'code'), c('说明', 'why')], d.unexamined.map((u) => [h(u.file), h(u.code), both({ zh: u.says, en: u.saysEn })]))
  return page('批量核对报告', [
    heading(1, '决算公开文本批量核对报告', 'Examination of a district'), `<p>${both({ zh: '数字为问题数；✓ 相符，≈ 尾数差异，? 未执行，– 不适用。', en: 'A number counts findings; ✓ passed, ≈ rounding, ? not run, – not applicable.' })}</p>`,
    `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`, refused,
    ...reports.map((r, n) => `<section id="u${n}">${heading(2, titleOf(r), r.file)}${facts(r)}${r.findings.map(article).join('\n')}</section>`),
  ].join('\n'))
}
