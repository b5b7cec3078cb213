import type { Plugin } from 'vite';

/** What takes the place of a part: the least that the renderer asks of it. */
const LEFT_OUT: Record<string, string> = {
  WebXRManager: `class WebXRManager extends EventDispatcher {
  enabled = false;
  isPresenting = false;
  cameraAutoUpdate = true;
  setAnimationLoop() {}
  dispose() {}
  getEnvironmentBlendMode() {}
  getDepthSensingMesh() { return null; }
  hasDepthSensing() { return false; }
}`,
  PMREMGenerator: `class PMREMGenerator {
  constructor() { throw new Error('This build of three.js has no environment maps: see web/three-plugin.ts.'); }
}`,
  WebGLEnvironments: 'function WebGLEnvironments() { return { get: (map) => map, dispose() {} }; }',
  WebGLOutput: `function WebGLOutput() {
  throw new Error('This build of three.js draws to the canvas as it is: see web/three-plugin.ts.');
}`,
  WebGLShadowMap: 'function WebGLShadowMap() { this.enabled = false; this.render = () => {}; }',
  WebGLLights: `function WebGLLights() {
  const kinds = ['sun', 'sunShadowMap', 'directional', 'directionalShadowMap', 'spot', 'spotLightMap', 'spotShadowMap', 'rectArea', 'point', 'pointShadowMap', 'hemi'];
  const none = Object.fromEntries(kinds.map((kind) => [kind, []]));
  return { setup() {}, setupView() {}, state: { version: 0, numSpotLightShadowsWithMaps: 0, numLightProbes: 0, ...none } };
}`,
  WebGLMaterials: `function WebGLMaterials() {
  return { refreshFogUniforms() {}, refreshMaterialUniforms(_uniforms, material) { material.uniformsNeedUpdate = false; } };
}`,
  WebGLMorphtargets: `function WebGLMorphtargets() {
  return { update() { throw new Error('This build of three.js has no morph targets: see web/three-plugin.ts.'); } };
}`,
};

/**
 * Leaves out of three.js what no scene here uses: its own materials' shader texts (every scene is a RawShaderMaterial),
 * headsets, environment maps and the table for them, lights, shadows, morph targets, tone mapping. A scene that needs one
 * of them must take it out of this list.
 */
export function slimThree(): Plugin {
  return {
    name: 'slim-three',
    transform(code, id) {
      if (!/[\\/]three[\\/]build[\\/]three\.module\.js(\?|$)/.test(id)) return;
      let rest = withoutTable(withoutShaderTexts(code));
      for (const [name, least] of Object.entries(LEFT_OUT)) rest = replacePart(rest, name, least);
      return { code: rest, map: null };
    },
  };
}

function replacePart(code: string, name: string, by: string): string {
  const start = code.search(new RegExp(`^(?:class|function) ${name}\\b`, 'm'));
  const end = code.indexOf('\n}\n', start);
  if (start < 0 || end < 0) throw new Error(`three.js has no ${name} where web/three-plugin.ts expects it.`);
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

/** The table of 16 x 16 pairs for materials with environment maps. */
function withoutTable(code: string): string {
  const table = /^const DATA = new Uint16Array\( \[[^\]]*\] \);/m;
  if (!table.test(code)) throw new Error('three.js has no table DATA where web/three-plugin.ts expects it.');
  return code.replace(table, 'const DATA = new Uint16Array(512);');
}
