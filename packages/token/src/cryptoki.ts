/** What the binding calls a slot, a session, an object. */
export type Handle = Buffer
export interface Attribute { readonly type: number; readonly value?: Buffer | boolean | number | string }

/** What is used of the PKCS#11 binding. It is an optional part, so its types are ours. @source OASIS PKCS#11 v2.40 */
export interface Cryptoki {
  load(path: string): void
  close(): void
  C_Initialize(options?: { readonly flags: number }): void
  C_Finalize(): void
  C_GetSlotList(present: boolean): Handle[]
  C_GetTokenInfo(slot: Handle): { readonly label: string; readonly serialNumber: string; readonly model: string; readonly manufacturerID: string; readonly maxPinLen: number }
  C_GetMechanismList(slot: Handle): number[]
  C_OpenSession(slot: Handle, flags: number): Handle
  C_CloseSession(session: Handle): void
  C_CloseAllSessions(slot: Handle): void
  C_Login(session: Handle, user: number, pin: string): void
  C_Logout(session: Handle): void
  C_SetPIN(session: Handle, before: string, after: string): void
  C_GenerateKey(session: Handle, mechanism: { readonly mechanism: number }, template: readonly Attribute[]): Handle
  C_GenerateKeyPairAsync(
    session: Handle, mechanism: { readonly mechanism: number }, publicTemplate: readonly Attribute[],
    privateTemplate: readonly Attribute[],
  ): Promise<{ readonly publicKey: Handle; readonly privateKey: Handle }>
  C_GetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): { readonly value: Buffer }[]
  C_SetAttributeValue(session: Handle, object: Handle, template: readonly Attribute[]): void
  C_FindObjectsInit(session: Handle, template: readonly Attribute[]): void
  C_FindObjects(session: Handle, most: number): Handle[]
  C_FindObjectsFinal(session: Handle): void
  C_DestroyObject(session: Handle, object: Handle): void
  C_SignInit(session: Handle, mechanism: { readonly mechanism: number; readonly parameter?: unknown }, key: Handle): void
  C_SignAsync(session: Handle, data: Buffer, room: Buffer): Promise<Buffer>
}

export type Binding = { readonly PKCS11: new () => Cryptoki } & Readonly<Record<string, number>>

/** A token could not do it: its code is for programs, its message one line for a person. */
export class TokenError extends Error {
  readonly code: string
  constructor(code: string, says: string) {
    super(says)
    this.code = code
  }
}

/**
 * The binding. A process that lays its rights down reads it before.
 *
 * @throws TokenError `pkcs11-missing` when this installation has none
 */
export async function cryptokiBinding(): Promise<Binding> {
  // by a name that no tool resolves: the package is optional, and may be absent
  const name: string = 'pkcs11js'
  try {
    const loaded = await import(name) as Binding & { readonly default?: Binding }
    return loaded.default ?? loaded
  } catch {
    throw new TokenError('pkcs11-missing', 'pkcs11js is not installed; npm install --include=optional pkcs11js, which needs a C++ compiler')
  }
}

/** A loaded module. */
export interface Module {
  readonly p: Cryptoki
  readonly b: Binding
  /** The slot of the token with a label. @throws TokenError `token-missing` */
  readonly slot: (label: string) => Handle
  /** A session that may write, before any login. */
  readonly session: (slot: Handle) => Session
  readonly close: () => void
}

export interface Session { readonly p: Cryptoki; readonly b: Binding; readonly handle: Handle }

/** The return value in an error of the binding; undefined in any other error. */
export const returnCode = (error: unknown): number | undefined => {
  const code = (error as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'number' ? code : undefined
}

const GONE = [
  'CKR_DEVICE_ERROR', 'CKR_DEVICE_REMOVED', 'CKR_TOKEN_NOT_PRESENT', 'CKR_TOKEN_NOT_RECOGNIZED', 'CKR_SESSION_CLOSED', 'CKR_SESSION_HANDLE_INVALID',
  'CKR_USER_NOT_LOGGED_IN', 'CKR_CRYPTOKI_NOT_INITIALIZED', 'CKR_SLOT_ID_INVALID', 'CKR_KEY_HANDLE_INVALID', 'CKR_OBJECT_HANDLE_INVALID', 'CKR_GENERAL_ERROR', 'CKR_FUNCTION_FAILED',
]

/** Whether an error says that token, login or handles are lost, and not that this one request was wrong. */
export function isTokenGone(b: Binding, error: unknown): boolean {
  const code = returnCode(error)
  return code !== undefined && GONE.some((name) => b[name] === code)
}

/**
 * Loads a module and initialises it for several threads.
 *
 * @throws TokenError `pkcs11-module` when there is none at the path, or it does not start
 */
export function openModule(b: Binding, path: string): Module {
  const p = new b.PKCS11()
  try {
    p.load(path)
    p.C_Initialize({ flags: b['CKF_OS_LOCKING_OK']! })
  } catch (error) {
    if (returnCode(error) !== b['CKR_CRYPTOKI_ALREADY_INITIALIZED']) throw new TokenError('pkcs11-module', `${path} cannot be used: ${(error as Error).message}`)
  }
  return {
    p, b,
    slot: (label) => {
      const slot = p.C_GetSlotList(true).find((s) => p.C_GetTokenInfo(s).label.replace(/[\s\0]+$/, '') === label)
      if (slot === undefined) throw new TokenError('token-missing', `there is no token ${label}`)
      return slot
    },
    session: (slot) => ({ p, b, handle: p.C_OpenSession(slot, b['CKF_SERIAL_SESSION']! | b['CKF_RW_SESSION']!) }),
    close: () => { p.C_Finalize(); p.close() },
  }
}
