import { type Chart } from '../chart/chart.ts'
import { type Accounts, type TableId } from '../document.ts'
import { type Diagnosis } from './diagnosis.ts'
import { type Equation } from './equation.ts'
import { type OwnRelation } from './formula.ts'
import { type SumRelation } from './row.ts'
import { type Sheet } from './sheet.ts'

/** What the relations of the tables may be given beside the document. */
export interface TableOptions {
  /** Last year's document of the same unit, when it is held. */
  readonly lastYear?: Accounts
  /** Documents of the units that this one sums up. */
  readonly parts?: readonly Accounts[]
  /** Classifications; those of the package where nothing is said. */
  readonly charts?: readonly Chart[]
  /** Relations of an office's own. */
  readonly own?: readonly OwnRelation[]
}

/** A document's tables, with every relation of sums already looked at, because one wrong cell breaks many. */
export interface TablesView extends Omit<TableOptions, 'charts' | 'own'> {
  readonly accounts: Accounts
  readonly charts: readonly Chart[]
  readonly sheet: Sheet
  readonly scaled: ReadonlyMap<TableId, number>
  readonly equations: ReadonlyMap<SumRelation, readonly Equation[]>
  readonly diagnosis: Diagnosis
  /** Tables in which so much fails that they were hardly read as they are printed. */
  readonly doubtful: ReadonlySet<TableId>
}
