export { linkEntry, entryHash, entryText, hashText, GENESIS, type Entry } from './entry.ts'
export { anchorText, anchorHash, keyIdOf, isAnchorSigned, isTextSigned, parseAnchorKeys, type Anchor, type AnchorKey } from './anchor.ts'
export { exportLines, parseExport, type Exported, type Heading } from './export.ts'
export { verifyJournal, chainFaults, type JournalVerdict, type Fault, type FaultKind } from './verify.ts'
