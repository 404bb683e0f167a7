import { type Cause, type FindingClass, type Severity } from '../finding.ts'
import { type Passage } from './passage.ts'
import { type Said, type Text, type TextRelation, at } from './tell.ts'

/** A trace that a form leaves in a text. `find` runs on the canonical writing; the first group, if any, is what is quoted. */
interface Trace { readonly find: RegExp; readonly severity: Severity; readonly class: FindingClass; readonly cause?: Cause; readonly zh: string; readonly en: string; readonly expected?: (m: RegExpMatchArray) => string; readonly prose?: true }

const WAY = '增加|减少|增长|下降|大于|小于|降低|上升|高于|低于|增|减'

const TRACES: readonly Trace[] = [
  { find: /(?<![A-Za-z/.:_])[XxＸ×✕╳]{2,}(?![A-Za-z/._])(?:年|万元|元|%|个|人次|批次|辆|台|项|分|局|单位|部门|市|区|县|（类）|（款）|（项）|科|中心|项目)?/g, severity: 'error', class: 'template', cause: 'template-default', zh: '模板占位符未填写', en: 'a placeholder of the form was not filled in' },
  { find: /[｛{][^｝}]{0,30}[｝}]|【(?:请|填|此处|单位|部门|项目)[^】]{0,30}】/g, severity: 'error', class: 'template', cause: 'template-default', zh: '模板变量未替换', en: 'a variable of the form was not replaced' },
  { find: new RegExp(`(?:${WAY})[（/／](?:或)?(?:${WAY})[）]?(?:的)?`, 'g'), severity: 'error', class: 'template', cause: 'template-default', zh: '增减选择项未删除，只应保留一个方向', en: 'the choice of a direction word was left in: keep one' },
  { find: /大小于|大于小于|增加减少|增长下降/g, severity: 'error', class: 'template', cause: 'template-default', zh: '方向词二选一未删除', en: 'both direction words were left in' },
  { find: /[作做]下[作做]?述?说明|[作做]下列说明|下作下述|比照[^，。；]{0,14}格式|按上述格式|（需(?:公开|说明|列明)[^，。；）]{2,24}|如持平[作做]?持平|不涉及的不列|不涉及的?(?:可)?删除|据实填[写列]|如实填[写列]|请(?:据实|如实|按实际)?填[写列]|此处填[写列]|（?仅有一个单位的部门|由主管部门根据[^，。；]{0,14}填写|以下同）|制度名称）|自行删除|可根据实际情况(?:增减|调整|删)/g, severity: 'error', class: 'template', cause: 'template-default', zh: '模板填写说明未删除', en: 'an instruction of the form was left in' },
  { find: /(?:^|[，。；：])(列明[^，。；]{2,20})/g, severity: 'error', class: 'template', cause: 'template-default', zh: '模板填写说明“列明”未删除', en: 'the instruction 列明 of the form was left in', prose: true },
  { find: /部门（单位）(?=共有|没有|无|\d{4}年)|(?<=[局委办院所校])部门（单位）/g, severity: 'warning', class: 'template', cause: 'template-default', zh: '模板中的“部门（单位）”未替换', en: 'the words 部门（单位） of the form were left in', prose: true },
  { find: /PAGEREF|_Toc\d+|HYPERLINK|REF_Ref|错误！未(?:找到|定义)|MERGEFORMAT/g, severity: 'warning', class: 'template', cause: 'template-default', zh: '域代码未更新', en: 'a field code of the word processor was left in' },
  { find: /[\u4e00-\u9fff]{1,6}(?<![率比例])%/g, severity: 'error', class: 'template', cause: 'template-default', zh: '百分比未填写数字', en: 'a percentage without its number', prose: true },
  { find: /(?:增加|减少|为|支出|收入|预算|决算|合计|总计|费)万元(?!以上|以下|）)/g, severity: 'error', class: 'template', cause: 'template-default', zh: '金额未填写数字', en: 'an amount without its number', prose: true },
  { find: /(?:共有车辆|购置公务用车|保有量为?|团组|累计|接待)(?:辆|个|人次|批次)/g, severity: 'error', class: 'template', cause: 'template-default', zh: '数量未填写数字', en: 'a count without its number', prose: true },
  { find: /上一度/g, severity: 'warning', class: 'truncation', cause: 'cut-off', expected: () => '上一年度', zh: '漏字：应为“上一年度”', en: 'a character is missing: 上一年度' },
]

