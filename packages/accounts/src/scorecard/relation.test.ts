import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { type GridCell } from '@causeway/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Accounts } from '../document.ts'
import { type Finding } from '../finding.ts'
import { readText } from '../reading/text.ts'
import { readForms } from './form.ts'
import { examinePerformance, PERFORMANCE } from './relation.ts'

const accountsOf = (content: Accounts['content']): Accounts => ({ content, year: 2024, profile: 'test', tables: new Map(), sections: [], contents: [], others: [] })
const examine = (text: string): readonly Finding[] => examinePerformance(accountsOf(readText(text, 'a.txt'))).flatMap((o) => o.findings)
/** Findings in one line each: `PS-6 error 4 10/15 → 15/15`. */
const told = (text: string, relations = /./): string[] => examine(text).filter((f) => relations.test(f.relation)).map((f) => `${f.relation} ${f.severity} ${f.place.line} ${f.published ?? ''} → ${f.expected ?? ''}`)

const HEAD = '一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施'
const MONEY = '项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分'
/** A self-evaluation without a fault: 10 + 50 + 30 + 10. */
const RIGHT = [
  '项目支出绩效自评表', '', '项目名称\t\t档案馆库房改造\t\t\t主管部门\t某市档案局\t', MONEY, '\t年度资金总额\t50\t48.5\t40.2\t10\t82.89%\t8.29', '\t其中：财政拨款\t50\t40\t32\t-\t80%\t-', '\t上年结转资金\t\t8.5\t8.2\t-\t\t-', '\t其他资金\t\t\t\t-\t\t-', HEAD,
  '产出指标（50分）\t数量指标\t改造库房间数\t≥12间\t12间\t20\t20\t', '\t质量指标\t验收合格率\t100%\t98%\t10\t9.8\t两处渗漏返修，已整改', '\t时效指标\t完工时间\t11月底前\t10月20日\t10\t10\t', '\t成本指标\t单间改造成本\t≤4万元\t3.35万元\t10\t10\t',
  '效益指标（30分）\t社会效益指标\t年接待查档人次\t≥3000人次\t2700人次\t15\t13.5\t闭馆施工一个月，改造后恢复', '\t可持续影响指标\t保管条件\t明显改善\t明显改善\t15\t15\t', '满意度指标（10分）\t服务对象满意度指标\t查档群众满意度\t≥95%\t96.5%\t10\t10\t', '总分\t\t\t\t\t100\t96.59\t',
  '', '说明：因市场价格下降，执行率低于100%。', '',
]
const changed = (line: number, from: string, to: string): string => { expect(RIGHT[line - 1]).toContain(from); return RIGHT.with(line - 1, RIGHT[line - 1]!.replace(from, to)).join('\n') }

