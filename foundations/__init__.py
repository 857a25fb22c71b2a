__version__ = "0.1.0"

def _stand_alone():
    "Another package on PyPI has the name `foundations`: side by side, each has overwritten files of the other"
    import os # and nothing larger: a command listens for signals as soon as this is read
    try: names = os.listdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    except OSError: return # in an archive
    others = sorted(name for name in names if name.startswith('foundations-') and name.endswith(('.dist-info', '.egg-info')))
    if others:
        raise ImportError(f'the distribution {others[0].split("-")[0]} ({others[0]}) lies in the same folder as foundations-nn, and both are '
                          'imported as `foundations`. Remove both, then install the one: '
                          'pip uninstall -y foundations foundations-nn && pip install foundations-nn')

_stand_alone()
