import type { ScalarFunction } from '../../builtins.ts'
import { functions, type FunctionName } from './functions.ts'

/** How a function of scalars is spelled in WGSL: a built-in, or a function of our own that is declared where used. */
export type Spelling =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'own'; readonly name: FunctionName }
  /** Around its one argument. */
  | { readonly kind: 'text'; readonly print: (argument: string) => string }

const builtin = (name: string): Spelling => ({ kind: 'builtin', name })
const own = (name: FunctionName): Spelling => ({ kind: 'own', name })

export const spellings: Readonly<Record<ScalarFunction, Spelling>> = {
  exp: own('mix_exp'),
  log: own('mix_log'),
  sqrt: builtin('sqrt'),
  abs: builtin('abs'),
  sign: builtin('sign'),
  sin: own('mix_sin'),
  cos: own('mix_cos'),
  tanh: own('mix_tanh'),
  sigmoid: own('mix_sigmoid'),
  logsigmoid: own('mix_logsigmoid'),
  softplus: own('mix_softplus'),
  silu: own('mix_silu'),
  gelu: own('mix_gelu'),
  relu: { kind: 'text', print: (x) => `max(${x}, 0.0f)` },
  elu: own('mix_elu'),
  floor: builtin('floor'),
  pow: own('mix_pow'),
  min: builtin('min'),
  max: builtin('max'),
  expm1: own('mix_expm1'),
}

/** What no variable may be called: WGSL's keywords and reserved words, and the predeclared names that kernels use. */
export const reserved: ReadonlySet<string> = new Set(
  `
  alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let
  loop override requires return struct switch true var while
  NULL Self abstract active alignas alignof as asm asm_fragment async attribute auto await become cast catch class
  co_await co_return co_yield coherent column_major common compile compile_fragment concept const_cast consteval
  constexpr constinit crate debugger decltype delete demote demote_to_helper do dynamic_cast enum explicit export
  extends extern external fallthrough filter final finally friend from fxgroup get goto groupshared highp impl
  implements import inline instanceof interface layout lowp macro macro_rules match mediump meta mod module move mut
  mutable namespace new nil noexcept noinline nointerpolation non_coherent noncoherent noperspective null nullptr of
  operator package packoffset partial pass patch pixelfragment precise precision premerge priv protected pub public
  readonly ref regardless register reinterpret_cast require resource restrict self set shared sizeof smooth snorm
  static static_assert static_cast std subroutine super target template this thread_local throw trait try type typedef
  typeid typename typeof union unless unorm unsafe unsized use using varying virtual volatile wgsl where with
  writeonly yield
  array atomic bool f16 f32 i32 u32 ptr sampler vec2 vec3 vec4 vec2f vec3f vec4f mat2x2 mat3x3 mat4x4 function private
  workgroup uniform storage read write read_write
  abs acos all any asin atan bitcast ceil clamp cos cosh cross degrees distance dot exp exp2 faceForward floor fma
  fract frexp inverseSqrt ldexp length log log2 max min mix modf normalize pow radians reflect refract round saturate
  select sign sin sinh smoothstep sqrt step tan tanh transpose trunc
  storageBarrier workgroupBarrier workgroupUniformLoad
  main uniforms Uniforms workgroup_id invocation
  ${Object.keys(functions).join(' ')}
  `
    .trim()
    .split(/\s+/),
)
