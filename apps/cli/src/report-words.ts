import { checkSentence, checkWords } from '@causeway/contract'
import { type InspectionCheck, type InspectionReport, type Outcome, type OutlookItem, type VerdictName } from 'icao9303'

type Language = 'zh' | 'en'

interface Rendering { readonly report: InspectionReport; readonly outlook: readonly OutlookItem[]; readonly then: Date }

const MARK: Readonly<Record<Outcome, string>> = { passed: '✓', failed: '✗', 'not-done': '?', 'not-applicable': '–' }
const VERDICT: Readonly<Record<VerdictName, string>> = { genuine: '真实', faulty: '有误', undetermined: '无法确定' }
const OUTCOME: Readonly<Record<Outcome, string>> = { passed: '通过', failed: '未通过', 'not-done': '未做', 'not-applicable': '不适用' }
const POLICY = { strict: '严格', field: '现场' } as const

const OUTLOOK: Readonly<Record<OutlookItem['code'], string>> = {
  'document-code': '证件类型代码', 'no-pace': '没有 PACE', bac: '仍接受 BAC', 'bac-in-circulation': '仍在流通的 BAC 证件', 'face-encoding': '人像编码',
}

function checkLine(c: InspectionCheck, language: Language): string {
  if (language === 'en') return `  ${MARK[c.outcome]} ${c.name.padEnd(23)} ${c.says}  [${c.clause}]`
  return `  ${MARK[c.outcome]} ${checkWords(c.name).zh}：${OUTCOME[c.outcome]}${c.excused === true ? '（不影响结论）' : ''}，${checkSentence(c).zh}\n      ${c.name}: ${c.says}  [${c.clause}]`
}

/** A report for people, in their language; codes, names and clauses as in the JSON. */
export function renderReport({ report, outlook, then }: Rendering, language: Language): string {
  const zh = language === 'zh'
  const day = then.toISOString().slice(0, 10)
  return [
    zh ? `${VERDICT[report.verdict]}（${POLICY[report.policy]}规则）` : `${report.verdict.toUpperCase()}  (policy ${report.policy})`,
    ...report.checks.map((c) => checkLine(c, language)),
    ...report.defects.map((d) => `  ! ${d.code} ${zh ? '在' : 'at'} ${d.at}${d.offset === undefined ? '' : `+${d.offset}`}: ${d.says}${d.explained === undefined ? '' : ` (${zh ? '签发国已公布' : 'published by the issuing State'}: ${d.explained})`}`),
    ...(outlook.length === 0 ? [] : [zh ? `以 ${day} 的规则看：` : `Under the rules of ${day}:`]),
    ...outlook.map((o) => `  ${o.standing === 'missing' ? '−' : '?'} ${zh ? `${OUTLOOK[o.code]}（${o.code}）` : o.code}: ${o.says}, ${zh ? '自' : 'from'} ${o.from}  [${o.clause}]`), '',
  ].join('\n')
}
