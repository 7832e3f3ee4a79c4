"""What goes wrong, by the codes of satchel.h. Everything is a SatchelError, and also the built-in
error that Python's users expect for its kind."""


class SatchelError(Exception):
    """A call failed. ``code`` is the number that the program would exit with."""

    code = 5

    def __init__(self, message, code=None):
        super().__init__(message)
        if code is not None:
            self.code = code

    def __reduce__(self):
        return (type(self), (self.args[0], self.code))


class InvalidError(SatchelError, ValueError):
    """A spec, a channel's name, a value or a record makes no sense."""

    code = 2


class SolveTimeout(SatchelError, TimeoutError):
    """No plan was found within ``timeout``."""

    code = 3


class ChannelError(SatchelError, OSError):
    """A file or a server failed, or there was not enough memory."""

    code = 4

    def __str__(self):
        return self.args[0]


class InternalError(SatchelError, RuntimeError):
    """A bug in satchel: please report it."""

    code = 5


class Cancelled(SatchelError):
    """Stopped by ``cancel()``, before there was a plan."""

    code = 130


_CLASSES = {kind.code: kind for kind in (InvalidError, SolveTimeout, ChannelError, Cancelled)}


def error_of(code, message):
    """The error for a satchel_code."""
    return _CLASSES.get(code, InternalError)(message)
