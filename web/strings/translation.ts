/** A translation of words: the same names, any text, and functions that take the same. A word that is missing does not compile. */
export type Translation<Words> = Words extends string
  ? string
  : Words extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Name in keyof Words]: Translation<Words[Name]> };
