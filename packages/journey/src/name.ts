/** How one character is read, without tones: `lü`, likeliest first. The table is the caller's. */
export type Readings = (character: string) => readonly string[]

export interface NameProposal { readonly surname: string; readonly given: string; readonly reason: 'usual' | 'surname-reading' | 'compound-surname' | 'minority-name' | 'other-reading' }

/** Surnames of two characters. @source GB/T 28039-2011 §5.1 */
const COMPOUND = new Set(
  ('欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 '
    + '令狐 呼延 东郭 百里 轩辕 拓跋 单于 淳于 西门 南门 东门 梁丘 左丘 第五').split(' '),
)

/** Characters that are read otherwise as a surname. */
const SURNAME: Readonly<Record<string, string>> = {
  单: 'shan', 仇: 'qiu', 解: 'xie', 查: 'zha', 区: 'ou', 曾: 'zeng', 盖: 'ge', 朴: 'piao', 任: 'ren', 华: 'hua', 翟: 'zhai', 尉: 'wei', 乐: 'yue', 覃: 'qin', 黑: 'he',
  员: 'yun', 缪: 'miao', 冼: 'xian', 洗: 'xian', 折: 'she', 种: 'chong', 秘: 'bi', 繁: 'po', 重: 'chong', 晟: 'cheng', 那: 'na', 隗: 'wei', 召: 'shao', 卜: 'bu', 逄: 'pang',
  牟: 'mu', 褚: 'chu', 乜: 'nie', 句: 'gou', 尹: 'yin',
}
const COMPOUND_READING: Readonly<Record<string, string>> = { 万俟: 'moqi', 尉迟: 'yuchi', 长孙: 'zhangsun', 澹台: 'tantai', 令狐: 'linghu', 鲜于: 'xianyu', 单于: 'chanyu' }
const DOT = /[·・•‧]/u
/** So many proposals are enough to choose from; the likeliest stand first. */
const MOST = 6

/** ü of LÜ and NÜ is written YU, of LÜE and NÜE it is written U. @source notice of the National Immigration Administration, 29 September 2021 */
function writeSyllable(reading: string): string {
  return reading.toLowerCase().replace(/([ln])(ü|v)e/u, '$1ue').replace(/([ln])(ü|v)/u, '$1yu').replace(/ü|v/gu, 'u').toUpperCase().replace(/[^A-Z]/g, '')
}

/** Every way in which a character can be written; none when nobody knows its reading. */
const written = (c: string, readings: Readings): readonly string[] => [...new Set(readings(c).map(writeSyllable))].filter((s) => s !== '')

/** Characters by their likeliest readings, joined; undefined when one of them has none: a name is never cut short. */
function joined(text: string, readings: Readings): string | undefined {
  const syllables = [...text].map((c) => written(c, readings)[0])
  return syllables.includes(undefined) ? undefined : syllables.join('')
}

function minorityName(name: string, readings: Readings): readonly NameProposal[] {
  const parts = name.split(DOT).filter((p) => p !== '').map((p) => joined(p, readings))
  if (parts.length === 0 || parts.includes(undefined)) return []
  return [{ surname: parts[0]!, given: parts.slice(1).join(' '), reason: 'minority-name' }]
}

/** A surname of two characters: a compound one is joined; two surnames borne together get a hyphen. */
function twoCharacterSurname(characters: readonly string[], readings: Readings): NameProposal | undefined {
  const two = characters.slice(0, 2).join('')
  const given = joined(characters.slice(2).join(''), readings)
  if (characters.length < 3 || given === undefined) return undefined
  if (COMPOUND.has(two)) {
    const surname = COMPOUND_READING[two]?.toUpperCase() ?? joined(two, readings)
    return surname === undefined ? undefined : { surname, given, reason: 'compound-surname' }
  }
  if (characters.length !== 4) return undefined
  const [a, b] = characters.slice(0, 2).map((c) => surnameReadings(c, readings)[0])
  return a === undefined || b === undefined ? undefined : { surname: `${a}-${b}`, given, reason: 'compound-surname' }
}

/** How a character may be read as a surname, the reading that surnames have first. */
function surnameReadings(c: string, readings: Readings): readonly string[] {
  const special = SURNAME[c]
  return [...new Set([...(special === undefined ? [] : [writeSyllable(special)]), ...written(c, readings)])]
}

/**
 * How a name in Chinese characters may be written: surname first, compound surname and given name joined,
 * double surname with a hyphen, the parts of a minority name by their sound. The person confirms; nothing is
 * decided here. None when a character has no known reading: the clerk then writes what the person says.
 *
 * @source GB/T 28039-2011
 */
export function proposeNames(nameCn: string, readings: Readings): readonly NameProposal[] {
  const name = nameCn.trim()
  if (DOT.test(name)) return minorityName(name, readings)
  const characters = [...name]
  const [first, ...rest] = characters
  if (first === undefined) return []
  const proposals: NameProposal[] = []
  const add = (p: NameProposal): void => { if (!proposals.some((x) => x.surname === p.surname && x.given === p.given)) proposals.push(p) }
  const given = joined(rest.join(''), readings)
  if (given === undefined) return []
  const two = twoCharacterSurname(characters, readings)
  const isCompound = two !== undefined && !two.surname.includes('-')
  if (two !== undefined && isCompound) add(two)
  const surnames = surnameReadings(first, readings)
  surnames.forEach((surname, i) => {
    const reason = i > 0 ? 'other-reading' : SURNAME[first] === undefined ? 'usual' : 'surname-reading'
    add({ surname, given, reason: isCompound ? 'other-reading' : reason })
  })
  if (two !== undefined && !isCompound) add(two)
  const likeliest = proposals[0]
  const inSurname = isCompound ? 2 : 1
  characters.forEach((c, i) => {
    if (likeliest === undefined || i < inSurname) return
    for (const other of written(c, readings).slice(1)) {
      const syllables = characters.slice(inSurname).map((x, k) => (k === i - inSurname ? other : written(x, readings)[0]))
      add({ surname: likeliest.surname, given: syllables.join(''), reason: 'other-reading' })
    }
  })
  return proposals.slice(0, MOST)
}
