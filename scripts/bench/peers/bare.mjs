/** One answer from memory to every request: what is left of a figure when the server does nothing. */
import { createServer } from 'node:http';

const answer = Buffer.from(JSON.stringify({ data: Array.from({ length: 20 }, (_, n) => `Person ${n} `.repeat(25)) }));
createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
  });
}).listen(Number(process.env.PORT), process.env.HOST);
