// The engine of the pages to play with against what PyTorch gave: node --test tools/play.test.mjs
import assert from 'node:assert/strict'
import {readFileSync} from 'node:fs'
import {test} from 'node:test'
import {Generator, Net, broadcast_shape, cross_entropy, einsum, from_rows, matmul, matrix, mse, points, rows, signal_stats} from '../nbs/play/engine.mjs'

const expected = JSON.parse(readFileSync(new URL('../nbs/play/fixtures.json', import.meta.url)))
function near(a, b, what) {
  assert.equal(a.length, b.length, what)
  a.forEach((x, i) => assert.ok(Math.abs(x - b[i]) <= 1e-6*Math.max(1, Math.abs(b[i])) || Object.is(x, b[i]), `${what}[${i}]: ${x}, expected ${b[i]}`))
}
const fresh = act => new Net(expected.net.weights.map(from_rows), expected.net.biases.map(from_rows), act)
const x = from_rows(expected.net.x), labels = expected.net.labels

for (const {shapes, expected: out} of expected.shapes) test(`shapes ${JSON.stringify(shapes)}`, () => {
  if (typeof out === 'string') assert.throws(() => broadcast_shape(...shapes), {message: out})
  else assert.deepEqual(broadcast_shape(...shapes), out)
})
for (const {spec, arrays, expected: out} of expected.products) test(spec, () => {
  const entries = einsum(spec, ...arrays)
  near(entries.map(e => e.total), out, spec)
  assert.ok(entries.every(e => e.terms.length >= 1 && e.at.length === spec.split('->')[1].length))
})
test('matmul', () => {
  assert.deepEqual(rows(matmul(matrix(1, 2, [1, 2]), matrix(2, 1, [3, 4]))), [[11]])
  assert.throws(() => matmul(matrix(1, 2), matrix(3, 1)), {message: 'matmul expects a (n, k), b (k, m); got a (1, 2), b (3, 1)'})
})
test('the generator', () => {
  const rng = new Generator(expected.numbers.seed)
  near(expected.numbers.expected.map(() => rng.normal()), expected.numbers.expected, 'normal')
  assert.deepEqual([...new Generator(1).shuffled(50)].sort((a, b) => a - b), Array.from({length: 50}, (_, i) => i))
})
for (const {scale, act, width, n, expected: out} of expected.signal) test(`signal, ${act}, scale ${scale}`, () => {
  const found = signal_stats(scale, {act, width, n})
  found.forEach(({mean, std}, i) => {
    assert.ok(Math.abs(std - out[i][1]) <= 1e-6*out[i][1], `std after layer ${i + 1}`)
    assert.ok(Math.abs(mean - out[i][0]) <= 1e-6*out[i][1], `mean after layer ${i + 1}`)
  })
})
for (const {act, loss, out, value, grads} of expected.passes) test(`forward and back: ${act}, ${loss}`, () => {
  const net = fresh(act), output = net.forward(x), found = (loss === 'mse' ? mse : cross_entropy)(output, labels)
  near([...output.data], out, 'output')
  near([found.loss], [value], 'loss')
  net.backward(found.g)
  const own = [...net.w_g, ...net.b_g]
  grads.forEach((g, i) => near([...own[i].data], g, `gradient ${i}`))
})
for (const {optimiser, lr, losses} of expected.steps) test(`ten steps of ${optimiser}`, () => {
  const net = fresh('tanh')
  near(losses.map(() => {
    const {loss, g} = cross_entropy(net.forward(x), labels)
    net.backward(g); net.step(lr, optimiser)
    return loss
  }), losses, 'loss')
})
test('points', () => {
  for (const kind of ['moons', 'xor', 'spirals']) {
    const {x, y} = points(kind, 200, 5)
    assert.equal(y.filter(label => label === 1).length, 100)
    assert.ok(x.data.every(v => Math.abs(v) < 1), kind)
    assert.deepEqual([...points(kind, 200, 5).x.data], [...x.data])
  }
})