describe('a self-evaluation', () => {
  it('without a fault has no finding', () => { expect(told(RIGHT.join('\n'))).toEqual([]) })
  it.each([
    ['full marks that do not add', 11, '98%\t10\t9.8', '98%\t15\t14.7', /PS-[12]$/, ['PS-1 error 10 10+20+15+10+10+15+15+10 → 100（105）', 'PS-2 error 10 产出指标(50分) → 20+15+10+10=55']],
    ['a total that is not the sum', 17, '96.59', '98.59', /PS-3/, ['PS-3 error 17 98.59 → 96.59']],
    ['a score above its full marks', 12, '10\t10', '10\t12', /PS-3/, ['PS-3 error 12 12 → 0–10', 'PS-3 error 17 96.59 → 98.59']],
    ['a wrong rate', 5, '82.89%', '28.89%', /PS-4/, ['PS-4 error 5 28.89% → 82.89%']],
    ['points of execution that do not follow', 5, '\t8.29', '\t10', /PS-4/, ['PS-4 error 5 10 → 8.29']],
    ['money that does not add', 7, '8.5', '9.5', /PS-5/, ['PS-5 error 5 48.5 → 49.5']],
    ['a score below the rule', 10, '12间\t20\t20', '12间\t20\t15', /PS-[67]$/, ['PS-6 error 10 15/20 → 20/20']],
    ['a score above the rule', 14, '13.5', '15', /PS-6/, ['PS-6 error 14 15/15 → 13.5/15']],
    ['full marks for what came late', 12, '10月20日', '12月20日', /PS-6/, ['PS-6 error 12 10/10 → ≤8/10', 'PS-6 error 17 96.59 → 86.59/100']],
    ['a deviation without a reason', 11, '两处渗漏返修，已整改', '', /PS-7/, ['PS-7 warning 11 9.8/10 → 偏差原因分析及改进措施']],
    ['a name that is cut', 10, '改造库房间数', '改造库房及', /PS-13/, ['PS-13 warning 10 改造库房及 → 完整的指标名称']],
    ['units that cannot be compared', 16, '96.5%', '290人', /PS-13/, ['PS-13 warning 16 ≥95% / 290人 → 同一单位']],
    ['points on a part of the money', 6, '32\t-\t80%\t-', '32\t10\t80%\t8', /N-tpl/, ['N-tpl warning 6 10/8 → -']],
  ])('%s', (_, line, from, to, relations, expected) => { expect(told(changed(line, from, to), relations)).toEqual(expected) })

  it('the order of the rows changes nothing', () => {
    const rows = RIGHT.slice(9, 13).map((r) => r.replace('产出指标（50分）', ''))
    fc.assert(fc.property(fc.shuffledSubarray(rows, { minLength: 4, maxLength: 4 }), (order) => {
      expect(told([...RIGHT.slice(0, 9), `产出指标（50分）${order[0]!}`, ...order.slice(1), ...RIGHT.slice(13)].join('\n'))).toEqual([])
    }), { numRuns: 24 })
  })
  it('rounding of any decimals is told, never found', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 48_50 }), fc.integer({ min: 0, max: 2 }), (spent, d) => {
      const [score, rate] = [(spent / 485).toFixed(9), spent / 48.5]
      const rounded = (n: number, k: number): string => (Math.floor(n * 10 ** k + 0.5 + 1e-9) / 10 ** k).toFixed(k)
      const text = RIGHT.with(4, `\t年度资金总额\t50\t48.5\t${(spent / 100).toFixed(2)}\t10\t${rounded(rate, d)}%\t${rounded(Number(score), d)}`).join('\n')
      expect(told(text, /PS-4/)).toEqual([])
    }))
  })
})

const cell = (text: string, colSpan = 1, rowSpan = 1): GridCell => ({ text, place: { paragraph: 1 }, ...(colSpan === 1 ? {} : { colSpan }), ...(rowSpan === 1 ? {} : { rowSpan }) })

