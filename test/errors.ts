import { READING_SENTENCES, SCORECARD_REFUSALS } from '@causeway/accounts'
import { HUB_REFUSALS, SIGNER_RULES, SIGNER_SENTENCES, type SignerRefusal } from '@causeway/signing'

import { SENTENCES } from '../apps/server/src/http/sentence.ts'
import { statusOf } from '../apps/server/src/http/status.ts'

/** docs/errors.md: every code that can reach a user, with its status and its sentence in both languages. */
export function renderErrors(): string {
  const rows = Object.entries(SENTENCES).sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, s]) => `| \`${code}\` | ${statusOf(code.split(':')[0]!)} | ${s.zh} | ${s.en} |`)
  const hub = Object.entries(HUB_REFUSALS).map(([code, t]) => `| \`${code}\` | ${t.zh} | ${t.en} |`)
  const signer = (Object.entries(SIGNER_SENTENCES) as [SignerRefusal, { zh: string; en: string }][]).map(([code, t]) => `| \`${code}\` | ${t.zh} | ${t.en} | ${SIGNER_RULES[code]} |`)
  const reading = Object.entries(READING_SENTENCES).map(([code, t]) => `| \`${code}\` | ${t.zh} | ${t.en} |`)
  const scorecard = Object.entries(SCORECARD_REFUSALS).map(([code, t]) => `| \`${code}\` | ${t.zh} | ${t.en} |`)
  return ['# What refusals say', '', 'Generated from `apps/server/src/http/sentence.ts` by `npm run permissions`. `{x}` is a figure of the refusal. A code never changes its meaning.', '', '| code | status | 中文 | English |', '|---|---|---|---|', ...rows, '', '## The national side', '', 'From `packages/signing/src/hub-refusal.ts`: to whoever asks the hub, and to its operator at `causeway hub`.', '', '| code | 中文 | English |', '|---|---|---|', ...hub, '', '## The security server', '', 'From `packages/signing/src/sentence.ts`: to whoever asks the signer, and to its custodians at `causeway signer`. The rule is what it stands on.', '', '| code | 中文 | English | rule |', '|---|---|---|---|', ...signer, '', '## Scorecards', '', 'From `packages/accounts/src/scorecard/described.ts`: of `causeway performance score`. `{at}` is a JSON pointer.', '', '| code | 中文 | English |', '|---|---|---|', ...scorecard, '', '## Documents that cannot be read', '', 'From `packages/accounts/src/reading/sentence.ts`: of a file, a page, a cell or a picture in a document to be examined.', '', '| code | 中文 | English |', '|---|---|---|', ...reading, ''].join('\n')
}
