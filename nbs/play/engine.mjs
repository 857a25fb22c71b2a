// What all pages to play with compute with: the same formulas as in the lessons. A matrix is {n, m, data}, row by row.

export const matrix = (n, m, data) => ({n, m, data: Float64Array.from(data ?? new Float64Array(n*m))})
export const rows = a => Array.from({length: a.n}, (_, i) => [...a.data.subarray(i*a.m, (i + 1)*a.m)])
export const from_rows = list => matrix(list.length, list[0]?.length ?? 0, list.flat())

// Random numbers that are the same everywhere: mulberry32, and normal ones by Box and Muller
export class Generator {
  constructor(seed) { this.state = seed >>> 0 }
  uniform() {
    this.state = (this.state + 0x6D2B79F5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0)/4294967296
  }
  normal() {
    const u = 1 - this.uniform(), v = this.uniform()
    return Math.sqrt(-2*Math.log(u))*Math.cos(2*Math.PI*v)
  }
  matrix(n, m, scale = 1) { return matrix(n, m, Float64Array.from({length: n*m}, () => scale*this.normal())) }
  shuffled(n) {
    const order = Array.from({length: n}, (_, i) => i)
    for (let i = n - 1; i > 0; i--) { const j = Math.floor(this.uniform()*(i + 1)); [order[i], order[j]] = [order[j], order[i]] }
    return order
  }
}

export function matmul(a, b) {
  if (a.m !== b.n) throw new Error(`matmul expects a (n, k), b (k, m); got a (${a.n}, ${a.m}), b (${b.n}, ${b.m})`)
  const c = matrix(a.n, b.m)
  for (let i = 0; i < a.n; i++) for (let k = 0; k < a.m; k++) {
    const x = a.data[i*a.m + k]
    for (let j = 0; j < b.m; j++) c.data[i*b.m + j] += x*b.data[k*b.m + j]
  }
  return c
}
export function transpose(a) {
  const t = matrix(a.m, a.n)
  for (let i = 0; i < a.n; i++) for (let j = 0; j < a.m; j++) t.data[j*a.n + i] = a.data[i*a.m + j]
  return t
}
const map = (a, f) => matrix(a.n, a.m, a.data.map(f))
const sum_rows = a => { const s = matrix(1, a.m); a.data.forEach((x, i) => { s.data[i % a.m] += x }); return s }

