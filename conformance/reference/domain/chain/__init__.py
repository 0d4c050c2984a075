"""A small chain in the process: tokens on it, transactions, blocks mined on the virtual clock."""
