export { countLines, deflate, deflatedPointer, plainPointer } from './deflate';
export { forgetSeen, notesPointer, takeNotes } from './notes';
export { addColumn, feed, isComplete, namePointer, noteColumn, outputPointer, rawPointer, reset, takeOutput, takeRows, takeTorn, transcode } from './transcode';
