"""Fail unless the wheel given holds the package, its data and the licences, and nothing else, under the name to install it by,
and unless what PyPI will show of it leads somewhere: every link and picture has a whole address, and those of our own exist.

    python .ci/wheel.py WHEEL
"""
import re
import sys
import zipfile
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path
from urllib.parse import urlsplit

def check_files(names):
    "Which files the wheel holds"
    package = {n for n in names if n.startswith('foundations/')}
    info = {n.split('.dist-info/')[1] for n in names if '.dist-info/' in n}
    assert package | {n for n in names if '.dist-info/' in n} == set(names), f'something else: {names}'
    assert all(n.endswith(('.py', '/py.typed')) or n.startswith(('foundations/fashion_mnist/', 'foundations/texts/')) for n in package), package
    idx = {f'foundations/fashion_mnist/{s}-{k}-ubyte.gz' for s in ('train', 't10k') for k in ('images-idx3', 'labels-idx1')}
    assert idx | {'foundations/fashion_mnist/LICENSE', 'foundations/train.py', 'foundations/py.typed'} <= package, package
    assert {'licenses/LICENSE', 'licenses/foundations/fashion_mnist/LICENSE', 'METADATA', 'entry_points.txt'} <= info, info
    print(f'{len(package)} files of the package, {len(info)} of its metadata')

def check_description(text, cfg):
    "Where the links of the long description lead"
    targets = re.findall(r'\]\(([^)\s]+)', text) + re.findall(r'(?:src|href)="([^"]*)"', text)
    assert targets, 'no links at all'
    dead = [t for t in targets if not urlsplit(t).netloc]
    site, branch = f'{cfg["doc_host"]}{cfg["doc_baseurl"]}/', f'/{cfg["branch"]}/'
    sources = [p for kind in ('*.ipynb', '*.qmd', 'play/*.html') for p in Path(cfg['nbs_path']).rglob(kind)]
    pages = {re.sub(r'^\d+_', '', p.stem): p for p in sources}
    for target in targets:
        if target.startswith(site): dead += [target] if Path(urlsplit(target).path).stem not in {*pages, Path(site).name} else []
        elif ((f'{cfg["user"]}/{cfg["repo"]}{branch}' in target or f'/blob{branch}' in target)
              and not Path(target.partition(branch)[2].partition('#')[0]).exists()): dead.append(target)
    assert not dead, f'the long description leads nowhere: {dead}'
    print(f'{len(targets)} links and pictures of the long description, each with a whole address')

if __name__ == '__main__':
    parser = ConfigParser(delimiters=['='])
    parser.read('settings.ini', encoding='utf-8')
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        check_files(wheel.namelist())
        metadata = message_from_string(wheel.read(next(n for n in wheel.namelist() if n.endswith('.dist-info/METADATA'))).decode())
    assert metadata['Name'] == parser['DEFAULT']['lib_name'], metadata['Name']
    check_description(metadata.get_payload(), parser['DEFAULT'])
