import { createContext, useContext, useEffect, useState, type MouseEvent, type ReactNode } from 'react'

/** The address as rooms see it: what stands after the entry, and the query. */
export interface Place { readonly path: string; readonly query: Readonly<Record<string, string>>; readonly base: string }
interface Router { readonly place: Place; readonly go: (to: string) => void }

const read = (base: string): Place => ({ base, path: location.pathname.slice(base.length) || '/', query: Object.fromEntries(new URLSearchParams(location.search)) })
const Context = createContext<Router | undefined>(undefined)

export function RouterRoom({ base, children }: { readonly base: string; readonly children: ReactNode }) {
  const [place, setPlace] = useState(() => read(base))
  useEffect(() => {
    const changed = (): void => { setPlace(read(base)) }
    addEventListener('popstate', changed)
    return () => { removeEventListener('popstate', changed) }
  }, [base])
  const go = (to: string): void => {
    history.pushState(null, '', base + to)
    setPlace(read(base))
    scrollTo(0, 0)
    document.querySelector<HTMLElement>('main h1')?.focus()
  }
  return <Context.Provider value={{ place, go }}>{children}</Context.Provider>
}

export function useRouter(): Router {
  const router = useContext(Context)
  if (router === undefined) throw new Error('outside the router')
  return router
}

export function Link({ to, children, className, current }: { readonly to: string; readonly children: ReactNode; readonly className?: string; readonly current?: boolean }) {
  const { place, go } = useRouter()
  const click = (e: MouseEvent): void => {
    if (e.metaKey || e.ctrlKey || e.shiftKey || e.button !== 0) return
    e.preventDefault()
    go(to)
  }
  return <a href={place.base + to} onClick={click} className={className} aria-current={current === true ? 'page' : undefined}>{children}</a>
}
