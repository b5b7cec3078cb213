import type { TemplateResult } from 'lit';
import copy from '#icons/copy.svg?raw';
import fit from '#icons/fold-horizontal.svg?raw';
import open from '#icons/folder-open.svg?raw';
import magnet from '#icons/magnet.svg?raw';
import down from '#icons/move-down.svg?raw';
import up from '#icons/move-up.svg?raw';
import add from '#icons/plus.svg?raw';
import redo from '#icons/redo-2.svg?raw';
import loop from '#icons/repeat.svg?raw';
import start from '#icons/skip-back.svg?raw';
import split from '#icons/split.svg?raw';
import remove from '#icons/trash-2.svg?raw';
import undo from '#icons/undo-2.svg?raw';
import upload from '#icons/upload.svg?raw';
import zoomIn from '#icons/zoom-in.svg?raw';
import zoomOut from '#icons/zoom-out.svg?raw';
import { inlineIcon } from '../../elements/icons.ts';

const icons = {
  add,
  copy,
  down,
  fit,
  loop,
  magnet,
  open,
  redo,
  remove,
  split,
  start,
  undo,
  up,
  upload,
  zoomIn,
  zoomOut,
};

/** Icons that only the editor shows; they load with it. */
export const editorIcon = (name: keyof typeof icons): TemplateResult => inlineIcon(icons[name]);
