/** What a command says to its caller. @source cli.md */
export const EXIT = { done: 0, faulty: 1, impossible: 2 } as const

export interface Command {
  readonly name: string
  readonly usage: string
  readonly says: { readonly zh: string; readonly en: string }
  readonly run: (args: readonly string[]) => Promise<number>
}

/** Ends a command that cannot be done: one clear line with a stable code. */
export class Impossible extends Error {
  readonly code: string
  constructor(code: string, says: string) {
    super(says)
    this.code = code
  }
}

/** The one line that says why a command could not be done. */
export function lineOf(error: unknown): string {
  const code = error instanceof Impossible ? error.code : ((error as { code?: string }).code ?? 'failed')
  return `${code.startsWith('ERR_PARSE_ARGS') ? 'usage' : code}: ${(error as Error).message.split('\n')[0] ?? ''}\n`
}

export const language = (): 'zh' | 'en' => (/^en/i.test(process.env['CAUSEWAY_LANG'] ?? process.env['LC_ALL'] ?? process.env['LANG'] ?? '') ? 'en' : 'zh')

/** One JSON value on the standard output, and nothing else. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
