export {
  AUTHORISING_EVENTS, certificateRequestText, messageText, SIGNER_RULES, sodDigest, sodDigestOf, type SodRequest, type SodAnswer, type SodBatch, type AnchorRequest, type AnchorAnswer,
  type MessageRequest, type SignedMessage, type RequestedUse, type CertificateRequestAnswer, type CertificateImport, type SignerHealth, type SignerKey, type SignerRefusal, type Words, type Output,
} from './message.ts'
export { SIGNER_SENTENCES } from './sentence.ts'
export {
  parseSodRequest, parseSodBatch, parseAnchorRequest, parseMessageRequest, parseSignedMessage, parseCertificateImport, parseAnchor,
  parseEndorsementRequest, parseEndorsementQuestion, parseSealRequest, parseVisibleSealRequest, parseCardSecurityRequest, parseCredentialQuestion, parseCredentialImport,
} from './parse.ts'
export {
  endorsementText, endorsementDigest, endorsementKeyId, verifyEndorsement, EndorsementRecord, EndorsementCheck, type EndorsementRequest, type EndorsementAnswer, type EndorsementQuestion, type EndorsementVerdict,
} from './endorsement.ts'
export {
  sealDigest, sealStatement, visibleSealDigest, cardSecurityDigest, approvalFeatures, readApprovalSeal, APPROVAL_SEAL, type SealRequest, type SealAnswer, type ApprovalFacts, type VisibleSealRequest, type VisibleSealAnswer,
  type CardSecurityRequest, type CardSecurityAnswer, type CredentialQuestion, type CredentialImport, type CredentialState, type CredentialUse,
} from './seal.ts'
export {
  ceremonyDigest, KEY_TYPES, KEY_USES, parseCarryOut, parseCeremonyOrder, parseConfirmation, parseFounding, type BackupAnswer, type CarryOut, type CeremonyKind, type CeremonyList, type CeremonyOrder,
  type CeremonyState, type CeremonySubject, type CeremonyView, type Confirmation, type Founding,
} from './ceremony.ts'
export { CEREMONY_STATE_WORDS, CEREMONY_WORDS, ceremonyMinutes, minutesDate, type CeremonyMinutes } from './minutes.ts'
export { CUSTODIAN_API, SIGNER_API, signerOpenApi, type CustodianRoute, type SignerRoute } from './api.ts'
export { HUB_REFUSALS, hubSentence } from './hub-refusal.ts'
export { bundleHash, BUNDLE_KIND, isTrustBundle, openTrustBundle, type TrustBundle, type TrustBundleContent } from './bundle.ts'
