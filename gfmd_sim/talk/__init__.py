"""Who says what, and who learns it?"""
