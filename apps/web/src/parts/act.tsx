import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react'

import { ask } from '../ask.ts'
import { useWords } from '../language.tsx'
import { FRAME } from '../words/frame.ts'
import { Trouble } from './trouble.tsx'

/** An act that is done once, however often it is clicked: its key is made anew only after it succeeded. */
export function useAct<B = unknown, A = unknown>(method: 'POST' | 'PUT' | 'DELETE', path: string, done?: (answer: A) => void) {
  const client = useQueryClient()
  const key = useRef(crypto.randomUUID())
  return useMutation({
    mutationFn: async (o: { readonly body?: B; readonly form?: FormData }) => ask<A>(method, path, { ...o, key: key.current }),
    onSuccess: async (answer) => {
      key.current = crypto.randomUUID()
      await client.invalidateQueries()
      done?.(answer)
    },
    onError: () => { key.current = crypto.randomUUID() },
  })
}

/** A button that acts at once. */
export function ActButton({ path, says, body, kind, method = 'POST' }: { readonly path: string; readonly says: string; readonly body?: unknown; readonly kind?: 'main'; readonly method?: 'POST' | 'PUT' | 'DELETE' }) {
  const w = useWords(FRAME)
  const act = useAct(method, path)
  return (
    <span className="act">
      <button type="button" className={kind} disabled={act.isPending} onClick={() => { act.mutate(body === undefined ? {} : { body }) }}>{act.isPending ? w.working : says}</button>
      <Trouble error={act.error} />
    </span>
  )
}

/** A button that first asks for what the act needs, in a dialog. Escape and Cancel leave everything as it was. */
export function ActDialog<B>({ path, says, title, read, children, kind, method = 'POST', done }: {
  readonly path: string; readonly says: string; readonly title: string; readonly read: (form: FormData) => B; readonly children: ReactNode; readonly kind?: 'main'; readonly method?: 'POST' | 'PUT' | 'DELETE'; readonly done?: () => void
}) {
  const w = useWords(FRAME)
  const dialog = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  const act = useAct<B>(method, path, () => { setOpen(false); done?.() })
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  const submit = (e: FormEvent<HTMLFormElement>): void => {
    e.preventDefault()
    act.mutate({ body: read(new FormData(e.currentTarget)) })
  }
  return (
    <span className="act">
      <button type="button" className={kind} onClick={() => { act.reset(); setOpen(true) }}>{says}</button>
      {open && (
        <dialog ref={dialog} onClose={() => { setOpen(false) }} aria-label={title}>
          <form onSubmit={submit}>
            <h2>{title}</h2>
            {children}
            <Trouble error={act.error} />
            <p className="buttons"><button type="submit" className="main" disabled={act.isPending}>{act.isPending ? w.working : w.ok}</button><button type="button" onClick={() => { setOpen(false) }}>{w.cancel}</button></p>
          </form>
        </dialog>
      )}
    </span>
  )
}
