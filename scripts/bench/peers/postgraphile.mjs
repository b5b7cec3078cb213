/** PostGraphile 5 as it comes, over the same tables. */
import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL, schemas: ['public'], poolConfig: { max: 10 } }),
  ],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false },
  grafast: { explain: false },
});
const inner = createServer();
await instance.createServ(grafserv).addTo(inner);
await instance.getSchema();
createServer((request, response) => {
  if (request.url === '/health/ready') response.end('{}');
  else inner.emit('request', request, response);
}).listen(Number(process.env.PORT), process.env.HOST);
