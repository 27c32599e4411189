/**
 * Functions of our own, for what WGSL's built-ins leave open: they may be off by 2⁻¹¹ (sin, cos, tanh) or lose all
 * digits (exp far from 0, log near 1), and there is no expm1. Relative errors here are a few 1e-7 at most.
 *
 * Reductions are written with `fma`, which no compiler may reassociate away.
 */
interface WgslFunction {
  readonly needs: readonly FunctionName[]
  readonly text: string
}

export type FunctionName = keyof typeof functions

export const functions = {
  // x = n·ln 2 + r, |r| ≤ ln 2 / 2; the result is (n, e^r − 1). ln 2 in two parts, n times the first is exact.
  mix_exp_parts: {
    needs: [],
    text: `fn mix_exp_parts(x: f32) -> vec2<f32> {
  let n = round(x * 1.44269504f);
  let r = fma(n, -1.42860677e-6f, fma(n, -0.693145752f, x));
  let tail = 0.5f + r * (0.166666667f + r * (0.0416666667f + r * (0.00833333333f + r * (0.00138888889f + r * 0.000198412698f))));
  return vec2<f32>(n, fma(r * r, tail, r));
}`,
  },
  // 2^n for n in −126 … 127
  mix_exp2: {
    needs: [],
    text: `fn mix_exp2(n: f32) -> f32 {
  return bitcast<f32>((i32(n) + 127i) << 23u);
}`,
  },
  mix_exp: {
    needs: ['mix_exp_parts', 'mix_exp2'],
    text: `fn mix_exp(x: f32) -> f32 {
  if (x < -87.3365f) { return 0.0f; }
  let p = mix_exp_parts(min(x, 89.0f));
  let n = min(p.x, 127.0f);
  let scale = mix_exp2(n);
  return (1.0f + p.y) * scale * select(1.0f, 2.0f, p.x > n);
}`,
  },
  mix_expm1: {
    needs: ['mix_exp_parts', 'mix_exp2'],
    text: `fn mix_expm1(x: f32) -> f32 {
  let p = mix_exp_parts(clamp(x, -87.0f, 89.0f));
  let n = min(p.x, 127.0f);
  let scale = mix_exp2(n);
  return fma(scale, p.y, scale - 1.0f) * select(1.0f, 2.0f, p.x > n);
}`,
  },
  // log(1 + f) + n·ln 2 for f in √½ − 1 … √2 − 1, by s = f / (2 + f): log(1 + f) = 2 atanh(s).
  mix_log_parts: {
    needs: [],
    text: `fn mix_log_parts(f: f32, n: f32) -> f32 {
  let s = f / (2.0f + f);
  let z = s * s;
  let tail = z * (0.666666667f + z * (0.400000000f + z * (0.285714286f + z * (0.222222222f + z * 0.191f))));
  let half = 0.5f * f * f;
  let low = fma(n, 1.42860677e-6f, s * (half + tail));
  return fma(n, 0.693145752f, f - (half - low));
}`,
  },
  // The logarithm of 0 is the lowest number there is: WGSL has no infinity to write.
  mix_log: {
    needs: ['mix_log_parts'],
    text: `fn mix_log(x: f32) -> f32 {
  if (x == 0.0f) { return -3.4028234663852886e+38f; }
  if (x < 0.0f) { return log(x); }
  let bits = bitcast<i32>(x) - 0x3f3504f3i;
  let mantissa = bitcast<f32>((bits & 0x007fffffi) + 0x3f3504f3i);
  return mix_log_parts(mantissa - 1.0f, f32(bits >> 23u));
}`,
  },
  // log(1 + y) for y in 0 … 1
  mix_log1p: {
    needs: ['mix_log_parts'],
    text: `fn mix_log1p(y: f32) -> f32 {
  let large = y > 0.41421356f;
  return mix_log_parts(select(y, 0.5f * (y - 1.0f), large), select(0.0f, 1.0f, large));
}`,
  },
  mix_tanh: {
    needs: ['mix_expm1'],
    text: `fn mix_tanh(x: f32) -> f32 {
  let e = mix_expm1(-2.0f * abs(x));
  let t = -e / (2.0f + e);
  return select(t, -t, x < 0.0f);
}`,
  },
  // π/2 in four parts of few bits: n times each of the first three is exact for |x| up to 1e5, with fma or without.
  mix_sincos: {
    needs: [],
    text: `fn mix_sincos(x: f32) -> vec2<f32> {
  let n = round(x * 0.636619772f);
  let r = fma(n, -9.92093518e-10f, fma(n, -1.26659870e-6f, fma(n, -0.000482559204f, fma(n, -1.5703125f, x))));
  let z = r * r;
  let s = fma(r * z, fma(z, fma(z, -1.95152959e-4f, 8.33216087e-3f), -0.166666546f), r);
  let c = fma(z, fma(z, fma(z, fma(z, 2.44331571e-5f, -1.38873163e-3f), 4.16666457e-2f), -0.5f), 1.0f);
  let quarter = i32(n) & 3i;
  let swapped = select(vec2<f32>(s, c), vec2<f32>(c, s), (quarter & 1i) == 1i);
  return vec2<f32>(
    select(swapped.x, -swapped.x, quarter >= 2i),
    select(swapped.y, -swapped.y, quarter == 1i || quarter == 2i),
  );
}`,
  },
  mix_sin: { needs: ['mix_sincos'], text: 'fn mix_sin(x: f32) -> f32 { return mix_sincos(x).x; }' },
  mix_cos: { needs: ['mix_sincos'], text: 'fn mix_cos(x: f32) -> f32 { return mix_sincos(x).y; }' },
  mix_sigmoid: {
    needs: ['mix_exp'],
    text: `fn mix_sigmoid(x: f32) -> f32 {
  let e = mix_exp(-abs(x));
  let s = 1.0f / (1.0f + e);
  return select(e * s, s, x >= 0.0f);
}`,
  },
  mix_softplus: {
    needs: ['mix_exp', 'mix_log1p'],
    text: 'fn mix_softplus(x: f32) -> f32 { return max(x, 0.0f) + mix_log1p(mix_exp(-abs(x))); }',
  },
  mix_logsigmoid: {
    needs: ['mix_exp', 'mix_log1p'],
    text: 'fn mix_logsigmoid(x: f32) -> f32 { return min(x, 0.0f) - mix_log1p(mix_exp(-abs(x))); }',
  },
  mix_silu: {
    needs: ['mix_sigmoid'],
    text: 'fn mix_silu(x: f32) -> f32 { return x * mix_sigmoid(x); }',
  },
  // (1 + tanh u) / 2 = sigmoid(2u), which keeps its digits for negative u.
  mix_gelu: {
    needs: ['mix_sigmoid'],
    text: `fn mix_gelu(x: f32) -> f32 {
  return x * mix_sigmoid(1.59576912f * fma(0.044715f * x * x, x, x));
}`,
  },
  mix_elu: {
    needs: ['mix_expm1'],
    text: 'fn mix_elu(x: f32) -> f32 { return select(mix_expm1(min(x, 0.0f)), x, x > 0.0f); }',
  },
  // Whole exponents by squaring; otherwise the base is not negative.
  mix_pow: {
    needs: ['mix_exp', 'mix_log'],
    text: `fn mix_pow(x: f32, y: f32) -> f32 {
  let whole = floor(y) == y;
  if (whole && abs(y) <= 64.0f) {
    var power = 1.0f;
    var square = x;
    for (var n = i32(abs(y)); n > 0i; n = n >> 1u) {
      if ((n & 1i) == 1i) { power = power * square; }
      square = square * square;
    }
    return select(power, 1.0f / power, y < 0.0f);
  }
  if (x == 0.0f) { return select(3.4028234663852886e+38f, 0.0f, y > 0.0f); }
  let p = mix_exp(y * mix_log(abs(x)));
  let odd = whole && fract(abs(y) * 0.5f) != 0.0f;
  return select(p, -p, x < 0.0f && odd);
}`,
  },
} as const satisfies Record<string, { readonly needs: readonly string[]; readonly text: string }>

/** The text of some functions and of all they need, each after what it calls. */
export const declareFunctions = (used: Iterable<FunctionName>): readonly string[] => {
  const table: Readonly<Record<FunctionName, WgslFunction>> = functions
  const declared = new Map<FunctionName, string>()
  const declare = (name: FunctionName): void => {
    if (declared.has(name)) return
    table[name].needs.forEach(declare)
    declared.set(name, table[name].text)
  }
  for (const name of used) declare(name)
  return [...declared.values()]
}
