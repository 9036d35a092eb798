import type { GuardStatus } from './guard-status.ts';

/** One line of the text format: name, labels, value. */
type Sample = readonly [name: string, labels: string, value: number | undefined];

const kinds: Readonly<Record<string, { readonly type: 'gauge' | 'counter'; readonly help: string }>> = {
  countersign_guard_cache_entries: { type: 'gauge', help: 'Tokens remembered as verified' },
  countersign_guard_cache_bytes: { type: 'gauge', help: 'What they count' },
  countersign_guard_cache_hits_total: { type: 'counter', help: 'Tokens that were not verified again' },
  countersign_guard_feed_connected: { type: 'gauge', help: '1 while revocations arrive at once' },
  countersign_guard_feed_sequence: { type: 'gauge', help: 'Number of the last revocation that is known' },
  countersign_guard_feed_head_age_seconds: { type: 'gauge', help: 'Since the issuer last vouched for it' },
  countersign_guard_feed_entries: { type: 'gauge', help: 'Denials held' },
  countersign_guard_feed_bytes: { type: 'gauge', help: 'What they take' },
};

/** A guard's status in the text format that Prometheus reads. */
export function writeMetrics({ cache, issuers }: GuardStatus): string {
  const samples: Sample[] = [
    ['countersign_guard_cache_entries', '', cache.entries],
    ['countersign_guard_cache_bytes', '', cache.bytes],
    ['countersign_guard_cache_hits_total', '', cache.hits],
  ];
  for (const { issuer, revocations } of issuers) {
    if (revocations.kind === 'none') continue;
    const labels = `{issuer="${escapeLabel(issuer)}"}`;
    const age = revocations.headAgeMs === undefined ? undefined : revocations.headAgeMs / 1000;
    samples.push(
      ['countersign_guard_feed_connected', labels, revocations.isConnected ? 1 : 0],
      ['countersign_guard_feed_sequence', labels, revocations.seq],
      ['countersign_guard_feed_head_age_seconds', labels, age],
      ['countersign_guard_feed_entries', labels, revocations.entries],
      ['countersign_guard_feed_bytes', labels, revocations.bytes],
    );
  }
  return Object.entries(kinds)
    .flatMap(([name, { type, help }]) => {
      const lines = samples.flatMap(([sample, labels, value]) =>
        sample === name && value !== undefined ? [`${name}${labels} ${value}`] : [],
      );
      return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
    })
    .join('\n')
    .concat('\n');
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
