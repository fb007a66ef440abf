"""The pages: each turns an address into parts. They are listed in ``dashboard.views.PAGES``."""
