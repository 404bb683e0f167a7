import { type Nobody } from '@causeway/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'

import { ask } from '../ask.ts'
import { useLanguage, useWords } from '../language.tsx'
import { TextField } from '../parts/field.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { FRAME } from '../words/frame.ts'
import { SIGN_IN } from '../words/rooms.ts'

const UNIT = /^(clerk|signatory|traveller)/

export function SignIn({ entry, nobody }: { readonly entry: 'portal' | 'office'; readonly nobody: Nobody }) {
  const w = useWords(SIGN_IN)
  const f = useWords(FRAME)
  const { language, set } = useLanguage()
  const client = useQueryClient()
  const [login, setLogin] = useState('')
  const [password, setPassword] = useState('')
  const go = useMutation({ mutationFn: async () => ask('POST', '/api/session', { body: { login, password } }), onSuccess: async () => client.invalidateQueries() })
  const submit = (e: FormEvent): void => { e.preventDefault(); go.mutate() }
  const accounts = (nobody.demoAccounts ?? []).filter((a) => UNIT.test(a.login) === (entry === 'portal'))
  return (
    <main className="sign-in">
      <p className="tools"><button type="button" className="quiet" lang={language === 'zh' ? 'en' : 'zh-CN'} onClick={() => { set(language === 'zh' ? 'en' : 'zh') }}>{f.other}</button></p>
      <h1>{language === 'zh' ? nobody.office.name : nobody.office.nameEn}</h1>
      <p className="lead">{w.lead}</p>
      <form onSubmit={submit} className="card">
        <h2>{entry === 'portal' ? f.portal : f.office} · {w.title}</h2>
        <TextField label={w.login} value={login} onChange={setLogin} autoComplete="username" required />
        <TextField label={w.password} type="password" value={password} onChange={setPassword} autoComplete="current-password" required />
        <Trouble error={go.error} />
        <p className="buttons"><button type="submit" className="main" disabled={go.isPending}>{go.isPending ? f.working : w.go}</button></p>
        <p><a href={entry === 'portal' ? '/office' : '/portal'}>{entry === 'portal' ? w.toOffice : w.toPortal}</a></p>
      </form>
      {nobody.demo && <section className="card"><h2>{w.demo}</h2><ul className="chips">{accounts.map((a) => <li key={a.login}><button type="button" onClick={() => { setLogin(a.login); setPassword(a.password) }}>{a.says} <small>{a.login}</small></button></li>)}</ul></section>}
    </main>
  )
}
