import { type Accounts } from '../document.ts'
import { type Outcome } from '../finding.ts'
import { CHANGE_RELATIONS } from './change.ts'
import { framesOf } from './frame.ts'
import { passagesOf } from './passage.ts'
import { RATE_RELATIONS } from './rate.ts'
import { FORMAT_RELATION } from './format.ts'
import { CONTENTS_RELATION } from './contents.ts'
import { PERSONAL_RELATION } from './personal.ts'
import { YEAR_RELATION } from './year.ts'
import { COUNT_RELATIONS } from './count.ts'
import { PROCUREMENT_RELATIONS } from './procurement.ts'
import { REASON_RELATIONS } from './reason.ts'
import { UNIT_RELATION } from './unit-name.ts'
import { TABLE_RELATIONS } from './against-table.ts'
import { TOTAL_RELATIONS } from './total.ts'
import { PRESENCE_RELATIONS } from './presence.ts'
import { SHARE_RELATIONS } from './share.ts'
import { TEMPLATE_RELATION } from './template.ts'
import { type TextRelation, runAll } from './tell.ts'

/** Every relation of the text, as rows. @source accounts.md 3.3, 3.4 */
export const TEXT_RELATIONS: readonly TextRelation[] = [...TABLE_RELATIONS, ...TOTAL_RELATIONS, ...SHARE_RELATIONS, ...CHANGE_RELATIONS, ...RATE_RELATIONS, TEMPLATE_RELATION, FORMAT_RELATION, CONTENTS_RELATION, YEAR_RELATION, UNIT_RELATION, PERSONAL_RELATION, ...REASON_RELATIONS, ...PROCUREMENT_RELATIONS, ...COUNT_RELATIONS, ...PRESENCE_RELATIONS]

/** Examines the text of a published document against itself and against its tables. */
export function examineNarrative(accounts: Accounts): Outcome {
  const passages = passagesOf(accounts.content)
  return runAll(TEXT_RELATIONS, { accounts, passages, frames: framesOf(passages) })
}
