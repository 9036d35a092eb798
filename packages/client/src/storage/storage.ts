/** Where a client keeps its one value. Rooms of this folder implement it. */
export interface ValueStorage {
  readonly kind: 'memory' | 'localStorage' | 'sessionStorage' | 'cookie' | 'custom';
  /** What the tabs that share this storage call it; `undefined` when no other tab can see it. */
  readonly sharedAs: string | undefined;
  readonly read: () => Promise<string | undefined>;
  readonly write: (value: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}
