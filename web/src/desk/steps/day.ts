// The day on which a step of the law was done.

/** Reports whether a step can have been done on a day. */
export const dayFits = (day: string, min: string, max: string): boolean => /^\d{4}-\d\d-\d\d$/.test(day) && day >= min && day <= max;