/** Words that are often taken for each other; `near` names what must stand around them. */
const CONFUSED: readonly (readonly [RegExp, string])[] = [
  [/(?:采购|购置|设备|系统|设施|到货|供货)(?:的)?(?:并)?(按照)(?=使用|调试|到位|完成|验收|完毕|运行|就位)/g, '安装'],
  [/(按装)/g, '安装'], [/(布署)(?!图)/g, '部署'], [/(做为)(?=[\u4e00-\u9fff])/g, '作为'], [/(既使)/g, '即使'], [/(己经)/g, '已经'], [/(末完成|末执行|末支付|末开展|末实施)/g, '未…'], [/(决箅|抉算|预箅|予算)/g, '决算/预算'],
  [/(入员)(?=经费|支出|工资|变动|增加|减少)/g, '人员'], [/(支岀|岀国)/g, '支出/出国'], [/(士地|集体士地)(?=[征储开资使收整])/g, '土地'], [/(项日)(?=支出|资金|建设|名称|实施|管理)/g, '项目'], [/(公务接侍|接侍费)/g, '接待'], [/(帐户|帐号|帐目|记帐|入帐)/g, '账'],
  [/(增涨)(?=\d|了|幅)/g, '增长'], [/(本表反应)/g, '本表反映'], [/(截止)(?=\d{4}年\d{1,2}月\d{1,2}日[，,]?(?:我|本|共有|中共|单位|部门|[\u4e00-\u9fff]{2,30}(?:共有|保有|财政拨款)))/g, '截至'], [/(一次性退休补贴帖|补帖|津帖)/g, '补贴/津贴'],
  [/(合汁|总汁)/g, '合计'], [/(佘额|结佘)/g, '余'], [/(拔款)/g, '拨款'], [/(绩郊|绩校)/g, '绩效'], [/(教育经费付加)/g, '附加'], [/(严格执形)/g, '执行'], [/(公用经废)/g, '经费'], [/(厉行节约反对浪废)/g, '浪费'],
]

/** Short runs of Chinese characters printed twice in a row. */
function doubles(text: string): readonly { readonly index: number; readonly word: string }[] {
  const out: { index: number; word: string }[] = []
  for (let i = 0; i + 4 <= text.length; i++) {
    for (let n = Math.min(16, (text.length - i) >> 1); n >= 2; n--) {
      if (text.charCodeAt(i) !== text.charCodeAt(i + n) || text.charCodeAt(i + n - 1) !== text.charCodeAt(i + 2 * n - 1)) continue
      const word = text.slice(i, i + n)
      if (!/^[\u4e00-\u9fff]+$/.test(word) || text.slice(i + n, i + 2 * n) !== word) continue
      out.push({ index: i, word })
      i += 2 * n - 1
      break
    }
  }
  return out
}
const LAWFUL = /^(?:[一逐每各]|[\u4e00-\u9fff]{2}$(?<=研究|种种|进一|方方|常常|商量|考虑|讨论|学习|了解|处处|人人|年年|代代|步步|多多|大大|好好|实实|时时))/
const AFTER = /^(?:款|费|化|制|组|部|处|科|员|经理|法人|库|类|型|负责|总|长|级|量|率|法|站|所|部门|管理|名称)/

const ANY_CONFUSED = new RegExp(CONFUSED.map(([find]) => find.source).join('|'))

