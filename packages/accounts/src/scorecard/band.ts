import { plain } from './phrase.ts'
import { isLess, type Points, points } from './points.ts'

/** A grade of a total out of 100: from `from` on, below `below`. */
export interface Band { readonly word: string; readonly other: readonly string[]; readonly from: Points; readonly below: Points }

const band = (word: string, other: readonly string[], from: number, below: number): Band => ({ word, other, from: points(from), below: points(below) })

/** 优 ≥ 90, 良 80 to 90, 中 60 to 80, 差 < 60; Shanghai says 合格 and 不合格 for the lower two. @source accounts.md 5; Shanghai template 2024, section 10 */
const BANDS: readonly Band[] = [
  band('优', ['优秀'], 90, 1001), band('良', ['良好'], 80, 90), band('中', ['中等', '一般', '合格', '及格'], 60, 80), band('差', ['较差', '不合格', '不及格'], 0, 60),
]

/** The band of a grade as printed (`优`, `“良”`, `优秀`, `合格`), undefined where the word is none. */
export function bandOf(word: string): Band | undefined {
  const w = plain(word).replaceAll(/[“”"'‘’]|等级|等次|评价|为/g, '').replace(/[级等档]$/, '')
  return BANDS.find((b) => b.word === w || b.other.includes(w))
}

/** The grade of a total, scaled to 100. */
export const gradeOf = (total: Points): Band => BANDS.find((b) => !isLess(total, b.from)) ?? BANDS.at(-1)!

/** A grade in words of the same set: 合格 and 不合格 where a document uses those. */
export const wordFor = (total: Points, shanghai = false): string => { const b = gradeOf(total); return shanghai && b.word === '中' ? '合格' : shanghai && b.word === '差' ? '不合格' : b.word }
