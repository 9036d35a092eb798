import { createShop } from './shop.ts';

const port = Number(process.env['SHOP_PORT'] ?? 3000);
const issuer = process.env['SHOP_ISSUER'] ?? 'http://localhost:4000';

const shop = await createShop(issuer, {
  clientId: process.env['SHOP_FEED_CLIENT_ID'] ?? '',
  clientSecret: process.env['SHOP_FEED_SECRET'] ?? '',
});
const server = shop.app.listen(port, '127.0.0.1', (error?: Error) => {
  if (error === undefined) {
    console.log(`shop: http://localhost:${port}`);
    return;
  }
  console.error(`shop: cannot listen on port ${port} (${error.message}); set SHOP_PORT to another one`);
  process.exitCode = 1;
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    shop.close();
    server.close();
  });
}
