"""Who sits where? The rules, and (in ``search``) the optimiser."""
