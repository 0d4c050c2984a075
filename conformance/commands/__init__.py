"""The commands, one module each, imported only when called so that every command starts fast."""
