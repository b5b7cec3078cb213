/**
 * A picture in a headset (WebXR), where the browser has one: a screen that hangs still in the dark before the eyes and
 * shows what the governor lets through. Plain WebGL beside three.js, whose own part for headsets costs 15 KB.
 */
import { UnsignedByteType, type WebGLRenderer, type WebGLRenderTarget } from 'three';
import { target } from './governor.ts';

/**
 * Half the width of the screen and how far it hangs, in metres: 40 degrees of sight. The central disc then fills less
 * than an eighth of any field of 10 degrees.
 */
const halfWidth = 0.8;
const away = 2.2;
export const headsetPixels = { width: 1280, height: 720 };

const vertexShader = `#version 300 es
uniform mat4 projection, view;
out vec2 at;
void main() {
  vec2 corner = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  at = corner;
  vec2 place = (corner * 2.0 - 1.0) * vec2(${halfWidth.toFixed(2)}, ${((halfWidth * 9) / 16).toFixed(3)});
  gl_Position = projection * view * vec4(place, -${away.toFixed(1)}, 1.0);
}`;
const fragmentShader = `#version 300 es
precision highp float;
uniform sampler2D picture;
in vec2 at;
out vec4 result;
void main() { result = vec4(texture(picture, at).rgb, 1.0); }`;

/** True where an immersive session can be had. */
export async function headsetPresent(): Promise<boolean> {
  return (await navigator.xr?.isSessionSupported('immersive-vr').catch(() => false)) ?? false;
}

/**
 * Shows pictures in the headset until the session ends. Call from a click.
 * @param draw draws the picture of the frame at `now` (milliseconds) into the given target
 * @returns once the session has ended
 */
export async function showInHeadset(
  renderer: WebGLRenderer,
  draw: (now: number, into: WebGLRenderTarget) => void,
): Promise<void> {
  const { xr } = navigator;
  if (!xr) throw new Error('This browser has no WebXR');
  const session = await xr.requestSession('immersive-vr');
  const gl = renderer.getContext() as WebGL2RenderingContext;
  const picture = target(headsetPixels.width, headsetPixels.height, UnsignedByteType, true);
  let program: WebGLProgram | null = null;
  try {
    await gl.makeXRCompatible();
    const layer = new XRWebGLLayer(session, gl);
    await session.updateRenderState({ baseLayer: layer });
    const space = await session.requestReferenceSpace('local');
    const shown = link(gl);
    program = shown;
    const ended = new Promise<void>((resolve) => session.addEventListener('end', () => resolve(), { once: true }));
    const frame = (now: number, xrFrame: XRFrame): void => {
      session.requestAnimationFrame(frame);
      draw(now, picture);
      const pose = xrFrame.getViewerPose(space);
      renderer.setRenderTarget(picture);
      const texture = gl.getFramebufferAttachmentParameter(
        gl.FRAMEBUFFER,
        gl.COLOR_ATTACHMENT0,
        gl.FRAMEBUFFER_ATTACHMENT_OBJECT_NAME,
      ) as WebGLTexture;
      gl.bindFramebuffer(gl.FRAMEBUFFER, layer.framebuffer);
      gl.disable(gl.SCISSOR_TEST);
      gl.disable(gl.BLEND);
      gl.disable(gl.CULL_FACE);
      gl.clearColor(0, 0, 0, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      gl.useProgram(shown);
      gl.bindVertexArray(null);
      gl.activeTexture(gl.TEXTURE0);
      gl.bindTexture(gl.TEXTURE_2D, texture);
      for (const view of pose?.views ?? []) {
        const box = layer.getViewport(view);
        if (!box) continue;
        gl.viewport(box.x, box.y, box.width, box.height);
        gl.uniformMatrix4fv(gl.getUniformLocation(shown, 'projection'), false, view.projectionMatrix);
        gl.uniformMatrix4fv(gl.getUniformLocation(shown, 'view'), false, view.transform.inverse.matrix);
        gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
      }
      // three.js remembers what it has bound: tell it that this is no longer so.
      renderer.resetState();
    };
    session.requestAnimationFrame(frame);
    await ended;
  } finally {
    await session.end().catch(() => {});
    gl.deleteProgram(program);
    picture.dispose();
    renderer.resetState();
  }
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, text] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(type) as WebGLShader;
    gl.shaderSource(shader, text);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(`Headset: the screen's program does not link: ${gl.getProgramInfoLog(program)}`);
  return program;
}