function readTraces(p: Passage, said: Said): void {
  const text = p.plain.text
  if (text.length < 3) return
  for (const t of TRACES) {
    if (t.prose && p.kind === 'cell') continue
    const all = [...text.matchAll(t.find)]
    for (const m of all.slice(0, 1)) {
      const start = m.index + (m[1] !== undefined ? m[0].indexOf(m[1]) : 0)
      const end = start + (m[1] ?? m[0]).length
      const from = Math.max(text.lastIndexOf('，', start - 1), text.lastIndexOf('。', start - 1), start - 12) + 1
      const expected = t.expected?.(m)
      said.findings.push(at(p, 'plain', Math.min(start, Math.max(from, start - 12)), Math.min(text.length, end), { relation: 'N-tpl', severity: t.severity, class: t.class, published: m[1] ?? m[0], ...(expected !== undefined ? { expected } : {}), ...(t.cause ? { cause: t.cause } : {}), zh: `${t.zh}：“${m[1] ?? m[0]}”${all.length > 1 ? `等 ${all.length} 处` : ''}。请填写或删除。`, en: `${t.en}. Fill it in or take it out.` }))
    }
  }
  if (ANY_CONFUSED.test(text)) for (const [find, right] of CONFUSED) for (const m of text.matchAll(find)) {
    const word = m[1] ?? m[0]
    const start = m.index + m[0].indexOf(word)
    const tail = /^[\u4e00-\u9fff]{0,2}/.exec(text.slice(start + word.length))?.[0].length ?? 0
    said.findings.push(at(p, 'plain', m.index, start + word.length + tail, { relation: 'N-tpl', severity: word === '截止' ? 'info' : 'warning', class: 'wrong-word', published: word, expected: right, zh: `用词疑误：“${word}”应为“${right}”。`, en: `A word that is often confused: ${word} for ${right}.` }))
  }
}

function readDoubles(p: Passage, said: Said): void {
  const text = p.plain.text
  for (const m of doubles(text)) {
    const { word } = m
    const next = text.slice(m.index + word.length * 2)
    if (LAWFUL.test(word) || word.length === 2 && (AFTER.test(next) || word[0] === word[1])) continue
    const middle = m.index + word.length
    if ((p.plain.map[middle] ?? 0) - (p.plain.map[middle - 1] ?? 0) !== 1 || /\s{2}/.test(p.printed.slice(p.plain.map[m.index], p.plain.map[middle]))) continue
    // 项目 + 项目支出绩效 after a name that ends in 项目 is the title of a form
    if (p.kind !== 'prose' && word === '项目' && /^(支出|绩效)/.test(next)) continue
    const from = Math.max(0, m.index - 8)
    said.findings.push(at(p, 'plain', from, m.index + word.length * 2, { relation: 'N-tpl', severity: 'warning', class: 'template', cause: 'doubled', published: word + word, expected: word, zh: `重复：“${word}”连写两次，多为填空内容与模板文字重叠。请删去一处。`, en: `${word} is printed twice in a row: the filled-in words repeat the form’s own. Take one out.` }))
  }
  if (p.kind === 'cell') return
  let before = '', beforeStart = 0
  for (const m of text.matchAll(/[^，。；：]*[，。；：]?/g)) {
    const clause = m[0].replace(/[，。；：]$/, '')
    if (clause.length >= 5 && before.endsWith(clause) && /[\u4e00-\u9fff]{3}/.test(clause)) {
      const from = beforeStart + before.length - clause.length
      said.findings.push(at(p, 'plain', from, m.index + m[0].length, { relation: 'N-tpl', severity: 'warning', class: 'duplicated-text', cause: 'doubled', published: `${clause}（两次）`, expected: clause, zh: `语句重复：“${clause}”连写两次。请删去一处。`, en: 'A clause is printed twice in a row. Take one out.' }))
    }
    before = clause
    beforeStart = m.index
  }
  for (const m of text.matchAll(/(支出|费用|经费|收入|工作|活动)等\1/g)) said.findings.push(at(p, 'plain', Math.max(0, m.index - 6), m.index + m[0].length, { relation: 'N-tpl', severity: 'info', class: 'style', published: m[0], expected: `等${m[1]}`, zh: `“${m[0]}”用词重复，可写“等${m[1]}”。`, en: 'A word is repeated after 等.' }))
}

