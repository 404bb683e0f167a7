import { type Report } from '@causeway/accounts'
import { openThreads, type Threads } from '@causeway/ground'
import { type Content, type Refusal, type Result } from '@causeway/kernel'

/** A file; of an archive the one that is named: it is unpacked where it is read. */
export interface Upload { readonly name: string; readonly bytes: Uint8Array; readonly entry?: string }
export interface Examined { readonly report: Report; readonly content: Content }
export type Examiner = Threads<Upload, Result<Examined, Refusal>>

/** Threads apart from the server, so that a document that is hostile or heavy stops nobody else. */
export const openExaminer = (): Examiner => openThreads(new URL('./examiner-thread.ts', import.meta.url), { size: 2, longest: 60_000, heap: 768, queue: 400 })
