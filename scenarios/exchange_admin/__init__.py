"""Running exchanges: venues and their instruments, market states, resets of market data."""
