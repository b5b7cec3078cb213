/**
 * The process as the image starts it. Everything above `start`, the schema of GraphQL most of all, is made when the image is, and a start reads what
 * came of it from one file (scripts/snapshot-api.ts): so nothing may be read from variables, clock or chance while modules are loaded.
 */
import { startupSnapshot } from 'node:v8';
import { start } from './start.ts';

startupSnapshot.setDeserializeMainFunction(start);