/** A sentence or a cell that stops in the middle. */
function readEnds(text: Text, said: Said): void {
  const prose = text.passages.filter((p) => p.kind !== 'cell')
  // indicators are the scorecard's
  const scored = new Set(text.passages.flatMap((p) => p.cell && p.plain.text.startsWith('三级指标') ? [p.cell.grid] : []))
  text.passages.forEach((p, i) => {
    const words = p.plain.text
    if (p.kind === 'prose') {
      const next = text.passages[i + 1]
      if (/[，、]$/.test(words) && words.length > 8 && (next === undefined || next.kind !== 'prose' || /^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|第[一二三四五六七八九十]+|\d{1,2}、)/.test(next.plain.text))) {
        said.findings.push(at(p, 'plain', Math.max(0, words.length - 22), words.length, { relation: 'N-tpl', severity: 'warning', class: 'template', cause: 'cut-off', published: `…${words.slice(-8)}`, expected: '完整的句子', zh: '句子未写完：段落以逗号结束，其后即是下一标题。请补全。', en: 'The sentence is not finished: the paragraph ends with a comma and the next heading follows. Complete it.' }))
      }
    }
    if (p.cell && !scored.has(p.cell.grid) && words.length >= 6 && /[及和与、]$/.test(words) && !/^(?:其中|项目)/.test(words)) {
      const below = text.passages.find((o) => o.cell && o.cell.grid === p.cell!.grid && o.cell.row === p.cell!.row + 1 && o.cell.column === p.cell!.column)
      const header = p.cell.row < 2 || /^[\u4e00-\u9fff]{2,7}[及和与、]$/.test(words) && /结余|收入|支出|费/.test(words)
      if (!header && (below === undefined || below.plain.text.length > 3)) said.findings.push(at(p, 'plain', 0, words.length, { relation: 'N-tpl', severity: 'warning', class: 'truncation', cause: 'cut-off', published: words, expected: '完整的名称', zh: `名称被截断：以“${words.slice(-1)}”结束。请补全。`, en: 'The name is cut off. Write it in full.' }))
    }
  })
  readCutNames(prose, said)
}

/** A quoted name that elsewhere always goes on: the last characters were lost. */
function readCutNames(prose: readonly Passage[], said: Said): void {
  const all = prose.map((p) => p.plain.text).join('\n')
  for (const p of prose) for (const m of p.printed.matchAll(/[“"「《]([^“”"「」《》]{6,40})[”"」》]/g)) {
    const name = (m[1] ?? '').replace(/\s/g, '').replaceAll('(', '（').replaceAll(')', '）')
    const tail = all.split(name).slice(1).map((rest) => rest.charAt(0))
    const others = tail.filter((c) => /[\u4e00-\u9fff]/.test(c))
    const mine = p.printed.slice(m.index + m[0].length).trimStart().charAt(0)
    const lost = others[0]
    if (lost === undefined || others.filter((c) => c === lost).length < 3 || others.some((c) => c !== lost && c !== mine) || tail.length - others.length > 1) continue
    const from = p.plain.map.findIndex((o) => o >= m.index + 1)
    const end = p.plain.map.findIndex((o) => o >= m.index + m[0].length)
    said.findings.push(at(p, 'plain', Math.max(0, from), Math.min(p.plain.text.length, (end < 0 ? p.plain.text.length : end) + 2), { relation: 'N-tpl', severity: 'warning', class: 'truncation', cause: 'cut-off', published: `“${name}”`, expected: `“${name}${lost}”`, zh: `名称被截断：他处均为“${name.slice(-6)}${lost}…”。请补全。`, en: 'The quoted name is cut off: elsewhere it goes on. Write it in full.' }))
  }
}

export const TEMPLATE_RELATION: TextRelation = {
  id: 'N-tpl', formula: { zh: '无模板残留、空白填空、重复词句、错别字、未完成的句子', en: 'no leftovers of a form, empty slots, doubled words, confused words, unfinished sentences' }, tolerance: '–', severity: 'error', source: 'accounts.md 3.3',
  run: (t, said) => {
    for (const p of t.passages) { if (p.cell && !/[\u4e00-\u9fff]{2}|[Xx×]/.test(p.plain.text)) continue; said.tried++; readTraces(p, said); readDoubles(p, said) }
    readEnds(t, said)
  },
}
