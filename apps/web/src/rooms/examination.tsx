import { CAUSE_WORDS, CLASS_WORDS, compareReports, examine, locate, OUTCOME_WORDS, readDocx, readingSays, readText, RELATIONS, reportHtml, reportOf, SEVERITY_WORDS, spotWords, type Location, type Report, type ReportFinding } from '@causeway/accounts'
import { type ExaminedDocument, type ExaminedUpload } from '@causeway/contract'
import { type Content } from '@causeway/kernel'
import { useEffect, useMemo, useRef, useState, type DragEvent, type ReactNode } from 'react'

import { ask, askFile, Refused } from '../ask.ts'
import { useLanguage, useWords, type Language } from '../language.tsx'
import { Choice } from '../parts/field.tsx'
import { State, Table } from '../parts/list.tsx'
import { EXAMINATION } from '../words/examination.ts'

const API = '/api/examinations'
const LARGEST = 64 * 1024 * 1024

/** A document on the desk. `before`: how it stood when it was last examined. */
interface Desk { readonly id: string; readonly name: string; readonly file: File; readonly report?: Report; readonly content?: Content; readonly problem?: string; readonly before?: Report }

/** Text and Word files are read and examined here, in the page; what needs a larger reader is asked of the server. */
async function here(file: File): Promise<ExaminedDocument | undefined> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const content = /\.txt$/i.test(file.name) ? { ok: true as const, value: readText(bytes, file.name) } : /\.docx$/i.test(file.name) ? readDocx(bytes, file.name) : undefined
  if (content?.ok !== true || content.value.blocks.length === 0) return undefined
  const e = examine(content.value)
  return e.ok ? { name: file.name, report: reportOf(e.value), content: content.value } : { name: file.name, problem: { code: e.error.code, ...readingSays(e.error) } }
}

async function examined(file: File): Promise<readonly ExaminedDocument[]> {
  const own = await here(file)
  if (own !== undefined) return [own]
  const form = new FormData()
  form.append('file', file, file.name)
  return (await ask<ExaminedUpload>('POST', API, { form })).documents
}

function save(blob: Blob, name: string): void {
  const a = document.createElement('a')
  a.href = URL.createObjectURL(blob)
  a.download = name
  a.click()
  setTimeout(() => { URL.revokeObjectURL(a.href) }, 1_000)
}

const FORMULAS = new Map(RELATIONS.map((r) => [r.id, r]))
const RANK = { error: 0, warning: 1, info: 2 } as const

interface Mark { readonly n: number; readonly finding: ReportFinding; readonly at: Location }

/** A text with its marks: cut where marks begin and end, each piece as grave as the gravest that covers it. */
function Marked({ text, marks, chosen, onChoose }: { readonly text: string; readonly marks: readonly Mark[]; readonly chosen: number | undefined; readonly onChoose: (n: number) => void }) {
  const cuts = [...new Set([0, text.length, ...marks.flatMap((m) => [m.at.from, m.at.to])])].filter((c) => c <= text.length).toSorted((a, b) => a - b)
  return cuts.slice(0, -1).map((from, i) => {
    const piece = text.slice(from, cuts[i + 1])
    const over = marks.filter((m) => m.at.from <= from && m.at.to > from).toSorted((a, b) => RANK[a.finding.severity] - RANK[b.finding.severity])
    const top = over.find((m) => m.n === chosen) ?? over[0]
    if (top === undefined) return piece
    return <mark key={from} id={over.some((m) => m.n === chosen && m.at.from === from) ? 'chosen' : undefined} className={`${top.finding.severity}${top.n === chosen ? ' here' : ''}`} title={top.finding.relation} onClick={() => { onChoose(top.n) }}>{piece}</mark>
  })
}

