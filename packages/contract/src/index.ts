export { ROLES, UNIT_ROLES, ACTS, VIEWS, scopeOf, type Role, type Scope, type Rule, type ActName, type ViewName } from './access.ts'
export { ROUTES, type Route, type RouteName } from './route.ts'
export { type Problem, type FormProblem } from './problem.ts'
export { SignIn, NewPassword, type Session, type Nobody, type Page, type Queue, type QueueName } from './session.ts'
export { NewUnit, NewAccount, Grant, type UnitRow, type AccountRow, type RuleRow, type Statistics } from './office.ts'
export { NewPerson, NameQuestion, NameConfirmation, Erasure, type NameProposal, type NameAnswer, type PersonRow, type PersonPage } from './person.ts'
export { MissionForm, Submission, Opinion, ReturnToUnit, type Examination, type Draft, type DraftRow, type AttachmentAnswer, type MissionRow, type MissionMember, type MissionPage, type MissionDocument, type TimelineRow } from './mission.ts'
export { Enrolment, BlankBatch, Allocation, Spoil, JOB_STEPS, type EnrolmentRow, type EnrolmentAnswer, type BlankRow, type BlankList, type JobRow, type JobPage, type Verdict } from './production.ts'
export { CHECK_SENTENCES, CHECK_WORDS, checkSentence, checkWords, type SpokenCheck } from './check.ts'
export { HandOut, Return, Report, ControlRelease, type PermitRow, type PermitPage, type ChipDump, type HomecomingRow, type ControlRow } from './permit.ts'
export { type JournalRow, type TrustAnswer, type PlatformAnswer } from './journal.ts'
export { type SignerPage, type SignerDue, type SignerKeyRow, type SignerCertificateRow, type SignerCeremonyRow } from './signer.ts'
export {
  EndorsementLook, SealQuestion, VERIFICATION_POLICIES, type BatchLine, type BatchList, type BatchState, type PermitStanding, type PermitVerification, type TrustAge, type TrustListRow, type TrustPage, type TrustSettings, type TrustStanding,
  type Verification, type VerificationBatch, type VerificationCheck, type VerificationKind, type VerificationPolicy, type VerificationVerdict,
} from './verification.ts'
export { type ExaminedDocument, type ExaminedUpload } from './examination.ts'
