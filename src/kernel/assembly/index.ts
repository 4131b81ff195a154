export { deflate, deflatedPointer, plainPointer } from './deflate';
