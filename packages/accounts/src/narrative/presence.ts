import { isZero } from './exact.ts'
import { countsOf } from './count.ts'
import { finalsOf } from './operand.ts'
import { topicOf, type Topic } from './subject.ts'
import { type Said, type Text, type TextRelation, at, notApplicable } from './tell.ts'

/** Whether the document is whole: most tables and most sections are there. */
function isWhole(text: Text, topics: ReadonlySet<Topic>): boolean {
  return text.accounts.tables.size >= 5 && topics.size >= 6
}

const SECTIONS: readonly (readonly [Topic, RegExp, string, string])[] = [
  ['running', /机关运行经费|机构运行经费/, '机关运行经费', 'running costs'], ['procurement', /政府采购/, '政府采购', 'procurement'], ['asset', /国有资产|车辆/, '国有资产占用', 'state assets'],
  ['performance', /绩效/, '预算绩效', 'performance'], ['glossary', /名词解释/, '名词解释', 'glossary'], ['official', /三公/, '“三公”经费', 'official travel, cars, receptions'],
]

function sections(text: Text, said: Said): void {
  const headings = text.passages.filter((p) => p.kind === 'heading')
  const topics = new Set(headings.flatMap((p) => topicOf(p.path) ?? []))
  if (!isWhole(text, topics)) { said.notRun.push(notApplicable('N-sect', '文件不完整，不核对章节', 'the document is not whole')); return }
  const last = headings.at(-1)!
  for (const [topic, words, zh, en] of SECTIONS) {
    said.tried++
    if (topics.has(topic) || text.passages.some((p) => p.kind !== 'cell' && topicOf(p.path) !== 'glossary' && words.test(p.plain.text))) continue
    said.findings.push(at(last, 'plain', 0, last.plain.text.length, { relation: 'N-sect', severity: 'warning', class: 'remark', cause: 'item-left-out', published: '缺少该部分', expected: zh, zh: `没有说明${zh}。应单列说明；没有的也应写明。`, en: `Nothing is said of ${en}. It has a section of its own, also when there is none.` }))
  }
}

/** Counts that must stand beside the money of the three expenses. */
function counts(text: Text, said: Said): void {
  const topics = new Set(text.passages.flatMap((p) => p.kind === 'heading' ? topicOf(p.path) ?? [] : []))
  const frame = text.frames.find((f) => f.slot === 'official' && f.final)
  if (!frame || !isWhole(text, topics)) return
  const c = countsOf(text)
  const need = [['official.abroad', 'groups', '出国（境）团组数'], ['official.abroad', 'travellers', '出国（境）人次'], ['official.running', 'fleet', '公务用车保有量'], ['official.reception', 'home.batches', '国内接待批次'], ['official.reception', 'home.guests', '国内接待人次']] as const
  for (const [slot, thing, zh] of need) {
    const money = finalsOf(text, slot)[0]
    if (!money || isZero(money.figure)) continue
    said.tried++
    const own = text.frames.find((f) => f.slot === slot && f.final) ?? frame
    if (!c.has(thing)) said.findings.push(at(own.passage, 'clauses', own.from, own.final?.to ?? own.to, { relation: 'SG-0', severity: 'warning', class: 'remark', cause: 'item-left-out', published: `未写${zh}`, expected: zh, zh: `有经费 ${money.figure.text} 而没有写明${zh}。请补充。`, en: `There is money (${money.figure.text}) and the number that belongs to it is missing. Add it.` }))
  }
  if (!text.frames.some((f) => f.topic === 'official' && (f.changes.some((x) => x.against?.kind === 'year') || f.level?.against?.kind === 'year'))) said.findings.push(at(frame.passage, 'clauses', frame.from, frame.final?.to ?? frame.to, { relation: 'N-reason', severity: 'info', class: 'remark', published: '未与上年比较', expected: '与上年的增减及原因', zh: '“三公”经费没有与上年比较，也没有说明增减原因。', en: 'The three expenses are not compared with last year.' }))
}

export const PRESENCE_RELATIONS: readonly TextRelation[] = [
  { id: 'N-sect', formula: { zh: '应有的说明章节齐全', en: 'the sections that must be there are there' }, tolerance: '–', severity: 'warning', source: 'accounts.md 7, 6', run: sections },
  { id: 'SG-0', formula: { zh: '“三公”经费有金额必有团组、人次、保有量、批次', en: 'money of the three expenses has its counts' }, tolerance: '–', severity: 'warning', source: 'accounts.md 7, 8', run: counts },
]