/** The document as it was read, with every finding marked at its place. */
function DocumentView({ content, marks, chosen, onChoose }: { readonly content: Content; readonly marks: readonly Mark[]; readonly chosen: number | undefined; readonly onChoose: (n: number) => void }) {
  const w = useWords(EXAMINATION)
  const { language } = useLanguage()
  const byBlock = useMemo(() => Map.groupBy(marks, (m) => m.at.block), [marks])
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => { if (chosen !== undefined) box.current?.querySelector('#chosen')?.scrollIntoView({ block: 'center' }) }, [chosen])
  return (
    <section className="paper" aria-label={w.text} tabIndex={0} ref={box}>
      {content.blocks.map((b, i) => {
        const own = byBlock.get(i) ?? []
        const place = b.kind === 'paragraph' ? b.spans[0]?.place : b.place
        const label = <small className="gutter">{spotWords({ line: place?.line ?? null, page: place?.page ?? null, box: null, paragraph: place?.paragraph ?? null, cell: null })[language]}</small>
        if (b.kind === 'paragraph') return <p key={i} className={b.level === undefined ? undefined : 'heading'}>{label}<Marked text={b.text} marks={own} chosen={chosen} onChoose={onChoose} /></p>
        return (
          <div key={i} className="scroll">{label}<table><tbody>{b.rows.map((cells, r) => (
            <tr key={r}>{cells.map((c, k) => <td key={k} colSpan={c.colSpan} rowSpan={c.rowSpan}><Marked text={c.text} marks={own.filter((m) => m.at.row === r && m.at.column === k)} chosen={chosen} onChoose={onChoose} /></td>)}</tr>
          ))}</tbody></table></div>
        )
      })}
    </section>
  )
}

function Finding({ f, chosen, state, onChoose }: { readonly f: ReportFinding; readonly chosen: boolean; readonly state: ReactNode; readonly onChoose: (() => void) | undefined }) {
  const w = useWords(EXAMINATION)
  const { language: l } = useLanguage()
  const rule = FORMULAS.get(f.relation)
  return (
    <li className={`finding ${f.severity}${chosen ? ' here' : ''}`}>
      <p className="meta"><State code={`severity-${f.severity}`} says={SEVERITY_WORDS[f.severity][l]} /> <b>{f.relation}</b> · {CLASS_WORDS[f.class][l]} · {spotWords(f)[l]} {state}</p>
      <blockquote lang="zh-CN">{f.quote}</blockquote>
      {(f.published ?? f.expected ?? f.cause) !== null && <p className="figures">{f.published !== null && <span>{w.published} <b>{f.published}</b></span>}{f.expected !== null && <span>{w.expected} <b>{f.expected}</b></span>}{f.cause !== null && <span>{w.cause} <b>{CAUSE_WORDS[f.cause][l]}</b></span>}</p>}
      <p>{l === 'zh' ? f.says : f.saysEn}</p>
      {(rule !== undefined || f.against.length > 0) && <details><summary>{w.proof}</summary>{rule !== undefined && <p>{w.rule}：{rule.formula[l]} <small>{rule.source}</small></p>}<ul>{f.against.map((a, i) => <li key={i}>{spotWords(a)[l]}：{a.quote}</li>)}</ul></details>}
      {onChoose !== undefined && <p className="buttons"><button type="button" aria-pressed={chosen} onClick={onChoose}>{w.where}</button></p>}
    </li>
  )
}

interface Filter { readonly severity: string; readonly kind: string; readonly relation: string; readonly section: string; readonly mending: string }
const NO_FILTER: Filter = { severity: '', kind: '', relation: '', section: '', mending: '' }
type Fate = 'same' | 'come'

function Filters({ findings, filter, set, compared }: { readonly findings: readonly ReportFinding[]; readonly filter: Filter; readonly set: (f: Filter) => void; readonly compared: boolean }) {
  const w = useWords(EXAMINATION)
  const { language: l } = useLanguage()
  const options = (of: (f: ReportFinding) => string, says: (v: string) => string): readonly (readonly [string, string])[] => [['', w.all], ...[...Map.groupBy(findings, of)].map(([v, all]) => [v === '' ? '-' : v, `${says(v)}（${all.length}）`] as const)]
  const choice = (key: keyof Filter, all: readonly (readonly [string, string])[]) => <Choice label={w[key]} value={filter[key]} options={all} onChange={(v) => { set({ ...filter, [key]: v }) }} />
  return (
    <div className="filters">
      {choice('severity', options((f) => f.severity, (v) => SEVERITY_WORDS[v as 'error'][l]))}
      {choice('kind', options((f) => f.class, (v) => CLASS_WORDS[v as 'logic'][l]))}
      {choice('relation', options((f) => f.relation, (v) => v))}
      {choice('section', options((f) => f.section ?? '', (v) => (v === '' ? w.noSection : v)))}
      {compared && choice('mending', [['', w.all], ['same', w.same], ['come', w.come]])}
    </div>
  )
}

