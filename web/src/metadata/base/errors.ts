/** Not a container that is known, or one that holds something whose metadata is not known. */
export class Unsupported extends Error {
  override name = "Unsupported";
}

/** Beyond one of the limits in limits.ts. To a caller, one more thing that is not supported. */
export class TooLarge extends Unsupported {
  override name = "TooLarge";
}

/** The container breaks its own format. */
export class Malformed extends Error {
  override name = "Malformed";
}
