import { PROFILE_RULES } from '../packages/icao9303/src/index.ts'

/** The rules of the profiles as a page: what the linter looks for, in its own words. */
export function renderProfile(): string {
  return [
    '# What the linter looks for', '',
    'Every rule of the profiles for certificates, revocation lists, master and deviation lists. `grave` ones stand in the way',
    'of use, `error` is against the profile, `warning` against the letter of it, `note` against its advice.',
    'Written by `node test/write-docs.ts`; a test compares it.', '',
    '| code | of | weight | asks | clause |', '|---|---|---|---|---|',
    ...PROFILE_RULES.map((r) => `| \`${r.code}\` | ${r.kinds.join(', ')} | ${r.severity} | ${r.asks} | ${r.clause} |`), '',
  ].join('\n')
}