describe('forms as they are drawn', () => {
  it('merged cells, spaced characters, a unit and a direction column, points in their own heading', () => {
    const rows = [
      [cell('项 目 名 称', 2), cell('甲', 7)], [cell('绩\n效\n指\n标', 1, 4), cell('一级 指标'), cell('二级指标'), cell('三级指标'), cell('指标性质'), cell('指标值'), cell('度量单位'), cell('实际完成值'), cell('权重'), cell('得分')],
      [cell('产 出 指 标（60分）', 1, 2), cell('数量指标', 1, 2), cell('培训人数'), cell('≥'), cell('200'), cell('人次'), cell('180'), cell('30'), cell('27')],
      [cell('培训期数'), cell('＝'), cell('4'), cell('期'), cell('4'), cell('30'), cell('30')], [cell('效益指标(40分)'), cell('社会效益'), cell('能力'), cell(''), cell('有所提高'), cell(''), cell('有所提高'), cell('40'), cell('38')], [cell('总分', 8), cell('100'), cell('95')],
    ]
    const [form] = readForms({ format: 'docx', name: 'a', unread: [], blocks: [{ kind: 'grid', rows, place: {} }] })
    expect(form).toMatchObject({ kind: 'self-evaluation', project: { text: '甲' }, groups: [{ name: '产出指标', points: { value: { n: 60n } }, of: [0, 1] }, { level: 2, of: [0, 1] }, { name: '效益指标', of: [2] }, { level: 2 }], total: { full: { text: '100' }, score: { text: '95' } } })
    expect(form!.indicators.map((i) => [i.path.join('/'), i.target!.text, i.actual!.text, i.weight!.text, i.score!.text])).toEqual([['产出指标/数量指标/培训人数', '≥200人次', '180', '30', '27'], ['产出指标/数量指标/培训期数', '＝4期', '4', '30', '30'], ['效益指标/社会效益/能力', '有所提高', '有所提高', '40', '38']])
  })
  it('a filled-in template: numbered names, empty rows, words for results, whole points', () => {
    const text = ['项目支出绩效自评表', '', '项目名称\t\t\t河道保洁', '项目资金（万元）\t\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分', '\t\t年度资金总额\t43\t43\t37.2\t10\t86.5%\t9', '\t\t其中：本年财政拨款\t43\t43\t37.2\t\t\t', '\t\t上年结转资金\t\t\t\t\t\t', '\t\t其他资金\t\t\t\t\t\t',
      '绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施', '\t产出指标\t数量指标\t指标1：保洁长度\t≥50公里\t50\t10\t10\t', '\t\t\t指标2：\t\t\t\t\t', '\t\t\t……\t\t\t\t\t', '\t\t质量指标\t验收合格率\t≥100百分比\t100\t10\t10\t', '\t\t\t制度执行\t严格执行相关规定\t达成预期指标\t10\t10\t', '\t\t时效指标\t清理及时性\t计划时间内完成\t达成预期指标\t10\t10\t', '\t\t成本指标\t项目总成本\t≤43万元\t37.2\t10\t10\t',
      '\t效益指标\t社会效益指标\t指标1：水环境改善\t效果明显\t部分达成预期指标并具有一定效果\t15\t11\t雨季漂浮物多，增派人手', '\t\t可持续影响指标\t长效机制\t100\t100\t15\t15\t0', '\t满意度指标\t服务对象满意度指标\t群众满意度\t90%以上\t92\t10\t10\t', '总分\t\t\t\t\t\t100\t95\t', ''].join('\n')
    const [form] = readForms(readText(text, 'a.txt'))
    expect(form!.indicators.map((i) => i.name.text)).toEqual(['指标1：保洁长度', '验收合格率', '制度执行', '清理及时性', '项目总成本', '指标1：水环境改善', '长效机制', '群众满意度'])
    expect(told(text)).toEqual(['PS-7 info 5 86.5% → 原因'])
  })
  it('a cell of points that covers two rows belongs to neither alone: nothing is added up', () => {
    const rows = [[cell('一级指标'), cell('二级指标'), cell('三级指标'), cell('年度指标值'), cell('实际完成值'), cell('分值'), cell('得分')], [cell('产出指标', 1, 2), cell('数量指标', 1, 2), cell('甲'), cell('1项'), cell('1项'), cell('60', 1, 2), cell('60', 1, 2)], [cell('乙'), cell('2项'), cell('2项')], [cell('效益指标'), cell('社会效益'), cell('丙'), cell('提高'), cell('提高'), cell('30'), cell('30')], [cell('总分', 5), cell('100'), cell('100')]]
    const outcomes = examinePerformance(accountsOf({ format: 'docx', name: 'a', unread: [], blocks: [{ kind: 'grid', rows, place: {} }] }))
    expect(outcomes.flatMap((o) => o.findings)).toEqual([])
    expect(outcomes.find((o) => o.notRun[0]?.relation === 'PS-1')!.notRun[0]).toMatchObject({ outcome: 'not-run', why: { zh: '分值或得分没有读全' } })
  })
  it('a row that a narrow column broke, and two headings drawn into one cell', () => {
    const broken = RIGHT.toSpliced(11, 1, '\t时效指标\t完工时\t11月\t10月20日\t10\t10\t', '\t\t间\t底前\t\t\t\t').join('\n')
    expect(readForms(readText(broken, 'a.txt'))[0]!.indicators[2]).toMatchObject({ path: ['产出指标', '时效指标', '完工时间'], target: { text: '11月底前' }, actual: { text: '10月20日' } })
    expect(told(broken)).toEqual([])
    const close = [[cell('一级指标'), cell('二级指标'), cell('三级指标'), cell(''), cell('分值 实际得分')], [cell('决策（60分）'), cell('立项'), cell('依据'), cell('60'), cell('59')], [cell('产出（40分）'), cell('数量'), cell('完成率'), cell('40'), cell('40')], [cell('合 计'), cell(''), cell(''), cell(''), cell('100 99')]]
    const [form] = readForms({ format: 'pdf', name: 'a', unread: [], blocks: [{ kind: 'grid', rows: close, place: {} }] })
    expect(form).toMatchObject({ kind: 'evaluation', indicators: [{ weight: { text: '60' }, score: { text: '59' } }, { weight: { text: '40' } }], total: { full: { text: '100' }, score: { text: '99' } } })
  })
  it('a form that a page cut, with its heading again', () => {
    const again = [...RIGHT.slice(0, 12), '', '- 12 -', '', HEAD, ...RIGHT.slice(12)].join('\n')
    const forms = readForms(readText(again, 'a.txt'))
    expect(forms.map((f) => [f.kind, f.indicators.length])).toEqual([['self-evaluation', 7]])
    expect(told(again)).toEqual([])
  })
})

