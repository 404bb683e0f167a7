import { type Content, type Paragraph } from '@causeway/kernel'

import { type Form, type Fund, type Mark, printed, type Printed } from './form.ts'
import { type Role, roleOf } from './heading.ts'
import { plain } from './phrase.ts'

/** Words of a printed line with their place. */
interface Line { readonly words: readonly Mark[]; readonly block: number }

function linesOf(p: Paragraph, block: number): readonly Line[] {
  return p.spans.map((s, i) => {
    const text = p.text.slice(s.start, p.spans[i + 1]?.start ?? p.text.length)
    return { words: text.split(/\s+/).filter((w) => w !== '').map((w) => ({ text: w, place: s.place })), block }
  })
}

const MONEY: ReadonlySet<Role> = new Set(['planned', 'available', 'spent', 'weight', 'execution', 'score'])
const TOTAL_ROW = /^(年度)?资金总额[:：]?$/

/** The roles of a line of headings of the money part; undefined where it is none. */
function rolesOf(line: Line): readonly Role[] | undefined {
  const roles = line.words.map((w) => roleOf(plain(w.text))).filter((r) => r !== undefined && MONEY.has(r))
  return roles.includes('spent') && roles.includes('execution') && (roles.includes('planned') || roles.includes('available')) && new Set(roles).size === roles.length ? roles as Role[] : undefined
}

function fundOf(line: Line, roles: readonly Role[]): Fund | undefined {
  const label = line.words[0]
  if (label === undefined || !TOTAL_ROW.test(plain(label.text))) return undefined
  const numbers: Printed[] = []
  for (const w of line.words.slice(1)) { const n = printed(w); if (n === undefined) break; numbers.push(n) }
  // a number for each heading, or it is not sure which is which
  return numbers.length === roles.length ? { kind: 'total', label, ...Object.fromEntries(roles.map((r, i) => [r, numbers[i]!])) } : undefined
}

/**
 * The money part of self-evaluations that a file holds as running text, without its table: only where each heading has its number in the line below.
 * Indicators are not read so: which word belongs to which column is not sure there.
 */
export function readRunningForms(content: Content): readonly Form[] {
  const lines = content.blocks.flatMap((b, i) => (b.kind === 'paragraph' ? linesOf(b, i) : []))
  return lines.flatMap((line, k): Form[] => {
    const roles = rolesOf(line)
    const fund = roles === undefined || lines[k + 1] === undefined ? undefined : fundOf(lines[k + 1]!, roles)
    return fund === undefined ? [] : [{ kind: 'self-evaluation', bodies: [], headings: line.words, asksReason: false, funds: [fund], indicators: [], groups: [], listed: [], notes: [], from: line.block, to: lines[k + 1]!.block }]
  })
}
