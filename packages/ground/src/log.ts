/** A line of the log: what happened, with figures and codes. Never a name, a number of a person, or a body. */
export interface Log {
  readonly info: (event: string, details?: Readonly<Record<string, unknown>>) => void
  readonly warn: (event: string, details?: Readonly<Record<string, unknown>>) => void
  readonly error: (event: string, details?: Readonly<Record<string, unknown>>) => void
}

/** Keys whose values never reach a log, at any depth. */
const CLOSED = /name|surname|given|birth|idnumber|mobile|mrz|photo|face|password|passphrase|token|secret|body|sealed|cookie|^to$|^by$/i

function open(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return { error: value.name, code: (value as { code?: unknown }).code, stack: value.stack?.split('\n').slice(1, 4).map((l) => l.trim()) }
  if (Array.isArray(value)) return depth > 3 ? '…' : value.map((v) => open(v, depth + 1))
  if (typeof value !== 'object' || value === null) return value
  if (depth > 3) return '…'
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, CLOSED.test(k) ? '[closed]' : open(v, depth + 1)]))
}

/** JSON lines on the standard error stream, one an event, in the order they happened. */
export function openLog(part: string, now: () => Date = () => new Date(), write: (line: string) => void = (l) => { process.stderr.write(l) }): Log {
  const line = (level: string) => (event: string, details: Readonly<Record<string, unknown>> = {}) => {
    write(`${JSON.stringify({ at: now().toISOString(), level, part, event, ...(open(details) as object) })}\n`)
  }
  return { info: line('info'), warn: line('warn'), error: line('error') }
}