const REPORT = ['档案馆库房改造项目支出绩效评价得分表', '', '一级指标\t二级指标\t三级指标\t分值\t得分\t扣分原因', '决策（20分）\t项目立项（20分）\t立项依据\t20\t20\t', '过程（20分）\t资金管理（20分）\t资金到位率\t10\t10\t', '\t\t预算执行率\t10\t8.29\t', '产出（30分）\t产出数量（30分）\t实际完成率\t30\t30\t', '效益（30分）\t效益（30分）\t实施效益\t20\t19\t影响面不大', '\t\t满意度\t10\t10\t', '合计\t\t\t100\t97.29\t', '', '综合得分97.29分，评价等级为“优”。预算执行率为82.89%。资金到位率为100%。', '', '（三）产出情况', '', '该一级指标满分30分，得分30分，得分率100%。包括产出数量1个二级指标以及实际完成率1个三级指标。', '']
const both = (line: number, from: string, to: string): string => { expect(REPORT[line - 1]).toContain(from); return [...REPORT.with(line - 1, REPORT[line - 1]!.replace(from, to)), ...RIGHT].join('\n') }

describe('an evaluation', () => {
  it('without a fault has no finding', () => { expect(told([...REPORT, ...RIGHT].join('\n'))).toEqual([]) })
  it.each([
    ['full marks that do not add', 7, '30\t30', '35\t30', /PE-1/, ['PE-1 error 10 20+10+10+35+20+10 → 100（105）', 'PE-1 error 10 100 → 105', 'PE-1 error 7 产出(30分) → 35=35', 'PE-1 error 7 产出数量(30分) → 35=35']],
    ['a total that is not the sum', 10, '97.29', '98.29', /PE-2/, ['PE-2 error 10 98.29 → 97.29']],
    ['a wrong rate of points', 16, '得分率100%', '得分率90%', /PE-2/, ['PE-2 error 16 90% → 100.0%']],
    ['a wrong count of indicators', 16, '率1个三级', '率2个三级', /PE-3/, ['PE-3 error 16 2 → 1']],
    ['points that do not follow the rate', 6, '8.29', '9.5', /PE-4/, ['PE-4 error 6 9.5 → 8.29']],
    ['a printed rate that is not of the money', 12, '82.89%', '98.82%', /PE-4/, ['PE-4 error 12 98.82% → 82.89%']],
    ['a text that gives another score', 12, '97.29分', '79.29分', /PE-5/, ['PE-5 error 12 79.29分，优 → 97.29分，优']],
    ['a grade that is not of the score', 12, '“优”', '“良”', /PE-5/, ['PE-5 error 12 97.29分，良 → 97.29分，优']],
    ['one indicator scored twice', 9, '10\t10', '10\t8', /PE-7/, ['PE-7 warning 9 8/10 → 10/10']],
  ])('%s', (_, line, from, to, relations, expected) => { expect(told(both(line, from, to), relations)).toEqual(expected) })
})

