import { createApp, h, ref } from 'vue';

const protocols = ['focus', 'relaxation', 'meditation', 'nap'];

createApp({
  setup() {
    const protocol = ref('relaxation');
    const said = ref('');
    return () => [
      h(
        'p',
        protocols.map((one) =>
          h(
            'button',
            { class: 'host', 'aria-pressed': one === protocol.value, onClick: () => (protocol.value = one) },
            one,
          ),
        ),
      ),
      h('nes-player', {
        protocol: protocol.value,
        scene: 'merkaba',
        'onNes-load': (event: { heading: string }) => (said.value = `${event.heading} is ready`),
        'onNes-play': () => (said.value = 'playing'),
        'onNes-stop': () => (said.value = 'stopped'),
      }),
      h('p', { class: 'quiet', role: 'status' }, said.value),
    ];
  },
}).mount('#app');