// The rules of broadcasting, in the words of `broadcast_shape`
const tuple = shape => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`
export function broadcast_shape(...shapes) {
  const rank = Math.max(0, ...shapes.map(s => s.length)), sizes = []
  for (let i = 1; i <= rank; i++) {
    const met = [...new Set(shapes.filter(s => s.length >= i).map(s => s.at(-i)))].filter(size => size !== 1)
    if (met.length > 1) throw new Error(`broadcast_shape expects equal sizes or 1; got ${Math.min(...met)} and ${Math.max(...met)} in dimension -${i} of shapes (${shapes.map(tuple).join(', ')})`)
    sizes.unshift(met[0] ?? 1)
  }
  return sizes
}

// Einstein's notation for one or two matrices or vectors: each entry of the result, with the products that add up to it
export function einsum(spec, ...arrays) {
  const [left, right] = spec.split('->'), names = left.split(','), sizes = {}
  names.forEach((letters, k) => [...letters].forEach((l, axis) => { sizes[l] = axis ? arrays[k][0].length : arrays[k].length }))
  const summed = Object.keys(sizes).filter(l => !right.includes(l))
  const places = letters => [...letters].reduce((found, l) => found.flatMap(at => Array.from({length: sizes[l]}, (_, i) => ({...at, [l]: i}))), [{}])
  const value = (k, at) => [...names[k]].reduce((part, l) => part[at[l]], arrays[k])
  return places(right).map(out => ({
    at: [...right].map(l => out[l]),
    terms: places(summed.join('')).map(inner => {
      const at = {...out, ...inner}
      return {at: names.map(letters => [...letters].map(l => at[l])), values: arrays.map((_, k) => value(k, at))}
    }),
  })).map(entry => ({...entry, total: entry.terms.reduce((s, t) => s + t.values.reduce((a, b) => a*b, 1), 0)}))
}

export const activations = {
  relu: {f: x => Math.max(x, 0), slope: (x, _) => x > 0 ? 1 : 0},
  tanh: {f: Math.tanh, slope: (_, y) => 1 - y*y},
  none: {f: x => x, slope: () => 1},
}

// Mean and std of the activations after each layer, as `signal_stats`
export function signal_stats(scale, {layers = 50, width = 100, n = 200, act = 'none', seed = 0} = {}) {
  const rng = new Generator(seed), found = []
  let x = rng.matrix(n, width)
  for (let layer = 0; layer < layers; layer++) {
    x = map(matmul(x, rng.matrix(width, width, scale)), activations[act].f)
    const mean = x.data.reduce((a, b) => a + b, 0)/x.data.length
    const std = Math.sqrt(x.data.reduce((a, b) => a + (b - mean)**2, 0)/(x.data.length - 1))
    found.push({mean, std})
  }
  return found
}

// A net of linear layers with an activation between them; the loss is the mean squared error, or for labels 0 and 1 the cross-entropy
export class Net {
  constructor(weights, biases, act = 'relu') { Object.assign(this, {weights, biases, act, state: [], steps: 0}) }
  static random(sizes, act, seed) {
    const rng = new Generator(seed), gain = act === 'relu' ? 2 : 1, pairs = sizes.slice(1).map((m, i) => [sizes[i], m])
    return new Net(pairs.map(([n, m]) => rng.matrix(n, m, Math.sqrt(gain/n))), pairs.map(([, m]) => matrix(1, m)), act)
  }
  forward(x) {
    this.inputs = []; this.sums = []
    this.weights.forEach((w, i) => {
      this.inputs.push(x)
      const z = matmul(x, w)
      z.data.forEach((_, j) => { z.data[j] += this.biases[i].data[j % z.m] })
      this.sums.push(z)
      x = i < this.weights.length - 1 ? map(z, activations[this.act].f) : z
    })
    return x
  }
  backward(g) { // g: gradient of the loss by the output
    this.w_g = []; this.b_g = []; this.g = []
    for (let i = this.weights.length - 1; i >= 0; i--) {
      this.g[i] = g
      this.w_g[i] = matmul(transpose(this.inputs[i]), g)
      this.b_g[i] = sum_rows(g)
      g = matmul(g, transpose(this.weights[i]))
      if (i) { const z = this.sums[i - 1], y = this.inputs[i], {slope} = activations[this.act]; g = matrix(g.n, g.m, g.data.map((v, j) => v*slope(z.data[j], y.data[j]))) }
    }
    this.x_g = g
  }
  step(lr, optimiser = 'sgd') {
    this.steps++
    const params = [...this.weights, ...this.biases], grads = [...this.w_g, ...this.b_g]
    params.forEach((p, i) => {
      const s = this.state[i] ??= {m: new Float64Array(p.data.length), v: new Float64Array(p.data.length)}
      grads[i].data.forEach((g, j) => {
        if (optimiser === 'sgd') p.data[j] -= lr*g
        else if (optimiser === 'momentum') { s.m[j] = .9*s.m[j] + g; p.data[j] -= lr*s.m[j] }
        else {
          s.m[j] = .9*s.m[j] + .1*g; s.v[j] = .999*s.v[j] + .001*g*g
          p.data[j] -= lr*s.m[j]/(1 - .9**this.steps)/(Math.sqrt(s.v[j]/(1 - .999**this.steps)) + 1e-8)
        }
      })
    })
  }
}
export function mse(out, y) { // loss and its gradient; y: a list of numbers
  const off = out.data.map((v, i) => v - y[i])
  return {loss: off.reduce((s, d) => s + d*d, 0)/y.length, g: matrix(out.n, 1, off.map(d => 2*d/y.length))}
}
export function cross_entropy(out, y) { // out (n, 1): the logit of label 1
  const softplus = z => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
  const loss = out.data.reduce((s, z, i) => s + softplus(z) - z*y[i], 0)/y.length
  return {loss, g: matrix(out.n, 1, out.data.map((z, i) => (1/(1 + Math.exp(-z)) - y[i])/y.length))}
}

// Two classes of points in the square from −1 to 1
export function points(kind, n, seed) {
  const rng = new Generator(seed), x = [], y = []
  for (let i = 0; i < n; i++) {
    const label = i % 2, t = rng.uniform()
    if (kind === 'moons') {
      const a = Math.PI*t
      x.push([(label ? .5 - Math.cos(a)*.6 : Math.cos(a)*.6) - .25 + .06*rng.normal(), (label ? .15 - Math.sin(a)*.6 : Math.sin(a)*.6 - .1) + .06*rng.normal()])
    } else if (kind === 'xor') {
      const sx = rng.uniform() < .5 ? -1 : 1, sy = label ? -sx : sx
      x.push([sx*(.1 + .75*t), sy*(.1 + .75*rng.uniform())])
    } else {
      const r = .1 + .8*t, a = 1.5*Math.PI*t*1.6 + label*Math.PI
      x.push([r*Math.cos(a) + .02*rng.normal(), r*Math.sin(a) + .02*rng.normal()])
    }
    y.push(label)
  }
  return {x: from_rows(x), y}
}
