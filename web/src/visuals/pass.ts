/** One full-screen draw: a triangle that covers the target, with a fragment shader of its own. */
import {
  type Blending,
  type BlendingDstFactor,
  type BlendingSrcFactor,
  BufferAttribute,
  BufferGeometry,
  Camera,
  GLSL3,
  type IUniform,
  Mesh,
  NoBlending,
  RawShaderMaterial,
  Scene,
  type WebGLRenderer,
  type WebGLRenderTarget,
} from 'three';

const vertexShader = `
in vec3 position;
out vec2 uv;
void main() {
  uv = position.xy * 0.5 + 0.5;
  gl_Position = vec4(position.xy, 0.0, 1.0);
}`;

const head = `
precision highp float;
precision highp sampler2D;
in vec2 uv;
out vec4 result;
`;

export interface Blend {
  blending: Blending;
  blendSrc?: BlendingSrcFactor;
  blendDst?: BlendingDstFactor;
  blendSrcAlpha?: BlendingSrcFactor;
  blendDstAlpha?: BlendingDstFactor;
}

export class Pass {
  readonly #scene = new Scene();
  readonly #camera = new Camera();
  readonly #geometry = new BufferGeometry();
  readonly #material: RawShaderMaterial;

  /**
   * @param fragment GLSL ES 3 with `void main()` that writes `vec4 result`; `vec2 uv` runs from 0 to 1
   */
  constructor(
    fragment: string,
    uniforms: Record<string, IUniform>,
    blend: Blend = {
      blending: NoBlending,
    },
  ) {
    this.#geometry.setAttribute('position', new BufferAttribute(new Float32Array([-1, -1, 0, 3, -1, 0, -1, 3, 0]), 3));
    this.#material = new RawShaderMaterial({
      vertexShader,
      fragmentShader: head + fragment,
      uniforms,
      glslVersion: GLSL3,
      depthTest: false,
      depthWrite: false,
      transparent: blend.blending !== NoBlending,
      ...blend,
    });
    const mesh = new Mesh(this.#geometry, this.#material);
    mesh.frustumCulled = false;
    this.#scene.add(mesh);
  }

  /** Draws into `target`, or into the canvas where it is null. */
  draw(renderer: WebGLRenderer, target: WebGLRenderTarget | null): void {
    renderer.setRenderTarget(target);
    renderer.render(this.#scene, this.#camera);
  }

  dispose(): void {
    this.#geometry.dispose();
    this.#material.dispose();
  }
}
