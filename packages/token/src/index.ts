export { cryptokiBinding, isTokenGone, openModule, returnCode, TokenError, type Binding, type Handle, type Module, type Session } from './cryptoki.ts'
export { destroyKeys, findKey, makeMacKey, makePair, macMechanism, type MacMechanism, type PairKind } from './object.ts'
export { ecdsaDer, macAt, mechanismOf, signAt, type Mechanism } from './use.ts'
