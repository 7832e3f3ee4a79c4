"""satchel for Python."""

from ._errors import SatchelError
from ._library import version as _version

__version__ = _version()
