import { mutation } from '../../schema/builder.ts';
import { deviceName, identityPayload, signedIn, timeZone } from '../account-inputs.ts';
import { startGuest } from '../start-guest.ts';

mutation('startGuest', {
  description: 'Makes a guest: a person without address or password, so that what a browser does can be kept.',
  authScopes: {},
  quiet: true,
  input: (t) => ({
    deviceId: t.field({ type: 'UUID', required: true, description: 'Random id that the browser keeps for itself.' }),
    deviceName: t.string({
      required: true,
      validate: deviceName,
      description: 'What the device is called in the list of devices, at most 100 characters.',
    }),
    timeZone: t.string({ required: true, validate: timeZone, description: 'IANA time zone, e.g. `Europe/Berlin`.' }),
  }),
  resolve: async (input, context) => signedIn(context, await startGuest(context, input)),
  payload: identityPayload,
});
