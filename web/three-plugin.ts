import type { Plugin } from 'vite';

const NO_XR = `class WebXRManager extends EventDispatcher {
  enabled = false;
  isPresenting = false;
  cameraAutoUpdate = true;
  setAnimationLoop() {}
  dispose() {}
  getEnvironmentBlendMode() {}
  getDepthSensingMesh() { return null; }
  hasDepthSensing() { return false; }
}`;
const NO_ENVIRONMENTS = `class PMREMGenerator {
  constructor() { throw new Error('This build of three.js has no environment maps: see web/three-plugin.ts.'); }
}`;

/**
 * Leaves out of three.js what no scene here uses: its own materials' shader texts (every scene is a RawShaderMaterial),
 * headsets, and environment maps. A scene that needs one of them must take it out of this list.
 */
export function slimThree(): Plugin {
  return {
    name: 'slim-three',
    transform(code, id) {
      if (!/[\\/]three[\\/]build[\\/]three\.module\.js(\?|$)/.test(id)) return;
      return {
        code: withoutShaderTexts(
          replaceClass(replaceClass(code, 'WebXRManager', NO_XR), 'PMREMGenerator', NO_ENVIRONMENTS),
        ),
        map: null,
      };
    },
  };
}

function replaceClass(code: string, name: string, by: string): string {
  const start = code.search(new RegExp(`^class ${name}\\b`, 'm'));
  const end = code.indexOf('\n}\n', start);
  if (start < 0 || end < 0) throw new Error(`three.js has no class ${name} where web/three-plugin.ts expects it.`);
  return code.slice(0, start) + by + code.slice(end + 2);
}

function withoutShaderTexts(code: string): string {
  const table = /^const ShaderChunk = \{\n([^}]*)\n\};/m.exec(code)?.[1];
  const names = new Set([...(table ?? '').matchAll(/^\t\w+: (\w+),?$/gm)].map((match) => match[1]));
  if (names.size < 100) throw new Error('three.js has no table of shader texts where web/three-plugin.ts expects it.');
  return code.replace(/^((?:var|const) (\w+) = )"(?:[^"\\\n]|\\.)*";$/gm, (line, start: string, name: string) =>
    names.has(name) ? `${start}"";` : line,
  );
}
