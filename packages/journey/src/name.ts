/** How one character is read, without tones: `lü`, likeliest first. The table is the caller's. */
export type Readings = (character: string) => readonly string[]

export interface NameProposal { readonly surname: string; readonly given: string; readonly reason: 'usual' | 'surname-reading' | 'compound-surname' | 'minority-name' | 'other-reading' }

/** Surnames of two characters. @source GB/T 28039-2011 §5.1 */
const COMPOUND = new Set('欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 呼延 东郭 百里 轩辕 拓跋'.split(' '))

/** Characters that are read otherwise as a surname. */
const SURNAME: Readonly<Record<string, string>> = {
  单: 'shan', 仇: 'qiu', 解: 'xie', 查: 'zha', 区: 'ou', 曾: 'zeng', 盖: 'ge', 朴: 'piao', 任: 'ren', 华: 'hua', 翟: 'zhai', 尉: 'wei', 乐: 'yue', 覃: 'qin', 黑: 'he',
  员: 'yun', 缪: 'miao', 洗: 'xian', 折: 'she', 种: 'chong', 秘: 'bi', 繁: 'po', 重: 'chong', 晟: 'cheng', 那: 'na', 隗: 'wei', 召: 'shao', 卜: 'bu', 宓: 'fu', 逄: 'pang', 尹: 'yin',
}
const COMPOUND_READING: Readonly<Record<string, string>> = { 万俟: 'moqi', 尉迟: 'yuchi', 长孙: 'zhangsun', 澹台: 'tantai', 令狐: 'linghu', 鲜于: 'xianyu', 单于: 'chanyu' }

/** ü of LÜ and NÜ is written YU, of LÜE and NÜE it is written U. @source notice of the National Immigration Administration, 29 September 2021 */
export function writeSyllable(reading: string): string {
  return reading.toLowerCase().replace(/([ln])(ü|v)e/u, '$1ue').replace(/([ln])(ü|v)/u, '$1yu').replace(/ü|v/gu, 'u').toUpperCase().replace(/[^A-Z]/g, '')
}

const joined = (text: string, readings: Readings): string => [...text].map((c) => writeSyllable(readings(c)[0] ?? '')).join('')

/**
 * How a name in Chinese characters may be written: surname first, compound surname and given name joined.
 * The person confirms; nothing is decided here.
 *
 * @source GB/T 28039-2011
 */
export function proposeNames(nameCn: string, readings: Readings): readonly NameProposal[] {
  const name = nameCn.trim()
  const dot = name.search(/[·・•]/u)
  if (dot > 0) {
    const parts = name.split(/[·・•]/u).map((p) => joined(p, readings)).filter((p) => p !== '')
    return [{ surname: parts[0]!, given: parts.slice(1).join(' '), reason: 'minority-name' }]
  }
  const characters = [...name]
  const two = characters.slice(0, 2).join('')
  const proposals: NameProposal[] = []
  if (characters.length > 2 && COMPOUND.has(two)) {
    proposals.push({ surname: writeSyllable(COMPOUND_READING[two] ?? '') || joined(two, readings), given: joined(characters.slice(2).join(''), readings), reason: 'compound-surname' })
  }
  const [first, ...rest] = characters
  if (first === undefined) return []
  const given = joined(rest.join(''), readings)
  const special = SURNAME[first]
  if (special !== undefined) proposals.push({ surname: writeSyllable(special), given, reason: 'surname-reading' })
  for (const reading of readings(first)) {
    const surname = writeSyllable(reading)
    if (!proposals.some((p) => p.surname === surname)) proposals.push({ surname, given, reason: proposals.length === 0 ? 'usual' : 'other-reading' })
  }
  for (const [i, c] of rest.entries()) {
    for (const reading of readings(c).slice(1, 3)) {
      const other = [...rest].map((x, k) => writeSyllable(k === i ? reading : (readings(x)[0] ?? ''))).join('')
      const base = proposals[0]!
      if (!proposals.some((p) => p.given === other)) proposals.push({ surname: base.surname, given: other, reason: 'other-reading' })
    }
  }
  return proposals.slice(0, 6)
}
