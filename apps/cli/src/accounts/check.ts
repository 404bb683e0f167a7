import { existsSync, readFileSync, statSync } from 'node:fs'
import { extname } from 'node:path'

import { bookOf, districtBook, districtHtml, districtOf, parseProfile, PROFILES, readingSays, readRelations, reportHtml, type OwnRelation, type Profile, type Report, type Unexamined } from '@causeway/accounts'
import { openThreads } from '@causeway/ground'
import { type Refusal, type Result } from '@causeway/kernel'
import { writeBookDocx, writeBookXlsx } from '@causeway/paper'

import { EXIT, Impossible, language, printJson, writeWhole } from '../command.ts'
import { sourcesOf } from './source.ts'
import { examineTask, type Examined, type Task } from './task.ts'
import { renderAccounts, renderDistrict } from './words.ts'

/** What one document may cost. */
export const LIMITS = { longest: 60_000, heap: 768 } as const

/** The layout that is named: one that is known, or a file with one of one's own. */
export function profileIn(name: string | undefined): { readonly profile?: string; readonly profiles?: readonly Profile[] } {
  if (name === undefined) return {}
  if (PROFILES.some((p) => p.id === name)) return { profile: name }
  if (!existsSync(name) || !statSync(name).isFile()) throw new Impossible('profile-unknown', `${name} is no layout: ${PROFILES.map((p) => p.id).join(', ')}, or a JSON file with one of your own`)
  const own = parseProfile(readFileSync(name, 'utf8'))
  if (!own.ok) throw new Impossible(own.error.code, `${name} at ${own.error.at ?? ''}: ${String(own.error.details?.['why'] ?? '')}`)
  return { profile: own.value.id, profiles: [own.value, ...PROFILES] }
}

/** Relations of an office's own, from a JSON file. */
function ownIn(file: string | undefined): { readonly own?: readonly OwnRelation[] } {
  if (file === undefined) return {}
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    throw new Impossible('relations-unreadable', `${file} is no JSON that can be read`)
  }
  const own = readRelations(value)
  if (!own.ok) throw new Impossible(own.error.code, `${file} at ${own.error.at ?? ''}: ${own.error.rule ?? ''} ${String(own.error.details?.['found'] ?? '')}`.trim())
  return { own: own.value }
}

export const REPORT_FORMS = ['html', 'docx', 'xlsx'] as const
export type ReportForm = (typeof REPORT_FORMS)[number]

/** A report in the form that is asked for: one document, or a district. */
export async function reportAs(form: ReportForm, reports: readonly Report[], unexamined: readonly Unexamined[]): Promise<Uint8Array> {
  const [only, ...more] = reports
  const isOne = only !== undefined && more.length === 0 && unexamined.length === 0
  const d = districtOf(reports, unexamined)
  if (form === 'html') return new TextEncoder().encode(isOne ? reportHtml(only) : districtHtml(d, reports))
  return form === 'docx' ? writeBookDocx(isOne ? bookOf(only) : districtBook(d, reports, 'paper')) : writeBookXlsx(isOne ? bookOf(only) : districtBook(d, reports))
}

function formOf(file: string): ReportForm {
  const form = REPORT_FORMS.find((f) => `.${f}` === extname(file).toLowerCase())
  if (form === undefined) throw new Impossible('report-format-unknown', `${file} should end with .html, .docx or .xlsx`)
  return form
}

/** A bar on the standard error, where that is a terminal; nothing of it remains. */
function progress(total: number): { readonly step: (file: string) => void; readonly end: () => void } {
  const { stderr } = process
  let done = 0
  const clear = '\r\u001b[K'
  return {
    step: (file) => {
      done += 1
      if (!stderr.isTTY) return
      const filled = Math.round((done / total) * 24)
      stderr.write(`${clear}[${'█'.repeat(filled)}${'░'.repeat(24 - filled)}] ${done}/${total} ${file.slice(-40)}`)
    },
    end: () => { if (stderr.isTTY) stderr.write(clear) },
  }
}

/** Examines documents in threads, in the order that they were given. */
async function examineAll(tasks: readonly Task[]): Promise<readonly Result<Examined, Refusal>[]> {
  const [only] = tasks
  if (only !== undefined && tasks.length === 1) return [await examineTask(only)]
  const threads = openThreads<Task, Result<Examined, Refusal>>(new URL('./thread.ts', import.meta.url), LIMITS)
  const bar = progress(tasks.length)
  try {
    return await Promise.all(tasks.map(async (task) => {
      const answer = await threads.ask(task)
      bar.step(task.source.name)
      return answer.ok ? answer.value : answer
    }))
  } finally {
    bar.end()
    await threads.end()
  }
}

const unexaminedOf = (file: string, refusal: Refusal): Unexamined => { const { zh, en } = readingSays(refusal); return { file, code: refusal.code, says: zh, saysEn: en } }

/** `accounts check`: 0 without errors, 1 with, 2 where something could not be examined. */
export async function check(paths: readonly string[], o: { readonly profile: string | undefined; readonly relations: string | undefined; readonly json: boolean; readonly report: string | undefined }): Promise<number> {
  const form = o.report === undefined ? undefined : formOf(o.report)
  const more = { ...profileIn(o.profile), ...ownIn(o.relations) }
  const sources = sourcesOf(paths)
  if (sources.length === 0) throw new Impossible('no-document', 'there is no document among these files (txt, docx, pdf, html, xlsx)')
  const answers = await examineAll(sources.map((source) => ({ source, ...more })))
  const reports = answers.flatMap((a) => (a.ok ? [a.value.report] : []))
  const unexamined = answers.flatMap((a, i) => (a.ok ? [] : [unexaminedOf(sources[i]!.name, a.error)]))
  if (sources.length === 1 && unexamined[0] !== undefined) throw new Impossible(unexamined[0].code, `${unexamined[0].file}: ${language() === 'zh' ? unexamined[0].says : unexamined[0].saysEn}`)
  if (form !== undefined) writeWhole(o.report!, await reportAs(form, reports, unexamined))
  if (sources.length === 1) {
    if (o.json) printJson(reports[0])
    else process.stdout.write(renderAccounts(reports[0]!, language()))
  } else {
    const district = districtOf(reports, unexamined)
    if (o.json) printJson({ documents: reports, district })
    else process.stdout.write(renderDistrict(district, language(), process.stdout.columns ?? 140))
  }
  if (reports.some((r) => r.counts.error > 0)) return EXIT.faulty
  return unexamined.length > 0 ? EXIT.impossible : EXIT.done
}
