/** Minimum time between two syncs of an account that an open page causes. */
export const pageSyncDistanceMs = 60_000;
