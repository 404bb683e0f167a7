import { createContext, useContext, useEffect, useState, type ReactNode } from 'react'

import { setLanguageHeader } from './ask.ts'

export type Language = 'zh' | 'en'
export type Words<K extends string = string> = Readonly<Record<K, { readonly zh: string; readonly en: string }>>

const Context = createContext<{ readonly language: Language; readonly set: (l: Language) => void }>({ language: 'zh', set: () => undefined })

const kept = (): Language => (localStorage.getItem('language') === 'en' ? 'en' : 'zh')

/** Chinese first; English at a switch, remembered on this machine. */
export function LanguageRoom({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(kept)
  setLanguageHeader(language)
  useEffect(() => { document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en' }, [language])
  const set = (l: Language): void => { localStorage.setItem('language', l); setLanguage(l) }
  return <Context.Provider value={{ language, set }}>{children}</Context.Provider>
}

export const useLanguage = () => useContext(Context)

/** The words of a room in the language of the reader. */
export function useWords<K extends string>(words: Words<K>): Readonly<Record<K, string>> {
  const { language } = useLanguage()
  return Object.fromEntries(Object.entries(words).map(([k, v]) => [k, (v as { zh: string; en: string })[language]])) as Record<K, string>
}

/** A word that comes from the server as a code: its translation, or itself. */
export function useTerm(words: Words): (code: string) => string {
  const { language } = useLanguage()
  return (code) => words[code]?.[language] ?? code
}