const LIST = ['绩效自评汇总表', '', '序号\t项目名称\t自评得分\t自评等级', '1\t档案馆库房改造\t96.59\t优', '2\t档案数字化\t85.2\t良', '', '十、预算绩效情况说明', '', '组织对2024年度项目开展绩效自评，涉及项目2个，涉及预算资金148.5万元。1个项目自评等级为优，1个项目自评等级为良。', '', '档案馆库房改造绩效自评综述：自评得分为96.59分。全年预算数为48.5万元，执行数为40.2万元，完成预算的82.89%。', '']
const listed = (line: number, from: string, to: string): string => { expect(LIST[line - 1]).toContain(from); return [...LIST.with(line - 1, LIST[line - 1]!.replace(from, to)), ...RIGHT].join('\n') }

describe('list, text and forms together', () => {
  it('without a fault have no finding', () => { expect(told([...LIST, ...RIGHT].join('\n'))).toEqual([]) })
  it.each([
    ['a grade that is none', 4, '优', '一级', /PS-8/, ['PS-8 error 4 一级 → 优']], ['a grade of another band', 5, '良', '中', /PS-8/, ['PS-8 error 5 中 → 良']], ['a count of a grade', 9, '1个项目自评等级为优', '2个项目自评等级为优', /PS-8/, ['PS-8 error 9 2 → 1']],
    ['a count of projects', 9, '项目2个', '项目3个', /PS-10/, ['PS-10 error 9 3 → 2']], ['a project of another name', 4, '档案馆库房改造', '图书馆改造', /PS-10/, ['PS-10 warning 15 档案馆库房改造 → 图书馆改造、档案数字化']],
    ['money of another amount', 11, '48.5万元', '58.4万元', /PS-11/, ['PS-11 error 11 82.89% → 68.84%', 'PS-11 error 11 58.4 → 48.5']], ['another score in the text', 11, '96.59分', '69.59分', /PE-5/, ['PE-5 error 11 69.59分 → 96.59分']], ['another score in the list', 4, '96.59', '95.69', /PE-5/, ['PE-5 error 4 95.69 → 96.59']],
  ])('%s', (_, line, from, to, relations, expected) => { expect(told(listed(line, from, to), relations)).toEqual(expected) })
  it('Shanghai counts 优, 良, 合格, 不合格; an average outside them is found', () => {
    const said = (grades: string, average: string): string[] => told(`十、预算绩效管理情况\n\n绩效自评的2024年度项目4个，涉及预算金额598.42万元，平均得分${average}分（其中，绩效评级为“优”的项目${grades}个；绩效评级为“良”的项目0个；绩效评级为“合格”的项目0个；绩效评级为“不合格”的项目0个）。\n`)
    expect([said('4', '99.43'), said('5', '99.43'), said('4', '83')]).toEqual([[], ['PS-10 error 3 4 → 5'], ['PS-8 error 3 83 → 90–100']])
  })
})

const PUBLIC = process.env['CAUSEWAY_PUBLIC_DATA'] ?? join(import.meta.dirname, '../../../../../shared/data')
const SEED = join(PUBLIC, 'accounts/yantai-tga-2024.txt')

