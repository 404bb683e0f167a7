import { type Accounts, type Amount } from '../document.ts'
import { type Slot } from './subject.ts'

/** The cell of a table that a slot names: nothing when the document has no such table, `unread` when it could not be read, `blank` when it is empty. */
export function cellOf(_accounts: Accounts, _slot: Slot, _side: 'final' | 'budget'): Amount | 'blank' | 'unread' | undefined {
  return undefined
}
