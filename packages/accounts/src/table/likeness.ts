import { type Grid } from '@causeway/kernel'

import { type TableId } from '../document.ts'
import { matrixOf } from './matrix.ts'
import { squeezed } from './title.ts'

/** The table that a grid without a title is, by the words of its head and its rows. */
export function likeness(grid: Grid): TableId | undefined {
  const m = matrixOf(grid)
  const words = new Set(m.rows.slice(0, 6).flatMap((r) => r.map((c) => squeezed(c?.text ?? ''))))
  const all = m.rows.flatMap((r) => r.map((c) => squeezed(c?.text ?? '')))
  const has = (re: RegExp): boolean => [...words].some((w) => re.test(w))
  const rowsHave = (re: RegExp): boolean => all.some((w) => re.test(w))
  const found: readonly (readonly [TableId, boolean])[] = [
    ['T9', has(/出国/) && has(/接待/) && rowsHave(/购置/) && m.rows.length < 20],
    ['T6', all.filter((t) => /^30\d(?:\d\d)?$/.test(t)).length >= 5 && rowsHave(/工资福利支出/)],
    ['T4', rowsHave(/^一、一般公共预算/) && rowsHave(/外交支出|公共安全支出/) && has(/政府性基金预算财政拨款|国有资本经营预算财政拨款/)],
    ['T1', rowsHave(/上级补助收入/) && rowsHave(/外交支出|公共安全支出/) && rowsHave(/^总计$|收入总计/)],
    ['T2', has(/财政拨款收入/) && has(/上级补助收入/) && has(/其他收入/)],
    ['T3', has(/基本支出/) && has(/项目支出/) && has(/上缴上级支出/)],
  ]
  return found.find(([, is]) => is)?.[0]
}
