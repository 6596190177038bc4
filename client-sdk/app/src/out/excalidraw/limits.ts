/** How much a drawing may hold. All of it is read before anything is written. */

/**
 * Bytes of a file. A full page (20,000 strokes, 2.4 million points) leaves as 65 MiB, which take 4 s and some
 * 300 MiB of memory to read on a plain PC; pictures are written with a third more than they have.
 */
export const FILE_BYTES_MAX = 96 * 1024 * 1024;
/** Objects: a full page has 20,000 strokes. */
export const ELEMENTS_MAX = 20_000;
/** Points of all lines together: those of a full page. */
export const POINTS_MAX = 2_400_000;
/** Pictures. Each is stored with the board before anything is written. */
export const PICTURES_MAX = 100;
/** Bytes of one picture; the server takes no more (protocol/src/limits.rs). */
export const PICTURE_BYTES_MAX = 10 * 1024 * 1024;
/** Corners of a line, arrow or polygon, likewise. */
export const PATH_POINTS_MAX = 2_000;
/** Characters of one text, likewise. */
export const TEXT_CHARS_MAX = 20_000;
/** Where their canvas may go, in its units. What lies further away is damaged. */
export const COORDINATE_MAX = 1_000_000;
/** Of a page, hidden records included, likewise. */
export const RECORDS_MAX = 100_000;