function Findings({ desk, chosen, onChoose }: { readonly desk: Desk & { readonly report: Report }; readonly chosen: number | undefined; readonly onChoose: (n: number) => void }) {
  const w = useWords(EXAMINATION)
  const [filter, setFilter] = useState(NO_FILTER)
  const { report, before } = desk
  const comparison = useMemo(() => (before === undefined ? undefined : compareReports(before, report)), [before, report])
  const fate = (f: ReportFinding): Fate | undefined => (comparison === undefined ? undefined : comparison.come.includes(f) ? 'come' : 'same')
  const fits = (f: ReportFinding): boolean => [[filter.severity, f.severity], [filter.kind, f.class], [filter.relation, f.relation], [filter.section, f.section ?? '-'], [filter.mending, fate(f) ?? '']].every(([want, is]) => want === '' || want === is)
  const shown = report.findings.map((f, n) => ({ f, n })).filter(({ f }) => fits(f))
  if (report.findings.length === 0 && comparison === undefined) return <p className="good">{w.nothing}</p>
  return (
    <>
      {comparison !== undefined && <p role="status">{w.compared.replace('{gone}', String(comparison.gone.length)).replace('{same}', String(comparison.same.length)).replace('{come}', String(comparison.come.length))}</p>}
      <Filters findings={report.findings} filter={filter} set={setFilter} compared={comparison !== undefined} />
      <p className="count" aria-live="polite">{w.shown.replace('{n}', String(shown.length)).replace('{of}', String(report.findings.length))}</p>
      <ol className="findings">{shown.map(({ f, n }) => <Finding key={n} f={f} chosen={n === chosen} state={fate(f) === undefined ? null : <State code={`fate-${fate(f)!}`} says={w[fate(f)!]} />} onChoose={() => { onChoose(n) }} />)}</ol>
      {comparison !== undefined && comparison.gone.length > 0 && <details open><summary>{w.goneTitle}（{comparison.gone.length}）</summary><ol className="findings">{comparison.gone.map((f, i) => <Finding key={i} f={f} chosen={false} state={<State code="fate-gone" says={w.gone} />} onChoose={undefined} />)}</ol></details>}
    </>
  )
}

function Ledger({ report, view }: { readonly report: Report; readonly view: 'rounding' | 'notRun' | 'relations' }) {
  const w = useWords(EXAMINATION)
  const { language: l } = useLanguage()
  const formula = (id: string): string => FORMULAS.get(id)?.formula[l] ?? ''
  if (view === 'rounding') {
    return <><p>{w.roundingLead}</p><Table caption={w.rounding} rows={report.rounding.map((r, i) => ({ ...r, key: String(i) }))} rowKey={(r) => r.key} columns={[{ name: w.relation, cell: (r) => r.relation }, { name: w.place, cell: (r) => spotWords(r)[l] }, { name: w.quote, wide: true, cell: (r) => r.quote }, { name: w.published, cell: (r) => r.published }, { name: w.computed, cell: (r) => r.computed }, { name: w.envelope, cell: (r) => r.envelope }]} /></>
  }
  if (view === 'notRun') {
    return (
      <>
        <p>{w.notRunLead}</p>
        {report.unread.length > 0 && <><h3>{w.unread}</h3><ul className="lines">{report.unread.map((u, i) => <li key={i}>{spotWords(u)[l]} {readingSays(u)[l]} <small><code>{u.code}</code></small></li>)}</ul></>}
        <Table caption={w.notRun} rows={report.notRun.map((r, i) => ({ ...r, key: String(i) }))} rowKey={(r) => r.key} columns={[{ name: w.relation, cell: (r) => r.relation }, { name: w.formula, wide: true, cell: (r) => formula(r.relation) }, { name: w.why, wide: true, cell: (r) => (l === 'zh' ? r.why : r.whyEn) }]} />
      </>
    )
  }
  return <Table caption={w.relations} rows={report.ledger} rowKey={(r) => r.relation} columns={[{ name: w.relation, cell: (r) => r.relation }, { name: w.formula, wide: true, cell: (r) => formula(r.relation) }, { name: w.outcome, cell: (r) => <State code={`relation-${r.outcome}`} says={OUTCOME_WORDS[r.outcome][l]} /> }, { name: w.tried, cell: (r) => r.tried }, { name: w.findings, cell: (r) => r.findings }, { name: w.why, wide: true, cell: (r) => r.why.map((x) => x[l]).join(l === 'zh' ? '；' : '; ') }]} />
}

