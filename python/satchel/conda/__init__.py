"""satchel as a solver of conda (``conda install --solver=satchel``)."""
