/** Told where a long computation is, such as "resample 40 of 2000". */
export type Progress = (at: string) => void;
