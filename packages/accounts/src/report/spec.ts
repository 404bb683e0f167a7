import { RELATIONS } from './ledger.ts'
import { SEVERITY_WORDS } from './word.ts'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** SPEC.md of this package: every relation, from its row. */
export function renderSpec(): string {
  return [
    '# 核对关系 Relations', '', '由各关系的数据行生成，并有测试核对。Generated from the rows of the relations and compared by a test: `npm run permissions`.', '',
    '容差 Tolerance, h = 末位的一半 half of the last printed digit: **A** h·(n+1)，n 为相加的非零项数 the parts of a sum that are not zero; **B** 两边各 h, h of both sides; **P** 区间商 the interval quotient, and h of the percentage; **0** 逐位相等 to the digit; **–** 文字，或公式中写明的限度 words, or the limit that the formula names.', '',
    `| 编号 id | 公式 | formula | 容差 | 性质 severity | 依据 source |`, '|---|---|---|:-:|---|---|',
    ...RELATIONS.map((r) => `| ${r.id} | ${cell(r.formula.zh)} | ${cell(r.formula.en)} | ${r.tolerance} | ${SEVERITY_WORDS[r.severity].zh} ${r.severity} | ${cell(r.source)} |`), '',
  ].join('\n')
}
