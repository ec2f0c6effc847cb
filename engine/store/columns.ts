import type { ColumnType } from 'kysely';

/** A WGS84 place: read as {x: longitude, y: latitude}, written as "(longitude,latitude)". */
export type PointColumn = ColumnType<{ x: number; y: number }, string, string>;
/** A place that may not be known. */
export type PlaceColumn = ColumnType<{ x: number; y: number } | null, string | null | undefined, string | null>;
/** A list kept as jsonb; written as its JSON text. */
export type JsonList<T> = ColumnType<T[], string, string>;
/** Follows from other columns. */
export type ReadOnly<T> = ColumnType<T, never, never>;
export type Optional<T> = ColumnType<T | null, T | null | undefined, T | null>;
