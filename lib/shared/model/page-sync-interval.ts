/** Minimum time between two syncs of an account that an open page causes. */
export const minPageSyncIntervalMs = 60_000;
