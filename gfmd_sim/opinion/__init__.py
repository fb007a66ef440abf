"""How does talk move support? One published answer a file."""
