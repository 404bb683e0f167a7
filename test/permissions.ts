import { ACTS, ROLES, VIEWS, type Rule } from '@causeway/contract'

const SIGN: Readonly<Record<string, string>> = { office: '●', unit: '◐', self: '○' }

function table(title: string, rules: Readonly<Record<string, Rule>>): string {
  const rows = Object.entries(rules).map(([name, rule]) => `| \`${name}\` | ${ROLES.map((r) => SIGN[rule.roles[r] ?? ''] ?? '').join(' | ')} | ${rule.duty ?? ''} |`)
  return [`## ${title}`, '', `| | ${ROLES.join(' | ')} | duty |`, `|---|${ROLES.map(() => ':-:').join('|')}|---|`, ...rows, ''].join('\n')
}

/** docs/permissions.md, made from the contract's table. Acts without a mark are the platform's own. */
export function renderPermissions(): string {
  return [
    '# Who may do what', '',
    'Generated from `packages/contract/src/access.ts` by `npm run permissions`; every cell is executed over HTTP in `test/permissions.test.ts`.',
    '● the whole office · ◐ the own unit · ○ the own person · empty: denied. Pairs of duties that one person may not have on one case: `packages/journey/src/duty.ts`.', '',
    table('Acts', ACTS), table('Reading', VIEWS),
  ].join('\n')
}
