export { countLines, deflate, deflatedPointer, plainPointer } from './deflate';
export { forgetHashKey, hashesPointer, hashWaiting, setHashKey, takeHashes } from './keyed-hashes';
export { forgetSeen, notesPointer, takeNotes, tellAll } from './notes';
export {
  addColumn,
  feed,
  hashAs,
  isComplete,
  namePointer,
  noteColumn,
  noteField,
  noteRule,
  outputPointer,
  rawPointer,
  reset,
  takeOutput,
  takeRows,
  takeTorn,
  transcode,
} from './transcode';
