"""Section am_mgr: the asset manager, for superusers."""
