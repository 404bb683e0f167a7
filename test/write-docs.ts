import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { renderSpec } from '@causeway/accounts'
import { STEPS } from '@causeway/journey'

import { renderErrors } from './errors.ts'
import { renderPermissions } from './permissions.ts'
import { renderProfile } from './profile.ts'
import { diagram, renderStates } from './states.ts'

const root = join(import.meta.dirname, '..')
writeFileSync(join(root, 'docs/permissions.md'), renderPermissions())
writeFileSync(join(root, 'docs/errors.md'), renderErrors())
writeFileSync(join(root, 'packages/accounts/SPEC.md'), renderSpec())
writeFileSync(join(root, 'docs/states.md'), renderStates())
writeFileSync(join(root, 'docs/profile.md'), renderProfile())
for (const readme of ['README.md', 'README.zh-CN.md']) {
  const file = join(root, readme)
  writeFileSync(file, readFileSync(file, 'utf8').replace(/```mermaid[\s\S]*?```/, diagram(STEPS)))
}
