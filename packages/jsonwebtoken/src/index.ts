import * as jsonwebtoken from './jsonwebtoken.ts';

export * from './jsonwebtoken.ts';
/** As a namespace, so that `jwt.JwtPayload` is a type where `jwt` is the default import. */
export default jsonwebtoken;
