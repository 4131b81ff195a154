// Kinds of column; those from TEXT on may come in pieces. The same numbers stand in transcoder.ts.
export const BOOL: u32 = 0;
export const INT2: u32 = 1;
export const INT4: u32 = 2;
export const INT8: u32 = 3;
export const UUID: u32 = 4;
export const DATE: u32 = 5;
export const TIMESTAMP: u32 = 6;
export const TIMESTAMPTZ: u32 = 7;
export const TEXT: u32 = 8;
export const JSONB: u32 = 10;
export const BASE64: u32 = 11;
