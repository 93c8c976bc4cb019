// From a typed subject to one that the forge knows: its repository is asked of the forge, by its path.

/** `FORGE:OWNER/NAME#14`, `FORGE:OWNER/NAME#-name`. */
export const SUBJECT =
  /^[a-z0-9][a-z0-9-]*:[A-Za-z0-9_.-]{1,100}\/[A-Za-z0-9_.-]{1,100}#([1-9]\d{0,8}|-[a-z0-9][a-z0-9-]{0,39})$/;
