export { unprintable } from './font.ts'
export { openPress, type Press, type ApprovalPaper, type DataPage } from './press.ts'
export { demoFace, faceSvg } from './picture/face.ts'
export { examinePhoto, PERMIT_PHOTO, type PhotoLimits, type ExaminedPhoto } from './picture/photo.ts'
