import { open } from './app.tsx'

open('portal')
