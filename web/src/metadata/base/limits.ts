// Bounds on what one clean() holds and does. They are those of limits.go, because both sides refuse at the same points.

/** The largest piece read at once, in bytes. It exceeds the longest JPEG segment (65,535 bytes). */
export const bufferSize = 256 << 10;
/** How many pieces the layout of one image may have. */
export const maxPieces = 1 << 16;
/** How many bytes of a PNG or WebP Exif block are looked at for the orientation. */
export const maxExif = 64 << 10;
/** The longest ICC profile, in bytes, as stored and as unpacked. */
export const maxProfile = 4 << 20;
/** The most tags that an ICC profile may have. */
export const maxProfileTags = 100;

/** The most entries of a ZIP container. */
export const maxEntries = 10_000;
/** The longest name of an entry, in bytes. */
export const maxName = 1024;
/** The longest XML part, in bytes, unpacked. */
export const maxXML = 16 << 20;
/** The deepest nesting of XML elements. */
export const maxDepth = 512;
/** The most attributes of an XML tag. */
export const maxAttrs = 256;
/** How many bytes of a Word field's code are looked at. */
export const maxFieldCode = 4 << 10;

/** How many directories of an Exif structure are looked through for what they say. */
export const maxDirectories = 16;
/** The longest text of a PNG file that is looked through, in bytes, unpacked. */
export const maxText = 1 << 20;
/** How many pictures of a document are looked through. */
export const maxPictures = 50;
/** How many parts with text of a document are looked through. */
export const maxTexts = 100;

/**
 * Bounds the sum of all unpacked parts of a ZIP container of size bytes: what is stored may be as large as the
 * container, what is deflated must not be a bomb.
 */
export function unpackedLimit(size: number): number {
  return Math.min((512 << 20) + size, (32 << 20) + 50 * size);
}

/**
 * Bounds the cleaned form of a ZIP container of size bytes. Edited parts are stored, so that one that was packed well
 * could otherwise grow a hundredfold.
 */
export function cleanedLimit(size: number): number {
  return 2 * size + (1 << 20);
}
