import { type Report } from '@causeway/accounts'
import { type Content } from '@causeway/kernel'

/** One document of an upload, examined: its report and its text, for the page to show beside each other; or why it could not be. */
export type ExaminedDocument =
  | { readonly name: string; readonly report: Report; readonly content: Content }
  | { readonly name: string; readonly problem: { readonly code: string; readonly zh: string; readonly en: string } }

/** What an upload of documents is answered with. Nothing of it is kept. */
export interface ExaminedUpload { readonly documents: readonly ExaminedDocument[] }
