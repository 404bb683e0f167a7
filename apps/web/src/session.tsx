import { type Nobody, type Session } from '@causeway/contract'
import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, type ReactNode } from 'react'

import { ask, setCsrf } from './ask.ts'

const Context = createContext<Session | undefined>(undefined)

/** Who is signed in, asked once and again whenever the server says that nobody is. */
export function useWhoAmI() {
  return useQuery({
    queryKey: ['session'], staleTime: 60_000,
    queryFn: async () => {
      const who = await ask<Session | Nobody>('GET', '/api/session')
      if (who.account !== undefined) setCsrf(who.csrf)
      return who
    },
  })
}

export function SessionRoom({ session, children }: { readonly session: Session; readonly children: ReactNode }) {
  return <Context.Provider value={session}>{children}</Context.Provider>
}

export function useSession(): Session {
  const s = useContext(Context)
  if (s === undefined) throw new Error('nobody is signed in')
  return s
}
