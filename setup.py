"Everything about the package is in settings.ini; this file hands it to setuptools."
from configparser import ConfigParser
from pathlib import Path

from setuptools import setup

parser = ConfigParser(delimiters=['='])
parser.read('settings.ini', encoding='utf-8')
cfg = parser['DEFAULT']
package = cfg['lib_path']
statuses = {'3': '3 - Alpha', '4': '4 - Beta', '5': '5 - Production/Stable'}

setup(
    name=cfg['lib_name'], version=cfg['version'], description=cfg['description'],
    long_description=Path('README.md').read_text(encoding='utf-8'), long_description_content_type='text/markdown',
    author=cfg['author'], url=cfg['git_url'], keywords=cfg['keywords'],
    project_urls={'Documentation': cfg['doc_host'] + cfg['doc_baseurl'], 'Issues': cfg['git_url'] + '/issues'},
    license_expression=cfg['license_expression'], license_files=['LICENSE', *(f'{package}/{data}/LICENSE' for data in ('fashion_mnist', 'texts'))],
    classifiers=[f'Development Status :: {statuses[cfg["status"]]}', f'Intended Audience :: {cfg["audience"]}',
                 f'Natural Language :: {cfg["language"]}', 'Programming Language :: Python :: 3'],
    packages=[package, f'{package}.blanks'], package_data={package: ['fashion_mnist/*', 'texts/*', 'py.typed']},
    python_requires='>=' + cfg['min_python'], install_requires=cfg['requirements'].split(),
    extras_require={name: cfg[f'{name}_requirements'].split() for name in ('plot', 'lessons', 'peers', 'nbgrader', 'dev')},
    entry_points={'console_scripts': cfg['console_scripts'].split(), 'nbdev': [f'{package}={package}._modidx:d']},
    zip_safe=False)
