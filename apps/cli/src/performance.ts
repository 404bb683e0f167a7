import { existsSync, readFileSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { parseArgs } from 'node:util'

import { type Finding, parseScorecard, readDocx, readingSays, readSheets, readText, SCORECARD_REFUSALS, type Scorecard, scoreContent, scoreDescribed, type ScorecardRefusal, type ScoredLine } from '@causeway/accounts'
import { readFile } from '@causeway/paper'

import { EXIT, Impossible, language, printJson, type Command } from './command.ts'

const both = (says: { readonly zh: string; readonly en: string }): string => (language() === 'en' ? says.en : says.zh)
const impossible = (code: string, zh: string, en: string): Impossible => new Impossible(code, both({ zh, en }))

function refuse(r: ScorecardRefusal): Impossible {
  return new Impossible(r.code, both(SCORECARD_REFUSALS[r.code]).replace('{at}', () => r.at).replace('{given}', () => r.given))
}

function described(bytes: Uint8Array, name: string): readonly Scorecard[] {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw impossible('scorecard-not-json', `${name} 不是 JSON（UTF-8）：${(error as Error).message.split('\n')[0]!}`, `${name} is no JSON in UTF-8: ${(error as Error).message.split('\n')[0]!}`)
  }
  const parsed = parseScorecard(value)
  if (!parsed.ok) throw refuse(parsed.error)
  return [scoreDescribed(parsed.value)]
}

/** A file as it lies, a workbook unopened. */
function bytesOf(file: string): Uint8Array {
  if (!existsSync(file)) throw impossible('file-missing', `没有文件 ${file}`, `${file} is not there`)
  try {
    return new Uint8Array(readFileSync(file))
  } catch {
    throw impossible('file-unreadable', `${file} 不是可读的文件`, `${file} is no file that can be read`)
  }
}

/** The scorecards of a file: described as JSON, or as printed in a workbook or document of any kind that is read. */
async function scorecardsOf(file: string): Promise<readonly Scorecard[]> {
  const [bytes, name] = [bytesOf(file), basename(file)]
  if (extname(file).toLowerCase() === '.json') return described(bytes, name)
  const read = await readFile(bytes, name, { text: readText, docx: readDocx, sheets: readSheets })
  if (!read.ok) throw new Impossible(read.error.code, `${name}: ${both(readingSays(read.error))}`)
  return scoreContent(read.value)
}

const findingJson = (f: Finding) => ({
  relation: f.relation, severity: f.severity, class: f.class, section: f.section ?? null, line: f.place.line ?? null, page: f.place.page ?? null, at: f.place.cell ?? null, quote: f.quote, published: f.published ?? null, expected: f.expected ?? null, cause: f.cause ?? null, says: both(f.says),
})
const lineJson = (l: ScoredLine) => ({ path: l.path, weight: l.weight, target: l.target ?? null, actual: l.actual ?? null, score: l.score ?? null, printed: l.printed ?? null, rule: l.rule ?? null, says: both(l.says) })

function json(s: Scorecard) {
  return { kind: s.kind, project: s.project ?? null, total: s.total ?? null, full: s.full, grade: s.grade ?? null, printed: { total: s.printed.total ?? null, grade: s.printed.grade ?? null }, byHeadings: s.byHeadings ?? null, indicators: s.indicators.map(lineJson), findings: s.findings.map(findingJson) }
}

const MARK = { error: '✗', warning: '!', info: 'i' } as const

function lines(s: Scorecard): readonly string[] {
  const kind = s.kind === 'evaluation' ? both({ zh: '绩效评价', en: 'evaluation' }) : both({ zh: '绩效自评', en: 'self-evaluation' })
  const alternative = s.byHeadings === undefined ? '' : both({ zh: `；按一级指标表头分值为 ${s.byHeadings.total}/${s.byHeadings.full}`, en: `; by the points of the headings ${s.byHeadings.total}/${s.byHeadings.full}` })
  const printed = s.printed.total === undefined ? '' : both({ zh: `，表中 ${s.printed.total}`, en: `, printed ${s.printed.total}` })
  return [
    `${kind}${s.project === undefined ? '' : `  ${s.project}`}`,
    s.total === undefined ? both({ zh: `  总分不能确定（满分 ${s.full}）`, en: `  the total cannot be decided (full marks ${s.full})` }) : `  ${s.total}/${s.full}  ${s.grade ?? ''}${alternative}${printed}`,
    ...s.indicators.map((l) => `  ${l.path.join(' › ')}  ${l.score ?? '?'}/${l.weight}${l.printed === undefined ? '' : both({ zh: `（表中 ${l.printed}）`, en: ` (printed ${l.printed})` })}  ${both(l.says)}`),
    ...s.findings.map((f) => `  ${MARK[f.severity]} ${f.relation} ${f.place.cell ?? (f.place.line === undefined ? '' : both({ zh: `第${f.place.line}行`, en: `line ${f.place.line}` }))}  ${both(f.says)}`),
  ]
}

export const performanceCommand: Command = {
  name: 'performance',
  usage: 'performance score FILE.(json|xlsx) [--json]',
  says: { zh: '按规则计算绩效自评或评价的得分，每个得分附算式', en: 'score a self-evaluation or an evaluation by the rules, each score with its formula' },
  run: async (args) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean', default: false } } })
    const [verb, file, ...more] = positionals
    if (verb !== 'score' || file === undefined || more.length > 0) throw new Impossible('usage', performanceCommand.usage)
    const cards = await scorecardsOf(file)
    if (cards.length === 0) throw impossible('scorecard-none', `${file} 中没有绩效自评表或评价得分表；表头应有一级、三级指标、分值、得分`, `${file} has no self-evaluation and no table of scores: headings with levels of indicators, full marks and scores are needed`)
    // one scorecard is the value of cli.md; a workbook or report with several has them in a list
    if (values.json) printJson(cards.length === 1 ? json(cards[0]!) : { scorecards: cards.map(json) })
    else process.stdout.write(`${cards.flatMap(lines).join('\n')}\n`)
    return cards.every((c) => c.total !== undefined && c.findings.every((f) => f.severity !== 'error')) ? EXIT.done : EXIT.faulty
  },
}
