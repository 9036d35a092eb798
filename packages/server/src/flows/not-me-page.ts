/** Where a notice sends somebody who did not do what it tells of: a reset ends every session. */
export const notMePage = '/forgot-password';
