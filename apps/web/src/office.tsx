import { open } from './app.tsx'

open('office')
