/** JSON bodies of a route that takes names, options and paths alone, each character escaped. */
export const BODY_LIMIT_BYTES = 256 * 1024;

/** A million characters of code or input, each escaped; more arguments than Linux takes fit too. */
export const CODE_LIMIT_BYTES = 8 * 1024 * 1024;

/** A recipe with its files, as large as one is stored. */
export const RECIPE_LIMIT_BYTES = 32 * 1024 * 1024;

/** 64 keys, and what else is in the body of a pull. */
export const KEYS_LIMIT_BYTES = 1024 * 1024;

/** Environment and small files for each of a thousand children. */
export const CHILDREN_LIMIT_BYTES = 64 * 1024 * 1024;

/** The code of a warm-up, as large as a manifest may be. */
export const WARM_UP_LIMIT_BYTES = 16 * 1024 * 1024;
