import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { renderErrors } from './errors.ts'
import { renderPermissions } from './permissions.ts'

writeFileSync(join(import.meta.dirname, '../docs/permissions.md'), renderPermissions())
writeFileSync(join(import.meta.dirname, '../docs/errors.md'), renderErrors())
