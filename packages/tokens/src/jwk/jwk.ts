/** A JSON Web Key as this package writes it (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2, RFC 9964 §3). */
export interface Jwk {
  readonly kty: string;
  readonly alg?: string;
  readonly kid?: string;
  readonly use?: string;
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
  readonly pub?: string;
}

/** A JWK with private members; never publish one. */
export interface PrivateJwk extends Jwk {
  readonly d?: string;
  readonly p?: string;
  readonly q?: string;
  readonly dp?: string;
  readonly dq?: string;
  readonly qi?: string;
  readonly k?: string;
  readonly priv?: string;
}

interface KeyMembers {
  /** Required members of the public key (of the secret for `oct`), in the order of RFC 7638 §3.2. */
  readonly public: readonly string[];
  /** Members that come with a private key, all or none. */
  readonly private: readonly string[];
}

const table: { readonly [kty: string]: KeyMembers } = {
  // RFC 9964 §3 and §6: the type says nothing of the algorithm, so `alg` is part of the key.
  AKP: { public: ['alg', 'kty', 'pub'], private: ['priv'] },
  EC: { public: ['crv', 'kty', 'x', 'y'], private: ['d'] },
  OKP: { public: ['crv', 'kty', 'x'], private: ['d'] },
  RSA: { public: ['e', 'kty', 'n'], private: ['d', 'p', 'q', 'dp', 'dq', 'qi'] },
  oct: { public: ['k', 'kty'], private: [] },
};

/** Null-prototype rows by `kty`. */
export const keyMembers: { readonly [kty: string]: KeyMembers } = Object.freeze(
  Object.assign(Object.create(null), table),
);
