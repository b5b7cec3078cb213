/** What is wrong with how a page lies in its window: boxes compared, as a person would see them. */
import type { Page } from 'playwright-core';

/** What may scroll sideways in its own frame. A year of days, a table of many columns and code cannot break their lines; a row of filters goes on under the finger. */
const sideways = ['.scroll', '.table', '.chips', '.tabs', 'pre', 'code', 'textarea'];

/**
 * Every fault in the window as it is now, a sentence each: what goes beyond the window, text that is cut off or stands outside its control,
 * and text or controls that lie over each other. Empty: all is well.
 */
export const faults = (page: Page): Promise<string[]> => page.evaluate(look, sideways);

function look(mayScroll: readonly string[]): string[] {
  const found = new Set<string>();
  /** Rounding, and the hairline between two boxes. */
  const SLACK = 1.5;

  interface Box {
    left: number;
    right: number;
    top: number;
    bottom: number;
    element: Element;
    layer: Element;
    words: () => string;
    control: boolean;
  }
  const boxes: Box[] = [];
  /** What is asked of every element above a box, asked once. */
  const looks = new Map<
    Element,
    { position: string; overflowX: string; overflowY: string; away: boolean; clips: boolean; around: DOMRect | null }
  >();
  const lookOf = (element: Element) => {
    let known = looks.get(element);
    if (!known) {
      const { position, overflowX, overflowY, display, clipPath } = getComputedStyle(element);
      const inline = display === 'inline' || display === 'contents';
      const clips = !inline && (overflowX !== 'visible' || overflowY !== 'visible');
      const around = clips ? element.getBoundingClientRect() : null;
      // Taken out of sight for good, for a screen reader.
      const away = clipPath === 'inset(50%)' || (around !== null && (around.width <= 1.5 || around.height <= 1.5));
      known = { position, overflowX, overflowY, away, clips, around };
      looks.set(element, known);
    }
    return known;
  };
  const above = (element: Element): Element | null =>
    element.assignedSlot ?? element.parentElement ?? (element.getRootNode() as ShadowRoot).host ?? null;
  const within = (element: Element, outer: Element): boolean => {
    for (let one: Element | null = element; one; one = above(one)) if (one === outer) return true;
    return false;
  };
  const named = (element: Element): string => {
    const names: string[] = [];
    for (let one: Element | null = element; one && names.length < 4; one = above(one)) {
      const classes = one.getAttribute('class')?.trim().split(/\s+/).filter(Boolean).slice(0, 2).join('.');
      names.unshift(one.localName + (classes ? `.${classes}` : ''));
      if (one.localName.startsWith('nes-')) break;
    }
    return names.join(' ');
  };
  const isLayer = (element: Element): boolean =>
    element.localName === 'dialog' || element.hasAttribute('popover') || /fixed|sticky/.test(lookOf(element).position);
  const layerOf = (element: Element): Element => {
    for (let one: Element | null = element; one; one = above(one)) if (isLayer(one)) return one;
    return document.documentElement;
  };

  /** What can be seen of a box, or null; says where a box is cut by something that cannot be scrolled. */
  function shown(element: Element, rect: DOMRect, what: () => string): DOMRect | null {
    let { left, right, top, bottom } = rect;
    let { position } = lookOf(element);
    for (let one: Element | null = element; one; one = above(one)) {
      const its = lookOf(one);
      if (one !== element) {
        if (position === 'fixed') break;
        // What is placed is not held by what is not.
        if (position === 'absolute' && its.position === 'static') continue;
        position = its.position;
      }
      const { around } = its;
      if (!around || one === document.documentElement || one === document.body) continue;
      if (its.away) return null;
      if (!['input', 'textarea', 'select'].includes(one.localName)) {
        if (/hidden|clip/.test(its.overflowX) && (left < around.left - SLACK || right > around.right + SLACK))
          found.add(`cut at the side: ${what()} in ${named(one)}`);
        if (/hidden|clip/.test(its.overflowY) && (top < around.top - 3 || bottom > around.bottom + 3))
          found.add(`cut above or below: ${what()} in ${named(one)}`);
      }
      left = Math.max(left, around.left);
      right = Math.min(right, around.right);
      top = Math.max(top, around.top);
      bottom = Math.min(bottom, around.bottom);
      if (right - left < 1 || bottom - top < 1) return null;
    }
    if (left < -SLACK || right > innerWidth + SLACK) found.add(`beyond the window: ${what()}`);
    return new DOMRect(left, top, right - left, bottom - top);
  }

  const CONTROLS =
    'button, a[href], input, select, textarea, summary, [role=slider], [role=tab], [role=button], canvas.picture';

  function visit(node: Node, control: Element | null): void {
    if (node instanceof Element) {
      if (node instanceof HTMLElement || node instanceof SVGElement) {
        if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: false })) {
          if (getComputedStyle(node).display !== 'contents') return;
        }
      }
      if (['script', 'style', 'template', 'datalist', 'noscript', 'option'].includes(node.localName)) return;
      if (node.matches('.paint')) return;
      if (lookOf(node).away) return;
      const its = getComputedStyle(node);
      const isControl = node.matches(CONTROLS);
      if (isControl && node.getAttribute('type') !== 'hidden') {
        const what = (): string =>
          `${named(node)} "${(node.getAttribute('aria-label') ?? node.textContent ?? '').trim().slice(0, 30)}"`;
        for (const rect of its.display === 'inline' ? node.getClientRects() : [node.getBoundingClientRect()]) {
          if (rect.width < 2 || rect.height < 2) continue;
          const seen = shown(node, rect, what);
          // Text that is a link is compared as text.
          if (seen && its.display !== 'inline')
            boxes.push({
              left: seen.left,
              right: seen.right,
              top: seen.top,
              bottom: seen.bottom,
              element: node,
              layer: layerOf(node),
              words: what,
              control: true,
            });
        }
        if (
          node instanceof HTMLInputElement &&
          (node.placeholder || node.inputMode === 'decimal' || node.type === 'number')
        ) {
          // What somebody typed has any length.
          if (
            (!node.value || !node.placeholder) &&
            node.scrollWidth > node.clientWidth + 1 &&
            !(node.getRootNode() as ShadowRoot | Document).activeElement?.isSameNode(node)
          )
            found.add(`cut in its field: ${what()} "${node.value || node.placeholder}"`);
        }
        if (node instanceof HTMLSelectElement && !node.multiple && node.size < 2) {
          const pen = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
          pen.font = its.font;
          const words = node.selectedOptions[0]?.label ?? '';
          const room =
            node.clientWidth - Number.parseFloat(its.paddingInlineStart) - Number.parseFloat(its.paddingInlineEnd);
          // One without a neighbour can grow no more: the whole stands in the list that it opens.
          const full = node.clientWidth > 0.6 * innerWidth;
          if (!full && pen.measureText(words).width > room + 2)
            found.add(`cut in its field: ${what()} "${words.trim()}"`);
        }
      }
      if (/auto|scroll/.test(its.overflowX) && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 2) {
        if (
          !mayScroll.some((one) => node.matches(one)) &&
          node !== document.documentElement &&
          node !== document.body &&
          !node.matches('input, select')
        )
          found.add(`scrolls sideways: ${named(node)}`);
      }
      const inner = isControl && its.display !== 'inline' ? node : control;
      if (node.shadowRoot) for (const child of node.shadowRoot.childNodes) visit(child, inner);
      else if (node instanceof HTMLSlotElement && node.assignedNodes().length > 0)
        for (const child of node.assignedNodes()) visit(child, inner);
      else if (!node.matches('canvas, select, textarea, video, iframe, object'))
        for (const child of node.childNodes) visit(child, inner);
      return;
    }
    if (!(node instanceof Text) || !node.data.trim()) return;
    const parent = node.parentElement ?? ((node.getRootNode() as ShadowRoot).host as Element | undefined);
    if (!parent) return;
    const range = document.createRange();
    range.selectNodeContents(node);
    const words = (): string => `${named(parent)} "${node.data.trim().replace(/\s+/g, ' ').slice(0, 40)}"`;
    for (const rect of range.getClientRects()) {
      if (rect.width < 1.5 || rect.height < 4) continue;
      // The box of a line of text is higher than its letters.
      const slim = new DOMRect(rect.left, rect.top + rect.height * 0.22, rect.width, rect.height * 0.56);
      const seen = shown(parent, slim, words);
      if (!seen) continue;
      if (control) {
        const its = control.getBoundingClientRect();
        if (
          slim.left < its.left - SLACK ||
          slim.right > its.right + SLACK ||
          slim.top < its.top - SLACK ||
          slim.bottom > its.bottom + SLACK
        )
          found.add(`stands outside its control: ${words()}`);
      }
      boxes.push({
        left: seen.left,
        right: seen.right,
        top: seen.top,
        bottom: seen.bottom,
        element: parent,
        layer: layerOf(parent),
        words,
        control: false,
      });
    }
  }

  visit(document.body, null);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1)
    found.add(
      `the page scrolls sideways: ${document.documentElement.scrollWidth} px in ${document.documentElement.clientWidth}`,
    );

  boxes.sort((one, other) => one.top - other.top);
  for (const [at, one] of boxes.entries()) {
    for (let next = at + 1; next < boxes.length; next++) {
      const other = boxes[next] as Box;
      if (other.top >= one.bottom - SLACK) break;
      if (one.layer !== other.layer || one.element === other.element) continue;
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - other.top;
      if (across <= SLACK || down <= SLACK) continue;
      if (within(one.element, other.element) || within(other.element, one.element)) continue;
      found.add(`overlap by ${Math.round(across)} × ${Math.round(down)} px: ${one.words()} and ${other.words()}`);
    }
  }
  return [...found];
}
