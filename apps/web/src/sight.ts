/** One picture of the camera, with the number under which the answer goes back. */
export interface Picture { readonly id: number; readonly image: ImageData }
/** What the picture showed: the bytes of a bar code, and its text. */
export interface Sight { readonly id: number; readonly found?: { readonly format: string; readonly bytes: Uint8Array; readonly text: string }; readonly fault?: string }
