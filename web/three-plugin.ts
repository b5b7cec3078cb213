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
  WebGLUniformsGroups: 'function WebGLUniformsGroups() { return { bind() {}, update() {}, dispose() {} }; }',
};

/** What is cut out of the two files by its form; each has to be found. */
const CUTS: Record<'module' | 'core', readonly [RegExp, string][]> = {
  module: [
    [/^const ShaderLib = \{\n[\s\S]*?^\};/m, 'const ShaderLib = {};'],
    [/^ShaderLib\.physical = \{\n[\s\S]*?^\};/m, ''],
    [/^\tfunction addToRenderList\([^\n]*\{\n[\s\S]*?^\t\}/m, '\tfunction addToRenderList() {}'],
  ],
  core: [
    // Without what is set on them from outside, nothing holds the classes.
    [/^\w*KeyframeTrack\.prototype\.\w+ = [^\n]*;$/gm, ''],
    [/^PropertyBinding\.(?:prototype\.)?\w+ = [\s\S]*?;$/gm, ''],
    [/^\t(?:static )?(?:toJSON|fromJSON|raycast|_computeIntersections)\([^\n]*\) \{\n[\s\S]*?^\t\}$/gm, ''],
    [/^const _colorKeywords = \{[^}]*\};/m, 'const _colorKeywords = {};'],
  ],
};

/**
 * Leaves out of three.js what no scene here uses: its own materials with their shader texts (every scene is a
 * RawShaderMaterial), pictures as background, headsets, environment maps and the table for them, lights, shadows, morph
 * targets, tone mapping, groups of uniforms; of its core the tracks of animations, files of scenes, the search for what
 * a ray hits, and the names of colours. A scene that needs one of them must take it out of this list.
 */
export function slimThree(): Plugin {
  return {
    name: 'slim-three',
    transform(code, id) {
      const part = /[\\/]three[\\/]build[\\/]three\.(module|core)\.js(\?|$)/.exec(id)?.[1];
      if (!part) return;
      let rest = code;
      if (part === 'module') {
        rest = withoutTable(withoutShaderTexts(rest));
        for (const [name, least] of Object.entries(LEFT_OUT)) rest = replacePart(rest, name, least);
      }
      for (const [pattern, by] of CUTS[part as keyof typeof CUTS]) {
        const cut = rest.replace(pattern, by);
        if (cut === rest)
          throw new Error(`three.${part}.js has nothing that fits ${pattern}: see web/three-plugin.ts.`);
        rest = cut;
      }
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
