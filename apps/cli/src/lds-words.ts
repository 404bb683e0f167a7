import { type Field, type FileContent, type FileDefect, type FileLint } from 'icao9303'

type Language = 'zh' | 'en'

/** A file that could be told to be one of a chip's, with what was read from it. */
export interface Shown { readonly path: string; readonly bytes: number; readonly content: FileContent }

const WIDTH = 160
/** So many fields of one file are shown to people; JSON has them all. */
const ROWS = 2_000

/** What a file says may try to write over the terminal: controls and marks of direction are shown as their codes. */
const plain = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)!.toString(16)}}`)
const cut = (text: string): string => (text.length > WIDTH ? `${text.slice(0, WIDTH)}…` : text)

/** The fields around one: those whose path its own goes on from, from the outside in. */
function pathsAround(path: string, known: ReadonlySet<string>): readonly string[] {
  const cuts = [...path.matchAll(/[.[]/g)].map((m) => path.slice(0, m.index))
  return cuts.filter((c) => known.has(c))
}

function nameIn(field: Field, known: ReadonlySet<string>): string {
  const around = pathsAround(field.path, known)
  return `${'  '.repeat(around.length)}${field.path.slice(around.at(-1)?.length ?? 0).replace(/^\./, '')}`
}

const HEAD: Readonly<Record<Language, readonly [string, string, string, string, string]>> = {
  zh: ['偏移', '长度', '标签', '字段', '内容'], en: ['offset', 'length', 'tag', 'field', 'value'],
}

/** Characters of the width of two stand in the heads of the columns. */
const widthOf = (text: string): number => [...text].reduce((n, c) => n + (c.charCodeAt(0) > 0x2e80 ? 2 : 1), 0)
const left = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))
const right = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text

function defectLine(d: FileDefect): string {
  return `  ! ${d.offset}  ${d.code}: ${plain(d.says)}  [${d.clause}]`
}

/** One file as a tree: every field with its offset, its length and its tag, and what is odd. */
export function renderContent({ path, bytes, content: { name, decoded } }: Shown, language: Language): string {
  const known = new Set(decoded.layout.map((f) => f.path))
  const rows = decoded.layout.slice(0, ROWS).map((f) => ({ tag: f.tag ?? '', name: plain(nameIn(f, known)), offset: String(f.offset), length: String(f.length), value: plain(cut(f.value)) }))
  const more = decoded.layout.length - rows.length
  const head = HEAD[language]
  const width = (column: 'tag' | 'name', title: string): number => rows.reduce((n, r) => Math.max(n, r[column].length), widthOf(title))
  const [tag, field] = [width('tag', head[2]), width('name', head[3])]
  const unread = { zh: '不能完整读取', en: 'cannot be read whole' }[language]
  const size = { zh: `${bytes} 字节`, en: `${bytes} bytes` }[language]
  return [
    `${name}  ${plain(path)}  ${size}${decoded.ok ? '' : `  ${unread}`}`,
    `${right(head[0], 8)}${right(head[1], 8)}  ${left(head[2], tag)}  ${left(head[3], field)}  ${head[4]}`,
    ...rows.map((r) => `${r.offset.padStart(8)}${r.length.padStart(8)}  ${r.tag.padEnd(tag)}  ${r.name.padEnd(field)}  ${r.value}`.trimEnd()),
    ...(more > 0 ? [{ zh: `        … 另有 ${more} 个字段`, en: `        … ${more} more fields` }[language]] : []),
    ...decoded.defects.slice(0, ROWS).map(defectLine), '',
  ].join('\n')
}

const SEVERITY: Readonly<Record<FileLint['severity'], string>> = { grave: '严重', error: '错误', warning: '警告', note: '提示' }

/** What departs from the standard, line by line. */
export function renderLint(found: readonly FileLint[], language: Language): string {
  if (found.length === 0) return language === 'zh' ? '没有发现与标准不符之处\n' : 'no departure from the standard\n'
  return `${found.map((f) => `${language === 'zh' ? SEVERITY[f.severity] : f.severity.padEnd(7)}  ${f.file}+${f.offset}  ${f.code}: ${plain(f.says)}  [${f.clause}]`).join('\n')}\n`
}
