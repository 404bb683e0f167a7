import { cryptokiBinding } from '@causeway/token'

import { openFileKeeper } from './file.ts'
import { type Keeper } from './keeper.ts'
import { startPool } from './pool.ts'
import { openTokenKeeper } from './token.ts'

export interface CustodyPlace { readonly pkcs11?: string | undefined; readonly token?: string | undefined }

/**
 * Reads all code that the custody needs, threads and bindings with it: done before a process lays its rights down,
 * because the checkout may be closed to whom it becomes. Answers what opens the custody of a folder.
 *
 * @throws Error when one of module and label is missing, or the binding is not installed
 */
export async function prepareCustody(place: CustodyPlace): Promise<(dir: string) => Keeper> {
  const { pkcs11: module, token: label } = place
  if (module === undefined && label === undefined) {
    const pool = await startPool()
    return (dir) => openFileKeeper(dir, pool)
  }
  if (module === undefined || label === undefined) throw new Error('--pkcs11 MODULE and --token LABEL go together')
  const binding = await cryptokiBinding()
  return (dir) => openTokenKeeper(dir, { binding, module, label })
}
