import type { TemplateResult } from 'lit';
import copy from 'lucide-static/icons/copy.svg?raw';
import fit from 'lucide-static/icons/fold-horizontal.svg?raw';
import open from 'lucide-static/icons/folder-open.svg?raw';
import magnet from 'lucide-static/icons/magnet.svg?raw';
import down from 'lucide-static/icons/move-down.svg?raw';
import up from 'lucide-static/icons/move-up.svg?raw';
import add from 'lucide-static/icons/plus.svg?raw';
import redo from 'lucide-static/icons/redo-2.svg?raw';
import loop from 'lucide-static/icons/repeat.svg?raw';
import start from 'lucide-static/icons/skip-back.svg?raw';
import split from 'lucide-static/icons/split.svg?raw';
import remove from 'lucide-static/icons/trash-2.svg?raw';
import undo from 'lucide-static/icons/undo-2.svg?raw';
import upload from 'lucide-static/icons/upload.svg?raw';
import zoomIn from 'lucide-static/icons/zoom-in.svg?raw';
import zoomOut from 'lucide-static/icons/zoom-out.svg?raw';
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
