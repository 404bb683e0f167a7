export { type Figure } from './figure.ts'
export { type Cause, type Finding, type FindingClass, type NotRun, type Outcome, type Rounding, type Severity } from './finding.ts'
export { type Accounts, type Amount, type MoneyUnit, type Row, type Section, type Table, type TableId } from './document.ts'
export { readText } from './reading/text.ts'
