__version__ = "0.1.0"

def _stand_alone():
    "Another package on PyPI has the name `foundations`: side by side, each has overwritten files of the other"
    from pathlib import Path
    others = sorted(place.name for place in Path(__file__).parents[1].glob('foundations-*.*-info'))
    if others:
        raise ImportError(f'the distribution {others[0].split("-")[0]} ({others[0]}) lies in the same folder as foundations-nn, and both are '
                          'imported as `foundations`. Remove both, then install the one: '
                          'pip uninstall -y foundations foundations-nn && pip install foundations-nn')

_stand_alone()
