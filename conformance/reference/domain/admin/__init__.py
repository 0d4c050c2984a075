"""Administration: operators and their OMS, loyalty fees, the asset manager, matching engines."""
