import { type TableId } from '../document.ts'

/** Words as they are compared: no blanks, no quotation marks, brackets full-width. */
export const squeezed = (text: string): string => text.replace(/[\s\u3000\u00a0“”"'‘’《》]/g, '').replaceAll('(', '（').replaceAll(')', '）')

/**
 * Titles of the statutory tables, by their ends: what stands before is the unit, the year or a number. The first that fits
 * wins. Tables of the same family that are none of the nine (明细表 by economic class, 项目支出决算表 …) fit none.
 * @source accounts.md 2.2, 2.3
 */
const TITLES: readonly (readonly [TableId, RegExp])[] = [
  ['T9', /三公经费.{0,20}(?:决算|情况|公开|明细)?(?:表|统计表)$/],
  ['T6', /一般公共预算(?:财政拨款)?基本支出(?:决算)?(?:明细)?表$|财政拨款基本支出决算(?:明细)?表$/],
  ['T7', /政府性基金(?:预算)?(?:财政拨款)?(?:收入、?支出|收支|支出)(?:决算)?表$/],
  ['T8', /国有资本经营(?:预算)?(?:财政拨款)?(?:收入、?支出|收支|支出)(?:决算)?表$/],
  ['T5', /一般公共预算(?:财政拨款)?(?:收入、?支出|支出)决算(?:情况)?表$|^(?:公共预算)?财政拨款支出决算表$/],
  ['T4', /财政拨款(?:收入、?支出|收支)(?:决算)?总(?:体情况)?表$/],
  ['T1', /(?<!拨款|基金|预算)(?:收入、?支出|收支)(?:决算)?(?:总|总体情况)表$/],
  ['T2', /(?<!拨款|基金|经营|预算)收入决算(?:总|情况)?表$/],
  ['T3', /(?<!拨款|经费|项目|基本|预算|收入|、|收)支出决算(?:总|情况)?表$/],
]

/** Titles that a user's own profiles add. */
export type MoreTitles = readonly (readonly [TableId, string])[]

/** Which statutory table a line is the title of. */
export function titleOf(text: string, more: MoreTitles = []): TableId | undefined {
  const bare = squeezed(text.trim().replace(/^附?表\s*[0-9一二三四五六七八九十]{1,3}(?:[、.．:：]|\s)+|^[0-9一二三四五六七八九十]{1,3}[、.．:：]\s*/, '')).replace(/（(?:单位|金额单位)?：?万?元）$/, '').replace(/（(?:续|续表|一|二|三|[续0-9]+)）$/, '').replace(/^公开[0-9]{1,2}表|公开[0-9]{1,2}表$/, '')
  if (bare.length > 90) return undefined
  return more.find(([, end]) => bare.endsWith(squeezed(end)))?.[0] ?? TITLES.find(([, words]) => words.test(bare))?.[0]
}

/** Whether a line is the title of some table, statutory or not. */
export const isTitle = (text: string): boolean => squeezed(text).replace(/（[^）]{0,12}）$/, '').endsWith('表') && squeezed(text).length <= 90 && !/[。，；]/.test(text)
