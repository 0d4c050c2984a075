"""Section exchange_admin: logical exchanges, venue instruments, market sessions."""
