export { countLines, deflate, deflatedPointer, plainPointer } from './deflate';
export { addColumn, feed, isComplete, namePointer, outputPointer, rawPointer, reset, takeOutput, takeRows, transcode } from './transcode';
