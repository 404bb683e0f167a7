import { HUB_REFUSALS } from '@causeway/signing'

import { SENTENCES } from '../apps/server/src/http/sentence.ts'
import { statusOf } from '../apps/server/src/http/status.ts'

/** docs/errors.md: every code that can reach a user, with its status and its sentence in both languages. */
export function renderErrors(): string {
  const rows = Object.entries(SENTENCES).sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, s]) => `| \`${code}\` | ${statusOf(code.split(':')[0]!)} | ${s.zh} | ${s.en} |`)
  const hub = Object.entries(HUB_REFUSALS).map(([code, t]) => `| \`${code}\` | ${t.zh} | ${t.en} |`)
  return ['# What refusals say', '', 'Generated from `apps/server/src/http/sentence.ts` by `npm run permissions`. `{x}` is a figure of the refusal. A code never changes its meaning.', '', '| code | status | 中文 | English |', '|---|---|---|---|', ...rows, '', '## The national side', '', 'From `packages/signing/src/hub-refusal.ts`: to whoever asks the hub, and to its operator at `causeway hub`.', '', '| code | 中文 | English |', '|---|---|---|', ...hub, ''].join('\n')
}