const VIEWS = ['findings', 'rounding', 'notRun', 'relations'] as const

function Opened({ desk, recheck }: { readonly desk: Desk & { readonly report: Report; readonly content: Content }; readonly recheck: (file: File) => void }) {
  const w = useWords(EXAMINATION)
  const { report, content } = desk
  const [view, setView] = useState<(typeof VIEWS)[number]>('findings')
  const [chosen, setChosen] = useState<number>()
  const [trouble, setTrouble] = useState('')
  const marks = useMemo(() => report.findings.flatMap((finding, n): readonly Mark[] => { const at = locate(content, finding); return at === undefined ? [] : [{ n, finding, at }] }), [report, content])
  useEffect(() => { setChosen(undefined) }, [report])
  const download = async (form: 'html' | 'docx' | 'xlsx'): Promise<void> => {
    const name = `${desk.name.replace(/\.\w+$/, '')}-核对报告.${form}`
    if (form === 'html') { save(new Blob([reportHtml(report)], { type: 'text/html' }), name); return }
    const data = new FormData()
    data.append('file', desk.file, desk.file.name)
    try {
      save(await askFile(`${API}/report?form=${form}&name=${encodeURIComponent(desk.name)}`, data), name)
      setTrouble('')
    } catch (error) {
      setTrouble((error as Error).message)
    }
  }
  const count = (v: (typeof VIEWS)[number]): number => ({ findings: report.findings.length, rounding: report.rounding.length, notRun: report.notRun.length + report.unread.length, relations: report.ledger.length })[v]
  return (
    <section className="card" aria-labelledby="opened">
      <h2 id="opened" tabIndex={-1}>{report.document.unit ?? desk.name}</h2>
      <dl className="facts">{[[w.document, desk.name], [w.year, report.document.year ?? '—'], [w.layout, report.document.profile], [w.tables, `${report.document.tables.filter((t) => t.found).length}/9`], [w.run, report.relations.run], [w.errors, report.counts.error], [w.warnings, report.counts.warning], [w.infos, report.counts.info]].map(([k, v]) => <div key={k}><dt>{k}</dt><dd>{v}</dd></div>)}</dl>
      <p className="buttons">
        {(['html', 'docx', 'xlsx'] as const).map((form) => <button key={form} type="button" onClick={() => { void download(form) }}>{w.report} {form}</button>)}
        <label className="button main">{w.recheck}<input type="file" className="hidden" onChange={(e) => { const f = e.target.files?.[0]; if (f !== undefined) recheck(f); e.target.value = '' }} /></label>
      </p>
      {trouble !== '' && <p className="trouble" role="alert">{trouble}</p>}
      <ul className="chips" aria-label={w.views}>{VIEWS.map((v) => <li key={v}><button type="button" aria-pressed={view === v} onClick={() => { setView(v) }}>{w[v]} <small>{count(v)}</small></button></li>)}</ul>
      {view === 'findings'
        ? <div className="beside"><div><Findings desk={desk} chosen={chosen} onChoose={setChosen} /></div><DocumentView content={content} marks={marks} chosen={chosen} onChoose={setChosen} /></div>
        : <Ledger report={report} view={view} />}
    </section>
  )
}

