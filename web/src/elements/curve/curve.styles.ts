import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    position: relative;
    direction: ltr;
    height: 6rem;
    min-width: 0;
    overflow: hidden;
    color: var(--nes-text, var(--text));
    --d: var(--nes-delta, var(--delta));
    --t: var(--nes-theta, var(--theta));
    --a: var(--nes-alpha, var(--alpha));
    --b: var(--nes-beta, var(--beta));
    --g: var(--nes-gamma, var(--gamma));
    --n: var(--nes-control, var(--control));
  }
  .surface {
    position: absolute;
    inset: 0;
    border-radius: inherit;
    touch-action: pan-y;
    -webkit-tap-highlight-color: transparent;
  }
  .surface[role='slider'] {
    cursor: crosshair;
  }
  .surface:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }
  svg {
    display: block;
    width: 100%;
    height: 100%;
    overflow: hidden;
  }
  text {
    font-family: var(--font, system-ui, sans-serif);
    font-variant-numeric: tabular-nums;
    fill: currentcolor;
  }
  .delta {
    fill: var(--d);
  }
  .theta {
    fill: var(--t);
  }
  .alpha {
    fill: var(--a);
  }
  .beta {
    fill: var(--b);
  }
  .gamma {
    fill: var(--g);
  }
  .none {
    fill: var(--n);
  }
  .ground-delta {
    fill: url(#delta);
  }
  stop.delta {
    stop-color: var(--d);
  }
  .ground-theta {
    fill: url(#theta);
  }
  stop.theta {
    stop-color: var(--t);
  }
  .ground-alpha {
    fill: url(#alpha);
  }
  stop.alpha {
    stop-color: var(--a);
  }
  .ground-beta {
    fill: url(#beta);
  }
  stop.beta {
    stop-color: var(--b);
  }
  .ground-gamma {
    fill: url(#gamma);
  }
  stop.gamma {
    stop-color: var(--g);
  }
  .glow {
    stop-opacity: 0.24;
  }
  .glow-end {
    stop-opacity: 0;
  }
  .zone {
    opacity: 0.045;
  }
  .border {
    stroke: var(--line);
    stroke-width: 1;
    opacity: 0.7;
  }
  .letter,
  .hz {
    stroke: var(--raised);
    stroke-width: 3px;
    stroke-linejoin: round;
    paint-order: stroke;
  }
  .letter {
    font-size: 12px;
  }
  .hz {
    font-size: 10px;
    fill: var(--quiet);
    text-anchor: end;
  }
  .bed {
    fill: url(#bed);
  }
  .bed-top {
    stop-color: currentcolor;
    stop-opacity: 0.05;
  }
  .bed-foot {
    stop-color: currentcolor;
    stop-opacity: 0.2;
  }
  .speck,
  .bell {
    fill: currentcolor;
    opacity: 0.5;
  }
  .under {
    opacity: 0.5;
  }
  .soft {
    opacity: 0.55;
  }
  .ahead {
    opacity: 0.45;
  }
  .chapter-line {
    stroke: currentcolor;
    stroke-width: 1;
    opacity: 0.16;
  }
  .chapter-name {
    font-size: 12px;
    fill: var(--quiet);
  }
  .chapter-name.now {
    fill: currentcolor;
  }
  .heard-line {
    fill: var(--accent);
  }
  .playhead {
    stroke: currentcolor;
    stroke-width: 1.5;
  }
  .knob {
    fill: currentcolor;
    stroke: var(--ink);
    stroke-width: 2;
  }
  .cursor {
    stroke: currentcolor;
    stroke-width: 1;
    stroke-dasharray: 2 3;
    opacity: 0.7;
  }
  .tag {
    fill: var(--raised);
    stroke: var(--line);
  }
  .tag-text {
    font-size: 12px;
  }
  @media print {
    .zone {
      opacity: 0.12;
    }
  }
`;
