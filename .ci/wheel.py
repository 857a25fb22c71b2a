"""Fail unless the wheel given holds the package, its data and the licences, and nothing else."""
import sys
import zipfile

names = zipfile.ZipFile(sys.argv[1]).namelist()
package = {n for n in names if n.startswith('foundations/')}
info = {n.split('.dist-info/')[1] for n in names if '.dist-info/' in n}
assert package | {n for n in names if '.dist-info/' in n} == set(names), f'something else: {names}'
assert all(n.endswith(('.py', '/py.typed')) or n.startswith('foundations/fashion_mnist/') for n in package), package
idx = {f'foundations/fashion_mnist/{s}-{k}-ubyte.gz' for s in ('train', 't10k') for k in ('images-idx3', 'labels-idx1')}
assert idx | {'foundations/fashion_mnist/LICENSE', 'foundations/train.py', 'foundations/py.typed'} <= package, package
assert {'licenses/LICENSE', 'licenses/foundations/fashion_mnist/LICENSE', 'METADATA', 'entry_points.txt'} <= info, info
print(f'{len(package)} files of the package, {len(info)} of its metadata')