describe.skipIf(!existsSync(SEED))('the public documents', () => {
  const read = (name: string): string => readFileSync(join(PUBLIC, 'accounts', name), 'utf8')
  it('every fault of the seed’s performance part is found at its line, and nothing else that is grave', () => {
    const found = told(read('yantai-tga-2024.txt'))
    expect(found).toEqual(expect.arrayContaining([
      'PS-2 error 648 产出指标(35分) → 15+15+15=45', 'PS-6 error 648 10/15 → 15/15', 'PS-6 error 650 10/15 → 15/15', 'PS-6 error 655 99.1 → 109.08/110 (99.08/100)', 'N-tpl warning 642 10/9.1 → -', 'PS-8 error 622 一级 → 优', 'PE-4 error 753 4.9 → 4.54', 'PE-7 warning 762 9/10 → 10/10',
      'PE-4 warning 760 9.5/10 → 10/10', 'PE-5 error 549 0分，优 → 98.4分，优', 'PS-13 warning 648 专用、通用设备购置数量及 → 完整的指标名称', 'N-tpl warning 661 未完成原因分析 → 偏差原因分析及改进措施', 'N-tpl warning 660 全年实际值（B） → 实际完成指标值(B)',
    ]))
    expect(found.filter((f) => / error /.test(f)).map((f) => f.split(' ').slice(0, 3).join(' ')).toSorted()).toEqual(['PE-4 error 753', 'PE-5 error 549', 'PS-1 error 648', 'PS-2 error 648', 'PS-6 error 648', 'PS-6 error 650', 'PS-6 error 655', 'PS-8 error 622'])
    expect(examine(read('yantai-tga-2024.txt')).find((f) => f.relation === 'PE-4')!.says.en).toContain('98.04 instead of 98.4')
  })
  it('rounding of the seed is told as rounding', () => {
    const all = examinePerformance(accountsOf(readText(read('yantai-tga-2024.txt'), 'a.txt'))).flatMap((o) => o.rounding)
    expect(all.map((r) => [r.relation, r.place.line, r.published, r.computed])).toEqual(expect.arrayContaining([['PS-4', 641, '9.1', '9.077']]))
  })
  it.each(['01_full_shanghai_putuo_czj_2024.txt', '02_full_shanghai_putuo_ghzyj_2024.txt', '04_full_shanghai_template_2024.txt', '06_excerpt_daying_wglj_2022_sichuan.txt', '15_excerpt_haidian_zipingbiao_2016_beijing.txt', '17_excerpt_layouts_toc.txt'])('%s has no fault of performance', (name) => { expect(told(read(name))).toEqual([]) })
})

describe('a form without its table', () => {
  const text = (row: string): string => `项目支出绩效自评表(2016年度)\n项目资金(万元) 年初预算数(A) 全年执行数(B) 分值(10分) 执行率(B/A) 得分 得分计算方法\n${row}\n绩效指标 一级指标 二级指标 三级指标 分值 年度指标值(A) 全年实际值(B) 得分\n`
  const outcomes = (row: string) => examinePerformance(accountsOf(readText(text(row), 'a.txt')))
  it('its money is examined, its indicators are said not to be read', () => {
    const all = outcomes('年度资金总额: 310.2 154.74 10 50% 5 执行率*该指标分值')
    expect(all.flatMap((o) => o.findings)).toEqual([])
    expect(all.flatMap((o) => o.rounding).map((r) => [r.relation, r.published, r.computed])).toEqual([['PS-4', '5', '4.988']])
    expect(all.flatMap((o) => o.notRun).filter((n) => /^PS-(1|6|13)$/.test(n.relation)).map((n) => n.outcome)).toEqual(['not-run', 'not-run', 'not-run'])
    expect(told(text('年度资金总额: 310.2 154.74 10 50% 9 执行率*该指标分值'))).toEqual(['PS-4 error 3 9 → 4.99'])
  })
  it('where a number is missing nothing is concluded', () => { expect(outcomes('年度资金总额: 310.2 154.74 50% 9').flatMap((o) => o.findings)).toEqual([]) })
})

it('every relation is a row with its formula, and says why when it was not run', () => {
  const outcomes = examinePerformance(accountsOf(readText('一、概况\n', 'a.txt')))
  expect(outcomes.map((o) => o.notRun[0]?.relation)).toEqual(PERFORMANCE.map((r) => r.id))
  expect(new Set(PERFORMANCE.map((r) => r.id)).size).toBe(PERFORMANCE.length)
})
