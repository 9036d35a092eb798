import { healthAnswer, healthy } from '../../contract/metadata.ts';
import { checkIssuing } from '../../flows/check-issuing.ts';
import { type Route, route } from '../route.ts';
import { anyone } from '../who.ts';

const tag = 'Operations';

export const healthRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/health/live',
    tag,
    summary: 'Whether the process answers',
    who: anyone,
    limits: [],
    output: { status: 200, body: healthAnswer },
    refusals: [],
    answer: () => ({ body: healthy }),
  }),
  route({
    method: 'GET',
    path: '/health/ready',
    tag,
    summary: 'Whether requests can be served',
    description:
      'Asks the database whether it answers and can be written to: 503 when it cannot, or when it is proven to be older than what was signed.',
    who: anyone,
    limits: [],
    output: { status: 200, body: healthAnswer },
    refusals: ['unavailable'],
    async answer(house) {
      await house.store.check();
      checkIssuing(house);
      return { body: healthy };
    },
  }),
];
