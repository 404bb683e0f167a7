export {
  chartOf, CHARTS, classCode, codeName, codesNamed, compareName, foldName, levelOf, parentOf, readChart, type Chart, type ChartItem, type ChartKind, type NameVerdict,
} from './chart/chart.ts'
export {
  add, agree, below, cut, differenceOf, divide, fraction, halfDigit, isBlank, isCut, isSame, meet, minus, negative, parseFigure, point, rangeOf, scale, show, subtract, sumOf, valueOf, ZERO,
  type Agreement, type Figure, type Fraction, type Range,
} from './figure.ts'
export { type Cause, type Finding, type FindingClass, type NotRun, type Outcome, type Rounding, type Severity } from './finding.ts'
export { TEXT_RELATIONS, examineNarrative } from './narrative/narrative.ts'
export { type TextRelation } from './narrative/tell.ts'
export { type Accounts, type Amount, type MoneyUnit, type Row, type Section, type Table, type TableId } from './document.ts'
export { readText } from './reading/text.ts'
export { examinePerformance, PERFORMANCE, type PerformanceRelation } from './scorecard/relation.ts'
export { examine, type Examination, type ExamineOptions } from './examine.ts'
export { readAccounts } from './reading/accounts.ts'
export { parseProfile, PROFILES, type Profile } from './table/profile.ts'
export { type Described, parseScorecard, SCORECARD_REFUSALS, type ScorecardRefusal } from './scorecard/described.ts'
export { type Scorecard, type ScoredLine, scoreContent, scoreDescribed } from './scorecard/score.ts'
export { recordAccounts, type AccountsRecord, type RecordedGap, type RecordedRow, type RecordedSlot, type RecordedTable } from './report/record.ts'
export { renderTables } from './report/statement.ts'
export { bookOf, districtBook, type Book } from './report/book.ts'
export { compareReports, type Comparison } from './report/compare.ts'
export { districtOf, markOf, type District, type Unexamined } from './report/district.ts'
export { districtHtml, reportHtml } from './report/html.ts'
export { RELATIONS, type LedgerOutcome, type LedgerRow, type RelationRow } from './report/ledger.ts'
export { locate, type Location } from './report/locate.ts'
export { reportOf, spotWords, titleOf, type Report, type ReportFinding, type ReportNotRun, type ReportRounding, type ReportUnread, type Spot } from './report/report.ts'
export { CAUSE_WORDS, CLASS_WORDS, OUTCOME_WORDS, SEVERITY_WORDS } from './report/word.ts'
