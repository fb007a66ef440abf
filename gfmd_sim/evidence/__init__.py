"""What the model is held against: theory, patterns, data."""
