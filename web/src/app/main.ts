import './shell/nes-app.ts';
