"""The parts of check_certificate.py. Nothing in here is shared with the solver."""


class Refused(Exception):
    """Why a certificate is not accepted: one line."""
