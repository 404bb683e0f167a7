import { useId, type ChangeEvent } from 'react'

interface Common { readonly label: string; readonly hint?: string; readonly trouble?: string | undefined; readonly required?: boolean; readonly id?: string }

function Frame({ o, id, children }: { readonly o: Common; readonly id: string; readonly children: React.ReactNode }) {
  return (
    <div className={o.trouble === undefined ? 'field' : 'field bad'}>
      <label htmlFor={id}>{o.label}</label>
      {children}
      {o.hint !== undefined && <small id={`${id}-hint`}>{o.hint}</small>}
      {o.trouble !== undefined && <small className="bad" id={`${id}-trouble`}>{o.trouble}</small>}
    </div>
  )
}

type Changed = (value: string) => void
const described = (o: Common, id: string): string | undefined => [o.hint === undefined ? '' : `${id}-hint`, o.trouble === undefined ? '' : `${id}-trouble`].join(' ').trim() || undefined

export function TextField(o: Common & { readonly name?: string; readonly value?: string; readonly onChange?: Changed; readonly type?: 'text' | 'date' | 'password' | 'number'; readonly lines?: number; readonly autoComplete?: string; readonly defaultValue?: string; readonly minLength?: number }) {
  const made = useId()
  const id = o.id ?? made
  const props = {
    id, name: o.name, autoComplete: o.autoComplete ?? 'off', required: o.required, 'aria-invalid': o.trouble === undefined ? undefined : true, 'aria-describedby': described(o, id), defaultValue: o.defaultValue, minLength: o.minLength,
    ...(o.onChange === undefined ? {} : { value: o.value ?? '', onChange: (e: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => { o.onChange!(e.target.value) } }),
  }
  return <Frame o={o} id={id}>{o.lines === undefined ? <input type={o.type ?? 'text'} {...props} /> : <textarea rows={o.lines} {...props} />}</Frame>
}

export function Choice(o: Common & { readonly name?: string; readonly value?: string; readonly onChange?: Changed; readonly options: readonly (readonly [string, string])[] }) {
  const made = useId()
  const id = o.id ?? made
  return (
    <Frame o={o} id={id}>
      <select id={id} name={o.name} aria-invalid={o.trouble === undefined ? undefined : true} aria-describedby={described(o, id)} {...(o.onChange === undefined ? {} : { value: o.value, onChange: (e: ChangeEvent<HTMLSelectElement>) => { o.onChange!(e.target.value) } })}>
        {o.options.map(([value, says]) => <option key={value} value={value}>{says}</option>)}
      </select>
    </Frame>
  )
}

export function Tick(o: { readonly label: string; readonly id?: string; readonly name?: string; readonly checked?: boolean; readonly onChange?: (v: boolean) => void; readonly trouble?: string | undefined }) {
  const made = useId()
  const id = o.id ?? made
  return (
    <div className={o.trouble === undefined ? 'tick' : 'tick bad'}>
      <input type="checkbox" id={id} name={o.name} {...(o.onChange === undefined ? {} : { checked: o.checked ?? false, onChange: (e: ChangeEvent<HTMLInputElement>) => { o.onChange!(e.target.checked) } })} />
      <label htmlFor={id}>{o.label}</label>
      {o.trouble !== undefined && <small className="bad">{o.trouble}</small>}
    </div>
  )
}
