export {
  AUTHORISING_EVENTS, certificateRequestText, messageText, SIGNER_RULES, sodDigest, sodDigestOf, type SodRequest, type SodAnswer, type SodBatch, type AnchorRequest, type AnchorAnswer,
  type MessageRequest, type SignedMessage, type RequestedUse, type CertificateRequestAnswer, type CertificateImport, type SignerHealth, type SignerKey, type SignerRefusal, type Words,
} from './message.ts'
export { parseSodRequest, parseSodBatch, parseAnchorRequest, parseMessageRequest, parseSignedMessage, parseCertificateImport, parseAnchor } from './parse.ts'
export {
  ceremonyDigest, KEY_TYPES, KEY_USES, parseCarryOut, parseCeremonyOrder, parseConfirmation, parseFounding, type BackupAnswer, type CarryOut, type CeremonyKind, type CeremonyList, type CeremonyOrder,
  type CeremonyState, type CeremonySubject, type CeremonyView, type Confirmation, type Founding,
} from './ceremony.ts'
export { SIGNER_API, signerOpenApi, type SignerRoute } from './api.ts'
export { HUB_REFUSALS, hubSentence } from './hub-refusal.ts'
