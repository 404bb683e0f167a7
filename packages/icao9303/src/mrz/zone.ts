/** Lines beyond these say only that the text is no zone. */
const MOST_LINES = 4

/** Blank at either end: a space, a control character, or one of the marks that files begin with. */
const mayBeTrimmed = (line: string): boolean => {
  const first = line.charCodeAt(0)
  const last = line.charCodeAt(line.length - 1)
  return first <= 32 || first > 126 || last <= 32 || last > 126
}

/** Two or three lines that were run together, as a reader or DG1 gives them. */
function unfold(line: string): readonly string[] {
  if (line.length === 88) return [line.slice(0, 44), line.slice(44)]
  if (line.length === 72) return [line.slice(0, 36), line.slice(36)]
  if (line.length === 90) return [line.slice(0, 30), line.slice(30, 60), line.slice(60)]
  return [line]
}

function split(text: string): readonly string[] {
  const lines: string[] = []
  let from = 0
  while (from < text.length && lines.length < MOST_LINES) {
    if (text.charCodeAt(from) <= 32) {
      const blank = text.slice(from).search(/\S/)
      if (blank === -1) break
      from += blank
    }
    const end = text.indexOf('\n', from)
    const line = end === -1 ? text.slice(from) : text.slice(from, end)
    from = end === -1 ? text.length : end + 1
    const bare = mayBeTrimmed(line) ? line.trim() : line
    if (bare !== '') lines.push(bare)
  }
  return lines.length === 1 ? unfold(lines[0]!) : lines
}

const isLine = (line: string): boolean => line !== '' && line.length <= 44 && !mayBeTrimmed(line)

/**
 * The lines of a zone: as given, or a text taken apart at its line breaks, or one line unfolded. Blank lines
 * and blanks at the ends are left out; of a text of many lines only the first are read.
 */
export function linesOf(input: string | readonly string[]): readonly string[] {
  if (typeof input === 'string') return split(input)
  if (input.length === 2 && isLine(input[0]!) && isLine(input[1]!)) return input
  if (input.length === 3 && isLine(input[0]!) && isLine(input[1]!) && isLine(input[2]!)) return input
  return split(input.join('\n'))
}