const said = (error: unknown, l: Language): string => (error instanceof Refused ? error.problem.says : l === 'zh' ? '核对中断。' : 'The examination was cut off.')
const isOpened = (d: Desk | undefined): d is Desk & { readonly report: Report; readonly content: Content } => d?.report !== undefined && d.content !== undefined

/** The desk where published accounts are examined: several documents, findings beside the text, checked again after mending. */
export function ExaminationDesk() {
  const w = useWords(EXAMINATION)
  const { language } = useLanguage()
  const [desks, setDesks] = useState<readonly Desk[]>([])
  const [open, setOpen] = useState<string>()
  const [working, setWorking] = useState(0)
  const [over, setOver] = useState(false)
  const opened = desks.find((d) => d.id === open)

  const take = async (file: File): Promise<readonly Desk[]> => {
    const one = (more: Partial<Desk>): Desk => ({ id: crypto.randomUUID(), name: file.name, file, ...more })
    if (file.size > LARGEST) return [one({ problem: w.tooLarge.replace('{name}', file.name) })]
    try {
      return (await examined(file)).map((d) => ('problem' in d ? one({ name: d.name, problem: d.problem[language] }) : one({ name: d.name, report: d.report, content: d.content })))
    } catch (error) {
      return [one({ problem: said(error, language) })]
    }
  }
  const add = async (files: readonly File[]): Promise<void> => {
    setWorking((n) => n + files.length)
    for (const file of files) {
      const found = await take(file)
      setDesks((all) => [...all, ...found])
      const first = found.find(isOpened)
      if (first !== undefined) setOpen((now) => now ?? first.id)
      setWorking((n) => n - 1)
    }
  }
  const recheck = async (desk: Desk, file: File): Promise<void> => {
    setWorking((n) => n + 1)
    const [found] = await take(file)
    setDesks((all) => all.map((d) => (d.id !== desk.id || found === undefined ? d : found.report === undefined ? { ...d, problem: found.problem ?? '' } : { ...found, id: d.id, ...(d.report === undefined ? {} : { before: d.report }) })))
    setWorking((n) => n - 1)
  }
  const dropped = (e: DragEvent): void => { e.preventDefault(); setOver(false); void add([...e.dataTransfer.files]) }
  return (
    <>
      <h1 tabIndex={-1}>{w.title}</h1>
      <p className="lead">{w.lead}</p>
      <div className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => { setOver(false) }} onDrop={dropped}>
        <p>{w.drop}</p>
        <p className="buttons"><label className="button main">{w.choose}<input type="file" multiple onChange={(e) => { void add([...(e.target.files ?? [])]); e.target.value = '' }} /></label></p>
        <small>{w.kinds}</small>
      </div>
      <p aria-live="polite" className="count">{working > 0 ? w.working : ''}</p>
      {desks.length > 0 && (
        <Table caption={w.documents} rows={desks} rowKey={(d) => d.id} columns={[
          { name: w.document, wide: true, cell: (d) => d.name },
          { name: w.unit, wide: true, cell: (d) => d.report?.document.unit ?? '' },
          { name: w.state, wide: true, cell: (d) => (d.report === undefined ? <span role="alert" className="bad">{d.problem}</span> : <>{w.errors} <b>{d.report.counts.error}</b>，{w.warnings} <b>{d.report.counts.warning}</b>，{w.infos} {d.report.counts.info}{d.problem !== undefined && <span role="alert" className="bad"> {d.problem}</span>}</>) },
          { name: w.open, cell: (d) => <span className="buttons">{d.report !== undefined && <button type="button" aria-pressed={d.id === open} onClick={() => { setOpen(d.id) }}>{w.open}</button>}<button type="button" onClick={() => { setDesks((all) => all.filter((x) => x.id !== d.id)) }}>{w.remove}</button></span> },
        ]} />
      )}
      {isOpened(opened) && <Opened key={opened.id} desk={opened} recheck={(file) => { void recheck(opened, file) }} />}
    </>
  )
}
