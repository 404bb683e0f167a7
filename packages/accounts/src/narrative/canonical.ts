/**
 * A text in one writing: no blanks, full-width punctuation, half-width digits, no quotation marks. A comma between
 * thousands stays `,`. `map[i]` is the offset in the printed text of character `i`.
 */
export interface Canonical { readonly text: string; readonly map: readonly number[] }

const SAME: Readonly<Record<string, string>> = { '(': '（', ')': '）', ',': '，', ':': '：', ';': '；', '％': '%', '﹪': '%', '．': '.', '﹣': '-', '－': '-', '−': '-', '〔': '（', '〕': '）', '?': '？', '!': '！' }
const QUOTES = '“”‘’"\'「」『』＂'
const BLANK = /[\s\u00a0\u3000\u200b\ufeff]/
const THOUSANDS = /(?<![\d.])\d{1,3}(?:,\d{3})+(?![\d])/g

/** Brings a printed text into one writing, so that a rule need not know the habits of a place. */
export function canonical(source: string): Canonical {
  if (/^[\u4e00-\u9fff\d.]*$/.test(source)) return { text: source, map: Array.from({ length: source.length }, (_, i) => i) }
  const kept = new Set<number>()
  if (source.includes(',')) for (const m of source.matchAll(THOUSANDS)) for (let i = 0; i < m[0].length; i++) if (m[0][i] === ',') kept.add(m.index + i)
  let text = ''
  const map: number[] = []
  for (let i = 0; i < source.length; i++) {
    const c = source.charAt(i)
    if (BLANK.test(c) || QUOTES.includes(c)) continue
    const code = c.charCodeAt(0)
    text += kept.has(i) ? c : code >= 0xff10 && code <= 0xff19 ? String.fromCharCode(code - 0xfee0) : SAME[c] ?? c
    map.push(i)
  }
  return { text, map }
}

/** Takes out brackets that hold no figure with a unit, for an aside cuts a clause in two: `政府采购金额（以合同签订为准）为`. Short ones belong to a name: `（境）`, `（类）`. */
export function withoutAsides(c: Canonical): Canonical {
  let text = ''
  const map: number[] = []
  const aside = /（(?![^）]{1,2}）)(?![^）]*\d(?:万|元|亿|%|人|批|辆|个|名|次|台|项))[^（）]{0,40}）/g
  let last = 0
  for (const m of c.text.matchAll(aside)) {
    text += c.text.slice(last, m.index)
    map.push(...c.map.slice(last, m.index))
    last = m.index + m[0].length
  }
  return { text: text + c.text.slice(last), map: [...map, ...c.map.slice(last)] }
}
